package pages

import (
	"context"
	"strconv"
)

var (
	published = &view{name: "source", kind: "SOURCE", variables: sourceVariables, prepare: prepareSource}
	// archived is the page of a capture.
	archived = &view{name: "archived", kind: "CAPTURE", variables: idVariables, prepare: prepareArchived}
)

func idVariables(_ *Site, r *Request) (map[string]any, error) { return map[string]any{"id": r.ID}, nil }

func sourceVariables(_ *Site, r *Request) (map[string]any, error) {
	v := map[string]any{"id": r.ID}
	paging(v, r.Form)
	return v, nil
}

// archivedText is a window of an archived text, with every statement that stands
// in it marked and led to.
type archivedText struct {
	*Node
	Paragraphs     []Paragraph
	Statements     int // that stand in the text
	Marked         int // of them, that are marked
	Start, End     int
	Earlier, Later string // where the windows beside this one begin; "" for none
}

func prepareSource(ctx context.Context, s *Site, m *Model) error {
	m.Title, m.Summary = m.Node.Label, "Published "+m.Node.PublishedOn().String()
	if p := m.Node.Publisher; p != nil {
		m.Summary += " by " + p.Label
	}
	var text *archivedText
	if len(m.Node.Captures) > 0 {
		var err error
		if text, err = s.archivedText(ctx, m, m.Node.Captures[0].ID); err != nil {
			return err
		}
	}
	m.Body = text
	return nil
}

func prepareArchived(ctx context.Context, s *Site, m *Model) error {
	m.Title, m.Summary = m.Node.Label, "A text as it was archived"
	if src := m.Node.Source; src != nil {
		m.Title = src.Label + ", as archived"
	}
	text, err := s.archivedText(ctx, m, m.Node.ID)
	m.Body = text
	return err
}

// archivedText reads the window of a text that the address asks for by ?at=, its
// first code point.
func (s *Site) archivedText(ctx context.Context, m *Model, id string) (*archivedText, error) {
	at, _ := strconv.Atoi(m.Request.Form.Get("at")) // what is no number is the beginning
	at = max(0, min(at, 1<<30))
	a, err := s.ask(ctx, m, "marked", map[string]any{"id": id, "start": at, "end": at + wholeText})
	if err != nil || a.Capture == nil {
		return nil, err
	}
	t := &archivedText{Node: a.Capture, Start: a.Capture.Part.Start, End: a.Capture.Part.End}
	var marks []Mark
	for _, n := range a.Capture.Statements.Nodes {
		for _, sp := range n.QuotedIn {
			if sp.Capture != nil && sp.Capture.ID == id {
				marks = append(marks, Mark{Start: sp.Start, End: sp.End, Class: "content", Path: m.As(n), Title: n.Label})
			}
		}
	}
	t.Statements, t.Marked = a.Capture.Statements.TotalCount, len(a.Capture.Statements.Nodes)
	t.Paragraphs = paragraphs(a.Capture.Part.Exact, t.Start, a.Capture.Paragraphs, a.Capture.Headline, marks)
	if t.Start > 0 {
		t.Earlier = strconv.Itoa(max(0, t.Start-wholeText))
	}
	if t.End < a.Capture.Length {
		t.Later = strconv.Itoa(t.End)
	}
	return t, nil
}
