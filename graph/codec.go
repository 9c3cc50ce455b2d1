package graph

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// The stored form of properties:
//
//	( tag 1 | length uvarint | value ) *    in the order of the tags
//
// Absent values are not written, so that two nodes that say the same are the
// same bytes. A span leaves its capture out where that is home: for an edge to
// a capture that capture, for a capture itself.

var (
	errShort = errors.New("ends too early")
	errLong  = errors.New("goes on behind its end")
)

// appendProps appends the stored form of p, which must have passed checkProps.
// Values kept apart are left out.
func appendProps(b []byte, all []vocab.Property, p Props, home ID) []byte {
	var value []byte
	for i := range all {
		d := &all[i]
		v, ok := p[d.Name]
		if !ok || d.Apart {
			continue
		}
		value = appendValue(value[:0], d, v, home)
		b = appendTag(b, d, value)
	}
	return b
}

func appendTag(b []byte, d *vocab.Property, value []byte) []byte {
	b = append(b, d.Tag)
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

// parseProps reads the stored form. It keeps no part of b.
func parseProps(b []byte, all []vocab.Property, home ID) (Props, error) {
	p := make(Props, 8)
	for len(b) > 0 {
		tag := b[0]
		n, w := binary.Uvarint(b[1:])
		if w <= 0 || uint64(len(b)-1-w) < n {
			return nil, errShort
		}
		value := b[1+w : 1+w+int(n)]
		b = b[1+w+int(n):]
		d := withTag(all, tag)
		if d == nil {
			return nil, fmt.Errorf("no property has the tag %d", tag)
		}
		v, err := parseValue(value, d, home)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
		p[d.Name] = v
	}
	return p, nil
}

// storedValue returns the bytes of one property in the stored form, or nil.
func storedValue(b []byte, tag uint8) []byte {
	for len(b) > 0 {
		n, w := binary.Uvarint(b[1:])
		if w <= 0 || uint64(len(b)-1-w) < n {
			return nil
		}
		if b[0] == tag {
			return b[1+w : 1+w+int(n)]
		}
		b = b[1+w+int(n):]
	}
	return nil
}

func withTag(all []vocab.Property, tag uint8) *vocab.Property {
	for i := range all {
		if all[i].Tag == tag {
			return &all[i]
		}
	}
	return nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendValue(b []byte, d *vocab.Property, v any, home ID) []byte {
	switch v := v.(type) {
	case string:
		switch d.Type {
		case vocab.Enum:
			return append(b, byte(d.Values.Index(v)))
		case vocab.Digest:
			raw, _ := hex.DecodeString(v)
			return append(b, raw...)
		}
		return append(b, v...)
	case float64:
		return binary.BigEndian.AppendUint64(b, math.Float64bits(v))
	case time.Time:
		return binary.AppendVarint(b, v.UnixMicro())
	case edtf.When:
		return appendWhen(b, v)
	case []string:
		for _, s := range v {
			b = appendString(b, s)
		}
	case []Name:
		for _, n := range v {
			b = appendString(appendString(appendString(b, n.Value), n.Language), n.Script)
		}
	case []Span:
		for _, s := range v {
			b = appendSpan(b, s, home)
		}
	case []GapNote:
		for _, g := range v {
			b = appendString(append(b, byte(vocab.GapKind.Index(g.Kind))), g.Note)
		}
	case []Marked:
		for _, m := range v {
			b = appendWhen(b, m.When)
			b = appendSpan(b, m.Place, home)
			b = appendString(appendString(b, m.Genre), m.Note)
		}
	}
	return b
}

// appendWhen appends a date that passed Validate, which is all that can fail.
func appendWhen(b []byte, w edtf.When) []byte {
	if out, err := w.AppendBinary(b); err == nil {
		return out
	}
	return b
}

func appendSpan(b []byte, s Span, home ID) []byte {
	if s.Capture == home {
		b = append(b, 0)
	} else {
		b = append(append(b, 1), s.Capture[:]...)
	}
	return append(s.Span.Append(b), s.Hash[:]...)
}

func parseValue(b []byte, d *vocab.Property, home ID) (any, error) {
	switch d.Type {
	case vocab.Text, vocab.URL, vocab.Language:
		return string(b), nil
	case vocab.Digest:
		return hex.EncodeToString(b), nil
	case vocab.Enum:
		if len(b) != 1 || int(b[0]) >= len(d.Values.Names) {
			return nil, fmt.Errorf("no value of %s", d.Values.Name)
		}
		return d.Values.Names[b[0]], nil
	case vocab.Number:
		if len(b) != 8 {
			return nil, errShort
		}
		return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
	case vocab.Instant:
		us, n := binary.Varint(b)
		switch {
		case n <= 0:
			return nil, errShort
		case n < len(b):
			return nil, errLong
		}
		return time.UnixMicro(us).UTC(), nil
	case vocab.When:
		w, rest, err := edtf.DecodeWhen(b)
		if err == nil && len(rest) > 0 {
			err = errLong
		}
		return w, err
	case vocab.Texts, vocab.URLs:
		return parseList(b, parseString)
	case vocab.Names:
		return parseList(b, func(b []byte) (n Name, rest []byte, err error) {
			for _, f := range []*string{&n.Value, &n.Language, &n.Script} {
				if *f, b, err = parseString(b); err != nil {
					return n, nil, err
				}
			}
			return n, b, nil
		})
	case vocab.Spans:
		return parseList(b, func(b []byte) (Span, []byte, error) { return parseSpan(b, home) })
	case vocab.Gaps:
		return parseList(b, func(b []byte) (g GapNote, rest []byte, err error) {
			if int(b[0]) >= len(vocab.GapKind.Names) {
				return g, nil, errors.New("no kind of gap")
			}
			g.Kind = vocab.GapKind.Names[b[0]]
			g.Note, rest, err = parseString(b[1:])
			return g, rest, err
		})
	case vocab.Whens:
		return parseList(b, func(b []byte) (m Marked, rest []byte, err error) {
			if m.When, b, err = edtf.DecodeWhen(b); err != nil {
				return m, nil, err
			}
			if m.Place, b, err = parseSpan(b, home); err != nil {
				return m, nil, err
			}
			if m.Genre, b, err = parseString(b); err != nil {
				return m, nil, err
			}
			m.Note, b, err = parseString(b)
			return m, b, err
		})
	}
	return nil, fmt.Errorf("no type %d", d.Type)
}

func parseList[T any](b []byte, one func([]byte) (T, []byte, error)) (list []T, err error) {
	for len(b) > 0 {
		var v T
		if v, b, err = one(b); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func parseString(b []byte) (string, []byte, error) {
	n, w := binary.Uvarint(b)
	if w <= 0 || uint64(len(b)-w) < n {
		return "", nil, errShort
	}
	return string(b[w : w+int(n)]), b[w+int(n):], nil
}

func parseSpan(b []byte, home ID) (s Span, rest []byte, err error) {
	if len(b) == 0 || b[0] > 1 {
		return s, nil, errShort
	}
	s.Capture = home
	if b[0] == 1 {
		if len(b) < 17 {
			return s, nil, errShort
		}
		s.Capture = ID(b[1:17])
		b = b[16:]
	}
	if s.Span, b, err = span.Decode(b[1:]); err != nil {
		return s, nil, err
	}
	if len(b) < len(s.Hash) {
		return s, nil, errShort
	}
	return s, b[copy(s.Hash[:], b):], nil
}
