package memkv

import (
	"bytes"
	"context"
	"iter"

	"github.com/tidwall/btree"

	"github.com/onrecord/onrecord/graph/kv"
)

// Overlay is a state with writes on top of it that nobody else sees yet: what
// would be read if they had been applied. It collects them for one batch. It is
// not safe for concurrent use.
type Overlay struct {
	base   kv.Reader
	writes *btree.BTreeG[kv.Write]
	size   int
}

// NewOverlay returns base with nothing on top.
func NewOverlay(base kv.Reader) *Overlay {
	return &Overlay{base: base, writes: newWrites()}
}

func newWrites() *btree.BTreeG[kv.Write] {
	return btree.NewBTreeGOptions(func(a, b kv.Write) bool { return bytes.Compare(a.Key, b.Key) < 0 },
		btree.Options{NoLocks: true})
}

// Put and Delete keep the slices.
func (o *Overlay) Put(key, value []byte) {
	o.size += len(key) + len(value)
	o.writes.Set(kv.Write{Key: key, Value: value})
}

// Delete removes key.
func (o *Overlay) Delete(key []byte) { o.writes.Set(kv.Write{Key: key}) }

// Mark is a state of an overlay to go back to.
type Mark struct {
	writes *btree.BTreeG[kv.Write]
	size   int
}

// Mark remembers the writes so far.
func (o *Overlay) Mark() Mark { return Mark{o.writes.Copy(), o.size} }

// Reset forgets every write since the mark.
func (o *Overlay) Reset(m Mark) { o.writes, o.size = m.writes.Copy(), m.size }

// Len is the number of writes.
func (o *Overlay) Len() int { return o.writes.Len() }

// Size is the bytes of everything put so far: at least those of the batch.
func (o *Overlay) Size() int { return o.size }

// Batch returns the writes.
func (o *Overlay) Batch() *kv.Batch {
	b := new(kv.Batch)
	o.writes.Scan(func(w kv.Write) bool {
		if w.Value == nil {
			b.Delete(w.Key)
		} else {
			b.Put(w.Key, w.Value)
		}
		return true
	})
	return b
}

// GetMulti implements [kv.Reader].
func (o *Overlay) GetMulti(ctx context.Context, keys [][]byte) ([][]byte, error) {
	out := make([][]byte, len(keys))
	var below [][]byte
	var at []int
	for i, k := range keys {
		if w, ok := o.writes.Get(kv.Write{Key: k}); ok {
			if w.Value != nil {
				out[i] = bytes.Clone(w.Value)
			}
			continue
		}
		below, at = append(below, k), append(at, i)
	}
	if len(below) == 0 {
		return out, nil
	}
	values, err := o.base.GetMulti(ctx, below)
	if err != nil {
		return nil, err
	}
	for j, i := range at {
		out[i] = values[j]
	}
	return out, nil
}

// Scan implements [kv.Reader].
func (o *Overlay) Scan(ctx context.Context, ranges ...kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		unlimited := make([]kv.Range, len(ranges))
		for i, r := range ranges {
			unlimited[i] = r
			if r.Limit > 0 { // some of the base's pairs may be deleted on top
				unlimited[i].Limit = r.Limit + o.writesIn(r)
			}
		}
		next, stop := iter.Pull2(o.base.Scan(ctx, unlimited...))
		defer stop()
		p, err, more := next()
		for i, r := range ranges {
			n := 0
			emit := func(q kv.Pair) bool {
				n++
				q.Range = i
				return yield(q, nil)
			}
			ok := true
			o.within(r, func(w kv.Write) bool {
				for more && err == nil && p.Range == i && before(p.Key, w.Key, r.Reverse) && !full(n, r) {
					if ok = emit(p); !ok {
						return false
					}
					p, err, more = next()
				}
				if err != nil || full(n, r) {
					return false
				}
				if more && p.Range == i && bytes.Equal(p.Key, w.Key) {
					p, err, more = next()
				}
				if w.Value != nil {
					ok = emit(kv.Pair{Key: w.Key, Value: w.Value})
				}
				return ok
			})
			for ok && more && err == nil && p.Range == i {
				if !full(n, r) {
					ok = emit(p)
				}
				p, err, more = next()
			}
			if !ok {
				return
			}
			if err != nil {
				yield(kv.Pair{}, err)
				return
			}
		}
	}
}

func full(n int, r kv.Range) bool { return r.Limit > 0 && n >= r.Limit }

func before(a, b []byte, reverse bool) bool {
	if reverse {
		return bytes.Compare(a, b) > 0
	}
	return bytes.Compare(a, b) < 0
}

// within calls f for the writes in r, in r's order, until it returns false.
func (o *Overlay) within(r kv.Range, f func(kv.Write) bool) {
	if !r.Reverse {
		o.writes.Ascend(kv.Write{Key: r.Start}, func(w kv.Write) bool {
			return (r.End == nil || bytes.Compare(w.Key, r.End) < 0) && f(w)
		})
		return
	}
	down := func(w kv.Write) bool {
		if r.End != nil && bytes.Compare(w.Key, r.End) >= 0 {
			return true
		}
		return bytes.Compare(w.Key, r.Start) >= 0 && f(w)
	}
	if r.End == nil {
		o.writes.Reverse(down)
		return
	}
	o.writes.Descend(kv.Write{Key: r.End}, down)
}

func (o *Overlay) writesIn(r kv.Range) (n int) {
	o.within(r, func(kv.Write) bool { n++; return true })
	return n
}

// Own returns how many pairs each range has among the writes alone, at most
// limit: for ranges that the base cannot have.
func (o *Overlay) Own(r kv.Range, f func(key, value []byte) bool) {
	o.within(r, func(w kv.Write) bool { return w.Value == nil || f(w.Key, w.Value) })
}
