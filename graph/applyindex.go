package graph

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// maxMoved is how many edges of one node a revision takes along, when the node
// is retracted, comes back or moves in time.
const maxMoved = 10_000

// derive brings the derived indexes from the state before the revision to the
// state after it.
func (t *tx) derive() error {
	edges, err := t.touchedEdges()
	if err != nil {
		return err
	}
	d := diff{counts: make(map[string]*[statuses]int64)}
	for _, c := range t.log {
		if e := t.now[c.Ref]; !e.edge {
			d.add(nodeEntries(orNone(t.old[c.Ref])), nodeEntries(e), t.old[c.Ref] == nil)
		}
	}
	t.touched = edges
	for _, r := range edges {
		was, is := t.before(r), t.current(r)
		var old []entry
		if was != nil {
			old = edgeEntries(was, t.before(was.from), t.before(was.to))
		}
		d.add(old, edgeEntries(is, t.current(is.from), t.current(is.to)), was == nil)
	}
	for _, e := range d.fresh {
		t.over.Put(e.key, cell{since: t.seq, payload: e.payload}.encode())
	}
	if err := t.replace(d.keys, d.payloads); err != nil {
		return err
	}
	return t.count(d.counts)
}

// orNone lets a missing entity have no entries.
func orNone(e *entity) *entity {
	if e == nil {
		return &entity{retracted: true}
	}
	return e
}

// touchedEdges returns the edges whose index entries may change: those that the
// revision changes, and those of the nodes that it hides, brings back or moves
// in time. They and their ends are loaded.
func (t *tx) touchedEdges() ([]Ref, error) {
	var edges []Ref
	for _, c := range t.log {
		e, old := t.now[c.Ref], t.old[c.Ref]
		switch {
		case e.edge:
			edges = append(edges, c.Ref)
		case old != nil && (old.live() != e.live() || old.date() != e.date()):
			of, err := t.edgesOf(c.Ref)
			if err != nil {
				return nil, err
			}
			edges = append(edges, of...)
		}
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	if err := t.loadRefs(t.unknown(edges)); err != nil {
		return nil, err
	}
	var ends []Ref
	for _, r := range edges {
		e := t.current(r)
		ends = append(ends, e.from, e.to)
	}
	return edges, t.loadRefs(t.unknown(ends))
}

// unknown keeps the refs that this revision did not make.
func (t *tx) unknown(refs []Ref) []Ref {
	var out []Ref
	for _, r := range refs {
		if _, mine := t.now[r]; !mine {
			out = append(out, r)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// edgesOf returns every edge that a node has or had.
func (t *tx) edgesOf(r Ref) ([]Ref, error) {
	prefix := appendRef([]byte{keyLinks}, r)
	var edges []Ref
	for p, err := range t.over.Scan(t.ctx, kv.Prefix(prefix)) { // the links that are gone too
		if err != nil {
			return nil, stored("write", err)
		}
		_, _, edge, err := splitLink(p.Key)
		if err != nil {
			return nil, err
		}
		edges = append(edges, edge)
		if len(edges) > 2*maxMoved {
			return nil, &Error{
				Kind: TooLarge, Err: fmt.Errorf("%s has more than %d edges, too many to take along in one revision", t.current(r).id, maxMoved),
				Hint: "retract its edges first, some thousand in a revision",
			}
		}
	}
	slices.Sort(edges)
	return slices.Compact(edges), nil
}

const statuses = 5

// diff is what changes in the derived indexes.
type diff struct {
	fresh          []entry // keys that no cell stands at
	keys, payloads [][]byte
	counts         map[string]*[statuses]int64
}

// add takes the entries before and after; fresh says that there were none
// before and that the keys hold a number given just now.
func (d *diff) add(old, now []entry, fresh bool) {
	for _, e := range now {
		d.tally(e, 1)
	}
	if fresh {
		d.fresh = append(d.fresh, now...)
		return
	}
	for _, e := range old {
		d.tally(e, -1)
		if !slices.ContainsFunc(now, e.sameKey) {
			d.keys, d.payloads = append(d.keys, e.key), append(d.payloads, nil)
		}
	}
	for _, e := range now {
		if i := slices.IndexFunc(old, e.sameKey); i >= 0 && bytes.Equal(old[i].payload, e.payload) {
			continue
		}
		payload := e.payload
		if payload == nil {
			payload = []byte{}
		}
		d.keys, d.payloads = append(d.keys, e.key), append(d.payloads, payload)
	}
}

func (e entry) sameKey(f entry) bool { return bytes.Equal(e.key, f.key) }

func (d *diff) tally(e entry, by int64) {
	for _, c := range e.counts {
		n := d.counts[c.key]
		if n == nil {
			n = new([statuses]int64)
			d.counts[c.key] = n
		}
		n[c.slot] += by
	}
}

// count adds to the counters.
func (t *tx) count(deltas map[string]*[statuses]int64) error {
	keys := make([][]byte, 0, len(deltas))
	for k, n := range deltas {
		if *n != [statuses]int64{} {
			keys = append(keys, []byte(k))
		}
	}
	values, err := t.over.GetMulti(t.ctx, keys)
	if err != nil {
		return stored("write", err)
	}
	for i, key := range keys {
		n, err := parseCount(key, values[i])
		if err != nil {
			return err
		}
		for s, by := range deltas[string(key)] {
			n[s] += by
		}
		t.over.Put(key, encodeCount(n))
	}
	return nil
}

// A counter is stored as one uvarint for each status, without the zeros at
// its end.
func encodeCount(n [statuses]int64) []byte {
	last := 0
	for i := range n {
		if n[i] != 0 {
			last = i + 1
		}
	}
	b := []byte{}
	for _, x := range n[:last] {
		b = binary.AppendUvarint(b, uint64(x))
	}
	return b
}

func parseCount(key, b []byte) (n [statuses]int64, err error) {
	for i := 0; len(b) > 0; i++ {
		x, w := binary.Uvarint(b)
		if w <= 0 || i == statuses {
			return n, corrupt(key, "no counter")
		}
		n[i] = int64(x)
		b = b[w:]
	}
	return n, nil
}

// needed lists, by kind of node, the ways that it must have an edge along.
var needed = func() map[vocab.NodeKind][]way {
	m := make(map[vocab.NodeKind][]way)
	for i := range vocab.Edges {
		k := vocab.Edges[i].Kind
		for _, w := range []way{wayOf(k, Out), wayOf(k, In)} {
			for _, n := range w.decl().Need {
				m[n] = append(m[n], w)
			}
		}
	}
	return m
}()

// end is one way of one node.
type end struct {
	ref Ref
	way way
}

// oneWays returns the ends of an edge where there can be one such edge.
func oneWays(e *entity) (ends []end) {
	for i, w := range []way{wayOf(e.edgeKind(), Out), wayOf(e.edgeKind(), In)} {
		if w.decl().Many == vocab.One {
			ends = append(ends, end{[]Ref{e.from, e.to}[i], w})
		}
	}
	return ends
}

// neededWays returns the ends of an edge where some kind of node needs one.
func neededWays(e *entity) (ends []end) {
	for i, w := range []way{wayOf(e.edgeKind(), Out), wayOf(e.edgeKind(), In)} {
		if len(w.decl().Need) > 0 {
			ends = append(ends, end{[]Ref{e.from, e.to}[i], w})
		}
	}
	return ends
}

// checkWays checks that every node that the revision touches has the edges that
// its kind needs, and no more than one where one is all there can be. What is
// proposed needs its edges too, which may be proposed with it.
func (t *tx) checkWays() error {
	var ends []end
	for _, c := range t.log {
		e := t.now[c.Ref]
		if !e.edge {
			for _, w := range needed[e.nodeKind()] {
				ends = append(ends, end{e.ref, w})
			}
			continue
		}
		ends = append(ends, oneWays(e)...)
	}
	for e := range t.returned {
		ends = append(ends, oneWays(e)...)
	}
	for _, r := range t.touched { // a node that is hidden may be what another needs
		ends = append(ends, neededWays(t.current(r))...)
	}
	slices.SortFunc(ends, func(a, b end) int {
		if a.ref != b.ref {
			return int(a.ref) - int(b.ref)
		}
		return int(a.way) - int(b.way)
	})
	ends = slices.Compact(ends)
	shown, proposed, err := t.countLinks(ends)
	if err != nil {
		return err
	}
	for i, x := range ends {
		n := t.current(x.ref)
		if !n.live() {
			continue
		}
		d := x.way.decl()
		switch {
		case shown[i] == 0 && (n.stands() || !proposed[i]) && slices.Contains(d.Need, n.nodeKind()):
			return errorf(Invalid, "write", n.nodeKind().String()+" "+n.id.String(),
				"would have no %s: link it by %s in the same revision, or retract it too", d.Field, x.way.kind())
		case shown[i] > 1 && d.Many == vocab.One:
			return errorf(Invalid, "write", n.nodeKind().String()+" "+n.id.String(),
				"would have two of %s (%s), and there can be one", d.Field, x.way.kind())
		}
	}
	return nil
}

// countLinks counts the links that are neither candidates nor rejected, as far as
// two, and says whether there are such as are.
func (t *tx) countLinks(ends []end) (shown []int, proposed []bool, err error) {
	shown, proposed = make([]int, len(ends)), make([]bool, len(ends))
	count := func(i int, link []byte) {
		if visibleStatus(link) {
			shown[i]++
		} else {
			proposed[i] = true
		}
	}
	var ranges []kv.Range
	var of []int
	for i, x := range ends {
		r := kv.Prefix(linksPrefix(x.ref, x.way))
		if x.ref < t.base {
			ranges, of = append(ranges, r), append(of, i)
			continue
		}
		t.over.Own(r, func(key, value []byte) bool { // the snapshot cannot have any
			c, err := parseCell(key, value)
			if err == nil && !c.gone {
				count(i, c.payload)
			}
			return shown[i] < 2
		})
	}
	if len(ranges) == 0 {
		return shown, proposed, nil
	}
	for f, err := range (cells{t.over, t.seq}).scan(t.ctx, ranges...) {
		if err != nil {
			return nil, nil, err
		}
		count(of[f.rng], f.payload)
	}
	return shown, proposed, nil
}

// returned yields the edges that come back with a node that the revision brings
// back: what was put while the node was gone may not agree with them.
func (t *tx) returned(yield func(*entity) bool) {
	back := func(r Ref) bool { return t.old[r] != nil && t.old[r].retracted && t.now[r].live() }
	for _, r := range t.touched {
		e := t.current(r)
		if _, mine := t.now[r]; !mine && e.live() && (back(e.from) || back(e.to)) && !yield(e) {
			return
		}
	}
}

// visibleStatus reports whether a link is shown unless asked otherwise.
func visibleStatus(link []byte) bool { return len(link) > 0 && Shown.has(link[0]) }

// maxWalk bounds how far checkOrder walks.
const maxWalk = 100_000

// checkOrder refuses an order that comes back to where it began.
func (t *tx) checkOrder() error {
	for _, c := range t.log {
		if e := t.now[c.Ref]; e.edge {
			if err := t.checkCircle(e); err != nil {
				return err
			}
		}
	}
	for e := range t.returned {
		if err := t.checkCircle(e); err != nil {
			return err
		}
	}
	return nil
}

// checkCircle walks from the end of an edge that is an order, and refuses to
// come by its beginning.
func (t *tx) checkCircle(e *entity) error {
	if !e.live() || !e.edgeKind().Edge().Acyclic || !Shown.has(e.status()) || !t.current(e.from).live() || !t.current(e.to).live() {
		return nil
	}
	level, seen := []Ref{e.to}, map[Ref]bool{e.to: true}
	for len(level) > 0 && len(seen) < maxWalk {
		var ranges []kv.Range
		for _, r := range level {
			for i := range vocab.Edges {
				if k := vocab.Edges[i].Kind; vocab.Edges[i].Acyclic {
					ranges = append(ranges, kv.Prefix(linksPrefix(r, wayOf(k, Out))))
				}
			}
		}
		level = nil
		for f, err := range (cells{t.over, t.seq}).scan(t.ctx, ranges...) {
			if err != nil {
				return err
			}
			_, other, _, err := splitLink(f.key)
			if err != nil {
				return err
			}
			if !visibleStatus(f.payload) || seen[other] {
				continue
			}
			if other == e.from {
				return errorf(Conflict, "write", e.edgeKind().String()+" "+e.id.String(),
					"the order would run in a circle: %s already comes before %s", t.current(e.to).id, t.current(e.from).id)
			}
			seen[other] = true
			level = append(level, other)
		}
	}
	return nil
}
