package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
)

func TestNewest(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	graphtest.Article().Write(t, rec)
	graphtest.Build().Speaker("carl", "Carl Cedar").Capture("second", "“Peace,” he said.").
		Statement("s3", "carl", "second", "Peace", "1999").
		Node(vocab.Topic, "proposed", graph.Props{"name": "Proposed", "status": "CANDIDATE"}).
		Node(vocab.Topic, "war", graph.Props{"name": "War"}).Write(t, rec)
	graphtest.Build().Change(graph.Change{Op: graph.Retract, ID: graphtest.ID("s2")}).Write(t, rec)
	v := graphtest.View(t, rec)
	names := func(v *graph.View, p graph.Page, kinds ...vocab.NodeKind) (labels []string, total int64, found *graph.Found) {
		t.Helper()
		l := v.Newest(kinds...)
		found, err := v.Page(ctx, l, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range found.Items {
			ns, err := v.Nodes(ctx, []graph.Ref{it.Ref})
			if err != nil {
				t.Fatal(err)
			}
			labels = append(labels, ns[0].Label())
		}
		n, err := v.Counts(ctx, []*graph.List{l})
		if err != nil {
			t.Fatal(err)
		}
		return labels, n[0], found
	}
	n := func(i int) *int { return &i }

	got, total, found := names(v, graph.Page{}, vocab.Statement)
	if diff := cmp.Diff([]string{"Peace", "We will 🤝 the deal,"}, got); diff != "" || total != 2 || found.HasNext {
		t.Errorf("statements: total %d, more %t, %s", total, found.HasNext, diff)
	}
	got, total, first := names(v, graph.Page{First: n(2)}, vocab.Topic, vocab.Statement)
	if diff := cmp.Diff([]string{"War", "Peace"}, got); diff != "" || total != 4 || !first.HasNext {
		t.Errorf("two of topics and statements: total %d, more %t, %s", total, first.HasNext, diff)
	}
	got, _, found = names(v, graph.Page{First: n(2), After: first.Items[1].Cursor}, vocab.Topic, vocab.Statement)
	if diff := cmp.Diff([]string{"Peace", "We will 🤝 the deal,"}, got); diff != "" || found.HasNext {
		t.Errorf("the next two: more %t, %s", found.HasNext, diff)
	}
	then, err := v.AsOf(ctx, graph.At{Seq: 1})
	if err != nil {
		t.Fatal(err)
	}
	got, total, _ = names(then, graph.Page{}, vocab.Statement)
	if diff := cmp.Diff([]string{"There will be no talks.", "We will 🤝 the deal,"}, got); diff != "" || total != 2 {
		t.Errorf("as of revision 1: total %d, %s", total, diff)
	}
}
