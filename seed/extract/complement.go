package extract

// A complement is what a verb says the content is.
type complement struct {
	from, to  int    // items
	kind      string // that, clause, wh, infinitive, object-infinitive, nominal, gerund, colon, prep, as
	addressee [2]int // items
	cueTo     int    // the cue ends before this item
}

// complementOf finds the content after the verb at v by the verb's frames.
func (p *paragraph) complementOf(x []item, v int) (complement, bool) {
	verb := x[v].verb
	frames, preps := verb.frames, verb.preps
	j := v + 1
	if j < len(x) && verb.particle[x[j].low] != nil {
		frames, preps = verb.particle[x[j].low].frames, verb.particle[x[j].low].preps
		j++
	}
	c := complement{cueTo: j}
	for j < len(x) && (x[j].tag == adv || x[j].tag == neg) {
		j++
	}
	if j >= len(x) {
		return c, false
	}
	// An addressee, a place, a time before that, a colon or wh.
	if k := p.beforeThat(x, j, frames); k > j {
		if frames&(addressed|objectInfinitive) != 0 {
			from := j
			if x[from].low == "to" && from+1 < k {
				from++
			}
			if end := min(p.nounPhraseEnd(x, from), k); end > from && startsNounPhrase(x[from].tag) {
				c.addressee = [2]int{from, end}
			}
		}
		j = k
	}
	if x[j].tag == comma && j+1 < len(x) && x[j+1].tag == that {
		j++
	}
	c.from = j
	k := x[j]
	switch {
	case k.tag == that && frames&clausal != 0 && p.clauseFollows(x, j+1):
		c.kind = "that"
	case k.tag == colon && frames&(quoted|clausal|whClausal|nominal) != 0 && j+1 < len(x):
		c.kind, c.from = "colon", j+1
	case k.tag == wh && frames&(whClausal|clausal) != 0 || k.tag == rel && k.low != "which" && frames&(whClausal|clausal) != 0:
		c.kind = "wh"
	case k.tag == to && frames&infinitive != 0:
		c.kind = "infinitive"
	case k.tag == verbGerund && frames&gerundive != 0:
		c.kind = "gerund"
	case k.tag == prep && preps[k.low] != 0:
		c.kind, c.from, c.cueTo = "prep", j+1, j+1
		if j+1 >= len(x) {
			return c, false
		}
	default:
		if frames&objectInfinitive != 0 {
			if o := p.objectBeforeTo(x, j); o > 0 {
				c.kind, c.from, c.addressee = "object-infinitive", o, [2]int{j, o}
				break
			}
		}
		switch {
		case frames&addressed != 0 && frames&clausal != 0 && p.addresseeEnd(x, j) > j:
			o := p.addresseeEnd(x, j)
			c.kind, c.from, c.addressee = "clause", o, [2]int{j, o}
		case frames&clausal != 0 && p.bareClause(x, j):
			c.kind = "clause"
		case frames&addressed != 0 && frames&clausal != 0:
			o := p.nounPhraseEnd(x, j)
			if o > j && o < len(x) && p.bareClause(x, o) {
				c.kind, c.from, c.addressee = "clause", o, [2]int{j, o}
				break
			}
			return c, false
		case frames&nominal != 0 && startsNounPhrase(x[j].tag):
			c.kind = "nominal"
		case frames&weakNominal != 0 && startsNounPhrase(x[j].tag):
			c.kind = "weak"
		case frames&(quoted|clausal) != 0 && x[j].from > 0 && p.t[x[j].from-1].tag == quoteMark:
			c.kind = "fragment"
		default:
			return c, false
		}
	}
	c.to = p.clauseEnd(x, c.from, v, c.kind)
	if q := p.quotesIn([2]int{x[c.from].from, x[c.from].to}); c.kind == "fragment" && len(q) > 0 {
		for c.to > c.from+1 && x[c.to-1].from >= q[0].to {
			c.to--
		}
	}
	for c.to > c.from && (x[c.to-1].tag == comma || x[c.to-1].tag == stop || x[c.to-1].tag == dash || x[c.to-1].tag == colon || x[c.to-1].tag == semicolon) {
		c.to--
	}
	return c, c.to > c.from && x[c.from].tag != quote
}

// addresseeEnd returns where the clause begins after an addressee at j, where
// the two can be told apart: "told CNN he would". It returns j where they cannot.
func (p *paragraph) addresseeEnd(x []item, j int) int {
	if x[j].tag == object && p.bareClause(x, j+1) {
		return j + 1
	}
	for i := j + 1; i < min(j+8, len(x)); i++ {
		switch {
		case x[i].tag == pron || x[i].tag == poss && x[i].low != "'s" && x[i].low != "'" || x[i].tag == det && x[i-1].tag != prep:
			if isNominal(x[i-1].tag) && p.bareClause(x, i) {
				return i
			}
			return j
		case x[i].tag == name && x[i-1].tag == name && x[i-1].caps && !x[i].caps, x[i].tag == name && i == j+1 && x[j].tag == noun && !x[j].upper:
			if p.bareClause(x, i) {
				return i
			}
			return j
		case isNominal(x[i].tag), x[i].tag == adj, x[i].tag == prep, x[i].tag == conj, x[i].tag == poss:
		default:
			return j
		}
	}
	return j
}

func startsNounPhrase(g tag) bool {
	switch g {
	case det, poss, noun, name, num, adj, object, pron, that, verbParticiple, verbGerund:
		return true
	}
	return false
}

// beforeThat skips an addressee and adverbials that stand between a verb and
// what it introduces: "told reporters on Monday that". It returns j where there is none.
func (p *paragraph) beforeThat(x []item, j int, frames frame) int {
	if frames&(clausal|quoted|whClausal) == 0 {
		return j
	}
	switch x[j].tag {
	case that, colon, wh, quote, comma, stop, to, rel:
		return j
	}
	limit := min(j+16, len(x))
	started := x[j].tag
	for i := j; i < limit; i++ {
		switch x[i].tag {
		case that:
			if i > j && (started == prep || started == time || frames&addressed != 0) && p.clauseFollows(x, i+1) && (i+1 >= len(x) || !isFinite(x[i+1]) || started != prep) {
				return i
			}
			return j
		case colon:
			return i
		case wh:
			if frames&(whClausal|addressed) != 0 && (started == prep || started == time || frames&addressed != 0) && i > j && x[i-1].tag != prep {
				return i
			}
			return j
		case noun, name, num, adj, det, poss, prep, time, object, adv, other:
		case conj:
			if x[i].low != "and" {
				return j
			}
		case pron:
			if x[i].low != "it" && x[i].low != "you" || i > j {
				return p.adverbialEnd(x, j, i)
			}
		case verbFinite, be, have, modal, do:
			return p.adverbialEnd(x, j, i)
		default:
			return j
		}
	}
	return j
}

// adverbialEnd: a bare clause follows a short adverbial, "said Monday he would".
func (p *paragraph) adverbialEnd(x []item, j, verb int) int {
	i := j
	if x[i].tag == prep && i+1 < len(x) && x[i+1].tag == time {
		i++
	}
	if x[i].tag != time {
		return j
	}
	for i < verb && (x[i].tag == time || x[i].tag == num && i > j && x[i-1].tag == time) {
		i++
	}
	if i < verb || x[verb].tag == pron {
		return i
	}
	return j
}

func isFinite(k item) bool {
	switch k.tag {
	case verbFinite, be, have, do, modal:
		return true
	}
	return false
}

// clauseFollows reports whether a finite verb comes before the clause must end.
func (p *paragraph) clauseFollows(x []item, j int) bool {
	for i := j; i < min(j+reach, len(x)); i++ {
		if isFinite(x[i]) {
			return true
		}
		if x[i].tag == semicolon || x[i].tag == stop {
			return false
		}
	}
	return false
}

// bareClause reports whether a clause without that begins at j: a noun phrase
// and a finite verb.
func (p *paragraph) bareClause(x []item, j int) bool {
	if j >= len(x) || !startsNounPhrase(x[j].tag) && x[j].tag != rel && x[j].tag != time && x[j].tag != prep && x[j].tag != sub && x[j].tag != adv && x[j].tag != neg {
		return false
	}
	if j < len(x) && x[j].tag == sub && x[j].low != "if" && x[j].low != "while" && x[j].low != "although" {
		return false
	}
	if x[j].tag == object {
		return false
	}
	relative := false
	for i := j; i < min(j+30, len(x)); i++ {
		switch k := x[i]; {
		case isFinite(k):
			if relative {
				relative = false
				continue
			}
			return i > j
		case k.tag == rel || k.tag == that && i > j:
			relative = true
		case k.tag == semicolon, k.tag == colon, k.tag == stop, k.tag == quote, k.tag == sub && i > j && k.low != "as" && k.low != "than", k.tag == wh && i > j:
			return false
		case k.tag == dash:
			return false
		case k.tag == conj && i > j && i+1 < len(x) && (isFinite(x[i+1]) || x[i+1].tag == adv):
			return false
		case k.tag == comma && x[j].tag != prep && x[j].tag != sub && i+1 < len(x) && x[i+1].tag != rel && x[i+1].tag != det && !isNominal(x[i+1].tag):
			return false
		case k.tag == to && i > j:
			return false
		}
	}
	return false
}

// objectBeforeTo returns the item of to in "urged X to", or 0.
func (p *paragraph) objectBeforeTo(x []item, j int) int {
	if !startsNounPhrase(x[j].tag) && x[j].tag != prep {
		return 0
	}
	for i := j; i < min(j+18, len(x)); i++ {
		switch x[i].tag {
		case to:
			if i > j {
				if i+1 < len(x) && x[i+1].tag == neg {
					return i
				}
				if x[i-1].tag == neg {
					return i - 1
				}
				return i
			}
			return 0
		case noun, name, num, adj, det, poss, prep, object, pron, time, other, neg, that:
		case conj:
			if x[i].low == "but" {
				return 0
			}
		default:
			return 0
		}
	}
	return 0
}

// nounPhraseEnd returns the end of the noun phrase at j, without what follows a preposition other than of.
func (p *paragraph) nounPhraseEnd(x []item, j int) int {
	i := j
	if i < len(x) && (x[i].tag == object || x[i].tag == pron) {
		return i + 1
	}
	head := false
	for ; i < min(j+14, len(x)); i++ {
		switch k := x[i]; k.tag {
		case noun, name:
			if head && k.tag == name && x[i-1].tag == noun && !x[i-1].upper {
				return i
			}
			head = true
		case num, adj:
		case poss:
			if head && k.low != "'s" && k.low != "'" && k.low != "’" {
				return i
			}
		case det:
			if head && x[i-1].tag != prep && x[i-1].tag != conj {
				return i
			}
		case prep:
			if k.low != "of" && k.low != "at" && k.low != "from" && k.low != "for" && k.low != "in" {
				return i
			}
		case conj:
			if k.low != "and" {
				return i
			}
		default:
			return i
		}
	}
	return i
}
