package extract

// indirect finds reported clauses, infinitives and phrases by the verbs of a
// sentence that no quotation has used.
func (p *paragraph) indirect(x []item, si int, used []bool) {
	for v := range x {
		k := x[v]
		if k.low == "according" && v+2 < len(x) && x[v+1].low == "to" {
			p.accordingTo(x, v, si)
			continue
		}
		if used[v] || k.verb == nil || !isCue(k) {
			continue
		}
		switch k.tag {
		case verbFinite, verbBase, verbGerund, verbParticiple:
		default:
			continue
		}
		g := groupStart(x, v)
		if k.tag == verbParticiple && p.isPassive(x, g, v) {
			p.passive(x, g, v, si)
			continue
		}
		if k.tag == verbParticiple && (g == v || x[g].tag == be) {
			continue
		}
		if k.verb.frames&raising != 0 {
			p.raising(x, g, v, si)
			continue
		}
		c, ok := p.complementOf(x, v)
		if ok {
			s := p.subjectOf(x, v)
			if k.tag != verbFinite && p.opensSentence(x, g) {
				// "Declaring that it was over, she left": the main clause follows
				if m := p.mainSubject(x, c.to+1, len(x)); m.found() {
					m.rule = "participle"
					s = m
				}
			}
			p.add(x, si, v, s, c)
			continue
		}
		p.contentBefore(x, g, v, si)
	}
}

// opensSentence reports whether no finite verb stands before the verb group at
// g, and the sentence begins with a preposition or the verb itself.
func (p *paragraph) opensSentence(x []item, g int) bool {
	if g == 0 {
		return true
	}
	for _, k := range x[:g] {
		if isFinite(k) || k.tag == pron || k.tag == comma {
			return false
		}
	}
	return x[0].tag == prep || x[0].tag == sub || x[0].tag == verbGerund || x[0].tag == to
}

func (p *paragraph) add(x []item, si, v int, s subject, c complement) {
	f := finding{
		parts: [][2]int{tokens(x, c.from, c.to)}, source: tokens(x, s.from, s.to), cue: p.cueSpan(x, v),
		addressee: tokens(x, c.addressee[0], c.addressee[1]), mode: Indirect, rule: "indirect/" + c.kind, sentence: si, verb: x[v].verb,
	}
	if c.cueTo > v+1 {
		f.cue[1] = x[c.cueTo-1].to
	}
	switch c.kind {
	case "nominal", "prep", "object-infinitive", "infinitive", "gerund", "as", "weak":
		f.mode = SpeechAct
	}
	if s.found() {
		f.rule += "/" + s.rule
	} else {
		f.rule += "/none"
	}
	switch x[v].tag {
	case verbGerund:
		f.rule += "/ing"
	case verbBase:
		f.rule += "/base"
	}
	if p.anyQuoted(f.parts[0]) {
		f.mode = Partial
	}
	p.found = append(p.found, f)
}

// mostlyQuoted reports whether more than half of the tokens r are in quotation marks.
func (p *paragraph) mostlyQuoted(r [2]int) bool {
	n := 0
	for _, q := range p.quotesIn(r) {
		n += min(q.to, r[1]) - max(q.from, r[0])
	}
	return 2*n > r[1]-r[0]
}

func (p *paragraph) anyQuoted(r [2]int) bool {
	return len(p.quotesIn(r)) > 0
}

// contentBefore handles "It will rain, Lee said." and "As Lee said, it will rain."
func (p *paragraph) contentBefore(x []item, g, v, si int) {
	verb := x[v].verb
	if verb.frames&(quoted|clausal|addressed) == 0 || x[v].tag == verbGerund {
		return
	}
	s := p.subjectBefore(x, g, 0)
	from := s.from
	if !s.found() || s.shared || s.rule == "relative" {
		if g != v || v == 0 || x[v-1].tag != comma || x[v].tag != verbFinite {
			return
		}
		if s = p.subjectAfter(x, v); !s.found() {
			return
		}
		from = v
	}
	if from == 0 {
		return
	}
	after := v + 1
	if s.inverted {
		after = s.to
	}
	rest := after
	for rest < len(x) && x[rest].tag != comma && x[rest].tag != stop && x[rest].tag != quote {
		rest++
	}
	f := finding{source: tokens(x, s.from, s.to), cue: p.cueSpan(x, v), mode: Indirect, sentence: si, verb: verb}
	b := from - 1
	for b > 0 && x[b].tag == adv {
		b--
	}
	switch {
	case x[b].tag == sub && x[b].low == "as":
		f.rule = "as"
		if b > 0 {
			f.add(tokens(x, p.contentStart(x, b-1), b))
		}
		if rest+1 < len(x) {
			f.add(tokens(x, rest+1, p.clauseEnd(x, rest+1, v, "clause")))
		}
	case x[b].tag == comma || x[b].tag == dash:
		if b == 0 {
			return
		}
		f.rule = "final"
		start := p.contentStart(x, b)
		split := rest+1 < len(x) && x[rest].tag == comma && isFinite(x[rest+1]) // "The tax, Lee said, is here to stay"
		if start >= b || !split && !p.standsAlone(x[:b], start) && !p.mostlyQuoted(tokens(x, start, b)) || !p.restIsAdverbial(x, after, rest) {
			return
		}
		if s.inverted && verb.frames&quoted == 0 {
			return
		}
		f.add(tokens(x, start, b))
		if rest+1 < len(x) && x[rest].tag == comma && (x[rest+1].tag != verbGerund && x[rest+1].tag != rel && x[rest+1].tag != quote && x[rest+1].tag != sub && x[rest+1].tag != wh) {
			if x[rest+1].tag != conj || p.clauseFollows(x, rest+1) {
				f.rule = "middle"
				f.add(tokens(x, rest+1, p.clauseEnd(x, rest+1, v, "clause")))
			}
		}
	default:
		return
	}
	if len(f.parts) == 0 {
		return
	}
	if p.anyQuoted(f.parts[0]) {
		f.mode = Partial
	}
	if s.inverted {
		f.rule += "/inverted"
	}
	p.found = append(p.found, f)
}

// standsAlone reports whether x holds a main clause: not only a subordinate one
// or a phrase before the clause that says who speaks.
func (p *paragraph) standsAlone(x []item, from int) bool {
	for i := from; x[from].tag == verbGerund && i < len(x) && x[i].tag != comma; i++ {
		if isFinite(x[i]) {
			return true // "Entering talks would harm us"
		}
	}
	if x[from].tag == wh {
		verbs := 0
		for _, k := range x[from:] {
			if isFinite(k) {
				verbs++
			}
		}
		return verbs > 1 // "Whether it will rain is unclear"
	}
	switch x[from].tag {
	case sub, prep, verbGerund, verbParticiple, to, adv, time:
		for i := from + 1; i < len(x); i++ {
			if x[i].tag == comma && p.clauseFollows(x, i+1) && i+1 < len(x) && x[i+1].tag != rel {
				return true
			}
		}
		return (x[from].tag == prep || x[from].tag == adv || x[from].tag == time) && p.bareClause(x, from)
	}
	return p.clauseFollows(x, from)
}

// restIsAdverbial: what stands between the verb and the end of its clause tells
// to whom, when or where, and is no content.
func (p *paragraph) restIsAdverbial(x []item, from, to int) bool {
	if from >= to {
		return true
	}
	switch x[from].tag {
	case adv, time, prep, sub, open, object:
		return true
	case noun, name, det, poss:
		return x[from-1].verb != nil && x[from-1].verb.frames&addressed != 0
	case verbGerund:
		return true
	}
	return false
}

// contentStart returns where a clause that ends before b begins.
func (p *paragraph) contentStart(x []item, b int) int {
	for i := b - 1; i >= 0; i-- {
		if x[i].tag == semicolon || x[i].tag == quote {
			return i + 1
		}
	}
	if x[0].tag == conj {
		return 1
	}
	return 0
}

// accordingTo handles "according to X", before, within or after the content.
func (p *paragraph) accordingTo(x []item, v, si int) {
	end := v + 2
	head := false
	for ; end < len(x); end++ {
		k := x[end]
		if k.tag == stop || k.tag == semicolon || k.tag == colon || k.tag == quote || k.tag == sub {
			break
		}
		if k.tag == dash {
			break
		}
		if k.tag == comma {
			if v == 0 {
				if head && end+1 < len(x) && (x[end+1].tag == rel || x[end+1].tag == det && p.appositionEnds(x, end)) {
					continue
				}
				break
			}
			if end+1 < len(x) && (x[end+1].tag == det || x[end+1].tag == rel || x[end+1].tag == noun || x[end+1].tag == name || x[end+1].tag == adj) && !p.clauseFollows(x, end+1) {
				continue
			}
			if end+1 < len(x) && x[end+1].tag == rel {
				continue
			}
			break
		}
		if isNominal(k.tag) {
			head = true
		}
		if end-v > 40 {
			break
		}
	}
	f := finding{source: tokens(x, v+2, end), cue: tokens(x, v, v+2), mode: Indirect, rule: "according", sentence: si}
	if v > 0 {
		b := v
		if x[b-1].tag == comma {
			b--
		}
		if b > 0 && x[b-1].tag == quote {
			// the quotation has no other speaker
			for i := range p.found {
				o := &p.found[i]
				if o.parts[len(o.parts)-1] == [2]int{x[b-1].from, x[b-1].to} && o.source[0] >= o.source[1] {
					o.source, o.cue, o.rule = f.source, f.cue, "direct/according"
					return
				}
			}
		}
		f.add(tokens(x, p.contentStart(x, b), b))
		if len(f.parts) == 0 {
			return
		}
	}
	if end+1 < len(x) && x[end].tag == comma && (v == 0 || p.clauseFollows(x, end+1) && x[end+1].tag != rel && x[end+1].tag != verbGerund) {
		f.add(tokens(x, end+1, p.clauseEnd(x, end+1, v, "clause")))
	}
	if len(f.parts) == 0 || f.source[0] >= f.source[1] {
		return
	}
	p.found = append(p.found, f)
}

// appositionEnds: after the comma at c comes another comma, and then a clause.
func (p *paragraph) appositionEnds(x []item, c int) bool {
	for i := c + 1; i < min(c+15, len(x)); i++ {
		if isFinite(x[i]) {
			return false
		}
		if x[i].tag == comma {
			return p.clauseFollows(x, i+1)
		}
	}
	return false
}

func (p *paragraph) isPassive(x []item, g, v int) bool {
	for i := v - 1; i >= g; i-- {
		if x[i].tag == be || x[i].low == "been" {
			return true
		}
	}
	return false
}

// passive handles "is expected to", "was asked about", "is opposed by X".
func (p *paragraph) passive(x []item, g, v, si int) {
	s := p.subjectBefore(x, g, 0)
	if !s.found() || v+1 >= len(x) {
		return
	}
	f := finding{cue: tokens(x, g, v+1), mode: Indirect, sentence: si, verb: x[v].verb}
	n := x[v+1]
	if n.tag == prep && n.low == "by" && v+2 < len(x) {
		to := p.nounPhraseEnd(x, v+2)
		f.source, f.rule = tokens(x, v+2, to), "passive/by"
		f.add(tokens(x, s.from, s.to))
		if to < len(x) && (x[to].tag == prep || x[to].tag == sub || x[to].low == "as") {
			f.add(tokens(x, to, p.clauseEnd(x, to, v, "nominal")))
		}
		if f.source[0] < f.source[1] {
			p.found = append(p.found, f)
		}
		return
	}
	frames := x[v].verb.frames
	if frames&passive == 0 {
		return
	}
	switch {
	case n.tag == to && v+2 < len(x):
		f.rule = "passive/to"
		f.add(tokens(x, s.from, s.to))
		f.add(tokens(x, v+1, p.clauseEnd(x, v+1, v, "nominal")))
	case n.tag == that || n.low == "as":
		f.rule = "passive/that"
		if n.low == "as" {
			f.rule = "passive/as"
			f.add(tokens(x, s.from, s.to))
		}
		f.add(tokens(x, v+1, p.clauseEnd(x, v+1, v, "clause")))
	case n.low == "about" || n.low == "whether" || n.low == "if" || n.low == "why":
		f.rule = "passive/about"
		f.add(tokens(x, v+1, p.clauseEnd(x, v+1, v, "clause")))
	case n.low == "of" || n.low == "for":
		f.rule = "passive/of"
		f.add(tokens(x, s.from, s.to))
		f.add(tokens(x, v+1, p.clauseEnd(x, v+1, v, "nominal")))
	default:
		return
	}
	p.found = append(p.found, f)
}

// raising handles "seems to": what somebody unnamed perceives.
func (p *paragraph) raising(x []item, g, v, si int) {
	s := p.subjectOf(x, v)
	if !s.found() || v+1 >= len(x) || x[v+1].tag != to {
		return
	}
	f := finding{cue: tokens(x, g, v+1), mode: Indirect, sentence: si, verb: x[v].verb, rule: "raising"}
	f.add(tokens(x, s.from, s.to))
	f.add(tokens(x, v+1, p.clauseEnd(x, v+1, v, "nominal")))
	p.found = append(p.found, f)
}
