package graph

import (
	"bytes"
	"context"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/graph/vocab"
)

// maxNamed is how many nodes a name leads to, at most.
const maxNamed = 10_000

// Named returns the nodes of a kind of which any name, from any of its words
// on, begins with name, whatever its case and accents: "trump", "donald t",
// "Ayatollah". They come in the order of their recording.
func (v *View) Named(kind vocab.NodeKind, name string) *List {
	folded := text.Fold(name)
	return &List{
		name: "named " + kind.String() + " " + folded,
		short: func(ctx context.Context) ([]Item, error) {
			if folded == "" {
				return nil, nil
			}
			var refs []Ref
			for f, err := range v.scan(ctx, kv.Range{
				Start: namePrefix(kind, folded), End: kv.After(namePrefix(kind, folded)), Limit: maxNamed,
			}) {
				if err != nil {
					return nil, err
				}
				refs = append(refs, parseRef(f.key[len(f.key)-refSize:]))
			}
			slices.Sort(refs)
			items := make([]Item, 0, len(refs))
			for _, r := range slices.Compact(refs) {
				items = append(items, Item{Ref: r, date: undated, pos: appendRef(nil, r)})
			}
			return items, nil
		},
	}
}

// Gap is something that is not known of a node.
type Gap struct {
	Node *Node
	GapNote
	Cursor string
}

// Gaps returns a page of what is not known: of the nodes given, or of all where
// none is given; of the kinds given, or of all. More says whether there is a
// next page.
func (v *View) Gaps(ctx context.Context, of []Ref, kinds []string, p Page) ([]Gap, *Found, error) {
	l := v.gapList(of, kinds)
	found, err := v.Page(ctx, l, p)
	if err != nil {
		return nil, nil, err
	}
	refs := make([]Ref, len(found.Items))
	for i, it := range found.Items {
		refs[i] = it.Ref
	}
	nodes, err := v.Nodes(ctx, refs)
	if err != nil {
		return nil, nil, err
	}
	var gaps []Gap
	for i, it := range found.Items {
		n := nodes[i]
		if n == nil {
			continue
		}
		all := GapsOf(n)
		if at := int(it.pos[refSize]); at < len(all) {
			gaps = append(gaps, Gap{n, all[at], it.Cursor})
		}
	}
	return gaps, found, nil
}

// GapsOf lists what is not known of a node.
func GapsOf(n *Node) []GapNote {
	return gapsOf(n.Kind, func(p *vocab.Property) any { return n.Props[p.Name] })
}

// CountGaps counts them.
func (v *View) CountGaps(ctx context.Context, of []Ref, kinds []string) (int64, error) {
	return v.Count(ctx, v.gapList(of, kinds))
}

func (v *View) gapList(of []Ref, kinds []string) *List {
	l := &List{name: "gaps", prefixes: [][]byte{{keyGaps}}}
	if len(of) > 0 {
		l.prefixes = nil
		for _, r := range slices.Compact(slices.Sorted(slices.Values(of))) {
			l.prefixes = append(l.prefixes, appendRef([]byte{keyGaps}, r))
			l.name += string(appendRef([]byte{' '}, r))
		}
		// Each node's gaps are few: read them whole, so that a position is the same in any list.
		prefixes := l.prefixes
		l.prefixes = nil
		l.short = func(ctx context.Context) ([]Item, error) {
			ranges := make([]kv.Range, len(prefixes))
			for i, p := range prefixes {
				ranges[i] = kv.Prefix(p)
			}
			var items []Item
			for f, err := range v.scan(ctx, ranges...) {
				if err != nil {
					return nil, err
				}
				items = append(items, gapItem(f))
			}
			return items, nil
		}
	}
	l.read = func(f found, _ int) (Item, error) { return gapItem(f), nil }
	if len(kinds) > 0 {
		var want []byte
		for _, k := range kinds {
			want = append(want, byte(vocab.GapKind.Index(k)))
		}
		l.Keep(func(it *Item) bool { return bytes.IndexByte(want, it.pos[len(it.pos)-1]) >= 0 })
	}
	return l
}

func gapItem(f found) Item {
	return Item{Ref: parseRef(f.key[1:]), date: undated, pos: bytes.Clone(f.key[1:])}
}
