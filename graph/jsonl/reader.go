package jsonl

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

type findError = span.FindError

// Options of reading. The zero value is ready for use.
type Options struct {
	// Files holds what {"file":"…"} names. If nil, no file may be named.
	Files fs.FS
	// Texts gives the text of a capture that stands not in the stream but, say,
	// in the record; nil if there is none. If nil itself, every capture must
	// stand in the stream, before the first span that lies in it.
	Texts func(graph.ID) (*span.Text, error)
	// MaxLine is how many bytes a line may have. 0 means [MaxLine].
	MaxLine int
}

// Read reads a stream. Revisions come one by one, in the order of the stream,
// each whole; the first error is the last thing that comes. Every change has its
// id, and every span its capture, its bytes and its words.
//
// Errors about the stream are [graph.Error] of kind Invalid, or TooLarge, whose
// Op is the line ("line 12"); others are what the source itself reports.
func Read(from io.Reader, o Options) iter.Seq2[graph.Revision, error] {
	return func(yield func(graph.Revision, error) bool) {
		if o.MaxLine == 0 {
			o.MaxLine = MaxLine
		}
		r := &reader{o: o, in: bufio.NewReaderSize(from, 64<<10), texts: make(map[graph.ID]*span.Text)}
		if err := r.run(yield); err != nil {
			yield(graph.Revision{}, err)
		}
	}
}

// reader is one reading.
type reader struct {
	o  Options
	in *bufio.Reader

	line      int
	buf       []byte
	begun     bool // the header has been read
	namespace string
	capture   graph.ID

	rev     *graph.Revision
	revLine int

	texts map[graph.ID]*span.Text // of captures in the stream
	order []graph.ID              // of texts, the oldest first
	kept  int                     // bytes in texts
}

// run yields every revision. It returns nil when the consumer has had enough.
func (r *reader) run(yield func(graph.Revision, error) bool) error {
	for {
		b, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			if !r.begun {
				r.line = 1
				return r.fail("", header())
			}
			_, err := r.emit(yield)
			return err
		case err != nil:
			return err
		case len(b) == 0:
			continue
		}
		fields, err := object(b)
		if err != nil {
			return r.fail("", err)
		}
		if len(fields) > 0 && fields[0].key == "revision" && r.begun {
			if more, err := r.emit(yield); err != nil || !more {
				return err
			}
		}
		if err := r.read(fields); err != nil {
			return err
		}
	}
}

// emit yields the revision that has been read, and reports whether to go on.
func (r *reader) emit(yield func(graph.Revision, error) bool) (bool, error) {
	if r.rev == nil {
		return true, nil
	}
	if len(r.rev.Changes) == 0 {
		r.line = r.revLine
		return false, r.fail("revision", errors.New("no change follows it; leave it out"))
	}
	rev := *r.rev
	r.rev = nil
	return yield(rev, nil), nil
}

// next returns the next line without the white space around it. It is good
// until the next call.
func (r *reader) next() ([]byte, error) {
	r.line++
	r.buf = r.buf[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		if len(r.buf)+len(part) > r.o.MaxLine {
			e := r.fail("", fmt.Errorf("longer than %d bytes", r.o.MaxLine))
			e.(*graph.Error).Kind = graph.TooLarge
			return nil, e
		}
		r.buf = append(r.buf, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(r.buf) == 0:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("line %d: %w", r.line, err)
		}
		if !utf8.Valid(r.buf) {
			return nil, r.fail("", errors.New("not UTF-8"))
		}
		return bytes.TrimSpace(r.buf), nil
	}
}

// fail is an error at the current line.
func (r *reader) fail(subject string, err error) error {
	return &graph.Error{Kind: graph.Invalid, Op: fmt.Sprintf("line %d", r.line), Subject: subject, Err: err}
}

func header() error {
	return fmt.Errorf(`the stream begins with its header: {"onrecord":%d,"namespace":"…"}`, Version)
}

const lineKeys = "revision, node, edge, retract, redact, capture, comment"

// read reads one line.
func (r *reader) read(fields []field) error {
	if len(fields) == 0 {
		return r.fail("", errors.New("an empty object; a line begins with one of "+lineKeys))
	}
	first := fields[0]
	switch {
	case first.key == "comment":
		if _, err := str(first.raw); err != nil {
			return r.fail("comment", err)
		}
		if err := known(fields, "comment"); err != nil {
			return r.fail("comment", err)
		}
		return nil
	case first.key == "onrecord" && r.begun:
		return r.fail("", errors.New("a second header; a stream has one"))
	case first.key == "onrecord":
		return r.header(fields)
	case !r.begun:
		return r.fail("", header())
	}
	switch first.key {
	case "revision":
		return r.revision(fields)
	case "capture":
		return r.setCapture(fields)
	case "node", "edge", "retract", "redact":
		if r.rev == nil {
			return r.fail("", errors.New(`a change before any revision; begin one: {"revision":{"agent":"…","method":"…"}}`))
		}
		if len(r.rev.Changes) == MaxChanges {
			return r.fail("", fmt.Errorf("the revision of line %d has more than %d changes; begin another", r.revLine, MaxChanges))
		}
		c, err := r.change(first.key, fields)
		if err != nil {
			return err
		}
		r.rev.Changes = append(r.rev.Changes, c)
		return nil
	}
	return r.fail("", fmt.Errorf("a line begins with one of %s, not with %q", lineKeys, first.key))
}

func (r *reader) header(fields []field) error {
	if err := known(fields, "onrecord", "namespace", "capture"); err != nil {
		return r.fail("header", err)
	}
	for _, f := range fields {
		var err error
		switch f.key {
		case "onrecord":
			var v int
			if v, err = integer(f.raw); err == nil && v != Version {
				err = fmt.Errorf("the stream has format %d, and this program reads %d", v, Version)
			}
		case "namespace":
			r.namespace, err = str(f.raw)
		case "capture":
			r.capture, err = r.ref(f.raw)
		}
		if err != nil {
			return r.fail("header: "+f.key, err)
		}
	}
	r.begun = true
	return nil
}

func (r *reader) setCapture(fields []field) error {
	err := known(fields, "capture")
	if err == nil {
		r.capture, err = r.ref(fields[0].raw)
	}
	if err != nil {
		return r.fail("capture", err)
	}
	return nil
}

func (r *reader) revision(fields []field) error {
	if err := known(fields, "revision"); err != nil {
		return r.fail("revision", err)
	}
	inner, err := object(fields[0].raw)
	if err == nil {
		err = known(inner, "key", "agent", "method", "reason", "seq", "time")
	}
	if err != nil {
		return r.fail("revision", err)
	}
	rev := new(graph.Revision)
	for _, f := range inner {
		var err error
		switch f.key {
		case "key":
			rev.Key, err = str(f.raw)
		case "agent":
			rev.Agent, err = str(f.raw)
		case "method":
			rev.Method, err = str(f.raw)
		case "reason":
			rev.Reason, err = str(f.raw)
		case "seq":
			var n int
			n, err = integer(f.raw)
			rev.Seq = uint64(n)
		case "time":
			rev.Time, err = instant(f.raw)
		}
		if err != nil {
			return r.fail("revision: "+f.key, err)
		}
	}
	switch {
	case rev.Agent == "":
		return r.fail("revision: agent", errors.New("missing: every revision says who made it"))
	case rev.Method == "":
		return r.fail("revision: method", errors.New("missing: every revision says how it was made: human, rule:NAME, model:NAME@VERSION or import:FORMAT"))
	}
	r.rev, r.revLine = rev, r.line
	return nil
}

// ref reads a NAME.
func (r *reader) ref(raw []byte) (graph.ID, error) {
	s, err := str(raw)
	if err != nil {
		return graph.ID{}, err
	}
	if id, err := graph.ParseID(s); err == nil {
		return id, nil
	}
	switch _, err := graph.ParseID(strings.ToLower(s)); {
	case s == "":
		return graph.ID{}, errors.New("an empty name")
	case err == nil:
		return graph.ID{}, fmt.Errorf("%q is an id in upper case; ids are written in lower case", s)
	case r.namespace == "":
		return graph.ID{}, fmt.Errorf("%q is no id, and the header gives no namespace for names", s)
	}
	return graph.KeyID(r.namespace, s), nil
}

// keep remembers the text of a capture in the stream.
func (r *reader) keep(id graph.ID, s string) error {
	text, err := span.NewText(s)
	if err != nil {
		return err
	}
	if old := r.texts[id]; old != nil { // a capture keeps its text; the store refuses another
		return nil
	}
	r.texts[id], r.order, r.kept = text, append(r.order, id), r.kept+len(s)
	for r.kept > KeptTexts && len(r.order) > 1 {
		r.kept -= r.texts[r.order[0]].Bytes()
		delete(r.texts, r.order[0])
		r.order = r.order[1:]
	}
	return nil
}

func (r *reader) textOf(id graph.ID) (*span.Text, error) {
	if t := r.texts[id]; t != nil {
		return t, nil
	}
	if r.o.Texts != nil {
		t, err := r.o.Texts(id)
		if t != nil || err != nil {
			return t, err
		}
	}
	return nil, fmt.Errorf("the text of capture %s is not known; put the capture before what lies in it", id)
}

// kinds lists the names of all kinds of nodes or edges.
func nodeKinds() string {
	names := make([]string, len(vocab.Nodes))
	for i := range vocab.Nodes {
		names[i] = vocab.Nodes[i].Name
	}
	return strings.Join(names, ", ")
}

func edgeKinds() string {
	names := make([]string, len(vocab.Edges))
	for i := range vocab.Edges {
		names[i] = vocab.Edges[i].Name
	}
	return strings.Join(names, ", ")
}
