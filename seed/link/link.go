package link

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed/candidate"
	"github.com/onrecord/onrecord/seed/extract"
)

// Method is the method of a revision that writes links.
const Method = "rule:link@1"

// Bounds: a last name such as Kim leads to many, and a person reads few.
const (
	maxCompared = 500
	maxProposed = 5
)

// Propose returns the changes that propose who on record each speaker may be, the
// likeliest first.
func Propose(ctx context.Context, v *graph.View, speakers []candidate.Speaker) ([]graph.Change, error) {
	own := make(map[graph.ID]bool) // that they are two was told within the text
	for _, s := range speakers {
		own[s.ID] = true
	}
	var out []graph.Change
	for _, s := range speakers {
		found, err := alike(ctx, v, s, own)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			e := &graph.Edge{Kind: vocab.SameAs, From: s.ID, To: m.id, Props: graph.Props{
				"status": "CANDIDATE", "method": Method, "confidence": m.Score, "note": m.Reason,
			}}
			if !s.Mention.Capture.IsZero() {
				e.Props["evidence"] = []graph.Span{s.Mention}
			}
			c := graph.Connect(e)
			c.IfAbsent = true
			out = append(out, c)
		}
	}
	return out, nil
}

// match is a speaker on record with what speaks for it.
type match struct {
	Likeness
	id graph.ID
}

// alike finds the speakers on record that s may be.
func alike(ctx context.Context, v *graph.View, s candidate.Speaker, own map[graph.ID]bool) ([]match, error) {
	words := strings.Fields(text.Fold(extract.Untitled(s.Name)))
	if len(words) == 0 {
		return nil, nil
	}
	nodes, err := named(ctx, v, words[len(words)-1])
	if err != nil {
		return nil, err
	}
	apart, err := judgedApart(ctx, v, s.ID)
	if err != nil {
		return nil, err
	}
	var out []match
	for _, n := range nodes {
		if n == nil || own[n.ID] || !n.Stands() || apart[n.ID] {
			continue
		}
		best := Likeness{}
		names, _ := n.Props["names"].([]graph.Name)
		for _, name := range names {
			l := Compare(s.Name, name.Value)
			if l.Score > best.Score {
				best = l
				best.Reason = fmt.Sprintf("%s: %q in the text, %q on record", l.Reason, s.Name, name.Value)
			}
		}
		if best.Score == 0 {
			continue
		}
		if t := n.Text("type"); t != s.Type {
			best.Score *= .7
			best.Reason += fmt.Sprintf("; the text reads like a %s, and on record it is a %s", s.Type, t)
		}
		out = append(out, match{best, n.ID})
	}
	slices.SortStableFunc(out, func(a, b match) int { return cmp.Compare(b.Score, a.Score) })
	if n := len(out); n > 1 {
		for i := range out {
			out[i].Score /= float64(n)
			out[i].Reason += fmt.Sprintf("; %d on record are as the name says", n)
		}
	}
	return out[:min(len(out), maxProposed)], nil
}

// named returns the speakers one of whose names has a word that begins so.
func named(ctx context.Context, v *graph.View, word string) ([]*graph.Node, error) {
	most := maxCompared
	found, err := v.Page(ctx, v.Named(vocab.Speaker, word), graph.Page{First: &most})
	if err != nil {
		return nil, err
	}
	refs := make([]graph.Ref, len(found.Items))
	for i, it := range found.Items {
		refs[i] = it.Ref
	}
	return v.Nodes(ctx, refs)
}

// judgedApart returns whom a speaker was judged not to be.
func judgedApart(ctx context.Context, v *graph.View, id graph.ID) (map[graph.ID]bool, error) {
	refs, err := v.Refs(ctx, []graph.ID{id})
	if err != nil || refs[0] == 0 {
		return nil, err
	}
	others, err := v.Others(ctx, refs, graph.Shown, graph.Way{Kind: vocab.DifferentFrom, Dir: graph.Both})
	if err != nil {
		return nil, err
	}
	apart := make(map[graph.ID]bool)
	for _, n := range others[0] {
		if n != nil {
			apart[n.ID] = true
		}
	}
	return apart, nil
}
