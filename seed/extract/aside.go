package extract

// aroundAside finds a subject before an aside that ends at the comma, dash or
// bracket at c: "Smith, the mayor, said".
func (p *paragraph) aroundAside(x []item, c int) subject {
	mark := x[c].tag
	depth := 0
	for i := c - 1; i > 0 && c-i < 45; i-- {
		switch {
		case mark == shut:
			if x[i].tag == open {
				if isNominal(x[i-1].tag) {
					return subject{p.phraseStart(x, i-1), i, false, false, "aside"}
				}
				return subject{}
			}
		case x[i].tag == mark:
			if depth > 3 || !isNominal(x[i-1].tag) && x[i-1].tag != pron && x[i-1].tag != shut && !x[i-1].upper {
				if mark == comma && depth <= 3 && isNominal(x[i+1].tag) {
					depth++
					continue
				}
				return subject{}
			}
			first := x[i+1]
			if mark == comma {
				switch first.tag {
				case rel, det, poss, noun, name, adj, num, verbParticiple, verbGerund, prep, sub, adv, wh, conj, be, time, to, pron:
				case verbFinite:
					if first.forms&participle == 0 || x[i+2].tag != prep {
						return subject{} // but "Smith, struck by it, said"
					}
				default:
					return subject{}
				}
				if (first.tag == pron || first.tag == conj && x[i+1].low == "but") || p.listMember(x, i, c) {
					depth++
					continue
				}
			}
			from := p.phraseStart(x, i-1)
			if from > 0 && x[from-1].tag == comma && isNominal(x[max(from-2, 0)].tag) && from > 2 && x[i-1].tag != name {
				// a chain of asides: "Smith, the mayor, a Democrat, said"
				if s := p.aroundAside(x, from-1); s.found() && s.rule == "aside" && i-s.from < 20 {
					return subject{s.from, c, false, false, "aside"}
				}
			}
			if p.isObject(x, from) {
				depth++ // "who lives in Elizabeth, Colorado,": the aside began earlier
				continue
			}
			to := c
			if first.tag == rel || first.tag == prep && first.low != "including" || first.tag == sub || first.tag == verbGerund || first.tag == adv || first.tag == wh || first.tag == conj || first.tag == time || first.tag == preposedTo {
				to = i
			}
			return subject{from, to, false, false, "aside"}
		case x[i].tag == semicolon, x[i].tag == colon:
			return subject{}
		}
	}
	return subject{}
}

// preposedTo is the tag to, where a local variable has that name.
const preposedTo = to

// listMember: between the commas at i and c stands one member of "A, B, and C".
func (p *paragraph) listMember(x []item, i, c int) bool {
	return c+1 < len(x) && x[c+1].tag == conj && c-i < 6
}

// isObject reports whether the phrase that begins at from follows a verb or a
// preposition, and so is no subject.
func (p *paragraph) isObject(x []item, from int) bool {
	if from == 0 {
		return false
	}
	switch x[from-1].tag {
	case verbFinite, verbBase, verbGerund, prep, be, to:
		return true
	}
	return false
}
