package page

import "fmt"

// Reason says why a document is refused. The names are stable.
type Reason string

// The reasons.
const (
	Empty     Reason = "empty"      // no bytes, or white space alone
	Binary    Reason = "binary"     // no text: an image, a PDF, an archive
	MediaType Reason = "media type" // text of a kind that is not read
	NotHTML   Reason = "not HTML"   // called HTML, and without an element
	Charset   Reason = "charset"    // bytes that are not of the character set
	TooLarge  Reason = "too large"  // more than the bounds allow
	NoText    Reason = "no text"    // a page without an article
)

// Error is a refused document.
type Error struct {
	Reason Reason
	Detail string // what was found
	Hint   string // the way out; may be empty
}

func (e *Error) Error() string {
	s := string(e.Reason) + ": " + e.Detail
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Is reports whether target is an *Error of the same reason.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Reason == e.Reason
}

func refuse(r Reason, hint, format string, args ...any) error {
	return &Error{Reason: r, Detail: fmt.Sprintf(format, args...), Hint: hint}
}
