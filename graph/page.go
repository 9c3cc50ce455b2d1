package graph

import (
	"bytes"
	"context"
	"encoding/base64"
	"hash/crc32"
	"iter"
	"slices"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/vocab"
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

// Item is one entry of a list.
type Item struct {
	Ref    Ref
	Link   *Link // how the list leads to it; nil in a list of all nodes
	Cursor string

	date sortKey
	pos  []byte
}

// Found is a page of a list.
type Found struct {
	Items   []Item
	HasNext bool
	HasPrev bool
}

// List is a sequence of nodes in an order that does not depend on when it is
// asked for. It is a plan: nothing is read before a page is.
type List struct {
	name     string // what its cursors belong to
	prefixes [][]byte
	at       int  // where in a key positions begin; 0 means behind the prefix
	reverse  bool // its own order is that of the keys reversed
	lo, hi   []byte
	read     func(f found, prefix int) (Item, error)
	keep     func(*Item) bool                                // decided by the entry alone
	filters  []func(context.Context, []Item) ([]bool, error) // decided by reading more
	degree   *degree                                         // what total counts, so that many can be counted at once
	total    func(context.Context) (int64, error)            // kept counts; nil where there are none
	short    func(context.Context) ([]Item, error)           // besides the prefixes: items that are few, sorted by pos
}

type degree struct {
	of    Ref
	which Statuses
	kind  vocab.EdgeKind
	dir   Direction
}

// All returns every node of a kind, in the order of time, the undated last.
func (v *View) All(kind vocab.NodeKind) *List {
	l := &List{
		name:     "all " + kind.String(),
		prefixes: [][]byte{listPrefix(kind)},
		read: func(f found, _ int) (Item, error) {
			rest := f.key[2:]
			if len(rest) != len(sortKey{})+refSize {
				return Item{}, corrupt(f.key, "no entry of a list")
			}
			it := Item{Ref: parseRef(rest[len(sortKey{}):]), pos: bytes.Clone(rest)}
			copy(it.date[:], rest)
			return it, nil
		},
	}
	if v.at == v.now.Seq {
		l.total = func(ctx context.Context) (int64, error) {
			n, err := v.counts(ctx, [][]byte{countNodesKey(kind)})
			if err != nil {
				return 0, err
			}
			return n[0][0], nil
		}
	}
	return l
}

// Proposed returns the nodes of the kinds given that wait for a decision, as
// they were recorded.
func (v *View) Proposed(kinds ...vocab.NodeKind) *List {
	l := &List{name: "proposed", at: 2}
	for _, k := range kinds {
		l.prefixes = append(l.prefixes, proposedPrefix(k))
		l.name += " " + k.String()
	}
	l.read = func(f found, _ int) (Item, error) {
		if len(f.key) != 2+refSize {
			return Item{}, corrupt(f.key, "no entry of a list")
		}
		return Item{Ref: parseRef(f.key[2:]), date: undated, pos: bytes.Clone(f.key[2:])}, nil
	}
	return l
}

// LinkList returns the nodes at the other ends of a node's links along one way,
// in the order of time where the way keeps it, else as the edges were recorded.
func (v *View) LinkList(of Ref, which Statuses, kind vocab.EdgeKind, dir Direction) *List {
	l := v.LinkUnion([]Ref{of}, which, kind, dir)
	l.degree = &degree{of, which, kind, dir}
	l.total = func(ctx context.Context) (int64, error) {
		n, err := v.Degrees(ctx, []Ref{of}, which, kind, dir)
		if err != nil {
			return 0, err
		}
		return n[0], nil
	}
	return l
}

// LinkUnion is LinkList for several nodes in one order.
func (v *View) LinkUnion(of []Ref, which Statuses, kind vocab.EdgeKind, dir Direction) *List {
	w := wayOf(kind, dir)
	l := &List{name: kind.String() + string('0'+rune(dir))}
	for _, r := range slices.Compact(slices.Sorted(slices.Values(of))) {
		p := linksPrefix(r, w)
		l.prefixes = append(l.prefixes, p)
		l.name += " " + string(p)
	}
	l.read = func(f found, _ int) (Item, error) {
		link, err := newLink(f)
		if len(l.prefixes) > 1 && w.decl().InTime {
			return timelineItem(link), err // a node that several lead to comes once
		}
		return Item{Ref: link.Other, Link: &link, date: link.date, pos: bytes.Clone(f.key[2+refSize:])}, err
	}
	l.keep = func(it *Item) bool { return which.has(it.Link.status) }
	return l
}

// Listed returns the edges of a kind that is listed, or of the kinds given those
// that wait for a decision, as they were recorded. Its items' Ref is an edge's.
func (v *View) Listed(which Statuses, kinds ...vocab.EdgeKind) *List {
	l := &List{name: "listed", at: 1}
	for _, k := range kinds {
		l.prefixes = append(l.prefixes, edgeListPrefix(k))
		l.name += " " + k.String()
	}
	l.read = func(f found, _ int) (Item, error) {
		if len(f.key) != 2+refSize || len(f.payload) != 1 {
			return Item{}, corrupt(f.key, "no entry of a list")
		}
		r := parseRef(f.key[2:])
		return Item{Ref: r, date: undated, pos: bytes.Clone(f.key[1:]), Link: &Link{Kind: vocab.EdgeKind(f.key[1]), Edge: r, status: f.payload[0]}}, nil
	}
	return l.Keep(func(it *Item) bool { return which.has(it.Link.status) })
}

// EdgeList returns a node's links of the kinds (all if none), seen from it in the
// direction, kind after kind.
func (v *View) EdgeList(of Ref, which Statuses, kinds []vocab.EdgeKind, dir Direction) *List {
	l := &List{name: "edges " + string(appendRef(nil, of)), at: 1 + refSize}
	if len(kinds) == 0 && dir == Both {
		l.prefixes = [][]byte{appendRef([]byte{keyLinks}, of)}
	} else {
		for _, w := range waysOf(kinds) {
			if dir == Both || w.dir() == dir {
				l.prefixes = append(l.prefixes, linksPrefix(of, w))
			}
		}
	}
	l.read = func(f found, _ int) (Item, error) {
		link, err := newLink(f)
		return Item{Ref: link.Other, Link: &link, date: link.date, pos: bytes.Clone(f.key[1+refSize:])}, err
	}
	return l.Keep(func(it *Item) bool { return which.has(it.Link.status) })
}

// NewestFirst turns the list's order round.
func (l *List) NewestFirst() *List {
	l.reverse = !l.reverse
	return l
}

// Keep leaves out the items that keep refuses, which looks at the entry alone.
func (l *List) Keep(keep func(*Item) bool) *List {
	before := l.keep
	l.keep = func(it *Item) bool { return (before == nil || before(it)) && keep(it) }
	l.total, l.degree = nil, nil
	return l
}

// Filter leaves out the items that filter refuses. It is given many at once.
func (l *List) Filter(filter func(context.Context, []Item) ([]bool, error)) *List {
	l.filters = append(l.filters, filter)
	l.total, l.degree = nil, nil
	return l
}

// Within leaves out what is not certainly dated within q: a day of May is
// within its year, "2018" is not within May, and what has no date is within
// nothing. It is for lists in the order of time. An interval without ends
// leaves out nothing.
func (l *List) Within(q edtf.Interval) *List {
	if q.Unbounded() {
		return l
	}
	l.lo, l.hi = edtf.StartKeys(q)
	latest := edtf.AppendSortKey(nil, edtf.Interval{Earliest: q.Earliest, Latest: q.Latest})[len(sortKey{})/2:]
	return l.Keep(func(it *Item) bool {
		return it.date != undated && bytes.Compare(it.date[len(sortKey{})/2:], latest) <= 0
	})
}

// KeepKind leaves out the nodes of other kinds.
func (l *List) KeepKind(kind vocab.NodeKind) *List {
	return l.Keep(func(it *Item) bool { return it.Link == nil || it.Link.OtherKind == kind })
}

// cursor is the written form of a position: what list it belongs to, and where
// in it.
func (l *List) cursor(pos []byte) string {
	var b [4]byte
	sum := crc32.ChecksumIEEE([]byte(l.name))
	b[0], b[1], b[2], b[3] = byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum)
	return base64.RawURLEncoding.EncodeToString(append(b[:], pos...))
}

func (l *List) position(field, cursor string) ([]byte, error) {
	if cursor == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) < 5 {
		return nil, errorf(Invalid, "", field, "%.80q is no cursor; take one from an answer", cursor)
	}
	if l.cursor(b[4:]) != cursor {
		return nil, errorf(Invalid, "", field, "%.80q is the cursor of another list", cursor)
	}
	return b[4:], nil
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
