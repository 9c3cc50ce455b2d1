package intake_test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed/candidate"
	"github.com/onrecord/onrecord/seed/corpus"
	"github.com/onrecord/onrecord/seed/intake"
)

// gold is what people found in the seed article.
type gold struct {
	Quotations []struct {
		ID, Speaker string
		Inner       struct{ Cp [2]int }
	}
	Statements []struct {
		ID, Speaker string
		Content     struct{ Cp [2]int }
	}
}

// seeded is a record with the seed article as people annotated it, and the article.
func seeded(t *testing.T) (*graph.Record, candidate.Article) {
	t.Helper()
	rec := graphtest.Open(t)
	if _, err := corpus.Load(context.Background(), rec); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../corpus/article.txt")
	if err != nil {
		t.Fatal(err)
	}
	return rec, candidate.Article{
		Capture: corpus.ID("text"), SHA256: "411193ea489b42d8e3e714ec429fe45a4392b3394d18d363290f6d4bb3d3bcad", Text: string(text), Language: "en",
		Published: edtf.When{EDTF: edtf.MustParse("2018-08-13")}, Source: corpus.ID("article").String(),
	}
}

// proposed is a statement of the queue, as the test looks at it.
type proposed struct {
	text, speaker               string
	content, quotations, nested []graph.Span
}

func queue(t *testing.T, rec *graph.Record) []proposed {
	t.Helper()
	ctx := context.Background()
	v := graphtest.View(t, rec)
	var out []proposed
	for _, it := range graphtest.Collect(t, v, v.Proposed(vocab.Statement), 100) {
		ns, err := v.Nodes(ctx, []graph.Ref{it.Ref})
		if err != nil {
			t.Fatal(err)
		}
		p := proposed{text: ns[0].Text("text")}
		links, err := v.Links(ctx, []graph.Ref{it.Ref}, graph.StatusesOf("CANDIDATE"), graph.Way{Kind: vocab.QuotedIn, Dir: graph.Out}, graph.Way{Kind: vocab.Said, Dir: graph.In})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range links[0] {
			es, err := v.Edges(ctx, []graph.Ref{l.Edge})
			if err != nil {
				t.Fatal(err)
			}
			if es[0].Kind == vocab.QuotedIn {
				p.content, _ = es[0].Props["content"].([]graph.Span)
				p.quotations, _ = es[0].Props["quotations"].([]graph.Span)
				p.nested, _ = es[0].Props["nested"].([]graph.Span)
				continue
			}
			who, err := v.Nodes(ctx, []graph.Ref{l.Other})
			if err != nil {
				t.Fatal(err)
			}
			p.speaker = who[0].Label()
		}
		out = append(out, p)
	}
	return out
}

// What people found in the seed article is proposed, with who said it.
func TestSeedArticleIsProposed(t *testing.T) {
	t.Parallel()
	rec, article := seeded(t)
	if _, err := intake.Take(context.Background(), rec, article, intake.Options{}); err != nil {
		t.Fatal(err)
	}
	found := queue(t, rec)
	data, err := os.ReadFile("../corpus/testdata/gold.json")
	if err != nil {
		t.Fatal(err)
	}
	var want gold
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{"p-khamenei": "Seyed Ali Khamenei", "p-trump": "Donald Trump"}
	exact := 0
	for _, q := range want.Quotations {
		if slices.ContainsFunc(found, func(p proposed) bool {
			return p.speaker == names[q.Speaker] && slices.ContainsFunc(slices.Concat(p.content, p.quotations), func(s graph.Span) bool { return s.Start == q.Inner.Cp[0] && s.End == q.Inner.Cp[1] })
		}) {
			exact++
		} else {
			t.Logf("quotation %s is not proposed", q.ID)
		}
	}
	if exact != 9 || len(want.Quotations) != 9 {
		t.Errorf("%d of %d quotations with their speakers, want 9 of 9", exact, len(want.Quotations))
	}
	used := make(map[int]bool) // a proposal answers for one statement
	matched := 0
	for _, s := range want.Statements {
		best, at := .5, -1
		for i, p := range found {
			if o := overlap(p.content, s.Content.Cp); !used[i] && p.speaker == names[s.Speaker] && o >= best {
				best, at = o, i
			}
		}
		if at < 0 {
			t.Logf("statement %s is not proposed by itself", s.ID)
			continue
		}
		used[at] = true
		matched++
	}
	if matched < 20 || len(want.Statements) != 24 {
		t.Errorf("%d of %d statements with their speakers, want 20 of 24", matched, len(want.Statements))
	}
	if !slices.ContainsFunc(found, func(p proposed) bool {
		return strings.HasPrefix(p.text, "However, they (Americans)") && len(p.nested) == 1 && p.nested[0].Start == 1508 && p.nested[0].End == 1524
	}) {
		t.Error("the quotation within a quotation is not marked")
	}
	t.Logf("%d quotations, %d statements, %d proposed", exact, matched, len(found))
	graphtest.Verify(t, rec)
}

// overlap is how much of two places is common to them, by Dice.
func overlap(a []graph.Span, b [2]int) float64 {
	common, all := 0, b[1]-b[0]
	for _, s := range a {
		common += max(0, min(s.End, b[1])-max(s.Start, b[0]))
		all += s.Len()
	}
	return 2 * float64(common) / float64(all)
}

// Taking in a text twice adds nothing, with a policy and without.
func TestTakingInTwiceAddsNothing(t *testing.T) {
	t.Parallel()
	direct, err := candidate.ParsePolicy("direct>=0.9")
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]intake.Options{"everything proposed": {}, "with a policy": {Policy: direct}} {
		rec, article := seeded(t)
		if _, err := intake.Take(context.Background(), rec, article, o); err != nil {
			t.Fatal(err)
		}
		head := rec.Head()
		if _, err := intake.Take(context.Background(), rec, article, o); err != nil {
			t.Fatal(err)
		}
		if rec.Head() != head {
			t.Errorf("%s: the record went from revision %d to %d", name, head.Seq, rec.Head().Seq)
		}
	}
}

// What a policy accepts stands, with the policy in its history; a day that the
// text tells is resolved by a named rule.
func TestPolicyAccepts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	rec, article := seeded(t)
	policy, err := candidate.ParsePolicy("direct>=0.95")
	if err != nil {
		t.Fatal(err)
	}
	done, err := intake.Take(ctx, rec, article, intake.Options{Policy: policy, Agent: "Edith Or"})
	if err != nil {
		t.Fatal(err)
	}
	if done.Accepted != 1 {
		t.Fatalf("%d statements accepted, want 1: %+v", done.Accepted, done)
	}
	v := graphtest.View(t, rec)
	nodes, err := v.NodesByID(ctx, done.Statements)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if n.Status() != "CONFIRMED" {
			continue
		}
		if !strings.HasPrefix(n.Text("text"), "I would certainly meet with Iran") {
			t.Errorf("accepted %q", n.Text("text"))
		}
		said, _ := n.Props["said"].(edtf.When)
		if said.Effective().String() != "2018-07-30" || said.ResolvedBy() != "latest-month-day-on-or-before-publication" || said.EDTF.String() != "XXXX-07-30" {
			t.Errorf("said %+v, resolved %+v", said, said.Resolution)
		}
		history, err := v.Histories(ctx, []graph.Ref{n.Ref})
		if err != nil {
			t.Fatal(err)
		}
		if l := history[0]; len(l) != 2 || l[0].Method != "rule:accept:direct>=0.95" || l[0].Agent != "Edith Or" || l[1].Method != candidate.Method {
			t.Errorf("history %+v", l)
		}
		speakers, err := v.Others(ctx, []graph.Ref{n.Ref}, graph.Shown, graph.Way{Kind: vocab.Said, Dir: graph.In})
		if err != nil || len(speakers[0]) != 1 || speakers[0][0].Label() != "Donald Trump" {
			t.Errorf("speakers %v %v", speakers[0], err)
		}
		// It is not silently he who is on record: that waits for a person.
		if speakers[0][0].ID == corpus.ID("p-trump") {
			t.Error("the statement was given to the record's speaker")
		}
		same, err := v.Others(ctx, []graph.Ref{speakers[0][0].Ref}, graph.StatusesOf("CANDIDATE"), graph.Way{Kind: vocab.SameAs, Dir: graph.Both})
		if err != nil || len(same[0]) != 1 || same[0][0].ID != corpus.ID("p-trump") {
			t.Errorf("proposed to be the same: %v %v", same[0], err)
		}
	}
}
