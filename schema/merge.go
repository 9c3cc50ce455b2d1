package schema

import (
	"context"
	"slices"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// identity returns all that are judged to be the same as one of the nodes, each
// once.
func identity(ctx context.Context, v *graph.View, of []graph.Ref) ([]graph.Ref, error) {
	each, err := v.Identities(ctx, of)
	if err != nil {
		return nil, err
	}
	var out []graph.Ref
	seen := make(map[graph.Ref]bool)
	for _, rs := range each {
		for _, r := range rs {
			if !seen[r] {
				seen[r] = true
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// speakersIn reads the speakers that a merge names.
func (p *planner) speakersIn(in map[string]any) ([]*graph.Node, error) {
	path := at(inputPath, "ids")
	list, _ := in["ids"].([]any)
	ids := make([]graph.ID, len(list))
	seen := make(map[graph.ID]bool)
	for i, x := range list {
		s, _ := x.(string)
		var err error
		if ids[i], err = graph.ParseID(s); err != nil {
			return nil, &inputError{at(path, index(i)), err}
		}
		if seen[ids[i]] {
			return nil, wrong(at(path, index(i)), "given twice")
		}
		seen[ids[i]] = true
	}
	if len(ids) < 2 || len(ids) > 100 {
		return nil, wrong(path, "%d given: name from 2 to 100", len(ids))
	}
	nodes, err := p.view.NodesByID(p.ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, n := range nodes {
		if n == nil || n.Kind != vocab.Speaker || n.Retracted {
			return nil, wrong(at(path, index(i)), "no speaker with this id is on record")
		}
	}
	return nodes, nil
}

// merge plans that speakers are one: each is the same as the first.
func (p *planner) merge(in map[string]any, _ graph.ID) error {
	nodes, err := p.speakersIn(in)
	if err != nil {
		return err
	}
	for i, n := range nodes[1:] {
		path := at(inputPath, "ids", index(i+1))
		if err := p.takeBack(path, vocab.DifferentFrom, nodes[0].ID, n.ID); err != nil {
			return err
		}
		e := &graph.Edge{Kind: vocab.SameAs, From: nodes[0].ID, To: n.ID}
		if err := p.connect(path, e, nil, graph.Props{"status": "CONFIRMED"}); err != nil {
			return err
		}
	}
	return nil
}

// unmerge plans that speakers are not one: no two of them are the same as each
// other any more, and it stays on record that they are not.
func (p *planner) unmerge(in map[string]any, _ graph.ID) error {
	nodes, err := p.speakersIn(in)
	if err != nil {
		return err
	}
	refs := make([]graph.Ref, len(nodes))
	for i, n := range nodes {
		refs[i] = n.Ref
	}
	links, err := p.view.Links(p.ctx, refs, graph.Shown, graph.Way{Kind: vocab.SameAs, Dir: graph.Both})
	if err != nil {
		return err
	}
	for i, ls := range links {
		for _, l := range ls {
			for j := range nodes[:i] {
				if l.Other != refs[j] {
					// A third that both are the same as would hold them together.
					for _, back := range links[j] {
						if back.Other == l.Other && !containsRef(refs, l.Other) {
							third, err := p.view.Nodes(p.ctx, []graph.Ref{l.Other})
							if err != nil {
								return err
							}
							return wrong(at(inputPath, "ids"), "both are the same as %s (%s): name it too, or part one of them from it first", third[0].Label(), third[0].ID)
						}
					}
					continue
				}
				path := at(inputPath, "ids", index(i))
				if err := p.takeBack(path, vocab.SameAs, nodes[i].ID, nodes[j].ID); err != nil {
					return err
				}
				e := &graph.Edge{Kind: vocab.DifferentFrom, From: nodes[i].ID, To: nodes[j].ID}
				if err := p.connect(path, e, nil, graph.Props{"status": "CONFIRMED"}); err != nil {
					return err
				}
			}
		}
	}
	if len(p.rev.Changes) == 0 || p.of[len(p.of)-1].call != p.call {
		return wrong(at(inputPath, "ids"), "no two of them are judged to be the same")
	}
	return nil
}

func containsRef(list []graph.Ref, r graph.Ref) bool {
	return slices.Contains(list, r)
}

// takeBack plans to retract the edge of a kind between two nodes, where there is
// one.
func (p *planner) takeBack(path []string, kind vocab.EdgeKind, a, b graph.ID) error {
	e, err := p.edge(graph.EdgeID(&graph.Edge{Kind: kind, From: a, To: b}))
	if err == nil && e != nil && !e.Retracted {
		p.add(path, graph.Change{Op: graph.Retract, ID: e.ID, IfSeq: &e.Seq})
	}
	return err
}
