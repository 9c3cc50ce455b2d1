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

// idTable remembers the ids of nodes that were met, up to so many; those of
// others are read again. An edge names both of its ends, so that without it each
// edge would cost two reads.
type idTable struct {
	pages [][]graph.ID
	kept  int
}

const (
	idPage  = 1 << 10
	keptIDs = 4 << 20 // 64 MiB of ids
)

func (t *idTable) put(r graph.Ref, id graph.ID) {
	p := int(r / idPage)
	for len(t.pages) <= p {
		t.pages = append(t.pages, nil)
	}
	if t.pages[p] == nil {
		if t.kept >= keptIDs {
			return
		}
		t.pages[p] = make([]graph.ID, idPage)
		t.kept += idPage
	}
	t.pages[p][r%idPage] = id
}

func (t *idTable) get(r graph.Ref) graph.ID {
	if p := int(r / idPage); p < len(t.pages) && t.pages[p] != nil {
		return t.pages[p][r%idPage]
	}
	return graph.ID{}
}
