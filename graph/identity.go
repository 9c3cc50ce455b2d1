package graph

import (
	"context"

	"github.com/onrecord/onrecord/graph/vocab"
)

// That two speakers are one is a judgement, an edge SAME_AS that a person
// confirms. No id is ever rewritten: what was said stays with the speaker that
// the source names, and whoever asks for one of them is answered for all, for as
// long as the judgement stands.

// maxSame bounds how many nodes are taken for one.
const maxSame = 1000

// Identities returns, for each node, all that are judged to be the same, itself
// first.
func (v *View) Identities(ctx context.Context, of []Ref) ([][]Ref, error) {
	out := make([][]Ref, len(of))
	in := make([]map[Ref]bool, len(of))
	edge := make([][]Ref, len(of)) // found and not followed
	for i, r := range of {
		out[i], in[i], edge[i] = []Ref{r}, map[Ref]bool{r: true}, []Ref{r}
	}
	for {
		var ask []Ref
		for _, e := range edge {
			ask = append(ask, e...)
		}
		if len(ask) == 0 {
			return out, nil
		}
		links, err := v.Links(ctx, ask, Shown, Way{Kind: vocab.SameAs, Dir: Both})
		if err != nil {
			return nil, err
		}
		for i, e := range edge {
			edge[i] = nil
			for range e {
				for _, l := range links[0] {
					if !in[i][l.Other] && len(out[i]) < maxSame {
						in[i][l.Other] = true
						out[i], edge[i] = append(out[i], l.Other), append(edge[i], l.Other)
					}
				}
				links = links[1:]
			}
		}
	}
}

// Identity returns all that are judged to be the same as a node, itself first.
// Only speakers are.
func (v *View) Identity(ctx context.Context, of *Node) ([]Ref, error) {
	if of.Kind != vocab.Speaker {
		return []Ref{of.Ref}, nil
	}
	all, err := v.Identities(ctx, []Ref{of.Ref})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}
