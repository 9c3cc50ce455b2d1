package graph

import (
	"bytes"
	"context"
	"slices"

	"github.com/onrecord/onrecord/graph/vocab"
)

// Newest returns the nodes of the kinds given that stand, in the order in which
// they were first recorded, the newest first.
//
// There is no index of it: numbers are given in that order, so that the entities
// themselves are read from their end. What is common is found at once; where a
// kind is rare, everything that was recorded since is read on the way to it.
func (v *View) Newest(kinds ...vocab.NodeKind) *List {
	l := &List{name: "newest", prefixes: [][]byte{{keyEntity}}, reverse: true}
	for _, k := range kinds {
		l.name += " " + k.String()
	}
	l.read = func(f found, _ int) (Item, error) {
		if len(f.key) != 1+refSize {
			return Item{}, corrupt(f.key, "no entity")
		}
		it := Item{date: undated, pos: bytes.Clone(f.key[1:])}
		if len(f.payload) > 2 && f.payload[0] == 1 && f.payload[1]&1 == 0 && slices.Contains(kinds, vocab.NodeKind(f.payload[2])) {
			it.Ref = parseRef(f.key[1:])
		}
		return it, nil
	}
	l.Keep(func(it *Item) bool { return it.Ref != 0 })
	l.Filter(func(ctx context.Context, items []Item) ([]bool, error) {
		refs := make([]Ref, len(items))
		for i := range items {
			refs[i] = items[i].Ref
		}
		nodes, err := v.Nodes(ctx, refs)
		if err != nil {
			return nil, err
		}
		ok := make([]bool, len(items))
		for i, n := range nodes {
			ok[i] = n != nil && n.Stands()
		}
		return ok, nil
	})
	if v.at == v.now.Seq {
		l.total = func(ctx context.Context) (int64, error) {
			keys := make([][]byte, len(kinds))
			for i, k := range kinds {
				keys[i] = countNodesKey(k)
			}
			n, err := v.counts(ctx, keys)
			if err != nil {
				return 0, err
			}
			var sum int64
			for _, c := range n {
				sum += c[0]
			}
			return sum, nil
		}
	}
	return l
}
