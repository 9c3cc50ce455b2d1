package postings

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

func open(t testing.TB, store kv.Store, o Options) *Index {
	t.Helper()
	x, err := Open(t.Context(), store, []byte("F"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// TestLarge compares with the model what has many blocks, pages and segments.
func TestLarge(t *testing.T) {
	t.Parallel()
	c := newCorpus(7)
	store := memkv.New()
	x := open(t, store, Options{Manual: true})
	var m model
	for n := uint64(1); n <= 4000; n++ {
		d := c.doc(n)
		if n%5 == 0 {
			d.Key = Undated
		}
		m.docs, m.seqs = append(m.docs, d), append(m.seqs, n)
		if err := x.Add(n, d); err != nil {
			t.Fatal(err)
		}
		if n%700 == 0 {
			if err := errors.Join(x.Flush(t.Context()), x.Merge(t.Context())); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := x.Remove(t.Context(), 77, 77); err != nil {
		t.Fatal(err)
	}
	m.docs = slices.Delete(m.docs, 76, 77)
	for i := range 36 {
		q := Query{All: []string{"", ""}[:0], Order: Order(i % 3), Limit: 1 + c.r.IntN(200)}
		words, _ := Terms(c.words[c.r.IntN(40)], c.words[c.r.IntN(40)])
		for _, w := range words {
			q.All = append(q.All, w.Term)
		}
		if i%2 == 0 {
			binary.BigEndian.PutUint32(q.From[:], uint32(700_000+c.r.IntN(3650)))
		}
		if i%4 == 0 {
			binary.BigEndian.PutUint32(q.To[:], uint32(702_000+c.r.IntN(3650)))
		}
		if i%5 == 0 {
			q.Kinds = []uint8{1}
		}
		for range 3 {
			p, err := x.Search(t.Context(), nil, q)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(m.search(q, 64), p.Hits); d != "" {
				t.Fatalf("%+v\n%s", q, d)
			}
			if q.After = p.Next; q.After == nil {
				break
			}
		}
	}
	n := 0
	for _, err := range x.Postings(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	want := 0
	for _, d := range m.docs {
		want += len(d.Terms)
	}
	if n != want {
		t.Errorf("%d postings, want %d", n, want)
	}
}

// counting counts the pairs that are read.
type counting struct {
	kv.Reader
	pairs atomic.Int64
}

func (c *counting) Scan(ctx context.Context, r ...kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		for p, err := range c.Reader.Scan(ctx, r...) {
			c.pairs.Add(1)
			if !yield(p, err) {
				return
			}
		}
	}
}

// TestEarlyStop checks that the newest and oldest of frequent terms cost a few
// pages, wherever in the list they are.
func TestEarlyStop(t *testing.T) {
	t.Parallel()
	store := memkv.New()
	x := open(t, store, Options{Manual: true})
	const docs = 30_000
	all := make([]Doc, docs)
	for i := range all {
		all[i] = Doc{ID: uint64(i), Version: 1, Len: 2, Terms: []TermFreq{{"often", 1 + i%3}, {"also", 1}}}
		binary.BigEndian.PutUint32(all[i].Key[:], uint32(i/3))
	}
	if err := errors.Join(x.Add(1, all...), x.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	snap, _ := store.Snapshot()
	defer snap.Close()
	for _, order := range []Order{Newest, Oldest} {
		q := Query{All: []string{"often", "also"}, Order: order}
		for page := range 40 {
			r := &counting{Reader: snap}
			p, err := x.Search(t.Context(), r, q)
			if err != nil || len(p.Hits) != 20 {
				t.Fatal(len(p.Hits), err)
			}
			want := uint64(page*20 + 19)
			if order == Newest {
				want = docs - 1 - want
			}
			if p.Hits[19].ID != want {
				t.Fatalf("order %d, page %d ends with %d, want %d", order, page, p.Hits[19].ID, want)
			}
			if n := r.pairs.Load(); n > 8 {
				t.Errorf("order %d: page %d took %d pairs", order, page, n)
			}
			q.After = p.Next
		}
	}
}

// TestConcurrent searches while documents are added, flushed, merged and
// removed: every search sees all that was added before it began, once.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	store := memkv.New()
	x := open(t, store, Options{TailDocs: 50})
	var added atomic.Uint64
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for i := 0; ; {
				select {
				case <-stop:
					return
				default:
				}
				snap, err := store.Snapshot()
				if err != nil {
					t.Error(err)
					return
				}
				least := added.Load()
				r := kv.Reader(snap)
				if i++; i%2 == 0 {
					r = nil
				}
				p, err := x.Search(t.Context(), r, Query{All: []string{"x"}, Order: Newest, Limit: 1 << 20})
				snap.Close()
				if err != nil || uint64(len(p.Hits)) < least {
					t.Errorf("%d hits, want %d: %v", len(p.Hits), least, err)
					return
				}
				for i := 1; i < len(p.Hits); i++ {
					if p.Hits[i].ID >= p.Hits[i-1].ID {
						t.Error("a document is missing, twice or out of order")
						return
					}
				}
			}
		})
	}
	for n := uint64(1); n <= 3000; n++ {
		docs := []Doc{{ID: n, Version: n, Key: Key{1}, Len: 1, Terms: []TermFreq{{"x", 1}}}}
		if n%100 == 0 {
			docs = append(docs, Doc{ID: n, Version: n, Len: 1, Terms: []TermFreq{{"secret", 1}}})
		}
		if err := x.Add(n, docs...); err != nil {
			t.Fatal(err)
		}
		added.Store(n)
	}
	close(stop)
	wg.Wait()
	if err := x.Flush(t.Context()); err != nil || x.Watermark() != 3000 {
		t.Fatal(x.Watermark(), err)
	}
}

// hooked calls hook in place of one write.
type hooked struct {
	kv.Store
	hook     func() error
	snapshot func() // called before one snapshot
}

func (h *hooked) Snapshot() (kv.Snapshot, error) {
	if f := h.snapshot; f != nil {
		h.snapshot = nil
		f()
	}
	return h.Store.Snapshot()
}

func (h *hooked) Apply(ctx context.Context, b *kv.Batch) error {
	if f := h.hook; f != nil {
		h.hook = nil
		return f()
	}
	return h.Store.Apply(ctx, b)
}

// TestFlushFails adds while a flush is under way that fails: nothing is lost.
func TestFlushFails(t *testing.T) {
	t.Parallel()
	store := &hooked{Store: memkv.New()}
	x := open(t, store, Options{Manual: true})
	add := func(n uint64) error {
		return x.Add(n, Doc{ID: n, Version: n, Len: 1, Terms: []TermFreq{{"x", 1}}})
	}
	find := func(n int) {
		t.Helper()
		p, err := x.Search(t.Context(), nil, Query{All: []string{"x"}})
		if err != nil || len(p.Hits) != n {
			t.Fatalf("%d hits, want %d: %v", len(p.Hits), n, err)
		}
	}
	store.hook = func() error {
		if err := add(2); err != nil {
			t.Error(err)
		}
		find(2)
		return errStopped
	}
	if err := add(1); err != nil {
		t.Fatal(err)
	}
	if err := x.Flush(t.Context()); !errors.Is(err, errStopped) {
		t.Fatal(err)
	}
	find(2)
	if err := x.Flush(t.Context()); err != nil || x.Watermark() != 2 {
		t.Fatal(x.Watermark(), err)
	}
	find(2)
}

// TestFlushBetween flushes after a search has looked at memory and before it
// takes its snapshot: the document is in both, and found once.
func TestFlushBetween(t *testing.T) {
	t.Parallel()
	store := &hooked{Store: memkv.New()}
	x := open(t, store, Options{Manual: true})
	if err := x.Add(1, Doc{ID: 1, Version: 1, Len: 1, Terms: []TermFreq{{"x", 1}}}); err != nil {
		t.Fatal(err)
	}
	store.snapshot = func() {
		if err := x.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	}
	p, err := x.Search(t.Context(), nil, Query{All: []string{"x"}})
	if err != nil || len(p.Hits) != 1 || x.Watermark() != 1 {
		t.Fatal(p.Hits, x.Watermark(), err)
	}
}

// TestBackground: an error of background work comes back from Add, once.
func TestBackground(t *testing.T) {
	t.Parallel()
	store := &failing{Store: memkv.New(), left: 0}
	x := open(t, store, Options{TailDocs: 2})
	var err error
	n := uint64(0)
	for err == nil {
		n++
		err = x.Add(n, Doc{ID: n, Version: n, Len: 1, Terms: []TermFreq{{"x", 1}}})
	}
	if !errors.Is(err, errStopped) {
		t.Fatal(err)
	}
	store.allow(-1)
	for ; n <= 100; n++ { // the refused entry comes again
		if err := x.Add(n, Doc{ID: n, Version: n, Len: 1, Terms: []TermFreq{{"x", 1}}}); err != nil && !errors.Is(err, errStopped) {
			t.Fatal(err)
		} else if err != nil {
			n--
		}
	}
	p, err := x.Search(t.Context(), nil, Query{All: []string{"x"}, Limit: 1000})
	if err != nil || len(p.Hits) != 100 {
		t.Fatal(len(p.Hits), err)
	}
}

// TestRemoveLeavesNoTrace looks at the bytes themselves.
func TestRemoveLeavesNoTrace(t *testing.T) {
	t.Parallel()
	store := memkv.New()
	x := open(t, store, Options{Manual: true})
	for n := uint64(1); n <= 300; n++ {
		d := Doc{ID: n, Version: n, Len: 2, Key: Key{byte(n)}, Terms: []TermFreq{{"common", 1}}}
		if n == 150 {
			d.Terms = append(d.Terms, TermFreq{"zanzibarsecret", 2})
		}
		if err := x.Add(n, d); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(x.Flush(t.Context()), x.Remove(t.Context(), 150, 150), x.Remove(t.Context(), 150, 150)); err != nil {
		t.Fatal(err)
	}
	snap, _ := store.Snapshot()
	defer snap.Close()
	for p, err := range snap.Scan(t.Context(), kv.Range{}) {
		if err != nil || bytes.Contains(p.Value, []byte("zanzibar")) || bytes.Contains(p.Key, []byte("zanzibar")) {
			t.Errorf("key %q still has the term (%v)", p.Key, err)
		}
	}
	p, err := x.Search(t.Context(), nil, Query{All: []string{"common"}, Order: Newest, Limit: 1000})
	if err != nil || len(p.Hits) != 299 {
		t.Error(len(p.Hits), err)
	}
}

func TestDamage(t *testing.T) {
	t.Parallel()
	store := memkv.New()
	x := open(t, store, Options{Manual: true})
	c := newCorpus(3)
	for n := uint64(1); n <= 500; n++ {
		if err := x.Add(n, c.doc(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	snap, _ := store.Snapshot()
	defer snap.Close()
	var pairs []kv.Write
	for p := range snap.Scan(t.Context(), kv.Range{}) {
		pairs = append(pairs, kv.Write{Key: bytes.Clone(p.Key), Value: bytes.Clone(p.Value)})
	}
	r := rand.New(rand.NewPCG(1, 2))
	silent := 0
	for range 150 {
		broken := memkv.New()
		hurt := r.IntN(len(pairs))
		b := new(kv.Batch)
		for i, p := range pairs {
			v := p.Value
			if i == hurt {
				v = bytes.Clone(v)
				switch r.IntN(3) {
				case 0:
					v[r.IntN(len(v))] ^= 1 << r.IntN(8)
				case 1:
					v = v[:r.IntN(len(v))]
				default:
					v = append(v, byte(r.IntN(256)))
				}
			}
			b.Put(p.Key, v)
		}
		if err := broken.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		x, err := Open(t.Context(), broken, []byte("F"), Options{Manual: true})
		if err != nil {
			t.Fatal(err)
		}
		check := func(err error) {
			var damage *kv.CorruptError
			if err != nil && (!errors.As(err, &damage) || len(damage.Key) == 0) {
				t.Fatalf("key %x: %v", pairs[hurt].Key, err)
			}
		}
		var first error
		for _, err := range x.Postings(t.Context(), nil) {
			first = err
		}
		check(first)
		if first == nil && x.Watermark() > 0 {
			silent++ // a flipped bit in a frequency or a date is for the engine's checksum
		}
		for o := range Order(3) {
			_, err := x.Search(t.Context(), nil, Query{All: c.query()[:1], Order: o, From: Key{0, 1}})
			check(err)
		}
		check(x.Merge(t.Context()))
		check(x.Remove(t.Context(), 100, 100))
		x.Close()
	}
	t.Logf("%d of 150 were not noticed by their structure alone", silent)
}

// TestListLost: an index whose list is gone or of another version begins anew.
func TestListLost(t *testing.T) {
	t.Parallel()
	for _, list := range [][]byte{nil, {}, {9, 9, 9}, {format, 200, 1, 5, 0}} {
		store := memkv.New()
		x := open(t, store, Options{Manual: true})
		if err := errors.Join(x.Add(1, Doc{ID: 1, Version: 1, Terms: []TermFreq{{"a", 1}}}), x.Flush(t.Context())); err != nil {
			t.Fatal(err)
		}
		b := new(kv.Batch)
		if b.Put(x.keys.list(), list); list == nil {
			b.Delete(x.keys.list())
		}
		if err := store.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		x = open(t, store, Options{Manual: true})
		s, err := x.Stats(t.Context(), nil)
		if err != nil || x.Watermark() != 0 || s.Docs != 0 || s.Writes > 1 {
			t.Errorf("list %x: %+v, %v", list, s, err)
		}
		if err := errors.Join(x.Add(1, Doc{ID: 1, Version: 1, Terms: []TermFreq{{"a", 1}}}), x.Flush(t.Context())); err != nil {
			t.Error(err)
		}
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	x := open(t, memkv.New(), Options{Manual: true})
	if _, err := x.Search(t.Context(), nil, Query{Not: []string{"a"}}); !errors.Is(err, ErrNoTerms) {
		t.Error(err)
	}
	for _, term := range []string{"", "a\x00b", fmt.Sprint(make([]byte, 200))} {
		if err := x.Add(1, Doc{ID: 1, Terms: []TermFreq{{term, 1}}}); err == nil {
			t.Errorf("term %q was taken", term)
		}
		if _, err := x.Search(t.Context(), nil, Query{All: []string{term}}); err == nil {
			t.Errorf("term %q was searched", term)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Search(ctx, nil, Query{All: []string{"a"}}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	x.Close()
	if err := x.Add(2); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func FuzzPage(f *testing.F) {
	e := encodePostings([]uint32{1, 5, 9}, []uint32{1, 2, 1})
	e.flags, e.df = entryFirst|entryFinal, 3
	f.Add(appendEntry(nil, "", "term", e))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := pageReader{d: decoder{b: b}}
		for r.next() {
			ords, freqs, ok := r.decode(nil, nil)
			if ok && (len(ords) != len(freqs) || len(ords) != int(r.count) || !slices.IsSorted(ords)) {
				t.Fatalf("%x: %v %v", b, ords, freqs)
			}
		}
		if docs, ok := decodeDocs(b); ok {
			again, ok := decodeDocs(appendDocs(nil, docs))
			if !ok || !slices.Equal(docs, again) {
				t.Fatalf("%x: %v became %v", b, docs, again)
			}
		}
		decodeList([]byte("k"), b)
	})
}

func FuzzPostings(f *testing.F) {
	f.Add([]byte{1, 2, 3, 200, 9, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		var ords, freqs []uint32
		at := uint32(0)
		for i := 0; i+1 < len(b) && len(ords) < blockSize; i += 2 {
			at += uint32(b[i])*uint32(b[i])*uint32(b[i]) + 1
			ords, freqs = append(ords, at), append(freqs, uint32(b[i+1]))
		}
		if len(ords) == 0 {
			return
		}
		e := encodePostings(ords, freqs)
		gotOrds, gotFreqs, ok := e.decode(nil, nil)
		if !ok || !slices.Equal(ords, gotOrds) || !slices.Equal(freqs, gotFreqs) {
			t.Fatalf("%v %v became %v %v", ords, freqs, gotOrds, gotFreqs)
		}
	})
}
