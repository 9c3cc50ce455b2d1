package extract

// direct attributes the quotations that stand by themselves in a sentence. It
// returns which items are verbs that have served.
func (p *paragraph) direct(x []item, si int) []bool {
	used := make([]bool, len(x))
	byVerb := map[int]int{}
	for q := range x {
		if x[q].tag != quote {
			continue
		}
		part := [2]int{x[q].from, x[q].to}
		v, s, how := p.cueOf(x, q)
		if v < 0 && s.found() {
			p.found = append(p.found, finding{parts: [][2]int{part}, source: tokens(x, s.from, s.to), cue: tokens(x, s.to, q), mode: Direct, rule: "direct/" + how, sentence: si})
			continue
		}
		if v < 0 {
			p.uncued(x, q, part, si)
			continue
		}
		if n, ok := byVerb[v]; ok {
			p.found[n].parts = append(p.found[n].parts, part)
			continue
		}
		used[v] = true
		byVerb[v] = len(p.found)
		p.found = append(p.found, finding{parts: [][2]int{part}, source: tokens(x, s.from, s.to), cue: p.cueSpan(x, v), mode: Direct, rule: "direct/" + how, sentence: si, verb: x[v].verb})
	}
	return used
}

// uncued places a quotation in whose sentence nothing tells who speaks: it goes
// on with what was quoted before it.
func (p *paragraph) uncued(x []item, q int, part [2]int, si int) {
	if n := len(p.found); n > 0 && p.found[n-1].sentence >= si-3 {
		last := &p.found[n-1]
		for i := n - 1; i >= 0 && last.mode != Direct; i-- {
			if p.found[i].sentence < p.found[n-1].sentence {
				break
			}
			if p.found[i].parts[0][0] <= last.parts[0][0] {
				last = &p.found[i] // the widest: what was found within it is part of it
			}
		}
		if last.parts[len(last.parts)-1][1] <= part[0] {
			last.parts = append(last.parts, part)
			return
		}
	}
	if !p.alone(x, q) {
		return
	}
	f := finding{parts: [][2]int{part}, mode: Direct, rule: "direct/uncued", sentence: si}
	if p.pending != nil && q == 0 && si == 0 {
		f.carried, f.carriedCue, f.rule = p.pending.source, p.pending.cue, "direct/colon-before"
	} else if !p.previous.Empty() {
		f.rule = "direct/continued"
	}
	p.found = append(p.found, f)
}

// alone reports whether next to nothing stands beside the quotation in its sentence.
func (p *paragraph) alone(x []item, q int) bool {
	for i := range x {
		if i != q && x[i].tag < comma {
			return false
		}
	}
	return true
}

func (p *paragraph) cueSpan(x []item, v int) [2]int {
	g := groupStart(x, v)
	to := v + 1
	if to < len(x) && x[v].verb != nil && x[v].verb.particle[x[to].low] != nil {
		to++
	}
	return tokens(x, g, to)
}

func speaks(k item) bool {
	if k.verb == nil || k.verb.frames&(quoted|addressed) == 0 && !(k.verb.frames&clausal != 0) && k.verb.lemma != "go" {
		return false
	}
	switch k.tag {
	case verbFinite, verbBase, verbGerund, verbParticiple:
		return true
	}
	return false
}

// cueOf finds the verb that introduces or follows the quotation at q, and its
// subject. Without a verb a colon after a noun phrase may tell the speaker.
func (p *paragraph) cueOf(x []item, q int) (v int, s subject, how string) {
	va, sa := p.cueAfter(x, q)
	vb, sb := p.cueBefore(x, q)
	switch {
	case va >= 0 && p.leadsOn(x, q) && min(va, sa.from) <= q+2:
		return va, sa, "after"
	case va >= 0 && (vb < 0 || !p.introduces(x, vb, q)):
		return va, sa, "after"
	case vb >= 0:
		return vb, sb, "before"
	}
	if q > 1 && x[q-1].tag == colon && (isNominal(x[q-2].tag) || x[q-2].tag == shut) {
		if from := p.phraseStart(x, q-2); from == 0 || x[from-1].tag != verbFinite {
			return -1, subject{from, q - 1, false, false, "before"}, "colon"
		}
	}
	if q > 1 && x[q-1].tag == colon {
		// any verb will do: X gave a compliment: "..."
		for i := q - 2; i >= 0 && q-i < 25; i-- {
			if x[i].tag == verbFinite {
				if s := p.subjectBefore(x, groupStart(x, i), 0); s.found() {
					return -1, s, "colon-clause"
				}
			}
		}
	}
	return -1, subject{}, ""
}

// introduces: nothing but an addressee, an adverbial and a comma or colon lies
// between the verb and the quotation, and the quotation does not lead on itself.
func (p *paragraph) introduces(x []item, v, q int) bool {
	if x[q-1].tag == colon {
		return true
	}
	for i := v + 1; i < q; i++ {
		if isFinite(x[i]) || x[i].tag == quote {
			return false
		}
	}
	return x[q-1].tag == comma && !p.leadsOn(x, q) || v == q-1
}

// leadsOn reports whether the quotation ends in a comma.
func (p *paragraph) leadsOn(x []item, q int) bool {
	end := p.t[x[q].to-1]
	if end.tag == quoteMark && x[q].to-2 > x[q].from {
		end = p.t[x[q].to-2]
	}
	return end.tag == comma
}

func (p *paragraph) cueAfter(x []item, q int) (int, subject) {
	i := q + 1
	for i < len(x) && (x[i].tag == comma || x[i].tag == dash || x[i].tag == adv) {
		i++
	}
	if i >= len(x) {
		return -1, subject{}
	}
	// "...", said X
	if speaks(x[i]) && x[i].tag != verbGerund {
		if s := p.subjectAfter(x, i); s.found() {
			return i, s
		}
	}
	for j := i; j < min(i+40, len(x)); j++ {
		switch x[j].tag {
		case quote, semicolon, colon, stop:
			return -1, subject{}
		}
		if !speaks(x[j]) || x[j].tag == verbGerund && j > i || x[j].tag == verbBase && j > 0 && x[j-1].tag == to {
			if isFinite(x[j]) && x[j].tag == verbFinite && x[j].verb != nil && !p.withinAside(x, i, j) {
				return -1, subject{}
			}
			continue
		}
		s := p.subjectBefore(x, groupStart(x, j), 0)
		if s.found() && s.from > q && s.rule != "relative" {
			return j, s
		}
	}
	return -1, subject{}
}

// withinAside: a comma stands between the start of the clause and the verb.
func (p *paragraph) withinAside(x []item, from, v int) bool {
	for i := from; i < v; i++ {
		if x[i].tag == comma || x[i].tag == rel || x[i].tag == sub {
			return true
		}
	}
	return false
}

// subjectAfter finds the subject of an inverted verb: said Ann Lee, the mayor.
func (p *paragraph) subjectAfter(x []item, v int) subject {
	i := v + 1
	if i >= len(x) {
		return subject{}
	}
	switch x[i].tag {
	case pron:
		return subject{i, i + 1, true, false, "inverted"}
	case noun, name, det, poss, adj, num:
	default:
		return subject{}
	}
	head := false
	for ; i < min(v+50, len(x)); i++ {
		switch k := x[i]; k.tag {
		case noun, name, num:
			head = true
		case adj, det, poss, open, shut, verbParticiple:
		case time:
			if x[i-1].tag == name || x[i-1].tag == noun {
				return subject{v + 1, i, true, false, "inverted"}
			}
		case prep:
			if head && k.low != "of" && k.low != "for" && p.onlyNames(x, v+1, i) {
				return subject{v + 1, i, true, false, "inverted"}
			}
		case conj:
			if k.low == "but" || i+1 < len(x) && !isNominal(x[i+1].tag) && x[i+1].tag != det && x[i+1].tag != adj && x[i+1].tag != poss {
				return subject{v + 1, i, true, false, "inverted"}
			}
		case comma:
			if i+1 >= len(x) {
				return subject{v + 1, i, true, false, "inverted"}
			}
			n := x[i+1].tag
			if n == rel && head {
				for j := i + 2; j < min(i+6, len(x)); j++ {
					if isFinite(x[j]) && isCue(x[j]) && x[j].tag == verbFinite && x[j].verb.frames&(quoted|clausal) != 0 {
						return subject{v + 1, i, true, false, "inverted"} // "said X, who added that"
					}
				}
			}
			if n == det || n == noun || n == name || n == adj || n == rel || n == poss || n == num || x[i+1].low == "then" || x[i+1].low == "now" {
				continue
			}
			return subject{v + 1, i, true, false, "inverted"}
		case rel:
			if i == v+1 {
				return subject{}
			}
		case verbFinite, be, have, modal, do, object, pron, to:
			if !p.withinAside(x, v, i) {
				if k.tag == to || k.tag == object {
					return subject{v + 1, i, true, false, "inverted"}
				}
				return subject{}
			}
		case verbGerund:
		case adv:
			if i+1 < len(x) && x[i+1].tag == stop {
				return subject{v + 1, i, true, false, "inverted"}
			}
		case that, sub, wh, quote, stop, colon, semicolon, dash, neg:
			if k.tag == that || k.tag == colon {
				for j := i - 1; j > v+1; j-- {
					if x[j].tag == comma && isNominal(x[j-1].tag) {
						return subject{v + 1, j, true, false, "inverted"}
					}
				}
				return subject{}
			}
			return subject{v + 1, i, true, false, "inverted"}
		}
	}
	return subject{v + 1, i, true, false, "inverted"}
}

func (p *paragraph) onlyNames(x []item, from, to int) bool {
	for _, k := range x[from:to] {
		if k.tag != name && k.tag != poss {
			return false
		}
	}
	return true
}

func (p *paragraph) cueBefore(x []item, q int) (int, subject) {
	for i := q - 1; i >= 0 && q-i < 40; i-- {
		if x[i].tag == quote || x[i].tag == semicolon || x[i].tag == stop {
			break
		}
		if !speaks(x[i]) {
			continue
		}
		if s := p.subjectOf(x, i); s.found() {
			return i, s
		}
		return i, subject{}
	}
	return -1, subject{}
}

// subjectOf finds who says, of any form of the verb at v.
func (p *paragraph) subjectOf(x []item, v int) subject {
	g := groupStart(x, v)
	if isFinite(x[v]) || g < v && x[g].tag != to {
		if x[v].tag == verbParticiple && x[g].tag == be {
			return subject{}
		}
		return p.subjectBefore(x, g, 0)
	}
	if g == 0 {
		return p.mainSubject(x, v+1, len(x))
	}
	for g > 1 && (x[g-1].tag == adv || x[g-1].tag == neg) {
		g--
	}
	switch x[g-1].tag {
	case verbFinite, verbBase, verbParticiple, verbGerund:
		if x[v].tag == verbGerund {
			return p.subjectOf(x, g-1)
		}
	case to:
		// wants to say: the subject is that of the verb before to
		for i := g - 2; i >= 0 && g-i < 25; i-- {
			switch x[i].tag {
			case verbFinite, verbParticiple, verbBase, verbGerund, be, have, modal:
				return p.subjectOf(x, i)
			case comma, semicolon, quote:
				return p.mainSubject(x, 0, g)
			}
		}
		return p.mainSubject(x, v+1, len(x))
	case noun, name, pron:
		if x[v].tag == verbGerund && x[g-1].tag != pron {
			return subject{p.phraseStart(x, g-1), g, false, false, "participle"}
		}
		if x[v].tag == verbBase {
			return p.subjectBefore(x, g, 0)
		}
	case comma, prep, dash, conj, sub, adv, quote, time, wh, shut:
		if x[v].tag == verbBase {
			return p.subjectBefore(x, g, 0)
		}
		if s := p.mainSubject(x, 0, g); s.found() {
			s.rule = "participle"
			return s
		}
		// the sentence opens with it, or the quotation is the main clause
		return p.mainSubject(x, v+1, len(x))
	case modal, be, have, do:
		return p.subjectBefore(x, groupStart(x, g-1), 0)
	}
	return subject{}
}
