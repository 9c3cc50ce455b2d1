package badgerkv

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"github.com/onrecord/onrecord/graph/kv"
)

// BenchmarkApply is durable batches of twelve pairs, written by so many
// goroutines at once. Under "raw" each is a synced transaction of Badger's own.
func BenchmarkApply(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			s := benchStore(b, Options{MinFreeBytes: -1, BallastBytes: -1})
			inParallel(b, writers, func(rnd *rand.Rand) error {
				var batch kv.Batch
				for range 12 {
					batch.Put(benchKey(rnd.Uint64()), benchValue)
				}
				return s.Apply(context.Background(), &batch)
			})
		})
		b.Run(fmt.Sprintf("raw/writers=%d", writers), func(b *testing.B) {
			s := benchStore(b, Options{MinFreeBytes: -1, BallastBytes: -1})
			inParallel(b, writers, func(rnd *rand.Rand) error {
				return s.db.Update(func(txn *badger.Txn) error {
					for range 12 {
						if err := txn.Set(benchKey(rnd.Uint64()), benchValue); err != nil {
							return err
						}
					}
					return nil
				})
			})
		})
	}
}

// inParallel shares the iterations among n goroutines.
func inParallel(b *testing.B, n int, f func(*rand.Rand) error) {
	work := make(chan struct{}, n)
	var wg sync.WaitGroup
	for i := range n {
		rnd := rand.New(rand.NewPCG(uint64(i), 1))
		wg.Go(func() {
			for range work {
				if err := f(rnd); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for b.Loop() {
		work <- struct{}{}
	}
	close(work)
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "batches/s")
}

const benchPairs = 200_000

var benchValue = []byte("a value of about a hundred bytes, which is what an entry of an index with some text in it comes to")

func benchKey(n uint64) []byte { return binary.BigEndian.AppendUint64([]byte("bench/"), n) }

func benchStore(b *testing.B, o Options) *Store {
	b.Helper()
	s, err := Open(b.TempDir(), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

// fillBench makes a store of benchPairs in dir and closes it, so that they lie
// in tables.
func fillBench(b *testing.B, dir string, o Options) {
	b.Helper()
	s, err := Open(dir, o)
	if err != nil {
		b.Fatal(err)
	}
	for at := 0; at < benchPairs; at += 20_000 {
		var batch kv.Batch
		for i := range 20_000 {
			batch.Put(benchKey(uint64(at+i)), benchValue)
		}
		if err := s.Apply(context.Background(), &batch); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// filled is such a store, open.
func filled(b *testing.B, o Options) *Store {
	b.Helper()
	dir := b.TempDir()
	o.MinFreeBytes, o.BallastBytes = -1, -1
	fillBench(b, dir, o)
	s, err := Open(dir, o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

// BenchmarkOpen opens and closes a store, for reading only where it is filled.
func BenchmarkOpen(b *testing.B) {
	full := b.TempDir()
	fillBench(b, full, Options{MinFreeBytes: -1, BallastBytes: -1})
	for _, c := range []struct {
		name, dir string
		o         Options
	}{
		{"empty/memtable=1M", b.TempDir(), Options{MemTableBytes: 1 << 20, CacheBytes: 4 << 20, BallastBytes: -1}},
		{"empty/memtable=8M", b.TempDir(), Options{MemTableBytes: 8 << 20}},
		{"empty/defaults", b.TempDir(), Options{}},
		{"200k/checked", full, Options{ReadOnly: true}},
		{"200k/unchecked", full, Options{ReadOnly: true, SkipTableCheck: true}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				s, err := Open(c.dir, c.o)
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRead compares fifty keys at random, and fifty pairs in a row, with
// the same done on Badger directly. A new snapshot is part of each.
func BenchmarkRead(b *testing.B) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		o    Options
	}{{"zstd", Options{}}, {"plain", Options{Compression: NoCompression}}} {
		b.Run(c.name, func(b *testing.B) {
			s := filled(b, c.o)
			rnd := rand.New(rand.NewPCG(1, 2))
			fifty := func() [][]byte {
				ks := make([][]byte, 50)
				for i := range ks {
					ks[i] = benchKey(rnd.Uint64N(benchPairs))
				}
				return ks
			}
			start := func() []byte { return benchKey(rnd.Uint64N(benchPairs - 50)) }
			b.Run("GetMulti", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					sn, err := s.Snapshot()
					if err != nil {
						b.Fatal(err)
					}
					if vs, err := sn.GetMulti(ctx, fifty()); err != nil || vs[49] == nil {
						b.Fatal(err)
					}
					sn.Close()
				}
			})
			b.Run("GetMulti/raw", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					txn := s.db.NewTransaction(false)
					for _, k := range fifty() {
						item, err := txn.Get(storedKey(k))
						if err != nil {
							b.Fatal(err)
						}
						if _, err := item.ValueCopy(nil); err != nil {
							b.Fatal(err)
						}
					}
					txn.Discard()
				}
			})
			b.Run("Scan", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					sn, err := s.Snapshot()
					if err != nil {
						b.Fatal(err)
					}
					n := 0
					for _, err := range sn.Scan(ctx, kv.Range{Start: start(), End: kv.After([]byte("bench/")), Limit: 50}) {
						if err != nil {
							b.Fatal(err)
						}
						n++
					}
					if sn.Close(); n != 50 {
						b.Fatal(n)
					}
				}
			})
			b.Run("Scan/reverse", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					sn, err := s.Snapshot()
					if err != nil {
						b.Fatal(err)
					}
					for _, err := range sn.Scan(ctx, kv.Range{Start: []byte("bench/"), End: start(), Limit: 50, Reverse: true}) {
						if err != nil {
							b.Fatal(err)
						}
					}
					sn.Close()
				}
			})
			b.Run("Scan/ten ranges of five", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					sn, err := s.Snapshot()
					if err != nil {
						b.Fatal(err)
					}
					ranges := make([]kv.Range, 10)
					for i := range ranges {
						ranges[i] = kv.Range{Start: start(), End: kv.After([]byte("bench/")), Limit: 5}
					}
					for _, err := range sn.Scan(ctx, ranges...) {
						if err != nil {
							b.Fatal(err)
						}
					}
					sn.Close()
				}
			})
			b.Run("Scan/raw", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					txn := s.db.NewTransaction(false)
					it := txn.NewIterator(badger.IteratorOptions{Prefix: storedKey([]byte("bench/"))})
					n := 0
					for it.Seek(storedKey(start())); it.Valid() && n < 50; it.Next() {
						if err := it.Item().Value(func([]byte) error { return nil }); err != nil {
							b.Fatal(err)
						}
						n++
					}
					it.Close()
					txn.Discard()
				}
			})
		})
	}
}
