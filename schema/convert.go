package schema

import (
	"strconv"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	cut "github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// inputError is what is wrong with an input, and where.
type inputError struct {
	path []string
	err  error
}

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

// wrong is an error of an input at a path.
func wrong(path []string, format string, args ...any) error {
	return &inputError{path, graph.Invalidf(format, args...)}
}

// at is a longer path. It shares nothing with the shorter one.
func at(path []string, more ...string) []string {
	return append(path[:len(path):len(path)], more...)
}

func index(i int) string { return strconv.Itoa(i) }

// values turns what is written to properties into their values. A property that
// is null is in it, and nil. home is the capture that places lie in where none is
// named.
func (p *planner) values(path []string, all []vocab.Property, in map[string]any, home graph.ID) (graph.Props, error) {
	out := graph.Props{}
	for i := range all {
		d := &all[i]
		v, given := in[d.Name]
		if !given {
			continue
		}
		if v == nil {
			out[d.Name] = nil
			continue
		}
		x, err := p.value(at(path, d.Name), d, v, home)
		if err != nil {
			return nil, err
		}
		out[d.Name] = x
	}
	return out, nil
}

func (p *planner) value(path []string, d *vocab.Property, v any, home graph.ID) (any, error) {
	switch d.Type {
	case vocab.When:
		return when(path, v)
	case vocab.Instant:
		t, _ := v.(time.Time)
		return t, nil
	case vocab.Texts, vocab.URLs:
		list, _ := v.([]any)
		return texts(list), nil
	case vocab.Names:
		return eachIn(path, v, func(_ []string, m map[string]any) (graph.Name, error) {
			return graph.Name{Value: text(m, "value"), Language: text(m, "language"), Script: text(m, "script")}, nil
		})
	case vocab.Gaps:
		return eachIn(path, v, func(_ []string, m map[string]any) (graph.GapNote, error) {
			return graph.GapNote{Kind: text(m, "kind"), Note: text(m, "note")}, nil
		})
	case vocab.Spans:
		return eachIn(path, v, func(path []string, m map[string]any) (graph.Span, error) { return p.span(path, m, home) })
	case vocab.Whens:
		return eachIn(path, v, func(path []string, m map[string]any) (graph.Marked, error) {
			w, err := when(at(path, "when"), m["when"])
			if err != nil {
				return graph.Marked{}, err
			}
			place, _ := m["place"].(map[string]any)
			s, err := p.span(at(path, "place"), place, home)
			return graph.Marked{When: w, Place: s, Genre: text(m, "genre"), Note: text(m, "note")}, err
		})
	}
	return v, nil
}

// eachIn converts the members of a list.
func eachIn[T any](path []string, v any, one func([]string, map[string]any) (T, error)) ([]T, error) {
	list, _ := v.([]any)
	out := make([]T, len(list))
	for i, x := range list {
		m, _ := x.(map[string]any)
		var err error
		if out[i], err = one(at(path, index(i)), m); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// text is a member of an input; "" where it is absent or null.
func text(m map[string]any, name string) string {
	s, _ := m[name].(string)
	return s
}

func when(path []string, v any) (edtf.When, error) {
	m, _ := v.(map[string]any)
	w := edtf.When{Written: text(m, "written")}
	w.Weekday, _ = m["weekday"].(int)
	for _, x := range []struct {
		name string
		into *edtf.Date
	}{{"edtf", &w.EDTF}, {"notBefore", &w.NotBefore}, {"notAfter", &w.NotAfter}} {
		if err := date(at(path, x.name), text(m, x.name), x.into); err != nil {
			return w, err
		}
	}
	if r, ok := m["resolution"].(map[string]any); ok {
		w.Resolution = &edtf.Resolution{Rule: text(r, "rule"), Source: text(r, "source")}
		if err := date(at(path, "resolution", "edtf"), text(r, "edtf"), &w.Resolution.EDTF); err != nil {
			return w, err
		}
	}
	if w.IsZero() {
		return w, wrong(path, "says nothing: give written, edtf or both, or null for no date")
	}
	if err := w.Validate(); err != nil {
		return w, wrong(path, "%w", err)
	}
	return w, nil
}

func date(path []string, s string, into *edtf.Date) error {
	if s == "" {
		return nil
	}
	d, err := edtf.Parse(s)
	if err != nil {
		return wrong(path, "%w", err)
	}
	*into = d
	return nil
}

// span finds a place in a text, by its offsets or by its words.
func (p *planner) span(path []string, m map[string]any, home graph.ID) (graph.Span, error) {
	s := graph.Span{Capture: home, Exact: text(m, "exact")}
	if id, ok := m["capture"].(string); ok {
		var err error
		if s.Capture, err = graph.ParseID(id); err != nil {
			return s, &inputError{at(path, "capture"), err}
		}
	}
	if s.Capture.IsZero() {
		return s, wrong(at(path, "capture"), "missing: which text the place lies in")
	}
	start, from := m["start"].(int)
	end, to := m["end"].(int)
	if from && to {
		s.Span = cut.Span{Start: start, End: end} // the record compares it with the text
		return s, nil
	}
	if from || to || s.Exact == "" {
		return s, wrong(path, "give start and end, or the exact words")
	}
	t, err := p.text(s.Capture)
	if err != nil {
		return s, &inputError{at(path, "capture"), err}
	}
	if s.Span, err = t.Find(s.Exact, text(m, "prefix"), text(m, "suffix")); err != nil {
		return s, wrong(at(path, "exact"), "%w", err)
	}
	return s, nil
}

// text returns the text of a capture, also of one that is put before.
func (p *planner) text(id graph.ID) (*cut.Text, error) {
	if t := p.texts[id]; t != nil {
		return t, nil
	}
	nodes, err := p.view.NodesByID(p.ctx, []graph.ID{id})
	if err != nil {
		return nil, err
	}
	if nodes[0] == nil || nodes[0].Kind != vocab.Capture {
		return nil, &graph.Error{Kind: graph.NotFound, Err: errNoCapture, Subject: id.String()}
	}
	texts, err := p.view.Texts(p.ctx, []graph.Ref{nodes[0].Ref})
	if err != nil {
		return nil, err
	}
	return texts[0], nil
}
