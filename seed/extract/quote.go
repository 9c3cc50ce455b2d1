package extract

import "sort"

// A span of tokens between quotation marks, the marks included.
type quotation struct {
	from, to int // tokens, half-open
	closed   bool
}

// quotations pairs the quotation marks of one paragraph. Marks that tell left
// from right say themselves what they are; a straight mark opens where nothing
// is open. A mark that cannot close opens instead, so an unbalanced mark spoils
// no more than its own quotation. One that stays open ends with the paragraph,
// as printers have it when a quotation runs on into the next.
func (l *language) quotations(t []token) []quotation {
	var out []quotation
	from := -1
	for i := range t {
		if t[i].tag != quoteMark {
			continue
		}
		opens, closes := l.side(t, i, from >= 0)
		switch {
		case from >= 0 && closes:
			out = append(out, quotation{from, i + 1, true})
			from = -1
		case from >= 0 && opens && directed(t[from].low) && directed(t[i].low) && t[from].low == t[i].low:
			// The first was never closed: it ends before the second.
			out = append(out, quotation{from, i, false})
			from = i
		case from < 0 && opens:
			from = i
		}
	}
	if from >= 0 {
		out = append(out, quotation{from, len(t), false})
	}
	return out
}

func directed(mark string) bool {
	switch mark {
	case "“", "”", "„", "«", "»":
		return true
	}
	return false
}

func (l *language) side(t []token, i int, inside bool) (opens, closes bool) {
	spaceAfter := i+1 >= len(t) || !t[i+1].glued
	switch t[i].low {
	case "“":
		if l.lowQuotes && inside {
			return false, true
		}
		return true, false
	case "„":
		return true, false
	case "”":
		return l.code == "sv", true
	case "«":
		return !l.inwardQuotes, l.inwardQuotes
	case "»":
		return l.inwardQuotes, !l.inwardQuotes
	}
	// A straight mark: glued to what follows it opens, glued to what precedes it closes.
	switch {
	case !inside:
		return !spaceAfter || !t[i].glued, false
	case t[i].glued && spaceAfter:
		return false, true
	case !t[i].glued && !spaceAfter && i > 0 && t[i-1].tag != quoteMark:
		return true, true
	}
	return true, true
}

// quotesIn returns the quotations that share a token with r.
func (p *paragraph) quotesIn(r [2]int) []quotation {
	from := sort.Search(len(p.quotes), func(i int) bool { return p.quotes[i].to > r[0] })
	to := from + sort.Search(len(p.quotes)-from, func(i int) bool { return p.quotes[from+i].from >= r[1] })
	return p.quotes[from:to]
}
