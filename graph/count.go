package graph

import (
	"bytes"
	"context"

	"github.com/onrecord/onrecord/graph/kv"
)

// Count returns how many items a list has: from kept counts where there are
// any, by walking through it otherwise.
func (v *View) Count(ctx context.Context, l *List) (int64, error) {
	if l.total != nil {
		return l.total(ctx)
	}
	var n int64
	var chunk []Item
	for it, err := range l.items(ctx, v, window{n: -1}) {
		if err != nil {
			return 0, err
		}
		if len(l.filters) == 0 {
			n++
			continue
		}
		if chunk = append(chunk, it); len(chunk) == filterChunk {
			kept, err := l.passing(ctx, chunk)
			if err != nil {
				return 0, err
			}
			n += int64(len(kept))
			chunk = chunk[:0]
		}
	}
	kept, err := l.passing(ctx, chunk)
	return n + int64(len(kept)), err
}

// Counts counts many lists: those that are one way of a node each by their kept
// counts, those that are one sequence each by one scan.
func (v *View) Counts(ctx context.Context, lists []*List) ([]int64, error) {
	out := make([]int64, len(lists))
	groups := make(map[degree][]int)
	var together []int
	for i, l := range lists {
		switch {
		case l.degree != nil:
			alike := *l.degree
			alike.of = 0
			groups[alike] = append(groups[alike], i)
		case l.total == nil && l.simple():
			together = append(together, i)
		default:
			n, err := v.Count(ctx, l)
			if err != nil {
				return nil, err
			}
			out[i] = n
		}
	}
	for d, at := range groups {
		refs := make([]Ref, len(at))
		for j, i := range at {
			refs[j] = lists[i].degree.of
		}
		n, err := v.Degrees(ctx, refs, d.which, d.kind, d.dir)
		if err != nil {
			return nil, err
		}
		for j, i := range at {
			out[i] = n[j]
		}
	}
	if len(together) == 0 {
		return out, nil
	}
	var ranges []kv.Range
	for _, i := range together {
		ranges = append(ranges, lists[i].ranges(window{}, 0)...)
	}
	last := make([][]byte, len(together))
	for f, err := range v.scan(ctx, ranges...) {
		if err != nil {
			return nil, err
		}
		l := lists[together[f.rng]]
		it, err := l.read(f, 0)
		if err != nil {
			return nil, err
		}
		if (l.keep == nil || l.keep(&it)) && !bytes.Equal(last[f.rng], it.pos) {
			out[together[f.rng]]++
			last[f.rng] = it.pos
		}
	}
	return out, nil
}

// simple reports whether the list is one sequence of entries, decided by the
// entries alone.
func (l *List) simple() bool {
	return len(l.prefixes) == 1 && len(l.filters) == 0 && l.short == nil
}
