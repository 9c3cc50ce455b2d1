package engine

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/graphql-go/graphql"
)

var update = flag.Bool("update", false, "rewrite testdata")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got); if it is meant so, run go test ./schema/engine -update\n%s", path, diff)
	}
}

func TestSDL(t *testing.T) {
	t.Parallel()
	golden(t, "toy.graphql", SDL(newToy(t).schema))
}

// TestDescriptions prints descriptions that a block string would change.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		"plain", `has """ in it`, `"quoted"`, `ends in a backslash\`, `has \""" in it`, " indented", "two\nlines", "two\n  indented", "\n", "ends in a line end\n",
		"tab\there", "bell\a", "é😀", `\u{41}`, "a\r\nb", `""`, `\`,
	} {
		q := graphql.NewObject(graphql.ObjectConfig{Name: "Query", Description: doc, Fields: graphql.Fields{"a": {Type: graphql.Int, Description: doc, DeprecationReason: doc}}})
		s, err := graphql.NewSchema(graphql.SchemaConfig{Query: q})
		if err != nil {
			t.Fatal(err)
		}
		defs, err := loadSchema(SDL(s))
		if err != nil {
			t.Errorf("%q: %v\n%s", doc, err, SDL(s))
			continue
		}
		f := defs.Query.Fields.ForName("a")
		if defs.Query.Description != doc || f.Description != doc || argument(f.Directives, "deprecated", "reason") != any(doc) {
			t.Errorf("%q became %q, %q, %q", doc, defs.Query.Description, f.Description, argument(f.Directives, "deprecated", "reason"))
		}
	}
}

func TestRootNamesAndDirectives(t *testing.T) {
	t.Parallel()
	s, err := graphql.NewSchema(graphql.SchemaConfig{
		Query: graphql.NewObject(graphql.ObjectConfig{Name: "Root", Fields: graphql.Fields{"a": {Type: graphql.Int}}}),
		Directives: append(graphql.SpecifiedDirectives, graphql.NewDirective(graphql.DirectiveConfig{
			Name: "cached", Description: "Keep it.", Locations: []string{"QUERY", "FIELD"}, Args: graphql.FieldConfigArgument{"for": {Type: graphql.Int, DefaultValue: 5}},
		})),
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "root.graphql", SDL(s))
	e, err := New(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := do(e, `query @cached { a @cached(for: 3) __typename }`, ""), `{"data":{"a":null,"__typename":"Root"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestNewRefuses makes engines of schemas that cannot be served.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	query := func(args graphql.FieldConfigArgument) graphql.Schema {
		s, err := graphql.NewSchema(graphql.SchemaConfig{Query: graphql.NewObject(graphql.ObjectConfig{Name: "Query", Fields: graphql.Fields{"a": {Type: graphql.Int, Args: args}}})})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, s := range map[string]graphql.Schema{
		"nothing":                {},
		"a default of no type":   query(graphql.FieldConfigArgument{"x": {Type: graphql.Int, DefaultValue: "y"}}),
		"a default of no value":  query(graphql.FieldConfigArgument{"x": {Type: toyColor, DefaultValue: 17}}),
		"a default that misses":  query(graphql.FieldConfigArgument{"x": {Type: toyIn, DefaultValue: map[string]any{}}}),
		"an Int beyond 32 bits":  query(graphql.FieldConfigArgument{"x": {Type: graphql.Int, DefaultValue: 1 << 40}}),
		"a list with a bad item": query(graphql.FieldConfigArgument{"x": {Type: graphql.NewList(graphql.Int), DefaultValue: []any{1, "x"}}}),
	} {
		if _, err := New(s, Options{}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// TestIntrospection asks what clients ask: all that September 2025 describes.
func TestIntrospection(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	full, err := os.ReadFile("testdata/introspection.graphql")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "introspection.json", do(e, string(full), "")+"\n")
	for _, c := range []struct{ query, want string }{
		{`{ __type(name: "Even") { kind specifiedByURL isOneOf fields { name } } }`, `{"data":{"__type":{"kind":"SCALAR","specifiedByURL":"https://example.org/even","isOneOf":null,"fields":null}}}`},
		{`{ a: __type(name: "One") { isOneOf } b: __type(name: "In") { isOneOf } }`, `{"data":{"a":{"isOneOf":true},"b":{"isOneOf":false}}}`},
		{
			`{ __type(name: "In") { inputFields { name } all: inputFields(includeDeprecated: true) { name isDeprecated deprecationReason defaultValue } } }`,
			`{"data":{"__type":{"inputFields":[{"name":"list"},{"name":"n"},{"name":"s"}],"all":[{"name":"in","isDeprecated":true,"deprecationReason":"use n","defaultValue":null},{"name":"list","isDeprecated":false,"deprecationReason":null,"defaultValue":"[RED,BLUE]"},{"name":"n","isDeprecated":false,"deprecationReason":null,"defaultValue":null},{"name":"s","isDeprecated":false,"deprecationReason":null,"defaultValue":"\"d\\\"é\""}]}}}`,
		},
		{
			`{ __type(name: "Color") { enumValues { name } all: enumValues(includeDeprecated: true) { name deprecationReason description } } }`,
			`{"data":{"__type":{"enumValues":[{"name":"BLUE"},{"name":"RED"}],"all":[{"name":"BLUE","deprecationReason":null,"description":"Sky."},{"name":"GREEN","deprecationReason":"too <green>","description":null},{"name":"RED","deprecationReason":null,"description":null}]}}}`,
		},
		{
			`{ __type(name: "Node") { possibleTypes { name } interfaces { name } } e: __type(name: "Either") { kind possibleTypes { name } } }`,
			`{"data":{"__type":{"possibleTypes":[{"name":"Box"},{"name":"Item"}],"interfaces":[]},"e":{"kind":"UNION","possibleTypes":[{"name":"Box"},{"name":"Item"}]}}}`,
		},
		{
			`{ __type(name: "Nope") { name } __schema { queryType { name } mutationType { name } subscriptionType { name } directives { name isRepeatable } } }`,
			`{"data":{"__type":null,"__schema":{"queryType":{"name":"Query"},"mutationType":{"name":"Mutation"},"subscriptionType":{"name":"Subscription"},"directives":[{"name":"deprecated","isRepeatable":false},{"name":"include","isRepeatable":false},{"name":"oneOf","isRepeatable":false},{"name":"skip","isRepeatable":false},{"name":"specifiedBy","isRepeatable":false}]}}}`,
		},
	} {
		if got := do(e, c.query, ""); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.query, got, c.want)
		}
	}
}
