package analyse

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/graph/vocab"
)

// speakers are those who said each statement, and hold each stance.
func (c *collector) speakers() map[int32][]int32 {
	by := make(map[int32][]int32)
	for _, s := range c.said {
		if s.kind == vocab.Said || s.kind == vocab.Holds {
			by[s.to] = append(by[s.to], s.from)
		}
	}
	return by
}

// repeated are the claims that most statements express, whatever they say of them.
func (c *collector) repeated(most int) (out []Repeated) {
	by := c.speakers()
	statements, who := make(map[int32]int), make(map[int32]map[int32]bool)
	for _, s := range c.said {
		if s.kind != vocab.Expresses {
			continue
		}
		statements[s.to]++
		if who[s.to] == nil {
			who[s.to] = make(map[int32]bool)
		}
		for _, speaker := range by[s.from] {
			who[s.to][speaker] = true
		}
	}
	claims := slices.Sorted(maps.Keys(statements))
	for _, i := range greatest(len(claims), most, func(i int) float64 { return float64(statements[claims[i]]) }) {
		if claim := claims[i]; statements[claim] > 1 {
			out = append(out, Repeated{c.nodes[claim].named(), statements[claim], len(who[claim])})
		}
	}
	return out
}

// sides are who is for something and who is against it.
type sides struct{ pro, contra map[int32]bool }

func (s *sides) add(pro bool, who []int32) {
	if s.pro == nil {
		s.pro, s.contra = make(map[int32]bool), make(map[int32]bool)
	}
	for _, speaker := range who {
		if pro {
			s.pro[speaker] = true
		} else {
			s.contra[speaker] = true
		}
	}
}

// apart are the sides without who takes both.
func (s *sides) apart() sides {
	out := sides{maps.Clone(s.pro), maps.Clone(s.contra)}
	maps.DeleteFunc(out.pro, func(speaker int32, _ bool) bool { return s.contra[speaker] })
	maps.DeleteFunc(out.contra, func(speaker int32, _ bool) bool { return s.pro[speaker] })
	return out
}

// disagreeing are the speakers who disagree with others on most subjects: one asserts
// a claim that another denies, or claims that contradict each other, or one is for
// something that another is against. Who takes both sides disagrees with nobody by
// that. What is conditional, mixed or asked counts for neither side.
func (c *collector) disagreeing(most int) (out []Disagreeing) {
	by := c.speakers()
	on := make(map[int32]*sides)
	take := func(subject int32, pro bool, who []int32) {
		if on[subject] == nil {
			on[subject] = new(sides)
		}
		on[subject].add(pro, who)
	}
	for _, s := range c.said {
		switch {
		case s.kind == vocab.Expresses && s.word == "ASSERTS", s.kind == vocab.Toward && c.views[s.from] == "SUPPORTS":
			take(s.to, true, by[s.from])
		case s.kind == vocab.Expresses && s.word == "DENIES", s.kind == vocab.Toward && c.views[s.from] == "OPPOSES":
			take(s.to, false, by[s.from])
		}
	}
	var all []sides
	for _, subject := range slices.Sorted(maps.Keys(on)) {
		all = append(all, on[subject].apart())
	}
	for _, s := range c.said {
		if a, b := on[s.from], on[s.to]; s.kind == vocab.Contradicts && a != nil && b != nil {
			all = append(all, (&sides{a.pro, b.pro}).apart())
		}
	}
	subjects := make(map[int32]int)
	for _, s := range all {
		for speaker := range s.pro {
			if len(s.contra) > 0 {
				subjects[speaker]++
			}
		}
		for speaker := range s.contra {
			if len(s.pro) > 0 {
				subjects[speaker]++
			}
		}
	}
	speakers := slices.Sorted(maps.Keys(subjects))
	for _, i := range greatest(len(speakers), most, func(i int) float64 { return float64(subjects[speakers[i]]) }) {
		speaker := speakers[i]
		others := make(map[int32]bool)
		for _, s := range all {
			switch {
			case s.pro[speaker]:
				maps.Copy(others, s.contra)
			case s.contra[speaker]:
				maps.Copy(others, s.pro)
			}
		}
		out = append(out, Disagreeing{c.nodes[speaker].named(), subjects[speaker], len(others)})
	}
	return out
}
