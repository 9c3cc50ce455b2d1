package span

import (
	"fmt"
	"sort"
	"unicode/utf8"
)

// Text is an immutable text in which places are found in any unit. It may be
// used from several goroutines.
type Text struct {
	s      string
	points int
	units  int // UTF-16
	// marks[k] is where code point k*stride stands; nil where every code
	// point is one byte, and so every unit the same.
	marks []mark
}

// mark is a place in two units; the code point follows from its position.
type mark struct{ bytes, units int }

// stride is how many code points there are from one mark to the next: a
// conversion walks at most so many, and a text of 200 KB has an index of 12 KB.
const stride = 256

// NewText indexes s, without a copy. It refuses a text that is not UTF-8, since
// what stands behind the first bad byte would be counted differently by others.
func NewText(s string) (*Text, error) {
	ascii := 0
	for ascii < len(s) && s[ascii] < utf8.RuneSelf {
		ascii++
	}
	if ascii == len(s) {
		return &Text{s: s, points: len(s), units: len(s)}, nil
	}
	t := &Text{s: s}
	t.marks = make([]mark, 0, len(s)/stride+1)
	for b, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[b:]); size == 1 {
				return nil, &OffsetError{b, unitByte, len(s), "not UTF-8; convert the text before it is captured"}
			}
		}
		if t.points%stride == 0 {
			t.marks = append(t.marks, mark{b, t.units})
		}
		t.points++
		t.units += utf16Len(r)
	}
	return t, nil
}

// Len is the number of code points in t.
func (t *Text) Len() int { return t.points }

// Bytes is the number of UTF-8 bytes in t.
func (t *Text) Bytes() int { return len(t.s) }

// String is the text itself.
func (t *Text) String() string { return t.s }

// At is the span of the code points [start, end).
func (t *Text) At(start, end int) (Span, error) {
	if err := check(start, end, t.points, unitPoint); err != nil {
		return Span{}, err
	}
	return t.span(start, end), nil
}

// AtBytes is the span of the bytes [start, end), which must not begin or end
// inside a code point.
func (t *Text) AtBytes(start, end int) (Span, error) {
	if err := check(start, end, len(t.s), unitByte); err != nil {
		return Span{}, err
	}
	for _, b := range [...]int{start, end} {
		if !isStart(t.s, b) {
			return Span{}, &OffsetError{b, unitByte, len(t.s), "inside a code point"}
		}
	}
	return Span{t.pointOfByte(start), t.pointOfByte(end), start, end}, nil
}

// AtUTF16 is the span of the UTF-16 units [start, end), as a browser gives a
// selection; neither may be inside a surrogate pair.
func (t *Text) AtUTF16(start, end int) (Span, error) {
	if err := check(start, end, t.units, unitUTF16); err != nil {
		return Span{}, err
	}
	a, okA := t.pointOfUnit(start)
	b, okB := t.pointOfUnit(end)
	switch {
	case !okA:
		return Span{}, &OffsetError{start, unitUTF16, t.units, "inside a surrogate pair"}
	case !okB:
		return Span{}, &OffsetError{end, unitUTF16, t.units, "inside a surrogate pair"}
	}
	return t.span(a, b), nil
}

// Exact is the text at s. The error says if s is not in t, or if its code
// points and its bytes are different places: then it was made from another text.
func (t *Text) Exact(s Span) (string, error) {
	if err := t.check(s); err != nil {
		return "", err
	}
	return t.s[s.ByteStart:s.ByteEnd], nil
}

// UTF16 is s in UTF-16 units, half-open, for a browser.
func (t *Text) UTF16(s Span) (start, end int, err error) {
	if err := t.check(s); err != nil {
		return 0, 0, err
	}
	return t.place(s.Start).units, t.place(s.End).units, nil
}

// Context is up to n code points before s and up to n behind it, for a reader
// and for [Text.Find]; both empty if s is not in t.
func (t *Text) Context(s Span, n int) (prefix, suffix string) {
	if n <= 0 || t.check(s) != nil {
		return "", ""
	}
	from := t.place(max(s.Start-n, 0)).bytes
	to := t.place(s.End + min(n, t.points-s.End)).bytes
	return t.s[from:s.ByteStart], t.s[s.ByteEnd:to]
}

func (t *Text) check(s Span) error {
	if err := check(s.Start, s.End, t.points, unitPoint); err != nil {
		return err
	}
	if err := check(s.ByteStart, s.ByteEnd, len(t.s), unitByte); err != nil {
		return err
	}
	for _, at := range [...][2]int{{s.Start, s.ByteStart}, {s.End, s.ByteEnd}} {
		if b := t.place(at[0]).bytes; b != at[1] {
			return &OffsetError{
				at[0], unitPoint, t.points,
				fmt.Sprintf("stands at byte %d, not %d; the span was made from another text", b, at[1]),
			}
		}
	}
	return nil
}

func check(start, end, length int, unit string) error {
	switch {
	case start < 0:
		return &OffsetError{start, unit, length, "before the text"}
	case end > length:
		return &OffsetError{end, unit, length, "behind the text"}
	case end < start:
		return &OffsetError{end, unit, length, fmt.Sprintf("a span ends before it begins, at %d", start)}
	case end == start:
		return &OffsetError{end, unit, length, "a span is not empty"}
	}
	return nil
}

// span is At where start and end are known to be in t.
func (t *Text) span(start, end int) Span {
	return Span{start, end, t.place(start).bytes, t.place(end).bytes}
}

// place is where code point p stands, which may be the end of the text.
func (t *Text) place(p int) mark {
	switch {
	case t.marks == nil:
		return mark{p, p}
	case p == t.points:
		return mark{len(t.s), t.units}
	}
	m := t.marks[p/stride]
	for range p % stride {
		_, size := utf8.DecodeRuneInString(t.s[m.bytes:])
		m.bytes += size
		m.units++
		if size == 4 {
			m.units++
		}
	}
	return m
}

// pointOfByte is the code point that starts at byte b.
func (t *Text) pointOfByte(b int) int {
	if t.marks == nil {
		return b
	}
	if b == len(t.s) {
		return t.points
	}
	k := sort.Search(len(t.marks), func(k int) bool { return t.marks[k].bytes > b }) - 1
	return k*stride + utf8.RuneCountInString(t.s[t.marks[k].bytes:b])
}

// pointOfUnit is the code point that starts at UTF-16 unit u; false if none does.
func (t *Text) pointOfUnit(u int) (int, bool) {
	if t.marks == nil {
		return u, true
	}
	if u == t.units {
		return t.points, true
	}
	k := sort.Search(len(t.marks), func(k int) bool { return t.marks[k].units > u }) - 1
	m, p := t.marks[k], k*stride
	for m.units < u {
		r, size := utf8.DecodeRuneInString(t.s[m.bytes:])
		m.bytes += size
		m.units += utf16Len(r)
		p++
	}
	return p, m.units == u
}
