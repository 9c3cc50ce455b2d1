package export

import (
	"bytes"
	"encoding/hex"
	"slices"

	"github.com/onrecord/onrecord/graph"
)

// canonical are the quads of an entity as canonical N-Quads (the form of RDF
// Dataset Canonicalization 1.0), each a line, sorted by their bytes. A line that
// would stand twice stands once.
type canonical struct {
	buf   []byte
	ends  []int
	lines [][]byte
}

func (c *canonical) of(q *entityQuads) [][]byte {
	c.buf, c.ends, c.lines = c.buf[:0], c.ends[:0], c.lines[:0]
	for i := range q.quads {
		c.quad(q, &q.quads[i])
		c.ends = append(c.ends, len(c.buf))
	}
	at := 0
	for _, end := range c.ends {
		c.lines = append(c.lines, c.buf[at:end])
		at = end
	}
	slices.SortFunc(c.lines, bytes.Compare)
	c.lines = slices.CompactFunc(c.lines, bytes.Equal)
	return c.lines
}

func (c *canonical) quad(q *entityQuads, x *quad) {
	b := c.buf
	if x.link {
		b = appendEntity(b, q.from, "")
	} else {
		b = appendEntity(b, q.id, x.sub)
	}
	b = append(b, " <"...)
	b = append(b, x.pred...)
	b = append(b, "> "...)
	switch x.obj.kind {
	case entity:
		b = appendEntity(b, x.obj.id, "")
	case part:
		b = appendEntity(b, q.id, x.obj.value)
	case address:
		b = append(append(append(b, '<'), x.obj.value...), '>')
	default:
		b = appendLiteral(b, x.obj.value)
		switch {
		case x.obj.language != "":
			b = append(append(b, '@'), x.obj.language...)
		case x.obj.datatype != "":
			b = append(append(append(b, "^^<"...), x.obj.datatype...), '>')
		}
	}
	if x.link {
		b = appendEntity(append(b, ' '), q.id, "")
	}
	c.buf = append(b, " .\n"...)
}

// appendEntity appends the name of an entity, or of a part of it.
func appendEntity(b []byte, id graph.ID, fragment string) []byte {
	b = append(b, "<urn:uuid:"...)
	b = appendID(b, id)
	if fragment != "" {
		b = append(append(b, '#'), fragment...)
	}
	return append(b, '>')
}

// appendID is ID.String without a string.
func appendID(b []byte, id graph.ID) []byte {
	var x [36]byte
	hex.Encode(x[:8], id[:4])
	x[8], x[13], x[18], x[23] = '-', '-', '-', '-'
	hex.Encode(x[9:13], id[4:6])
	hex.Encode(x[14:18], id[6:8])
	hex.Encode(x[19:23], id[8:10])
	hex.Encode(x[24:], id[10:])
	return append(b, x[:]...)
}

// appendLiteral quotes a text as canonical N-Quads do: what has a short escape by
// that, other control characters by their number, everything else as it is.
func appendLiteral(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch c {
		case '\b':
			b = append(b, `\b`...)
		case '\t':
			b = append(b, `\t`...)
		case '\n':
			b = append(b, `\n`...)
		case '\f':
			b = append(b, `\f`...)
		case '\r':
			b = append(b, `\r`...)
		case '"', '\\':
			b = append(b, '\\', c)
		default:
			const digits = "0123456789ABCDEF"
			b = append(b, `\u00`...)
			b = append(b, digits[c>>4], digits[c&15])
		}
	}
	return append(append(b, s[from:]...), '"')
}

// nquads writes N-Quads: each edge is a graph of its own with one quad in it, and
// what is said of the edge is said of that graph. The lines of an entity stand
// together and are canonical. The manifest is a comment behind them.
type nquads struct{ *output }

func newNQuads(o *Output) (Writer, error) { return nquads{newOutput(o)}, nil }

func (w nquads) Node(*graph.Node) error { return nil }
func (w nquads) Edge(*graph.Edge) error { return nil }

// lines takes what the content hash is made of.
func (w nquads) lines(lines [][]byte) error {
	for _, line := range lines {
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func (w nquads) End(m *Manifest) error {
	w.WriteString("# ")
	w.Write(w.manifest(m))
	w.WriteString("\n")
	return w.Flush()
}
