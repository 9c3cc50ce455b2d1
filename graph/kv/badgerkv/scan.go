package badgerkv

import (
	"bytes"
	"context"
	"iter"

	"github.com/dgraph-io/badger/v4"

	"github.com/onrecord/onrecord/graph/kv"
)

// Scan implements [kv.Reader]. All ranges of one direction share one iterator:
// to make one costs more than to move it.
func (sn *snapshot) Scan(ctx context.Context, ranges ...kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		if err := sn.enter(); err != nil {
			yield(kv.Pair{}, err)
			return
		}
		defer sn.leave()
		c := cursor{txn: sn.state.txn, ranges: ranges}
		defer c.close()
		for i, r := range ranges {
			for n := 0; r.Limit <= 0 || n < r.Limit; n++ {
				err := ctx.Err()
				var more bool
				if err == nil {
					more, err = c.step(r, n == 0)
				}
				if err != nil {
					yield(kv.Pair{}, err)
					return
				}
				if !more {
					break
				}
				if !yield(kv.Pair{Range: i, Key: c.key, Value: c.value}, nil) {
					return
				}
			}
		}
	}
}

// cursor walks ranges. Only its own steps run under protect, never the loop's
// body: a panic in there is not ours to catch.
type cursor struct {
	txn    *badger.Txn
	ranges []kv.Range
	its    [2]*badger.Iterator // forward, reverse; made when needed

	at         *badger.Iterator
	lo, hi     []byte // stored keys, half-open
	key, value []byte // the caller's key and value at this step
	stored     []byte
}

// step moves to the first (or next) pair of r, false at its end.
func (c *cursor) step(r kv.Range, first bool) (more bool, err error) {
	err = protect(func() error {
		if first {
			c.seek(r)
		} else {
			c.at.Next()
		}
		for c.at.Valid() {
			item := c.at.Item()
			c.stored = item.Key()
			switch {
			case bytes.Compare(c.stored, c.hi) >= 0:
				if r.Reverse { // hi itself, where the seek came down
					c.at.Next()
					continue
				}
				return nil
			case bytes.Compare(c.stored, c.lo) < 0:
				return nil
			}
			more = true
			return item.Value(c.open)
		}
		return nil
	})
	return more && err == nil, err
}

func (c *cursor) open(sealed []byte) (err error) {
	c.key = c.stored[1:]
	c.value, err = unseal(c.stored, sealed)
	return err
}

func (c *cursor) seek(r kv.Range) {
	c.lo, c.hi = bounds(r, c.lo[:0], c.hi[:0])
	which, from := 0, c.lo
	if r.Reverse {
		which, from = 1, c.hi
	}
	if c.its[which] == nil {
		c.its[which] = c.txn.NewIterator(badger.IteratorOptions{
			Reverse: r.Reverse,
			Prefix:  commonPrefix(c.ranges, r.Reverse),
		})
	}
	c.at = c.its[which]
	c.at.Seek(from)
}

// bounds appends a range's ends as stored keys.
func bounds(r kv.Range, lo, hi []byte) ([]byte, []byte) {
	lo = appendStored(lo, r.Start)
	if r.End == nil {
		return lo, append(hi, spaceEnd...)
	}
	return lo, appendStored(hi, r.End)
}

// commonPrefix returns what every key begins with that an iterator may come
// down on in the ranges of one direction: it spares Badger the other tables.
func commonPrefix(ranges []kv.Range, reverse bool) []byte {
	var common, lo, hi []byte
	first := true
	for _, r := range ranges {
		if r.Reverse != reverse {
			continue
		}
		lo, hi = bounds(r, lo[:0], hi[:0])
		p := lo
		switch {
		case bytes.Compare(lo, hi) >= 0:
			p = lo[:1] // empty, wherever it lies
		case reverse && r.End == nil:
			p = lo[:1] // nothing is stored at the end of our space
		case reverse:
			// The seek comes down on End itself if that is a key, and
			// an iterator ends at once outside its prefix.
			p = lo[:shared(lo, hi)]
		default:
			for len(p) > 1 && outside(p, hi) {
				p = p[:len(p)-1]
			}
		}
		if first {
			common, first = bytes.Clone(p), false
			continue
		}
		common = common[:shared(common, p)]
	}
	return common
}

// outside reports whether keys below hi exist behind all that begin with p.
func outside(p, hi []byte) bool {
	after := kv.After(p)
	return after != nil && bytes.Compare(hi, after) > 0
}

func shared(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func (c *cursor) close() {
	for _, it := range c.its {
		if it != nil {
			// After a panic of Badger there may be nothing to close.
			_ = protect(func() error { it.Close(); return nil })
		}
	}
}
