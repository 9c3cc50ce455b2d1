package postings

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/onrecord/onrecord/graph/kv"
)

// Options of an index. The zero value is ready for use.
type Options struct {
	// TailDocs is how many documents the tail holds before it is written as a
	// segment in the background; 0 means 16384. Adding waits when the tail
	// holds four times as many, so memory is bounded.
	TailDocs int

	// TailTerms is the same for the terms of all documents in the tail; 0
	// means 64 for each of TailDocs.
	TailTerms int

	// MergeDocs is the greatest number of documents that a merge may give; 0
	// means four million. A merge holds 4 bytes a document in memory.
	MergeDocs int

	// CacheDocs is how many decoded document entries are kept in memory, at
	// 40 bytes each; 0 means a million.
	CacheDocs int

	// PrefixTerms is how many terms a prefix stands for at most, in each
	// segment; 0 means 64.
	PrefixTerms int

	page, block int // sizes of pages and blocks, which tests make small

	// Manual leaves flushing and merging to calls of [Index.Flush] and
	// [Index.Merge]: no goroutine is started. It is for tests and loaders.
	Manual bool
}

func (o Options) withDefaults() Options {
	def := func(p *int, n int) {
		if *p <= 0 {
			*p = n
		}
	}
	def(&o.TailDocs, 1<<14)
	def(&o.TailTerms, 64*o.TailDocs)
	def(&o.MergeDocs, 4_000_000)
	def(&o.CacheDocs, 1_000_000)
	def(&o.PrefixTerms, 64)
	def(&o.page, pageSize)
	def(&o.block, blockSize)
	return o
}

// ErrClosed is returned by an index that was closed.
var ErrClosed = errors.New("the full-text index is closed")

// Index is an open index. It is safe for concurrent use, except that calls of
// Add must come one after the other.
type Index struct {
	store  kv.Store
	keys   keys
	opt    Options
	cache  *cache
	cancel context.CancelFunc
	done   sync.WaitGroup
	flush  chan struct{} // wakes the flusher
	merge  chan struct{} // wakes the merger

	// flushing and merging are held through a whole flush and a whole merge.
	// Remove holds both, since it changes segments in place. They come before
	// mu, flushing first.
	flushing, merging sync.Mutex

	// mu guards the fields below. It is held for moments only, except by
	// commit, which writes the segment list under it.
	mu      sync.Mutex
	room    sync.Cond // the tail became smaller, or the index failed or was closed
	list    segmentList
	tail    *tail
	frozen  *tail // being written as a segment, or nil
	lastSeq uint64
	nextSeg uint32
	err     error // of background work; returned by what comes next
	closed  bool

	lastList atomic.Pointer[readList] // the last one that a search met
}

// Open opens the index under prefix in store, or makes an empty one. What a
// crash left behind is removed. An index whose list of segments is lost,
// damaged, or made by other rules of [text.Version] is emptied: its watermark
// is then 0, and the owner adds everything again.
func Open(ctx context.Context, store kv.Store, prefix []byte, opt Options) (*Index, error) {
	x := &Index{
		store: store, keys: keys{slices.Clone(prefix)}, opt: opt.withDefaults(), tail: new(tail),
		flush: make(chan struct{}, 1), merge: make(chan struct{}, 1),
	}
	x.room.L = &x.mu
	x.cache = newCache(x.opt.CacheDocs / docsPerBlock)
	snap, err := store.Snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	list, err := x.readList(ctx, snap)
	if err != nil && !errors.Is(err, kv.ErrCorrupt) {
		return nil, err
	}
	lost := err != nil
	if lost {
		list = new(readList)
	}
	x.list = list.segmentList
	x.nextSeg, x.lastSeq = x.list.next, x.list.watermark
	if err := x.removeLeftovers(ctx, snap); err != nil && !errors.Is(err, kv.ErrReadOnly) {
		return nil, fmt.Errorf("full-text index: remove leftovers: %w", err)
	}
	if lost {
		if err := x.commit(ctx, func(*segmentList) {}, nil, func() {}); err != nil && !errors.Is(err, kv.ErrReadOnly) {
			return nil, fmt.Errorf("full-text index: begin anew: %w", err)
		}
	}
	bg, cancel := context.WithCancel(context.WithoutCancel(ctx))
	x.cancel = cancel
	if !x.opt.Manual {
		x.work(bg, x.flush, x.Flush)
		x.work(bg, x.merge, x.Merge)
		wake(x.merge)
	}
	return x, nil
}

// work calls f whenever it is woken, until ctx ends.
func (x *Index) work(ctx context.Context, woken <-chan struct{}, f func(context.Context) error) {
	x.done.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-woken:
			}
			if err := f(ctx); err != nil && ctx.Err() == nil {
				x.mu.Lock()
				x.err = errors.Join(x.err, err)
				x.room.Broadcast()
				x.mu.Unlock()
			}
		}
	})
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Close ends background work and waits for it. It does not flush: what is in
// the tail is in the log.
func (x *Index) Close() error {
	x.mu.Lock()
	closed := x.closed
	x.closed = true
	x.room.Broadcast()
	x.mu.Unlock()
	if closed {
		return ErrClosed
	}
	x.cancel()
	x.done.Wait()
	return nil
}

// Watermark returns the sequence number up to which every entry of the log is
// in stored segments. The owner adds what is behind it after Open.
func (x *Index) Watermark() uint64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.list.watermark
}

// Last returns the sequence number of the last entry added.
func (x *Index) Last() uint64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.lastSeq
}

// Add adds the documents of log entry seq, all in one call; there may be none.
// Searches that begin later find them. An entry at or before the last one is
// skipped, so that a replay may overlap what is there. Add keeps the slices of
// terms. It waits while the tail is full, and returns the error of earlier
// background work, after which it may be called again.
func (x *Index) Add(seq uint64, docs ...Doc) error {
	kept := make([]*Doc, len(docs))
	copies := slices.Clone(docs)
	for i := range copies {
		d := &copies[i]
		for _, t := range d.Terms {
			if err := checkTerm(t.Term); err != nil {
				return fmt.Errorf("full-text index: entry %d, document %d: %w", seq, d.ID, err)
			}
		}
		kept[i] = d
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for x.full(4) && x.err == nil && !x.closed && !x.opt.Manual {
		wake(x.flush)
		x.room.Wait()
	}
	switch {
	case x.closed:
		return ErrClosed
	case x.err != nil:
		err := x.err
		x.err = nil
		return err
	case seq <= x.lastSeq:
		return nil
	}
	x.lastSeq = seq
	x.tail.add(seq, kept)
	if x.full(1) {
		wake(x.flush)
	}
	return nil
}

func (x *Index) full(times int) bool {
	return x.tail.docs >= times*x.opt.TailDocs || x.tail.terms >= times*x.opt.TailTerms
}

// maxTermLen keeps keys short; [text] makes no longer terms.
const maxTermLen = 160

func checkTerm(t string) error {
	if t == "" || len(t) > maxTermLen {
		return fmt.Errorf("term of %d bytes (1 to %d)", len(t), maxTermLen)
	}
	for i := 0; i < len(t); i++ {
		if t[i] < 0x20 {
			return fmt.Errorf("term %q has a control character", t)
		}
	}
	return nil
}

// memory returns what is not in stored segments, and up to where those reach.
func (x *Index) memory() (segments []*memSegment, watermark uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.frozen != nil {
		segments = append(segments, x.frozen.sealed()...)
	}
	return append(segments, x.tail.sealed()...), x.list.watermark
}

// view is everything that one search reads: the segments that reader holds and
// the part of memory that they do not.
type view struct {
	kv.Reader
	list   *readList
	memory []*memSegment
	close  func()
}

// view returns a state of the index in which no document is missing or twice.
//
// The memory is looked at first. If the reader's list of segments reaches as
// far as memory begins, both together are whole. If not, the reader is older
// than a flush that has ended since, and what it wrote is neither in the reader
// nor in memory any more; then the segments are read from a snapshot of now.
// That is as good: documents carry their versions, so those behind the reader's
// time are told apart by MaxVersion or Live, not by where they are stored.
func (x *Index) view(ctx context.Context, r kv.Reader) (*view, error) {
	memory, watermark := x.memory()
	v := &view{Reader: r, close: func() {}}
	if r != nil {
		list, err := x.readList(ctx, r)
		if err != nil {
			return nil, err
		}
		v.list = list
	}
	if r == nil || v.list.watermark < watermark {
		snap, err := x.store.Snapshot()
		if err != nil {
			return nil, err
		}
		v.Reader, v.close = snap, func() { snap.Close() }
		if v.list, err = x.readList(ctx, snap); err != nil {
			snap.Close()
			return nil, err
		}
	}
	for _, m := range memory {
		if m.maxSeq > v.list.watermark {
			v.memory = append(v.memory, m)
		}
	}
	return v, nil
}
