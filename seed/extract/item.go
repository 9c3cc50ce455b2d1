package extract

// An item is what the search for cues walks over: a word, a mark, or a whole
// quotation that stands where a clause could.
type item struct {
	*token
	from, to int // tokens
}

// items makes the items of a sentence. Quotations that stand by themselves are
// one item; words quoted within a clause are items like others, without marks.
func (p *paragraph) items(s sentence) []item {
	out := p.buf[:0]
	for i := s.from; i < s.to; {
		if q, ok := p.quoteAt(i); ok && p.whole(q, s) {
			end := min(q.to, s.to)
			p.marks = append(p.marks, token{s: p.t[i].s, e: p.t[end-1].e, bs: p.t[i].bs, be: p.t[end-1].be, tag: quote})
			out = append(out, item{&p.marks[len(p.marks)-1], i, end})
			i = end
			continue
		}
		if p.t[i].tag != quoteMark {
			out = append(out, item{&p.t[i], i, i + 1})
		}
		i++
	}
	p.buf = out
	return out
}

func (p *paragraph) quoteAt(i int) (quotation, bool) {
	for p.q < len(p.quotes) && p.quotes[p.q].to <= i {
		p.q++
	}
	if p.q < len(p.quotes) && p.quotes[p.q].from == i {
		return p.quotes[p.q], true
	}
	return quotation{}, false
}

// whole reports whether q stands as an utterance of its own rather than as words
// within a clause: it begins where an utterance may begin and ends where one may end.
func (p *paragraph) whole(q quotation, s sentence) bool {
	t := p.t
	words := 0
	for _, k := range t[q.from:q.to] {
		if k.tag < comma {
			words++
		}
	}
	if words == 0 {
		return false
	}
	first := q.from + 1
	capital := first < len(t) && (t[first].upper || p.l.caseless || t[first].low == "..." || t[first].low == "…" || t[first].tag == open)
	begins := q.from == s.from
	afterCue := false
	if q.from > s.from {
		b := t[q.from-1]
		begins = b.tag == comma || b.tag == colon || b.tag == dash || b.tag == stop || b.tag == quoteMark || b.tag == shut
		afterCue = b.verb != nil && b.verb.frames&(quoted|clausal|addressed) != 0 && b.tag != noun || b.tag == time
	}
	last := t[q.to-1]
	ends := q.to >= s.to
	if n := q.to - 2; last.tag == quoteMark && n > q.from {
		for n > q.from+1 && (t[n].low == "'" || t[n].low == "’") {
			n-- // the end of a quotation within
		}
		switch b := t[n]; {
		case b.tag == comma, b.tag == stop, b.tag == dash, b.low == "...", b.low == "…":
			ends = true
		}
	}
	if !ends && q.to < len(t) {
		switch t[q.to].tag {
		case stop, comma, dash, semicolon, open:
			ends = true
		}
	}
	switch {
	case !ends || p.isTitle(q):
		return false
	case q.from == s.from:
		return capital || words > 3
	case begins:
		return capital || words > 5 && t[q.from-1].tag != comma || t[q.from-1].tag == colon || words > 2 && (p.afterSpeaker(q.from-1, s) || p.resumes(q, s))
	case afterCue:
		return capital && (words > 2 || t[q.to-1].tag == quoteMark && t[q.to-2].tag == stop)
	}
	return false
}

// isTitle reports whether the words quoted look like the name of a work: few, and
// all but the small ones with a capital.
func (p *paragraph) isTitle(q quotation) bool {
	words, capitals, long := 0, 0, 0
	for _, k := range p.t[q.from:q.to] {
		switch {
		case k.tag == stop:
			return false
		case k.tag >= comma:
		case k.upper:
			words, capitals, long = words+1, capitals+1, long+1
		default:
			words++
			if len(k.low) > 3 {
				long++
			}
		}
	}
	return !p.l.caseless && words > 1 && words <= 7 && capitals > 1 && capitals == long
}

// resumes reports whether another quotation stands before q in the sentence:
// "A," she said, "but B."
func (p *paragraph) resumes(q quotation, s sentence) bool {
	before := p.quotesIn([2]int{s.from, q.from})
	return len(before) > 0 && before[0].from == s.from && p.t[before[0].to-1].tag == quoteMark
}

// afterSpeaker reports whether a verb of saying stands shortly before the comma
// at i, as in: X said, "not now."
func (p *paragraph) afterSpeaker(i int, s sentence) bool {
	for j := i - 1; j >= s.from && i-j < 8; j-- {
		if v := p.t[j].verb; v != nil && p.t[j].tag != noun && v.frames&(quoted|addressed) != 0 {
			return true
		}
	}
	return false
}
