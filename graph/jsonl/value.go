package jsonl

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// value reads the value of a property. home is the capture that its spans lie in.
func (r *reader) value(p *vocab.Property, raw []byte, home graph.ID) (any, error) {
	if string(raw) == "null" {
		return nil, errors.New("null is no value; leave the property out")
	}
	switch p.Type {
	case vocab.Text:
		return r.text(raw)
	case vocab.URL, vocab.Language, vocab.Digest:
		return str(raw)
	case vocab.Enum:
		s, err := str(raw)
		if err == nil && p.Values.Index(s) < 0 {
			err = fmt.Errorf("%q is no %s; there are %s", s, p.Values.Name, strings.Join(p.Values.Names, ", "))
		}
		return s, err
	case vocab.Number:
		var f float64
		if err := json.Unmarshal(raw, &f); err != nil {
			return nil, fmt.Errorf("%s where a number is wanted", excerpt(raw))
		}
		return f, nil
	case vocab.Instant:
		return instant(raw)
	case vocab.When:
		return when(raw)
	case vocab.Texts, vocab.URLs:
		return strs(raw)
	case vocab.Names:
		return each(raw, name)
	case vocab.Gaps:
		return each(raw, gap)
	case vocab.Spans:
		return each(raw, func(b []byte) (graph.Span, error) { return r.span(b, home) })
	case vocab.Whens:
		return each(raw, func(b []byte) (graph.Marked, error) { return r.marked(b, home) })
	}
	return nil, fmt.Errorf("this program cannot read a property of type %d", p.Type)
}

// text reads a text, or the file that stands for it.
func (r *reader) text(raw []byte) (string, error) {
	if raw[0] != '{' {
		return str(raw)
	}
	fields, err := object(raw)
	if err != nil {
		return "", err
	}
	if err := known(fields, "file"); err != nil {
		return "", err
	}
	if len(fields) == 0 {
		return "", errors.New(`an object where a text or {"file":"…"} is wanted`)
	}
	file, err := str(fields[0].raw)
	switch {
	case err != nil:
		return "", err
	case r.o.Files == nil:
		return "", fmt.Errorf("file %q: the reader was given no files; write the text itself", file)
	case !fs.ValidPath(file):
		return "", fmt.Errorf("file %q: a path leads with slashes below the stream's own directory", file)
	}
	f, err := r.o.Files.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, graph.MaxArchived+1))
	switch {
	case err != nil:
		return "", err
	case len(b) > graph.MaxArchived:
		return "", fmt.Errorf("file %q: more than %d bytes, which is the most a text can have", file, graph.MaxArchived)
	case !utf8.Valid(b):
		return "", fmt.Errorf("file %q: not UTF-8", file)
	}
	return string(b), nil
}

func instant(raw []byte) (time.Time, error) {
	s, err := str(raw)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, fmt.Errorf("%q is no instant; write it as 2018-08-13T09:30:00Z", s)
	}
	if !t.Equal(t.Truncate(time.Microsecond)) {
		return t, fmt.Errorf("%q is finer than a microsecond, which is the finest that is kept", s)
	}
	return t.UTC(), nil
}

func when(raw []byte) (w edtf.When, err error) {
	switch raw[0] {
	case '"':
		s, err := str(raw)
		if err != nil {
			return w, err
		}
		if w.EDTF, err = edtf.Parse(s); err != nil {
			return w, err
		}
	case '{':
		fields, err := object(raw)
		if err != nil {
			return w, err
		}
		for _, f := range fields { // the texts are checked here, since the date's own reader is package json's
			switch {
			case f.raw[0] == '"':
				_, err = str(f.raw)
			case f.raw[0] == '{':
				var inner []field
				if inner, err = object(f.raw); err == nil {
					for _, g := range inner {
						if _, err = str(g.raw); err != nil {
							break
						}
					}
				}
			case string(f.raw) == "null":
				err = errors.New("null is no value; leave it out")
			}
			if err != nil {
				return w, fmt.Errorf("%s: %w", f.key, err)
			}
		}
		if err := json.Unmarshal(raw, &w); err != nil {
			return w, err
		}
	default:
		return w, fmt.Errorf(`%s where a date is wanted: {"written":"May 8","edtf":"XXXX-05-08"}, or "2015"`, shape(raw))
	}
	return w, w.Validate()
}

func name(raw []byte) (n graph.Name, err error) {
	if raw[0] == '"' {
		n.Value, err = str(raw)
		return n, err
	}
	err = into(raw, map[string]*string{"value": &n.Value, "language": &n.Language, "script": &n.Script}, "value", "language", "script")
	return n, err
}

func gap(raw []byte) (g graph.GapNote, err error) {
	err = into(raw, map[string]*string{"kind": &g.Kind, "note": &g.Note}, "kind", "note")
	if err == nil && vocab.GapKind.Index(g.Kind) < 0 {
		err = fmt.Errorf("%q is no %s; there are %s", g.Kind, vocab.GapKind.Name, strings.Join(vocab.GapKind.Names, ", "))
	}
	return g, err
}

// into reads an object of texts into their places.
func into(raw []byte, places map[string]*string, keys ...string) error {
	fields, err := object(raw)
	if err != nil {
		return err
	}
	if err := known(fields, keys...); err != nil {
		return err
	}
	for _, f := range fields {
		if *places[f.key], err = str(f.raw); err != nil {
			return fmt.Errorf("%s: %w", f.key, err)
		}
	}
	return nil
}

func (r *reader) marked(raw []byte, home graph.ID) (m graph.Marked, err error) {
	fields, err := object(raw)
	if err != nil {
		return m, err
	}
	if err := known(fields, "when", "place", "genre", "note"); err != nil {
		return m, err
	}
	placed := false
	for _, f := range fields {
		switch f.key {
		case "when":
			m.When, err = when(f.raw)
		case "place":
			m.Place, err = r.span(f.raw, home)
			placed = true
		case "genre":
			m.Genre, err = str(f.raw)
		case "note":
			m.Note, err = str(f.raw)
		}
		if err != nil {
			return m, fmt.Errorf("%s: %w", f.key, err)
		}
	}
	if !placed {
		return m, errors.New(`"place" is missing: where the text writes it`)
	}
	return m, nil
}

const spanForm = `a span is [start,end,"exact text"], or {"capture":…,"start":…,"end":…,"exact":…}`

func (r *reader) span(raw []byte, home graph.ID) (s graph.Span, err error) {
	s.Capture = home
	start, end, exact := []byte(nil), []byte(nil), []byte(nil)
	switch raw[0] {
	case '[':
		parts, err := list(raw)
		if err != nil {
			return s, err
		}
		if len(parts) != 3 {
			return s, fmt.Errorf("%s has %d parts; %s", excerpt(raw), len(parts), spanForm)
		}
		start, end, exact = parts[0], parts[1], parts[2]
	case '{':
		fields, err := object(raw)
		if err != nil {
			return s, err
		}
		if err := known(fields, "capture", "start", "end", "exact"); err != nil {
			return s, err
		}
		for _, f := range fields {
			switch f.key {
			case "capture":
				if s.Capture, err = r.ref(f.raw); err != nil {
					return s, fmt.Errorf("capture: %w", err)
				}
			case "start":
				start = f.raw
			case "end":
				end = f.raw
			case "exact":
				exact = f.raw
			}
		}
		if start == nil || end == nil || exact == nil {
			return s, fmt.Errorf("%s is not whole; %s", excerpt(raw), spanForm)
		}
	default:
		return s, fmt.Errorf("%s; %s", shape(raw), spanForm)
	}
	if s.Start, err = integer(start); err != nil {
		return s, fmt.Errorf("start: %w", err)
	}
	if s.End, err = integer(end); err != nil {
		return s, fmt.Errorf("end: %w", err)
	}
	if s.Exact, err = str(exact); err != nil {
		return s, fmt.Errorf("exact: %w", err)
	}
	return s, r.locate(&s)
}

// locate compares a span with its capture's text and fills in its bytes.
func (r *reader) locate(s *graph.Span) error {
	if s.Capture.IsZero() {
		return errors.New(`it lies in no capture; write a line {"capture":NAME} before, or name it in the span`)
	}
	text, err := r.textOf(s.Capture)
	if err != nil {
		return err
	}
	at, err := text.At(s.Start, s.End)
	if err != nil {
		return err
	}
	got, err := text.Exact(at)
	if err != nil {
		return err
	}
	if got != s.Exact {
		hint := "it stands nowhere in the text"
		if found, err := text.Find(s.Exact, "", ""); err == nil {
			hint = fmt.Sprintf("it stands at %d-%d", found.Start, found.End)
		} else if f := (*findError)(nil); errors.As(err, &f) && f.Count > 1 {
			hint = fmt.Sprintf("it stands at %d other places", f.Count)
		}
		return fmt.Errorf("the capture has %.80q at %d-%d, not %.80q; %s", got, s.Start, s.End, s.Exact, hint)
	}
	s.Span = at
	return nil
}
