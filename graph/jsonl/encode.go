package jsonl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// encoder writes changes as lines. Its two functions are what differs between a
// stream for people and the bytes that a change is told by.
type encoder struct {
	b []byte
	// ref gives the NAME of an id.
	ref func(graph.ID) (string, error)
	// exact gives the words of a span; "" leaves them out.
	exact   func(*graph.Span) (string, error)
	capture graph.ID // the current one; zero names the capture in each span
	home    graph.ID // what a span without a capture lies in; see home
}

// home is the capture that a change's spans lie in unless they say otherwise, as
// the record has it: for an edge to a capture that one, for a capture itself.
func home(c *graph.Change) graph.ID {
	switch {
	case c.Node != nil && c.Node.Kind == vocab.Capture:
		return c.Node.ID
	case c.Edge != nil && c.Edge.Kind.Edge() != nil && slices.Equal(c.Edge.Kind.Edge().To, []vocab.NodeKind{vocab.Capture}):
		return c.Edge.To
	}
	return graph.ID{}
}

func (e *encoder) change(c *graph.Change) error {
	e.home = home(c)
	switch {
	case c.Op == graph.PutNode && c.Node != nil && c.Node.Kind.Node() != nil:
		return e.node(c)
	case c.Op == graph.PutEdge && c.Edge != nil && c.Edge.Kind.Edge() != nil:
		return e.edge(c)
	case c.Op == graph.Retract, c.Op == graph.Redact:
		what := "retract"
		if c.Op == graph.Redact {
			what = "redact"
		}
		e.b = append(e.b, '{')
		if err := e.id(what, c.ID); err != nil {
			return err
		}
		return e.end(c)
	}
	return errors.New("no put of a known kind, no retract and no redact")
}

func (e *encoder) node(c *graph.Change) error {
	n := c.Node
	e.b = append(e.b, '{')
	if err := e.id("node", n.ID); err != nil {
		return err
	}
	if err := e.text("kind", n.Kind.String()); err != nil {
		return err
	}
	current := e.capture
	if n.Kind == vocab.Capture && !current.IsZero() {
		e.capture = n.ID
	}
	err := e.properties(n.Kind.Node().All(), nodeKeys, n.Props)
	e.capture = current
	if err != nil {
		return err
	}
	return e.end(c)
}

func (e *encoder) edge(c *graph.Change) error {
	g := c.Edge
	e.b = append(e.b, '{')
	if err := e.text("edge", g.Kind.String()); err != nil {
		return err
	}
	if err := e.id("from", g.From); err != nil {
		return err
	}
	if err := e.id("to", g.To); err != nil {
		return err
	}
	if !g.ID.IsZero() && g.ID != graph.EdgeID(g) {
		if err := e.text("id", g.ID.String()); err != nil {
			return err
		}
	}
	if err := e.properties(g.Kind.Edge().All(), edgeKeys, g.Props); err != nil {
		return err
	}
	return e.end(c)
}

// end writes a change's conditions and ends the line.
func (e *encoder) end(c *graph.Change) error {
	if c.IfAbsent {
		e.key("ifAbsent")
		e.b = append(e.b, "true"...)
	}
	if c.IfSeq != nil {
		e.key("ifSeq")
		e.b = strconv.AppendUint(e.b, *c.IfSeq, 10)
	}
	e.b = append(e.b, "}\n"...)
	return nil
}

// properties writes values in the order of the vocabulary: the same values are
// the same bytes. What says nothing, and what an absent value means, is left out.
func (e *encoder) properties(all []vocab.Property, keys []string, props graph.Props) error {
	there := 0
	for i := range all {
		p := &all[i]
		v, ok := props[p.Name]
		if !ok {
			continue
		}
		there++
		if v == nil || p.Default != "" && v == p.Default {
			continue
		}
		mark := len(e.b)
		e.key(written(p, keys))
		value := len(e.b)
		if err := e.value(p, v); err != nil {
			return &atField{p.Name, err}
		}
		switch string(e.b[value:]) {
		case `""`, "[]", "{}":
			e.b = e.b[:mark]
		}
	}
	if there == len(props) {
		return nil
	}
	for name := range props {
		if !slices.ContainsFunc(all, func(p vocab.Property) bool { return p.Name == name }) {
			return &atField{name, errors.New("no property is called so")}
		}
	}
	return nil
}

func (e *encoder) value(p *vocab.Property, v any) error {
	want := ""
	switch p.Type {
	case vocab.Text, vocab.URL, vocab.Language, vocab.Digest, vocab.Enum:
		if s, ok := v.(string); ok {
			return e.string(s)
		}
		want = "string"
	case vocab.Number:
		if f, ok := v.(float64); ok {
			return e.json(f)
		}
		want = "float64"
	case vocab.Instant:
		if t, ok := v.(time.Time); ok {
			if t.IsZero() {
				return e.string("")
			}
			return e.string(t.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano))
		}
		want = "time.Time"
	case vocab.When:
		if w, ok := v.(edtf.When); ok {
			return e.when(w)
		}
		want = "edtf.When"
	case vocab.Texts, vocab.URLs:
		if l, ok := v.([]string); ok {
			return several(e, l, func(s *string) error { return e.string(*s) })
		}
		want = "[]string"
	case vocab.Names:
		if l, ok := v.([]graph.Name); ok {
			return several(e, l, e.name)
		}
		want = "[]graph.Name"
	case vocab.Gaps:
		if l, ok := v.([]graph.GapNote); ok {
			return several(e, l, func(g *graph.GapNote) error { return e.texts("kind", g.Kind, "note", g.Note) })
		}
		want = "[]graph.GapNote"
	case vocab.Spans:
		if l, ok := v.([]graph.Span); ok {
			return several(e, l, e.span)
		}
		want = "[]graph.Span"
	case vocab.Whens:
		if l, ok := v.([]graph.Marked); ok {
			return several(e, l, e.marked)
		}
		want = "[]graph.Marked"
	}
	return fmt.Errorf("%T where %s is wanted", v, want)
}

func several[T any](e *encoder, list []T, one func(*T) error) error {
	e.b = append(e.b, '[')
	for i := range list {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		if err := one(&list[i]); err != nil {
			return fmt.Errorf("%d: %w", i+1, err)
		}
	}
	e.b = append(e.b, ']')
	return nil
}

func (e *encoder) name(n *graph.Name) error {
	if n.Language == "" && n.Script == "" {
		return e.string(n.Value)
	}
	return e.texts("value", n.Value, "language", n.Language, "script", n.Script)
}

// when writes a date: the short form where EDTF is all there is to it.
func (e *encoder) when(w edtf.When) error {
	for _, s := range []string{w.Written, resolution(w).Rule, resolution(w).Source} {
		if !utf8.ValidString(s) {
			return fmt.Errorf("%q is not UTF-8", s)
		}
	}
	if w.Equal(edtf.When{EDTF: w.EDTF}) {
		return e.string(w.EDTF.String())
	}
	return e.json(w)
}

func resolution(w edtf.When) edtf.Resolution {
	if w.Resolution == nil {
		return edtf.Resolution{}
	}
	return *w.Resolution
}

func (e *encoder) marked(m *graph.Marked) error {
	e.b = append(e.b, '{')
	if !m.When.IsZero() {
		e.key("when")
		if err := e.when(m.When); err != nil {
			return err
		}
	}
	e.key("place")
	if err := e.span(&m.Place); err != nil {
		return err
	}
	for _, f := range [][2]string{{"genre", m.Genre}, {"note", m.Note}} {
		if f[1] != "" {
			if err := e.text(f[0], f[1]); err != nil {
				return err
			}
		}
	}
	e.b = append(e.b, '}')
	return nil
}

func (e *encoder) span(at *graph.Span) error {
	s := *at
	if s.Capture.IsZero() {
		s.Capture = e.home
	}
	exact, err := e.exact(&s)
	if err != nil {
		return err
	}
	if s.Capture == e.capture && !e.capture.IsZero() {
		e.b = fmt.Appendf(e.b, "[%d,%d,", s.Start, s.End)
		if err := e.string(exact); err != nil {
			return err
		}
		e.b = append(e.b, ']')
		return nil
	}
	e.b = append(e.b, '{')
	if err := e.id("capture", s.Capture); err != nil {
		return err
	}
	e.b = fmt.Appendf(e.b, `,"start":%d,"end":%d,"exact":`, s.Start, s.End)
	if err := e.string(exact); err != nil {
		return err
	}
	e.b = append(e.b, '}')
	return nil
}

// texts writes an object of texts, those that are there.
func (e *encoder) texts(pairs ...string) error {
	e.b = append(e.b, '{')
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			if err := e.text(pairs[i], pairs[i+1]); err != nil {
				return err
			}
		}
	}
	e.b = append(e.b, '}')
	return nil
}

func (e *encoder) id(key string, id graph.ID) error {
	name, err := e.ref(id)
	if err != nil {
		return err
	}
	return e.text(key, name)
}

func (e *encoder) text(key, value string) error {
	e.key(key)
	return e.string(value)
}

// key begins a member.
func (e *encoder) key(name string) {
	if n := len(e.b); n > 0 && e.b[n-1] != '{' {
		e.b = append(e.b, ',')
	}
	e.b = append(append(append(e.b, '"'), name...), `":`...)
}

func (e *encoder) string(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%.60q is not UTF-8", s)
	}
	return e.json(s)
}

func (e *encoder) json(v any) error {
	var b bytes.Buffer
	j := json.NewEncoder(&b)
	j.SetEscapeHTML(false)
	if err := j.Encode(v); err != nil {
		return err
	}
	e.b = append(e.b, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
	return nil
}
