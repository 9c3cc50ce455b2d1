// Package jsonl is onrecord's own format: one JSON object a line, lossless, and
// made to be read and corrected by people.
//
//	{"onrecord": 1, "namespace": "example"}             first line; names below are keys of this name space
//	{"comment": "…"}                                    anywhere
//	{"revision": {"key": "…", "agent": "…", "method": "…", "reason": "…"}}
//	{"capture": "text"}                                 spans lie in it from here on
//	{"node": "s05", "kind": "STATEMENT", "text": "…", "mode": "PARTIAL", …}
//	{"edge": "SAID", "from": "p-khamenei", "to": "s05", "status": "EXPLICIT", …}
//	{"retract": "s05"}
//
// A node is named by a UUID or by a key of the name space, for which
// [graph.KeyID] gives the UUID. Properties are those of the vocabulary. A span
// is [start, end, "exact text"] in code points of the current capture; a date is
// an EDTF text or an object as [edtf.When] reads it. A text may stand in a file
// of its own beside the stream: {"file": "article.txt"}.
//
// What is not in the vocabulary is refused, with the line and the way out.
package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// MaxLine is how many bytes a line has at most.
const MaxLine = 16 << 20

// Options configure a reader. The zero value is ready for use.
type Options struct {
	// Files holds the texts that the stream refers to. If nil, there are none.
	Files fs.FS
}

// Error says what is wrong with which line.
type Error struct {
	Line int
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// reader is a stream on its way.
type reader struct {
	opts      Options
	namespace string
	header    bool
	capture   graph.ID
	rev       *graph.Revision
}

// Read yields the revisions of a stream, each when it is complete. After an
// error, which is an [*Error], the sequence ends.
func Read(in io.Reader, o Options) iter.Seq2[graph.Revision, error] {
	return func(yield func(graph.Revision, error) bool) {
		r := &reader{opts: o}
		lines := bufio.NewScanner(in)
		lines.Buffer(make([]byte, 64<<10), MaxLine)
		n := 0
		for lines.Scan() {
			n++
			done, err := r.line(bytes.TrimSpace(lines.Bytes()))
			if err != nil {
				yield(graph.Revision{}, &Error{n, err})
				return
			}
			if done != nil && !yield(*done, nil) {
				return
			}
		}
		switch err := lines.Err(); {
		case errors.Is(err, bufio.ErrTooLong):
			yield(graph.Revision{}, &Error{n + 1, fmt.Errorf("longer than %d bytes; put a long text into a file of its own", MaxLine)})
		case err != nil:
			yield(graph.Revision{}, &Error{n + 1, err})
		case r.rev != nil && len(r.rev.Changes) > 0:
			yield(*r.rev, nil)
		}
	}
}

// line reads one line. It returns the revision that the line ends, if it ends one.
func (r *reader) line(b []byte) (*graph.Revision, error) {
	if len(b) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("no JSON object: %w", err)
	}
	if d.More() {
		return nil, errors.New("more than one JSON object; give each a line of its own")
	}
	if !r.header {
		return nil, r.first(m)
	}
	for _, key := range []string{"comment", "revision", "capture", "node", "edge", "retract"} {
		v, ok := m[key]
		if !ok {
			continue
		}
		switch key {
		case "comment":
			return nil, nil
		case "revision":
			return r.revision(v)
		case "capture":
			id, err := r.id(v)
			r.capture = id
			return nil, err
		}
		if r.rev == nil {
			return nil, fmt.Errorf("%s before the first revision; begin with {\"revision\": {…}}", key)
		}
		c, err := r.change(key, m)
		if err != nil {
			return nil, err
		}
		r.rev.Changes = append(r.rev.Changes, c)
		return nil, nil
	}
	return nil, fmt.Errorf("none of comment, revision, capture, node, edge and retract, but %s", strings.Join(sorted(m), ", "))
}

func sorted(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (r *reader) first(m map[string]any) error {
	if v, ok := m["onrecord"].(json.Number); !ok || v.String() != "1" {
		return errors.New(`not this format: the first line is {"onrecord": 1, "namespace": "…"}`)
	}
	r.namespace, _ = m["namespace"].(string)
	r.header = true
	return nil
}

func (r *reader) revision(v any) (*graph.Revision, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("revision: no object")
	}
	rev := &graph.Revision{}
	for _, k := range sorted(m) {
		s, ok := m[k].(string)
		if !ok {
			return nil, fmt.Errorf("revision: %s: no text", k)
		}
		switch k {
		case "key":
			rev.Key = s
		case "agent":
			rev.Agent = s
		case "method":
			rev.Method = s
		case "reason":
			rev.Reason = s
		default:
			return nil, fmt.Errorf("revision: no member is called %q; there are key, agent, method and reason", k)
		}
	}
	done := r.rev
	r.rev = rev
	if done == nil || len(done.Changes) == 0 {
		return nil, nil
	}
	return done, nil
}

func (r *reader) id(v any) (graph.ID, error) {
	s, ok := v.(string)
	if !ok || s == "" {
		return graph.ID{}, errors.New("no id and no name")
	}
	if id, err := graph.ParseID(s); err == nil {
		return id, nil
	}
	return graph.KeyID(r.namespace, s), nil
}

func (r *reader) change(key string, m map[string]any) (graph.Change, error) {
	id, err := r.id(m[key])
	if key == "retract" {
		return graph.Change{Op: graph.Retract, ID: id}, err
	}
	if key == "edge" {
		return r.edge(m)
	}
	if err != nil {
		return graph.Change{}, fmt.Errorf("node: %w", err)
	}
	name, _ := m["kind"].(string)
	kind, ok := vocab.ParseNodeKind(name)
	if !ok {
		return graph.Change{}, fmt.Errorf("kind: no kind of node is called %q", name)
	}
	props, err := r.props(kind.Node().All(), m, "node", "kind")
	if err != nil {
		return graph.Change{}, fmt.Errorf("%s %v: %w", name, m["node"], err)
	}
	return graph.Put(&graph.Node{ID: id, Kind: kind, Props: props}), nil
}

func (r *reader) edge(m map[string]any) (graph.Change, error) {
	name, _ := m["edge"].(string)
	kind, ok := vocab.ParseEdgeKind(name)
	if !ok {
		return graph.Change{}, fmt.Errorf("edge: no kind of edge is called %q", name)
	}
	e := &graph.Edge{Kind: kind}
	var err error
	if e.From, err = r.id(m["from"]); err != nil {
		return graph.Change{}, fmt.Errorf("%s: from: %w", name, err)
	}
	if e.To, err = r.id(m["to"]); err != nil {
		return graph.Change{}, fmt.Errorf("%s: to: %w", name, err)
	}
	skip := []string{"edge", "from", "to"}
	if e.Props, err = r.props(kind.Edge().All(), m, skip...); err != nil {
		return graph.Change{}, fmt.Errorf("%s from %v to %v: %w", name, m["from"], m["to"], err)
	}
	return graph.Connect(e), nil
}

func (r *reader) props(all []vocab.Property, m map[string]any, skip ...string) (graph.Props, error) {
	props := graph.Props{}
	for _, k := range sorted(m) {
		if slices.Contains(skip, k) || m[k] == nil {
			continue
		}
		i := slices.IndexFunc(all, func(p vocab.Property) bool { return written(p.Name, skip) == k })
		if i < 0 {
			return nil, fmt.Errorf("no property is called %q", k)
		}
		v, err := r.value(&all[i], m[k])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		props[all[i].Name] = v
	}
	return props, nil
}

// written is how a property is called in a line: from and to are an edge's ends,
// so that the ends of its period are since and until.
func written(name string, skip []string) string {
	if slices.Contains(skip, name) {
		return map[string]string{"from": "since", "to": "until"}[name]
	}
	return name
}

func (r *reader) value(p *vocab.Property, v any) (any, error) {
	switch p.Type {
	case vocab.Text, vocab.URL, vocab.Language, vocab.Digest, vocab.Enum:
		if m, ok := v.(map[string]any); ok && p.Type == vocab.Text {
			return r.file(m)
		}
		return text(v)
	case vocab.Number:
		n, ok := v.(json.Number)
		if !ok {
			return nil, errors.New("no number")
		}
		return n.Float64()
	case vocab.Instant:
		s, err := text(v)
		if err != nil {
			return nil, err
		}
		return time.Parse(time.RFC3339Nano, s)
	case vocab.When:
		return when(v)
	case vocab.Texts, vocab.URLs:
		return list(v, text)
	case vocab.Names:
		return list(v, func(v any) (n graph.Name, err error) {
			if s, ok := v.(string); ok {
				return graph.Name{Value: s}, nil
			}
			return n, strict(v, &n)
		})
	case vocab.Spans:
		return list(v, r.span)
	case vocab.Gaps:
		return list(v, func(v any) (g graph.GapNote, err error) {
			var x struct{ Kind, Note string }
			err = strict(v, &x)
			return graph.GapNote{Kind: x.Kind, Note: x.Note}, err
		})
	case vocab.Whens:
		return list(v, func(v any) (m graph.Marked, err error) {
			x, ok := v.(map[string]any)
			if !ok {
				return m, errors.New("no object")
			}
			if m.Place, err = r.span(x["place"]); err != nil {
				return m, fmt.Errorf("place: %w", err)
			}
			if m.When, err = when(x["when"]); err != nil {
				return m, fmt.Errorf("when: %w", err)
			}
			m.Genre, _ = x["genre"].(string)
			m.Note, _ = x["note"].(string)
			return m, nil
		})
	}
	return nil, fmt.Errorf("no type %d", p.Type)
}

func text(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", errors.New("no text")
	}
	return s, nil
}

func list[T any](v any, one func(any) (T, error)) ([]T, error) {
	in, ok := v.([]any)
	if !ok {
		return nil, errors.New("no list")
	}
	out := make([]T, len(in))
	for i, x := range in {
		var err error
		if out[i], err = one(x); err != nil {
			return nil, fmt.Errorf("%d: %w", i+1, err)
		}
	}
	return out, nil
}

// strict decodes a value into a struct and refuses members that it has not.
func strict(v, into any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

func when(v any) (w edtf.When, err error) {
	if s, ok := v.(string); ok {
		w.EDTF, err = edtf.Parse(s)
		return w, err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return w, err
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return w, err
	}
	return w, w.Validate()
}

func (r *reader) span(v any) (s graph.Span, err error) {
	in, ok := v.([]any)
	if !ok || len(in) < 2 || len(in) > 3 {
		return s, errors.New(`no span; a span is [start, end, "exact text"]`)
	}
	var n [2]int64
	for i := range n {
		x, ok := in[i].(json.Number)
		if !ok {
			return s, errors.New("a span begins with two numbers")
		}
		if n[i], err = x.Int64(); err != nil {
			return s, err
		}
	}
	s.Capture = r.capture
	s.Span = span.Span{Start: int(n[0]), End: int(n[1])}
	if len(in) == 3 {
		s.Exact, err = text(in[2])
	}
	return s, err
}

func (r *reader) file(m map[string]any) (string, error) {
	name, ok := m["file"].(string)
	if !ok || len(m) != 1 {
		return "", errors.New(`no text; a text is a string, or {"file": "…"}`)
	}
	if r.opts.Files == nil {
		return "", fmt.Errorf("the stream has no files, and refers to %q", name)
	}
	b, err := fs.ReadFile(r.opts.Files, name)
	return string(b), err
}
