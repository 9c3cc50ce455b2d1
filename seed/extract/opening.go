package extract

// opening finds who speaks in a paragraph that says so before a colon: a
// headline, "Lee: harbour is safe", or a line of a transcript, "LEE: It is safe."
// It reports whether the whole paragraph is that.
func (p *paragraph) opening() bool {
	c := 0
	for c < len(p.t) && c < 8 && p.t[c].tag != colon {
		c++
	}
	if c == 0 || c+2 >= len(p.t) || p.t[c].tag != colon || !p.t[0].upper || p.t[c+1].tag == quoteMark {
		return false
	}
	source := c
	capitals := true
	for i, k := range p.t[:c] {
		switch k.tag {
		case name, noun, adj, poss, det, num:
		case prep:
			source = min(source, i) // "Lee on Holm: …"
		default:
			return false
		}
		capitals = capitals && k.caps && len(k.low) > 2
	}
	if source == 0 {
		return false
	}
	f := finding{source: [2]int{0, source}, cue: [2]int{c, c + 1}, rule: "opening/transcript", mode: Direct}
	switch {
	case capitals && c <= 4:
	case p.first && len(p.t) <= 30:
		f.rule, f.mode = "opening/headline", Headline
	default:
		return false
	}
	f.add([2]int{c + 1, len(p.t)})
	p.found = append(p.found, f)
	return true
}
