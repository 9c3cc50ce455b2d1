package candidate

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed/extract"
)

// Article is an archived text with what is known of it.
type Article struct {
	Capture   graph.ID
	SHA256    string // of the text, as on the capture
	Text      string
	Language  string    // BCP 47; empty where it is not known
	Published edtf.When // zero where it is not known: then no date is resolved
	Source    string    // the address of what was published, or its id: what a resolved date rests on
}

// Statement is a statement as it is proposed.
type Statement struct {
	ID         graph.ID
	Mode       extract.Mode
	Confidence float64
	Speaker    graph.ID // zero where the text names nobody
	// Changes are what must be written together: the statement, the speaker and
	// the addressee that it needs, and the edges between them.
	Changes []graph.Change
}

// Speaker is a speaker that the text names, for linking.
type Speaker struct {
	ID      graph.ID
	Name    string
	Type    string     // of vocab.SpeakerType
	Mention graph.Span // where it is named first
}

// Proposal is what one text puts forward.
type Proposal struct {
	Statements []*Statement
	Speakers   []Speaker // those with a name, each once, in the order of the text
}

// Method is the method of a revision that writes a proposal.
const Method = "rule:extract@" + extract.Version

// Propose makes a proposal of what was found in a text. It fails where a place
// is not in the text: then the findings are another text's.
func Propose(a Article, found []extract.Attribution) (*Proposal, error) {
	text, err := span.NewText(a.Text)
	if err != nil {
		return nil, fmt.Errorf("capture %s: %w", a.Capture, err)
	}
	m := &maker{article: a, text: text, voices: voicesOf(found), at: make(map[graph.ID]*Statement), named: make(map[graph.ID]bool), described: make(map[string]string)}
	if err := m.describe(found); err != nil {
		return nil, fmt.Errorf("capture %s: %w", a.Capture, err)
	}
	for i := range found {
		if err := m.statement(&found[i]); err != nil {
			return nil, fmt.Errorf("capture %s: finding %d (%s): %w", a.Capture, i+1, found[i].Rule, err)
		}
	}
	return &m.Proposal, nil
}

// maker makes one proposal.
type maker struct {
	Proposal
	article Article
	text    *span.Text
	voices  *voices
	at      map[graph.ID]*Statement
	named   map[graph.ID]bool
	// described is how the text describes a name, folded.
	described map[string]string

	heading     string // of the first statement of the heading
	headSpeaker graph.ID
	headEdge    *graph.Edge
}

func (m *maker) statement(f *extract.Attribution) error {
	content, err := m.spans(f.Parts)
	if err != nil {
		return err
	}
	places := make([]span.Span, len(content))
	key := []string{"statement", m.article.SHA256}
	for i, c := range content {
		places[i] = c.Span
		key = append(key, strconv.Itoa(c.Start), strconv.Itoa(c.End))
	}
	words := span.Cut(m.text, places, nil)
	if words == "" || len(words) > graph.MaxText {
		return nil // white space, or a text in which no sentence ends
	}
	s := &Statement{ID: graph.KeyID(key...), Mode: f.Mode, Confidence: f.Confidence}
	if m.at[s.ID] != nil {
		return nil // two rules found the same words; the first in the text's order stays
	}
	who, err := m.speaker(f)
	if err != nil {
		return err
	}
	if who != nil {
		s.Speaker = who.ID
	}
	if m.headEdge != nil && words == m.heading && s.Speaker == m.headSpeaker {
		// The heading is printed again.
		repeated, _ := m.headEdge.Props["repeated"].([]graph.Span)
		m.headEdge.Props["repeated"] = append(repeated, content...)
		return nil
	}
	node := &graph.Node{ID: s.ID, Kind: vocab.Statement, Props: graph.Props{"text": words, "mode": string(f.Mode), "status": "CANDIDATE"}}
	if m.article.Language != "" {
		node.Props["language"] = m.article.Language
	}
	if who == nil {
		node.Props["gaps"] = []graph.GapNote{{Kind: "SPEAKER_UNNAMED", Note: "the text does not say there who said it"}}
	}
	if err := m.said(f, node); err != nil {
		return err
	}
	quoted, err := m.quotedIn(f, s.ID, content)
	if err != nil {
		return err
	}
	if who != nil {
		s.put(who)
	}
	s.put(node)
	s.connect(quoted)
	if who != nil {
		e := m.edge(f, vocab.Said, who.ID, s.ID)
		if mention, err := m.place(f.Source); err != nil {
			return err
		} else if mention != nil {
			e.Props["evidence"] = mention
		}
		s.connect(e)
	}
	if err := m.addressed(f, s); err != nil {
		return err
	}
	m.at[s.ID] = s
	m.Statements = append(m.Statements, s)
	if f.Mode == extract.Headline && m.headEdge == nil {
		m.heading, m.headSpeaker, m.headEdge = words, s.Speaker, quoted
	}
	return nil
}

func (m *maker) quotedIn(f *extract.Attribution, id graph.ID, content []graph.Span) (*graph.Edge, error) {
	e := m.edge(f, vocab.QuotedIn, id, m.article.Capture)
	// The content is its own evidence, so that who decides is shown it.
	e.Props["content"], e.Props["evidence"] = content, content
	for name, at := range map[string][]extract.Span{
		"quotations": f.Quotes, "insertions": f.Insertions, "nested": f.Nested, "cue": {f.Cue}, "mention": {f.Source},
	} {
		spans, err := m.spans(at)
		if err != nil {
			return nil, err
		}
		if len(spans) > 0 {
			e.Props[name] = spans
		}
	}
	return e, nil
}

// edge is an edge of a finding, with the rule that made it.
func (m *maker) edge(f *extract.Attribution, kind vocab.EdgeKind, from, to graph.ID) *graph.Edge {
	e := &graph.Edge{Kind: kind, From: from, To: to, Props: graph.Props{
		"status": "CANDIDATE", "method": Method + "/" + f.Rule, "confidence": f.Confidence,
	}}
	e.ID = graph.EdgeID(e)
	return e
}

func (s *Statement) put(n *graph.Node) {
	c := graph.Put(n)
	c.IfAbsent = true
	s.Changes = append(s.Changes, c)
}

func (s *Statement) connect(e *graph.Edge) {
	c := graph.Connect(e)
	c.IfAbsent = true
	s.Changes = append(s.Changes, c)
}

// spans are places of the capture; those that are no place are left out.
func (m *maker) spans(at []extract.Span) ([]graph.Span, error) {
	var out []graph.Span
	for _, s := range at {
		if s.Empty() {
			continue
		}
		p, err := m.text.At(s.Start, s.End)
		if err != nil {
			return nil, err
		}
		exact, err := m.text.Exact(p)
		if err != nil {
			return nil, err
		}
		out = append(out, graph.Span{Capture: m.article.Capture, Span: p, Exact: exact})
	}
	return out, nil
}

func (m *maker) place(s extract.Span) ([]graph.Span, error) { return m.spans([]extract.Span{s}) }

// words is what stands at a place; "" where it is none.
func (m *maker) words(s extract.Span) (string, error) {
	p, err := m.place(s)
	if err != nil || len(p) == 0 || !utf8.ValidString(p[0].Exact) {
		return "", err
	}
	return p[0].Exact, nil
}
