package pages

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Mark says that a place of a text is something. Offsets are code points,
// half-open.
type Mark struct {
	Start, End int
	Class      string // cue, mention, insertion, nested, quotation, content, narration
	Path       string // of the page of what stands there; "" for none
	Title      string
}

// Segment is a part of a text that is marked all over in the same way.
type Segment struct {
	Text  string
	Class string // the marks' classes, separated by spaces
	Path  string
	Title string
	First bool // whether the marked content begins here
}

// Paragraph is a paragraph of a text.
type Paragraph struct {
	Heading  bool
	Segments []Segment
}

// segments cuts a text, which begins at the code point base of its capture, at
// the ends of marks. Where marks with a page overlap, the shortest is led to.
func segments(text string, base int, marks []Mark) []Segment {
	length := utf8.RuneCountInString(text)
	cuts := []int{0, length}
	for _, m := range marks {
		for _, at := range []int{m.Start - base, m.End - base} {
			if at > 0 && at < length {
				cuts = append(cuts, at)
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []Segment
	begun := false
	rest := text
	for i := 0; i+1 < len(cuts); i++ {
		n := bytesOf(rest, cuts[i+1]-cuts[i])
		s := Segment{Text: rest[:n]}
		rest = rest[n:]
		start, end := cuts[i]+base, cuts[i+1]+base
		var classes []string
		shortest := -1
		for _, m := range marks {
			if m.Start > start || m.End < end || m.Start == m.End {
				continue
			}
			if !slices.Contains(classes, m.Class) {
				classes = append(classes, m.Class)
			}
			if m.Path != "" && (shortest < 0 || m.End-m.Start < shortest) {
				shortest = m.End - m.Start
				s.Path, s.Title = m.Path, m.Title
			}
		}
		s.Class = strings.Join(classes, " ")
		if !begun && slices.Contains(classes, "content") {
			s.First, begun = true, true
		}
		out = append(out, s)
	}
	return out
}

// bytesOf returns how many bytes the first n code points of a text have.
func bytesOf(s string, n int) int {
	at := 0
	for range n {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

// runes returns the code points from start to end of a text.
func runes(s string, start, end int) string {
	a := bytesOf(s, start)
	return s[a : a+bytesOf(s[a:], end-start)]
}

// paragraphs divides a text at the paragraphs that its capture names, or else at
// its line ends.
func paragraphs(text string, base int, named, headings []*Span, marks []Mark) []Paragraph {
	length := utf8.RuneCountInString(text)
	var parts [][2]int
	for _, p := range named {
		if start, end := max(p.Start-base, 0), min(p.End-base, length); start < end {
			parts = append(parts, [2]int{start, end})
		}
	}
	for _, h := range headings {
		if start, end := max(h.Start-base, 0), min(h.End-base, length); start < end && !covered(parts, start, end) {
			parts = append(parts, [2]int{start, end})
		}
	}
	slices.SortFunc(parts, func(a, b [2]int) int { return a[0] - b[0] })
	// What lies between two paragraphs is text too; nothing of it is left out.
	var whole [][2]int
	at := 0
	for _, p := range parts {
		if p[0] < at {
			continue
		}
		whole = append(whole, lines(text, at, p[0])...)
		whole = append(whole, p)
		at = p[1]
	}
	whole = append(whole, lines(text, at, length)...)
	var out []Paragraph
	for _, p := range whole {
		words := runes(text, p[0], p[1])
		heading := slices.ContainsFunc(headings, func(h *Span) bool { return h.Start-base <= p[0] && p[1] <= h.End-base })
		out = append(out, Paragraph{heading, segments(words, base+p[0], marks)})
	}
	return out
}

func covered(parts [][2]int, start, end int) bool {
	return slices.ContainsFunc(parts, func(p [2]int) bool { return p[0] <= start && end <= p[1] })
}

// lines are the lines of a part of a text that hold more than white space.
func lines(text string, start, end int) [][2]int {
	var out [][2]int
	at := start
	for line := range strings.Lines(runes(text, start, end)) {
		n := utf8.RuneCountInString(line)
		if trimmed := strings.TrimRight(line, "\r\n"); strings.TrimSpace(trimmed) != "" {
			out = append(out, [2]int{at, at + utf8.RuneCountInString(trimmed)})
		}
		at += n
	}
	return out
}

// Quotation is a statement's text as it is printed.
type Quotation struct {
	Quoted   bool // its source has all of it inside quotation marks
	Open     string
	Close    string
	Language string
	Segments []Segment
}

// Quotation returns the statement's text, in quotation marks only where its
// source has it in quotation marks, with the editor's insertions marked.
func (n *Node) Quotation() Quotation {
	q := Quotation{Language: n.Language}
	text := n.Text
	if text == "" {
		return q
	}
	var home *Span
	for _, s := range n.QuotedIn {
		if s.Exact == text {
			home = s
			break
		}
	}
	if home == nil { // discontinuous, or not yet placed
		q.Segments = []Segment{{Text: text}}
		q.Quoted = n.Words != nil && *n.Words == text
	} else {
		var marks []Mark
		for _, s := range n.Insertions {
			marks = append(marks, Mark{Start: s.Start, End: s.End, Class: "insertion"})
		}
		q.Segments = segments(text, home.Start, marks)
		q.Quoted = slices.ContainsFunc(n.Quotations, func(s *Span) bool { return s.Start <= home.Start && home.End <= s.End })
	}
	// A text that brings its own marks is not given a second pair.
	if first, _ := utf8.DecodeRuneInString(text); strings.ContainsRune(`"“„«‚‘'「『`, first) {
		q.Quoted = false
	}
	if q.Quoted {
		q.Open, q.Close = quotationMarks(n.Language)
	}
	return q
}

// quotationMarks returns the marks of a language (Unicode CLDR, delimiters).
func quotationMarks(language string) (open, end string) {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch primary {
	case "de", "cs", "sk", "sl", "hr", "bg", "is", "lt", "et":
		return "„", "“"
	case "pl", "ro", "hu":
		return "„", "”"
	case "fr":
		return "« ", " »"
	case "it", "es", "pt", "ru", "uk", "el", "fa", "no", "nb", "nn":
		return "«", "»"
	case "sv", "fi":
		return "”", "”"
	case "ja", "zh":
		return "「", "」"
	}
	return "“", "”"
}
