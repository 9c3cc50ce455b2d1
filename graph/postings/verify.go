package postings

import (
	"context"
	"iter"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
)

// Posting is one entry of the index: that a version of a document has a term.
type Posting struct {
	Term        string
	ID, Version uint64
	Freq        int
}

// Postings yields every posting, segment after segment, each in the order of
// terms, then those in memory that are not in r. It checks on the way that
// lists are in order and counted, and yields a [kv.CorruptError] where not, so
// that an owner who compares them with the record has verified the index. It
// holds 16 bytes in memory for each document of the largest segment.
func (x *Index) Postings(ctx context.Context, r kv.Reader) iter.Seq2[Posting, error] {
	return func(yield func(Posting, error) bool) {
		v, err := x.view(ctx, r)
		if err != nil {
			yield(Posting{}, err)
			return
		}
		defer v.close()
		for _, s := range v.list.segments {
			more := true
			if err := x.segmentPostings(ctx, v, s, func(p Posting) bool {
				more = yield(p, nil)
				return more
			}); err != nil && more {
				yield(Posting{}, err)
				return
			}
			if !more {
				return
			}
		}
		for _, m := range v.memory {
			for i, term := range m.terms {
				ords, freqs := m.list(i)
				for j, o := range ords {
					if !yield(Posting{term, m.docs[o].id, m.docs[o].version, int(freqs[j])}, nil) {
						return
					}
				}
			}
		}
	}
}

func (x *Index) segmentPostings(ctx context.Context, r kv.Reader, s segment, yield func(Posting) bool) error {
	type name struct{ id, version uint64 }
	names := make([]name, 0, s.docs)
	same := make([]uint32, 0, s.docs) // each ordinal, gone where removed
	live, length := uint32(0), uint64(0)
	var last *doc
	for d, err := range x.table(ctx, r, s) {
		if err != nil {
			return err
		}
		if last != nil && last.compare(&d) > 0 {
			return damaged(x.keys.docs(s.id, uint32(len(names)/docsPerBlock)))
		}
		last = &d
		ord := uint32(len(names))
		if d.removed {
			ord = gone
		} else {
			live, length = live+1, length+uint64(d.len)
		}
		names, same = append(names, name{d.id, d.version}), append(same, ord)
	}
	if live != s.live || length != s.totalLen {
		return damaged(x.keys.docs(s.id, 0))
	}
	if _, err := x.fences(ctx, r, s); err != nil {
		return err
	}
	l, stop := x.lists(ctx, r, s.id)
	defer stop()
	lastTerm := ""
	for {
		ok, err := l.advance(same)
		if err != nil || !ok {
			return err
		}
		if uint32(len(l.ords)) != l.df || !slices.IsSorted(l.ords) || l.term <= lastTerm {
			return damaged(l.key)
		}
		lastTerm = l.term
		for i, o := range l.ords {
			if !yield(Posting{l.term, names[o].id, names[o].version, int(l.freqs[i])}) {
				return nil
			}
		}
	}
}

// Stats are the measures of an index.
type Stats struct {
	Docs, Tail int     // versions of documents, and how many of them in memory
	Segments   int     // stored
	AvgLen     float64 // in tokens
	Watermark  uint64
	Bytes      int64 // keys and values under the index's prefix
	Writes     int64 // how many
}

// Stats measures the index as r holds it; nil is the present state. It reads
// all of it.
func (x *Index) Stats(ctx context.Context, r kv.Reader) (Stats, error) {
	v, err := x.view(ctx, r)
	if err != nil {
		return Stats{}, err
	}
	defer v.close()
	s := Stats{Docs: int(v.list.docs), Segments: len(v.list.segments), Watermark: v.list.watermark}
	length := v.list.len
	for _, m := range v.memory {
		s.Docs, s.Tail, length = s.Docs+len(m.docs), s.Tail+len(m.docs), length+m.totalLen
	}
	s.AvgLen = float64(length) / float64(max(s.Docs, 1))
	for p, err := range v.Scan(ctx, kv.Prefix(x.keys.prefix)) {
		if err != nil {
			return Stats{}, err
		}
		s.Bytes += int64(len(p.Key) + len(p.Value))
		s.Writes++
	}
	return s, nil
}
