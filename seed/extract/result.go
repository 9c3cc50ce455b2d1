package extract

import "strings"

// attribution makes the answer of a finding.
func (d *document) attribution(p *paragraph, f *finding) Attribution {
	a := Attribution{Mode: f.mode, Rule: f.rule, Source: p.span(f.source), Cue: p.span(f.cue), Addressee: p.span(f.addressee)}
	for _, r := range f.parts {
		a.Parts = append(a.Parts, p.content(r))
		a.Quotes = append(a.Quotes, p.quoted(r)...)
		a.Insertions = append(a.Insertions, p.inserted(r)...)
		a.Nested = append(a.Nested, d.nested(p, r)...)
	}
	if f.carried != (Span{}) {
		a.Source, a.Cue = f.carried, f.carriedCue
	}
	switch {
	case f.source[0] < f.source[1]:
		a.Speaker = d.speaker(p, f.source)
	case f.mode == Direct && d.last != nil:
		a.Speaker = d.last.name()
	case f.mode == Direct:
		a.Speaker = d.lastNoun
	}
	a.Who = d.who(p, f.source, a.Speaker)
	if a.Addressee.Empty() {
		f.addressee = p.toWhom(f)
		a.Addressee = p.span(f.addressee)
	}
	a.Said = p.said(f)
	if f.verb != nil {
		a.Rule += ":" + f.verb.lemma
	}
	if p.headline && f.mode != Direct {
		a.Mode = Headline
	}
	a.kinds = p.kinds(f)
	a.Confidence = p.l.confidence(a.kinds)
	return a
}

// quoted returns the words in quotation marks within the tokens r.
func (p *paragraph) quoted(r [2]int) []Span {
	var out []Span
	for _, q := range p.quotesIn([2]int{r[0] - 1, r[1] + 1}) {
		// The marks may stand right outside: the content begins with the first word.
		if q.from < r[0]-1 || q.to > r[1]+1 {
			continue
		}
		to := q.to
		if q.closed {
			to--
		}
		if q.from+1 < to {
			out = append(out, p.span([2]int{q.from + 1, to}))
		}
	}
	return out
}

// inserted returns the brackets within quotations of the tokens r: they are the
// editor's words, not the speaker's.
func (p *paragraph) inserted(r [2]int) []Span {
	var out []Span
	for _, q := range p.quotesIn([2]int{r[0] - 1, r[1] + 1}) {
		if q.from < r[0]-1 || q.to > r[1]+1 {
			continue
		}
		from := -1
		for i := q.from; i < q.to; i++ {
			switch p.t[i].tag {
			case open:
				from = i
			case shut:
				if from >= 0 {
					out = append(out, p.span([2]int{from, i + 1}))
				}
				from = -1
			}
		}
	}
	return out
}

// toWhom finds who is spoken to right after the cue of a quotation: "told
// reporters on Monday".
func (p *paragraph) toWhom(f *finding) [2]int {
	if f.mode != Direct || f.verb == nil || f.verb.frames&addressed == 0 || f.cue[1] == 0 {
		return [2]int{}
	}
	i := f.cue[1]
	for i < len(p.t) && i-f.cue[1] < 8 && inPhrase(p.t[i].tag) {
		i++
	}
	if i == f.cue[1] || i == f.source[1] || i < len(p.t) && p.t[i].tag != stop && p.t[i].tag != comma && p.t[i].tag != prep && p.t[i].tag != time && p.t[i].tag != colon {
		return [2]int{}
	}
	return [2]int{f.cue[1], i}
}

// inPhrase reports whether a token of the class may be in a noun phrase that says
// to whom. A day is none.
func inPhrase(g tag) bool {
	return g == noun || g == name || g == num || g == det || g == poss || g == adj || g == object
}

// said finds the day told right after the cue or the source: "said on Monday".
func (p *paragraph) said(f *finding) Span {
	for _, end := range []int{f.cue[1], f.source[1], f.addressee[1]} {
		i := end
		if end == 0 || i >= len(p.t) {
			continue
		}
		if i+1 < len(p.t) && p.t[i].tag == prep && (p.t[i+1].tag == time || p.t[i+1].tag == det && i+2 < len(p.t) && p.t[i+2].tag == time) {
			i++
		}
		from := end
		for i < len(p.t) && (p.t[i].tag == time || p.t[i].tag == num && i > from && p.t[i-1].tag == time) {
			i++
		}
		if i > from && p.t[i-1].tag != prep && !strings.EqualFold(p.t[i-1].low, "earlier") {
			return p.span([2]int{from, i})
		}
	}
	return Span{}
}
