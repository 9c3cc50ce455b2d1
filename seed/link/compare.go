package link

import (
	"strings"

	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/seed/extract"
)

// Likeness is what two names have in common.
type Likeness struct {
	Score  float64 // 0 where nothing says that they are one
	Reason string
}

// Compare compares a name in a text with one on record.
func Compare(inText, onRecord string) Likeness {
	a, b := strings.Fields(text.Fold(inText)), strings.Fields(text.Fold(onRecord))
	if len(a) == 0 || len(b) == 0 {
		return Likeness{}
	}
	if equal(a, b) {
		if len(a) == 1 {
			return Likeness{.6, "the same name, of one word"}
		}
		return Likeness{.9, "the same full name"}
	}
	ta, tb := untitled(inText), untitled(onRecord)
	if equal(ta, tb) && len(ta) > 1 {
		return Likeness{.85, "the same full name without titles"}
	}
	if len(ta) == 0 || len(tb) == 0 || ta[len(ta)-1] != tb[len(tb)-1] {
		return Likeness{}
	}
	switch {
	case len(ta) == 1 || len(tb) == 1:
		return Likeness{.5, "the same last name, and no more is given of one of them"}
	case ta[0] == tb[0] && (len(ta) == 2 || len(tb) == 2):
		return Likeness{.75, "the same first and last name, and one has more between them"}
	case middles(ta, tb):
		return Likeness{.7, "the same last name, and initials that fit"}
	}
	return Likeness{}
}

func untitled(name string) []string { return strings.Fields(text.Fold(extract.Untitled(name))) }

func equal(a, b []string) bool { return strings.Join(a, " ") == strings.Join(b, " ") }

// middles reports whether the words before the last are the same or initials of
// one another, as far as both have them; one of the first words at least is an
// initial.
func middles(a, b []string) bool {
	for i := range min(len(a), len(b)) - 1 {
		if a[i] != b[i] && !initial(a[i], b[i]) && !initial(b[i], a[i]) {
			return false
		}
	}
	return true
}

// initial reports whether s is the first letter of word.
func initial(s, word string) bool {
	r := []rune(s)
	return len(r) == 1 && strings.HasPrefix(word, s)
}
