package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
)

// A hub says sixty things, and holds one stance that comes after all of them.
func TestSpread(t *testing.T) {
	t.Parallel()
	r := graphtest.Open(t)
	var text strings.Builder
	for i := range 60 {
		text.WriteString(fmt.Sprintf("Line %d is said. ", i))
	}
	b := graphtest.Build().Capture("text", text.String()).Speaker("hub", "The Hub").Speaker("other", "Another").
		Node(vocab.Topic, "trade", graph.Props{"name": "trade"})
	for i := range 60 {
		name := fmt.Sprintf("line %d", i)
		b.Statement(name, "hub", "text", fmt.Sprintf("Line %d is said.", i), "2018-07-30")
		b.Edge(vocab.About, name, "trade")
	}
	b.Claim("claim", "Trade is good.", "line 0", "line 59")
	b.Edge(vocab.MemberOf, "hub", "other")
	b.Write(t, r)
	v, err := r.View(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() }) // nothing is written through it
	refs := func(names ...string) (out []graph.Ref) {
		for _, name := range names {
			found, err := v.Refs(context.Background(), []graph.ID{graphtest.ID(name)})
			if err != nil || found[0] == 0 {
				t.Fatalf("%s: no such node: %v", name, err)
			}
			out = append(out, found[0])
		}
		return out
	}
	for _, test := range []struct {
		name        string
		of          []string
		spread      graph.Spread
		nodes, edge int
		cut         bool
		with        string // a node that must be there
	}{
		{"nothing around", []string{"hub"}, graph.Spread{Depth: 0, Each: 25, Limit: 100}, 1, 0, false, "hub"},
		{"every kind of edge gets its turn", []string{"hub"}, graph.Spread{Depth: 1, Each: 25, Limit: 100}, 26, 25, true, "other"},
		{"given twice, twice as many", []string{"hub", "hub"}, graph.Spread{Depth: 1, Each: 25, Limit: 100}, 51, 50, true, "other"},
		{"given three times, all", []string{"hub", "hub", "hub"}, graph.Spread{Depth: 1, Each: 25, Limit: 100}, 62, 61, false, "line 59"},
		{"along some edges only", []string{"hub"}, graph.Spread{Depth: 1, Each: 25, Limit: 100, Kinds: []vocab.EdgeKind{vocab.MemberOf}}, 2, 1, false, "other"},
		{"without a kind", []string{"hub"}, graph.Spread{Depth: 2, Each: 25, Limit: 100, Without: []vocab.NodeKind{vocab.Statement}}, 2, 1, false, "other"},
		{"never more than the limit", []string{"hub", "trade"}, graph.Spread{Depth: 3, Each: 25, Limit: 30}, 30, 55, true, "trade"},
		{"the edges among those that are given", []string{"line 0", "claim", "hub"}, graph.Spread{Depth: 0, Each: 25, Limit: 100}, 3, 2, false, "claim"},
		{"two that share what they bring", []string{"claim", "line 0"}, graph.Spread{Depth: 1, Each: 25, Limit: 100}, 6, 8, false, "line 59"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.spread.Which = graph.Shown
			g, err := v.Spread(context.Background(), refs(test.of...), test.spread)
			if err != nil {
				t.Fatal(err)
			}
			if len(g.Nodes) != test.nodes || len(g.Edges) != test.edge || g.Truncated != test.cut {
				t.Errorf("got %d nodes, %d edges, cut %t; want %d, %d, %t", len(g.Nodes), len(g.Edges), g.Truncated, test.nodes, test.edge, test.cut)
			}
			if !slices.ContainsFunc(g.Nodes, func(n *graph.Node) bool { return n.ID == graphtest.ID(test.with) }) {
				t.Errorf("%s is not there: %s", test.with, labels(g))
			}
			for _, e := range g.Edges {
				for _, end := range []graph.Ref{e.FromRef, e.ToRef} {
					if !slices.ContainsFunc(g.Nodes, func(n *graph.Node) bool { return n.Ref == end }) {
						t.Errorf("edge %s has an end that is not among the nodes", e.ID)
					}
				}
			}
		})
	}
}

func labels(g *graph.Subgraph) string {
	var b strings.Builder
	for _, n := range g.Nodes {
		b.WriteString(n.Label() + "; ")
	}
	return b.String()
}

// The shortest way between two speakers is often the text that both are quoted
// in, which says nothing.
func TestPathAlong(t *testing.T) {
	t.Parallel()
	r := graphtest.Open(t)
	graphtest.Build().Capture("text", "Yes. No.").Speaker("a", "A").Speaker("b", "B").
		Statement("yes", "a", "text", "Yes.", "").Statement("no", "b", "text", "No.", "").
		Claim("claim", "It is so.", "yes").Edge(vocab.Expresses, "no", "claim", graph.Props{"polarity": "DENIES"}).
		Write(t, r)
	v, err := r.View(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() }) // nothing is written through it
	ends, err := v.Refs(context.Background(), []graph.ID{graphtest.ID("a"), graphtest.ID("b"), graphtest.ID("claim")})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		to    graph.Ref
		along graph.Along
		want  string
	}{
		{"any way", ends[1], graph.Along{}, "A; Yes.; Capture; No.; B; "},
		{"not by way of a text", ends[1], graph.Along{Without: []vocab.NodeKind{vocab.Capture}}, "A; Yes.; It is so.; No.; B; "},
		{"not by way of a claim, which is an end", ends[2], graph.Along{Without: []vocab.NodeKind{vocab.Claim}}, "A; Yes.; It is so.; "},
		{"along what was said alone", ends[1], graph.Along{Kinds: []vocab.EdgeKind{vocab.Said}}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.along.Which = graph.Shown
			g, err := v.PathAlong(context.Background(), ends[0], test.to, 6, test.along)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if g != nil {
				got = labels(g)
			}
			if !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
