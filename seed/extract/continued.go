package extract

// v2Subjunctive takes a sentence in the subjunctive without a verb of saying as
// more of what was reported before it: "Sie sei müde."
func (p *paragraph) v2Subjunctive(x []item, si int) {
	found := false
	for i, k := range x {
		if p.l.subjunctive[k.low] && !(i == 0) && x[i].tag != noun {
			found = true
		}
		if k.tag == quote {
			return
		}
	}
	if !found {
		return
	}
	f := finding{mode: Indirect, rule: "subjunctive", sentence: si}
	f.add(tokens(x, 0, p.trimEnd(x, len(x))))
	if n := len(p.found); n > 0 && p.found[n-1].sentence >= si-2 {
		f.source = p.found[n-1].source
		f.carried = p.found[n-1].carried
	} else if !p.previous.Empty() && si == 0 {
		f.carried = p.previous
	} else {
		return
	}
	p.keep(f)
}

// v2Quotes gives the words in quotation marks a finding of their own, with the
// source of the clause around them.
func (p *paragraph) v2Quotes(x []item, si int) {
	if len(x) == 0 {
		return
	}
	from, to := x[0].from, x[len(x)-1].to
	for _, q := range p.quotesIn([2]int{from, to}) {
		if q.from < from || q.to > to || p.taken(q) {
			continue
		}
		words := 0
		for _, k := range p.t[q.from:q.to] {
			if k.tag < comma {
				words++
			}
		}
		if last := q.to - 2; words <= 3 && q.from+1 < q.to && p.t[q.from+1].upper && (last <= q.from || p.t[last].tag != stop) {
			continue // a name: „Rote Brücke“
		}
		f := finding{parts: [][2]int{{q.from, q.to}}, mode: Direct, sentence: si, rule: "direct/within"}
		around := -1
		for i := len(p.found) - 1; i >= 0 && p.found[i].sentence == si; i-- {
			for _, r := range p.found[i].parts {
				if r[0] <= q.from && q.to <= r[1] {
					around = i
				}
			}
		}
		switch {
		case around >= 0:
			f.source, f.carried = p.found[around].source, p.found[around].carried
		case words < 5:
			continue
		case len(p.found) > 0:
			f.rule = "direct/uncued"
			f.source, f.carried = p.found[len(p.found)-1].source, p.found[len(p.found)-1].carried
		default:
			f.rule = "direct/continued"
			f.carried = p.previous
		}
		p.found = append(p.found, f)
	}
}

// taken reports whether q is a part of a finding already.
func (p *paragraph) taken(q quotation) bool {
	for i := len(p.found) - 1; i >= 0 && i >= len(p.found)-20; i-- {
		for _, r := range p.found[i].parts {
			if r[0] == q.from && r[1] == q.to {
				return true
			}
		}
	}
	return false
}
