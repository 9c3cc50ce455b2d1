package postings

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

// failing is a store whose writes fail from a moment on, as if the machine had stopped.
type failing struct {
	kv.Store
	mu   sync.Mutex // guards left
	left int        // writes that still succeed; negative for all
}

var errStopped = errors.New("the machine stopped")

func (f *failing) Apply(ctx context.Context, b *kv.Batch) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == 0 {
		return errStopped
	}
	f.left--
	return f.Store.Apply(ctx, b)
}

func (f *failing) allow(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left = n
}

// Limits are small, so that a segment takes many batches.
func (f *failing) Limits() kv.Limits {
	l := f.Store.Limits()
	l.BatchWrites = 3
	return l
}

// model is the index as a list of documents.
type model struct {
	docs []Doc
	seqs []uint64
}

func freqs(d *Doc, terms []string) (n int) {
	for _, t := range d.Terms {
		if slices.Contains(terms, t.Term) {
			n += t.Freq
		}
	}
	return n
}

// search is what Search must return, by reading everything.
func (m *model) search(q Query, prefixTerms int) (hits []Hit) {
	var groups [][]string
	for _, t := range dedup(q.All) {
		groups = append(groups, []string{t})
	}
	for _, g := range q.Any {
		groups = append(groups, dedup(g))
	}
	all := map[string]bool{}
	total := 0
	for _, d := range m.docs {
		total += d.Len
		for _, t := range d.Terms {
			all[t.Term] = true
		}
	}
	for _, p := range q.Prefix {
		var terms []string
		for _, t := range slices.Sorted(maps.Keys(all)) {
			if strings.HasPrefix(t, p.Start) && len(terms) < prefixTerms {
				terms = append(terms, t)
			}
		}
		groups = append(groups, dedup(append(terms, p.Also...)))
	}
	n := float64(len(m.docs))
	avg := float64(max(total, 1)) / max(n, 1)
	weights := make([]float64, len(groups))
	for i, g := range groups {
		df := 0.0
		for j := range m.docs {
			for _, t := range g {
				if freqs(&m.docs[j], []string{t}) > 0 {
					df++
				}
			}
		}
		df = min(df, n)
		weights[i] = math.Log(1 + (n-df+0.5)/(df+0.5))
	}
	after := q.After
	q.After = nil
	var found []match
	for j := range m.docs {
		d := &m.docs[j]
		x := match{doc: doc{id: d.ID, version: d.Version, key: d.Key, kind: d.Kind, len: uint32(d.Len)}}
		ok := q.wants(&x.doc) && freqs(d, q.Not) == 0
		for i, g := range groups {
			f := float64(freqs(d, g))
			ok = ok && f > 0
			norm := bm25K1 * (1 - bm25B + bm25B*float64(d.Len)/avg)
			x.score += weights[i] * (f * (bm25K1 + 1) / (f + norm))
		}
		if q.Order != ByScore {
			x.score = 0
		}
		if ok {
			found = append(found, x)
		}
	}
	less := func(a, b *match) bool { return compareScores(a, b) < 0 }
	if q.Order == Oldest {
		less = func(a, b *match) bool { return a.compareOldest(&b.doc) < 0 }
	}
	sort.Slice(found, func(i, j int) bool { return less(&found[i], &found[j]) })
	for i := range found {
		h := found[i].hit(found[i].score)
		if after != nil {
			c := match{score: after.Score, doc: doc{id: after.ID, version: after.Version, key: after.Key}}
			if q.Order != ByScore {
				c.score = 0
			}
			if !less(&c, &found[i]) {
				continue
			}
		}
		if q.Live != nil {
			if live, _ := q.Live(context.Background(), []Hit{h}); !live[0] {
				continue
			}
		}
		if hits = append(hits, h); len(hits) == q.Limit {
			break
		}
	}
	return hits
}

var vocabulary = []string{"a", "ab", "abc", "b", "ba", "c", "rare1", "rare2", "ظریف", "习近"}

func genDoc(t *rapid.T, seq uint64) Doc {
	d := Doc{
		ID:      uint64(rapid.IntRange(1, 60).Draw(t, "id")),
		Version: seq,
		Kind:    uint8(rapid.IntRange(0, 3).Draw(t, "kind")),
		Key:     Undated,
		Len:     rapid.IntRange(0, 40).Draw(t, "len"),
	}
	if n := rapid.IntRange(0, 9).Draw(t, "date"); n > 0 {
		d.Key = Key{1, byte(n)}
	}
	for i, term := range vocabulary {
		// The first terms are in most documents, the last in few.
		if rapid.IntRange(0, i+1).Draw(t, "has") == 0 {
			d.Terms = append(d.Terms, TermFreq{term, rapid.IntRange(1, 3).Draw(t, "freq")})
		}
	}
	return d
}

func genQuery(t *rapid.T, last uint64) Query {
	term := rapid.SampledFrom(append(vocabulary, "absent"))
	q := Query{
		All:   rapid.SliceOfN(term, 0, 3).Draw(t, "all"),
		Any:   rapid.SliceOfN(rapid.SliceOfN(term, 1, 3), 0, 1).Draw(t, "any"),
		Not:   rapid.SliceOfN(term, 0, 1).Draw(t, "not"),
		Order: Order(rapid.IntRange(0, 2).Draw(t, "order")),
		Limit: rapid.IntRange(1, 12).Draw(t, "limit"),
	}
	if rapid.IntRange(0, 3).Draw(t, "prefix") == 0 {
		q.Prefix = []Prefix{{Start: rapid.SampledFrom([]string{"a", "r", "习", "zz"}).Draw(t, "start"), Also: []string{"c"}}}
	}
	if rapid.Bool().Draw(t, "dates") {
		for _, k := range []*Key{&q.From, &q.To} {
			if n := rapid.IntRange(0, 9).Draw(t, "bound"); n > 0 {
				*k = Key{1, byte(n)}
			}
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "kinds") == 0 {
		q.Kinds = []uint8{1, 2}
	}
	if rapid.Bool().Draw(t, "asof") {
		q.MaxVersion = uint64(rapid.IntRange(0, int(last)).Draw(t, "max"))
	}
	if mod := uint64(rapid.IntRange(0, 3).Draw(t, "live")); mod > 1 {
		q.Live = func(_ context.Context, hits []Hit) ([]bool, error) {
			out := make([]bool, len(hits))
			for i, h := range hits {
				out[i] = h.Version%mod == 0
			}
			return out, nil
		}
	}
	if len(q.All)+len(q.Any)+len(q.Prefix) == 0 {
		q.All = []string{"a"}
	}
	return q
}

// machine drives an index and the model with the same steps.
type machine struct {
	store *failing
	x     *Index
	seq   uint64
	model
	page, block int
}

func (m *machine) open(t *rapid.T) {
	x, err := Open(t.Context(), m.store, []byte("F"), Options{Manual: true, PrefixTerms: 2, page: m.page, block: m.block})
	if err != nil {
		t.Fatal(err)
	}
	m.x = x
	bySeq := map[uint64][]Doc{}
	for i, d := range m.docs {
		bySeq[m.seqs[i]] = append(bySeq[m.seqs[i]], d)
	}
	for s := x.Watermark() + 1; s <= m.seq; s++ {
		if err := x.Add(s, bySeq[s]...); err != nil {
			t.Fatal(err)
		}
	}
}

func (m *machine) step(t *rapid.T) {
	switch op := rapid.SampledFrom([]string{"add", "add", "add", "search", "search", "flush", "merge", "crash", "remove", "interrupted remove", "old reader", "verify"}).Draw(t, "op"); op {
	case "add":
		for range rapid.IntRange(1, 30).Draw(t, "entries") {
			m.seq++
			var docs []Doc
			for range rapid.IntRange(0, 2).Draw(t, "docs") {
				d := genDoc(t, m.seq)
				if !slices.ContainsFunc(docs, func(o Doc) bool { return o.ID == d.ID }) {
					docs = append(docs, d)
					m.docs, m.seqs = append(m.docs, d), append(m.seqs, m.seq)
				}
			}
			if err := m.x.Add(m.seq, docs...); err != nil {
				t.Fatal(err)
			}
		}
	case "search":
		m.compare(t, nil)
	case "flush":
		if err := m.x.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if m.x.Watermark() != m.seq {
			t.Fatalf("watermark %d, want %d", m.x.Watermark(), m.seq)
		}
	case "merge":
		if err := m.x.Merge(t.Context()); err != nil {
			t.Fatal(err)
		}
	case "crash":
		m.store.allow(rapid.IntRange(0, 20).Draw(t, "writes"))
		err := m.x.Flush(t.Context())
		if err == nil {
			err = m.x.Merge(t.Context())
		}
		if err != nil && !errors.Is(err, errStopped) {
			t.Fatal(err)
		}
		m.compare(t, nil) // it goes on after a failed write, too
		m.store.allow(-1)
		if err := m.x.Close(); err != nil {
			t.Fatal(err)
		}
		m.open(t)
		m.noLeftovers(t)
	case "remove", "interrupted remove":
		if len(m.docs) == 0 {
			return
		}
		i := rapid.IntRange(0, len(m.docs)-1).Draw(t, "which")
		d := m.docs[i]
		if op != "remove" {
			m.store.allow(rapid.IntRange(0, 6).Draw(t, "writes"))
			err := m.x.Remove(t.Context(), d.ID, d.Version)
			m.store.allow(-1)
			if err != nil && !errors.Is(err, errStopped) {
				t.Fatal(err)
			}
			if err := m.x.Close(); err != nil {
				t.Fatal(err)
			}
			m.open(t)
		}
		m.docs, m.seqs = slices.Delete(m.docs, i, i+1), slices.Delete(m.seqs, i, i+1)
		if err := m.x.Remove(t.Context(), d.ID, d.Version); err != nil {
			t.Fatal(err)
		}
		m.noLeftovers(t)
	case "old reader":
		snap, err := m.store.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		defer snap.Close()
		m.seq++
		d := genDoc(t, m.seq)
		m.docs, m.seqs = append(m.docs, d), append(m.seqs, m.seq)
		if err := errors.Join(m.x.Add(m.seq, d), m.x.Flush(t.Context()), m.x.Merge(t.Context())); err != nil {
			t.Fatal(err)
		}
		m.compare(t, snap)
	case "verify":
		m.verify(t)
	}
}

// compare runs one query, page after page, on both.
func (m *machine) compare(t *rapid.T, r kv.Reader) {
	q := genQuery(t, m.seq)
	for range 4 {
		got, err := m.x.Search(t.Context(), r, q)
		if err != nil {
			t.Fatal(err)
		}
		want := m.search(q, 2)
		if d := cmp.Diff(want, got.Hits); d != "" {
			live := q.Live != nil
			q.Live = nil
			t.Fatalf("%+v (live %v)\n%s", q, live, d)
		}
		if got.Next == nil {
			return
		}
		q.After = got.Next
	}
}

func (m *machine) verify(t *rapid.T) {
	want, got := map[Posting]int{}, map[Posting]int{}
	for _, d := range m.docs {
		for _, f := range d.Terms {
			want[Posting{f.Term, d.ID, d.Version, f.Freq}]++
		}
	}
	for p, err := range m.x.Postings(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		got[p]++
	}
	known := map[string]bool{}
	for p := range want {
		known[p.Term] = true
	}
	snap, _ := m.store.Snapshot()
	defer snap.Close()
	for p, err := range snap.Scan(t.Context(), kv.Prefix(m.x.keys.segments())) {
		if err != nil {
			t.Fatal(err)
		}
		seg, _ := m.x.keys.segmentOf(p.Key)
		term, ok := bytes.CutPrefix(p.Key, m.x.keys.allPostings(seg))
		if !ok {
			continue
		}
		terms := []string{string(term[:len(term)-5])}
		page, err := readPage(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range append(terms, page.terms...) {
			if !known[s] && s[0] != kindMark {
				t.Fatalf("term %q is in no document, but in page %x", s, p.Key)
			}
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatal(d)
	}
}

// noLeftovers checks that every key is of a segment in the list.
func (m *machine) noLeftovers(t *rapid.T) {
	known := map[uint32]bool{}
	for _, s := range m.x.list.segments {
		known[s.id] = true
	}
	snap, _ := m.store.Snapshot()
	defer snap.Close()
	for p, err := range snap.Scan(t.Context(), kv.Prefix(m.x.keys.segments())) {
		if id, _ := m.x.keys.segmentOf(p.Key); err != nil || !known[id] {
			t.Fatalf("segment %d is left over (%v)", id, err)
		}
	}
}

func TestModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{store: &failing{Store: memkv.New(), left: -1}}
		m.page = rapid.SampledFrom([]int{40, 200, 0}).Draw(t, "page")
		m.block = rapid.SampledFrom([]int{1, 3, 16, 0}).Draw(t, "block")
		m.open(t)
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			m.step(t)
		}
		m.compare(t, nil)
		m.verify(t)
	})
}
