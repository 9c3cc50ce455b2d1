package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/graphql-go/graphql"
)

type publicErr string

func (e publicErr) Error() string     { return string(e) }
func (publicErr) GraphQLCode() string { return "NO_LUCK" }

// toy is a small schema that can do everything wrong that a resolver can.
func toy(t testing.TB, calls *int) *Engine {
	t.Helper()
	var item *graphql.Object
	node := graphql.NewInterface(graphql.InterfaceConfig{
		Name:        "Node",
		Fields:      graphql.Fields{"id": {Type: graphql.NewNonNull(graphql.ID)}},
		ResolveType: func(graphql.ResolveTypeParams) *graphql.Object { return item },
	})
	item = graphql.NewObject(graphql.ObjectConfig{
		Name: "Item", Interfaces: []*graphql.Interface{node},
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			one := func(t graphql.Output, f func(n int) (any, error)) *graphql.Field {
				return &graphql.Field{Type: t, Resolve: func(p graphql.ResolveParams) (any, error) { return f(p.Source.(int)) }}
			}
			return graphql.Fields{
				"id":      one(graphql.NewNonNull(graphql.ID), func(n int) (any, error) { return fmt.Sprint(n), nil }),
				"number":  one(graphql.Int, func(n int) (any, error) { return n, nil }),
				"huge":    one(graphql.Int, func(int) (any, error) { return math.MaxInt64, nil }),
				"nan":     one(graphql.Float, func(int) (any, error) { return math.NaN(), nil }),
				"secret":  one(graphql.String, func(int) (any, error) { return nil, errors.New("password 1234") }),
				"unlucky": one(graphql.String, func(int) (any, error) { return nil, publicErr("no luck today") }),
				"panics":  one(graphql.String, func(int) (any, error) { panic("at the disco") }),
				"never":   one(graphql.NewNonNull(graphql.String), func(n int) (any, error) { return nil, nil }),
				"thunk":   one(graphql.Int, func(n int) (any, error) { return func() (any, error) { return n * 2, nil }, nil }),
				"next": Field(&graphql.Field{Type: item}, func(_ context.Context, parents []any, _ map[string]any) ([]any, error) {
					*calls++
					out := make([]any, len(parents))
					for i, p := range parents {
						out[i] = p.(int) + 1
						if p == 13 {
							out[i] = publicErr("13 has no next")
						}
					}
					return out, nil
				}),
			}
		}),
	})
	color := graphql.NewEnum(graphql.EnumConfig{Name: "Color", Values: graphql.EnumValueConfigMap{"RED": {Value: "RED"}, "BLUE": {Value: "BLUE"}}})
	in := graphql.NewInputObject(graphql.InputObjectConfig{Name: "In", Fields: graphql.InputObjectConfigFieldMap{
		"n": {Type: graphql.NewNonNull(graphql.Int)}, "s": {Type: graphql.String, DefaultValue: "d"},
	}})
	echo := func(t graphql.Input) *graphql.Field {
		return &graphql.Field{Type: graphql.String, Args: graphql.FieldConfigArgument{"a": {Type: t}}, Resolve: func(p graphql.ResolveParams) (any, error) {
			v, ok := p.Args["a"]
			b, _ := json.Marshal(v)
			if !ok {
				return "absent", nil
			}
			return string(b), nil
		}}
	}
	query := graphql.NewObject(graphql.ObjectConfig{Name: "Query", Fields: graphql.Fields{
		"item":  {Type: item, Resolve: func(graphql.ResolveParams) (any, error) { return 1, nil }},
		"node":  {Type: node, Resolve: func(graphql.ResolveParams) (any, error) { return 7, nil }},
		"items": {Type: graphql.NewList(graphql.NewNonNull(item)), Resolve: func(graphql.ResolveParams) (any, error) { return []any{1, 2, 3}, nil }},
		"loose": {Type: graphql.NewList(item), Resolve: func(graphql.ResolveParams) (any, error) { return []any{12, nil, 13}, nil }},
		"int":   echo(graphql.Int), "float": echo(graphql.Float), "string": echo(graphql.String), "boolean": echo(graphql.Boolean), "id": echo(graphql.ID),
		"ints": echo(graphql.NewList(graphql.NewNonNull(graphql.Int))), "color": echo(color), "in": echo(in),
	}})
	s, err := graphql.NewSchema(graphql.SchemaConfig{Query: query, Types: []graphql.Type{item}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func do(e *Engine, query, variables string) string {
	r := Request{Query: query}
	if variables != "" {
		d := json.NewDecoder(strings.NewReader(variables))
		d.UseNumber()
		if err := d.Decode(&r.Variables); err != nil {
			return err.Error()
		}
	}
	return string(e.Do(context.Background(), r).AppendJSON(nil))
}

func TestAnswers(t *testing.T) {
	calls := 0
	e := toy(t, &calls)
	for _, c := range []struct{ name, query, variables, want string }{
		{"keys in the order of the selection", `{ item { number id z: number a: id } }`, "", `{"data":{"item":{"number":1,"id":"1","z":1,"a":"1"}}}`},
		{"merged fields stand where the first stood", `{ item { id } int item { number } }`, "", `{"data":{"item":{"id":"1","number":1},"int":"absent"}}`},
		{"fragments", `{ node { ...F ... on Item { number } __typename } } fragment F on Node { id }`, "", `{"data":{"node":{"id":"7","number":7,"__typename":"Item"}}}`},
		{"skip and include", `query($y: Boolean!) { item { id @skip(if: $y) number @include(if: $y) } }`, `{"y": true}`, `{"data":{"item":{"number":1}}}`},
		{"thunks", `{ items { thunk } }`, "", `{"data":{"items":[{"thunk":2},{"thunk":4},{"thunk":6}]}}`},
		{"an error of one of many", `{ loose { next { number } } }`, "", `{"errors":[{"message":"13 has no next","path":["loose",2,"next"],"locations":[{"line":1,"column":11}],"extensions":{"code":"NO_LUCK"}}],"data":{"loose":[{"next":{"number":13}},null,{"next":null}]}}`},
		{"public errors keep their code", `{ item { unlucky id } }`, "", `{"errors":[{"message":"no luck today","path":["item","unlucky"],"locations":[{"line":1,"column":10}],"extensions":{"code":"NO_LUCK"}}],"data":{"item":{"unlucky":null,"id":"1"}}}`},
		{"null literal", `{ int(a: null) }`, "", `{"data":{"int":"null"}}`},
		{"absent is not null", `query($a: Int) { int(a: $a) }`, `{}`, `{"data":{"int":"absent"}}`},
		{"null variable", `query($a: Int) { int(a: $a) }`, `{"a": null}`, `{"data":{"int":"null"}}`},
		{"default of a variable", `query($a: Int = 4) { int(a: $a) }`, ``, `{"data":{"int":"4"}}`},
		{"a single value is a list of one", `query($a: [Int!]) { ints(a: $a) x: ints(a: 3) }`, `{"a": 2}`, `{"data":{"ints":"[2]","x":"[3]"}}`},
		{"ID takes a number", `query($a: ID) { id(a: $a) }`, `{"a": 1234567}`, `{"data":{"id":"\"1234567\""}}`},
		{"Float takes an Int", `query($a: Float) { float(a: $a) x: float(a: 2) }`, `{"a": 1}`, `{"data":{"float":"1","x":"2"}}`},
		{"input objects take defaults", `{ in(a: {n: 1}) }`, ``, `{"data":{"in":"{\"n\":1,\"s\":\"d\"}"}}`},
		{"enum literal and variable", `query($c: Color) { color(a: RED) x: color(a: $c) }`, `{"c": "BLUE"}`, `{"data":{"color":"\"RED\"","x":"\"BLUE\""}}`},
		{"block string", `{ string(a: """one "two" three""") }`, ``, `{"data":{"string":"\"one \\\"two\\\" three\""}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := do(e, c.query, c.variables); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestHolds checks parts of answers that hold an id or a text of the parser's.
func TestHolds(t *testing.T) {
	calls := 0
	e := toy(t, &calls)
	for _, c := range []struct{ name, query, variables, holds, lacks string }{
		{"secrets are masked", `{ item { secret } }`, "", `"code":"INTERNAL_SERVER_ERROR"`, "1234"},
		{"panics are masked", `{ item { panics id } }`, "", `"panics":null,"id":"1"`, "disco"},
		{"too large an Int is an error", `{ item { huge } }`, "", `"huge":null`, "9223372036854775807"},
		{"NaN is an error", `{ item { nan id } }`, "", `"nan":null,"id":"1"`, "NaN"},
		{"null where none may be goes up", `{ item { never } int }`, "", `"data":{"item":null,"int":"absent"}`, ""},
		{"and through a list of non-nulls", `{ items { never } }`, "", `"data":{"items":null}`, ""},
		{"syntax", `{ item { `, "", `GRAPHQL_PARSE_FAILED`, `"data"`},
		{"unknown field", `{ nope }`, "", `GRAPHQL_VALIDATION_FAILED`, `"data"`},
		{"unknown operation", `query A { int }`, "", `"data"`, "errors"},
		{"Int variable 1.5", `query($a: Int) { int(a: $a) }`, `{"a": 1.5}`, `BAD_USER_INPUT`, `"data"`},
		{"Int variable in quotes", `query($a: Int) { int(a: $a) }`, `{"a": "12"}`, `BAD_USER_INPUT`, `"data"`},
		{"Int variable true", `query($a: Int) { int(a: $a) }`, `{"a": true}`, `BAD_USER_INPUT`, `"data"`},
		{"String variable 5", `query($a: String) { string(a: $a) }`, `{"a": 5}`, `BAD_USER_INPUT`, `"data"`},
		{"Boolean variable yes", `query($a: Boolean) { boolean(a: $a) }`, `{"a": "yes"}`, `BAD_USER_INPUT`, `"data"`},
		{"enum variable of no value", `query($a: Color) { color(a: $a) }`, `{"a": "GREEN"}`, `BAD_USER_INPUT`, `"data"`},
		{"missing variable", `query($a: Int!) { int(a: $a) }`, `{}`, `BAD_USER_INPUT`, `"data"`},
		{"unknown input field", `query($a: In) { in(a: $a) }`, `{"a": {"n": 1, "x": 2}}`, `BAD_USER_INPUT`, `"data"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := do(e, c.query, c.variables)
			if !strings.Contains(got, c.holds) || c.lacks != "" && strings.Contains(got, c.lacks) {
				t.Errorf("got %s\nwant it to hold %s, and not %s", got, c.holds, c.lacks)
			}
		})
	}
}

// TestBatch checks that a level is asked once, whatever its width.
func TestBatch(t *testing.T) {
	calls := 0
	e := toy(t, &calls)
	calls = 0
	if got, want := do(e, `{ items { next { next { number } } } }`, ""), `{"data":{"items":[{"next":{"next":{"number":3}}},{"next":{"next":{"number":4}}},{"next":{"next":{"number":5}}}]}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if calls != 2 {
		t.Errorf("two levels of three objects took %d calls", calls)
	}
}

// TestHostile sends what brings graphql-go down. Each must be refused, and the
// engine answer after it.
func TestHostile(t *testing.T) {
	calls := 0
	e := toy(t, &calls)
	r := strings.Repeat
	dag := "{ item { ...F0 } } "
	for i := range 25 {
		dag += fmt.Sprintf("fragment F%d on Item { a: next { ...F%d } b: next { ...F%d } } ", i, i+1, i+1)
	}
	dag += "fragment F25 on Item { id }"
	twice := "id"
	for range 14 {
		twice = "next{" + twice + "} next{" + twice + "}"
	}
	for name, query := range map[string]string{
		"fragments in a circle":   `{ item { ...A } } fragment A on Item { ...B } fragment B on Item { ...A }`,
		"a fragment in itself":    `{ item { ...A } } fragment A on Item { id ...A }`,
		"an unused circle":        `{ int } fragment A on Item { ...A }`,
		"fragments that multiply": dag,
		"fields that multiply":    "{item{" + twice + "}}",
		"braces":                  r("{a", 200_000),
		"brackets":                "{int(a:" + r("[", 200_000) + ")}",
		"objects":                 "{int(a:" + r("{a:", 50_000) + "}",
		"inline fragments":        "{" + r("...{", 5_000) + "int" + r("}", 5_000) + "}",
		"list types":              "query($a:" + r("[", 100_000) + "Int",
		"many fields":             "{" + r("int ", 10_000) + "}",
		"many directives":         "{ int " + r("@skip(if:false) ", 10_000) + "}",
		"a long comment":          "#" + r("x", 2<<20) + "\n{int}",
		"a long string":           `{string(a:"` + r("x", 2<<20) + `")}`,
		"many variables":          "query(" + r("$v:Int ", 5_000) + "){int}",
		"unused fragments":        "{int}" + r(" fragment F on Item{id}", 5_000),
		"deep introspection":      "{__schema{types{" + r("fields{type{", 8) + "name" + r("}}", 8) + "}}}",
	} {
		t.Run(name, func(t *testing.T) {
			if got := do(e, query, ""); !strings.Contains(got, `"errors"`) || strings.Contains(got, `"data"`) {
				t.Errorf("got %.200s", got)
			}
			if got := do(e, "{int}", ""); got != `{"data":{"int":"absent"}}` {
				t.Errorf("afterwards: %s", got)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	calls := 0
	e := toy(t, &calls)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	got := string(e.Do(ctx, Request{Query: "{ item { id } }"}).AppendJSON(nil))
	if !strings.Contains(got, `"CANCELLED"`) {
		t.Errorf("got %s", got)
	}
}

func FuzzDo(f *testing.F) {
	for _, s := range []string{`{ item { id } }`, `query($a: Int = 1) { int(a: $a) }`, `{ in(a: {n: 1, s: null}) }`, `{ __schema { types { name } } }`, "{ a: int(a: 1) ...F } fragment F on Query { int }", "\"\"\"x\"\"\" { int }"} {
		f.Add(s, `{"a": 1}`)
	}
	calls := 0
	e := toy(f, &calls)
	f.Fuzz(func(t *testing.T, query, variables string) {
		var vars map[string]any
		d := json.NewDecoder(strings.NewReader(variables))
		d.UseNumber()
		_ = d.Decode(&vars)
		b := e.Do(context.Background(), Request{Query: query, Variables: vars}).AppendJSON(nil)
		if !json.Valid(b) {
			t.Errorf("no JSON: %q", b)
		}
	})
}
