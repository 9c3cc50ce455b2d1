package extract

import "strings"

// A document is what paragraphs share: the names seen so far and who spoke.
type document struct {
	l        *language
	text     string
	entities []*entity
	byLast   map[string]*entity // by the last word of the name, folded
	byRole   map[string]*entity
	last     *entity // who spoke last
	lastNoun string  // or the words that stood for the last speaker without a name
	seen     []mention
}

// An entity is somebody named in the text.
type entity struct {
	words []string // the longest form of the name, as printed, without titles
	folds []string
	woman bool
	man   bool
	place bool // stands after in, at or from, or after the: hardly a person
}

func (e *entity) name() string { return strings.Join(e.words, " ") }

// A mention is a place where a name stands.
type mention struct {
	at     int // code point
	entity *entity
	first  bool // it opens a sentence, and so is its subject as a rule
}

// maxMentions is how far back a pronoun may reach.
const maxMentions = 40

// mentions enters the names of a paragraph, in order.
func (d *document) mentions(p *paragraph) {
	if d.byLast == nil {
		d.byLast, d.byRole = map[string]*entity{}, map[string]*entity{}
	}
	for i := 0; i < len(p.t); {
		if p.t[i].tag != name || !p.t[i].upper && !p.l.caseless {
			i++
			continue
		}
		j := i + 1
		for j < len(p.t) && p.t[j].tag == name && j-i < 12 {
			j++
		}
		if e := d.enter(p, i, j); e != nil {
			k := i
			for k > 0 && (p.t[k-1].tag == det || p.t[k-1].tag == adj || p.l.titles[p.t[k-1].low] || p.l.persons[p.t[k-1].low]) {
				k--
			}
			d.seen = append(d.seen, mention{p.t[i].s, e, k == 0 || p.t[k-1].tag == stop || p.t[k-1].tag == quoteMark})
		}
		i = j
	}
	if n := len(d.seen); n > 4*maxMentions {
		d.seen = append(d.seen[:0], d.seen[n-2*maxMentions:]...)
	}
}

// enter finds or makes the entity of the name at tokens [i,j). Titles before the
// name are roles: they are kept for "the president", and are no part of the name.
func (d *document) enter(p *paragraph, i, j int) *entity {
	from := i
	var roles []string
	// A title within the run ends what is a role: "Islamic Revolution Ayatollah X".
	for k := from; k < j; k++ {
		if title := strings.TrimSuffix(p.t[k].low, "."); p.l.titles[title] && (k == from || k+1 < j) {
			roles = append(roles, title)
			from = k + 1
		}
	}
	if from == j {
		return nil
	}
	if from == i && i > 0 && p.l.persons[p.t[i-1].low] {
		roles = append(roles, p.t[i-1].low)
	}
	roles = append(roles, p.roleOf(i)...)
	roles = append(roles, p.apposition(j)...)
	var words, folds []string
	for _, k := range p.t[from:j] {
		words = append(words, d.text[k.bs:k.be])
		folds = append(folds, k.low)
	}
	key := folds[len(folds)-1]
	if (key == "jr." || key == "jr" || key == "sr.") && len(folds) > 1 {
		key = folds[len(folds)-2]
	}
	e := d.byLast[key]
	if e != nil && !compatible(e.folds, folds) {
		e = d.find(folds)
	}
	if e == nil && len(folds) == 1 {
		e = d.find(folds)
	}
	if e == nil {
		e = &entity{words: words, folds: folds}
		d.entities = append(d.entities, e)
	}
	if len(words) > len(e.words) && len(words) <= 5 {
		e.words, e.folds = words, folds
	}
	d.byLast[key] = e
	if len(roles) > 0 {
		e.place = false
	} else if i > 0 && len(e.words) == 1 && p.l.locates(p.t[i-1]) {
		e.place = true
	}
	for _, r := range roles {
		d.byRole[r] = e
		switch r {
		case "mr", "sir", "king", "congressman", "businessman":
			e.man = true
		case "mrs", "ms", "miss", "queen", "congresswoman", "lady":
			e.woman = true
		}
	}
	return e
}

// locates reports whether a name after the word is rather a place than a person.
func (l *language) locates(k token) bool {
	return k.tag == det || k.tag == prep && l.places[k.low]
}

// compatible reports whether one name may be a shorter form of the other.
func compatible(a, b []string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 1 {
		return a[0] == b[len(b)-1] || a[0] == b[0]
	}
	return a[0] == b[0] || a[0][0] == b[0][0] && strings.HasSuffix(a[0], ".")
}

// find looks for an entity one of whose words is the only word of the name.
func (d *document) find(folds []string) *entity {
	for i := len(d.entities) - 1; i >= 0 && len(d.entities)-i < 200; i-- {
		e := d.entities[i]
		if len(folds) == 1 && e.folds[0] == folds[0] || len(folds) > 1 && len(e.folds) > 1 && e.folds[0] == folds[0] && e.folds[len(e.folds)-1] == folds[len(folds)-1] {
			return e
		}
	}
	return nil
}

// roleOf returns the role told right before a name, "Leader of the Revolution X".
func (p *paragraph) roleOf(i int) []string {
	for j := i - 1; j >= 0 && i-j < 7; j-- {
		switch p.t[j].tag {
		case name, noun, det, prep, adj:
			if p.t[j].upper && p.l.titles[p.t[j].low] && p.t[j].tag != adj {
				return []string{p.t[j].low}
			}
		default:
			return nil
		}
	}
	return nil
}

// apposition returns the role told after a name and a comma: "X, the mayor of Y".
func (p *paragraph) apposition(j int) []string {
	if j+1 >= len(p.t) || p.t[j].tag != comma {
		return nil
	}
	var roles []string
	for k := j + 1; k < min(j+14, len(p.t)); k++ {
		switch p.t[k].tag {
		case det, adj, noun, name, poss, prep, num:
			if p.l.persons[p.t[k].low] && len(roles) == 0 {
				roles = append(roles, p.t[k].low)
			}
		case comma, stop, shut, semicolon:
			return roles
		default:
			return nil
		}
	}
	return nil
}

// speaker tells whom the mention at r of p means.
func (d *document) speaker(p *paragraph, r [2]int) string {
	if r[0] >= r[1] {
		return ""
	}
	first := p.t[r[0]]
	if r[1]-r[0] == 1 {
		switch first.tag {
		case pron, poss, object:
			return d.pronoun(p, r[0], first.low)
		case rel, that:
			if r[0] > 0 {
				i := r[0] - 1
				if p.t[i].tag == comma && i > 0 {
					i--
				}
				from := i
				for from > 0 && p.t[from-1].tag == name {
					from--
				}
				if p.t[i].tag == name {
					return d.named(p, [2]int{from, i + 1})
				}
			}
			return ""
		}
	}
	if s := d.named(p, r); s != "" {
		return s
	}
	// "the bureau's director, Ann Lee"
	for i := r[0] + 1; i+1 < r[1]; i++ {
		if p.t[i].tag != comma || p.t[i+1].tag != name {
			continue
		}
		end := i + 2
		for end < r[1] && p.t[end].tag == name {
			end++
		}
		if end == r[1] || p.t[end].tag == comma {
			if e := d.enter(p, i+1, end); e != nil {
				d.last, d.lastNoun = e, ""
				return e.name()
			}
		}
		break
	}
	// a description: "the Leader", "the former senator"
	if first.tag == det && (first.low == "the" || p.l.caseless || p.l.code == "de") {
		for i := r[1] - 1; i > r[0]; i-- {
			if e := d.byRole[p.t[i].low]; e != nil && i == r[1]-1 {
				d.last, d.lastNoun = e, ""
				return e.name()
			}
		}
	}
	s := d.text[first.bs:p.t[r[1]-1].be]
	d.last, d.lastNoun = nil, s
	return s
}

// named returns the speaker when the head of the mention is a name.
func (d *document) named(p *paragraph, r [2]int) string {
	end := r[0]
	// The head ends at a comma or a preposition, and is the last name before it.
	for end < r[1] && p.t[end].tag != comma && p.t[end].tag != prep && p.t[end].tag != rel && p.t[end].tag != open && p.t[end].tag != conj {
		end++
	}
	if end == r[0] {
		return ""
	}
	if p.t[end-1].tag == poss {
		end--
	}
	if end < r[1] && p.t[end].tag == prep && p.t[r[0]].tag != name {
		// "Leader of the Revolution X": the name stands at the end
		if p.t[r[1]-1].tag != name || !p.l.titles[p.t[end-1].low] {
			return ""
		}
		end = r[1]
	}
	if end < r[1] && end > r[0] && p.t[end].tag == prep && p.l.titles[p.t[end-1].low] && p.t[r[1]-1].tag == name {
		end = r[1]
	}
	if end < r[1] && p.t[end].tag == conj {
		return d.text[p.t[r[0]].bs:p.t[r[1]-1].be]
	}
	from := end
	for from > r[0] && p.t[from-1].tag == name {
		from--
	}
	if from == end || p.l.nounCapitals && end-from == 1 && from > r[0] && p.t[from-1].tag != poss {
		return "" // "die Polizei": the capital tells nothing
	}
	if e := d.enter(p, from, end); e != nil {
		d.last, d.lastNoun = e, ""
		return e.name()
	}
	return ""
}

// pronoun finds who "he" is: who spoke last, unless somebody was named since, at
// the beginning of a sentence or as the only one.
func (d *document) pronoun(p *paragraph, i int, low string) string {
	g := p.l.gender(low)
	if g == "" || g == "plural" {
		if g == "plural" {
			return d.lastNoun
		}
		return ""
	}
	fits := func(e *entity) bool {
		return e != nil && !(e.place && !e.man && !e.woman) && !(g == "man" && e.woman && !e.man) && !(g == "woman" && e.man && !e.woman)
	}
	mark := func(e *entity) string {
		if g == "man" {
			e.man = true
		} else {
			e.woman = true
		}
		d.last, d.lastNoun = e, ""
		return e.name()
	}
	// a name before it in the same sentence, the first one
	at := p.t[i].s
	start := i
	for start > 0 && p.t[start-1].tag != stop && i-start < 60 {
		start--
	}
	sentence := p.t[start].s
	for _, m := range d.seen {
		if m.at >= sentence && m.at < at && fits(m.entity) && m.entity != nil && m.entity == d.last {
			return mark(m.entity)
		}
	}
	if fits(d.last) {
		return mark(d.last)
	}
	var nearest *entity
	for k, steps := len(d.seen)-1, 0; k >= 0 && steps < maxMentions; k-- {
		m := d.seen[k]
		if m.at >= at {
			continue
		}
		steps++
		if !fits(m.entity) {
			continue
		}
		if m.first && steps < 6 {
			return mark(m.entity)
		}
		if nearest == nil {
			nearest = m.entity
		}
	}
	if nearest != nil {
		return mark(nearest)
	}
	return ""
}

// gender tells of a pronoun whether it stands for a man, a woman or several.
func (l *language) gender(low string) string {
	switch low {
	case "he", "his", "him", "er":
		return "man"
	case "she", "her":
		return "woman"
	case "they", "their", "them":
		return "plural"
	}
	return ""
}
