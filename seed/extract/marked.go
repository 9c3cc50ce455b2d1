package extract

// Languages that open reported speech with a word of its own or a colon: "X said
// that", with the verb after its subject and adverbials (Persian) or before them
// (Arabic). Which it is, and the words, are in lang.

// cueAt returns how many items from i on are a phrase of the list, 0 for none.
func cueAt(list map[string][][]string, x []item, i int) int {
	best := 0
	for _, words := range list[x[i].low] {
		if len(words) <= best || i+len(words) > len(x) {
			continue
		}
		match := true
		for k, w := range words {
			match = match && x[i+k].low == w
		}
		if match {
			best = len(words)
		}
	}
	return best
}

// marked finds what a sentence reports.
func (p *paragraph) marked(x []item, si int) {
	start := 0
	for i := range x {
		if n := cueAt(p.l.according, x, i); n > 0 {
			if end := p.markedAccording(x, i, n, si); end > 0 {
				return
			}
		}
		n := cueAt(p.l.cues, x, i)
		if n == 0 {
			continue
		}
		f := finding{cue: tokens(x, i, i+n), mode: Indirect, rule: "marked", sentence: si}
		var from int
		if p.l.verbFirst {
			from = p.markedAfter(x, i+n, &f)
		} else {
			f.source = p.markedBefore(x, start, i)
			from = i + n
		}
		p.markedContent(x, from, i, &f)
		if len(f.parts) > 0 {
			p.found = append(p.found, f)
			return
		}
		start = i + n
	}
}

// markedContent takes what follows the verb, or the quotation before it.
func (p *paragraph) markedContent(x []item, from, cue int, f *finding) {
	for from < len(x) && (x[from].tag == that || x[from].tag == colon || x[from].tag == comma) {
		from++
	}
	switch {
	case from < len(x) && x[from].tag == quote:
		f.mode, f.rule = Direct, "direct/marked"
		f.add(tokens(x, from, from+1))
	case from < len(x) && x[from].tag != stop:
		f.add(tokens(x, from, p.trimEnd(x, len(x))))
	default:
		for i := range cue {
			if x[i].tag == quote {
				f.mode, f.rule = Direct, "direct/marked"
				f.add(tokens(x, i, i+1))
				return
			}
		}
	}
}

// markedBefore finds the subject before the verb at v: the first phrase without
// a preposition.
func (p *paragraph) markedBefore(x []item, from, v int) [2]int {
	i := from
	for i < v {
		switch x[i].tag {
		case adv, conj, comma, quote, that:
			i++
			continue
		case prep, time:
			for i < v && x[i].tag != comma {
				i++
			}
			continue
		}
		break
	}
	end := i
	for end < v && x[end].tag != prep && x[end].tag != time && x[end].tag != comma && x[end].tag != adv && x[end].tag != quote {
		end++
	}
	return tokens(x, i, end)
}

// markedAfter finds the subject after the verb, and returns where the content
// may begin.
func (p *paragraph) markedAfter(x []item, i int, f *finding) int {
	from := i
	for i < len(x) && i-from < 30 && x[i].tag != that && x[i].tag != colon && x[i].tag != quote && x[i].tag != stop {
		i++
	}
	end := from
	for end < i && x[end].tag != prep && x[end].tag != time && x[end].tag != comma && x[end].tag != adv {
		end++
	}
	f.source = tokens(x, from, end)
	if i >= len(x) || x[i].tag == stop || i-from >= 30 {
		return len(x) // nothing marks a content
	}
	return i
}

// markedAccording takes "به گفته X، …": the source to the comma, the content after it.
func (p *paragraph) markedAccording(x []item, i, n, si int) int {
	end := i + n
	for end < len(x) && x[end].tag != comma && x[end].tag != stop && end-i < 20 {
		end++
	}
	f := finding{cue: tokens(x, i, i+n), source: tokens(x, i+n, end), mode: Indirect, rule: "according/marked", sentence: si}
	f.add(tokens(x, 0, i))
	if end < len(x) && x[end].tag == comma {
		f.add(tokens(x, end+1, p.trimEnd(x, len(x))))
	}
	if len(f.parts) == 0 || f.source[0] >= f.source[1] {
		return 0
	}
	p.found = append(p.found, f)
	return end
}
