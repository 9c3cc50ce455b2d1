package schema

import (
	"context"
	"slices"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// What waits for a decision: nodes that were proposed, and edges that are
// candidates between nodes that stand. An edge that was proposed together with a
// node is decided with it and is not in the queue by itself.

func (b *builder) queue() *graphql.Field {
	t := graphql.NewObject(graphql.ObjectConfig{
		Name: "Queue", Description: "What waits for a person's decision.",
		Fields: graphql.Fields{"proposals": b.proposals(), "candidates": b.candidates()},
	})
	return plain(nonNull(t), "What waits for a person's decision.", func(v *graph.View) any { return v })
}

func (b *builder) proposals() *graphql.Field {
	return fieldOf(nonNull(b.connection(b.node, "Node")), "The nodes that were proposed and wait for a decision, as they were recorded.",
		pageArgs(graphql.FieldConfigArgument{"kinds": listArg(b.nodeKind, "Only these kinds.")}),
		func(c call[*graph.View]) ([]any, error) {
			var kinds []vocab.NodeKind
			for _, s := range stringsArg(c.args, "kinds") {
				if k, ok := vocab.ParseNodeKind(s); ok && !slices.Contains(kinds, k) {
					kinds = append(kinds, k)
				}
			}
			if len(kinds) == 0 {
				for i := range vocab.Nodes {
					kinds = append(kinds, vocab.Nodes[i].Kind)
				}
			}
			return pages(c, func(v *graph.View) (*graph.List, error) { return v.Proposed(kinds...), nil })
		})
}

func (b *builder) candidates() *graphql.Field {
	return fieldOf(nonNull(b.edgeConnection()), "The edges between nodes that stand that wait for a decision, kind after kind, as they were recorded.",
		pageArgs(graphql.FieldConfigArgument{"kinds": listArg(b.edgeKind, "Only these kinds.")}),
		func(c call[*graph.View]) ([]any, error) {
			kinds := kindsArg(c.args, "kinds")
			if len(kinds) == 0 {
				for i := range vocab.Edges {
					kinds = append(kinds, vocab.Edges[i].Kind)
				}
			}
			lists := make([]*graph.List, len(c.of))
			for i, v := range c.of {
				lists[i] = v.Listed(graph.StatusesOf(candidateStatus), kinds...).Filter(func(ctx context.Context, items []graph.Item) ([]bool, error) {
					return betweenStanding(ctx, v, items)
				})
			}
			return edgePages(c.ctx, c.view, lists, pageOf(c.args))
		})
}

// betweenStanding tells which edges lead from a node that stands to one that
// does.
func betweenStanding(ctx context.Context, v *graph.View, items []graph.Item) ([]bool, error) {
	edges, err := v.Edges(ctx, itemRefs(items))
	if err != nil {
		return nil, err
	}
	ends := make([]graph.Ref, 0, 2*len(edges))
	for _, e := range edges {
		if e == nil {
			ends = append(ends, 0, 0)
			continue
		}
		ends = append(ends, e.FromRef, e.ToRef)
	}
	nodes, err := v.Nodes(ctx, ends)
	if err != nil {
		return nil, err
	}
	ok := make([]bool, len(items))
	for i := range items {
		from, to := nodes[2*i], nodes[2*i+1]
		ok[i] = from != nil && to != nil && from.Stands() && to.Stands()
	}
	return ok, nil
}
