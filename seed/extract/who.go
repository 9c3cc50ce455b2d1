package extract

import "strings"

// who tells what kind of voice the speaker is whom the mention at r was resolved
// to just now. A name that stands after "the", or in a place's position, is
// rather a body than a person: the Senate, in Iran.
func (d *document) who(p *paragraph, r [2]int, speaker string) Who {
	if speaker == "" {
		return ""
	}
	if d.last == nil || d.last.name() != speaker {
		return p.described(r)
	}
	e := d.last
	if e.man || e.woman {
		return Person
	}
	for _, w := range e.folds {
		if p.l.bodies[strings.TrimSuffix(w, ".")] || p.l.groups[w] {
			return Body
		}
	}
	if e.place || len(e.words) == 1 && capitals(e.words[0]) {
		return Body
	}
	if r[0] < r[1] && p.t[r[0]].tag == det {
		for i := r[0] + 1; i < r[1] && p.t[i].tag != comma; i++ {
			if p.l.persons[p.t[i].low] || p.l.titles[strings.TrimSuffix(p.t[i].low, ".")] {
				return Person
			}
		}
		return Body
	}
	return Person
}

// described tells one from several by the head of the phrase: "a spokesman for
// the mayor", "officials in the capital". A mention that stands elsewhere, or
// whose head is no word for a person, is taken for people.
func (p *paragraph) described(r [2]int) Who {
	head := -1
	for i := r[0]; i < r[1]; i++ {
		if t := p.t[i].tag; (t == prep || t == comma || t == rel || t == conj) && i > r[0] {
			break
		}
		if isNominal(p.t[i].tag) {
			head = i
		}
	}
	if head < 0 {
		return People
	}
	low := p.t[head].low
	if (p.l.persons[low] || p.l.titles[low]) && !p.l.groups[low] && !(p.l.grammar == "svo" && strings.HasSuffix(low, "s") && p.l.persons[strings.TrimSuffix(low, "s")]) {
		return Someone
	}
	return People
}

// capitals reports whether a word is an abbreviation: FBI, NATO.
func capitals(w string) bool { return len(w) > 1 && strings.ToUpper(w) == w && strings.ToLower(w) != w }

// Pronoun reports whether words are one pronoun or article, of any language: they
// say nothing of who is meant.
func Pronoun(words string) bool {
	w := strings.Fields(words)
	if len(w) != 1 {
		return false
	}
	for _, make := range languages {
		switch make().class[strings.ToLower(w[0])] {
		case pron, object, poss, rel, det:
			return true
		}
	}
	return false
}

// Untitled returns a name without the titles before it, of any language.
func Untitled(name string) string {
	words := strings.Fields(name)
	for len(words) > 1 && title(words[0]) {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

func title(word string) bool {
	low := strings.TrimSuffix(strings.ToLower(word), ".")
	for _, make := range languages {
		if make().titles[low] {
			return true
		}
	}
	return false
}
