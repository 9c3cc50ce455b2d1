package postings

import (
	"bytes"
	"slices"
	"sort"

	"github.com/onrecord/onrecord/graph/kv"
)

// state is what became of a step through postings.
type state uint8

const (
	found   state = iota
	ended         // there are no more
	blocked       // a page must be read first
)

// cursor walks up the postings of one term in one segment.
type cursor struct {
	ords, freqs []uint32 // the block at hand, or the whole list of a segment in memory
	i           int

	// Of a stored segment:
	term   string
	blocks []entry // of the term, in pages that were read and not decoded yet
	final  bool    // no page behind those has more
	want   uint32  // when blocked: read from the page that holds this ordinal
	ahead  int     // how many pages were read at once the last time
	most   int     // and may be
	df     uint32
	bufs   [2][]uint32
}

func memCursor(m *memSegment, term string) *cursor {
	c := &cursor{final: true}
	if i, ok := m.lists[term]; ok {
		c.ords, c.freqs = m.list(i)
		c.df = uint32(len(c.ords))
	}
	return c
}

// seek moves to the first posting at or behind target. Targets ascend.
func (c *cursor) seek(target uint32) (state, error) {
	for {
		if n := len(c.ords); c.i < n {
			if c.ords[n-1] >= target {
				c.skip(target)
				return found, nil
			}
			c.i = n
		}
		for len(c.blocks) > 0 && (c.blocks[0].last < target || c.blocks[0].count == 0) {
			c.blocks = c.blocks[1:]
		}
		if len(c.blocks) == 0 {
			if c.final {
				return ended, nil
			}
			c.want = target
			return blocked, nil
		}
		var ok bool
		if c.ords, c.freqs, ok = c.blocks[0].decode(c.bufs[0], c.bufs[1]); !ok {
			return ended, damaged(c.blocks[0].page)
		}
		c.bufs = [2][]uint32{c.ords, c.freqs}
		c.i = 0
		c.blocks = c.blocks[1:]
	}
}

// skip gallops to the first ordinal at or behind target, which there is.
func (c *cursor) skip(target uint32) {
	step, i := 1, c.i
	for i < len(c.ords) && c.ords[i] < target {
		c.i = i + 1
		i += step
		step *= 2
	}
	if c.i >= i {
		return
	}
	rest := c.ords[c.i:min(i, len(c.ords))]
	c.i += sort.Search(len(rest), func(k int) bool { return rest[k] >= target })
}

func (c *cursor) ord() uint32 { return c.ords[c.i] }

// wanted is the range of pages to read next.
func (c *cursor) wanted(k keys, seg uint32) kv.Range {
	c.ahead = max(1, min(2*c.ahead, c.most))
	return kv.Range{Start: k.postings(seg, c.term, c.want), End: kv.After(k.allPostings(seg)), Limit: c.ahead}
}

// feed takes a page that was wanted, in order.
func (c *cursor) feed(p kv.Pair) error {
	if c.final {
		return nil
	}
	key := bytes.Clone(p.Key)
	r := pageReader{d: decoder{b: bytes.Clone(p.Value)}}
	for r.next() {
		switch bytes.Compare(r.term, []byte(c.term)) {
		case -1:
			continue
		case 1:
			c.final = true
			return nil
		}
		if r.flags&entryFirst != 0 {
			c.df = r.df
		}
		c.blocks = append(c.blocks, r.entry)
		c.blocks[len(c.blocks)-1].page = key
		if r.flags&entryFinal != 0 {
			c.final = true
			return nil
		}
	}
	if r.d.bad {
		return damaged(key)
	}
	return nil
}

func damaged(key []byte) error {
	return &kv.CorruptError{Key: bytes.Clone(key), What: "full-text index: damaged postings"}
}

// union walks up the postings of any of several terms.
type union struct {
	cursors []*cursor
	at      uint32
}

// seek moves to the first posting of any term at or behind target. Cursors that
// are blocked are added to needs.
func (u *union) seek(target uint32, needs *[]*cursor) (state, error) {
	least, st := ^uint32(0), ended
	for i := 0; i < len(u.cursors); i++ {
		c := u.cursors[i]
		s, err := c.seek(target)
		if err != nil {
			return ended, err
		}
		switch s {
		case blocked:
			*needs = append(*needs, c)
			st = blocked
		case found:
			if st != blocked {
				least, st = min(least, c.ord()), found
			}
		}
	}
	u.at = least
	return st, nil
}

// freq is how often the document at hand has one of the terms.
func (u *union) freq() (n uint32) {
	for _, c := range u.cursors {
		if c.i < len(c.ords) && c.ord() == u.at {
			n += c.freqs[c.i]
		}
	}
	return n
}

// df is in how many documents of the segment one of the terms is, a document
// counted once for each of them.
func (u *union) df() (n uint64) {
	for _, c := range u.cursors {
		n += uint64(c.df)
	}
	return n
}

// dedup sorts terms and drops those that come twice.
func dedup(terms []string) []string {
	terms = slices.Clone(terms)
	slices.Sort(terms)
	return slices.Compact(terms)
}
