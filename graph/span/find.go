package span

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// FindError says that a quotation names no place in a text, or several.
type FindError struct {
	Exact string
	// Count is how many places fit, up to maxCount; 0 or more than 1.
	Count int
	// Without is how many places there are without regard to prefix and suffix.
	Without int
}

func (e *FindError) Error() string {
	exact := e.Exact
	if utf8.RuneCountInString(exact) > 80 {
		exact = string([]rune(exact)[:80]) + "…"
	}
	switch {
	case e.Count > 1:
		return fmt.Sprintf("%q stands at %s places; give more of the text before or behind it", exact, count(e.Count))
	case e.Without > 0:
		return fmt.Sprintf("%q stands at %s places, at none with that prefix and suffix", exact, count(e.Without))
	}
	return fmt.Sprintf("%q does not stand in the text; it must agree in every code point, spaces and quotation marks too", exact)
}

// maxCount ends the count of places: a reader wants to know that there are
// many, and a text of one repeated letter has as many as it has letters.
const maxCount = 1000

func count(n int) string {
	if n >= maxCount {
		return fmt.Sprintf("%d or more", maxCount)
	}
	return fmt.Sprint(n)
}

// Find is the one place where exact stands with prefix right before and suffix
// right behind it, as a Web Annotation TextQuoteSelector says it. Prefix and
// suffix may be empty. The error is a [*FindError] if there is no such place or
// more than one: a quotation is never put where it might not belong.
func (t *Text) Find(exact, prefix, suffix string) (Span, error) {
	if exact == "" {
		return Span{}, fmt.Errorf("nothing to find in a text of %d code points: a span is not empty", t.points)
	}
	for _, s := range [...]string{exact, prefix, suffix} {
		if !utf8.ValidString(s) {
			return Span{}, fmt.Errorf("%q is not UTF-8, and so not in the text", s)
		}
	}
	at, n := t.places(prefix + exact + suffix)
	if n != 1 {
		err := &FindError{Exact: exact, Count: n}
		if n == 0 {
			_, err.Without = t.places(exact)
		}
		return Span{}, err
	}
	at += len(prefix)
	return t.AtBytes(at, at+len(exact))
}

// places is the byte of the first place of s, and how many there are.
// They may overlap. Both texts are UTF-8, so a place is on code points.
func (t *Text) places(s string) (first, n int) {
	for from := 0; n < maxCount; n++ {
		k := strings.Index(t.s[from:], s)
		if k < 0 {
			break
		}
		if n == 0 {
			first = from + k
		}
		_, size := utf8.DecodeRuneInString(t.s[from+k:])
		from += k + size
	}
	return first, n
}
