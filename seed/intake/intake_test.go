package intake_test

import (
	"context"
	"maps"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed/candidate"
	"github.com/onrecord/onrecord/seed/intake"
)

// taken reads a capture of a record and takes it in.
func taken(t *testing.T, rec *graph.Record, capture string, o intake.Options) intake.Done {
	t.Helper()
	ctx := context.Background()
	article, err := intake.Article(ctx, graphtest.View(t, rec), graphtest.ID(capture))
	if err != nil {
		t.Fatal(err)
	}
	article.Language = "en"
	done, err := intake.Take(ctx, rec, article, o)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func node(t *testing.T, rec *graph.Record, id graph.ID) *graph.Node {
	t.Helper()
	ns, err := graphtest.View(t, rec).NodesByID(context.Background(), []graph.ID{id})
	if err != nil || ns[0] == nil {
		t.Fatalf("%s: %v %v", id, ns, err)
	}
	return ns[0]
}

// A policy never undoes what a person decided, of a statement or of its speaker.
func TestDecisionsStay(t *testing.T) {
	t.Parallel()
	const text = "“It is late,” said Ann Lee."
	policy, err := candidate.ParsePolicy("direct>=0.5")
	if err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]vocab.NodeKind{"the statement": vocab.Statement, "the speaker": vocab.Speaker} {
		rec := graphtest.Open(t)
		graphtest.Build().Capture("c", text).Write(t, rec)
		done := taken(t, rec, "c", intake.Options{})
		if len(done.Statements) != 1 || done.Accepted != 0 {
			t.Fatalf("%+v", done)
		}
		id := done.Statements[0]
		if kind == vocab.Speaker {
			id = graph.KeyID("speaker", "ann lee")
		}
		n := node(t, rec, id)
		props := maps.Clone(n.Props)
		props["status"] = "REJECTED"
		if _, err := rec.Write(context.Background(), graph.Revision{
			Agent: "Edith Or", Method: "human", Reason: "it was not said", Changes: []graph.Change{graph.Put(&graph.Node{ID: id, Kind: kind, Props: props})},
		}); err != nil {
			t.Fatal(err)
		}
		head := rec.Head()
		if done = taken(t, rec, "c", intake.Options{Policy: policy}); done.Accepted != 0 || rec.Head() != head {
			t.Errorf("%s was rejected, and the policy accepted it: %+v", name, done)
		}
		if s := node(t, rec, id).Status(); s != "REJECTED" {
			t.Errorf("%s is %s", name, s)
		}
	}
}

// Two texts' officials are two speakers, and none is proposed to be another.
func TestUnnamedAreNotLinked(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	graphtest.Build().
		Capture("a", "“The bridge is closed,” officials said.").
		Capture("b", "“The road is open,” officials said.").
		Node(vocab.Speaker, "officials", graph.Props{"type": "GROUP", "description": "officials"}).
		Write(t, rec)
	policy, err := candidate.ParsePolicy("direct>=0.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, capture := range []string{"a", "b"} {
		if done := taken(t, rec, capture, intake.Options{Policy: policy}); done.Accepted != 1 || done.SameAs != 0 {
			t.Errorf("%s: %+v", capture, done)
		}
	}
	v := graphtest.View(t, rec)
	if n := len(graphtest.Collect(t, v, v.All(vocab.Speaker), 10)); n != 3 {
		t.Errorf("%d speakers, want those on record and one for each text", n)
	}
	graphtest.Verify(t, rec)
}

// Who is confirmed is not confirmed to be another with it.
func TestLinkIsDecidedByItself(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	graphtest.Build().Capture("c", "“It is late,” said Ann Lee.").Speaker("ann", "Ann Lee").Write(t, rec)
	policy, err := candidate.ParsePolicy("direct>=0.5")
	if err != nil {
		t.Fatal(err)
	}
	if done := taken(t, rec, "c", intake.Options{Policy: policy}); done.SameAs != 1 || done.Accepted != 1 {
		t.Fatalf("%+v", done)
	}
	v := graphtest.View(t, rec)
	if n := len(graphtest.Collect(t, v, v.Listed(graph.StatusesOf("CANDIDATE"), vocab.SameAs), 10)); n != 1 {
		t.Errorf("%d links wait, want 1", n)
	}
	same, err := v.Identity(context.Background(), node(t, rec, graphtest.ID("ann")))
	if err != nil || len(same) != 1 {
		t.Errorf("she is taken for %v %v", same, err)
	}
}

func TestArticleRefuses(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	graphtest.Build().Capture("c", "It is late.").Speaker("ann", "Ann Lee").Write(t, rec)
	for name, kind := range map[string]graph.Kind{"ann": graph.Invalid, "nothing": graph.NotFound} {
		if _, err := intake.Article(context.Background(), graphtest.View(t, rec), graphtest.ID(name)); graph.KindOf(err) != kind {
			t.Errorf("%s: got %v, want %v", name, err, kind)
		}
	}
}
