package span

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Cut is the text of the content spans without the spans to remove: the
// speaker's words without the editor's insertions.
//
//	negotiations (with the US) will    negotiations will
//	they (Americans) do                they do
//	talks (with the US), he said       talks, he said
//
// The white space around a cut becomes one space; none at an end of a content
// span, before closing punctuation, or behind an opening bracket or quotation mark. A
// single white space character is kept as it is, and elsewhere nothing
// changes. The content spans follow in the order given, each without white
// space at its ends, with a space between. A span that is not in t counts for
// nothing: check those from elsewhere with [Text.Exact] first.
func Cut(t *Text, content, remove []Span) string {
	remove = slices.DeleteFunc(slices.Clone(remove), func(s Span) bool { return t.check(s) != nil })
	slices.SortFunc(remove, func(a, b Span) int { return a.ByteStart - b.ByteStart })
	var words []string
	for _, c := range content {
		if t.check(c) != nil {
			continue
		}
		if s := strings.TrimSpace(t.cut(c, remove)); s != "" {
			words = append(words, s)
		}
	}
	return strings.Join(words, " ")
}

// cut is the text of c without remove, which is in order and may overlap.
func (t *Text) cut(c Span, remove []Span) string {
	var b strings.Builder
	left, from := "", c.ByteStart // what stands before the cut, and where the rest begins
	for _, r := range remove {
		if !r.Overlaps(c) || r.ByteEnd <= from {
			continue
		}
		if r.ByteStart > from {
			left = join(&b, left, t.s[from:r.ByteStart], from > c.ByteStart)
		}
		from = r.ByteEnd
	}
	if from < c.ByteEnd {
		left = join(&b, left, t.s[from:c.ByteEnd], from > c.ByteStart)
	}
	b.WriteString(left)
	return b.String()
}

// join writes left, and gives right with whatever white space belongs between
// them before it.
func join(b *strings.Builder, left, right string, cut bool) string {
	if !cut {
		return right
	}
	l := strings.TrimRightFunc(left, unicode.IsSpace)
	r := strings.TrimLeftFunc(right, unicode.IsSpace)
	b.WriteString(l)
	space := left[len(l):] + right[:len(right)-len(r)]
	switch {
	case b.Len() == 0, closes(r), opens(b.String()):
		return r
	case utf8.RuneCountInString(space) > 1:
		return " " + r
	}
	return space + r
}

// closes reports whether s begins with punctuation that no space precedes.
func closes(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && (unicode.In(r, unicode.Pe, unicode.Pf) || strings.ContainsRune(".,;:!?…،؛؟。、，", r))
}

// opens reports whether s ends with punctuation that no space follows.
func opens(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.In(r, unicode.Ps, unicode.Pi)
}
