package pages

import (
	"strings"
	"unicode/utf8"
)

// Heading is a node in one line, for where nothing else of it is shown.
func (n *Node) Heading() string {
	switch n.Kind {
	case "STATEMENT":
		return statementTitle(n)
	case "REVIEW":
		s := n.Label
		if n.Reviewer != nil {
			s = n.Reviewer.Label + ": " + s
		}
		return s
	case "STANCE":
		if n.Holder != nil && n.Target != nil {
			return n.Holder.Label + " " + polarityWords[n.Polarity] + " " + n.Target.Label
		}
	}
	return n.Label
}

// Voice is whose the node is: who said, held or gave it.
func (n *Node) Voice() *Node {
	for _, who := range []*Node{n.Speaker, n.Holder, n.Reviewer} {
		if who != nil {
			return who
		}
	}
	return nil
}

// At is the node's place in time; nil where it has none.
func (n *Node) At() *Date {
	for _, d := range []*Date{n.Said, n.When, n.Date, n.PublishedOn()} {
		if d != nil {
			return d
		}
	}
	return nil
}

// Standfirst is what a node is and where it stands, in a sentence or two.
func (n *Node) Standfirst() string {
	var parts []string
	switch n.Kind {
	case "STATEMENT":
		parts = append(parts, modeWords[n.Mode])
	case "CLAIM":
		return claimSummary(n) + "."
	case "EVENT":
		parts = append(parts, "Event, "+actualityWords[n.Actuality])
	default:
		parts = append(parts, capital(kindWords[n.Kind][0]))
	}
	switch d := n.At(); {
	case d != nil:
		parts = append(parts, d.String())
	case n.Kind == "STATEMENT":
		parts = append(parts, dateless)
	}
	if n.Source != nil {
		in := "in " + n.Source.Label
		if n.Source.Publisher != nil {
			in += ", " + n.Source.Publisher.Label
		}
		parts = append(parts, in)
	}
	if n.Condition != "" {
		parts = append(parts, "on condition: "+n.Condition)
	}
	return strings.Join(parts, "; ") + "."
}

// Teaser is the page in a sentence or two, for those who share it.
func (m *Model) Teaser() string {
	s := m.Summary
	if m.Node != nil && m.Node.Kind == "STATEMENT" {
		s = m.Node.Standfirst()
	}
	if utf8.RuneCountInString(s) > 280 {
		s = runes(s, 0, 280) + "…"
	}
	return s
}
