package graph

import (
	"context"
	"encoding/binary"
	"iter"

	"github.com/onrecord/onrecord/graph/kv"
)

// A cell is a value that keeps its history. The newest version stands at its
// key, each earlier one at the history key of the revision that wrote it. So
// the present costs one read, and any earlier state can be read from the same
// indexes: that is all of "as of".
//
//	flags 1 | since uvarint | payload
//
// Bit 0 of the flags says that the cell is gone since that revision, bit 1 that
// there are earlier versions.
type cell struct {
	since   uint64
	gone    bool
	older   bool
	payload []byte
}

func (c cell) encode() []byte {
	b := make([]byte, 1, 1+binary.MaxVarintLen64+len(c.payload))
	if c.gone {
		b[0] |= 1
	}
	if c.older {
		b[0] |= 2
	}
	return append(binary.AppendUvarint(b, c.since), c.payload...)
}

func parseCell(key, b []byte) (cell, error) {
	if len(b) < 2 || b[0] > 3 {
		return cell{}, corrupt(key, "no cell")
	}
	since, n := binary.Uvarint(b[1:])
	if n <= 0 {
		return cell{}, corrupt(key, "no revision in the cell")
	}
	return cell{since: since, gone: b[0]&1 != 0, older: b[0]&2 != 0, payload: b[1+n:]}, nil
}

func corrupt(key []byte, what string) error {
	return stored("read", &kv.CorruptError{Key: append([]byte(nil), key...), What: what})
}

// cells reads cells as of revision at.
type cells struct {
	kv.Reader
	at uint64
}

// get returns the cells at keys, in their order; nil where there is none.
func (c cells) get(ctx context.Context, keys [][]byte) ([]*cell, error) {
	values, err := c.GetMulti(ctx, keys)
	if err != nil {
		return nil, stored("read", err)
	}
	out := make([]*cell, len(keys))
	var late []int
	for i, v := range values {
		if v == nil {
			continue
		}
		x, err := parseCell(keys[i], v)
		if err != nil {
			return nil, err
		}
		switch {
		case x.since > c.at:
			if x.older {
				late = append(late, i)
			}
		case !x.gone:
			out[i] = &x
		}
	}
	if len(late) == 0 {
		return out, nil
	}
	lateKeys := make([][]byte, len(late))
	for j, i := range late {
		lateKeys[j] = keys[i]
	}
	found, err := c.before(ctx, lateKeys)
	if err != nil {
		return nil, err
	}
	for j, i := range late {
		out[i] = found[j]
	}
	return out, nil
}

// before returns what the cells at keys said as of at, from their history.
func (c cells) before(ctx context.Context, keys [][]byte) ([]*cell, error) {
	ranges := make([]kv.Range, len(keys))
	for i, k := range keys {
		ranges[i] = kv.Range{Start: historyKey(k, c.at), End: kv.After(historyPrefix(k)), Limit: 1}
	}
	out := make([]*cell, len(keys))
	for p, err := range c.Scan(ctx, ranges...) {
		if err != nil {
			return nil, stored("read", err)
		}
		x, err := parseCell(p.Key, p.Value)
		if err != nil {
			return nil, err
		}
		if !x.gone {
			x.payload = append([]byte(nil), x.payload...)
			out[p.Range] = &x
		}
	}
	return out, nil
}

// found is a cell met by a scan.
type found struct {
	rng     int
	key     []byte
	payload []byte
	since   uint64
}

// slack is how many pairs beyond its limit a range is asked for, so that cells
// that are gone rarely cost a second scan.
const slack = 4

// scan yields the cells of the ranges that stood as of at, range after range.
// Limits count them and not the pairs of the store. A yielded cell is valid
// until the next step.
func (c cells) scan(ctx context.Context, ranges ...kv.Range) iter.Seq2[found, error] {
	return func(yield func(found, error) bool) {
		rest := make([]scanning, len(ranges))
		for i, r := range ranges {
			rest[i] = scanning{Range: r, index: i, want: r.Limit, slack: slack}
		}
		for len(rest) > 0 {
			n, stop, err := c.scanOnce(ctx, rest, yield)
			if err != nil {
				yield(found{}, err)
			}
			if stop || err != nil {
				return
			}
			rest = rest[n:]
		}
	}
}

// scanning is a range on its way: its bounds move as it is read.
type scanning struct {
	kv.Range
	index int
	want  int // cells still to be yielded; 0 means all
	slack int
	asked int // pairs asked of the store
	seen  int // pairs had from it
	full  bool
}

// short reports that the range was cut by the store's limit before it had
// yielded what is wanted.
func (s *scanning) short() bool { return !s.full && s.asked > 0 && s.seen >= s.asked }

// scanOnce scans rest in one call. It returns how many of its ranges are done;
// a range that was cut short is left at the front of the others, to go on
// behind its last key.
func (c cells) scanOnce(ctx context.Context, rest []scanning, yield func(found, error) bool) (done int, stop bool, err error) {
	ask := make([]kv.Range, len(rest))
	for i := range rest {
		s := &rest[i]
		s.asked, s.seen = 0, 0
		if s.want > 0 {
			s.asked = s.want + s.slack
			s.slack *= 8
		}
		ask[i] = s.Range
		ask[i].Limit = s.asked
	}
	at := 0
	for p, err := range c.Scan(ctx, ask...) {
		if err != nil {
			return at, true, stored("read", err)
		}
		for ; at < p.Range; at++ {
			if rest[at].short() {
				return at, false, nil
			}
		}
		s := &rest[at]
		if s.full {
			continue
		}
		s.seen++
		if s.asked > 0 && s.seen == s.asked {
			s.resume(p.Key)
		}
		f, ok, err := c.visible(ctx, p)
		if err != nil {
			return at, true, err
		}
		if !ok {
			continue
		}
		f.rng = s.index
		if !yield(f, nil) {
			return at, true, nil
		}
		if s.want > 0 {
			s.want--
			s.full = s.want == 0
		}
	}
	for ; at < len(rest); at++ {
		if rest[at].short() {
			return at, false, nil
		}
	}
	return at, false, nil
}

// resume lets the range go on behind key.
func (s *scanning) resume(key []byte) {
	if s.Reverse {
		s.End = append([]byte(nil), key...)
		return
	}
	s.Start = append(append([]byte(nil), key...), 0)
}

// visible returns the cell of a pair as it stood as of at.
func (c cells) visible(ctx context.Context, p kv.Pair) (found, bool, error) {
	x, err := parseCell(p.Key, p.Value)
	if err != nil {
		return found{}, false, err
	}
	f := found{key: p.Key, payload: x.payload, since: x.since}
	if x.since <= c.at {
		return f, !x.gone, nil
	}
	if !x.older {
		return found{}, false, nil
	}
	old, err := c.before(ctx, [][]byte{p.Key})
	if err != nil || old[0] == nil {
		return found{}, false, err
	}
	f.payload, f.since = old[0].payload, old[0].since
	return f, true, nil
}
