package postings

import (
	"container/heap"
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/graph/kv"
)

// BM25's usual constants.
const (
	bm25K1 = 1.2
	bm25B  = 0.75
)

// ErrNoTerms is returned for a query that asks for no term at all.
var ErrNoTerms = errors.New("a search needs at least one word that is not excluded")

// search is one run of a query over a view.
type search struct {
	x *Index
	v *view
	*Query
	ctx     context.Context // of the call; the search does not outlive it
	streams []*stream
	weights []float64
	avgLen  float64
}

// Search returns the documents that q finds, in its order. r is the state of
// the store that the caller reads from; nil takes the present one.
//
// In an order of dates it reads about as much as the hits take, however
// frequent the terms are; by score it reads every posting of the rarest term
// and what lies beside it.
func (x *Index) Search(ctx context.Context, r kv.Reader, q Query) (Page, error) {
	if q.Limit <= 0 {
		q.Limit = 20
	}
	v, err := x.view(ctx, r)
	if err != nil {
		return Page{}, err
	}
	defer v.close()
	s := &search{x: x, v: v, Query: &q, ctx: ctx}
	groups, err := s.groups()
	if err != nil {
		return Page{}, err
	}
	hits := s.byDate
	if q.Order == ByScore {
		hits = s.byScore
	}
	found, err := hits(groups)
	if err != nil {
		return Page{}, err
	}
	p := Page{Hits: found}
	if n := len(found); n == q.Limit {
		h := found[n-1]
		p.Next = &Cursor{h.Score, h.Key, h.ID, h.Version}
	}
	return p, nil
}

// groups returns what must be found: sets of terms of which a document must
// have one.
func (s *search) groups() (groups [][]string, err error) {
	for _, t := range dedup(s.All) {
		groups = append(groups, []string{t})
	}
	for _, g := range s.Any {
		groups = append(groups, dedup(g))
	}
	for _, p := range s.Prefix {
		terms, err := s.expand(p.Start)
		if err != nil {
			return nil, err
		}
		groups = append(groups, dedup(append(terms, p.Also...)))
	}
	for _, g := range groups {
		for _, t := range g {
			if err := checkTerm(t); err != nil {
				return nil, err
			}
		}
	}
	if len(groups) == 0 {
		return nil, ErrNoTerms
	}
	return groups, nil
}

// expand returns the first terms that begin with prefix, in all segments
// together: the same ones however the index is cut into segments.
func (s *search) expand(prefix string) ([]string, error) {
	if err := checkTerm(prefix); err != nil {
		return nil, err
	}
	most := s.x.opt.PrefixTerms
	var all []string
	for _, m := range s.v.memory {
		i, _ := slices.BinarySearch(m.terms, prefix)
		for n := 0; i < len(m.terms) && n < most && strings.HasPrefix(m.terms[i], prefix); i++ {
			all, n = append(all, m.terms[i]), n+1
		}
	}
	k := s.x.keys
	for _, seg := range s.v.list.segments {
		n, last, r := 0, "", pageReader{}
		for p, err := range s.v.Scan(s.ctx, kv.Range{Start: k.postings(seg.id, prefix, 0), End: kv.After(k.allPostings(seg.id))}) {
			if err != nil {
				return nil, err
			}
			past := false
			for r = (pageReader{d: decoder{b: p.Value}, term: r.term[:0]}); r.next() && n < most; {
				t := string(r.term)
				if past = t > prefix && !strings.HasPrefix(t, prefix); past {
					break
				}
				if t != last && strings.HasPrefix(t, prefix) {
					all, n, last = append(all, t), n+1, t
				}
			}
			if r.d.bad {
				return nil, damaged(p.Key)
			}
			if past || n >= most {
				break
			}
		}
	}
	all = dedup(all)
	return all[:min(len(all), most)], nil
}

// start makes a stream of every segment.
func (s *search) start(groups [][]string) error {
	not := dedup(s.Not)
	scores, back := s.Order == ByScore, s.Order == Oldest
	first := min(s.Limit, 64)
	if scores {
		first = 512
	}
	streams := make([]*stream, 0, len(s.v.memory)+len(s.v.list.segments))
	for _, m := range s.v.memory {
		cursors := func(terms []string) *union {
			u := new(union)
			for _, t := range terms {
				if c := memCursor(m, t); len(c.ords) > 0 {
					u.cursors = append(u.cursors, c)
				}
			}
			return u
		}
		st := &stream{mem: m, back: back, window: 2048, batch: first, not: cursors(not), scoring: len(groups)}
		for _, g := range groups {
			st.groups = append(st.groups, cursors(g))
		}
		st.spans = s.bounds(m.docs, 1, uint32(len(m.docs)), m.dated)
		streams = append(streams, st)
	}
	fences, err := s.fences()
	if err != nil {
		return err
	}
	most := 8
	if scores {
		most = 32
	}
	for i, seg := range s.v.list.segments {
		if s.MaxVersion > 0 && seg.minVersion > s.MaxVersion && !scores {
			continue // by score its counts matter
		}
		cursors := func(terms []string) *union {
			u := new(union)
			for _, t := range terms {
				u.cursors = append(u.cursors, &cursor{term: t, most: most})
			}
			return u
		}
		st := &stream{seg: seg, back: back, window: 2048, batch: first, not: cursors(not), scoring: len(groups)}
		for _, g := range groups {
			st.groups = append(st.groups, cursors(g))
		}
		if len(s.Kinds) > 0 && !containsAny(seg.dense, s.Kinds) {
			kinds := &union{}
			for _, k := range s.Kinds {
				if slices.Contains(seg.rare, k) {
					kinds.cursors = append(kinds.cursors, &cursor{term: kindTerm(k), most: most})
				}
			}
			if len(kinds.cursors) == 0 && !scores {
				continue
			}
			st.groups = append(st.groups, kinds)
		}
		if fences != nil {
			st.spans = s.bounds(fences[i], docsPerBlock, seg.docs, seg.dated)
		} else {
			st.spans = s.bounds(nil, docsPerBlock, seg.docs, seg.dated)
		}
		streams = append(streams, st)
	}
	s.streams = streams
	return nil
}

func containsAny(all, some []uint8) bool {
	return slices.ContainsFunc(some, func(k uint8) bool { return slices.Contains(all, k) })
}

// byDate merges the segments' streams, which are in the order wanted.
func (s *search) byDate(groups [][]string) (hits []Hit, err error) {
	if err := s.start(groups); err != nil {
		return nil, err
	}
	compare := (*doc).compare
	if s.Order == Oldest {
		compare = (*doc).compareOldest
	}
	var batch []Hit
	for {
		if err := s.fill(); err != nil {
			return nil, err
		}
		var best *stream
		for _, st := range s.streams {
			if st.next < len(st.out) && (best == nil || compare(&st.out[st.next].doc, &best.out[best.next].doc) < 0) {
				best = st
			}
		}
		if best != nil {
			batch = append(batch, best.out[best.next].hit(0))
			best.next++
		}
		if best == nil || len(batch) >= max(s.Limit-len(hits), 16) {
			if hits, err = s.appendLive(hits, batch); err != nil || best == nil || len(hits) == s.Limit {
				return hits, err
			}
			batch = batch[:0]
		}
	}
}

// appendLive appends those of batch that are live, up to the limit.
func (s *search) appendLive(hits, batch []Hit) ([]Hit, error) {
	if len(batch) == 0 {
		return hits, nil
	}
	var live []bool
	if s.Live != nil {
		var err error
		if live, err = s.Live(s.ctx, batch); err != nil {
			return nil, err
		}
	}
	for i, h := range batch {
		if len(hits) < s.Limit && (s.Live == nil || live[i]) {
			hits = append(hits, h)
		}
	}
	return hits, nil
}

// byScore keeps the best matches behind the cursor, and asks which of them are
// live. If too few are, it begins again behind them.
func (s *search) byScore(groups [][]string) (hits []Hit, err error) {
	keep := s.Limit
	if s.Live != nil {
		keep = 2*s.Limit + 16
	}
	after := s.After
	for {
		if err := s.start(groups); err != nil {
			return nil, err
		}
		if err := s.weigh(len(groups)); err != nil {
			return nil, err
		}
		var best worstFirst
		for {
			if err := s.fill(); err != nil {
				return nil, err
			}
			some := false
			for _, st := range s.streams {
				for ; st.next < len(st.out); st.next++ {
					some = true
					m := &st.out[st.next]
					m.score = s.score(m)
					if after != nil && !m.behind(after) {
						continue
					}
					if len(best) < keep {
						heap.Push(&best, *m)
					} else if compareScores(m, &best[0]) < 0 {
						best[0] = *m
						heap.Fix(&best, 0)
					}
				}
			}
			if !some {
				break
			}
		}
		slices.SortFunc(best, func(a, b match) int { return compareScores(&a, &b) })
		batch := make([]Hit, len(best))
		for i := range best {
			batch[i] = best[i].hit(best[i].score)
		}
		if hits, err = s.appendLive(hits, batch); err != nil || len(hits) == s.Limit || len(best) < keep {
			return hits, err
		}
		last := batch[len(batch)-1]
		after = &Cursor{last.Score, last.Key, last.ID, last.Version}
		keep *= 4
	}
}

// weigh computes the weight of each group from its frequency in the whole index.
func (s *search) weigh(groups int) error {
	var needs []*cursor
	var segs []uint32
	for _, st := range s.streams {
		st.prime(0, &needs)
		for len(segs) < len(needs) {
			segs = append(segs, st.seg.id)
		}
		st.primed = true
	}
	if err := s.read(needs, segs); err != nil {
		return err
	}
	docs, length := s.v.list.docs, s.v.list.len
	for _, m := range s.v.memory {
		docs, length = docs+uint64(len(m.docs)), length+m.totalLen
	}
	s.avgLen = float64(max(length, 1)) / float64(max(docs, 1))
	s.weights = s.weights[:0]
	for i := range groups {
		df := uint64(0)
		for _, st := range s.streams {
			df += st.groups[i].df()
		}
		n, f := float64(docs), float64(min(df, docs))
		s.weights = append(s.weights, math.Log(1+(n-f+0.5)/(f+0.5)))
	}
	return nil
}

func (s *search) score(m *match) (sum float64) {
	norm := bm25K1 * (1 - bm25B + bm25B*float64(m.len)/s.avgLen)
	for i, f := range m.freqs {
		sum += s.weights[i] * (float64(f) * (bm25K1 + 1) / (float64(f) + norm))
	}
	return sum
}

func (m *match) behind(c *Cursor) bool {
	o := match{score: c.Score, doc: doc{id: c.ID, version: c.Version, key: c.Key}}
	return compareScores(m, &o) > 0
}

// compareScores puts the better match first.
func compareScores(a, b *match) int {
	switch {
	case a.score > b.score:
		return -1
	case a.score < b.score:
		return 1
	}
	return a.compare(&b.doc)
}

// worstFirst is a heap with the worst match on top.
type worstFirst []match

func (h worstFirst) Len() int           { return len(h) }
func (h worstFirst) Less(i, j int) bool { return compareScores(&h[i], &h[j]) > 0 }
func (h worstFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *worstFirst) Push(v any)        { *h = append(*h, v.(match)) }
func (h *worstFirst) Pop() any {
	old := *h
	v := old[len(old)-1]
	*h = old[:len(old)-1]
	return v
}
