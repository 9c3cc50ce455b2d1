package graph

import (
	"context"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Statuses is a set of the names of vocab.Status.
type Statuses uint8

// Shown is what a question is answered with unless it asks otherwise: what is
// explicit, inferred or confirmed.
var Shown = StatusesOf("EXPLICIT", "INFERRED", "CONFIRMED")

// StatusesOf returns a set. Names that are no status are left out.
func StatusesOf(names ...string) (s Statuses) {
	for _, n := range names {
		if i := vocab.Status.Index(n); i >= 0 {
			s |= 1 << i
		}
	}
	return s
}

func (s Statuses) has(status byte) bool { return status < statuses && s&(1<<status) != 0 }

func (s Statuses) sum(n [statuses]int64) (total int64) {
	for i, x := range n {
		if s.has(byte(i)) {
			total += x
		}
	}
	return total
}

// Link is an edge as seen from one of its ends. It says enough to go on without
// reading the edge.
type Link struct {
	Kind      vocab.EdgeKind
	Dir       Direction // Out or In: how it is seen
	Of        Ref       // the end it is seen from
	Other     Ref
	OtherKind vocab.NodeKind
	Edge      Ref

	status byte
	first  byte
	date   sortKey
}

// Status is one of vocab.Status.
func (l *Link) Status() string {
	if int(l.status) < len(vocab.Status.Names) {
		return vocab.Status.Names[l.status]
	}
	return ""
}

// First is the value of the first enumerated property of the edge's kind, such
// as a polarity; "" where it has none.
func (l *Link) First() string {
	if p := firstEnum(l.Kind); p != nil && int(l.first) < len(p.Values.Names) {
		return p.Values.Names[l.first]
	}
	return ""
}

// newLink reads a link out of its cell. prefix is the length of linksPrefix.
func newLink(f found) (Link, error) {
	const prefix = 2 + refSize
	if len(f.key) < prefix || len(f.payload) != 3 {
		return Link{}, corrupt(f.key, "no link")
	}
	w := way(f.key[prefix-1])
	l := Link{Kind: w.kind(), Dir: w.dir(), Of: parseRef(f.key[1:]), status: f.payload[0], OtherKind: vocab.NodeKind(f.payload[1]), first: f.payload[2]}
	if l.Kind.Edge() == nil {
		return Link{}, corrupt(f.key, "no kind of edge")
	}
	var ok bool
	if l.date, l.Other, l.Edge, ok = parseLink(w, f.key[prefix:]); !ok {
		return Link{}, corrupt(f.key, "no link")
	}
	return l, nil
}

// Way is an edge kind as seen from one end.
type Way struct {
	Kind vocab.EdgeKind
	Dir  Direction // Out, In or Both
}

func (w Way) ways() []way {
	switch w.Dir {
	case Out:
		return []way{wayOf(w.Kind, Out)}
	case In:
		return []way{wayOf(w.Kind, In)}
	}
	return []way{wayOf(w.Kind, Out), wayOf(w.Kind, In)}
}

// Links returns, for each node, all of its links along the ways given that have
// one of the statuses, way after way. It is for ways that are not long: see
// [View.LinkList] for those that are. All of it costs one read.
func (v *View) Links(ctx context.Context, of []Ref, which Statuses, ways ...Way) ([][]Link, error) {
	out := make([][]Link, len(of))
	var ranges []kv.Range
	var at []int
	for i, r := range of {
		for _, w := range ways {
			for _, x := range w.ways() {
				ranges, at = append(ranges, kv.Prefix(linksPrefix(r, x))), append(at, i)
			}
		}
	}
	if len(ranges) == 0 {
		return out, nil
	}
	for f, err := range v.scan(ctx, ranges...) {
		if err != nil {
			return nil, err
		}
		l, err := newLink(f)
		if err != nil {
			return nil, err
		}
		if which.has(l.status) {
			out[at[f.rng]] = append(out[at[f.rng]], l)
		}
	}
	return out, nil
}

// Others returns, for each node, the nodes at the other ends of its links.
func (v *View) Others(ctx context.Context, of []Ref, which Statuses, ways ...Way) ([][]*Node, error) {
	links, err := v.Links(ctx, of, which, ways...)
	if err != nil {
		return nil, err
	}
	var refs []Ref
	for _, ls := range links {
		for _, l := range ls {
			refs = append(refs, l.Other)
		}
	}
	nodes, err := v.Nodes(ctx, refs)
	if err != nil {
		return nil, err
	}
	out := make([][]*Node, len(of))
	for i, ls := range links {
		out[i] = nodes[:len(ls):len(ls)]
		nodes = nodes[len(ls):]
	}
	return out, nil
}

// Degrees returns how many links each node has along one way with one of the
// statuses: from kept counters where the present is asked and the way keeps
// them, by counting otherwise.
func (v *View) Degrees(ctx context.Context, of []Ref, which Statuses, kind vocab.EdgeKind, dir Direction) ([]int64, error) {
	w := wayOf(kind, dir)
	out := make([]int64, len(of))
	if v.at == v.now.Seq && w.decl().Many == vocab.Pages {
		keys := make([][]byte, len(of))
		for i, r := range of {
			keys[i] = countLinksKey(r, w)
		}
		counts, err := v.counts(ctx, keys)
		if err != nil {
			return nil, err
		}
		for i, n := range counts {
			out[i] = which.sum(n)
		}
		return out, nil
	}
	ranges := make([]kv.Range, len(of))
	for i, r := range of {
		ranges[i] = kv.Prefix(linksPrefix(r, w))
	}
	for f, err := range v.scan(ctx, ranges...) {
		if err != nil {
			return nil, err
		}
		if len(f.payload) > 0 && which.has(f.payload[0]) {
			out[f.rng]++
		}
	}
	return out, nil
}
