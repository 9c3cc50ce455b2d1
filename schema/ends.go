package schema

import (
	"context"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// A node that does not stand is shown with what it had: one that was proposed or
// rejected with the ends that were proposed with it, one that was retracted with
// those that it had last.

// unshown are the statuses that an answer leaves out unless they are asked for.
var unshown = graph.StatusesOf("CANDIDATE", "REJECTED")

// oneEnd returns the node at the other end of each node's one link along a way;
// nil where there is none.
func oneEnd(ctx context.Context, v *graph.View, of []*node, way graph.Way) ([]*graph.Node, error) {
	out, err := firstOther(ctx, v, of, graph.Shown, way)
	if err != nil {
		return nil, err
	}
	var proposed []*node
	var at []int
	for i, n := range of {
		switch {
		case out[i] != nil || n.Stands():
		case n.Retracted:
			if out[i], err = lastEnd(ctx, v, n, way); err != nil {
				return nil, err
			}
		default:
			proposed, at = append(proposed, n), append(at, i)
		}
	}
	if len(proposed) == 0 {
		return out, nil
	}
	more, err := firstOther(ctx, v, proposed, unshown, way)
	if err != nil {
		return nil, err
	}
	for j, i := range at {
		out[i] = more[j]
	}
	return out, nil
}

func firstOther(ctx context.Context, v *graph.View, of []*node, which graph.Statuses, way graph.Way) ([]*graph.Node, error) {
	others, err := v.Others(ctx, refs(of), which, way)
	if err != nil {
		return nil, err
	}
	out := make([]*graph.Node, len(of))
	for i, ns := range others {
		if len(ns) > 0 {
			out[i] = ns[0]
		}
	}
	return out, nil
}

// lastEnd looks for a retracted node's end in the states before its revisions,
// the newest first.
func lastEnd(ctx context.Context, v *graph.View, n *node, way graph.Way) (*graph.Node, error) {
	history, err := v.Histories(ctx, []graph.Ref{n.Ref})
	if err != nil {
		return nil, err
	}
	for _, l := range history[0] {
		if l.Seq < 2 {
			break
		}
		old, err := v.AsOf(ctx, graph.At{Seq: l.Seq - 1})
		if err != nil {
			return nil, err
		}
		ends, err := firstOther(ctx, old, []*node{n}, graph.Shown|unshown, way)
		if err != nil {
			return nil, err
		}
		if ends[0] == nil {
			continue
		}
		now, err := v.Nodes(ctx, []graph.Ref{ends[0].Ref})
		if err != nil {
			return nil, err
		}
		return now[0], nil
	}
	return nil, nil
}

// endField answers with what oneEnd finds.
func endField(way graph.Way) func(call[*node]) ([]any, error) {
	return func(c call[*node]) ([]any, error) {
		ends, err := oneEnd(c.ctx, c.view, c.of, way)
		return each(ends, func(n *graph.Node) any { return wrap(c.view, n) }), err
	}
}

var (
	holderOf   = graph.Way{Kind: vocab.Holds, Dir: graph.In}
	targetOf   = graph.Way{Kind: vocab.Toward, Dir: graph.Out}
	reviewerOf = graph.Way{Kind: vocab.Published, Dir: graph.In}
)
