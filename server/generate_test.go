package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// typeOf is a type as introspection tells it.
type typeOf struct {
	Kind, Name string
	OfType     *typeOf
}

func (t *typeOf) named() string {
	for t.OfType != nil {
		t = t.OfType
	}
	return t.Name
}

type inputOf struct {
	Name         string
	Type         typeOf
	DefaultValue *string
}

type schemaType struct {
	Kind, Name string
	Fields     []struct {
		Name string
		Args []inputOf
		Type typeOf
	}
	InputFields   []inputOf
	EnumValues    []struct{ Name string }
	PossibleTypes []struct{ Name string }
}

// generator makes documents that are valid by the schema of a server, from a
// fuzzer's choices.
type generator struct {
	types  map[string]*schemaType
	roots  [2]string // of queries and mutations
	ids    []string
	tokens []string
	last   string // the document made last

	choices []byte
	out     strings.Builder
	size    int
	vars    []string
	values  map[string]any
}

func newGenerator(t testing.TB, x *target) *generator {
	t.Helper()
	const ref = `kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }`
	var got struct {
		Data struct {
			Schema struct {
				QueryType, MutationType struct{ Name string }
				Types                   []*schemaType
			} `json:"__schema"`
		}
	}
	x.ask(t, `{ __schema { queryType { name } mutationType { name } types { kind name
		fields(includeDeprecated: true) { name args { name defaultValue type { `+ref+` } } type { `+ref+` } }
		inputFields { name defaultValue type { `+ref+` } } enumValues { name } possibleTypes { name } } } }`, &got)
	g := &generator{types: make(map[string]*schemaType), tokens: x.tokens}
	g.roots = [2]string{got.Data.Schema.QueryType.Name, got.Data.Schema.MutationType.Name}
	for _, s := range got.Data.Schema.Types {
		g.types[s.Name] = s
	}
	var seen struct {
		Data map[string]struct{ Nodes []struct{ ID string } }
	}
	x.ask(t, `{ a: statements { nodes { id } } b: speakers { nodes { id } } c: claims { nodes { id } } d: events { nodes { id } } e: sources { nodes { id } } f: topics { nodes { id } } g: stances { nodes { id } } }`, &seen)
	for name := range strings.SplitSeq("a b c d e f g", " ") {
		for _, n := range seen.Data[name].Nodes {
			g.ids = append(g.ids, n.ID)
		}
	}
	if len(g.ids) == 0 || g.types["Query"] == nil {
		t.Fatal("the server tells nothing of itself")
	}
	return g
}

// pick chooses one of n; 0 when the choices are used up.
func (g *generator) pick(n int) int {
	if len(g.choices) == 0 || n <= 1 {
		return 0
	}
	c := int(g.choices[0])
	g.choices = g.choices[1:]
	if n > 256 && len(g.choices) > 0 {
		c, g.choices = c<<8|int(g.choices[0]), g.choices[1:]
	}
	return c % n
}

// fill puts a document made from choices into a request, and a token.
func (g *generator) fill(r *http.Request, choices []byte) {
	g.choices, g.size, g.vars, g.values = choices, 0, nil, map[string]any{}
	g.out.Reset()
	root := g.pick(3) / 2 // a mutation in one of three
	if auth := g.tokens[g.pick(len(g.tokens))]; auth != "" {
		r.Header.Set("Authorization", auth)
	}
	g.selection(g.roots[root], 0)
	query := []string{"query", "mutation"}[root] + " Q"
	if len(g.vars) > 0 {
		query += "(" + strings.Join(g.vars, ", ") + ")"
	}
	if root == 1 && g.pick(3) == 1 {
		query += " @transaction"
	}
	query += " " + g.out.String()
	g.last = query
	body, err := json.Marshal(map[string]any{"query": query, "variables": g.values, "extensions": map[string]any{"cost": g.pick(2) == 1}})
	if err != nil {
		panic(err) // it is made of texts and numbers
	}
	r.Method = http.MethodPost
	r.URL.Path, r.URL.RawPath, r.URL.RawQuery = "/graphql", "", ""
	r.Header.Del("Content-Encoding")
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

const deepest = 5

func (g *generator) selection(name string, depth int) {
	t := g.types[name]
	g.out.WriteString("{ ")
	g.out.WriteString("__typename ")
	switch t.Kind {
	case "INTERFACE", "UNION":
		if depth < deepest && g.pick(2) == 1 {
			p := t.PossibleTypes[g.pick(len(t.PossibleTypes))]
			g.out.WriteString("... on " + p.Name + " ")
			g.selection(p.Name, depth+1)
		}
	}
	for range 1 + g.pick(4) {
		if g.size > 60 || len(t.Fields) == 0 {
			break
		}
		f := t.Fields[g.pick(len(t.Fields))]
		below := g.types[f.Type.named()]
		leaf := below.Kind == "SCALAR" || below.Kind == "ENUM"
		if !leaf && depth >= deepest {
			continue
		}
		g.size++
		fmt.Fprintf(&g.out, "a%d: %s", g.size, f.Name) // no two can conflict
		g.arguments(f.Args, depth)
		switch g.pick(12) {
		case 1:
			g.out.WriteString(" @include(if: true)")
		case 2:
			g.out.WriteString(" @skip(if: true)")
		}
		g.out.WriteString(" ")
		if !leaf {
			g.selection(below.Name, depth+1)
		}
	}
	g.out.WriteString("} ")
}

func (g *generator) arguments(args []inputOf, depth int) {
	var given []string
	for _, a := range args {
		if required := a.Type.Kind == "NON_NULL" && a.DefaultValue == nil; !required && g.pick(3) != 1 {
			continue
		}
		v := g.value(&a.Type, depth)
		if g.pick(4) == 1 { // as a variable
			name := "v" + strconv.Itoa(len(g.vars))
			g.vars = append(g.vars, "$"+name+": "+written(&a.Type))
			g.values[name] = v
			given = append(given, a.Name+": $"+name)
			continue
		}
		given = append(given, a.Name+": "+literal(v))
	}
	if len(given) > 0 {
		g.out.WriteString("(" + strings.Join(given, ", ") + ")")
	}
}

func written(t *typeOf) string {
	switch t.Kind {
	case "NON_NULL":
		return written(t.OfType) + "!"
	case "LIST":
		return "[" + written(t.OfType) + "]"
	}
	return t.Name
}

// enum is a value that is written without quotes.
type enum string

func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case enum:
		return string(v)
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = literal(x)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case pairs:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = p.name + ": " + literal(p.value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case string:
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return string(b)
	}
	return fmt.Sprint(v) // true, 1, 0.5
}

// pairs is an input object, its fields in order.
type pairs []struct {
	name  string
	value any
}

func (p pairs) MarshalJSON() ([]byte, error) {
	m := make(map[string]any, len(p))
	for _, x := range p {
		m[x.name] = x.value
	}
	return json.Marshal(m)
}

var texts = []string{"", "US", "negotiations", "No war will break out", "\u202eabc\u0000😀", "2018-07-30", "XXXX-05-08", "2018/2019", "yesterday", "\"deal\" -war neg*", "en", "https://example.org/a", "ترامب", "human", "rule:x", "AAAA", "2018-08-14T00:00:00Z"}

func (g *generator) value(t *typeOf, depth int) any {
	switch t.Kind {
	case "NON_NULL":
		if v := g.value(t.OfType, depth); v != nil {
			return v
		}
		return g.some(t.OfType, depth)
	}
	if g.pick(10) == 9 {
		return nil
	}
	return g.some(t, depth)
}

// some is a value that is not null.
func (g *generator) some(t *typeOf, depth int) any {
	if t.Kind == "LIST" {
		list := []any{}
		for range g.pick(3) {
			list = append(list, g.value(t.OfType, depth+1))
		}
		return list
	}
	s := g.types[t.Name]
	switch s.Kind {
	case "ENUM":
		return enum(s.EnumValues[g.pick(len(s.EnumValues))].Name)
	case "INPUT_OBJECT":
		var fields pairs
		for _, f := range s.InputFields {
			required := f.Type.Kind == "NON_NULL" && f.DefaultValue == nil
			if !required && (depth > deepest+2 || g.pick(3) != 1) {
				continue
			}
			fields = append(fields, struct {
				name  string
				value any
			}{f.Name, g.value(&f.Type, depth+1)})
		}
		return fields
	}
	switch t.Name {
	case "Int":
		return []int{0, 1, 2, 5, 50, 500, 501, -1, 1 << 30, 3}[g.pick(10)]
	case "Float":
		return []float64{0, 0.5, 1, -1, 2e9}[g.pick(5)]
	case "DateTime":
		return []string{"2018-08-14T00:00:00Z", "2030-01-01T00:00:00.5+02:00"}[g.pick(2)]
	case "Boolean":
		return g.pick(2) == 1
	case "ID":
		if g.pick(8) == 7 {
			return "01900000-0000-7000-8000-0000000000ff"
		}
		return g.ids[g.pick(len(g.ids))]
	}
	return texts[g.pick(len(texts))]
}
