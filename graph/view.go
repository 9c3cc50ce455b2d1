package graph

import (
	"context"
	"encoding/binary"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// View is the record as of one revision. Whatever one question needs is read
// from one view, so that an answer never mixes two states. A view must be
// closed. It is safe for concurrent use.
type View struct {
	rec  *Record
	snap kv.Snapshot
	cells
	now  Head // the newest revision at the time of opening
	head Head // as of which the view answers; Chain and Next only where it is now
	own  bool // closes the snapshot

	// mu guards the nodes and texts that were read already.
	mu    sync.Mutex
	nodes map[Ref]*Node
	texts map[Ref]*span.Text
}

// At names an earlier state of the record. The zero At is the present.
type At struct {
	Seq  uint64    // the state after this revision
	Time time.Time // or the state at this time of recording
}

// View returns the record as it is now.
func (r *Record) View(ctx context.Context) (*View, error) {
	snap, err := r.store.Snapshot()
	if err != nil {
		return nil, stored("read", err)
	}
	v := &View{rec: r, snap: snap, own: true}
	values, err := snap.GetMulti(ctx, [][]byte{metaKey("head")})
	if err == nil {
		v.now, err = parseHead(values[0])
	}
	if err != nil {
		snap.Close()
		return nil, stored("read", err)
	}
	v.reset(v.now)
	return v, nil
}

func (v *View) reset(h Head) {
	v.head = h
	v.cells = cells{v.snap, h.Seq}
	v.nodes, v.texts = make(map[Ref]*Node), make(map[Ref]*span.Text)
}

// AsOf returns a view of an earlier state, from the same snapshot. It needs no
// closing and lives as long as v. The state before the first revision is empty.
func (v *View) AsOf(ctx context.Context, at At) (*View, error) {
	old := &View{rec: v.rec, snap: v.snap, now: v.now}
	seq := at.Seq
	switch {
	case at.Seq != 0 && !at.Time.IsZero():
		return nil, Invalidf("as of a time or as of a revision, not both")
	case at.Seq > v.now.Seq:
		return nil, errorf(NotFound, "as of", "", "there is no revision %d yet; the newest is %d", at.Seq, v.now.Seq)
	case at.Seq != 0:
	case at.Time.IsZero():
		seq = v.head.Seq
	default:
		var err error
		if seq, err = v.seqAt(ctx, at.Time); err != nil {
			return nil, err
		}
	}
	h := Head{Seq: seq}
	if seq > 0 {
		l, err := v.Log(ctx, []uint64{seq})
		if err != nil {
			return nil, err
		}
		h.Time, h.Chain = l[0].Time, l[0].Chain
	}
	old.reset(h)
	return old, nil
}

// seqAt returns the newest revision that was recorded by t: a search by halves,
// because times of recording never go back.
func (v *View) seqAt(ctx context.Context, t time.Time) (uint64, error) {
	var failed error
	n := sort.Search(int(v.now.Seq), func(i int) bool {
		l, err := v.Log(ctx, []uint64{uint64(i) + 1})
		if err != nil {
			failed = err
			return true
		}
		return l[0].Time.After(t)
	})
	return uint64(n), failed
}

// Close ends the view.
func (v *View) Close() error {
	if !v.own {
		return nil
	}
	return v.snap.Close()
}

// Head returns the state of the log that the view shows.
func (v *View) Head() Head { return v.head }

// Log returns log entries by their sequence numbers.
func (v *View) Log(ctx context.Context, seqs []uint64) ([]*Logged, error) {
	keys := make([][]byte, len(seqs))
	for i, s := range seqs {
		keys[i] = logKey(s)
	}
	values, err := v.GetMulti(ctx, keys)
	if err != nil {
		return nil, stored("read", err)
	}
	out := make([]*Logged, len(seqs))
	for i, b := range values {
		if b == nil {
			return nil, corrupt(keys[i], "the log has a hole here")
		}
		if out[i], err = parseLogged(seqs[i], b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Keyed returns the first revision that was written with a key ([Revision.Key])
// that begins so; "" and 0 if there is none as of the view.
func (v *View) Keyed(ctx context.Context, prefix string) (key string, seq uint64, err error) {
	for p, err := range v.Scan(ctx, kv.Prefix(onceKey(prefix))) {
		if err != nil {
			return "", 0, stored("read", err)
		}
		if len(p.Value) != 8 {
			return "", 0, corrupt(p.Key, "no sequence number")
		}
		if seq := binary.BigEndian.Uint64(p.Value); seq <= v.head.Seq {
			return string(p.Key[1:]), seq, nil
		}
	}
	return "", 0, nil
}

// Refs returns the record's numbers of ids; 0 where nothing ever had that id.
// What was not there as of the view's revision has a number, and is no node.
func (v *View) Refs(ctx context.Context, ids []ID) ([]Ref, error) {
	keys := make([][]byte, len(ids))
	for i, id := range ids {
		keys[i] = idKey(id)
	}
	values, err := v.GetMulti(ctx, keys)
	if err != nil {
		return nil, stored("read", err)
	}
	refs := make([]Ref, len(ids))
	for i, b := range values {
		if b == nil {
			continue
		}
		if refs[i], err = readRef(keys[i], b); err != nil {
			return nil, err
		}
	}
	return refs, nil
}

// NodesByID returns nodes by their ids; nil where there is none.
func (v *View) NodesByID(ctx context.Context, ids []ID) ([]*Node, error) {
	refs, err := v.Refs(ctx, ids)
	if err != nil {
		return nil, err
	}
	return v.Nodes(ctx, refs)
}

// Nodes returns nodes by their numbers; nil where there is none, as for the
// number 0 or of an edge. A retracted node is returned and says so.
func (v *View) Nodes(ctx context.Context, refs []Ref) ([]*Node, error) {
	out := make([]*Node, len(refs))
	var missing []Ref
	v.mu.Lock()
	for i, r := range refs {
		if n, ok := v.nodes[r]; ok {
			out[i] = n
		} else if r != 0 {
			missing = append(missing, r)
		}
	}
	v.mu.Unlock()
	if len(missing) == 0 {
		return out, nil
	}
	slices.Sort(missing)
	missing = slices.Compact(missing)
	entities, err := v.entities(ctx, missing)
	if err != nil {
		return nil, err
	}
	read := make(map[Ref]*Node, len(missing))
	for i, e := range entities {
		if e == nil || e.edge {
			continue
		}
		if read[missing[i]], err = e.node(); err != nil {
			return nil, err
		}
	}
	v.mu.Lock()
	for r, n := range read {
		if len(v.nodes) < maxCached {
			v.nodes[r] = n
		}
	}
	v.mu.Unlock()
	for i, r := range refs {
		if out[i] == nil {
			out[i] = read[r]
		}
	}
	return out, nil
}

// maxCached bounds what a view keeps of what it read.
const maxCached = 10_000

func (v *View) entities(ctx context.Context, refs []Ref) ([]*entity, error) {
	keys := make([][]byte, len(refs))
	for i, r := range refs {
		keys[i] = entityKey(r)
	}
	found, err := v.get(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make([]*entity, len(refs))
	for i, c := range found {
		if c == nil {
			continue
		}
		if out[i], err = parseEntity(refs[i], c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (e *entity) node() (*Node, error) {
	n := &Node{ID: e.id, Kind: e.nodeKind(), Ref: e.ref, Seq: e.since, Retracted: e.retracted, Redacted: e.redacted, Props: Props{}}
	var err error
	if n.Props, err = parseProps(e.props(), n.Kind.Node().All(), homeOf(n)); err != nil {
		return nil, corrupt(entityKey(e.ref), err.Error())
	}
	return n, nil
}

// Edges returns edges by their numbers; nil where there is none.
func (v *View) Edges(ctx context.Context, refs []Ref) ([]*Edge, error) {
	entities, err := v.entities(ctx, refs)
	if err != nil {
		return nil, err
	}
	var ends []Ref
	for _, e := range entities {
		if e != nil && e.edge {
			ends = append(ends, e.from, e.to)
		}
	}
	nodes, err := v.Nodes(ctx, ends)
	if err != nil {
		return nil, err
	}
	out := make([]*Edge, len(refs))
	for i, e := range entities {
		if e == nil || !e.edge {
			continue
		}
		from, to := nodes[0], nodes[1]
		nodes = nodes[2:]
		if from == nil || to == nil {
			return nil, corrupt(entityKey(e.ref), "an edge to nothing")
		}
		g, err := e.asEdge(from, to)
		if err != nil {
			return nil, err
		}
		out[i] = g
	}
	return out, nil
}

// Texts returns the archived texts of captures, by their numbers.
func (v *View) Texts(ctx context.Context, refs []Ref) ([]*span.Text, error) {
	out := make([]*span.Text, len(refs))
	var missing []Ref
	v.mu.Lock()
	for i, r := range refs {
		if t, ok := v.texts[r]; ok {
			out[i] = t
		} else if !slices.Contains(missing, r) {
			missing = append(missing, r)
		}
	}
	v.mu.Unlock()
	if len(missing) == 0 {
		return out, nil
	}
	read, err := readTexts(ctx, v, missing)
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, s := range read {
		t, err := span.NewText(s)
		if err != nil {
			return nil, corrupt(textKey(missing[i], 0), err.Error())
		}
		v.texts[missing[i]] = t
	}
	for i, r := range refs {
		if out[i] == nil {
			out[i] = v.texts[r]
		}
	}
	return out, nil
}

// Histories returns, for each node or edge, the revisions that made its
// versions, newest first. All of it costs three reads.
func (v *View) Histories(ctx context.Context, refs []Ref) ([][]*Logged, error) {
	seqs := make([][]uint64, len(refs))
	keys := make([][]byte, len(refs))
	for i, r := range refs {
		keys[i] = entityKey(r)
	}
	values, err := v.GetMulti(ctx, keys)
	if err != nil {
		return nil, stored("read", err)
	}
	var ranges []kv.Range
	var of []int
	for i, b := range values {
		if b == nil {
			continue
		}
		c, err := parseCell(keys[i], b)
		if err != nil {
			return nil, err
		}
		if c.since <= v.at {
			seqs[i] = append(seqs[i], c.since)
		}
		if c.older {
			ranges = append(ranges, kv.Range{Start: historyKey(keys[i], v.at), End: kv.After(historyPrefix(keys[i]))})
			of = append(of, i)
		}
	}
	if len(ranges) > 0 {
		for p, err := range v.Scan(ctx, ranges...) {
			if err != nil {
				return nil, stored("read", err)
			}
			i := of[p.Range]
			seqs[i] = append(seqs[i], ^binary.BigEndian.Uint64(p.Key[len(p.Key)-8:]))
		}
	}
	logs, err := v.Log(ctx, slices.Concat(seqs...))
	if err != nil {
		return nil, err
	}
	out := make([][]*Logged, len(refs))
	for i, s := range seqs {
		out[i], logs = logs[:len(s):len(s)], logs[len(s):]
	}
	return out, nil
}

// Totals counts what the record holds, by kind.
type Totals struct {
	Nodes map[vocab.NodeKind]int64
	Edges map[vocab.EdgeKind]int64
}

// Totals returns the totals by kind: nodes that stand, and edges of
// every status.
func (v *View) Totals(ctx context.Context) (Totals, error) {
	t := Totals{make(map[vocab.NodeKind]int64), make(map[vocab.EdgeKind]int64)}
	if v.at == v.now.Seq {
		var keys [][]byte
		for i := range vocab.Nodes {
			keys = append(keys, countNodesKey(vocab.Nodes[i].Kind))
		}
		for i := range vocab.Edges {
			keys = append(keys, countEdgesKey(vocab.Edges[i].Kind))
		}
		counts, err := v.counts(ctx, keys)
		if err != nil {
			return t, err
		}
		for i, n := range counts {
			if i < len(vocab.Nodes) {
				t.Nodes[vocab.Nodes[i].Kind] = n[0]
			} else {
				t.Edges[vocab.Edges[i-len(vocab.Nodes)].Kind] = n[0] + n[1] + n[2] + n[3] + n[4]
			}
		}
		return t, nil
	}
	for f, err := range v.scan(ctx, kv.Prefix([]byte{keyList}), kv.Prefix([]byte{keyLinks})) {
		if err != nil {
			return t, err
		}
		if f.rng == 0 && f.key[1]&proposedBit != 0 {
			continue
		}
		if f.rng == 0 {
			t.Nodes[vocab.NodeKind(f.key[1])]++
		} else if w := way(f.key[1+refSize]); w.dir() == Out {
			t.Edges[w.kind()]++
		}
	}
	return t, nil
}

func (v *View) counts(ctx context.Context, keys [][]byte) ([][statuses]int64, error) {
	values, err := v.GetMulti(ctx, keys)
	if err != nil {
		return nil, stored("read", err)
	}
	out := make([][statuses]int64, len(keys))
	for i, b := range values {
		if out[i], err = parseCount(keys[i], b); err != nil {
			return nil, err
		}
	}
	return out, nil
}
