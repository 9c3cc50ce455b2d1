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
