package graph

import (
	"bytes"
	"context"
	"slices"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// inTimeline lists the kinds of nodes that a timeline is made of.
var inTimeline = []vocab.NodeKind{vocab.Statement, vocab.Event, vocab.Review, vocab.Stance}

// Timeline returns what bears on a node, in the order of time: the statements,
// events, reviews and stances that it is linked to in any way, each once. What
// is not dated comes last, as it was recorded; a time range leaves out what is
// not certainly within it. What bears on others that are judged to be the same
// (see Identity) is among it where they are given.
func (v *View) Timeline(ctx context.Context, of *Node, which Statuses, within edtf.Interval, same ...Ref) *List {
	all := append([]Ref{of.Ref}, slices.DeleteFunc(same, func(r Ref) bool { return r == of.Ref })...)
	l := &List{name: "timeline " + of.ID.String()}
	var few []Way
	for i := range vocab.Edges {
		e := &vocab.Edges[i]
		for _, d := range []Direction{Out, In} {
			here, there := e.From, e.To
			if d == In {
				here, there = e.To, e.From
			}
			if !slices.Contains(here, of.Kind) || !slices.ContainsFunc(there, func(k vocab.NodeKind) bool { return slices.Contains(inTimeline, k) }) {
				continue
			}
			if w := wayOf(e.Kind, d); w.decl().InTime {
				for _, r := range all {
					l.prefixes = append(l.prefixes, linksPrefix(r, w))
				}
			} else {
				few = append(few, Way{e.Kind, d})
			}
		}
	}
	keep := func(it *Item) bool {
		return which.has(it.Link.status) && slices.Contains(inTimeline, it.Link.OtherKind)
	}
	l.read = func(f found, _ int) (Item, error) {
		link, err := newLink(f)
		return timelineItem(link), err
	}
	l.keep = keep
	if len(few) > 0 {
		l.short = func(ctx context.Context) ([]Item, error) { return v.fewInTime(ctx, all, which, few) }
	}
	return l.Within(within)
}

func timelineItem(link Link) Item {
	return Item{Ref: link.Other, Link: &link, date: link.date, pos: appendRef(bytes.Clone(link.date[:]), link.Other)}
}

// fewInTime reads links that are not kept in time and sorts them.
func (v *View) fewInTime(ctx context.Context, of []Ref, which Statuses, ways []Way) ([]Item, error) {
	each, err := v.Links(ctx, of, which, ways...)
	if err != nil {
		return nil, err
	}
	links := slices.Concat(each...)
	refs := make([]Ref, len(links))
	for i, l := range links {
		refs[i] = l.Other
	}
	nodes, err := v.Nodes(ctx, refs)
	if err != nil {
		return nil, err
	}
	var items []Item
	for i, link := range links {
		link.date = undated
		if w, ok := nodes[i].When(); ok {
			link.date = dateKey(w)
		}
		items = append(items, timelineItem(link))
	}
	slices.SortStableFunc(items, func(a, b Item) int { return bytes.Compare(a.pos, b.pos) })
	return slices.CompactFunc(items, func(a, b Item) bool { return bytes.Equal(a.pos, b.pos) }), nil
}

// When returns the node's place in time, and whether its kind has one.
func (n *Node) When() (edtf.When, bool) {
	if n == nil || n.Kind.Node().When == "" {
		return edtf.When{}, false
	}
	w, ok := n.Props[n.Kind.Node().When].(edtf.When)
	return w, ok
}

// Text returns a property's text, or "".
func (n *Node) Text(name string) string {
	s, _ := n.Props[name].(string)
	return s
}

// Text returns a property's text, or "".
func (e *Edge) Text(name string) string {
	s, _ := e.Props[name].(string)
	return s
}

// Spans returns a property's spans.
func (e *Edge) Spans(name string) []Span {
	s, _ := e.Props[name].([]Span)
	return s
}

// Label is what a person would call the node, at most a line long. A stance has
// no words of its own: see its holder and target.
func (n *Node) Label() string {
	if n.Redacted {
		return "redacted " + n.Kind.Node().Type
	}
	for _, name := range n.Kind.Node().Label {
		if names := namesIn(n.Props[name]); len(names) > 0 && names[0] != "" {
			return cut(names[0], 120)
		}
	}
	return n.Kind.Node().Type
}

// cut shortens s to n code points, with an ellipsis, at a space where there is one.
func cut(s string, n int) string {
	points, space, end := 0, 0, -1
	for i, r := range s {
		if points == n {
			end = i
			break
		}
		if r == ' ' && points > n*2/3 {
			space = i
		}
		points++
	}
	switch {
	case end < 0:
		return s
	case space > 0:
		end = space
	}
	return s[:end] + "…"
}
