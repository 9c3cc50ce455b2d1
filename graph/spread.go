package graph

import (
	"context"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Spread bounds a walk node by node, so that what has very many links does not
// fill the picture.
type Spread struct {
	Depth   int              // steps
	Each    int              // new nodes that each node brings, at most
	Limit   int              // nodes in all, at most
	Kinds   []vocab.EdgeKind // along edges of these kinds; of all if none
	Without []vocab.NodeKind // nodes of these kinds are neither met nor passed
	Which   Statuses
}

// beyond is how many links of a kind are read beyond those that are wanted, for
// those that lead to nodes which are there already.
const beyond = 100

// Spread returns what lies around nodes, nearest first, and the edges among it.
// Each node brings at most s.Each others, taken in turn from its kinds of edges,
// so that a speaker's many statements leave room for a stance; one that is given
// n times brings n times as many.
func (v *View) Spread(ctx context.Context, of []Ref, s Spread) (*Subgraph, error) {
	w := &spread{Spread: s, v: v, kinds: make(map[Ref]vocab.NodeKind), edges: make(map[Ref]Link)}
	room := make(map[Ref]int)
	for _, r := range of {
		if room[r] += s.Each; room[r] == s.Each {
			w.order = append(w.order, r)
		}
	}
	given, err := v.Nodes(ctx, w.order)
	if err != nil {
		return nil, err
	}
	for _, n := range given {
		if n != nil {
			w.kinds[n.Ref] = n.Kind
		}
	}
	level := w.order
	for step := 0; step < s.Depth && len(level) > 0; step++ {
		if level, err = w.step(ctx, level, room); err != nil {
			return nil, err
		}
		clear(room)
	}
	if err := w.among(ctx); err != nil {
		return nil, err
	}
	g := &Subgraph{Truncated: w.cut}
	return g, v.fill(ctx, g, w.order, w.edges)
}

type spread struct {
	Spread
	v     *View
	order []Ref
	kinds map[Ref]vocab.NodeKind // of the nodes in order
	edges map[Ref]Link
	cut   bool
}

// step meets the nodes around those of a level, and returns the new ones. room
// is how many a node brings where that is not Each.
func (w *spread) step(ctx context.Context, level []Ref, room map[Ref]int) (next []Ref, err error) {
	brings := func(r Ref) int {
		if n, ok := room[r]; ok {
			return n
		}
		return w.Each
	}
	near := make([][][]Link, len(level)) // by node and way
	var ranges []kv.Range
	var at [][2]int
	for i, r := range level {
		for _, x := range w.waysOf(w.kinds[r]) {
			p := kv.Prefix(linksPrefix(r, x))
			p.Limit = brings(r) + beyond
			ranges, at = append(ranges, p), append(at, [2]int{i, len(near[i])})
			near[i] = append(near[i], nil)
		}
	}
	if len(ranges) == 0 {
		return nil, nil
	}
	for f, err := range w.v.scan(ctx, ranges...) {
		if err != nil {
			return nil, err
		}
		l, err := newLink(f)
		if err != nil {
			return nil, err
		}
		if w.Which.has(l.status) && !slices.Contains(w.Without, l.OtherKind) {
			i, j := at[f.rng][0], at[f.rng][1]
			near[i][j] = append(near[i][j], l)
		}
	}
	for i, r := range level {
		left := brings(r)
		for _, l := range inTurn(near[i]) {
			if _, ok := w.kinds[l.Other]; ok {
				if _, given := room[l.Other]; given && left > 0 {
					left-- // it would have brought it
				}
			} else {
				if left == 0 || len(w.order) >= w.Limit {
					w.cut = true
					continue
				}
				left--
				w.kinds[l.Other] = l.OtherKind
				w.order, next = append(w.order, l.Other), append(next, l.Other)
			}
			w.edges[l.Edge] = l
		}
	}
	return next, nil
}

// waysOf are the ways that lead from a node of a kind to what is not left out.
func (w *spread) waysOf(k vocab.NodeKind) (out []way) {
	left := func(kinds []vocab.NodeKind) bool {
		return slices.ContainsFunc(kinds, func(k vocab.NodeKind) bool { return !slices.Contains(w.Without, k) })
	}
	for i := range vocab.Edges {
		e := &vocab.Edges[i]
		if len(w.Kinds) > 0 && !slices.Contains(w.Kinds, e.Kind) {
			continue
		}
		if slices.Contains(e.From, k) && left(e.To) {
			out = append(out, wayOf(e.Kind, Out))
		}
		if slices.Contains(e.To, k) && left(e.From) {
			out = append(out, wayOf(e.Kind, In))
		}
	}
	return out
}

// inTurn takes one of each list after the other, until all are taken.
func inTurn(lists [][]Link) (out []Link) {
	for i, more := 0, true; more; i++ {
		more = false
		for _, l := range lists {
			if i < len(l) {
				out, more = append(out, l[i]), true
			}
		}
	}
	return out
}

// among finds the edges between the nodes that were met. A node with very many
// links is not read to their end: its edges are found from the other ends.
func (w *spread) among(ctx context.Context) error {
	x := &walk{v: w.v, which: w.Which, ways: waysOf(nil)}
	for l, err := range x.links(ctx, w.order, w.Limit) {
		if err != nil {
			return err
		}
		if _, met := w.kinds[l.Other]; met && (len(w.Kinds) == 0 || slices.Contains(w.Kinds, l.Kind)) {
			w.edges[l.Edge] = l
		}
	}
	return nil
}
