package extract

// German and its like put the finite verb second in a main clause and last in a
// dependent one, and part clauses by commas. The lexicon gives each verb its
// forms and its separable particle; see lang/de.

// A segment is what stands between commas of a sentence, in items.
type segment struct{ from, to int }

func (p *paragraph) segments(x []item) []segment {
	var out []segment
	from := 0
	depth := 0
	for i := range x {
		switch x[i].tag {
		case open:
			depth++
		case shut:
			depth = max(depth-1, 0)
		case comma, semicolon, colon, stop, dash, quote:
			if depth > 0 && x[i].tag == comma {
				continue
			}
			if from < i {
				out = append(out, segment{from, i})
			}
			if x[i].tag == quote {
				out = append(out, segment{i, i + 1})
			}
			from = i + 1
		}
	}
	if from < len(x) {
		out = append(out, segment{from, len(x)})
	}
	return out
}

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

// v2 finds what a sentence reports.
func (p *paragraph) v2(x []item, si int) {
	seg := p.segments(x)
	before := len(p.found)
	for n, s := range seg {
		if x[s.from].tag == quote {
			continue
		}
		if p.v2Phrase(x, seg, n, si) {
			continue
		}
		r, ok := p.reportIn(x, s)
		if !ok {
			if x[s.from].low == p.l.soWord && n > 0 && s.to-s.from > 1 && p.nominalStart(x[s.from+1]) {
				f := finding{source: tokens(x, s.from+1, p.v2PhraseEnd(x, s.from+1, s.to)), cue: tokens(x, s.from, s.from+1), rule: "final/so", sentence: si, mode: Indirect}
				p.around(x, seg, n, n, &f)
				p.keep(f)
			}
			continue
		}
		p.v2Report(x, seg, n, r, si)
	}
	if len(p.found) == before {
		p.v2Subjunctive(x, si)
	}
	p.v2Quotes(x, si)
}

func (p *paragraph) keep(f finding) {
	if len(f.parts) > 0 {
		p.found = append(p.found, f)
	}
}

// around gives f the items of the sentence outside the segments from..to.
func (p *paragraph) around(x []item, seg []segment, from, to int, f *finding) {
	if from > 0 {
		f.add(tokens(x, seg[0].from, seg[from-1].to))
	}
	if to+1 < len(seg) {
		f.add(tokens(x, seg[to+1].from, seg[len(seg)-1].to))
	}
}

func (p *paragraph) v2Report(x []item, seg []segment, n int, r report, si int) {
	s := seg[n]
	if r.inverted && n > 0 && x[seg[n-1].from].tag != quote && !p.v2Finite(x, seg[0].from, seg[n-1].to) {
		// "X, Sprecher der Y, sagte": what comes before is the subject
		r.inverted, r.subject = false, tokens(x, seg[0].from, seg[n-1].to)
	}
	f := finding{source: r.subject, cue: r.cue, verb: r.verb, mode: Indirect, sentence: si}
	opener := x[s.from]
	switch {
	case opener.tag == wh && opener.low == "wie" && (r.last || n > 0):
		f.rule = "as"
		p.around(x, seg, n, n, &f)
	case r.inverted && n > 0 && !opener.upper:
		// "…", sagte X: what comes before is the content
		if f.source[0] >= f.source[1] {
			return
		}
		f.rule = "final"
		if x[seg[n-1].from].tag == quote {
			f.rule, f.mode = "direct/after", Direct
			f.add(tokens(x, seg[n-1].from, seg[n-1].to))
			if n+1 < len(seg) && x[seg[n+1].from].tag == quote {
				f.add(tokens(x, seg[n+1].from, seg[n+1].to))
			}
			break
		}
		p.around(x, seg, n, n, &f)
	case n+1 < len(seg) && x[seg[n+1].from].tag == quote:
		f.rule, f.mode = "direct/before", Direct
		f.add(tokens(x, seg[n+1].from, seg[n+1].to))
	case n+1 < len(seg) && p.dependent(x, seg[n+1], r.verb):
		f.rule = "indirect/clause"
		f.add(tokens(x, seg[n+1].from, p.v2End(x, seg, n+1)))
	case r.verb.frames&nominal != 0 && f.source[0] < f.source[1] && !r.last:
		f.rule, f.mode = "indirect/whole", SpeechAct
		f.add(tokens(x, s.from, s.to))
	default:
		return
	}
	p.keep(f)
}

// v2Finite reports whether a finite verb stands in the items from..to.
func (p *paragraph) v2Finite(x []item, from, to int) bool {
	for _, k := range x[from:to] {
		switch {
		case k.tag == have, k.tag == be, k.tag == modal, k.tag == verbFinite, p.l.subjunctive[k.low]:
			return true
		case k.tag == adv || k.tag == adj:
			if !k.upper && len(k.low) > 2 && k.low[len(k.low)-1] == 't' && k.tag == adv && p.l.class[k.low] == 0 {
				return true // an unknown word in -t is as a rule a verb: "droht"
			}
		}
	}
	return false
}

// dependent reports whether the segment is a clause that a verb of saying governs.
func (p *paragraph) dependent(x []item, s segment, v *verb) bool {
	switch k := x[s.from]; {
	case k.tag == that:
		return true
	case k.tag == wh:
		return v.frames&(quoted|clausal) != 0
	}
	for i := s.from; i < s.to; i++ {
		if p.l.subjunctive[x[i].low] {
			return true
		}
		if x[i].low == "zu" && i+2 == s.to && v.frames&(infinitive|quoted|clausal) != 0 {
			return true
		}
	}
	return false
}

// v2End: content goes on to the end of the sentence, or to where somebody else
// is named as its source.
func (p *paragraph) v2End(x []item, seg []segment, n int) int {
	for i := n + 1; i < len(seg); i++ {
		if x[seg[i].from].low == p.l.soWord || x[seg[i].from].tag == quote {
			return seg[i-1].to
		}
		if r, ok := p.reportIn(x, seg[i]); ok && r.inverted {
			return seg[i-1].to
		}
	}
	return seg[len(seg)-1].to
}

// v2Phrase finds "laut X", "nach Angaben von X", "X zufolge".
func (p *paragraph) v2Phrase(x []item, seg []segment, n, si int) bool {
	s := seg[n]
	for i := s.from; i < s.to; i++ {
		f := finding{mode: Indirect, sentence: si}
		from, to := 0, 0
		switch k := x[i]; {
		case p.l.by[k.low] && i+1 < s.to && p.nominalStart(x[i+1]):
			from, to = i, p.v2PhraseEnd(x, i+1, s.to)
			f.cue, f.source, f.rule = tokens(x, i, i+1), tokens(x, i+1, to), "according/by"
		case p.l.viewpoint[k.low] && i+1 < s.to:
			j := i + 1
			for j < s.to && (x[j].tag == adj || x[j].tag == det || x[j].tag == poss || x[j].tag == name && !p.l.voice[x[j].low]) && j-i < 4 {
				j++
			}
			if j >= s.to || !p.l.voice[x[j].low] {
				continue
			}
			src := j + 1
			if src+1 < s.to && x[src].tag == prep && (x[src].low == "von" || x[src].low == "vom" || x[src].low == "der") {
				src++
			}
			from, to = i, j+1
			if src < s.to && (x[src-1].tag == prep || x[src].tag == det || x[src].tag == poss || x[src].tag == name || x[src].tag == noun) {
				to = p.v2PhraseEnd(x, src, s.to)
			}
			f.cue, f.rule = tokens(x, i, j+1), "according/view"
			if to == s.to && n+2 < len(seg) && p.nominalStart(x[seg[n+1].from]) && !p.v2Finite(x, seg[n+1].from, seg[n+1].to) {
				to = seg[n+1].to // "nach Angaben von X, dem Leiter von Y, …"
			}
			if src < to {
				f.source = tokens(x, src, to)
			} else {
				f.source = tokens(x, i+1, to)
				f.cue = tokens(x, i, i+1)
			}
		case p.l.after[k.low] && i > s.from && isNominal(x[i-1].tag):
			j := i - 1
			for j > s.from && (x[j-1].tag == noun || x[j-1].tag == name || x[j-1].tag == adj || x[j-1].tag == det || x[j-1].tag == poss || x[j-1].tag == num || x[j-1].low == "von") {
				if x[j].tag == det && x[j].low != "der" && x[j].low != "des" {
					break
				}
				j--
			}
			from, to = j, i+1
			f.cue, f.source, f.rule = tokens(x, i, i+1), tokens(x, j, i), "according/after"
		default:
			continue
		}
		f.add(tokens(x, seg[0].from, from))
		if to < len(x) && (x[to].tag != stop || to+1 < len(x)) {
			if x[to].tag == comma {
				to++
			}
			f.add(tokens(x, to, p.trimEnd(x, len(x))))
		}
		if len(f.parts) > 0 && len(x) > 4 {
			p.found = append(p.found, f)
			return true
		}
	}
	return false
}

func (p *paragraph) trimEnd(x []item, to int) int {
	for to > 0 && x[to-1].tag == stop {
		to--
	}
	return to
}
