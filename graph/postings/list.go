package postings

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/text"
)

// format is the version of the layout in the store.
const format = 1

// keys makes the keys of the index; see the package's documentation.
type keys struct{ prefix []byte }

const (
	keyList     = 'l'
	keySegment  = 's'
	keyDocs     = 'd'
	keyFences   = 'f'
	keyPostings = 'p'
)

func (k keys) list() []byte { return append(bytes.Clone(k.prefix), keyList) }

func (k keys) segments() []byte { return append(bytes.Clone(k.prefix), keySegment) }

func (k keys) segment(id uint32) []byte {
	b := make([]byte, 0, len(k.prefix)+64)
	b = append(append(b, k.prefix...), keySegment)
	return binary.BigEndian.AppendUint32(b, id)
}

func (k keys) docs(seg, block uint32) []byte {
	return binary.BigEndian.AppendUint32(append(k.segment(seg), keyDocs), block)
}

func (k keys) fences(seg, chunk uint32) []byte {
	return binary.BigEndian.AppendUint32(append(k.segment(seg), keyFences), chunk)
}

func (k keys) allPostings(seg uint32) []byte { return append(k.segment(seg), keyPostings) }

// postings is the key of the page whose last entry ends at ord, and so the
// place from which to look for the page that holds ord.
func (k keys) postings(seg uint32, term string, ord uint32) []byte {
	b := append(k.allPostings(seg), term...)
	return binary.BigEndian.AppendUint32(append(b, 0), ord)
}

// segmentOf returns the segment of a key behind segments().
func (k keys) segmentOf(key []byte) (uint32, bool) {
	rest := key[len(k.prefix)+1:]
	if len(rest) < 4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(rest), true
}

// segment is the entry of a stored segment in the list.
type segment struct {
	id                     uint32
	docs                   uint32 // entries in its table, removed ones included
	live                   uint32 // entries that are not removed
	dated                  uint32 // entries with a date; they come first
	totalLen               uint64 // of the live ones
	minVersion, maxVersion uint64
	dense                  []byte // kinds of many of its documents
	rare                   []byte // kinds of few, which have lists of postings
}

// segmentList is the one value that decides what is in the index.
type segmentList struct {
	next      uint32 // no segment has this number or a greater one
	watermark uint64
	segments  []segment
}

func (l *segmentList) encode() []byte {
	b := binary.AppendUvarint([]byte{format}, text.Version)
	b = binary.AppendUvarint(b, uint64(l.next))
	b = binary.AppendUvarint(b, l.watermark)
	b = binary.AppendUvarint(b, uint64(len(l.segments)))
	for _, s := range l.segments {
		for _, n := range []uint64{uint64(s.id), uint64(s.docs), uint64(s.live), uint64(s.dated), s.totalLen, s.minVersion, s.maxVersion} {
			b = binary.AppendUvarint(b, n)
		}
		for _, kinds := range [][]byte{s.dense, s.rare} {
			b = append(binary.AppendUvarint(b, uint64(len(kinds))), kinds...)
		}
	}
	return b
}

func decodeList(key, b []byte) (segmentList, error) {
	d := decoder{b: b}
	f, v := d.byte(), d.uint()
	l := segmentList{next: d.uint32(), watermark: d.uint()}
	n := d.count(9)
	for range n {
		s := segment{
			id: d.uint32(), docs: d.uint32(), live: d.uint32(), dated: d.uint32(),
			totalLen: d.uint(), minVersion: d.uint(), maxVersion: d.uint(),
			dense: bytes.Clone(d.bytes(d.uint())), rare: bytes.Clone(d.bytes(d.uint())),
		}
		if s.live > s.docs || s.dated > s.docs || s.id >= l.next {
			d.bad = true
		}
		l.segments = append(l.segments, s)
	}
	switch {
	case d.bad || len(d.b) > 0:
		return segmentList{}, &kv.CorruptError{Key: key, What: "full-text index: damaged list of segments"}
	case f != format || v != text.Version:
		return segmentList{}, &kv.CorruptError{Key: key, What: "full-text index: made by another version"}
	}
	return l, nil
}

// readList is a list as a reader holds it.
type readList struct {
	segmentList
	raw  []byte
	docs uint64 // live documents in all segments, and the sum of their lengths
	len  uint64
}

// readList returns the reader's list, which is empty where there is none.
func (x *Index) readList(ctx context.Context, r kv.Reader) (*readList, error) {
	key := x.keys.list()
	v, err := r.GetMulti(ctx, [][]byte{key})
	if err != nil {
		return nil, err
	}
	if v[0] == nil {
		return new(readList), nil
	}
	if l := x.lastList.Load(); l != nil && bytes.Equal(l.raw, v[0]) {
		return l, nil
	}
	list, err := decodeList(key, v[0])
	if err != nil {
		return nil, err
	}
	l := &readList{segmentList: list, raw: v[0]}
	for _, s := range list.segments {
		l.docs += uint64(s.live)
		l.len += s.totalLen
	}
	x.lastList.Store(l)
	return l, nil
}

// commit makes change to the list in the store, then calls then, under mu.
func (x *Index) commit(ctx context.Context, change func(*segmentList), more *kv.Batch, then func()) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	list := x.list
	list.segments = slices.Clone(list.segments)
	list.next = x.nextSeg
	change(&list)
	key, value := x.keys.list(), list.encode()
	if more == nil {
		more = new(kv.Batch)
	}
	more.Put(key, value)
	if err := x.store.Apply(ctx, more); err != nil {
		// The write may have happened for all we know: look.
		snap, serr := x.store.Snapshot()
		if serr != nil {
			return err
		}
		defer snap.Close()
		now, gerr := snap.GetMulti(context.WithoutCancel(ctx), [][]byte{key})
		if gerr != nil || !bytes.Equal(now[0], value) {
			return err
		}
	}
	x.list = list
	then()
	return nil
}

// removeLeftovers deletes every segment that is not in the list.
func (x *Index) removeLeftovers(ctx context.Context, r kv.Reader) error {
	known := map[uint32]bool{}
	for _, s := range x.list.segments {
		known[s.id] = true
	}
	from, end := x.keys.segments(), kv.After(x.keys.segments())
	for {
		var id uint32
		found := false
		for p, err := range r.Scan(ctx, kv.Range{Start: from, End: end, Limit: 1}) {
			if err != nil {
				return err
			}
			if id, found = x.keys.segmentOf(p.Key); !found { // no key of ours
				from = append(bytes.Clone(p.Key), 0)
				found = true
				id = ^uint32(0)
				known[id] = true
				continue
			}
			from = kv.After(x.keys.segment(id))
		}
		if !found {
			return nil
		}
		if !known[id] {
			if x.nextSeg <= id {
				x.nextSeg = id + 1
			}
			if err := x.dropSegment(ctx, r, id); err != nil {
				return err
			}
		}
	}
}

// dropSegment deletes what r holds of a segment.
func (x *Index) dropSegment(ctx context.Context, r kv.Reader, id uint32) error {
	w := x.newWriter()
	for p, err := range r.Scan(ctx, kv.Prefix(x.keys.segment(id))) {
		if err != nil {
			return err
		}
		if err := w.delete(ctx, bytes.Clone(p.Key)); err != nil {
			return err
		}
	}
	return w.finish(ctx)
}

// writer gathers writes into batches that fit the store.
type writer struct {
	store  kv.Store
	limits kv.Limits
	batch  *kv.Batch
}

func (x *Index) newWriter() *writer {
	return &writer{x.store, x.store.Limits(), new(kv.Batch)}
}

func (w *writer) put(ctx context.Context, key, value []byte) error {
	if err := w.room(ctx, len(key)+len(value)); err != nil {
		return err
	}
	w.batch.Put(key, value)
	return nil
}

func (w *writer) delete(ctx context.Context, key []byte) error {
	if err := w.room(ctx, len(key)); err != nil {
		return err
	}
	w.batch.Delete(key)
	return nil
}

// batchBytes is what a batch of ours may hold, if the store takes so much: a
// few batches a segment, and none so great that mutations wait long behind it.
const batchBytes = 1 << 20

func (w *writer) room(ctx context.Context, n int) error {
	if w.batch.Len() < w.limits.BatchWrites && w.batch.Size()+n <= min(batchBytes, w.limits.BatchBytes) {
		return nil
	}
	return w.finish(ctx)
}

func (w *writer) finish(ctx context.Context) error {
	if w.batch.Len() == 0 {
		return nil
	}
	b := w.batch
	w.batch = new(kv.Batch)
	return w.store.Apply(ctx, b)
}
