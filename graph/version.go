package graph

import (
	"context"
	"slices"

	"github.com/onrecord/onrecord/graph/vocab"
)

// Version names what a revision made of a node or an edge.
type Version struct {
	Ref Ref
	Seq uint64
}

// Thing is a node or an edge as a revision left it. Both are nil where the
// revision did not change it.
type Thing struct {
	Node *Node
	Edge *Edge
	View *View // the record as of then
}

// Things returns nodes and edges as revisions made them, each with a view of the
// record as of then. The views live as long as v.
func (v *View) Things(ctx context.Context, which []Version) ([]Thing, error) {
	if len(which) == 0 {
		return nil, nil
	}
	keys := make([][]byte, 0, 2*len(which))
	for _, x := range which {
		keys = append(keys, entityKey(x.Ref), historyKey(entityKey(x.Ref), x.Seq))
	}
	values, err := v.GetMulti(ctx, keys)
	if err != nil {
		return nil, stored("read", err)
	}
	views := make(map[uint64]*View)
	out := make([]Thing, len(which))
	edges := make([]*entity, len(which))
	ends := make([]Ref, 2*len(which)) // 0 where there is no edge
	for i, x := range which {
		if views[x.Seq] == nil {
			views[x.Seq] = &View{rec: v.rec, snap: v.snap, now: v.now}
			views[x.Seq].reset(Head{Seq: x.Seq})
		}
		out[i].View = views[x.Seq]
		for j, b := range values[2*i : 2*i+2] {
			if b == nil {
				continue
			}
			c, err := parseCell(keys[2*i+j], b)
			if err != nil {
				return nil, err
			}
			if c.since != x.Seq {
				continue
			}
			e, err := parseEntity(x.Ref, &c)
			if err != nil {
				return nil, err
			}
			if e.edge {
				edges[i], ends[2*i], ends[2*i+1] = e, e.from, e.to
			} else if out[i].Node, err = e.node(); err != nil {
				return nil, err
			}
		}
	}
	nodes, err := v.Nodes(ctx, ends) // for their ids, which never change
	if err != nil {
		return nil, err
	}
	for i, e := range edges {
		if e == nil {
			continue
		}
		from, to := nodes[2*i], nodes[2*i+1]
		if from == nil || to == nil {
			return nil, corrupt(entityKey(e.ref), "an edge to nothing")
		}
		if out[i].Edge, err = e.asEdge(from, to); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// AsLeftBy returns the record as a revision left it, without reading anything.
// The revision is not newer than v. Like [View.AsOf]'s, the view needs no
// closing and lives as long as v.
func (v *View) AsLeftBy(l *Logged) *View {
	old := &View{rec: v.rec, snap: v.snap, now: v.now}
	old.reset(Head{Seq: l.Seq, Time: l.Time, Chain: l.Chain})
	return old
}

// FirstNode returns the first node that a revision changed, as the view has it;
// of one of the kinds, if any are given. It is nil where there is none.
func (v *View) FirstNode(ctx context.Context, l *Logged, kinds ...vocab.NodeKind) (*Node, error) {
	const some = 64
	refs := make([]Ref, 0, min(some, len(l.Changes)))
	for i, c := range l.Changes {
		if c.Op != PutEdge {
			refs = append(refs, c.Ref)
		}
		if len(refs) < some && i < len(l.Changes)-1 {
			continue
		}
		nodes, err := v.Nodes(ctx, refs)
		if err != nil {
			return nil, err
		}
		for _, n := range nodes {
			if n != nil && (len(kinds) == 0 || slices.Contains(kinds, n.Kind)) {
				return n, nil
			}
		}
		refs = refs[:0]
	}
	return nil, nil
}

// asEdge reads an edge between two nodes.
func (e *entity) asEdge(from, to *Node) (*Edge, error) {
	g := &Edge{
		ID: e.id, Kind: e.edgeKind(), From: from.ID, To: to.ID, Ref: e.ref, FromRef: e.from, ToRef: e.to,
		Seq: e.since, Retracted: e.retracted,
	}
	home := ID{}
	if toCapture(g.Kind) {
		home = to.ID
	}
	var err error
	if g.Props, err = parseProps(e.body, g.Kind.Edge().All(), home); err != nil {
		return nil, corrupt(entityKey(e.ref), err.Error())
	}
	return g, nil
}
