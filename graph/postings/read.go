package postings

import (
	"bytes"
	"context"
	"sync"

	"github.com/onrecord/onrecord/graph/kv"
)

// fill makes every stream hold a match or be done, in as few reads as it can:
// all pages that any stream lacks are one scan, and the documents of all matches
// one get.
func (s *search) fill() error {
	for {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		var lacking []*stream
		for _, st := range s.streams {
			if !st.done && st.next >= len(st.out) {
				st.out, st.next = st.out[:0], 0
				lacking = append(lacking, st)
			}
		}
		if len(lacking) == 0 {
			return nil
		}
		if err := s.match(lacking); err != nil {
			return err
		}
		if err := s.resolve(lacking); err != nil {
			return err
		}
	}
}

// match collects matches of each stream until it has some or is done.
func (s *search) match(lacking []*stream) error {
	for {
		var needs []*cursor
		var segs []uint32
		for _, st := range lacking {
			if st.done || len(st.out) > 0 {
				continue
			}
			var mine []*cursor
			if err := st.collect(s.Order == ByScore, &mine); err != nil {
				return err
			}
			for _, c := range mine {
				needs, segs = append(needs, c), append(segs, st.seg.id)
			}
		}
		if len(needs) == 0 {
			return nil
		}
		if err := s.read(needs, segs); err != nil {
			return err
		}
	}
}

// read reads the pages that cursors lack.
func (s *search) read(needs []*cursor, segs []uint32) error {
	ranges := make([]kv.Range, len(needs))
	for i, c := range needs {
		ranges[i] = c.wanted(s.x.keys, segs[i])
	}
	if len(ranges) == 0 {
		return nil
	}
	got := make([]int, len(needs))
	for p, err := range s.v.Scan(s.ctx, ranges...) {
		if err != nil {
			return err
		}
		got[p.Range]++
		if err := needs[p.Range].feed(p); err != nil {
			return err
		}
	}
	for i, c := range needs {
		if got[i] < ranges[i].Limit { // the segment ended
			c.final = true
		}
	}
	return nil
}

// resolve looks up the documents of what streams hand out, and keeps those that
// the query wants.
func (s *search) resolve(lacking []*stream) error {
	type block struct{ seg, n uint32 }
	known := map[block][]doc{}
	var missing []block
	var segs []segment
	for _, st := range lacking {
		last := ^uint32(0)
		for i := range st.out {
			if n := st.out[i].ord / docsPerBlock; st.mem == nil && n != last {
				b := block{st.seg.id, n}
				last = n
				if docs := s.x.cache.get(st.seg.id, n); docs != nil {
					known[b] = docs
				} else if _, ok := known[b]; !ok {
					missing, segs = append(missing, b), append(segs, st.seg)
					known[b] = nil
				}
			}
		}
	}
	if len(missing) > 0 {
		keys := make([][]byte, len(missing))
		for i, b := range missing {
			keys[i] = s.x.keys.docs(b.seg, b.n)
		}
		values, err := s.v.GetMulti(s.ctx, keys)
		if err != nil {
			return err
		}
		for i, b := range missing {
			docs, err := tableBlock(keys[i], values[i], segs[i], b.n)
			if err != nil {
				return err
			}
			known[b] = docs
			s.x.cache.put(b.seg, b.n, docs)
		}
	}
	for _, st := range lacking {
		kept := st.out[:0]
		var docs []doc
		last := ^uint32(0)
		for _, m := range st.out {
			if st.mem != nil {
				m.doc = st.mem.docs[m.ord]
			} else {
				if n := m.ord / docsPerBlock; n != last {
					docs, last = known[block{st.seg.id, n}], n
				}
				if int(m.ord%docsPerBlock) >= len(docs) {
					return damaged(s.x.keys.docs(st.seg.id, last))
				}
				m.doc = docs[m.ord%docsPerBlock]
			}
			if s.wants(&m.doc) {
				kept = append(kept, m)
			}
		}
		st.out = kept
	}
	return nil
}

// tableBlock decodes an entry of a segment's table.
func tableBlock(key, value []byte, seg segment, n uint32) ([]doc, error) {
	docs, ok := decodeDocs(value)
	if !ok || len(docs) != int(min(docsPerBlock, seg.docs-min(seg.docs, n*docsPerBlock))) {
		return nil, &kv.CorruptError{Key: bytes.Clone(key), What: "full-text index: damaged table of documents"}
	}
	return docs, nil
}

// fences returns, for each segment, the first document of every block of its
// table, or nil where the query has no bound for which they are needed.
func (s *search) fences() ([][]doc, error) {
	if !s.dateBound() && (s.After == nil || s.Order == ByScore) {
		return nil, nil
	}
	out := make([][]doc, len(s.v.list.segments))
	for i, seg := range s.v.list.segments {
		var err error
		if out[i], err = s.x.fences(s.ctx, s.v, seg); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// cache keeps decoded table blocks and the fences of segments. A segment's
// number is never used again, so that entries do not become wrong; those of a
// removed document only lack the mark, and no posting leads to it.
type cache struct {
	shards [16]cacheShard
	most   int // blocks a shard

	mu     sync.Mutex // guards fences
	fences map[uint32][]doc
}

type cacheShard struct {
	mu     sync.Mutex // guards blocks
	blocks map[uint64][]doc
	_      [40]byte // the next one's lock is on another line
}

func newCache(blocks int) *cache {
	c := &cache{most: max(1, blocks/16), fences: map[uint32][]doc{}}
	for i := range c.shards {
		c.shards[i].blocks = map[uint64][]doc{}
	}
	return c
}

func (c *cache) get(seg, n uint32) []doc {
	s := &c.shards[(seg+n)%16]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blocks[uint64(seg)<<32|uint64(n)]
}

func (c *cache) put(seg, n uint32, docs []doc) {
	s := &c.shards[(seg+n)%16]
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.blocks) >= c.most { // any one: those asked for again come back
		for k := range s.blocks {
			delete(s.blocks, k)
			break
		}
	}
	s.blocks[uint64(seg)<<32|uint64(n)] = docs
}

// forget drops what is kept of segments.
func (c *cache) forget(segs ...uint32) {
	gone := map[uint32]bool{}
	for _, s := range segs {
		gone[s] = true
	}
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		for k := range s.blocks {
			if gone[uint32(k>>32)] {
				delete(s.blocks, k)
			}
		}
		s.mu.Unlock()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range gone {
		delete(c.fences, s)
	}
}

// fences returns the first document of every block of a segment's table.
func (x *Index) fences(ctx context.Context, r kv.Reader, seg segment) ([]doc, error) {
	x.cache.mu.Lock()
	f := x.cache.fences[seg.id]
	x.cache.mu.Unlock()
	if f != nil || seg.docs == 0 {
		return f, nil
	}
	prefix := x.keys.fences(seg.id, 0)
	prefix = prefix[:len(prefix)-4]
	for p, err := range r.Scan(ctx, kv.Prefix(prefix)) {
		if err != nil {
			return nil, err
		}
		docs, ok := decodeDocs(p.Value)
		if !ok {
			return nil, damaged(p.Key)
		}
		f = append(f, docs...)
	}
	if len(f) != int((seg.docs+docsPerBlock-1)/docsPerBlock) {
		return nil, damaged(prefix)
	}
	x.cache.mu.Lock()
	x.cache.fences[seg.id] = f
	x.cache.mu.Unlock()
	return f, nil
}
