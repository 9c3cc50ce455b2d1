package postings

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// Flush writes the tail as a segment, and returns when it is stored. The
// watermark is then what was added last when Flush began, or more.
func (x *Index) Flush(ctx context.Context) error {
	x.flushing.Lock()
	defer x.flushing.Unlock()

	x.mu.Lock()
	if x.closed {
		x.mu.Unlock()
		return ErrClosed
	}
	if x.lastSeq == x.list.watermark {
		x.mu.Unlock()
		return nil
	}
	frozen := x.tail
	frozen.maxSeq = x.lastSeq
	x.tail, x.frozen = new(tail), frozen
	docs := frozen.all()
	id := x.nextSeg
	x.nextSeg++
	x.room.Broadcast()
	x.mu.Unlock()

	err := x.writeTail(ctx, id, docs, frozen)
	if err == nil {
		wake(x.merge)
		return nil
	}
	x.mu.Lock()
	x.frozen = nil
	x.tail = frozen.with(x.tail)
	x.mu.Unlock()
	return fmt.Errorf("full-text index: write segment %d: %w", id, err)
}

func (x *Index) writeTail(ctx context.Context, id uint32, docs []*Doc, frozen *tail) error {
	done := func() { x.frozen = nil }
	if len(docs) == 0 {
		return x.commit(ctx, func(l *segmentList) { l.watermark = frozen.maxSeq }, nil, done)
	}
	m := newMemSegment(docs, frozen.maxSeq)
	x.mu.Lock() // searches need not put its runs in order any more
	frozen.runs, frozen.pending = []*memSegment{m}, nil
	x.mu.Unlock()

	w := x.newSegmentWriter(id)
	for i := range m.docs {
		if err := w.doc(ctx, &m.docs[i]); err != nil {
			return err
		}
	}
	if err := w.kindLists(ctx); err != nil {
		return err
	}
	for i, term := range m.terms {
		ords, freqs := m.list(i)
		if err := w.list(ctx, term, ords, freqs); err != nil {
			return err
		}
	}
	if err := w.finish(ctx); err != nil {
		return err
	}
	return x.commit(ctx, func(l *segmentList) {
		l.watermark = frozen.maxSeq
		l.segments = append(l.segments, w.segment)
	}, nil, done)
}

// with returns the tail with a later one behind it.
func (t *tail) with(later *tail) *tail {
	return &tail{
		pending: slices.Concat(t.pending, later.pending),
		runs:    slices.Concat(t.runs, later.runs),
		docs:    t.docs + later.docs,
		terms:   t.terms + later.terms,
		maxSeq:  max(t.maxSeq, later.maxSeq),
	}
}

// segmentWriter writes one segment: first its documents in order, then its
// terms in order, each with its whole list.
type segmentWriter struct {
	segment
	keys   keys
	opt    *Options
	out    *writer
	block  []doc // of the table, not written yet
	fences []doc
	kinds  map[uint8][]uint32

	page     []byte
	lastTerm string // of the last entry in the page
	lastOrd  uint32
}

func (x *Index) newSegmentWriter(id uint32) *segmentWriter {
	return &segmentWriter{segment: segment{id: id}, keys: x.keys, opt: &x.opt, out: x.newWriter(), kinds: map[uint8][]uint32{}}
}

func (w *segmentWriter) doc(ctx context.Context, d *doc) error {
	if w.docs == 0 {
		w.minVersion = d.version
	}
	w.minVersion, w.maxVersion = min(w.minVersion, d.version), max(w.maxVersion, d.version)
	w.kinds[d.kind] = append(w.kinds[d.kind], w.docs)
	w.docs++
	w.live++
	w.totalLen += uint64(d.len)
	if d.key != Undated {
		w.dated++
	}
	if w.block = append(w.block, *d); len(w.block) == docsPerBlock {
		return w.flushBlock(ctx)
	}
	return nil
}

func (w *segmentWriter) flushBlock(ctx context.Context) error {
	if len(w.block) == 0 {
		return nil
	}
	n := uint32(len(w.fences))
	w.fences = append(w.fences, w.block[0])
	value := appendDocs(nil, w.block)
	w.block = w.block[:0]
	return w.out.put(ctx, w.keys.docs(w.id, n), value)
}

// rareKind is the share of a segment's documents, as 1 in so many, below which
// a kind has a list of its own. A search for a frequent kind looks at the
// documents that have the terms; for a rare one it would look at far too many.
const rareKind = 8

// kindTerm is the term under which a segment lists the documents of a rare
// kind. It comes before all words, and no word looks like it.
func kindTerm(k uint8) string { return fmt.Sprintf("%c%02x", kindMark, k) }

const kindMark = 1

// kindLists writes the lists of rare kinds, after the last document and before
// the first term.
func (w *segmentWriter) kindLists(ctx context.Context) error {
	for _, k := range slices.Sorted(maps.Keys(w.kinds)) {
		ords := w.kinds[k]
		if len(ords)*rareKind > int(w.docs) {
			w.dense = append(w.dense, k)
			continue
		}
		w.rare = append(w.rare, k)
		if err := w.list(ctx, kindTerm(k), ords, slices.Repeat([]uint32{1}, len(ords))); err != nil {
			return err
		}
	}
	w.kinds = nil
	return nil
}

// list writes the postings of one term.
func (w *segmentWriter) list(ctx context.Context, term string, ords, freqs []uint32) error {
	df := uint32(len(ords))
	for first := true; len(ords) > 0; first = false {
		n := min(w.opt.block, len(ords))
		e := encodePostings(ords[:n], freqs[:n])
		ords, freqs = ords[n:], freqs[n:]
		if first {
			e.flags, e.df = entryFirst, df
		}
		if len(ords) == 0 {
			e.flags |= entryFinal
		}
		if len(w.page) > 0 && len(w.page)+len(e.data) > w.opt.page {
			if err := w.flushPage(ctx); err != nil {
				return err
			}
		}
		w.page = appendEntry(w.page, w.lastTerm, term, e)
		w.lastTerm, w.lastOrd = term, e.last
	}
	return nil
}

func (w *segmentWriter) flushPage(ctx context.Context) error {
	if len(w.page) == 0 {
		return nil
	}
	key, value := w.keys.postings(w.id, w.lastTerm, w.lastOrd), w.page
	w.page, w.lastTerm = make([]byte, 0, len(value)+256), ""
	return w.out.put(ctx, key, value)
}

// fencesPerChunk keeps an entry of fences at a few tens of kilobytes.
const fencesPerChunk = 1024

func (w *segmentWriter) finish(ctx context.Context) error {
	if err := w.flushPage(ctx); err != nil {
		return err
	}
	if err := w.flushBlock(ctx); err != nil {
		return err
	}
	n := uint32(0)
	for chunk := range slices.Chunk(w.fences, fencesPerChunk) {
		if err := w.out.put(ctx, w.keys.fences(w.id, n), appendDocs(nil, chunk)); err != nil {
			return err
		}
		n++
	}
	return w.out.finish(ctx)
}
