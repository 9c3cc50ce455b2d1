package graph

import (
	"bytes"
	"context"
	"iter"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
)

// Page sizes.
const (
	DefaultPage = 50
	MaxPage     = 500
)

// Page asks for a part of a list, as Relay's connections do: the first or the
// last so many, behind or before a cursor. Pages are found by key, never by
// counting from the beginning.
type Page struct {
	First, Last   *int // at most one; DefaultPage from the front if neither
	After, Before string
}

// Found is a page of a list.
type Found struct {
	Items   []Item
	HasNext bool
	HasPrev bool
}

// window is a page's request, checked.
type window struct {
	n             int
	back          bool // the last n
	after, before []byte
}

// Size checks the sizes of a page and returns how many items it asks for.
func (p Page) Size() (int, error) {
	n, field := DefaultPage, "first"
	switch {
	case p.First != nil && p.Last != nil:
		return 0, errorf(Invalid, "", "first", "and last together have no clear meaning; give one of them")
	case p.First != nil:
		n = *p.First
	case p.Last != nil:
		n, field = *p.Last, "last"
	}
	if n < 0 || n > MaxPage {
		return 0, errorf(Invalid, "", field, "%d is not between 0 and %d", n, MaxPage)
	}
	return n, nil
}

func (l *List) window(p Page) (w window, err error) {
	if w.n, err = p.Size(); err != nil {
		return w, err
	}
	w.back = p.Last != nil
	if w.after, err = l.position("after", p.After); err != nil {
		return w, err
	}
	w.before, err = l.position("before", p.Before)
	return w, err
}

// ranges returns the key ranges of a window, in the direction in which it is read.
func (l *List) ranges(w window, limit int) []kv.Range {
	lo, hi := l.lo, l.hi
	low, high := w.after, w.before // in key order
	if l.reverse {
		low, high = high, low
	}
	if low != nil && (lo == nil || bytes.Compare(low, lo) >= 0) {
		lo = kv.After(low)
	}
	if high != nil && (hi == nil || bytes.Compare(high, hi) < 0) {
		hi = high
	}
	out := make([]kv.Range, len(l.prefixes))
	for i, p := range l.prefixes {
		r := kv.Prefix(p)
		at := len(p)
		if l.at > 0 {
			at = l.at
		}
		if lo != nil {
			r.Start = later(r.Start, append(bytes.Clone(p[:at]), lo...))
		}
		if hi != nil {
			r.End = earlier(r.End, append(bytes.Clone(p[:at]), hi...))
		}
		if bytes.Compare(r.Start, r.End) > 0 && r.End != nil {
			r.End = r.Start
		}
		r.Reverse = l.reverse != w.back
		r.Limit = limit
		out[i] = r
	}
	return out
}

func later(a, b []byte) []byte {
	if bytes.Compare(a, b) >= 0 {
		return a
	}
	return b
}

// earlier returns the lesser of two ends, where nil is none.
func earlier(a, b []byte) []byte {
	if a == nil || bytes.Compare(a, b) > 0 {
		return b
	}
	return a
}

// Page reads one page.
func (v *View) Page(ctx context.Context, l *List, p Page) (*Found, error) {
	out, err := v.Pages(ctx, []*List{l}, p)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// Pages reads the same page of many lists. Lists of one sequence each, as those
// of links are, are read together in one call of the store.
func (v *View) Pages(ctx context.Context, lists []*List, p Page) ([]*Found, error) {
	out := make([]*Found, len(lists))
	windows := make([]window, len(lists))
	var together []int
	for i, l := range lists {
		var err error
		if windows[i], err = l.window(p); err != nil {
			return nil, err
		}
		if l.simple() {
			together = append(together, i)
		}
	}
	if len(together) > 1 {
		if err := v.pagesTogether(ctx, lists, windows, together, out); err != nil {
			return nil, err
		}
	}
	for i, l := range lists {
		if out[i] != nil {
			continue
		}
		items, err := l.collect(ctx, v, windows[i])
		if err != nil {
			return nil, err
		}
		out[i] = l.found(items, windows[i], p)
	}
	return out, nil
}

// pagesTogether fills in the pages of simple lists by one scan. A list of which
// too many entries are left out stays nil, to be read alone.
func (v *View) pagesTogether(ctx context.Context, lists []*List, windows []window, which []int, out []*Found) error {
	var ranges []kv.Range
	for _, i := range which {
		ranges = append(ranges, lists[i].ranges(windows[i], windows[i].n+1+slack)...)
	}
	items := make([][]Item, len(which))
	seen := make([]int, len(which))
	for f, err := range v.scan(ctx, ranges...) {
		if err != nil {
			return err
		}
		l := lists[which[f.rng]]
		it, err := l.read(f, 0)
		if err != nil {
			return err
		}
		seen[f.rng]++
		if l.keep == nil || l.keep(&it) {
			items[f.rng] = append(items[f.rng], it)
		}
	}
	for j, i := range which {
		w := windows[i]
		if len(items[j]) <= w.n && seen[j] >= w.n+1+slack {
			continue
		}
		if len(items[j]) > w.n+1 {
			items[j] = items[j][:w.n+1]
		}
		out[i] = lists[i].found(items[j], w, Page{After: string(w.after), Before: string(w.before)})
	}
	return nil
}

// found makes a page of up to n+1 items, read in the window's direction.
func (l *List) found(items []Item, w window, p Page) *Found {
	f := &Found{}
	more := len(items) > w.n
	if more {
		items = items[:w.n]
	}
	if w.back {
		slices.Reverse(items)
		f.HasPrev, f.HasNext = more, p.Before != ""
	} else {
		f.HasNext, f.HasPrev = more, p.After != ""
	}
	for i := range items {
		items[i].Cursor = l.cursor(items[i].pos)
	}
	f.Items = items
	return f
}

// filterChunk is how many items a filter is given at once.
const filterChunk = 128

// collect reads the first n+1 items of a window.
func (l *List) collect(ctx context.Context, v *View, w window) ([]Item, error) {
	var out, chunk []Item
	flush := func() error {
		kept, err := l.passing(ctx, chunk)
		out = append(out, kept...)
		chunk = chunk[:0]
		return err
	}
	for it, err := range l.items(ctx, v, w) {
		if err != nil {
			return nil, err
		}
		chunk = append(chunk, it)
		if len(l.filters) == 0 && len(chunk) > w.n || len(chunk) == filterChunk {
			if err := flush(); err != nil {
				return nil, err
			}
			if len(out) > w.n {
				return out[:w.n+1], nil
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return out[:min(len(out), w.n+1)], nil
}

func (l *List) passing(ctx context.Context, items []Item) ([]Item, error) {
	for _, filter := range l.filters {
		if len(items) == 0 {
			return items, nil
		}
		ok, err := filter(ctx, items)
		if err != nil {
			return nil, err
		}
		kept := make([]Item, 0, len(items))
		for i, it := range items {
			if ok[i] {
				kept = append(kept, it)
			}
		}
		items = kept
	}
	return items, nil
}

// items yields the entries of a window in its direction, merged where the list
// is made of several sequences.
func (l *List) items(ctx context.Context, v *View, w window) iter.Seq2[Item, error] {
	limit := 0
	if len(l.filters) == 0 && l.keep == nil {
		limit = w.n + 1
	}
	var parts []iter.Seq2[Item, error]
	for i, r := range l.ranges(w, limit) {
		parts = append(parts, l.sequence(ctx, v, r, i))
	}
	if l.short != nil {
		parts = append(parts, l.shortItems(ctx, w))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return merge(parts, l.reverse != w.back)
}

func (l *List) sequence(ctx context.Context, v *View, r kv.Range, prefix int) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		var last []byte
		for f, err := range v.scan(ctx, r) {
			if err != nil {
				yield(Item{}, err)
				return
			}
			it, err := l.read(f, prefix)
			if err != nil {
				yield(Item{}, err)
				return
			}
			if l.keep != nil && !l.keep(&it) || last != nil && bytes.Equal(last, it.pos) {
				continue
			}
			last = it.pos
			if !yield(it, nil) {
				return
			}
		}
	}
}

// shortItems yields the items of a window that are few enough to be read whole.
func (l *List) shortItems(ctx context.Context, w window) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		items, err := l.short(ctx)
		if err != nil {
			yield(Item{}, err)
			return
		}
		if l.reverse != w.back {
			slices.Reverse(items)
		}
		low, high := w.after, w.before
		if l.reverse {
			low, high = high, low
		}
		for _, it := range items {
			if low != nil && bytes.Compare(it.pos, low) <= 0 || high != nil && bytes.Compare(it.pos, high) >= 0 ||
				bytes.Compare(it.pos, l.lo) < 0 || l.hi != nil && bytes.Compare(it.pos, l.hi) >= 0 {
				continue
			}
			if (l.keep == nil || l.keep(&it)) && !yield(it, nil) {
				return
			}
		}
	}
}

// merge yields the items of sequences that are each in order, in that order. Of
// items at one position it yields the first sequence's.
func merge(parts []iter.Seq2[Item, error], reverse bool) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		type head struct {
			it   Item
			err  error
			ok   bool
			next func() (Item, error, bool)
		}
		heads := make([]head, len(parts))
		for i, p := range parts {
			next, stop := iter.Pull2(p)
			defer stop()
			heads[i].next = next
			heads[i].it, heads[i].err, heads[i].ok = next()
		}
		var last []byte
		for {
			best := -1
			for i := range heads {
				h := &heads[i]
				if !h.ok {
					continue
				}
				if h.err != nil {
					yield(Item{}, h.err)
					return
				}
				if best < 0 {
					best = i
					continue
				}
				c := bytes.Compare(h.it.pos, heads[best].it.pos)
				if c < 0 && !reverse || c > 0 && reverse {
					best = i
				}
			}
			if best < 0 {
				return
			}
			h := &heads[best]
			if last == nil || !bytes.Equal(last, h.it.pos) {
				if !yield(h.it, nil) {
					return
				}
			}
			last = h.it.pos
			h.it, h.err, h.ok = h.next()
		}
	}
}
