// Package span is an exact place in a frozen text.
//
// A record that says who said what must say where it stands, so that anybody
// can look. A place is worth nothing if two programs count it differently, so
// it is kept twice, in units that do not depend on each other.
//
// # Nouns
//
//   - A [Span] is a half-open place, [Start, End) in Unicode code points with
//     [ByteStart, ByteEnd) in UTF-8 bytes beside it.
//   - A [Text] is an immutable text with an index from each unit to the others.
//   - [Hash] is eight bytes kept beside a span to notice a damaged one.
//
// # Units
//
// Code points, as in the Web Annotation model's TextPositionSelector: not
// bytes, not UTF-16 units (what a browser's String counts: see [Text.UTF16]), not
// the characters that a reader sees. "é" written as e and a combining accent is
// two, a family emoji up to seven. Text is never normalised, trimmed or
// re-encoded before an offset is taken: two spellings of one word are two texts.
//
// # Promises
//
// No span is empty: a place has something in it. A span from a [Text] lies on
// code point boundaries and its offset pairs agree; [Text.Exact] checks one from
// elsewhere. The binary form is stored in databases and does not change. No
// function panics on any input.
//
// Start with [NewText], [Text.At] and [Text.Find].
package span

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"unicode/utf8"
)

// Span is a place in a text, half-open: Start is the first code point, End the
// first behind it; ByteStart and ByteEnd are the same place in UTF-8 bytes.
type Span struct {
	Start, End         int // code points
	ByteStart, ByteEnd int // UTF-8 bytes
}

// Len is the number of code points in s.
func (s Span) Len() int { return s.End - s.Start }

// Contains reports whether all of t lies in s.
func (s Span) Contains(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

// Overlaps reports whether s and t share a code point.
func (s Span) Overlaps(t Span) bool { return s.Start < t.End && t.Start < s.End }

// Validate reports what no span of any text can be: empty, negative, or of
// fewer bytes than code points or more than four times as many. Whether s is a span
// of a certain text is for [Text.Exact] to say.
func (s Span) Validate() error {
	switch {
	case s.Start < 0 || s.ByteStart < 0:
		return fmt.Errorf("span %v begins before the text", s)
	case s.End <= s.Start || s.ByteEnd <= s.ByteStart:
		return fmt.Errorf("span %v is empty or ends before it begins", s)
	case !plausible(s.Start, s.ByteStart) || !plausible(s.Len(), s.ByteEnd-s.ByteStart):
		return fmt.Errorf("span %v: so many code points are not so many UTF-8 bytes", s)
	}
	return nil
}

// plausible reports whether so many code points may be so many bytes of UTF-8.
func plausible(points, bytes int) bool {
	return points <= bytes && (bytes == 0 || (bytes-1)/4 < points)
}

// String is for messages: 3515-3522 (bytes 3562-3569).
func (s Span) String() string {
	return fmt.Sprintf("%d-%d (bytes %d-%d)", s.Start, s.End, s.ByteStart, s.ByteEnd)
}

// Append appends s in the form in which records store it, four uvarints:
//
//	start | end-start | byteStart-start | (byteEnd-byteStart)-(end-start)
//
// The third and fourth count bytes beyond one a code point, so they are 0 in
// ASCII. s must be valid: of another, what [Decode] refuses is written.
func (s Span) Append(b []byte) []byte {
	for _, n := range [...]int{s.Start, s.Len(), s.ByteStart - s.Start, s.ByteEnd - s.ByteStart - s.Len()} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

// Decode reads a span from the beginning of b and gives what follows it. It
// refuses spans that are not valid, and encodings that [Span.Append] does not write.
func Decode(b []byte) (s Span, rest []byte, err error) {
	rest = b
	var v [4]int
	for k := range v {
		n, size := binary.Uvarint(rest)
		// Half of what an int holds: sums of two do not overflow.
		if size <= 0 || n > math.MaxInt/2 || size != max(1, (bits.Len64(n)+6)/7) {
			return Span{}, b, errors.New("span: offset is no uvarint in its shortest form")
		}
		v[k], rest = int(n), rest[size:]
	}
	s = Span{Start: v[0], End: v[0] + v[1], ByteStart: v[0] + v[2]}
	if s.ByteStart > math.MaxInt/2 || v[1] > math.MaxInt/4 || v[3] > math.MaxInt/4 {
		return Span{}, b, errors.New("span: offsets beyond any text")
	}
	s.ByteEnd = s.ByteStart + v[1] + v[3]
	if err := s.Validate(); err != nil {
		return Span{}, b, err
	}
	return s, rest, nil
}

// Hash is the first eight bytes of the SHA-256 of the text in a span.
//
// It is kept with the span to notice damage: an offset that moved, a text that
// was exchanged. It is no proof against an adversary, who finds another text
// with the same eight bytes; that is what the SHA-256 of the whole capture is
// for, beside which it stands. Eight bytes, not 32, since there are far more
// spans than captures.
func Hash(exact string) [8]byte {
	sum := sha256.Sum256([]byte(exact))
	return [8]byte(sum[:8])
}

// OffsetError says that a place is not in a text.
type OffsetError struct {
	Offset int    // the offset at fault
	Unit   string // what it counts: "code point", "byte", "UTF-16 unit"
	Length int    // of the text, in the same unit
	Reason string
}

func (e *OffsetError) Error() string {
	return fmt.Sprintf("%s %d of a text of %d: %s", e.Unit, e.Offset, e.Length, e.Reason)
}

const (
	unitPoint = "code point"
	unitByte  = "byte"
	unitUTF16 = "UTF-16 unit"
)

// utf16Len is the number of UTF-16 units of r.
func utf16Len(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

// isStart reports whether a code point starts at byte b of s, or s ends there.
func isStart(s string, b int) bool { return b == len(s) || utf8.RuneStart(s[b]) }
