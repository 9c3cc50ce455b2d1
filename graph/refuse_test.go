package graph_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// at returns a place of the article that says exact.
func at(start, end int, exact string) []graph.Span {
	s := graph.Span{Capture: graphtest.ID("article"), Exact: exact}
	s.Start, s.End = start, end
	return []graph.Span{s}
}

func node(kind vocab.NodeKind, name string, p graph.Props) graph.Change {
	return graph.Put(&graph.Node{ID: graphtest.ID(name), Kind: kind, Props: p})
}

func edge(kind vocab.EdgeKind, from, to string, p graph.Props) graph.Change {
	return graph.Connect(&graph.Edge{Kind: kind, From: graphtest.ID(from), To: graphtest.ID(to), Props: p})
}

func retract(name string) graph.Change {
	return graph.Change{Op: graph.Retract, ID: graphtest.ID(name)}
}

func redact(name string) graph.Change {
	return graph.Change{Op: graph.Redact, ID: graphtest.ID(name)}
}

func edgeID(kind vocab.EdgeKind, from, to string) graph.ID {
	return graph.EdgeID(&graph.Edge{Kind: kind, From: graphtest.ID(from), To: graphtest.ID(to)})
}

//go:fix inline
func seq(n uint64) *uint64 { return new(n) }

func many[T any](n int, v T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// refusal is a revision that must be refused.
type refusal struct {
	name    string
	changes []graph.Change
	edit    func(*graph.Revision) // what is wrong with the revision itself
	kind    graph.Kind
	says    []string // what the error names
}

// Each rule of the record, broken once: the error names the thing, its kind is
// right, and nothing has changed.
func TestRefused(t *testing.T) {
	store := memkv.New()
	rec := graphtest.OpenStore(t, store, graph.Options{Now: new(graphtest.Clock).Now})
	prepare(t, rec)
	before, head := graphtest.Dump(t, store), rec.Head()
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			rev := graph.Revision{Agent: "anna", Method: "human", Reason: "why not", Changes: c.changes}
			if c.edit != nil {
				c.edit(&rev)
			}
			res, err := rec.Write(ctx, rev)
			if err == nil {
				t.Fatalf("accepted as revision %d", res.Seq)
			}
			if got := graph.KindOf(err); got != c.kind {
				t.Errorf("kind %q, want %q: %v", got, c.kind, err)
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("%q does not say %q", err, s)
				}
			}
			if rec.Head() != head {
				t.Errorf("the head moved to %+v", rec.Head())
			}
			if d := graphtest.Diff(before, graphtest.Dump(t, store)); d != "" {
				t.Errorf("it changed:\n%s", d)
			}
		})
		if rec.Head() != head {
			t.Fatal("nothing can be said of the others")
		}
	}
	graphtest.Verify(t, rec)
}

// prepare writes the article, and beside it something retracted, something
// redacted and an order that is closed to a circle by an event that is gone.
func prepare(t *testing.T, rec *graph.Record) {
	t.Helper()
	graphtest.Article().Write(t, rec)
	graphtest.Build().
		Node(vocab.Topic, "gone", graph.Props{"name": "Gone"}).
		Node(vocab.Topic, "black", graph.Props{"name": "Black"}).
		Capture("other", "Black 🖤 words.").
		Event("e1", "One", "").Event("e2", "Two", "").Event("e3", "Three", "").
		Edge(vocab.Before, "e1", "e2").Edge(vocab.Before, "e3", "e1").
		Speaker("carl", "Carl").Speaker("dora", "Dora").
		Node(vocab.Statement, "s3", graph.Props{"text": "Hm.", "mode": "INDIRECT"}).Edge(vocab.Said, "carl", "s3").
		Write(t, rec)
	graphtest.Build().Change(retract("gone")).Change(redact("black")).Change(redact("other")).Change(retract("e1")).Change(retract("carl")).Write(t, rec)
	// What could not be put if e1 and carl were there:
	graphtest.Build().Edge(vocab.Before, "e2", "e3").Edge(vocab.Said, "dora", "s3").Write(t, rec)
}

var refusals = []refusal{
	// The revision.
	{name: "no agent", changes: []graph.Change{retract("s1")}, edit: func(r *graph.Revision) { r.Agent = "" }, kind: graph.Invalid, says: []string{"agent", "missing"}},
	{name: "no method", changes: []graph.Change{retract("s1")}, edit: func(r *graph.Revision) { r.Method = "" }, kind: graph.Invalid, says: []string{"method", "missing"}},
	{name: "unknown method", changes: []graph.Change{retract("s1")}, edit: func(r *graph.Revision) { r.Method = "magic" }, kind: graph.Invalid, says: []string{`"magic"`, "human"}},
	{name: "no changes", kind: graph.Invalid, says: []string{"changes", "none"}},
	{name: "long key", changes: []graph.Change{retract("s1")}, edit: func(r *graph.Revision) { r.Key = strings.Repeat("k", graph.MaxKey+1) }, kind: graph.Invalid, says: []string{"key", "201"}},
	{name: "long reason", changes: []graph.Change{retract("s1")}, edit: func(r *graph.Revision) { r.Reason = strings.Repeat("k", graph.MaxReason+1) }, kind: graph.Invalid, says: []string{"reason", "4097"}},
	{name: "agent not UTF-8", changes: []graph.Change{retract("s1")}, edit: func(r *graph.Revision) { r.Agent = "\xff" }, kind: graph.Invalid, says: []string{"UTF-8"}},
	{name: "no reason for a retraction", changes: []graph.Change{retract("peace")}, edit: func(r *graph.Revision) { r.Reason = "" }, kind: graph.Invalid, says: []string{"reason", graphtest.ID("peace").String()}},
	{name: "no reason for a change", changes: []graph.Change{node(vocab.Topic, "peace", graph.Props{"name": "War"})}, edit: func(r *graph.Revision) { r.Reason = "" }, kind: graph.Invalid, says: []string{"reason"}},
	{name: "a change that is none", changes: []graph.Change{{}}, kind: graph.Invalid, says: []string{"change 1", "does nothing"}},
	{name: "a put of nothing", changes: []graph.Change{{Op: graph.PutNode}}, kind: graph.Invalid, says: []string{"change 1, put node"}},
	{name: "the second change of two", changes: []graph.Change{node(vocab.Topic, "new", graph.Props{"name": "New"}), node(vocab.Topic, "new2", nil)}, kind: graph.Invalid, says: []string{"change 2", "name", "missing"}},
	{name: "changed twice", changes: []graph.Change{node(vocab.Topic, "peace", graph.Props{"name": "War"}), retract("peace")}, kind: graph.Invalid, says: []string{"twice", "change 2"}},
	{name: "new and changed", changes: []graph.Change{node(vocab.Topic, "new", graph.Props{"name": "War"}), node(vocab.Topic, "new", graph.Props{"name": "Peace"})}, kind: graph.Invalid, says: []string{"twice"}},

	// Nodes.
	{name: "unknown kind of node", changes: []graph.Change{node(99, "new", nil)}, kind: graph.Invalid, says: []string{"99"}},
	{name: "missing property", changes: []graph.Change{node(vocab.Statement, "new", graph.Props{"text": "x"})}, kind: graph.Invalid, says: []string{"STATEMENT", "mode", "missing"}},
	{name: "unknown property", changes: []graph.Change{node(vocab.Topic, "new", graph.Props{"name": "x", "colour": "red"})}, kind: graph.Invalid, says: []string{`"colour"`, "there are name"}},
	{name: "unknown value", changes: []graph.Change{node(vocab.Claim, "new", graph.Props{"text": "x", "type": "LIE"})}, kind: graph.Invalid, says: []string{"type", `"LIE"`, "FACT"}},
	{name: "a number for a text", changes: []graph.Change{node(vocab.Topic, "new", graph.Props{"name": 7})}, kind: graph.Invalid, says: []string{"name", "int", "a text"}},
	{name: "a text for a date", changes: []graph.Change{node(vocab.Event, "new", graph.Props{"name": "x", "when": "2018"})}, kind: graph.Invalid, says: []string{"when", "a date"}},
	{name: "texts for names", changes: []graph.Change{node(vocab.Speaker, "new", graph.Props{"type": "PERSON", "names": []string{"x"}})}, kind: graph.Invalid, says: []string{"names"}},
	{name: "a name without a name", changes: []graph.Change{node(vocab.Speaker, "new", graph.Props{"type": "PERSON", "names": []graph.Name{{Value: " "}}})}, kind: graph.Invalid, says: []string{"names", "empty"}},
	{name: "a name in no language", changes: []graph.Change{node(vocab.Speaker, "new", graph.Props{"type": "PERSON", "names": []graph.Name{{Value: "x", Language: "!!"}}})}, kind: graph.Invalid, says: []string{"names", "BCP 47"}},
	{name: "a name in no script", changes: []graph.Change{node(vocab.Speaker, "new", graph.Props{"type": "PERSON", "names": []graph.Name{{Value: "x", Script: "\xff"}}})}, kind: graph.Invalid, says: []string{"names", "ISO 15924"}},
	{name: "no address", changes: []graph.Change{node(vocab.Source, "new", graph.Props{"title": "x", "url": "example.org"})}, kind: graph.Invalid, says: []string{"url", `"example.org"`}},
	{name: "an address of a script", changes: []graph.Change{node(vocab.Speaker, "new", graph.Props{"type": "PERSON", "sameAs": []string{"javascript:x"}})}, kind: graph.Invalid, says: []string{"sameAs", "javascript:x"}},
	{name: "no language", changes: []graph.Change{node(vocab.Source, "new", graph.Props{"title": "x", "language": "?"})}, kind: graph.Invalid, says: []string{"language", "BCP 47"}},
	{name: "text not UTF-8", changes: []graph.Change{node(vocab.Topic, "new", graph.Props{"name": "a\xffb"})}, kind: graph.Invalid, says: []string{"name", "UTF-8"}},
	{name: "long text", changes: []graph.Change{node(vocab.Topic, "new", graph.Props{"name": strings.Repeat("x", graph.MaxText+1)})}, kind: graph.TooLarge, says: []string{"name", "262145", "262144"}},
	{name: "a date that contradicts itself", changes: []graph.Change{node(vocab.Event, "new", graph.Props{"name": "x", "when": edtf.When{EDTF: edtf.MustParse("2018-07-30"), Weekday: 2}})}, kind: graph.Invalid, says: []string{"when", "2018-07-30", "Tuesday"}},
	{name: "unknown kind of gap", changes: []graph.Change{node(vocab.Topic, "new", graph.Props{"name": "x", "gaps": []graph.GapNote{{Kind: "HOLE"}}})}, kind: graph.Invalid, says: []string{"gaps", `"HOLE"`}},
	{name: "too many gaps", changes: []graph.Change{node(vocab.Topic, "new", graph.Props{"name": "x", "gaps": many(201, graph.GapNote{Kind: "OTHER"})})}, kind: graph.TooLarge, says: []string{"gaps", "201"}},
	{name: "another kind for a node", changes: []graph.Change{node(vocab.Place, "peace", graph.Props{"name": "Peace"})}, kind: graph.Invalid, says: []string{"TOPIC", "never changes its kind"}},
	{name: "a node with an edge's id", changes: []graph.Change{graph.Put(&graph.Node{ID: edgeID(vocab.About, "s1", "peace"), Kind: vocab.Topic, Props: graph.Props{"name": "x"}})}, kind: graph.Invalid, says: []string{"edge ABOUT"}},
	{name: "a value beyond the store", changes: []graph.Change{node(vocab.Topic, "new", graph.Props{"name": strings.Repeat("x", graph.MaxText), "note": strings.Repeat("y", graph.MaxText)})}, kind: graph.TooLarge, says: []string{"bytes"}},

	// Captures.
	{name: "a capture without a source", changes: []graph.Change{node(vocab.Capture, "new", graph.Props{"text": "x", "mediaType": "text/plain"})}, kind: graph.Invalid, says: []string{"CAPTURE", "source", "CAPTURE_OF"}},
	{name: "a capture without a text", changes: []graph.Change{node(vocab.Capture, "new", graph.Props{"mediaType": "text/plain"})}, kind: graph.Invalid, says: []string{"text", "missing"}},
	{name: "a capture's text changed", changes: []graph.Change{node(vocab.Capture, "article", graph.Props{"text": "other", "mediaType": "text/plain"})}, kind: graph.Invalid, says: []string{"text", "a capture never changes"}},
	{name: "a capture's digest changed", changes: []graph.Change{node(vocab.Capture, "article", graph.Props{"sha256": strings.Repeat("0", 64), "mediaType": "text/plain"})}, kind: graph.Invalid, says: []string{"sha256", "000"}},
	{name: "a capture put with nothing", changes: []graph.Change{node(vocab.Capture, "article", nil)}, kind: graph.Invalid, says: []string{"mediaType", "missing"}},
	{name: "another digest", changes: []graph.Change{node(vocab.Capture, "new", graph.Props{"text": "x", "sha256": strings.Repeat("a", 64), "mediaType": "text/plain"})}, kind: graph.Invalid, says: []string{"sha256", "aaa"}},
	{name: "no digest", changes: []graph.Change{node(vocab.Capture, "new", graph.Props{"text": "x", "sha256": "abc", "mediaType": "text/plain"})}, kind: graph.Invalid, says: []string{"sha256", "abc"}},
	{name: "a capture not UTF-8", changes: []graph.Change{node(vocab.Capture, "new", graph.Props{"text": "x\xff", "mediaType": "text/plain"})}, kind: graph.Invalid, says: []string{"text", "UTF-8"}},

	// Spans.
	{name: "a span that says something else", changes: []graph.Change{edge(vocab.MentionedIn, "bela", "article", graph.Props{"evidence": at(18, 25, "We will")})}, kind: graph.Invalid, says: []string{"evidence 1", "from code point 18 to 25", `"We will"`, graphtest.ID("article").String()}},
	{name: "a span counted in UTF-16", changes: []graph.Change{edge(vocab.MentionedIn, "bela", "article", graph.Props{"evidence": at(48, 58, "Anna Alder")})}, kind: graph.Invalid, says: []string{"evidence 1", `not "Anna Alder"`}},
	{name: "a span behind the text", changes: []graph.Change{edge(vocab.MentionedIn, "bela", "article", graph.Props{"evidence": at(3, 4000, "")})}, kind: graph.Invalid, says: []string{"evidence 1", "4000"}},
	{name: "an empty span", changes: []graph.Change{edge(vocab.MentionedIn, "bela", "article", graph.Props{"evidence": at(3, 3, "")})}, kind: graph.Invalid, says: []string{"evidence 1", "empty"}},
	{name: "a span whose bytes are elsewhere", changes: []graph.Change{edge(vocab.MentionedIn, "bela", "article", graph.Props{"evidence": func() []graph.Span {
		s := at(3, 5, "")
		s[0].ByteStart, s[0].ByteEnd = 3, 5
		return s
	}()})}, kind: graph.Invalid, says: []string{"evidence 1", "another text"}},
	{name: "a span in no capture", changes: []graph.Change{edge(vocab.Because, "c1", "c2", graph.Props{"evidence": []graph.Span{{}}})}, kind: graph.Invalid, says: []string{"evidence 1", "no capture"}},
	{name: "a span in an unknown capture", changes: []graph.Change{edge(vocab.Because, "c1", "c2", graph.Props{"evidence": []graph.Span{{Capture: graphtest.ID("nothing")}}})}, kind: graph.NotFound, says: []string{graphtest.ID("nothing").String()}},
	{name: "a span in a topic", changes: []graph.Change{edge(vocab.Because, "c1", "c2", graph.Props{"evidence": []graph.Span{{Capture: graphtest.ID("peace")}}})}, kind: graph.Invalid, says: []string{"TOPIC", "captures"}},
	{name: "a statement that does not stand at its place", changes: []graph.Change{node(vocab.Statement, "new", graph.Props{"text": "We will break the deal,", "mode": "DIRECT"}), edge(vocab.QuotedIn, "new", "article", graph.Props{"content": at(21, 40, "")})}, kind: graph.Invalid, says: []string{"STATEMENT " + graphtest.ID("new").String(), "break the deal"}},
	{name: "a statement changed away from its place", changes: []graph.Change{node(vocab.Statement, "s2", graph.Props{"text": "There will be talks.", "mode": "DIRECT"})}, kind: graph.Invalid, says: []string{"STATEMENT", "no talks", "There will be talks."}},
	{name: "a quotation without a place", changes: []graph.Change{edge(vocab.QuotedIn, "s3", "article", nil)}, kind: graph.Invalid, says: []string{"QUOTED_IN", "content", "missing"}},
	{name: "an expression of time without a place", changes: []graph.Change{node(vocab.Capture, "article", graph.Props{"mediaType": "text/plain", "times": []graph.Marked{{When: graphtest.When("2018")}}})}, kind: graph.Invalid, says: []string{"times 1", "empty"}},
	{name: "an expression of time not UTF-8", changes: []graph.Change{node(vocab.Capture, "article", graph.Props{"mediaType": "text/plain", "times": []graph.Marked{{When: graphtest.When("2018"), Place: at(1, 2, "")[0], Genre: "\xff"}}})}, kind: graph.Invalid, says: []string{"times", "UTF-8"}},

	// Edges.
	{name: "unknown kind of edge", changes: []graph.Change{edge(99, "s1", "s2", nil)}, kind: graph.Invalid, says: []string{"99"}},
	{name: "wrong end", changes: []graph.Change{edge(vocab.Said, "peace", "s3", nil)}, kind: graph.Invalid, says: []string{"SAID leads from SPEAKER to STATEMENT, not from TOPIC to STATEMENT"}},
	{name: "ends exchanged", changes: []graph.Change{edge(vocab.Expresses, "c1", "s1", nil)}, kind: graph.Invalid, says: []string{"EXPRESSES", "CLAIM to STATEMENT"}},
	{name: "ends of two kinds", changes: []graph.Change{edge(vocab.SameAs, "anna", "c1", nil)}, kind: graph.Invalid, says: []string{"SAME_AS", "one kind", "SPEAKER and CLAIM"}},
	{name: "from nothing", changes: []graph.Change{edge(vocab.Said, "nobody", "s3", nil)}, kind: graph.NotFound, says: []string{"from", graphtest.ID("nobody").String()}},
	{name: "to nothing", changes: []graph.Change{edge(vocab.Said, "anna", "nothing", nil)}, kind: graph.NotFound, says: []string{"to", graphtest.ID("nothing").String()}},
	{name: "to what is put later", changes: []graph.Change{edge(vocab.About, "s1", "new", nil), node(vocab.Topic, "new", graph.Props{"name": "x"})}, kind: graph.NotFound, says: []string{"change 1", "put it first"}},
	{name: "to an edge", changes: []graph.Change{graph.Connect(&graph.Edge{Kind: vocab.About, From: graphtest.ID("s1"), To: edgeID(vocab.About, "s1", "peace")})}, kind: graph.Invalid, says: []string{"to", "is an edge"}},
	{name: "to itself", changes: []graph.Change{edge(vocab.RespondsTo, "s1", "s1", nil)}, kind: graph.Invalid, says: []string{"RESPONDS_TO", "itself"}},
	{name: "to what is retracted", changes: []graph.Change{edge(vocab.About, "s1", "gone", nil)}, kind: graph.Invalid, says: []string{"to", graphtest.ID("gone").String(), "retracted"}},
	{name: "to what this revision retracts", changes: []graph.Change{retract("peace"), edge(vocab.About, "s2", "peace", nil)}, kind: graph.Invalid, says: []string{"change 2", "retracted"}},
	{name: "to what this revision retracts later", changes: []graph.Change{edge(vocab.About, "s2", "peace", nil), retract("peace")}, kind: graph.Invalid, says: []string{"ABOUT", "retracts " + graphtest.ID("peace").String()}},
	{name: "another's id", changes: []graph.Change{graph.Connect(&graph.Edge{ID: edgeID(vocab.About, "s1", "peace"), Kind: vocab.About, From: graphtest.ID("s2"), To: graphtest.ID("peace")})}, kind: graph.Invalid, says: []string{edgeID(vocab.About, "s1", "peace").String(), "something else"}},
	{name: "another kind for an edge", changes: []graph.Change{graph.Connect(&graph.Edge{ID: edgeID(vocab.RespondsTo, "s2", "s1"), Kind: vocab.Repeats, From: graphtest.ID("s2"), To: graphtest.ID("s1")})}, kind: graph.Invalid, says: []string{"something else"}},
	{name: "an edge with a node's id", changes: []graph.Change{graph.Connect(&graph.Edge{ID: graphtest.ID("peace"), Kind: vocab.Repeats, From: graphtest.ID("s2"), To: graphtest.ID("s1")})}, kind: graph.Invalid, says: []string{"something else"}},
	{name: "unknown status", changes: []graph.Change{edge(vocab.About, "s1", "peace", graph.Props{"status": "MAYBE"})}, kind: graph.Invalid, says: []string{"status", "MAYBE"}},
	{name: "a candidate without a method", changes: []graph.Change{edge(vocab.About, "s2", "peace", graph.Props{"status": "CANDIDATE"})}, kind: graph.Invalid, says: []string{"method", "CANDIDATE"}},
	{name: "inferred without a method", changes: []graph.Change{edge(vocab.About, "s2", "peace", graph.Props{"status": "INFERRED"})}, kind: graph.Invalid, says: []string{"method", "INFERRED"}},
	{name: "an unknown method", changes: []graph.Change{edge(vocab.About, "s2", "peace", graph.Props{"method": "guess"})}, kind: graph.Invalid, says: []string{`"guess"`}},
	{name: "confidence without a method", changes: []graph.Change{edge(vocab.About, "s2", "peace", graph.Props{"confidence": 0.5})}, kind: graph.Invalid, says: []string{"method", "missing"}},
	{name: "a person's confidence", changes: []graph.Change{edge(vocab.About, "s2", "peace", graph.Props{"confidence": 0.5, "method": "human"})}, kind: graph.Invalid, says: []string{"confidence", `"human"`}},
	{name: "too much confidence", changes: []graph.Change{edge(vocab.About, "s2", "peace", graph.Props{"confidence": 1.5, "method": "rule:x"})}, kind: graph.Invalid, says: []string{"confidence", "1.5"}},
	{name: "confidence that is no number", changes: []graph.Change{edge(vocab.About, "s2", "peace", graph.Props{"confidence": math.NaN(), "method": "rule:x"})}, kind: graph.Invalid, says: []string{"confidence", "NaN"}},
	{name: "a machine's edge without a method", changes: []graph.Change{edge(vocab.About, "s2", "peace", nil)}, edit: func(r *graph.Revision) { r.Method = "model:m@1" }, kind: graph.Invalid, says: []string{"method", "model:m@1"}},
	{name: "a machine's contradiction as a fact", changes: []graph.Change{edge(vocab.Contradicts, "c1", "c2", graph.Props{"method": "rule:x", "evidence": at(1, 2, "")})}, kind: graph.Invalid, says: []string{"CONTRADICTS", "CANDIDATE"}},
	{name: "a contradiction without evidence", changes: []graph.Change{edge(vocab.Contradicts, "c1", "c2", nil)}, kind: graph.Invalid, says: []string{"evidence", "CONTRADICTS"}},
	{name: "an office without a role", changes: []graph.Change{edge(vocab.HeldOffice, "anna", "bela", nil)}, kind: graph.Invalid, says: []string{"role", "missing"}},

	// How many edges there are.
	{name: "a second speaker", changes: []graph.Change{edge(vocab.Said, "bela", "s1", nil)}, kind: graph.Invalid, says: []string{"STATEMENT " + graphtest.ID("s1").String(), "two of speaker"}},
	{name: "two speakers at once", changes: []graph.Change{node(vocab.Statement, "new", graph.Props{"text": "x", "mode": "INDIRECT"}), edge(vocab.Said, "bela", "new", nil), edge(vocab.Said, "anna", "new", nil)}, kind: graph.Invalid, says: []string{"two of speaker"}},
	{name: "a second speaker comes back", changes: []graph.Change{node(vocab.Speaker, "carl", graph.Props{"type": "PERSON"})}, kind: graph.Invalid, says: []string{"STATEMENT " + graphtest.ID("s3").String(), "two of speaker"}},
	{name: "a second occasion", changes: []graph.Change{edge(vocab.Occasion, "s1", "talks", nil), edge(vocab.Occasion, "s1", "reply", nil)}, kind: graph.Invalid, says: []string{"two of occasion"}},
	{name: "a second source", changes: []graph.Change{edge(vocab.CaptureOf, "article", "other source", nil)}, kind: graph.Invalid, says: []string{"two of source"}},
	{name: "a review without a reviewer", changes: []graph.Change{node(vocab.Review, "new", graph.Props{"rating": "False"}), edge(vocab.Reviews, "new", "c1", nil)}, kind: graph.Invalid, says: []string{"REVIEW " + graphtest.ID("new").String(), "publisher", "PUBLISHED"}},
	{name: "a review of nothing", changes: []graph.Change{node(vocab.Review, "new", graph.Props{"rating": "False"}), edge(vocab.Published, "desk", "new", nil)}, kind: graph.Invalid, says: []string{"REVIEW", "claim", "REVIEWS"}},
	{name: "a stance of nobody", changes: []graph.Change{node(vocab.Stance, "new", graph.Props{"polarity": "MIXED", "basis": "SAID"}), edge(vocab.Toward, "new", "deal", nil)}, kind: graph.Invalid, says: []string{"STANCE", "holder", "HOLDS"}},
	{name: "a stance on nothing", changes: []graph.Change{node(vocab.Stance, "new", graph.Props{"polarity": "MIXED", "basis": "SAID"}), edge(vocab.Holds, "anna", "new", nil)}, kind: graph.Invalid, says: []string{"STANCE", "target", "TOWARD"}},
	{name: "a stance whose holder is a guess", changes: []graph.Change{node(vocab.Stance, "new", graph.Props{"polarity": "MIXED", "basis": "SAID"}), edge(vocab.Toward, "new", "deal", nil), edge(vocab.Holds, "anna", "new", graph.Props{"status": "CANDIDATE", "method": "rule:x"})}, kind: graph.Invalid, says: []string{"STANCE", "holder"}},
	{name: "the reviewer taken away", changes: []graph.Change{{Op: graph.Retract, ID: edgeID(vocab.Published, "desk", "review")}}, kind: graph.Invalid, says: []string{"REVIEW " + graphtest.ID("review").String(), "publisher"}},
	{name: "a second holder", changes: []graph.Change{edge(vocab.Holds, "bela", "stance", nil)}, kind: graph.Invalid, says: []string{"two of holder"}},

	// Order.
	{name: "a circle of two", changes: []graph.Change{edge(vocab.Before, "talks", "exit", nil)}, kind: graph.Conflict, says: []string{"BEFORE", "circle"}},
	{name: "a circle of three", changes: []graph.Change{edge(vocab.Before, "reply", "exit", nil)}, kind: graph.Conflict, says: []string{"circle", graphtest.ID("exit").String()}},
	{name: "a circle of an order and a result", changes: []graph.Change{edge(vocab.ResultedIn, "reply", "exit", nil)}, kind: graph.Conflict, says: []string{"RESULTED_IN", "circle"}},
	{name: "a circle in one revision", changes: []graph.Change{node(vocab.Event, "x", graph.Props{"name": "x"}), node(vocab.Event, "y", graph.Props{"name": "y"}), edge(vocab.Before, "x", "y", nil), edge(vocab.Before, "y", "x", nil)}, kind: graph.Conflict, says: []string{"circle"}},
	{name: "a circle by what comes back", changes: []graph.Change{node(vocab.Event, "e1", graph.Props{"name": "One"})}, kind: graph.Conflict, says: []string{"circle"}},

	// What stands.
	{name: "retract nothing", changes: []graph.Change{retract("nothing")}, kind: graph.NotFound, says: []string{"retract", graphtest.ID("nothing").String()}},
	{name: "redact nothing", changes: []graph.Change{redact("nothing")}, kind: graph.NotFound, says: []string{"redact", graphtest.ID("nothing").String()}},
	{name: "redact an edge", changes: []graph.Change{{Op: graph.Redact, ID: edgeID(vocab.About, "s1", "peace")}}, kind: graph.Invalid, says: []string{"is an edge"}},
	{name: "put what was redacted", changes: []graph.Change{node(vocab.Topic, "black", graph.Props{"name": "x"})}, kind: graph.Permission, says: []string{"TOPIC " + graphtest.ID("black").String(), "redacted"}},
	{name: "put a capture that was redacted", changes: []graph.Change{node(vocab.Capture, "other", graph.Props{"text": "Black 🖤 words.", "mediaType": "text/plain"})}, kind: graph.Permission, says: []string{"redacted"}},
	{name: "not the newest revision", changes: []graph.Change{{Op: graph.PutNode, Node: &graph.Node{ID: graphtest.ID("peace"), Kind: vocab.Topic, Props: graph.Props{"name": "x"}}, IfSeq: new(uint64(7))}}, kind: graph.Conflict, says: []string{"newest revision is 1, not 7", "read it again"}},
	{name: "there already", changes: []graph.Change{{Op: graph.PutNode, Node: &graph.Node{ID: graphtest.ID("peace"), Kind: vocab.Topic, Props: graph.Props{"name": "x"}}, IfSeq: new(uint64(0))}}, kind: graph.Conflict, says: []string{"is 1, not 0"}},
	{name: "not there yet", changes: []graph.Change{{Op: graph.PutNode, Node: &graph.Node{ID: graphtest.ID("new"), Kind: vocab.Topic, Props: graph.Props{"name": "x"}}, IfSeq: new(uint64(1))}}, kind: graph.Conflict, says: []string{"is 0, not 1"}},
	{name: "retract something newer", changes: []graph.Change{{Op: graph.Retract, ID: graphtest.ID("peace"), IfSeq: new(uint64(9))}}, kind: graph.Conflict, says: []string{"is 1, not 9"}},
	{name: "retract if absent", changes: []graph.Change{{Op: graph.Retract, ID: graphtest.ID("peace"), IfAbsent: true}}, kind: graph.Invalid, says: []string{"if absent"}},
}

// What is refused beside a writer who breaks no rule is refused alone.
func TestRefusedAlone(t *testing.T) {
	rec := graphtest.Open(t)
	huge := graph.Props{"name": strings.Repeat("x", graph.MaxText), "note": strings.Repeat("y", graph.MaxText)}
	errs := make(chan error, 200)
	for i := range 200 {
		go func() {
			p, want := graph.Props{"name": fmt.Sprint("topic ", i)}, graph.Internal
			if i%10 == 0 {
				p, want = huge, graph.TooLarge
			}
			_, err := rec.Write(ctx, graph.Revision{Agent: "a", Method: "human", Changes: []graph.Change{node(vocab.Topic, fmt.Sprint(i), p)}})
			switch {
			case want == graph.Internal && err != nil:
				errs <- fmt.Errorf("writer %d: %w", i, err)
			case want != graph.Internal && graph.KindOf(err) != want:
				errs <- fmt.Errorf("writer %d: got %v, want an error of kind %s", i, err, want)
			default:
				errs <- nil
			}
		}()
	}
	for range 200 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if n := rec.Head().Seq; n != 180 {
		t.Errorf("%d revisions, want 180", n)
	}
	graphtest.Verify(t, rec)
}

// A context that ends before the turn of its revision leaves nothing behind.
func TestRefusedWhenCancelled(t *testing.T) {
	rec := graphtest.Open(t)
	c, cancel := context.WithCancel(ctx)
	cancel()
	_, err := rec.Write(c, graphtest.Article().Revision())
	if graph.KindOf(err) != graph.Unavailable {
		t.Errorf("got %v, want an error of kind %s", err, graph.Unavailable)
	}
	if rec.Head().Seq != 0 {
		t.Error("written after all")
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := rec.Write(ctx, graphtest.Article().Revision()); graph.KindOf(err) != graph.Unavailable {
		t.Errorf("after closing: got %v, want an error of kind %s", err, graph.Unavailable)
	}
}
