package edtf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// The head of a binary When: the weekday in the low bits, then one bit for each
// part that is there.
const (
	hasWritten = 1 << (iota + 3)
	hasEDTF
	hasNotBefore
	hasNotAfter
	hasResolution
)

// AppendBinary appends w in the form in which records store it:
//
//	head 1: weekday in bits 0-2, then written, edtf, notBefore, notAfter, resolution in bits 3-7
//	for each part whose bit is set, in that order: length uvarint, text
//	resolution: edtf, rule, source, each length uvarint, text
//
// Equal values have equal bytes. The only error is a weekday that no three bits
// hold; otherwise a value need not be valid to be written.
func (w When) AppendBinary(b []byte) ([]byte, error) {
	if w.Weekday&^7 != 0 {
		return b, fmt.Errorf("weekday %d: want 1 Monday to 7 Sunday, or 0 for none", w.Weekday)
	}
	head := len(b)
	b = append(b, byte(w.Weekday))
	for k, s := range [...]string{w.Written, w.EDTF.text, w.NotBefore.text, w.NotAfter.text} {
		if s != "" {
			b[head] |= hasWritten << k
			b = appendText(b, s)
		}
	}
	if r := w.Resolution; r != nil {
		b[head] |= hasResolution
		b = appendText(b, r.EDTF.text)
		b = appendText(b, r.Rule)
		b = appendText(b, r.Source)
	}
	return b, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// DecodeWhen reads what [When.AppendBinary] wrote from the beginning of b and
// gives what follows it. It refuses every other encoding, so that equal values
// have equal bytes in a store too. It does not validate: a record stays readable
// when [When.Validate] learns to see more.
func DecodeWhen(b []byte) (w When, rest []byte, err error) {
	if len(b) == 0 {
		return When{}, b, errors.New("date: no bytes")
	}
	head := b[0]
	d := decoder{b: b[1:]}
	w.Weekday = int(head & 7)
	if head&hasWritten != 0 {
		w.Written = d.text(1)
	}
	for k, dst := range [...]*Date{&w.EDTF, &w.NotBefore, &w.NotAfter} {
		if head&(hasEDTF<<k) != 0 {
			*dst = d.date(1)
		}
	}
	if head&hasResolution != 0 {
		w.Resolution = &Resolution{EDTF: d.date(0), Rule: d.text(0), Source: d.text(0)}
	}
	if d.err != nil {
		return When{}, b, fmt.Errorf("date: %w", d.err)
	}
	return w, d.b, nil
}

type decoder struct {
	b   []byte
	err error
}

func (d *decoder) text(least uint64) string {
	n, k := binary.Uvarint(d.b)
	switch {
	case d.err != nil:
		return ""
	case k <= 0 || k != max(1, (bits.Len64(n)+6)/7):
		d.err = errors.New("length is no uvarint in its shortest form")
		return ""
	case n < least:
		d.err = errors.New("empty text where its bit says there is one")
		return ""
	case n > uint64(len(d.b)-k):
		d.err = fmt.Errorf("text of %d bytes where %d are left", n, len(d.b)-k)
		return ""
	}
	s := string(d.b[k : k+int(n)])
	d.b = d.b[k+int(n):]
	return s
}

func (d *decoder) date(least uint64) Date {
	s := d.text(least)
	if d.err != nil || s == "" {
		return Date{}
	}
	var t Date
	t, d.err = Parse(s)
	return t
}
