package postings

import (
	"encoding/binary"
	"math"
)

// decoder reads stored bytes. Once something does not fit it is bad, and all it
// returns is zero; it never panics and never allocates more than the input asks
// for in good faith.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.bad = true
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *decoder) uint() uint64 {
	if len(d.b) > 0 && d.b[0] < 0x80 {
		c := d.b[0]
		d.b = d.b[1:]
		return uint64(c)
	}
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) uint32() uint32 {
	v := d.uint()
	if v > math.MaxUint32 {
		d.bad = true
		return 0
	}
	return uint32(v)
}

func (d *decoder) int() int64 {
	v := d.uint()
	return int64(v>>1) ^ -int64(v&1)
}

// count returns a number of things of at least size bytes each.
func (d *decoder) count(size int) int {
	v := d.uint()
	if v > uint64(len(d.b)/size) {
		d.bad = true
		return 0
	}
	return int(v)
}

func (d *decoder) bytes(n uint64) []byte {
	if n > uint64(len(d.b)) {
		d.bad, d.b = true, nil
		return nil
	}
	b := d.b[:n:n]
	d.b = d.b[n:]
	return b
}

// docsPerBlock is how many documents an entry of a segment's table holds.
const docsPerBlock = 128

// appendDocs codes documents that are in order, each as the difference from
// the one before:
//
//	flags and shared length of key | rest of key | ID ± | version ± | kind | length
func appendDocs(b []byte, docs []doc) []byte {
	b = binary.AppendUvarint(b, uint64(len(docs)))
	var last doc
	for _, d := range docs {
		shared := 0
		for shared < len(d.key) && d.key[shared] == last.key[shared] {
			shared++
		}
		flags := byte(shared)
		if d.removed {
			flags |= docRemoved
		}
		if d.kind != last.kind {
			flags |= docKind
		}
		b = append(b, flags)
		b = append(b, d.key[shared:]...)
		b = binary.AppendVarint(b, int64(d.id-last.id))
		b = binary.AppendVarint(b, int64(d.version-last.version))
		if d.kind != last.kind {
			b = append(b, d.kind)
		}
		b = binary.AppendUvarint(b, uint64(d.len))
		last = d
	}
	return b
}

const (
	docShared  = 0x0f
	docRemoved = 0x10
	docKind    = 0x20
)

func decodeDocs(b []byte) ([]doc, bool) {
	d := decoder{b: b}
	docs := make([]doc, d.count(4))
	var last doc
	for i := range docs {
		flags := d.byte()
		shared := int(flags & docShared)
		if shared > len(last.key) || flags > docShared|docRemoved|docKind {
			return nil, false
		}
		copy(last.key[shared:], d.bytes(uint64(len(last.key)-shared)))
		last.id += uint64(d.int())
		last.version += uint64(d.int())
		if flags&docKind != 0 {
			last.kind = d.byte()
		}
		last.len = d.uint32()
		last.removed = flags&docRemoved != 0
		docs[i] = last
	}
	return docs, !d.bad && len(d.b) == 0
}

// A page holds entries in the order of (term, ordinal), each a block of at most
// blockSize postings of one term:
//
//	shared length of term | length of rest | rest | flags | [df] | last ordinal | [count | bytes | postings]
//
// Postings are coded from the last to the first, each as its gap to the one
// behind it, doubled, plus one if a frequency other than 1 follows. Most terms
// of a segment have one posting of frequency 1, which needs no more than the
// last ordinal.
const (
	blockSize = 128
	pageSize  = 2048

	entryFirst  = 1 // the first block of its term
	entryFinal  = 2 // the last block of its term
	entryDF     = 4 // the term's df follows; otherwise it is the count
	entrySingle = 8 // one posting of frequency 1: no count, bytes, postings
	entryFlags  = 15
)

// entry is a block of postings, coded.
type entry struct {
	flags byte
	df    uint32 // documents in the segment with the term, in its first block
	count uint32
	last  uint32 // its last ordinal
	data  []byte
	page  []byte // the key of its page
}

func appendEntry(b []byte, lastTerm, term string, e entry) []byte {
	shared := 0
	for shared < len(lastTerm) && shared < len(term) && lastTerm[shared] == term[shared] {
		shared++
	}
	b = binary.AppendUvarint(b, uint64(shared))
	b = binary.AppendUvarint(b, uint64(len(term)-shared))
	b = append(b, term[shared:]...)
	flags := e.flags & (entryFirst | entryFinal)
	if flags&entryFirst != 0 && e.df != e.count {
		flags |= entryDF
	}
	if e.count == 1 && e.data[0] == 0 {
		flags |= entrySingle
	}
	b = append(b, flags)
	if flags&entryDF != 0 {
		b = binary.AppendUvarint(b, uint64(e.df))
	}
	b = binary.AppendUvarint(b, uint64(e.last))
	if flags&entrySingle != 0 {
		return b
	}
	b = binary.AppendUvarint(b, uint64(e.count))
	b = binary.AppendUvarint(b, uint64(len(e.data)))
	return append(b, e.data...)
}

// pageReader walks through the entries of a page. The bytes of term change
// with the next call.
type pageReader struct {
	d    decoder
	term []byte
	entry
}

var single = []byte{0}

func (p *pageReader) next() bool {
	if p.d.bad || len(p.d.b) == 0 {
		return false
	}
	shared := p.d.uint()
	rest := p.d.bytes(p.d.uint())
	if shared > uint64(len(p.term)) || shared+uint64(len(rest)) > maxTermLen {
		p.d.bad = true
		return false
	}
	p.term = append(p.term[:shared], rest...)
	p.flags = p.d.byte()
	df := uint32(0)
	if p.flags&entryDF != 0 {
		df = p.d.uint32()
	}
	p.last = p.d.uint32()
	if p.flags&entrySingle != 0 {
		p.count, p.data = 1, single
	} else {
		p.count = p.d.uint32()
		p.data = p.d.bytes(p.d.uint())
	}
	if p.flags&entryDF == 0 {
		df = p.count
	}
	p.df = df
	if p.count > blockSize || int(p.count) > len(p.data) || p.flags > entryFlags {
		p.d.bad = true
	}
	return !p.d.bad
}

// encodePostings codes a block of at least one posting.
func encodePostings(ords, freqs []uint32) entry {
	e := entry{count: uint32(len(ords)), last: ords[len(ords)-1], data: make([]byte, 0, len(ords)+len(ords)/2)}
	behind := e.last
	for i := len(ords) - 1; i >= 0; i-- {
		v := uint64(behind-ords[i]) << 1
		if freqs[i] != 1 {
			v |= 1
		}
		e.data = binary.AppendUvarint(e.data, v)
		if freqs[i] != 1 {
			e.data = binary.AppendUvarint(e.data, uint64(freqs[i]))
		}
		behind = ords[i]
	}
	return e
}

// decode returns the block's postings, in ords and freqs if they are large enough.
func (e *entry) decode(ords, freqs []uint32) ([]uint32, []uint32, bool) {
	n := int(e.count)
	if cap(ords) < n {
		ords, freqs = make([]uint32, blockSize), make([]uint32, blockSize)
	}
	ords, freqs = ords[:n], freqs[:n]
	d := decoder{b: e.data}
	ord := e.last
	for i := n - 1; i >= 0; i-- {
		v := d.uint()
		gap := v >> 1
		if gap > uint64(ord) || gap == 0 && i < n-1 {
			return nil, nil, false
		}
		ord -= uint32(gap)
		ords[i], freqs[i] = ord, 1
		if v&1 != 0 {
			freqs[i] = d.uint32()
		}
	}
	return ords, freqs, !d.bad && len(d.b) == 0
}
