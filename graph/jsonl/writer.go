package jsonl

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// WriterOptions of writing. The zero value is ready for use where every span
// states its words.
type WriterOptions struct {
	// Namespace and Name give ids their names: Name returns the key of an id in
	// the namespace, or "". If Name is nil, ids are written as they are.
	Namespace string
	Name      func(graph.ID) string
	// Texts gives the text of a capture, for the words of spans that do not
	// state them and whose capture does not stand in what is written. If nil,
	// there is none.
	Texts func(graph.ID) (*span.Text, error)
}

// Writer writes a stream. It is not safe for concurrent use.
type Writer struct {
	to io.Writer
	o  WriterOptions
	e  encoder

	begun bool
	texts *reader // keeps the texts of captures that were written
}

// NewWriter returns a writer of a stream that nothing was written to yet.
func NewWriter(to io.Writer, o WriterOptions) *Writer {
	w := &Writer{to: to, o: o}
	w.texts = &reader{o: Options{Texts: o.Texts}, texts: make(map[graph.ID]*span.Text)}
	w.e = encoder{ref: w.name, exact: w.exact}
	return w
}

// Write writes a revision with its changes, all of it or nothing. It takes no
// notice of what reading a record fills in: numbers, hashes, whether something
// was retracted.
func (w *Writer) Write(rev graph.Revision) error {
	if rev.Agent == "" || rev.Method == "" || len(rev.Changes) == 0 || len(rev.Changes) > MaxChanges {
		return graph.Invalidf("revision %q: a revision has an agent, a method and 1 to %d changes", rev.Key, MaxChanges)
	}
	if err := w.begin(); err != nil {
		return err
	}
	capture := w.e.capture
	fail := func(err error) error {
		w.e.b, w.e.capture = w.e.b[:0], capture
		return &graph.Error{Kind: graph.Invalid, Op: "write revision", Subject: fmt.Sprintf("%q", rev.Key), Err: err}
	}
	if err := w.revision(&rev); err != nil {
		return fail(err)
	}
	for i := range rev.Changes {
		if err := w.change(&rev.Changes[i]); err != nil {
			return fail(fmt.Errorf("change %d, %s: %w", i+1, rev.Changes[i].Op, err))
		}
	}
	return w.flush()
}

// Comment writes a line for people.
func (w *Writer) Comment(s string) error {
	if err := w.begin(); err != nil {
		return err
	}
	w.e.b = append(w.e.b, '{')
	if err := w.e.text("comment", s); err != nil {
		w.e.b = w.e.b[:0]
		return graph.Invalidf("comment: %w", err)
	}
	w.e.b = append(w.e.b, "}\n"...)
	return w.flush()
}

// begin writes the header before anything else.
func (w *Writer) begin() error {
	if w.begun {
		return nil
	}
	w.e.b = fmt.Appendf(w.e.b[:0], `{"onrecord":%d`, Version)
	if w.o.Namespace != "" {
		if err := w.e.text("namespace", w.o.Namespace); err != nil {
			return graph.Invalidf("namespace: %w", err)
		}
	}
	w.e.b = append(w.e.b, "}\n"...)
	w.begun = true // even if half of it is written: a second header would be wrong
	return w.flush()
}

func (w *Writer) flush() error {
	_, err := w.to.Write(w.e.b)
	w.e.b = w.e.b[:0]
	return err
}

func (w *Writer) revision(rev *graph.Revision) error {
	e := &w.e
	e.b = append(e.b, `{"revision":{`...)
	for _, f := range [][2]string{{"key", rev.Key}, {"agent", rev.Agent}, {"method", rev.Method}, {"reason", rev.Reason}} {
		if f[1] != "" {
			if err := e.text(f[0], f[1]); err != nil {
				return err
			}
		}
	}
	if rev.Seq != 0 {
		e.key("seq")
		e.b = fmt.Append(e.b, rev.Seq)
	}
	if !rev.Time.IsZero() {
		if err := e.text("time", rev.Time.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano)); err != nil {
			return err
		}
	}
	e.b = append(e.b, "}}\n"...)
	return nil
}

// change writes a change, behind a line that says which capture its spans lie
// in where that is another than before.
func (w *Writer) change(c *graph.Change) error {
	if n := c.Node; n != nil && n.Kind == vocab.Capture {
		if s, ok := n.Props["text"].(string); ok && s != "" {
			if err := w.texts.keep(n.ID, s); err != nil {
				return err
			}
		}
		if w.e.capture.IsZero() { // so that its own spans are written short
			return w.turn(n.ID, c)
		}
	} else if at := firstCapture(c); !at.IsZero() && at != w.e.capture {
		return w.turn(at, c)
	}
	return w.e.change(c)
}

func (w *Writer) turn(to graph.ID, c *graph.Change) error {
	w.e.capture = to
	w.e.b = append(w.e.b, '{')
	if err := w.e.id("capture", to); err != nil {
		return err
	}
	w.e.b = append(w.e.b, "}\n"...)
	return w.e.change(c)
}

// firstCapture returns the capture of the first span of a change, in the order
// of the vocabulary.
func firstCapture(c *graph.Change) graph.ID {
	var all []vocab.Property
	var props graph.Props
	switch {
	case c.Node != nil && c.Node.Kind.Node() != nil:
		all, props = c.Node.Kind.Node().All(), c.Node.Props
	case c.Edge != nil && c.Edge.Kind.Edge() != nil:
		all, props = c.Edge.Kind.Edge().All(), c.Edge.Props
	}
	for i := range all {
		var first *graph.Span
		switch v := props[all[i].Name].(type) {
		case []graph.Span:
			if len(v) > 0 {
				first = &v[0]
			}
		case []graph.Marked:
			if len(v) > 0 {
				first = &v[0].Place
			}
		}
		switch {
		case first == nil:
		case first.Capture.IsZero():
			return home(c)
		default:
			return first.Capture
		}
	}
	return graph.ID{}
}

func (w *Writer) name(id graph.ID) (string, error) {
	if id.IsZero() {
		return "", errors.New("an id is missing: a change that is written out has its ids, and every span its capture")
	}
	if w.o.Name == nil {
		return id.String(), nil
	}
	name := w.o.Name(id)
	switch {
	case name == "":
		return id.String(), nil
	case graph.KeyID(w.o.Namespace, name) != id:
		return "", fmt.Errorf("%q in %q is not the name of %s", name, w.o.Namespace, id)
	}
	return name, nil
}

// exact returns the words of a span. Words that are stated are compared, where
// the text is at hand.
func (w *Writer) exact(s *graph.Span) (string, error) {
	text, err := w.texts.textOf(s.Capture)
	if err != nil {
		if s.Exact != "" {
			return s.Exact, nil
		}
		return "", err
	}
	at, err := text.At(s.Start, s.End)
	if err != nil {
		return "", err
	}
	got, err := text.Exact(at)
	if err == nil && s.Exact != "" && s.Exact != got {
		err = fmt.Errorf("the capture has %.80q at %d-%d, not %.80q", got, s.Start, s.End, s.Exact)
	}
	return got, err
}

// AppendChange appends the bytes that tell a change from every other: its line
// with ids for names and each span with its capture. It needs nothing else, and
// so does not compare the words of spans; those that state none have none. It is
// what a batch's key is made from.
func AppendChange(b []byte, c graph.Change) ([]byte, error) {
	e := encoder{
		b:     b,
		ref:   func(id graph.ID) (string, error) { return id.String(), nil },
		exact: func(s *graph.Span) (string, error) { return s.Exact, nil },
	}
	if err := e.change(&c); err != nil {
		return b, graph.Invalidf("%s: %w", c.Op, err)
	}
	return e.b, nil
}
