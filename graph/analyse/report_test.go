package analyse_test

import (
	"encoding/json"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/analyse"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
)

// quarrel is a record in which Anna and Bela disagree on war, by a denial, and Anna
// and Carla on peace, by claims that contradict each other; Dora says both.
func quarrel(t testing.TB) *graph.Record {
	t.Helper()
	rec := graphtest.Open(t)
	b := graphtest.Build().Capture("text", "There is war. There is no war. There is peace. There is strife. Both are so. So they are.")
	for name, called := range map[string]string{"anna": "Anna Ash", "bela": "Bela Birch", "carla": "Carla Cedar", "dora": "Dora Dogwood"} {
		b.Speaker(name, called)
	}
	b.Statement("a1", "anna", "text", "There is war.", "2026").Statement("b1", "bela", "text", "There is no war.", "2026").
		Statement("a2", "anna", "text", "There is peace.", "2026").Statement("c1", "carla", "text", "There is strife.", "2026").
		Statement("d1", "dora", "text", "Both are so.", "2026").Statement("d2", "dora", "text", "So they are.", "2026").
		Claim("war", "There is war", "a1").Claim("peace", "There is peace", "a2", "d1").Claim("strife", "There is strife", "c1", "d2").
		Edge(vocab.Expresses, "b1", "war", graph.Props{"polarity": "DENIES"}).
		Edge(vocab.Contradicts, "peace", "strife", graph.Props{"evidence": []graph.Span{b.Place("text", "There is strife.")}}).
		Write(t, rec)
	return rec
}

func TestOpinions(t *testing.T) {
	t.Parallel()
	r := report(t, quarrel(t), export.Selection{})
	for _, c := range []struct {
		name             string
		subjects, others int
	}{{"Anna Ash", 2, 2}, {"Bela Birch", 1, 1}, {"Carla Cedar", 1, 1}, {"Dora Dogwood", 0, 0}} {
		got := [2]int{}
		for _, d := range r.Disagree {
			if d.Label == c.name {
				got = [2]int{d.Subjects, d.Others}
			}
		}
		if want := [2]int{c.subjects, c.others}; got != want {
			t.Errorf("%s disagrees on %d subjects with %d others, want %d and %d", c.name, got[0], got[1], want[0], want[1])
		}
	}
	if len(r.Disagree) == 0 || r.Disagree[0].Label != "Anna Ash" {
		t.Errorf("who disagrees most is %+v, want Anna Ash", r.Disagree)
	}
	want := map[string][2]int{"There is war": {2, 2}, "There is peace": {2, 2}, "There is strife": {2, 2}}
	if len(r.Repeated) != len(want) {
		t.Errorf("repeated: %+v", r.Repeated)
	}
	for _, c := range r.Repeated {
		if got := [2]int{c.Statements, c.Speakers}; got != want[c.Label] {
			t.Errorf("%s is in %d statements of %d speakers, want %v", c.Label, got[0], got[1], want[c.Label])
		}
	}
}

func report(t testing.TB, rec *graph.Record, sel export.Selection) *analyse.Report {
	t.Helper()
	r, err := analyse.Of(t.Context(), graphtest.View(t, rec), sel, 20, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReport(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	graphtest.Article().Write(t, rec)
	r := report(t, rec, export.Selection{})
	nodes, edges := 0, 0
	for s, err := range graphtest.View(t, rec).Stream(t.Context()) {
		switch {
		case err != nil:
			t.Fatal(err)
		case s.IsEdge():
			edges++
		default:
			nodes++
		}
	}
	if r.Nodes != nodes || r.Edges == 0 || r.Edges > edges {
		t.Errorf("%d nodes and %d edges, want %d and up to %d", r.Nodes, r.Edges, nodes, edges)
	}
	sum := 0
	for _, n := range r.Components {
		sum += n
	}
	if sum != nodes || len(r.Ranks) == 0 || r.GroupCount == 0 {
		t.Errorf("it does not add up: %+v", r)
	}
	for _, x := range r.Ranks {
		if x.Label == "" || x.Kind == "" {
			t.Errorf("%s has no name", x.ID)
		}
	}
	a, _ := json.Marshal(r)
	b, _ := json.Marshal(report(t, rec, export.Selection{}))
	if string(a) != string(b) {
		t.Errorf("got %s and then %s", a, b)
	}
	none, err := analyse.Of(t.Context(), graphtest.View(t, rec), export.Selection{Search: "nowhere"}, 20, nil)
	if err != nil || none.Nodes != 0 {
		t.Errorf("of nothing: %+v, %v", none, err)
	}
}
