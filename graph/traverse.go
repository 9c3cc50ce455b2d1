package graph

import (
	"context"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Limits of a walk.
const (
	MaxDepth     = 6
	MaxSubgraph  = 2_000
	maxPathSteps = 200_000
)

// Subgraph is a part of the graph: nodes, and the edges among them.
type Subgraph struct {
	Nodes     []*Node
	Edges     []*Edge
	Truncated bool // there was more than the limit
}

// Neighborhood returns the nodes within depth steps of the given ones, nearest
// first, at most limit of them, and every edge among them. A step follows edges
// of the kinds (all if none), in both directions.
func (v *View) Neighborhood(ctx context.Context, of []Ref, depth int, kinds []vocab.EdgeKind, which Statuses, limit int) (*Subgraph, error) {
	w := &walk{v: v, which: which, ways: waysOf(kinds)}
	g := &Subgraph{}
	seen := make(map[Ref]bool)
	var order []Ref
	for _, r := range of {
		if !seen[r] {
			seen[r], order = true, append(order, r)
		}
	}
	edges := make(map[Ref]Link)
	level := order
	for step := 0; step < depth && len(level) > 0; step++ {
		var next []Ref
		for l, err := range w.links(ctx, level, limit) {
			if err != nil {
				return nil, err
			}
			if !seen[l.Other] {
				if len(order) >= limit {
					g.Truncated = true
					continue
				}
				seen[l.Other] = true
				order, next = append(order, l.Other), append(next, l.Other)
			}
			edges[l.Edge] = l
		}
		level = next
	}
	g.Truncated = g.Truncated || w.cut
	// The edges among the nodes of the last step are not met on the way.
	if depth > 0 && len(level) > 0 {
		for l, err := range w.links(ctx, level, limit) {
			if err != nil {
				return nil, err
			}
			if seen[l.Other] {
				edges[l.Edge] = l
			}
		}
	}
	return g, v.fill(ctx, g, order, edges)
}

// Neighbors returns what nodes are directly linked to, each once, at most limit.
func (v *View) Neighbors(ctx context.Context, of []Ref, which Statuses, limit int) ([]Ref, error) {
	w := &walk{v: v, which: which, ways: waysOf(nil)}
	var out []Ref
	for l, err := range w.links(ctx, of, limit) {
		if err != nil {
			return nil, err
		}
		out = append(out, l.Other)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(limit, len(out))], nil
}

// fill reads the nodes and edges of a subgraph.
func (v *View) fill(ctx context.Context, g *Subgraph, nodes []Ref, edges map[Ref]Link) (err error) {
	if g.Nodes, err = v.Nodes(ctx, nodes); err != nil {
		return err
	}
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n *Node) bool { return n == nil })
	refs := make([]Ref, 0, len(edges))
	for r := range edges {
		refs = append(refs, r)
	}
	slices.Sort(refs)
	g.Edges, err = v.Edges(ctx, refs)
	return err
}

func waysOf(kinds []vocab.EdgeKind) (ways []way) {
	for i := range vocab.Edges {
		if k := vocab.Edges[i].Kind; len(kinds) == 0 || slices.Contains(kinds, k) {
			ways = append(ways, wayOf(k, Out), wayOf(k, In))
		}
	}
	return ways
}

// walk follows links of many nodes at once.
type walk struct {
	v     *View
	which Statuses
	ways  []way
	cut   bool // a node had more links than were read
}

// links yields the links of a level of nodes, node after node, at most limit of
// each node or way: those of a hub are not read to their end.
func (w *walk) links(ctx context.Context, level []Ref, limit int) func(func(Link, error) bool) {
	return func(yield func(Link, error) bool) {
		var ranges []kv.Range
		if len(w.ways) == 2*len(vocab.Edges) {
			for _, r := range level {
				p := kv.Prefix(appendRef([]byte{keyLinks}, r))
				p.Limit = limit + 1
				ranges = append(ranges, p)
			}
		} else {
			for _, r := range level {
				for _, x := range w.ways {
					p := kv.Prefix(linksPrefix(r, x))
					p.Limit = limit + 1
					ranges = append(ranges, p)
				}
			}
		}
		if len(ranges) == 0 {
			return
		}
		read := make([]int, len(ranges))
		for f, err := range w.v.scan(ctx, ranges...) {
			if err != nil {
				yield(Link{}, err)
				return
			}
			if read[f.rng]++; read[f.rng] > limit {
				w.cut = true
				continue
			}
			l, err := newLink(f)
			if err != nil {
				yield(Link{}, err)
				return
			}
			if w.which.has(l.status) && !yield(l, nil) {
				return
			}
		}
	}
}

// Path returns a shortest path between two nodes, at most maxLength edges long,
// or nil if there is none. Of several it is the one through what was recorded
// first.
func (v *View) Path(ctx context.Context, from, to Ref, maxLength int, which Statuses) (*Subgraph, error) {
	return v.PathAlong(ctx, from, to, maxLength, Along{Which: which})
}

// Along says which way a path may take.
type Along struct {
	Kinds   []vocab.EdgeKind // along edges of these kinds; of all if none
	Without []vocab.NodeKind // not by way of nodes of these kinds
	Which   Statuses
}

// PathAlong is Path by the ways that are allowed.
func (v *View) PathAlong(ctx context.Context, from, to Ref, maxLength int, a Along) (*Subgraph, error) {
	if from == to {
		g := &Subgraph{}
		return g, v.fill(ctx, g, []Ref{from}, nil)
	}
	w := &walk{v: v, which: a.Which, ways: waysOf(a.Kinds)}
	// Two searches meet: each side keeps by which link it came to a node.
	came := [2]map[Ref]Link{{from: {}}, {to: {}}}
	level := [2][]Ref{{from}, {to}}
	for range maxLength {
		side := 0
		if len(level[1]) < len(level[0]) {
			side = 1
		}
		var next []Ref
		var meet Ref
		for l, err := range w.links(ctx, level[side], MaxSubgraph) {
			if err != nil {
				return nil, err
			}
			if _, ok := came[side][l.Other]; ok {
				continue
			}
			_, ok := came[1-side][l.Other]
			if !ok && slices.Contains(a.Without, l.OtherKind) {
				continue
			}
			came[side][l.Other] = l
			next = append(next, l.Other)
			if ok && (meet == 0 || l.Other < meet) {
				meet = l.Other
			}
		}
		if meet != 0 {
			return v.joined(ctx, came, meet, from, to)
		}
		if len(next) == 0 {
			return nil, nil
		}
		if len(came[0])+len(came[1]) > maxPathSteps {
			return nil, errorf(TooLarge, "path", "", "more than %d nodes lie within reach; give a smaller maxLength", maxPathSteps)
		}
		level[side] = next
	}
	return nil, nil
}

func (v *View) joined(ctx context.Context, came [2]map[Ref]Link, meet, from, to Ref) (*Subgraph, error) {
	edges := make(map[Ref]Link)
	nodes := []Ref{meet}
	for at := meet; at != from; {
		l := came[0][at]
		edges[l.Edge] = l
		at = l.Of
		nodes = append(nodes, at)
	}
	slices.Reverse(nodes)
	for at := meet; at != to; {
		l := came[1][at]
		edges[l.Edge] = l
		at = l.Of
		nodes = append(nodes, at)
	}
	g := &Subgraph{}
	return g, v.fill(ctx, g, nodes, edges)
}
