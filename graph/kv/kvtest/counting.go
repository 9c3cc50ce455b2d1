package kvtest

import (
	"context"
	"iter"
	"slices"
	"sync"

	"github.com/onrecord/onrecord/graph/kv"
)

// Call is one call that reached a store.
type Call struct {
	Op string // "GetMulti", "Scan" or "Apply"
	N  int    // how many keys, ranges or writes it carried
}

// Counter is a store that remembers the calls made through it and through its
// snapshots. It is safe for concurrent use.
type Counter struct {
	kv.Store

	mu    sync.Mutex // guards calls
	calls []Call
}

// Counting returns a store that passes everything on to s and counts it.
func Counting(s kv.Store) *Counter { return &Counter{Store: s} }

// Calls returns the calls since the last Reset, in order. A scan counts when
// its loop begins.
func (c *Counter) Calls() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.calls)
}

// Count returns how many calls of op there were, and how many keys, ranges or
// writes they carried together.
func (c *Counter) Count(op string) (calls, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.calls {
		if call.Op == op {
			calls++
			n += call.N
		}
	}
	return calls, n
}

// Reset forgets the calls so far.
func (c *Counter) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = nil
}

func (c *Counter) add(op string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, Call{op, n})
}

// Apply implements [kv.Store].
func (c *Counter) Apply(ctx context.Context, b *kv.Batch) error {
	c.add("Apply", b.Len())
	return c.Store.Apply(ctx, b)
}

// Snapshot implements [kv.Store].
func (c *Counter) Snapshot() (kv.Snapshot, error) {
	s, err := c.Store.Snapshot()
	if err != nil {
		return nil, err
	}
	return counted{s, c}, nil
}

type counted struct {
	kv.Snapshot
	counter *Counter
}

func (s counted) GetMulti(ctx context.Context, keys [][]byte) ([][]byte, error) {
	s.counter.add("GetMulti", len(keys))
	return s.Snapshot.GetMulti(ctx, keys)
}

func (s counted) Scan(ctx context.Context, ranges ...kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		s.counter.add("Scan", len(ranges))
		for p, err := range s.Snapshot.Scan(ctx, ranges...) {
			if !yield(p, err) {
				return
			}
		}
	}
}
