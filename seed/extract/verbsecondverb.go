package extract

// A report is a verb of saying in a segment, with its subject.
type report struct {
	verb     *verb
	at       int // the finite verb
	subject  [2]int
	inverted bool // the segment begins with the verb
	last     bool // the segment ends with the verb
	cue      [2]int
}

// reportIn finds the verb of saying of a segment: finite, with its separable
// particle at the end, or a participle with an auxiliary.
func (p *paragraph) reportIn(x []item, s segment) (report, bool) {
	end := x[s.to-1].low
	for i := s.from; i < s.to; i++ {
		k := x[i]
		if k.tag == have || k.tag == modal || k.low == "habe" {
			// "hat … gesagt"
			if f, ok := p.l.forms[end]; ok && f.forms&(participle|base) != 0 && f.verb.frames != 0 && s.to-1 > i && x[s.to-1].tag != noun {
				r := report{verb: f.verb, at: i, inverted: i == s.from, cue: tokens(x, s.to-1, s.to)}
				r.subject = p.v2Subject(x, s, i)
				return r, true
			}
			continue
		}
		if k.upper && i > 0 && i != s.from || k.tag == noun && k.upper {
			continue
		}
		for _, f := range p.l.v2[k.low] {
			switch {
			case f.last:
				if i != s.to-1 {
					continue
				}
				r := report{verb: f.verb, at: i, last: true, inverted: i == s.from, cue: tokens(x, i, i+1)}
				r.subject = p.v2Subject(x, segment{s.from, i}, i)
				return r, true
			case f.particle != "":
				if end != f.particle && !(i+1 < s.to && x[i+1].low == f.particle) && !p.contains(x, s, f.particle) {
					continue
				}
			}
			r := report{verb: f.verb, at: i, inverted: i == s.from, last: i == s.to-1 && i > s.from, cue: tokens(x, i, i+1)}
			if r.last && p.v2Passive(x, s, i) {
				r.subject = p.v2Agent(x, s, i)
				return r, true
			}
			r.subject = p.v2Subject(x, s, i)
			if n := r.subject[0]; n+1 == r.subject[1] && p.t[n].low == "es" {
				// "heißt es in dem Bericht": the source stands after a preposition
				r.subject = p.v2Adverbial(x, s)
			}
			return r, true
		}
	}
	return report{}, false
}

func (p *paragraph) v2Passive(x []item, s segment, v int) bool {
	for i := s.from; i < v; i++ {
		if x[i].tag == be {
			return true
		}
	}
	return false
}

// v2Agent finds the agent of a passive: "wurde von X gefordert".
func (p *paragraph) v2Agent(x []item, s segment, v int) [2]int {
	for i := s.from; i+1 < v; i++ {
		if (x[i].low == "von" || x[i].low == "vom" || x[i].low == "durch") && p.nominalStart(x[i+1]) {
			return tokens(x, i+1, p.v2PhraseEnd(x, i+1, v))
		}
	}
	return [2]int{}
}

// v2Adverbial finds the noun phrase after in or aus.
func (p *paragraph) v2Adverbial(x []item, s segment) [2]int {
	for i := s.from; i+1 < s.to; i++ {
		if (x[i].low == "in" || x[i].low == "aus" || x[i].low == "im" || x[i].low == "seitens") && p.nominalStart(x[i+1]) {
			return tokens(x, i+1, p.v2PhraseEnd(x, i+1, s.to))
		}
	}
	return [2]int{}
}

func (p *paragraph) contains(x []item, s segment, low string) bool {
	for i := s.from; i < s.to; i++ {
		if x[i].low == low {
			return true
		}
	}
	return false
}

// v2Subject finds the subject of the finite verb at v within its segment: the
// phrase before it, or else the first one after it.
func (p *paragraph) v2Subject(x []item, s segment, v int) [2]int {
	from := s.from
	for from < v && (x[from].tag == conj || x[from].tag == adv && !x[from].upper || x[from].tag == wh || x[from].tag == sub || x[from].tag == that) {
		from++
	}
	if from < v && from > s.from || from < v && p.nominalStart(x[from]) {
		if p.nominalStart(x[from]) {
			end := p.v2PhraseEnd(x, from, v)
			if end > from {
				return tokens(x, from, end)
			}
		}
	}
	for i := v + 1; i < s.to; i++ {
		switch {
		case p.nominalStart(x[i]):
			return tokens(x, i, p.v2PhraseEnd(x, i, s.to))
		case x[i].tag == object, x[i].tag == adv, x[i].tag == neg:
		case x[i].tag == prep:
			for i+1 < s.to && x[i+1].tag != adv && x[i+1].tag != pron && x[i+1].tag != prep && !(p.nominalStart(x[i+1]) && isNominal(x[i].tag) && x[i+1].tag != noun && x[i+1].tag != name) {
				i++
			}
		default:
			return [2]int{}
		}
	}
	return [2]int{}
}

func (p *paragraph) nominalStart(k item) bool {
	switch k.tag {
	case det, poss, noun, name, num, pron:
		return true
	case adj:
		return true
	}
	return false
}

// v2PhraseEnd walks over a noun phrase with its genitives and what von, aus, der
// add to it.
func (p *paragraph) v2PhraseEnd(x []item, i, to int) int {
	if x[i].tag == pron {
		return i + 1
	}
	head := false
	for ; i < to; i++ {
		switch k := x[i]; k.tag {
		case noun, name:
			head = true
		case num:
		case adj, poss:
			if head && (k.tag == poss || isNominal(x[i-1].tag)) {
				return i
			}
		case det:
			if head && k.low != "der" && k.low != "des" && x[i-1].tag != prep && x[i-1].tag != conj {
				return i
			}
		case conj:
			if k.low != "und" && k.low != "sowie" || i+1 >= to || !p.nominalStart(x[i+1]) || x[i+1].tag == pron {
				return i
			}
		case prep:
			if k.low != "von" && k.low != "vom" && k.low != "aus" && k.low != "für" && k.low != "der" || i+1 >= to {
				return i
			}
		case open:
			for i < to && x[i].tag != shut {
				i++
			}
		default:
			return i
		}
	}
	return min(i, to)
}
