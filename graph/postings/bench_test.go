package postings

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

// corpus makes statements of about 25 words of a vocabulary of 50,000 with the
// frequencies of a natural language, dated over ten years.
type corpus struct {
	r     *rand.Rand
	zipf  *rand.Zipf
	words []string
}

func newCorpus(seed uint64) *corpus {
	r := rand.New(rand.NewPCG(seed, 1))
	c := &corpus{r: r, zipf: rand.NewZipf(r, 1.07, 2.7, 49_999)}
	const consonants, vowels = "bcdfghklmnprstvwz", "aeiou"
	seen := map[string]bool{}
	for len(c.words) < 50_000 {
		var b strings.Builder
		for range 1 + r.IntN(2) + len(c.words)/10_000 {
			b.WriteByte(consonants[r.IntN(len(consonants))])
			b.WriteByte(vowels[r.IntN(len(vowels))])
		}
		if r.IntN(3) == 0 {
			b.WriteByte(consonants[r.IntN(len(consonants))])
		}
		if w := b.String(); !seen[w] {
			seen[w] = true
			c.words = append(c.words, w)
		}
	}
	return c
}

func (c *corpus) text() string {
	var b strings.Builder
	for range 18 + c.r.IntN(15) {
		b.WriteString(c.words[c.zipf.Uint64()])
		b.WriteByte(' ')
	}
	return b.String()
}

func (c *corpus) doc(n uint64) Doc {
	d := Doc{ID: n, Version: n, Kind: uint8(n % 3)}
	binary.BigEndian.PutUint32(d.Key[:], uint32(700_000+c.r.IntN(3650)))
	d.Terms, d.Len = Terms(c.text())
	return d
}

// query returns two words that are frequent enough to be asked for together.
func (c *corpus) query() []string {
	for {
		terms, _ := Terms(c.words[5+c.r.IntN(300)], c.words[5+c.r.IntN(300)])
		if len(terms) == 2 {
			return []string{terms[0].Term, terms[1].Term}
		}
	}
}

func engines(b *testing.B, f func(b *testing.B, open func(testing.TB) kv.Store)) {
	b.Run("memkv", func(b *testing.B) { f(b, func(testing.TB) kv.Store { return memkv.New() }) })
	b.Run("badgerkv", func(b *testing.B) {
		f(b, func(t testing.TB) kv.Store {
			s, err := badgerkv.Open(t.TempDir(), badgerkv.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		})
	})
}

func load(b testing.TB, store kv.Store, n int, next func() Doc) *Index {
	x, err := Open(context.Background(), store, []byte("F"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	for range n {
		d := next()
		if err := x.Add(d.Version, d); err != nil {
			b.Fatal(err)
		}
	}
	if err := x.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
	return x
}

func docsOf(n int) []Doc {
	c := newCorpus(1)
	docs := make([]Doc, n)
	for i := range docs {
		docs[i] = c.doc(uint64(i + 1))
	}
	return docs
}

func BenchmarkTerms(b *testing.B) {
	c := newCorpus(1)
	texts := make([]string, 1000)
	for i := range texts {
		texts[i] = c.text()
	}
	for b.Loop() {
		for _, s := range texts {
			Terms(s)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "docs/s")
}

func BenchmarkLoad(b *testing.B) {
	docs := docsOf(100_000)
	engines(b, func(b *testing.B, open func(testing.TB) kv.Store) {
		for b.Loop() {
			store := open(b)
			i := -1
			x := load(b, store, len(docs), func() Doc { i++; return docs[i] })
			b.StopTimer()
			x.report(b)
			b.StartTimer()
			if err := x.Merge(context.Background()); err != nil {
				b.Fatal(err)
			}
			x.Close()
			store.Close()
		}
		b.ReportMetric(float64(b.N*len(docs))/b.Elapsed().Seconds(), "docs/s")
	})
}

func (x *Index) report(b *testing.B) {
	s, err := x.Stats(context.Background(), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(s.Bytes)/float64(s.Docs), "bytes/doc")
	b.ReportMetric(float64(s.Writes)/float64(s.Docs), "pairs/doc")
	b.ReportMetric(float64(s.Segments), "segments")
}

// BenchmarkSearch asks for two words: the newest 20, the newest 20 of a year,
// the oldest 20, the best 20.
func BenchmarkSearch(b *testing.B) {
	for _, size := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("docs=%d", size), func(b *testing.B) {
			engines(b, func(b *testing.B, open func(testing.TB) kv.Store) { benchmarkSearch(b, open(b), size) })
		})
	}
}

func benchmarkSearch(b *testing.B, store kv.Store, size int) {
	defer store.Close()
	c := newCorpus(1)
	n := uint64(0)
	x := load(b, store, size, func() Doc { n++; return c.doc(n) })
	defer x.Close()
	if err := x.Merge(context.Background()); err != nil {
		b.Fatal(err)
	}
	c = newCorpus(2)
	queries := make([]Query, 2000)
	for i := range queries {
		queries[i].All = c.query()
	}
	year := func(q *Query) {
		binary.BigEndian.PutUint32(q.From[:], 701_000)
		binary.BigEndian.PutUint32(q.To[:], 701_365)
	}
	for _, k := range []struct {
		name  string
		order Order
		set   func(*Query)
	}{{"newest", Newest, nil}, {"year", Newest, year}, {"oldest", Oldest, nil}, {"best", ByScore, nil}} {
		b.Run(k.name, func(b *testing.B) {
			b.ReportAllocs()
			n, hits := 0, 0
			for b.Loop() {
				q := queries[n%len(queries)]
				q.Order = k.order
				if k.set != nil {
					k.set(&q)
				}
				p, err := x.Search(context.Background(), nil, q)
				if err != nil {
					b.Fatal(err)
				}
				n, hits = n+1, hits+len(p.Hits)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "queries/s")
			b.ReportMetric(float64(hits)/float64(n), "hits")
		})
	}
	x.report(b)
}

// BenchmarkMixed adds one document between two searches, as a record does that
// is written to: what a search pays for the tail.
func BenchmarkMixed(b *testing.B) {
	engines(b, func(b *testing.B, open func(testing.TB) kv.Store) {
		store := open(b)
		defer store.Close()
		c := newCorpus(1)
		n := uint64(0)
		x := load(b, store, 100_000, func() Doc { n++; return c.doc(n) })
		defer x.Close()
		var docs []Doc
		for range 50_000 {
			n++
			docs = append(docs, c.doc(n))
		}
		queries := make([]Query, 2000)
		for i := range queries {
			queries[i] = Query{All: c.query(), Order: Newest}
		}
		i := 0
		for b.Loop() {
			d := docs[i%len(docs)]
			n++
			d.ID, d.Version = n, n
			if err := x.Add(n, d); err != nil {
				b.Fatal(err)
			}
			if _, err := x.Search(context.Background(), nil, queries[i%len(queries)]); err != nil {
				b.Fatal(err)
			}
			i++
		}
		b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "pairs/s")
	})
}
