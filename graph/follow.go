package graph

import (
	"context"
	"encoding/binary"
	"iter"
	"slices"
	"sync"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Following says which revisions to follow. The zero value is all of them.
type Following struct {
	After uint64           // only those behind this one
	Of    Ref              // only those that changed this node, or an edge at it
	Kinds []vocab.NodeKind // only those that changed a node of one of these kinds
}

// Follow yields revisions in the order of the log, each once and none left out:
// first those that are there, then each as it is written. It waits for the next
// one as long as it takes, and ends with an error: that of ctx, or Unavailable
// when the record is closed. A revision that is yielded is durable, and every
// view that is opened from then on shows it. It must not be changed.
//
// Nobody waits for a follower. The log is its queue: one that is slow reads
// later, from the log, what the others were given at once.
func (r *Record) Follow(ctx context.Context, f Following) iter.Seq2[*Logged, error] {
	return func(yield func(*Logged, error) bool) {
		if head := r.Head().Seq; f.After > head {
			yield(nil, errorf(NotFound, "follow", "", "there is no revision %d yet; the newest is %d", f.After, head))
			return
		}
		seq := f.After
		for {
			if err := ctx.Err(); err != nil {
				yield(nil, stored("follow", err))
				return
			}
			next, moved, err := r.tail.behind(seq)
			if err == nil && moved != nil {
				select {
				case <-moved:
				case <-ctx.Done():
				}
				continue
			}
			if err == nil && next == nil {
				next, err = r.behind(ctx, seq, &f)
			}
			if err != nil {
				yield(nil, stored("follow", err))
				return
			}
			for _, e := range next {
				if seq = e.Seq; e.concerns(&f) && !yield(e.Logged, nil) {
					return
				}
			}
		}
	}
}

// followed is a revision of the log, with what a follower chooses by.
type followed struct {
	*Logged
	things []thing // beside its changes; nil where it was not read
}

// thing is what never changes of a node or an edge.
type thing struct {
	edge     bool
	kind     uint8
	from, to Ref // of an edge
}

func thingOf(e *entity) thing { return thing{e.edge, e.kind, e.from, e.to} }

func (e *followed) concerns(f *Following) bool {
	of, kind := f.Of == 0, len(f.Kinds) == 0
	if of && kind {
		return true
	}
	for i, t := range e.things {
		of = of || e.Changes[i].Ref == f.Of || t.edge && (t.from == f.Of || t.to == f.Of)
		kind = kind || !t.edge && slices.Contains(f.Kinds, vocab.NodeKind(t.kind))
	}
	return of && kind
}

// The tail keeps so many revisions, and so many of their changes.
const (
	tailRevisions = 512
	tailChanges   = 32 << 10
)

// tail is the newest revisions, so that many who follow the log do not each read
// and decode what was just written.
type tail struct {
	mu      sync.Mutex // guards what follows
	head    uint64
	newest  []*followed // one after the other up to the head; what is handed out is never written again
	changes int         // of all of them
	moved   chan struct{}
	closed  bool
}

func (t *tail) open(head uint64) { t.head, t.moved = head, make(chan struct{}) }

// push adds what was written, and wakes those who wait.
func (t *tail) push(ws []written) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, w := range ws {
		t.newest = append(t.newest, w.entry)
		t.changes += len(w.entry.Changes)
		t.head = w.seq
	}
	if len(t.newest) > 2*tailRevisions || t.changes > 2*tailChanges {
		drop := 0
		for drop < len(t.newest) && (len(t.newest)-drop > tailRevisions || t.changes > tailChanges) {
			t.changes -= len(t.newest[drop].Changes)
			drop++
		}
		t.newest = slices.Clone(t.newest[drop:])
	}
	close(t.moved)
	t.moved = make(chan struct{})
}

// close wakes those who wait for good.
func (t *tail) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.closed = true
		close(t.moved)
	}
}

// behind returns the revisions behind one; or, where there are none, what is
// closed when there are. It returns neither where the log must be read.
func (t *tail) behind(seq uint64) (next []*followed, moved <-chan struct{}, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.closed:
		return nil, nil, kv.ErrClosed
	case seq >= t.head:
		return nil, t.moved, nil
	case len(t.newest) > 0 && t.newest[0].Seq <= seq+1:
		return t.newest[seq+1-t.newest[0].Seq : len(t.newest) : len(t.newest)], nil, nil
	}
	return nil, nil, nil
}

// A follower that is behind the tail reads so many revisions at a time, and
// stops when it has so many bytes of them.
const (
	followRevisions = 128
	followBytes     = 64 << 10
	followThings    = 1000 // are read at a time, to choose by
)

// behind reads revisions from the log. There is one at least. Only so many read
// at a time, that whoever asks something is not kept waiting by a crowd that
// comes to hear of the past.
func (r *Record) behind(ctx context.Context, seq uint64, f *Following) ([]*followed, error) {
	select {
	case r.replays <- struct{}{}:
		defer func() { <-r.replays }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	v, err := r.View(ctx)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	var out []*followed
	var bytes int
	for p, err := range v.Scan(ctx, kv.Range{Start: logKey(seq + 1), End: logKey(v.now.Seq + 1), Limit: followRevisions}) {
		if err != nil {
			return nil, err
		}
		if binary.BigEndian.Uint64(p.Key[1:]) != seq+1 {
			break
		}
		seq++
		l, err := parseLogged(seq, p.Value)
		if err != nil {
			return nil, err
		}
		out = append(out, &followed{Logged: l})
		if bytes += len(p.Value); bytes > followBytes {
			break
		}
	}
	if len(out) == 0 {
		return nil, corrupt(logKey(seq+1), "the log has a hole here")
	}
	if f.Of != 0 || len(f.Kinds) > 0 {
		err = v.things(ctx, out)
	}
	return out, err
}

// things reads what followers choose by.
func (v *View) things(ctx context.Context, entries []*followed) error {
	var refs []Ref
	for _, e := range entries {
		for _, c := range e.Changes {
			refs = append(refs, c.Ref)
		}
	}
	slices.Sort(refs)
	known := make(map[Ref]thing)
	for some := range slices.Chunk(slices.Compact(refs), followThings) {
		found, err := v.entities(ctx, some)
		if err != nil {
			return err
		}
		for i, e := range found {
			if e == nil {
				return corrupt(entityKey(some[i]), "missing, though the log says that it was changed")
			}
			known[some[i]] = thingOf(e)
		}
	}
	for _, e := range entries {
		e.things = make([]thing, len(e.Changes))
		for i, c := range e.Changes {
			e.things[i] = known[c.Ref]
		}
	}
	return nil
}
