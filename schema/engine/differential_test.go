package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/parser"
	"pgregory.net/rapid"
)

// toyFields are the fields that graphql-go answers as the specification says:
// by type, with the type of what is below. Left out are numbers that it cuts,
// and errors inside of lists, which it prints.
var toyFields = map[string]map[string]string{
	"Query": {"item": "Item", "node": "Node", "box": "Node", "items": "Item", "loose": "Item", "nodes": "Node", "eithers": "Either", "dflt": "", "color": ""},
	"Item": {
		"id": "", "number": "", "float": "", "yes": "", "secret": "", "unlucky": "", "odd": "", "panics": "", "never": "", "nevers": "", "matrix": "", "noList": "",
		"color": "", "even": "", "thunk": "", "loaded": "", "fails": "", "short": "", "box": "Box", "node": "Node", "either": "Either", "lost": "Node", "sure": "Item",
		"items": "Item", "friends": "Node", "sum": "", "next": "Item",
	},
	"Box":    {"id": "", "number": "", "label": "", "item": "Item"},
	"Node":   {"id": "", "number": ""},
	"Either": {},
}

// applies are the types of fragments that may be spread on a type.
var applies = map[string][]string{
	"Query": {"Query"}, "Item": {"Item", "Node", "Either"}, "Box": {"Box", "Node", "Either"},
	"Node": {"Item", "Box", "Node", "Either"}, "Either": {"Item", "Box", "Node", "Either"},
}

// writer writes a random document.
type writer struct {
	*rapid.T
	fragments []string // the text of each
	types     []string // the type of each
}

func (w *writer) selection(b *strings.Builder, on string, depth int) {
	b.WriteString(" { __typename")
	names := sortedKeys(toyFields[on])
	for range rapid.IntRange(0, 4).Draw(w.T, "size") {
		switch k := rapid.IntRange(0, 9).Draw(w.T, "kind"); {
		case k == 0 && depth > 0:
			fmt.Fprintf(b, " ...%s", w.directive())
			w.selection(b, on, depth-1)
		case k <= 2 && depth > 0:
			t := rapid.SampledFrom(applies[on]).Draw(w.T, "condition")
			fmt.Fprintf(b, " ... on %s%s", t, w.directive())
			w.selection(b, t, depth-1)
		case k == 3 && depth > 0:
			t := rapid.SampledFrom(applies[on]).Draw(w.T, "fragment")
			if i := rapid.IntRange(0, 2*len(w.fragments)+1).Draw(w.T, "which"); i < len(w.fragments) && slices.Contains(applies[on], w.types[i]) {
				fmt.Fprintf(b, " ...F%d%s", i, w.directive())
				continue
			}
			var f strings.Builder
			w.selection(&f, t, depth-1)
			fmt.Fprintf(b, " ...F%d%s", len(w.fragments), w.directive())
			w.fragments, w.types = append(w.fragments, f.String()), append(w.types, t)
		case len(names) > 0:
			name := rapid.SampledFrom(names).Draw(w.T, "field")
			below := toyFields[on][name]
			if below != "" && depth == 0 {
				continue
			}
			b.WriteByte(' ')
			switch name {
			case "sum":
				a, v := rapid.IntRange(0, 2).Draw(w.T, "a"), rapid.Bool().Draw(w.T, "variable")
				if v {
					fmt.Fprintf(b, "sum_%d_x: sum(a: %d, b: $x)", a, a)
				} else {
					fmt.Fprintf(b, "sum_%d: sum(a: %d)", a, a)
				}
			case "next":
				n := rapid.SampledFrom([]string{"", "(by: 12)", "(by: $x)"}).Draw(w.T, "by")
				b.WriteString(map[string]string{"": "", "(by: 12)": "n12: ", "(by: $x)": "nx: "}[n] + "next" + n)
			default:
				if rapid.IntRange(0, 3).Draw(w.T, "alias") == 0 {
					b.WriteString("a_" + name + ": ")
				}
				b.WriteString(name)
			}
			b.WriteString(w.directive())
			if below != "" {
				w.selection(b, below, depth-1)
			}
		}
	}
	b.WriteString(" }")
}

func (w *writer) directive() string {
	return rapid.SampledFrom([]string{"", "", "", "", " @skip(if: $t)", " @include(if: $t)", " @include(if: true) @skip(if: false)", " @skip(if: true)"}).Draw(w.T, "directive")
}

// TestDifferential compares the data of random documents with what graphql-go's
// executor makes of them, over the same resolvers.
func TestDifferential(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	e, err := New(toy.schema, Options{MaxDepth: 64})
	if err != nil {
		t.Fatal(err)
	}
	seen, answered := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		w := &writer{T: t}
		var b strings.Builder
		b.WriteString("query Q($t: Boolean!, $x: Int) { used: int(a: $x) @include(if: $t) ...")
		w.selection(&b, "Query", 5)
		b.WriteString(" }")
		for i, f := range w.fragments {
			fmt.Fprintf(&b, " fragment F%d on %s%s", i, w.types[i], f)
		}
		query := b.String()
		vars := map[string]any{"t": rapid.Bool().Draw(t, "t")}
		if rapid.Bool().Draw(t, "given") {
			vars["x"] = rapid.IntRange(-3, 15).Draw(t, "x")
		}
		r := e.Do(context.Background(), Request{Query: query, Variables: vars})
		seen++
		if !r.Executed {
			switch r.Code() {
			case CodeFields, CodeDepth, CodeAliases, CodeTokens, CodeBytes:
				return
			}
			t.Fatalf("%s\nrefused: %v", query, r.Errors)
		}
		answered++
		doc, err := parser.Parse(parser.ParseParams{Source: query})
		if err != nil {
			t.Fatalf("%s\n%v", query, err)
		}
		theirs := graphql.Execute(graphql.ExecuteParams{Schema: toy.schema, AST: doc, OperationName: "Q", Args: vars, Context: WithLoaders(context.Background())})
		if diff := cmp.Diff(plain(t, map[string]any{"data": theirs.Data}), map[string]any{"data": plain(t, r)["data"]}); diff != "" {
			t.Fatalf("%s\n%v\n(-graphql-go +ours)\n%s", query, vars, diff)
		}
	})
	if answered*2 < seen {
		t.Errorf("of %d documents only %d were answered", seen, answered)
	}
}

// plain reads what something writes as JSON.
func plain(t *rapid.T, v any) map[string]any {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}
