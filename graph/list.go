package graph

import (
	"bytes"
	"context"
	"encoding/base64"
	"hash/crc32"
	"slices"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Item is one entry of a list.
type Item struct {
	Ref    Ref
	Link   *Link // how the list leads to it; nil in a list of all nodes
	Cursor string

	date sortKey
	pos  []byte
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
