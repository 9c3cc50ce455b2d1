package postings

import (
	"cmp"
	"slices"
	"strings"
)

// memSegment is a segment in memory: documents in order, and for each term the
// ordinals of its documents. It does not change.
type memSegment struct {
	docs  []doc
	from  []*Doc // what it was made of, in the order of docs
	terms []string
	lists map[string]int // index in terms and starts
	// The list of term i is ords[starts[i]:starts[i+1]], with its frequencies.
	starts []uint32
	ords   []uint32
	freqs  []uint32

	dated    uint32 // how many documents have a date; they come first
	totalLen uint64
	maxSeq   uint64
}

func newMemSegment(from []*Doc, maxSeq uint64) *memSegment {
	m := &memSegment{from: from, maxSeq: maxSeq, docs: make([]doc, len(from)), lists: map[string]int{}}
	slices.SortFunc(from, func(a, b *Doc) int {
		if c := compareKeys(a.Key, b.Key); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(b.ID, a.ID), cmp.Compare(b.Version, a.Version))
	})
	n := 0
	for i, d := range from {
		m.docs[i] = doc{id: d.ID, version: d.Version, len: uint32(d.Len), key: d.Key, kind: d.Kind}
		m.totalLen += uint64(d.Len)
		if d.Key != Undated {
			m.dated++
		}
		n += len(d.Terms)
	}
	// Number the terms as they come, count, then place: no slice per term.
	numbers := make([]uint32, 0, n)
	var counts []uint32
	for _, d := range from {
		for _, t := range d.Terms {
			id, ok := m.lists[t.Term]
			if !ok {
				id = len(m.terms)
				m.lists[t.Term] = id
				m.terms = append(m.terms, t.Term)
				counts = append(counts, 0)
			}
			counts[id]++
			numbers = append(numbers, uint32(id))
		}
	}
	rank := make([]int, len(m.terms)) // the terms' numbers in the terms' order
	for i := range rank {
		rank[i] = i
	}
	slices.SortFunc(rank, func(a, b int) int { return strings.Compare(m.terms[a], m.terms[b]) })
	sorted := make([]string, len(rank))
	m.starts = make([]uint32, len(rank)+1)
	next := make([]uint32, len(rank)) // by number: where the term's next posting goes
	for i, id := range rank {
		sorted[i] = m.terms[id]
		m.lists[sorted[i]] = i
		next[id] = m.starts[i]
		m.starts[i+1] = m.starts[i] + counts[id]
	}
	m.terms = sorted
	m.ords, m.freqs = make([]uint32, n), make([]uint32, n)
	i := 0
	for ord, d := range from {
		for _, t := range d.Terms {
			at := next[numbers[i]]
			next[numbers[i]]++
			m.ords[at], m.freqs[at] = uint32(ord), uint32(t.Freq)
			i++
		}
	}
	return m
}

func (m *memSegment) list(i int) (ords, freqs []uint32) {
	a, b := m.starts[i], m.starts[i+1]
	return m.ords[a:b:b], m.freqs[a:b:b]
}

// tail is what is not in stored segments yet. Runs grow as in a merge sort of
// four hands: documents are added one by one, and a search makes a run of those
// that came since the last one, so that neither loading nor searching pays for
// the other more than a few times a document.
type tail struct {
	pending []*Doc
	runs    []*memSegment
	docs    int
	terms   int
	maxSeq  uint64
}

const (
	runFan  = 4
	runDocs = 4096 // runs of so many documents are not merged further
)

func (t *tail) add(seq uint64, docs []*Doc) {
	for _, d := range docs {
		t.terms += len(d.Terms)
	}
	t.docs += len(docs)
	t.maxSeq = seq
	t.pending = append(t.pending, docs...)
}

// sealed returns the tail as segments. The caller must not change the slice.
func (t *tail) sealed() []*memSegment {
	if len(t.pending) == 0 {
		return t.runs
	}
	t.runs = append(slices.Clone(t.runs), newMemSegment(t.pending, t.maxSeq))
	t.pending = nil
	for {
		n := len(t.runs)
		i := n - 1 // runs[i:] are not greater than the last run's class
		for i > 0 && class(t.runs[i-1]) <= class(t.runs[n-1]) {
			i--
		}
		if n-i < runFan || len(t.runs[n-1].docs) >= runDocs {
			return t.runs
		}
		var from []*Doc
		for _, r := range t.runs[i:] {
			from = append(from, r.from...)
		}
		t.runs = append(t.runs[:i:i], newMemSegment(from, t.maxSeq))
	}
}

// class is the size of a run to the nearest lower power of runFan.
func class(m *memSegment) (c int) {
	for n := len(m.docs); n >= runFan && c < 6; n /= runFan {
		c++
	}
	return c
}

// all returns every document of the tail.
func (t *tail) all() []*Doc {
	out := make([]*Doc, 0, t.docs)
	for _, r := range t.runs {
		out = append(out, r.from...)
	}
	return append(out, t.pending...)
}
