package candidate

import (
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/seed/extract"
)

// A Policy says which findings stand without a person's looking at each. The zero
// Policy accepts none.
type Policy struct {
	least map[extract.Mode]float64
	text  string
}

// ParsePolicy reads a policy such as "direct>=0.95" or "direct>=0.95,partial>=0.9".
func ParsePolicy(s string) (Policy, error) {
	p := Policy{least: make(map[extract.Mode]float64)}
	var parts []string
	for part := range strings.SplitSeq(s, ",") {
		name, least, ok := strings.Cut(strings.TrimSpace(part), ">=")
		mode := extract.Mode(strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(name), "-", "_")))
		n, err := strconv.ParseFloat(strings.TrimSpace(least), 64)
		switch {
		case !ok || err != nil || !(n > 0 && n <= 1):
			return Policy{}, graph.Invalidf("policy %q: want a mode and the least confidence, as direct>=0.95, parted by commas", s)
		case !isMode(mode):
			return Policy{}, graph.Invalidf("policy %q: %q is no mode; there are direct, partial, indirect, speech_act, headline", s, name)
		case p.least[mode] > 0:
			return Policy{}, graph.Invalidf("policy %q: %s is named twice", s, strings.ToLower(string(mode)))
		}
		p.least[mode] = n
		parts = append(parts, strings.ToLower(string(mode))+">="+strconv.FormatFloat(n, 'f', -1, 64))
	}
	p.text = strings.Join(parts, ",")
	return p, nil
}

func isMode(m extract.Mode) bool {
	switch m {
	case extract.Direct, extract.Partial, extract.Indirect, extract.SpeechAct, extract.Headline:
		return true
	}
	return false
}

// String is the policy as [ParsePolicy] reads it; "" if it accepts nothing.
func (p Policy) String() string { return p.text }

// Accepts reports whether a finding of so much confidence stands.
func (p Policy) Accepts(mode extract.Mode, confidence float64) bool {
	least, ok := p.least[mode]
	return ok && confidence >= least
}
