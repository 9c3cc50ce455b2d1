package export

import (
	"iter"
	"math/bits"

	"github.com/onrecord/onrecord/graph"
)

// refSet is a set of numbers, one bit each: a record of ten million nodes and
// edges takes little more than a megabyte.
type refSet struct {
	pages []*[pageWords]uint64
	n     int64
}

const pageWords = 1 << 9 // 64 numbers a word

func (s *refSet) at(r graph.Ref) (page int, word int, bit uint64) {
	return int(r >> 15), int(r >> 6 & (pageWords - 1)), 1 << (r & 63)
}

// add reports whether r was not in the set.
func (s *refSet) add(r graph.Ref) bool {
	p, w, bit := s.at(r)
	for len(s.pages) <= p {
		s.pages = append(s.pages, nil)
	}
	if s.pages[p] == nil {
		s.pages[p] = new([pageWords]uint64)
	}
	if s.pages[p][w]&bit != 0 {
		return false
	}
	s.pages[p][w] |= bit
	s.n++
	return true
}

func (s *refSet) has(r graph.Ref) bool {
	p, w, bit := s.at(r)
	return p < len(s.pages) && s.pages[p] != nil && s.pages[p][w]&bit != 0
}

// all yields the numbers in their order. What is added meanwhile may come or not.
func (s *refSet) all() iter.Seq[graph.Ref] {
	return func(yield func(graph.Ref) bool) {
		for p, page := range s.pages {
			if page == nil {
				continue
			}
			for w, word := range page {
				for ; word != 0; word &= word - 1 {
					if !yield(graph.Ref(p)<<15 | graph.Ref(w)<<6 | graph.Ref(bits.TrailingZeros64(word))) {
						return
					}
				}
			}
		}
	}
}

// chunks yields the numbers in slices of up to size, each good until the next.
func (s *refSet) chunks(size int) iter.Seq[[]graph.Ref] {
	return func(yield func([]graph.Ref) bool) {
		chunk := make([]graph.Ref, 0, size)
		for r := range s.all() {
			if chunk = append(chunk, r); len(chunk) == size {
				if !yield(chunk) {
					return
				}
				chunk = chunk[:0]
			}
		}
		if len(chunk) > 0 {
			yield(chunk)
		}
	}
}

// idTable remembers the ids of the nodes of a set, in the order of their numbers,
// up to so many; those of others are read again. An edge names both of its ends, so
// that without it each edge would cost two reads.
type idTable struct {
	of    *refSet
	parts [][]graph.ID
	n     int64
	ranks []pageRanks // of the pages of of; made when all nodes have been put
}

// pageRanks say how many numbers of the set come before a page, and before each of
// its words.
type pageRanks struct {
	before int64
	words  [pageWords]uint16
}

const (
	idPart  = 1 << 14
	keptIDs = 8 << 20 // 128 MiB of ids
)

// put remembers the id of the next node of the set.
func (t *idTable) put(id graph.ID) {
	if t.n < keptIDs {
		if t.n%idPart == 0 {
			t.parts = append(t.parts, make([]graph.ID, 0, idPart))
		}
		last := &t.parts[len(t.parts)-1]
		*last = append(*last, id)
	}
	t.n++
}

// end makes ids of be found, once all have been put. Where not all of the set
// were, none is.
func (t *idTable) end(of *refSet) {
	if t.n != of.n {
		return
	}
	t.of, t.ranks = of, make([]pageRanks, len(of.pages))
	n := int64(0)
	for p, page := range of.pages {
		r := &t.ranks[p]
		r.before = n
		if page == nil {
			continue
		}
		in := 0
		for w, word := range page {
			r.words[w] = uint16(in)
			in += bits.OnesCount64(word)
		}
		n += int64(in)
	}
}

// get returns the id of a node; the zero ID where it is not remembered.
func (t *idTable) get(r graph.Ref) graph.ID {
	if t.of == nil || !t.of.has(r) {
		return graph.ID{}
	}
	p, w, bit := t.of.at(r)
	i := t.ranks[p].before + int64(t.ranks[p].words[w]) + int64(bits.OnesCount64(t.of.pages[p][w]&(bit-1)))
	if i >= keptIDs {
		return graph.ID{}
	}
	return t.parts[i/idPart][i%idPart]
}
