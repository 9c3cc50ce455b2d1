package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/onrecord/onrecord/graph/kv"
)

// Options configure a record. The zero value is ready for use.
type Options struct {
	// Now tells the time of recording. If nil, time.Now.
	Now func() time.Time
	// ReadOnly refuses every write. A store that is not yet a record is then
	// an error.
	ReadOnly bool
	// Reindexing opens a record whose indexes a stopped reindex left unfinished,
	// for [Record.Reindex] and nothing else. Without it that is an error.
	Reindexing bool
	// TailTexts is how many texts wait in memory before the full-text index
	// writes them down. 0 means 4096.
	TailTexts int
}

// Record is an open record. It is safe for concurrent use.
type Record struct {
	store kv.Store
	opts  Options
	full  *fullText

	// queue hands revisions to the sequencer, the one goroutine that writes.
	queue chan *waiting
	// mu guards closed: a writer holds it for reading while it enters the
	// queue, Close for writing.
	mu     sync.RWMutex
	closed bool
	done   chan struct{} // closed when the sequencer has ended

	// writing is held while a group is written, and by Reindex: what is
	// derived is not made anew while it changes. It is locked before headMu.
	writing sync.Mutex

	// headMu guards head and failed.
	headMu sync.RWMutex
	head   Head
	failed error // why writing ended: the store could not say whether it wrote

	tail    tail          // for those who follow the log
	replays chan struct{} // holds one for each of them that reads it
}

// Result is what became of a revision.
type Result struct {
	// Seq is the sequence number of the revision, or of the newest one when
	// nothing was written.
	Seq uint64
	// Applied is false when everything stood already.
	Applied bool
}

type waiting struct {
	ctx context.Context
	rev *Revision
	res Result
	err error
	ok  chan struct{}
}

// Open opens the record that a store holds, or begins one in an empty store.
// The record does not close the store.
//
// Errors: Unavailable for a store of a newer format, Corrupt for a damaged one.
func Open(ctx context.Context, store kv.Store, o Options) (*Record, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &Record{store: store, opts: o, queue: make(chan *waiting, 1024), done: make(chan struct{}), replays: make(chan struct{}, maxReplays)}
	format, err := r.readHead(ctx)
	if err == nil && format < FormatVersion && !o.ReadOnly {
		err = r.migrate(ctx, format)
	}
	if err != nil {
		return nil, err
	}
	if r.full, err = openFullText(ctx, r); err != nil {
		return nil, err
	}
	r.tail.open(r.head.Seq)
	go r.sequence()
	return r, nil
}

// readHead reads the format and the head, and writes them into an empty store.
func (r *Record) readHead(ctx context.Context) (format int, err error) {
	snap, err := r.store.Snapshot()
	if err != nil {
		return 0, stored("open", err)
	}
	defer snap.Close()
	v, err := snap.GetMulti(ctx, [][]byte{metaKey("format"), metaKey("head"), metaKey("reindex")})
	if err != nil {
		return 0, stored("open", err)
	}
	if v[2] != nil && !r.opts.Reindexing {
		return 0, &Error{
			Kind: Unavailable, Op: "open", Err: errors.New("its indexes are unfinished: a reindex was stopped"),
			Hint: "run onrecord reindex; nothing that was written is lost",
		}
	}
	if v[0] == nil {
		return FormatVersion, r.begin(ctx, snap)
	}
	format, err = strconv.Atoi(string(v[0]))
	if err != nil || format < 1 {
		return 0, corrupt(metaKey("format"), "no version")
	}
	if format > FormatVersion {
		return 0, &Error{
			Kind: Unavailable, Op: "open", Err: fmt.Errorf("the record has format %d, and this program reads up to %d", format, FormatVersion),
			Hint: "open it with a newer onrecord",
		}
	}
	r.head, err = parseHead(v[1])
	return format, err
}

func (r *Record) begin(ctx context.Context, snap kv.Snapshot) error {
	for p, err := range snap.Scan(ctx, kv.Range{Limit: 1}) {
		if err != nil {
			return stored("open", err)
		}
		return &Error{Kind: Corrupt, Op: "open", Err: &kv.CorruptError{Key: append([]byte(nil), p.Key...), What: "the store is not empty, and says not what format it has"}}
	}
	r.head = Head{Next: 1}
	if r.opts.ReadOnly {
		return &Error{Kind: Invalid, Op: "open", Err: kv.ErrNotAStore, Hint: "there is nothing in it yet; open it once for writing"}
	}
	b := new(kv.Batch)
	b.Expect(metaKey("format"), nil)
	b.Put(metaKey("format"), strconv.AppendInt(nil, FormatVersion, 10))
	b.Put(metaKey("head"), r.head.encode())
	return stored("open", r.store.Apply(ctx, b))
}

// Close waits for the writes under way and ends the record. The store stays open.
func (r *Record) Close() error {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return nil
	}
	r.closed = true
	close(r.queue)
	r.mu.Unlock()
	<-r.done
	r.tail.close()
	return r.full.close()
}

// Head returns the state of the log.
func (r *Record) Head() Head {
	r.headMu.RLock()
	defer r.headMu.RUnlock()
	return r.head
}

// Write appends a revision: all of its changes, or none. When it returns
// without an error, the revision is durable. It gives the nodes that have no id
// a new one, and the edges theirs.
//
// Errors: Invalid, NotFound, Conflict, TooLarge and Permission say what is
// wrong with which change. A context that ends while the revision waits its
// turn gives its error; what was begun is finished.
func (r *Record) Write(ctx context.Context, rev Revision) (Result, error) {
	if err := checkRevision(&rev); err != nil {
		return Result{}, err
	}
	if r.opts.ReadOnly {
		return Result{}, stored("write", kv.ErrReadOnly)
	}
	identify(&rev)
	w := &waiting{ctx: ctx, rev: &rev, ok: make(chan struct{})}
	r.mu.RLock()
	if r.closed {
		r.mu.RUnlock()
		return Result{}, stored("write", kv.ErrClosed)
	}
	select {
	case r.queue <- w:
		r.mu.RUnlock()
	case <-ctx.Done():
		r.mu.RUnlock()
		return Result{}, stored("write", ctx.Err())
	}
	<-w.ok
	return w.res, w.err
}

// identify gives every node and edge of a revision its id.
func identify(rev *Revision) {
	for _, c := range rev.Changes {
		if c.Node != nil && c.Node.ID.IsZero() {
			c.Node.ID = NewID()
		}
		if c.Edge != nil && c.Edge.ID.IsZero() {
			c.Edge.ID = EdgeID(c.Edge)
		}
	}
}

// maxReplays is how many followers read the log at the same moment.
const maxReplays = 8

// maxGroup is how many revisions are written together, at most.
const maxGroup = 256

// sequence is the sequencer: it takes the revisions that wait, orders them and
// writes them as one group, until the queue is closed.
func (r *Record) sequence() {
	defer close(r.done)
	for first := range r.queue {
		group := []*waiting{first}
	gather:
		for len(group) < maxGroup {
			select {
			case w, open := <-r.queue:
				if !open {
					break gather
				}
				group = append(group, w)
			default:
				break gather
			}
		}
		r.writing.Lock()
		r.writeGroup(group)
		r.writing.Unlock()
		for _, w := range group {
			close(w.ok)
		}
	}
}

// writeGroup applies a group of revisions and writes what they give in one
// batch. A group that is too large for one batch is cut in two. Where the store
// refuses what one of them gives, the others are written without it.
func (r *Record) writeGroup(group []*waiting) {
	if err := r.failed; err != nil {
		fail(group, err)
		return
	}
	snap, err := r.store.Snapshot()
	if err != nil {
		fail(group, stored("write", err))
		return
	}
	defer snap.Close()
	s := newState(snap, r.head)
	before := r.head
	now := r.opts.Now()
	limits := r.store.Limits()
	for i, w := range group {
		if err := w.ctx.Err(); err != nil {
			w.err = stored("write", err)
			continue
		}
		mark, head, wrote := s.over.Mark(), s.head, len(s.written)
		w.res, w.err = s.apply(w.ctx, w.rev, now)
		if w.err != nil || !w.res.Applied {
			continue
		}
		if wrote > 0 && (s.over.Len() > limits.BatchWrites/2 || s.over.Size() > limits.BatchBytes/2) { // full: write what came before it first
			s.over.Reset(mark)
			s.head, s.written = head, s.written[:wrote]
			r.commit(s, before, group[:i])
			r.writeGroup(group[i:])
			return
		}
	}
	r.commit(s, before, group)
}

// alone writes each revision of a group by itself, because the store refused
// them together.
func (r *Record) alone(group []*waiting) {
	for _, w := range group {
		r.writeGroup([]*waiting{w})
	}
}

func fail(group []*waiting, err error) {
	for _, w := range group {
		w.res, w.err = Result{}, err
	}
}

// commit writes the overlay durably and moves the head.
func (r *Record) commit(s *state, before Head, group []*waiting) {
	if s.head.Seq == before.Seq {
		return // nothing to write
	}
	b := s.over.Batch()
	b.Expect(metaKey("head"), before.encode())
	err := r.store.Apply(context.Background(), b)
	if errors.Is(err, kv.ErrTooLarge) && len(group) > 1 {
		r.alone(group)
		return
	}
	if err != nil {
		if errors.Is(err, kv.ErrUnknownOutcome) {
			r.headMu.Lock()
			r.failed = &Error{Kind: Unavailable, Op: "write", Err: err, Hint: "open the record again"}
			r.headMu.Unlock()
		}
		for _, w := range group {
			if w.err == nil && w.res.Seq > before.Seq { // it was written, or stands on what was
				w.res, w.err = Result{}, stored("write", err)
			}
		}
		return
	}
	r.headMu.Lock()
	r.head = s.head
	r.headMu.Unlock()
	r.tail.push(s.written)
	for _, w := range s.written {
		r.full.follow(w)
	}
}

// EdgeID returns the id of an edge that is given none: the same for the same
// kind, ends and key properties.
func EdgeID(e *Edge) ID {
	from, to := e.From, e.To
	d := e.Kind.Edge()
	if d == nil {
		return NewID()
	}
	if d.Symmetric && string(from[:]) > string(to[:]) {
		from, to = to, from
	}
	parts := []string{"edge", e.Kind.String(), from.String(), to.String()}
	for _, name := range d.Key {
		s, _ := e.Props[name].(string)
		parts = append(parts, s)
	}
	return KeyID(parts...)
}

// seqBytes is how a sequence number is stored.
func seqBytes(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }
