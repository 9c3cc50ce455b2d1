package extract

// maxSentence bounds a sentence, in tokens: what is longer is cut, so that work
// within a sentence is bounded and work on a text stays linear.
const maxSentence = 240

// A sentence is a range of tokens of one paragraph.
type sentence struct{ from, to int }

// sentences cuts a paragraph. A quotation is not cut: "A. B," she said is one.
func (l *language) sentences(t []token, quotes []quotation) []sentence {
	var out []sentence
	from, q := 0, 0
	for i := 0; i < len(t); i++ {
		end := false
		for q < len(quotes) && quotes[q].to <= i {
			q++
		}
		if q < len(quotes) && i >= quotes[q].from && i < quotes[q].to {
			last := quotes[q].to - 1
			if i < last {
				if quotes[q].to-quotes[q].from <= maxSentence {
					i = last - 1
					continue
				}
				// A very long quotation is cut like other text.
				if t[i].tag == stop && i-from > maxSentence/2 {
					end = true
				}
			} else {
				end = l.endsAfterQuote(t, i)
			}
		} else if t[i].tag == stop {
			end = l.endsSentence(t, i)
		}
		if end || i-from >= maxSentence {
			for i+1 < len(t) && t[i+1].glued && (t[i+1].tag == shut || t[i+1].tag == stop) {
				i++
			}
			out = append(out, sentence{from, i + 1})
			from = i + 1
		}
	}
	if from < len(t) {
		out = append(out, sentence{from, len(t)})
	}
	return out
}

func (l *language) endsSentence(t []token, i int) bool {
	if i+1 >= len(t) {
		return true
	}
	n := t[i+1]
	if n.tag == quoteMark && n.glued {
		return false // judged at the mark
	}
	if n.glued && n.tag != shut {
		return false
	}
	if l.caseless {
		return true
	}
	return n.upper || n.tag == quoteMark || n.tag == num || n.tag == open || n.tag == shut || t[i].low != "."
}

// endsAfterQuote reports whether the closing mark at i ends a sentence: there is
// an end mark before it, and what follows begins anew and names no speaker.
func (l *language) endsAfterQuote(t []token, i int) bool {
	if i == 0 || i+1 >= len(t) {
		return true
	}
	if t[i+1].tag == stop {
		return false
	}
	p := t[i-1]
	if p.tag != stop && p.low != "..." && p.low != "…" {
		return false
	}
	n := t[i+1]
	if !l.caseless && !n.upper && n.tag != quoteMark && n.tag != num && n.tag != open {
		return false
	}
	return p.low == "." || !l.cueFollows(t, i+1)
}

// cueFollows reports whether the words from i on are a speaker and a verb of
// saying, in either order: the sentence then goes on.
func (l *language) cueFollows(t []token, i int) bool {
	for j := i; j < min(i+7, len(t)); j++ {
		switch t[j].tag {
		case noun, name, num, adj, det, poss, pron, adv, time, have:
			continue
		case verbFinite, verbBase, verbParticiple:
			v := t[j].verb
			if v == nil || v.frames&(quoted|addressed) == 0 {
				return false
			}
			if j == i || j+1 == len(t) {
				return true
			}
			switch t[j+1].tag {
			case that, colon, quoteMark, wh, to:
				return false
			}
			return t[j+1].tag != comma || j+2 < len(t) && t[j+2].tag != quoteMark
		}
		return false
	}
	return false
}
