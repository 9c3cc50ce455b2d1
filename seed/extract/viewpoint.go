package extract

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
