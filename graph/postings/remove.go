package postings

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
)

// Remove rewrites the index so that no term of that version of the document is
// in it. It waits for flushes and merges under way, reads every posting of the
// segment that has the version, about 50 bytes a document, and rewrites one
// page of two kilobytes for each of its terms. A version that the index does
// not have is no error. When Remove was interrupted, call it again: the owner's
// log has the redaction, and it must not add later entries before Remove is done.
//
// The bytes are gone from the newest state of the store. Snapshots taken before
// still have them, and so may the engine's files until it has compacted them.
func (x *Index) Remove(ctx context.Context, id, version uint64) error {
	x.flushing.Lock()
	defer x.flushing.Unlock()
	x.merging.Lock()
	defer x.merging.Unlock()

	x.mu.Lock()
	if x.closed {
		x.mu.Unlock()
		return ErrClosed
	}
	x.tail.remove(id, version)
	segments := slices.Clone(x.list.segments)
	x.mu.Unlock()

	snap, err := x.store.Snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	for _, s := range segments {
		if version < s.minVersion || version > s.maxVersion {
			continue
		}
		ord, d, found := uint32(0), doc{}, false
		for t, err := range x.table(ctx, snap, s) {
			if err != nil {
				return err
			}
			if found = t.id == id && t.version == version; found {
				d = t
				break
			}
			ord++
		}
		if !found || d.removed {
			continue
		}
		if err := x.removeFrom(ctx, snap, s, ord, d); err != nil {
			return fmt.Errorf("full-text index: remove version %d of %d: %w", version, id, err)
		}
	}
	return nil
}

func (t *tail) remove(id, version uint64) {
	is := func(d *Doc) bool { return d.ID == id && d.Version == version }
	keep := func(docs []*Doc) []*Doc {
		return slices.DeleteFunc(slices.Clone(docs), func(d *Doc) bool {
			if is(d) {
				t.docs--
				t.terms -= len(d.Terms)
			}
			return is(d)
		})
	}
	if slices.ContainsFunc(t.pending, is) {
		t.pending = keep(t.pending)
	}
	for i, r := range t.runs {
		if slices.ContainsFunc(r.from, is) {
			t.runs = slices.Clone(t.runs)
			t.runs[i] = newMemSegment(keep(r.from), r.maxSeq)
		}
	}
}

// openPage is a page being changed.
type openPage struct {
	key     []byte
	terms   []string
	entries []entry
	dirty   bool
}

func readPage(p kv.Pair) (*openPage, error) {
	page := &openPage{key: bytes.Clone(p.Key)}
	r := pageReader{d: decoder{b: bytes.Clone(p.Value)}}
	for r.next() {
		page.terms = append(page.terms, string(r.term))
		page.entries = append(page.entries, r.entry)
	}
	if r.d.bad {
		return nil, damaged(p.Key)
	}
	return page, nil
}

func (p *openPage) encode() []byte {
	b, last := []byte{}, ""
	for i, e := range p.entries {
		b = appendEntry(b, last, p.terms[i], e)
		last = p.terms[i]
	}
	return b
}

// removeFrom takes ordinal ord, which is d, out of every list of a segment.
// Pages keep their keys, which remain upper bounds of what they hold, and a
// block that becomes empty keeps its entry, which may have the term's df. A term
// that no document has any more goes with all its entries.
func (x *Index) removeFrom(ctx context.Context, r kv.Reader, s segment, ord uint32, d doc) error {
	w := x.newWriter()
	write := func(p *openPage) error {
		if p == nil || !p.dirty {
			return nil
		}
		p.dirty = false
		return w.put(ctx, p.key, p.encode())
	}
	var head *openPage // has the first block of the term at hand, at entry headAt
	headAt, term, behind := 0, "", false
	var orphans []string
	count := uint32(0) // of the term's postings that remain
	// An interrupted removal may have taken a posting out and not have counted
	// it: the df is set to what is there, whoever made it differ.
	finishTerm := func() {
		if head == nil {
			return
		}
		if e := &head.entries[headAt]; e.df != count {
			e.df, head.dirty = count, true
		}
		if count == 0 {
			orphans = append(orphans, term)
		}
		count = 0
	}
	for pair, err := range r.Scan(ctx, kv.Prefix(x.keys.allPostings(s.id))) {
		if err != nil {
			return err
		}
		p, err := readPage(pair)
		if err != nil {
			return err
		}
		for i := range p.entries {
			e := &p.entries[i]
			if p.terms[i] != term || e.flags&entryFirst != 0 {
				finishTerm()
				if head != p {
					if err := write(head); err != nil {
						return err
					}
				}
				head, headAt, term, behind = p, i, p.terms[i], false
			}
			count += e.count
			if behind || e.count == 0 || e.last < ord {
				continue
			}
			behind = true
			ords, freqs, ok := e.decode(nil, nil)
			if !ok {
				return damaged(p.key)
			}
			at, has := slices.BinarySearch(ords, ord)
			if !has {
				continue
			}
			e.shrink(slices.Delete(ords, at, at+1), slices.Delete(freqs, at, at+1))
			p.dirty = true
			count--
		}
		if p != head {
			if err := write(p); err != nil {
				return err
			}
		}
	}
	finishTerm()
	if err := write(head); err != nil {
		return err
	}
	if err := w.finish(ctx); err != nil {
		return err
	}
	for _, term := range orphans {
		if err := x.dropTerm(ctx, s, term); err != nil {
			return err
		}
	}
	return x.markRemoved(ctx, r, s, ord, d)
}

// dropTerm takes the entries of a term out of its pages, and the term out of
// their keys.
func (x *Index) dropTerm(ctx context.Context, s segment, term string) error {
	snap, err := x.store.Snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	w := x.newWriter()
	for pair, err := range snap.Scan(ctx, kv.Range{Start: x.keys.postings(s.id, term, 0), End: kv.After(x.keys.allPostings(s.id))}) {
		if err != nil {
			return err
		}
		p, err := readPage(pair)
		if err != nil {
			return err
		}
		n, past := 0, false
		for i, e := range p.entries {
			past = p.terms[i] > term
			if p.terms[i] != term {
				p.terms[n], p.entries[n] = p.terms[i], e
				n++
			}
		}
		p.terms, p.entries = p.terms[:n], p.entries[:n]
		if !past { // the term is in the key
			if err := w.delete(ctx, p.key); err != nil {
				return err
			}
			if n > 0 {
				p.key = x.keys.postings(s.id, p.terms[n-1], p.entries[n-1].last)
			}
		}
		if n > 0 {
			if err := w.put(ctx, p.key, p.encode()); err != nil {
				return err
			}
		}
		if past {
			break
		}
	}
	return w.finish(ctx)
}

// shrink replaces the block's postings by fewer.
func (e *entry) shrink(ords, freqs []uint32) {
	if len(ords) == 0 {
		e.count, e.data = 0, nil
		return
	}
	n := encodePostings(ords, freqs)
	e.count, e.last, e.data = n.count, n.last, n.data
}

// markRemoved marks the document in the table and corrects the list's counts,
// in one write, after which the removal is done.
func (x *Index) markRemoved(ctx context.Context, r kv.Reader, s segment, ord uint32, d doc) error {
	n := ord / docsPerBlock
	key := x.keys.docs(s.id, n)
	values, err := r.GetMulti(ctx, [][]byte{key})
	if err != nil {
		return err
	}
	docs, err := tableBlock(key, values[0], s, n)
	if err != nil {
		return err
	}
	docs[ord%docsPerBlock].removed = true
	b := new(kv.Batch)
	b.Put(key, appendDocs(nil, docs))
	return x.commit(ctx, func(l *segmentList) {
		for i := range l.segments {
			if l.segments[i].id == s.id {
				l.segments[i].live--
				l.segments[i].totalLen -= uint64(d.len)
			}
		}
	}, b, func() {})
}
