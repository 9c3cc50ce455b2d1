// Package memkv is the key-value engine in memory: the reference that other
// engines are compared with, and the fake for tests of everything above it.
//
// # Nouns
//
// A [Store] is a tree of pairs, copied on write, so that a snapshot costs
// nothing: it is the tree as it was. An [Overlay] is a state with writes on top.
//
// # Promises
//
// Everything that graph/kv promises, except what outlives the process. A scan
// hands out the same two buffers at every step, so that a caller who keeps a
// pair without copying it fails here and not only on disk.
package memkv

import (
	"bytes"
	"context"
	"iter"
	"sync"

	"github.com/tidwall/btree"

	"github.com/onrecord/onrecord/graph/kv"
)

// Options of a store. The zero value is ready for use.
type Options struct {
	// Limits are what one batch may hold; each zero field means that of
	// [DefaultLimits]. Tests set small ones.
	Limits kv.Limits
}

// DefaultLimits are those of the engine on disk with its defaults, so that what
// fits here fits there.
var DefaultLimits = kv.Limits{Key: 2 << 10, Value: 512 << 10, BatchBytes: 8 << 20, BatchWrites: 98_000}

// Store is a key-value store in memory.
type Store struct {
	limits kv.Limits

	// mu guards what follows. Trees inside snapshots are read without it:
	// nobody writes to them.
	mu     sync.Mutex
	tree   *btree.BTreeG[kv.Write]
	closed bool
}

// New returns an empty store with default options.
func New() *Store { return NewWith(Options{}) }

// NewWith returns an empty store.
func NewWith(o Options) *Store {
	orDefault := func(n, d int) int {
		if n == 0 {
			return d
		}
		return n
	}
	byKey := func(a, b kv.Write) bool { return bytes.Compare(a.Key, b.Key) < 0 }
	return &Store{
		limits: kv.Limits{
			Key:         orDefault(o.Limits.Key, DefaultLimits.Key),
			Value:       orDefault(o.Limits.Value, DefaultLimits.Value),
			BatchBytes:  orDefault(o.Limits.BatchBytes, DefaultLimits.BatchBytes),
			BatchWrites: orDefault(o.Limits.BatchWrites, DefaultLimits.BatchWrites),
		},
		tree: btree.NewBTreeGOptions(byKey, btree.Options{NoLocks: true}),
	}
}

// Limits implements [kv.Store].
func (s *Store) Limits() kv.Limits { return s.limits }

// Close implements [kv.Store]. Closing twice is no error.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// Apply implements [kv.Store].
func (s *Store) Apply(ctx context.Context, b *kv.Batch) error {
	if err := b.Check(s.limits); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return kv.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, e := range b.Expects() {
		w, found := s.tree.Get(kv.Write{Key: e.Key})
		if found != (e.Value != nil) || !bytes.Equal(w.Value, e.Value) {
			return &kv.ConflictError{Key: e.Key}
		}
	}
	for _, w := range b.Writes() {
		if w.Value == nil {
			s.tree.Delete(w)
			continue
		}
		s.tree.Set(kv.Write{Key: bytes.Clone(w.Key), Value: clone(w.Value)})
	}
	return nil
}

// Snapshot implements [kv.Store].
func (s *Store) Snapshot() (kv.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, kv.ErrClosed
	}
	return &snapshot{store: s, tree: s.tree.Copy()}, nil
}

// snapshot is a tree that nobody writes to any more.
type snapshot struct {
	store  *Store
	tree   *btree.BTreeG[kv.Write]
	closed bool // guarded by store.mu
}

// Close implements [kv.Snapshot].
func (s *snapshot) Close() error {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.closed = true
	return nil
}

func (s *snapshot) usable(ctx context.Context) error {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if s.closed || s.store.closed {
		return kv.ErrClosed
	}
	return ctx.Err()
}

// GetMulti implements [kv.Reader].
func (s *snapshot) GetMulti(ctx context.Context, keys [][]byte) ([][]byte, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	values := make([][]byte, len(keys))
	for i, k := range keys {
		if w, ok := s.tree.Get(kv.Write{Key: k}); ok {
			values[i] = clone(w.Value)
		}
	}
	return values, nil
}

// Scan implements [kv.Reader].
func (s *snapshot) Scan(ctx context.Context, ranges ...kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		if err := s.usable(ctx); err != nil {
			yield(kv.Pair{}, err)
			return
		}
		key, value := []byte{}, []byte{}
		for i, r := range ranges {
			n, more := 0, true
			walk(s.tree, r, func(w kv.Write) bool {
				if err := ctx.Err(); err != nil {
					yield(kv.Pair{}, err)
					more = false
					return false
				}
				key, value = append(key[:0], w.Key...), append(value[:0], w.Value...)
				n++
				more = yield(kv.Pair{Range: i, Key: key, Value: value}, nil)
				return more && n != r.Limit
			})
			if !more {
				return
			}
		}
	}
}

// walk calls f for the pairs of r in r's order until f returns false.
func walk(tree *btree.BTreeG[kv.Write], r kv.Range, f func(kv.Write) bool) {
	if !r.Reverse {
		tree.Ascend(kv.Write{Key: r.Start}, func(w kv.Write) bool {
			return (r.End == nil || bytes.Compare(w.Key, r.End) < 0) && f(w)
		})
		return
	}
	down := func(w kv.Write) bool {
		if r.End != nil && bytes.Compare(w.Key, r.End) >= 0 {
			return true // End itself: the interval is open there
		}
		return bytes.Compare(w.Key, r.Start) >= 0 && f(w)
	}
	if r.End == nil {
		tree.Reverse(down)
		return
	}
	tree.Descend(kv.Write{Key: r.End}, down)
}

// clone copies b; unlike bytes.Clone it keeps an empty value apart from none.
func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }
