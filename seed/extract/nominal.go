package extract

// nominals finds contents that a noun announces: "his claim that", "the
// senator's support for", "expressed confidence that".
func (p *paragraph) nominals(x []item, si int) {
	for n := 1; n+1 < len(x); n++ {
		what := p.l.nouns[x[n].low]
		if what == nil || x[n].tag != noun {
			continue
		}
		kind := ""
		from := n + 1
		switch k := x[n+1]; {
		case k.tag == that && what["c"] && p.clauseFollows(x, n+2):
			kind = "that"
		case k.tag == to && what["i"]:
			kind = "infinitive"
		case (k.tag == prep || k.tag == to) && what[k.low]:
			kind, from = "prep", n+2
		case k.tag == colon && what["c"]:
			continue
		default:
			continue
		}
		if from >= len(x) {
			continue
		}
		src, how := p.possessor(x, n)
		if how == "possessive" && src.from > 0 && isCue(x[src.from-1]) {
			// "repeated his claim": who repeats is named, more often than not
			if s, ok := p.carrier(x, src.from); ok != "" && x[s.from].tag != rel {
				src, how = s, ok
			}
		}
		if how == "" {
			src, how = p.carrier(x, n)
		}
		if how == "" {
			if kind != "that" {
				continue
			}
			how = "none"
		}
		to := p.clauseEnd(x, from, n, map[bool]string{true: "clause", false: "nominal"}[kind == "that"])
		if kind != "that" && !p.clauseBefore(x, n) {
			// the noun is a subject: "his refusal to sign was seen as weak"
			for i := from + 1; i < to; i++ {
				if isFinite(x[i]) && x[i-1].tag != rel && x[i-1].tag != that && x[i-1].tag != wh && x[i-1].tag != pron {
					to = i
				}
			}
		}
		if to <= from {
			continue
		}
		p.found = append(p.found, finding{parts: [][2]int{tokens(x, from, to)}, source: tokens(x, src.from, src.to), cue: tokens(x, n, from), mode: Indirect, rule: "noun/" + kind + "/" + how, sentence: si})
	}
}

// adjectives finds attitudes told by an adjective: "is confident that", "made
// clear that", "was upset about".
func (p *paragraph) adjectives(x []item, si int) {
	for a := 1; a+1 < len(x); a++ {
		what := p.l.adjectives[x[a].low]
		if what == nil {
			continue
		}
		kind, from := "", a+1
		switch k := x[a+1]; {
		case what["c"] && k.tag == that, what["c"] && (k.tag == pron || k.tag == det || k.tag == name) && p.bareClause(x, a+1):
			kind = "that"
		case what["w"] && k.tag == wh:
			kind = "wh"
		case what["i"] && k.tag == to:
			kind = "infinitive"
		case what[k.low] && k.tag == prep && a+2 < len(x):
			kind, from = "prep", a+2
		default:
			continue
		}
		v := a - 1
		for v >= 0 && (x[v].tag == adv || x[v].tag == neg || x[v].low == "it") {
			v--
		}
		if v < 0 {
			continue
		}
		var s subject
		switch {
		case x[v].tag == be:
			s = p.subjectBefore(x, groupStart(x, v), 0)
		case x[v].verb != nil && x[v].tag != noun && p.l.linking[x[v].verb.lemma]:
			s = p.subjectOf(x, v)
		default:
			continue
		}
		if !s.found() || x[s.from].low == "it" || x[s.from].low == "that" {
			continue
		}
		to := p.clauseEnd(x, from, v, map[bool]string{true: "clause", false: "nominal"}[kind == "that"])
		if to <= from {
			continue
		}
		p.found = append(p.found, finding{parts: [][2]int{tokens(x, from, to)}, source: tokens(x, s.from, s.to), cue: tokens(x, groupStart(x, v), from), mode: Indirect, rule: "adjective/" + kind, sentence: si})
	}
}

// possessor finds whose claim it is: "the senator's claim", "his claim".
func (p *paragraph) possessor(x []item, n int) (subject, string) {
	i := n - 1
	for i >= 0 && (x[i].tag == adj || x[i].tag == noun || x[i].tag == verbParticiple || x[i].tag == num || x[i].tag == verbGerund || x[i].tag == time) {
		i--
	}
	if i < 0 || x[i].tag != poss {
		return subject{}, ""
	}
	if x[i].low != "'s" && x[i].low != "'" && x[i].low != "’" {
		return subject{i, i + 1, false, false, "possessive"}, "possessive"
	}
	if i == 0 {
		return subject{}, ""
	}
	return subject{p.phraseStart(x, i-1), i, false, false, "genitive"}, "genitive"
}

// carrier finds who "made the claim": the subject of a verb that has the noun for its object.
func (p *paragraph) carrier(x []item, n int) (subject, string) {
	i := n - 1
	for i >= 0 && (x[i].tag == adj || x[i].tag == noun || x[i].tag == det || x[i].tag == num || x[i].tag == verbParticiple || x[i].tag == adv) {
		i--
	}
	if i < 0 {
		return subject{}, ""
	}
	ok := x[i].tag == have || x[i].verb != nil && p.l.carriers[x[i].verb.lemma] && x[i].tag != noun
	if !ok {
		return subject{}, ""
	}
	var s subject
	if x[i].tag == have {
		s = p.subjectBefore(x, groupStart(x, i), 0)
	} else {
		s = p.subjectOf(x, i)
	}
	if !s.found() {
		return subject{}, ""
	}
	return s, "carrier"
}
