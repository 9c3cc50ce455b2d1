package extract

import "strings"

// reach bounds every walk to the left or right, in items.
const reach = 70

// groupStart returns the first item of the verb group that ends in the verb at v:
// "has never said" begins at has.
func groupStart(x []item, v int) int {
	i := v
	for i > 0 {
		switch x[i-1].tag {
		case adv, neg, modal, be, have, do:
			i--
			continue
		case to, verbParticiple:
			if x[i].tag == adv || x[i-1].tag == verbParticiple && (i < 2 || x[i-2].tag != have && x[i-2].tag != be) {
				break
			}
			if x[i-1].tag == verbParticiple && x[i-1].low == "been" {
				i--
				continue
			}
		}
		break
	}
	for i < v && x[i].tag == adv {
		i++ // an adverb before the group belongs to the clause
	}
	return i
}

// A subject is where a verb's subject was found.
type subject struct {
	from, to int  // items, half-open; empty where none was found
	inverted bool // it follows its verb
	shared   bool // it is the subject of another verb too
	rule     string
}

func (s subject) found() bool { return s.from < s.to }

// subjectBefore finds the subject of the verb group that begins at g.
func (p *paragraph) subjectBefore(x []item, g int, depth int) subject {
	p.budget--
	i := g - 1
	for i >= 0 && (x[i].tag == adv || x[i].tag == neg || x[i].tag == time && i > 0 && isSubjectEnd(x[i-1].tag)) {
		i--
	}
	if i < 0 || depth > 4 || p.budget < 0 {
		return subject{}
	}
	switch x[i].tag {
	case rel:
		return subject{i, i + 1, false, false, "relative"}
	case that:
		if i > 0 && (isNominal(x[i-1].tag) || x[i-1].tag == comma) {
			return subject{i, i + 1, false, false, "relative"}
		}
		return subject{i, i + 1, false, false, "demonstrative"}
	case det, wh:
		if x[i].low == "what" || x[i].low == "how" {
			return subject{}
		}
		return subject{i, i + 1, false, false, "before"}
	case conj:
		return p.sharedSubject(x, i, depth)
	case comma, dash, shut, semicolon:
		if s := p.aroundAside(x, i); s.found() {
			return s
		}
		if x[i].tag == shut {
			return subject{}
		}
		return p.sharedSubject(x, i, depth)
	case quote:
		return subject{}
	case time:
		j := i
		for j >= 0 && (x[j].tag == time || x[j].tag == det || x[j].tag == adj || x[j].tag == num || x[j].tag == prep && (x[j].low == "on" || x[j].low == "in")) {
			j--
		}
		if j >= 0 && i-j < 6 && (isSubjectEnd(x[j].tag) || x[j].tag == comma) && depth < 3 {
			if s := p.subjectBefore(x, j+1, depth+1); s.found() {
				return s
			}
		}
		from := p.phraseStart(x, i)
		return subject{from, i + 1, false, false, "before"}
	case verbParticiple, verbGerund, adj, object, pron, noun, name, num, poss, other:
		from := p.phraseStart(x, i)
		if from <= i {
			return subject{from, i + 1, false, false, "before"}
		}
	case verbFinite, verbBase:
		if x[i].forms&nounToo != 0 || x[i].verb == nil {
			from := p.phraseStart(x, i)
			return subject{from, i + 1, false, false, "before"}
		}
	}
	return subject{}
}

func isSubjectEnd(t tag) bool { return isNominal(t) || t == pron || t == rel || t == shut }

// phraseStart walks left from the last item of a noun phrase to its first.
func (p *paragraph) phraseStart(x []item, last int) int {
	if x[last].tag == pron {
		return last
	}
	i := last
	for i > 0 && last-i < reach {
		prev := x[i-1]
		switch prev.tag {
		case noun, name, num, adj, det, poss:
			i--
			continue
		case time:
			if isNominal(x[i].tag) && i-1 > 0 && x[i-2].tag == prep && x[i-2].low != "of" && x[i-2].low != "for" {
				return i // "on Monday Smith said"
			}
			if i-1 == 0 || x[i-2].tag == comma {
				return i
			}
			i--
			continue
		case pron:
			if x[i].tag == prep {
				i--
				continue
			}
			return i
		case object:
			return i
		case adv:
			if (x[i].tag == adj || x[i].tag == num || x[i].tag == verbParticiple) && i > 1 {
				i--
				continue
			}
			return i
		case verbParticiple, verbGerund:
			// a participle within the phrase: "people briefed on the plan"
			if x[i].tag == noun || x[i].tag == name || i > 1 && isNominal(x[i-2].tag) {
				i--
				continue
			}
			return i
		case prep, to:
			if i > 1 && (isNominal(x[i-2].tag) || x[i-2].tag == adj || x[i-2].tag == shut || x[i-2].tag == verbParticiple || x[i-2].tag == det || x[i-2].tag == verbGerund || x[i-2].tag == poss) {
				i--
				continue
			}
			return i
		case conj:
			if prev.low != "but" && i > 1 && (isNominal(x[i-2].tag) || x[i-2].tag == comma && i > 2 && isNominal(x[i-3].tag)) && !p.clauseBefore(x, i-1) {
				i--
				continue
			}
			return i
		case comma:
			// a list: A, B and C
			if p.inList(x, i-1, last) {
				i--
				continue
			}
			return i
		case shut:
			j := i - 1
			for j > 0 && x[j].tag != open && i-j < 20 {
				j--
			}
			if x[j].tag == open && j > 0 && isNominal(x[j-1].tag) {
				i = j
				continue
			}
			return i
		case other:
			if prev.low == "-" || prev.low == "'" || prev.low == "’" || prev.low == "/" || prev.low == "&" || prev.low == "‘" {
				i--
				continue
			}
			return i
		case verbFinite, verbBase:
			// a relative clause without commas: "those who support him say"
			if i > 1 && (x[i-2].tag == rel || x[i-2].tag == that) {
				i -= 2
				continue
			}
			return i
		default:
			return i
		}
	}
	return i
}

// clauseBefore reports whether the conjunction at c joins clauses: there is a
// finite verb to its left before the clause begins.
func (p *paragraph) clauseBefore(x []item, c int) bool {
	for i := c - 1; i >= 0 && c-i < 25; i-- {
		switch x[i].tag {
		case verbFinite, be, have, do, modal:
			return true
		case comma, semicolon, colon, dash, sub, quote, that, rel:
			return false
		}
	}
	return false
}

// inList reports whether the comma at c parts members of a list that goes on to
// last: there is "and" between them, and no verb before the comma.
func (p *paragraph) inList(x []item, c, last int) bool {
	if c == 0 || !isNominal(x[c-1].tag) {
		return false
	}
	and := false
	for i := c + 1; i <= last; i++ {
		if x[i].tag == conj && x[i].low != "but" {
			and = true
			if i > 0 && x[i-1].tag != comma && i-c > 12 {
				return false
			}
		}
	}
	if !and || p.clauseBefore(x, c) {
		return false
	}
	// Something must stand before the comma that is no adverbial: In Iowa, A and B said.
	return !p.opensWithPreposition(x, c)
}

func (p *paragraph) opensWithPreposition(x []item, c int) bool {
	for i := c - 1; i >= 0 && c-i < 20; i-- {
		switch x[i].tag {
		case comma, semicolon, colon, dash, quote, conj, sub, verbFinite, that:
			return i+1 < c && (x[i+1].tag == prep || x[i+1].tag == verbGerund || x[i+1].tag == adv || x[i+1].tag == time)
		}
	}
	return x[0].tag == prep || x[0].tag == verbGerund || x[0].tag == adv || x[0].tag == time || x[0].tag == sub || x[0].tag == to
}

// sharedSubject finds the subject of the verb before the conjunction or comma at
// c, which the verb after it shares: "he came and said".
func (p *paragraph) sharedSubject(x []item, c int, depth int) subject {
	if depth > 3 {
		return subject{}
	}
	for i, tries := c-1, 0; i >= 0 && c-i < reach && tries < 5; i-- {
		switch x[i].tag {
		case verbFinite, be, have, do, modal, verbBase:
			if (x[i].tag == be || x[i].tag == have || x[i].tag == do) && i+1 < len(x) && i > 0 && (x[i-1].tag == modal || x[i-1].tag == to) {
				continue
			}
			if x[i].tag == verbBase && (i == 0 || x[i-1].tag == to || x[i-1].tag == modal || x[i-1].tag == do || x[i-1].tag == neg || x[i-1].tag == adv) {
				continue
			}
			if s := p.subjectBefore(x, groupStart(x, i), depth+1); s.found() && !(s.rule == "relative" && s.from < c && p.otherTense(x, i, c)) {
				s.shared = true
				return p.reporter(x, i, s)
			}
			tries++
		case semicolon, colon, stop, quote:
			return subject{}
		}
	}
	return subject{}
}

// otherTense reports whether the verb at v and the one after c differ in tense,
// and so are hardly coordinated.
func (p *paragraph) otherTense(x []item, v, c int) bool {
	for i := c + 1; i < min(c+5, len(x)); i++ {
		if x[i].verb != nil && x[i].tag == verbFinite {
			return x[i].forms&past != x[v].forms&past && x[v].tag == verbFinite
		}
	}
	return false
}

// reporter looks left of the verb at v, whose subject is s, for a verb of saying
// within whose content v may stand: in "she said it was early and added" it is
// she who added.
func (p *paragraph) reporter(x []item, v int, s subject) subject {
	if isCue(x[v]) {
		return s
	}
	for i := s.from - 1; i >= 0 && v-i < 40; i-- {
		switch {
		case x[i].tag == verbFinite && speaks(x[i]):
			if o := p.subjectBefore(x, groupStart(x, i), 2); o.found() {
				o.shared = true
				return o
			}
			return s
		case x[i].tag == semicolon, x[i].tag == sub, x[i].tag == quote:
			return s
		}
	}
	return s
}

// mainSubject finds the subject of the main clause between from and to, for a
// participle that opens or closes the sentence. Of coordinated clauses the last
// one counts: "A agreed, but B went on, saying".
func (p *paragraph) mainSubject(x []item, from, to int) subject {
	var main subject
	for i := from; i < min(to, from+2*reach); i++ {
		switch {
		case x[i].tag == semicolon || x[i].tag == stop:
			if from > 0 {
				return main
			}
			main = subject{}
		case !isFinite(x[i]):
		case from == 0 && speaks(x[i]) && i+1 < len(x) && x[i+1].tag == comma && p.closes(x, i):
			// ", the mayor noted, adding": who has just spoken goes on
			s := p.subjectBefore(x, groupStart(x, i), 1)
			s.shared = true
			main = s
		case main.found() && !p.newClause(x, i):
		default:
			if s := p.subjectBefore(x, groupStart(x, i), 1); s.found() && s.rule != "relative" && s.rule != "demonstrative" && s.from >= from {
				s.shared = true
				main = s
			}
			if from > 0 && main.found() {
				return main
			}
		}
	}
	return main
}

// closes reports whether the verb at v and its subject stand after what is said:
// a comma or a quotation comes before the subject.
func (p *paragraph) closes(x []item, v int) bool {
	s := p.subjectBefore(x, groupStart(x, v), 3)
	return s.found() && s.from > 0 && (x[s.from-1].tag == comma || x[s.from-1].tag == quote)
}

// newClause reports whether the verb at v has a subject of its own that a comma
// and a conjunction set off from the clause before.
func (p *paragraph) newClause(x []item, v int) bool {
	s := p.subjectBefore(x, groupStart(x, v), 3)
	return s.found() && s.from > 1 && x[s.from-1].tag == conj && x[s.from-2].tag == comma
}

func lowIs(k item, words ...string) bool {
	for _, w := range words {
		if strings.EqualFold(k.low, w) {
			return true
		}
	}
	return false
}
