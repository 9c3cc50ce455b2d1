package graphtest

import (
	"context"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Builder collects the changes of one revision. Nodes go by names of the test's
// choice: their ids follow from them, see [ID].
type Builder struct {
	texts   map[string]*span.Text // of captures, by name
	changes []graph.Change
	key     string
	reason  string
}

// Build begins a revision.
func Build() *Builder {
	return &Builder{texts: make(map[string]*span.Text), reason: "a test"}
}

// Key makes the revision one that is written once.
func (b *Builder) Key(key string) *Builder { b.key = key; return b }

// Node puts a node.
func (b *Builder) Node(kind vocab.NodeKind, name string, props graph.Props) *Builder {
	b.changes = append(b.changes, graph.Put(&graph.Node{ID: ID(name), Kind: kind, Props: props}))
	return b
}

// Edge connects two nodes. Without props it has none.
func (b *Builder) Edge(kind vocab.EdgeKind, from, to string, props ...graph.Props) *Builder {
	e := &graph.Edge{Kind: kind, From: ID(from), To: ID(to)}
	if len(props) > 0 {
		e.Props = props[0]
	}
	b.changes = append(b.changes, graph.Connect(e))
	return b
}

// Change adds any change.
func (b *Builder) Change(c graph.Change) *Builder {
	b.changes = append(b.changes, c)
	return b
}

// Capture puts a source, and its text.
func (b *Builder) Capture(name, text string) *Builder {
	b.texts[name], _ = span.NewText(text)
	b.Node(vocab.Source, name+" source", graph.Props{"title": "The source of " + name})
	b.Node(vocab.Capture, name, graph.Props{"text": text, "mediaType": "text/plain"})
	return b.Edge(vocab.CaptureOf, name, name+" source")
}

// Speaker puts a person with a name.
func (b *Builder) Speaker(name, called string) *Builder {
	return b.Node(vocab.Speaker, name, graph.Props{"type": "PERSON", "names": []graph.Name{{Value: called}}})
}

// Statement puts words that a speaker said, and quotes them where they first
// stand in a capture of this revision.
func (b *Builder) Statement(name, speaker, capture, words, said string) *Builder {
	b.Node(vocab.Statement, name, graph.Props{"text": words, "mode": "DIRECT", "said": When(said)})
	b.Edge(vocab.Said, speaker, name)
	return b.Edge(vocab.QuotedIn, name, capture, graph.Props{"content": []graph.Span{b.Place(capture, words)}})
}

// Claim puts a fact that a statement asserts.
func (b *Builder) Claim(name, text string, statements ...string) *Builder {
	b.Node(vocab.Claim, name, graph.Props{"text": text, "type": "FACT"})
	for _, s := range statements {
		b.Edge(vocab.Expresses, s, name)
	}
	return b
}

// Event puts an event.
func (b *Builder) Event(name, called, when string) *Builder {
	return b.Node(vocab.Event, name, graph.Props{"name": called, "when": When(when)})
}

// Place is where words first stand in a capture of this revision. Words that do
// not stand there are at a place that no text has.
func (b *Builder) Place(capture, words string) graph.Span {
	text := b.texts[capture]
	s := graph.Span{Capture: ID(capture), Exact: words}
	at := strings.Index(text.String(), words)
	found, err := text.AtBytes(at, at+len(words))
	if err != nil {
		s.Start, s.End = text.Len()+1, text.Len()+2
		return s
	}
	s.Span = found
	return s
}

// When is an EDTF date; "" is none.
func When(date string) edtf.When {
	if date == "" {
		return edtf.When{}
	}
	return edtf.When{EDTF: edtf.MustParse(date)}
}

// Revision is what was collected.
func (b *Builder) Revision() graph.Revision {
	return graph.Revision{Agent: "graphtest", Method: "human", Reason: b.reason, Key: b.key, Changes: b.changes}
}

// Write writes the revision.
func (b *Builder) Write(t TB, r *graph.Record) graph.Result {
	t.Helper()
	res, err := r.Write(context.Background(), b.Revision())
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	return res
}

// ArticleText is the text that [Article] quotes. It has characters outside of
// the Basic Multilingual Plane before and inside what is quoted.
const ArticleText = "🗞️ VIENNA, July 14. “We will 🤝 the deal,” Anna Alder said on Monday.\n\n" +
	"Bela Birch, of the other side, replied: “There will be no talks.”\n"

// Article puts a small record: a capture that quotes two speakers, their claims,
// three events in their order, an agreement, a stance, a review, a topic, a
// place, a contradiction that waits for a decision.
func Article() *Builder {
	b := Build().Capture("article", ArticleText)
	b.Speaker("anna", "Anna Alder").Speaker("bela", "Béla Birch").Speaker("desk", "The Fact Desk")
	b.Statement("s1", "anna", "article", "We will 🤝 the deal,", "2018-07-09")
	b.Statement("s2", "bela", "article", "There will be no talks.", "")
	b.Claim("c1", "The deal will be kept.", "s1").Claim("c2", "The deal will not be kept.", "s2")
	b.Event("talks", "Talks in Vienna", "2018-07").Event("exit", "Exit from the deal", "XXXX-05-08").Event("reply", "The reply", "")
	b.Node(vocab.Agreement, "deal", graph.Props{"name": "Joint Plan", "aliases": []string{"The Deal"}, "when": When("2015-07-14")})
	b.Node(vocab.Topic, "peace", graph.Props{"name": "Peace"}).Node(vocab.Place, "vienna", graph.Props{"name": "Vienna"})
	b.Node(vocab.Stance, "stance", graph.Props{"polarity": "SUPPORTS", "basis": "SAID"})
	b.Node(vocab.Review, "review", graph.Props{"rating": "Half true", "date": When("2018-08-01")})
	b.Edge(vocab.Holds, "anna", "stance").Edge(vocab.Toward, "stance", "deal").Edge(vocab.EvidencedBy, "stance", "s1")
	b.Edge(vocab.Reviews, "review", "c1").Edge(vocab.Published, "desk", "review")
	b.Edge(vocab.About, "s1", "peace").Edge(vocab.At, "talks", "vienna").Edge(vocab.RespondsTo, "s2", "s1")
	b.Edge(vocab.Before, "exit", "talks").Edge(vocab.Before, "talks", "reply").Edge(vocab.WithdrawsFrom, "exit", "deal")
	b.Edge(vocab.PartyTo, "anna", "deal").Edge(vocab.ParticipatedIn, "bela", "talks", graph.Props{"role": "audience"})
	b.Edge(vocab.MentionedIn, "anna", "article", graph.Props{"evidence": []graph.Span{b.Place("article", "Anna Alder")}})
	b.Edge(vocab.Contradicts, "c2", "c1", graph.Props{
		"status": "CANDIDATE", "method": "rule:negation", "confidence": 0.75,
		"evidence": []graph.Span{b.Place("article", "There will be no talks.")},
	})
	return b
}
