package text

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/clipperhouse/uax29/v2/words"
)

// Ellipsis stands in a snippet where text was left out.
const Ellipsis = "…"

// Snippet returns the part of text that shows the most distinct terms for which
// match holds, with about around code points of it on either side, cut between
// words and never inside a grapheme. The highlights are half-open intervals of
// code points of the snippet, in order and apart. Where nothing matches, the
// snippet is the beginning of the text.
func Snippet(text string, match func(term string) bool, around int) (snippet string, highlights [][2]int) {
	around = max(around, 1)
	hits, distinct := matches(text, match)
	best := bestWindow(hits, distinct, 2*around)
	start, end := cut(text, best, around)
	body := text[start:end]
	off := 0
	if start > 0 {
		snippet, off = Ellipsis, 1
	}
	snippet += body
	if end < len(text) {
		snippet += Ellipsis
	}
	points := NewOffsets(body)
	for _, h := range hits {
		if h.start < start || h.end > end {
			continue
		}
		a, b := points.At(h.start-start)+off, points.At(h.end-start)+off
		if n := len(highlights); n > 0 && a < highlights[n-1][1] { // a part inside its whole
			highlights[n-1][1] = max(b, highlights[n-1][1])
			continue
		}
		highlights = append(highlights, [2]int{a, b})
	}
	return snippet, highlights
}

// hit is a match: its place in bytes and code points, and which term it is.
type hit struct {
	span
	from, to int
	term     int
}

func matches(text string, match func(string) bool) (hits []hit, distinct int) {
	known := map[string]int{}
	points := NewOffsets(text)
	for t := range Tokens(text) {
		n, ok := known[t.Term]
		if !ok {
			n = -1
			if match(t.Term) {
				n, distinct = distinct, distinct+1
			}
			known[t.Term] = n
		}
		if n >= 0 {
			hits = append(hits, hit{span{t.Start, t.End}, points.At(t.Start), points.At(t.End), n})
		}
	}
	return hits, distinct
}

// bestWindow returns the place of the first group of hits within width code
// points that has the most distinct terms, then the most hits.
func bestWindow(hits []hit, distinct, width int) (best span) {
	count := make([]int, distinct)
	here, bestDistinct, bestHits, first := 0, 0, 0, 0
	for i, h := range hits {
		if count[h.term]++; count[h.term] == 1 {
			here++
		}
		for first < i && h.to-hits[first].from > width {
			if count[hits[first].term]--; count[hits[first].term] == 0 {
				here--
			}
			first++
		}
		if n := i - first + 1; here > bestDistinct || here == bestDistinct && n > bestHits {
			bestDistinct, bestHits = here, n
			best = span{hits[first].start, h.end}
		}
	}
	return best
}

// cut widens the window by about around code points on either side, or as many
// more as the other side lacks, to where both a word and a grapheme end.
func cut(text string, w span, around int) (start, end int) {
	start, spare := back(text, w.start, around)
	end, more := forth(text, w.end, around+spare)
	if spare == 0 && more > 0 {
		start, _ = back(text, w.start, around+more)
	}
	start, end = boundaries(text, span{start, end}, w)
	for start < w.start {
		r, n := utf8.DecodeRuneInString(text[start:])
		if !unicode.IsSpace(r) {
			break
		}
		start += n
	}
	for end > w.end {
		r, n := utf8.DecodeLastRuneInString(text[:end])
		if !unicode.IsSpace(r) {
			break
		}
		end -= n
	}
	return start, end
}

// back returns the offset n code points before at, and how many were lacking.
func back(s string, at, n int) (int, int) {
	for n > 0 && at > 0 {
		_, w := utf8.DecodeLastRuneInString(s[:at])
		at, n = at-w, n-1
	}
	return at, n
}

func forth(s string, at, n int) (int, int) {
	for n > 0 && at < len(s) {
		_, w := utf8.DecodeRuneInString(s[at:])
		at, n = at+w, n-1
	}
	return at, n
}

// boundaries moves the ends of wide inwards, towards w, to where both a word and
// a grapheme end; to where only a grapheme ends if there is no such place in a
// very long word; and outwards if w itself begins or ends inside a grapheme.
func boundaries(text string, wide, w span) (start, end int) {
	both := span{-1, -1}
	some := span{-1, -1}
	see := func(at int, isBoth bool) {
		if at <= w.start && (some.start < wide.start) {
			some.start = at
		}
		if at <= w.start && at >= wide.start && both.start < 0 && isBoth {
			both.start = at
		}
		if at >= w.end && (at <= wide.end || some.end < 0) {
			some.end = at
		}
		if at >= w.end && at <= wide.end && isBoth {
			both.end = at
		}
	}
	see(0, true)
	seg := words.FromString(text)
	word := 0
	for g := graphemes.FromString(text); g.Next() && (some.end < 0 || g.End() <= wide.end); {
		for word < g.End() && seg.Next() {
			word = seg.End()
		}
		see(g.End(), g.End() == word)
	}
	start, end = some.start, some.end
	if both.start >= 0 {
		start = both.start
	}
	if both.end >= 0 {
		end = both.end
	}
	return start, max(start, end)
}

// Offsets translates byte offsets in a text into code points. Asking in
// ascending order takes time linear in the text; a step back costs its length.
type Offsets struct {
	s          string
	at, points int
}

// NewOffsets returns a translation for s.
func NewOffsets(s string) *Offsets { return &Offsets{s: s} }

// At returns how many code points of the text lie before the byte offset.
func (o *Offsets) At(offset int) int {
	if offset >= o.at {
		o.points += utf8.RuneCountInString(o.s[o.at:offset])
	} else {
		o.points -= utf8.RuneCountInString(o.s[offset:o.at])
	}
	o.at = offset
	return o.points
}
