package extract

// clauseEnd returns the item before which the content that begins at j ends.
func (p *paragraph) clauseEnd(x []item, j, v int, kind string) int {
	within := p.within(x, v)
	light := kind == "nominal" || kind == "prep" || kind == "gerund" || kind == "as" || kind == "weak" || kind == "infinitive" || kind == "object-infinitive"
	for i := j; i < len(x); i++ {
		k := x[i]
		switch k.tag {
		case stop:
			if q := p.quotesIn([2]int{k.from, k.to}); i+1 < len(x) && len(q) > 0 && q[0].to > x[i+1].from {
				continue // the end of a sentence that is quoted, and the quotation goes on
			}
			if i+1 >= len(x) || x[i+1].tag != noun {
				return i
			}
		case semicolon:
			return i
		case quote:
			if i > j {
				return i
			}
		case dash:
			if other := p.matching(x, i); other > 0 && !light {
				i = other
				continue
			}
			return i
		case comma:
			if p.endsAtComma(x, i, v, light) || within && p.mainFollows(x, i) {
				return i
			}
		case conj:
			if i > j && p.endsAtConjunction(x, i, v, light) {
				return i
			}
		case sub:
			if i > j && light && (lowIs(k, "while", "although", "though", "because", "after", "before", "since", "whereas", "until") || k.low == "as" && p.bareClause(x, i+1)) {
				return i
			}
		case prep:
			if i > j && kind == "nominal" && p.l.places[k.low] && bareObject(x[j:i]) {
				return i // "denounced him in a speech"
			}
		case wh:
			if i > j && light && k.low == "when" {
				return i
			}
		}
		if k.low == "according" && i > j {
			return i
		}
	}
	return len(x)
}

// within reports whether the verb at v stands in a subordinate clause before its
// main clause, or in a relative clause between commas: such a clause ends at a comma.
func (p *paragraph) within(x []item, v int) bool {
	for i := v - 1; i >= 0 && v-i < 25; i-- {
		switch x[i].tag {
		case comma, semicolon, colon, dash, quote:
			return i+1 < v && (x[i+1].tag == rel && i > 0 && x[i].tag == comma)
		case sub, wh:
			return i == 0 || i == 1 || x[i-1].tag == comma && x[i].low != "because" && x[i].low != "although" && x[i].low != "while"
		case prep, verbGerund:
			if i == 0 {
				return true
			}
		case that:
			return false
		}
	}
	return v == 0
}

// mainFollows reports whether a main clause begins after the comma at c: a noun
// phrase and its verb, or the verb whose subject stands before the relative clause.
func (p *paragraph) mainFollows(x []item, c int) bool {
	i := c + 1
	if i >= len(x) {
		return false
	}
	return isFinite(x[i]) || x[i].tag != conj && x[i].tag != rel && p.bareClause(x, i)
}

// bareObject reports whether the items are a pronoun or a name, which a
// preposition adds nothing to.
func bareObject(x []item) bool {
	for _, k := range x {
		if k.tag != name && k.tag != object {
			return false
		}
	}
	return true
}

func (p *paragraph) matching(x []item, d int) int {
	for i := d + 1; i < min(d+30, len(x)); i++ {
		if x[i].tag == dash {
			return i
		}
	}
	return 0
}

func isCue(k item) bool {
	return k.verb != nil && (k.verb.frames != 0 || len(k.verb.preps) > 0 || len(k.verb.particle) > 0)
}

func (p *paragraph) endsAtComma(x []item, c, v int, light bool) bool {
	i := c + 1
	for i < len(x) && x[i].tag == adv {
		i++
	}
	if i >= len(x) {
		return true
	}
	switch k := x[i]; k.tag {
	case verbGerund:
		return isCue(k) && k.verb.frames&(quoted|clausal|nominal|addressed) != 0 || light
	case verbParticiple:
		return light
	case sub:
		return light || lowIs(k, "while", "although", "though", "whereas")
	case conj:
		if lowIs(k, "but", "yet", "nor") {
			return p.clauseFollows(x, i+1)
		}
		n := i + 1
		for n < len(x) && (x[n].tag == adv || x[n].tag == time) {
			n++
		}
		if n >= len(x) {
			return false
		}
		if isFinite(x[n]) {
			return light || isCue(x[n])
		}
		if (x[n].tag == pron || x[n].tag == name) && p.bareClause(x, n) {
			g := n + 1
			for g < len(x) && (x[g].tag == adv || x[g].tag == name || x[g].tag == have) {
				g++
			}
			return light || g < len(x) && isCue(x[g]) && x[g].tag == x[v].tag
		}
		return light && p.bareClause(x, n)
	case rel, wh:
		return light && k.low == "when"
	case prep:
		return k.low == "according"
	case be, have, modal, do, verbFinite:
		return light
	}
	// ", X said": another voice closes the sentence
	for n := i; n < min(i+12, len(x)); n++ {
		if isFinite(x[n]) && isCue(x[n]) && x[n].verb.frames&quoted != 0 && n+1 < len(x) && (x[n+1].tag == stop || x[n+1].tag == comma || x[n+1].tag == quote) {
			return true
		}
		if x[n].tag == comma || x[n].tag == conj || isFinite(x[n]) {
			break
		}
	}
	return false
}

func (p *paragraph) endsAtConjunction(x []item, c, v int, light bool) bool {
	n := c + 1
	for n < len(x) && x[n].tag == adv {
		n++
	}
	if n >= len(x) {
		return true
	}
	k := x[n]
	if isFinite(k) {
		if light {
			return true
		}
		return isCue(k) && k.tag == x[v].tag && k.forms&past == x[v].forms&past
	}
	if light && k.tag == verbBase && x[v].tag == verbBase {
		return true
	}
	if light && (k.tag == pron || lowIs(x[c], "but")) {
		return p.bareClause(x, n)
	}
	if isCue(k) && k.tag == verbGerund && x[v].tag == verbGerund {
		return true
	}
	if isCue(k) && k.tag == verbParticiple && x[v].tag == verbParticiple {
		return true
	}
	return false
}
