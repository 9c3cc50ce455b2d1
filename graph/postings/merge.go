package postings

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/graph/kv"
)

// mergeFan is how many segments of like size there may be. With four, an index
// of a million documents has about ten segments, and a document is rewritten
// about three times.
const mergeFan = 4

// Merge merges segments until no four are of like size. Searches and flushes go on.
func (x *Index) Merge(ctx context.Context) error {
	x.merging.Lock()
	defer x.merging.Unlock()
	for {
		x.mu.Lock()
		inputs := pick(x.list.segments, x.opt.MergeDocs)
		id := x.nextSeg
		closed := x.closed
		if len(inputs) > 0 {
			x.nextSeg++
		}
		x.mu.Unlock()
		switch {
		case closed:
			return ErrClosed
		case len(inputs) == 0:
			return nil
		}
		if err := x.mergeSegments(ctx, id, inputs); err != nil {
			return fmt.Errorf("full-text index: merge into segment %d: %w", id, err)
		}
	}
}

// pick returns the segments to merge: all up to the least size class for which
// there are mergeFan of them.
func pick(all []segment, most int) []segment {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b segment) int { return int(a.live) - int(b.live) })
	total := 0
	for i, s := range all {
		if total += int(s.live); total > most {
			break
		}
		last := i+1 == len(all) || tier(all[i+1]) > tier(s)
		if last && i+1 >= mergeFan {
			return all[:i+1]
		}
	}
	return nil
}

func tier(s segment) (t int) {
	for n := s.live; n >= mergeFan; n /= mergeFan {
		t++
	}
	return t
}

func (x *Index) mergeSegments(ctx context.Context, id uint32, inputs []segment) error {
	snap, err := x.store.Snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	w := x.newSegmentWriter(id)
	ords, err := x.mergeDocs(ctx, snap, w, inputs)
	if err != nil {
		return err
	}
	if err := w.kindLists(ctx); err != nil {
		return err
	}
	if err := x.mergeLists(ctx, snap, w, inputs, ords); err != nil {
		return err
	}
	if err := w.finish(ctx); err != nil {
		return err
	}
	old := map[uint32]bool{}
	for _, s := range inputs {
		old[s.id] = true
	}
	if err := x.commit(ctx, func(l *segmentList) {
		l.segments = slices.DeleteFunc(l.segments, func(s segment) bool { return old[s.id] })
		if w.docs > 0 {
			l.segments = append(l.segments, w.segment)
		}
	}, nil, func() {}); err != nil {
		return err
	}
	for s := range old {
		if err := x.dropSegment(ctx, snap, s); err != nil {
			return err
		}
		x.cache.forget(s)
	}
	return nil
}

const gone = math.MaxUint32

// mergeDocs writes the documents of all inputs in order, and returns for each
// input the new ordinals of its documents, gone for those that were removed.
func (x *Index) mergeDocs(ctx context.Context, r kv.Reader, w *segmentWriter, inputs []segment) ([][]uint32, error) {
	ords := make([][]uint32, len(inputs))
	tables := make([]func() (doc, error, bool), len(inputs))
	heads := make([]*doc, len(inputs))
	advance := func(i int) error {
		d, err, ok := tables[i]()
		heads[i] = nil
		if ok {
			heads[i] = &d
		}
		return err
	}
	for i, s := range inputs {
		next, stop := iter.Pull2(x.table(ctx, r, s))
		defer stop()
		tables[i] = next
		ords[i] = make([]uint32, 0, s.docs)
		if err := advance(i); err != nil {
			return nil, err
		}
	}
	for {
		least := -1
		for i, h := range heads {
			if h != nil && (least < 0 || h.compare(heads[least]) < 0) {
				least = i
			}
		}
		if least < 0 {
			return ords, nil
		}
		if heads[least].removed {
			ords[least] = append(ords[least], gone)
		} else {
			ords[least] = append(ords[least], w.docs)
			if err := w.doc(ctx, heads[least]); err != nil {
				return nil, err
			}
		}
		if err := advance(least); err != nil {
			return nil, err
		}
	}
}

// table yields the documents of a segment in order.
func (x *Index) table(ctx context.Context, r kv.Reader, s segment) iter.Seq2[doc, error] {
	return func(yield func(doc, error) bool) {
		prefix := x.keys.docs(s.id, 0)
		prefix = prefix[:len(prefix)-4]
		n := uint32(0)
		for p, err := range r.Scan(ctx, kv.Prefix(prefix)) {
			var docs []doc
			if err == nil {
				docs, err = tableBlock(p.Key, p.Value, s, n)
			}
			if err != nil {
				yield(doc{}, err)
				return
			}
			n++
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
		}
		if n != (s.docs+docsPerBlock-1)/docsPerBlock {
			yield(doc{}, damaged(prefix))
		}
	}
}

// lists walks through the terms of a segment with their whole lists.
type lists struct {
	next func() (kv.Pair, error, bool)
	page pageReader
	key  []byte
	more bool // page is at an entry

	term        string
	df          uint32
	ords, freqs []uint32
	bufs        [2][]uint32
}

func (x *Index) lists(ctx context.Context, r kv.Reader, seg uint32) (l *lists, stop func()) {
	l = new(lists)
	l.next, stop = iter.Pull2(r.Scan(ctx, kv.Prefix(x.keys.allPostings(seg))))
	return l, stop
}

func (l *lists) entry() error {
	for l.more = l.page.next(); !l.more; l.more = l.page.next() {
		if l.page.d.bad {
			return damaged(l.key)
		}
		p, err, ok := l.next()
		if err != nil || !ok {
			return err
		}
		l.key = append(l.key[:0], p.Key...)
		l.page = pageReader{d: decoder{b: p.Value}, term: l.page.term[:0]}
	}
	return nil
}

// advance moves to the next word; its ordinals go through ords. It returns
// false at the end.
func (l *lists) advance(ords []uint32) (bool, error) {
	for {
		if !l.more {
			if err := l.entry(); err != nil || !l.more {
				return false, err
			}
		}
		l.term, l.df = string(l.page.term), l.page.df
		if l.page.flags&entryFirst == 0 {
			return false, damaged(l.key)
		}
		l.ords, l.freqs = l.ords[:0], l.freqs[:0]
		for l.more && string(l.page.term) == l.term {
			if err := l.block(ords); err != nil {
				return false, err
			}
		}
		if l.term != "" && l.term[0] != kindMark {
			return true, nil
		}
	}
}

// block appends the postings of the entry at hand and moves to the next.
func (l *lists) block(ords []uint32) error {
	os, fs, ok := l.page.decode(l.bufs[0], l.bufs[1])
	if !ok {
		return damaged(l.key)
	}
	if cap(os) >= blockSize {
		l.bufs = [2][]uint32{os, fs}
	}
	for i, o := range os {
		if int(o) >= len(ords) {
			return damaged(l.key)
		}
		if n := ords[o]; n != gone {
			l.ords, l.freqs = append(l.ords, n), append(l.freqs, fs[i])
		}
	}
	return l.entry()
}

// mergeLists writes the lists of all inputs, term by term.
func (x *Index) mergeLists(ctx context.Context, r kv.Reader, w *segmentWriter, inputs []segment, ords [][]uint32) error {
	in := make([]*lists, len(inputs))
	for i, s := range inputs {
		l, stop := x.lists(ctx, r, s.id)
		defer stop()
		ok, err := l.advance(ords[i])
		if err != nil {
			return err
		}
		if ok {
			in[i] = l
		}
	}
	var same []int // inputs at the least term
	var outOrds, outFreqs []uint32
	for {
		same = same[:0]
		for i, l := range in {
			if l == nil {
				continue
			}
			c := -1
			if len(same) > 0 {
				c = strings.Compare(l.term, in[same[0]].term)
			}
			if c < 0 {
				same = append(same[:0], i)
			} else if c == 0 {
				same = append(same, i)
			}
		}
		if len(same) == 0 {
			return nil
		}
		first := in[same[0]]
		outOrds, outFreqs = first.ords, first.freqs
		if len(same) > 1 {
			outOrds, outFreqs = zip(in, same)
		}
		if err := w.list(ctx, first.term, outOrds, outFreqs); err != nil {
			return err
		}
		for _, i := range same {
			ok, err := in[i].advance(ords[i])
			if err != nil {
				return err
			}
			if !ok {
				in[i] = nil
			}
		}
	}
}

// zip merges the lists of one term.
func zip(in []*lists, same []int) (ords, freqs []uint32) {
	n := 0
	for _, i := range same {
		n += len(in[i].ords)
	}
	ords, freqs = make([]uint32, 0, n), make([]uint32, 0, n)
	at := make([]int, len(same))
	for range n {
		least, ord := -1, uint32(gone)
		for j, i := range same {
			if at[j] < len(in[i].ords) && in[i].ords[at[j]] < ord {
				least, ord = j, in[i].ords[at[j]]
			}
		}
		l := in[same[least]]
		ords, freqs = append(ords, ord), append(freqs, l.freqs[at[least]])
		at[least]++
	}
	return ords, freqs
}
