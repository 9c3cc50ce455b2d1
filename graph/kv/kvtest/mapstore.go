package kvtest

import (
	"bytes"
	"context"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/onrecord/onrecord/graph/kv"
)

// NewMap returns an engine that holds its pairs in a Go map, copies all of them
// for a snapshot and sorts them for a scan. It is slow, and plain enough to be
// believed: the other side of [RunModel] for an engine that is itself a
// reference.
func NewMap() kv.Store { return &mapStore{pairs: map[string]string{}} }

type mapStore struct {
	mu     sync.Mutex // guards what follows
	pairs  map[string]string
	closed bool
}

func (m *mapStore) Limits() kv.Limits {
	return kv.Limits{Key: 1 << 10, Value: 1 << 10, BatchBytes: 1 << 20, BatchWrites: 1 << 10}
}

func (m *mapStore) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

func (m *mapStore) Snapshot() (kv.Snapshot, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, kv.ErrClosed
	}
	return &mapSnapshot{pairs: maps.Clone(m.pairs)}, nil
}

func (m *mapStore) Apply(ctx context.Context, b *kv.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return kv.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := b.Check(m.Limits()); err != nil {
		return err
	}
	for _, e := range b.Expects() {
		v, ok := m.pairs[string(e.Key)]
		if ok != (e.Value != nil) || v != string(e.Value) {
			return &kv.ConflictError{Key: e.Key}
		}
	}
	for _, w := range b.Writes() {
		if w.Value == nil {
			delete(m.pairs, string(w.Key))
		} else {
			m.pairs[string(w.Key)] = string(w.Value)
		}
	}
	return nil
}

type mapSnapshot struct {
	mu     sync.Mutex // guards closed
	closed bool
	pairs  map[string]string
}

func (m *mapSnapshot) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

func (m *mapSnapshot) usable(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return kv.ErrClosed
	}
	return ctx.Err()
}

func (m *mapSnapshot) GetMulti(ctx context.Context, keys [][]byte) ([][]byte, error) {
	if err := m.usable(ctx); err != nil {
		return nil, err
	}
	out := make([][]byte, len(keys))
	for i, k := range keys {
		if v, ok := m.pairs[string(k)]; ok {
			out[i] = []byte(v)
		}
	}
	return out, nil
}

func (m *mapSnapshot) Scan(ctx context.Context, ranges ...kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		for i, r := range ranges {
			keys := slices.DeleteFunc(slices.Sorted(maps.Keys(m.pairs)), func(k string) bool {
				return bytes.Compare([]byte(k), r.Start) < 0 || r.End != nil && bytes.Compare([]byte(k), r.End) >= 0
			})
			if r.Reverse {
				slices.Reverse(keys)
			}
			if r.Limit > 0 && len(keys) > r.Limit {
				keys = keys[:r.Limit]
			}
			if err := m.usable(ctx); err != nil {
				yield(kv.Pair{}, err)
				return
			}
			for _, k := range keys {
				if err := m.usable(ctx); err != nil {
					yield(kv.Pair{}, err)
					return
				}
				if !yield(kv.Pair{Range: i, Key: []byte(k), Value: []byte(m.pairs[k])}, nil) {
					return
				}
			}
		}
	}
}
