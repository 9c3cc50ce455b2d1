package extract

import (
	"strconv"
	"strings"
)

// A tally is how many findings of one kind there were in development data, and
// how many of them were right: content and source both.
type tally struct{ n, right int }

// shrink is how many findings of the more general kind a special one is mixed
// with, so that a kind seen five times is not believed.
const shrink = 10

// kinds returns the kinds of a finding, from the general to the special: its
// rule, who the source is, and what the verb reports.
func (p *paragraph) kinds(f *finding) []string {
	rule := f.rule
	source := "none"
	if r := f.source; r[0] < r[1] {
		source = "phrase"
		names := true
		for _, k := range p.t[r[0]:r[1]] {
			names = names && (k.tag == name || k.tag == noun && k.upper)
		}
		switch first := p.t[r[0]].tag; {
		case names:
			source = "name"
		case r[1]-r[0] == 1 && first == pron:
			source = "pronoun"
		case r[1]-r[0] == 1 && (first == rel || first == that):
			source = "relative"
		case r[1]-r[0] == 1 && first == poss:
			source = "possessive"
		case r[1]-r[0] > 12:
			source = "long"
		}
	} else if !f.carried.Empty() {
		source = "carried"
	}
	verb := "no-verb"
	if f.verb != nil {
		switch {
		case f.verb.frames&nominal == 0 && f.verb.frames&quoted != 0:
			verb = "speech"
		case f.verb.frames&quoted != 0:
			verb = "speech-act"
		case f.verb.frames&mental != 0:
			verb = "thought"
		default:
			verb = "act"
		}
	}
	if f.mode == Direct && len(f.parts) > 1 {
		verb += "-parts"
	}
	return []string{rule, rule + " " + source, rule + " " + source + " " + verb}
}

// confidence is the share of right findings among those of the same kind.
func (l *language) confidence(kinds []string) float64 {
	best := .5
	if all, ok := l.tallies["*"]; ok && all.n > 0 {
		best = float64(all.right) / float64(all.n)
	}
	for _, k := range kinds {
		if t, ok := l.tallies[k]; ok {
			best = (float64(t.right) + shrink*best) / float64(t.n+shrink)
		}
	}
	return float64(int(best*1000+.5)) / 1000
}

// loadTallies reads lang/CODE/confidence.txt: kind, tab, number, right.
func (l *language) loadTallies() {
	l.tallies = map[string]tally{}
	data, err := files.ReadFile("lang/" + l.code + "/confidence.txt")
	if err != nil {
		return // nothing was measured: every finding has the same confidence
	}
	for line := range strings.Lines(string(data)) {
		kind, counts, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		a, b, _ := strings.Cut(counts, " ")
		n, _ := strconv.Atoi(a)
		right, _ := strconv.Atoi(b)
		l.tallies[kind] = tally{n, right}
	}
}
