// Package graphtest helps to test what is built on a record.
//
// # Nouns
//
// [Open] and [OpenBadger] open a record in a store that ends with the test. A
// [Builder] writes a small record in readable lines; [Article] is one that is
// made already. A [Clock] tells the same times in every run. A [World] draws
// random revisions by the vocabulary, valid ones and deliberately invalid ones.
// [Dump] is everything that a store holds.
//
// # Promises
//
// Nothing here is random, but for what a test draws from rapid, which says how
// to draw it again. Whatever goes wrong fails the test.
package graphtest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

// TB is what of testing.TB is used, so that a rapid.T will do.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Open returns an empty record in memory.
func Open(t testing.TB) *graph.Record {
	t.Helper()
	return OpenStore(t, memkv.New(), graph.Options{Now: new(Clock).Now})
}

// OpenBadger returns the record in a directory, which may be empty. Its times
// are those of the machine: a clock that begins anew would be behind them.
func OpenBadger(t testing.TB, dir string) *graph.Record {
	t.Helper()
	return OpenStore(t, Badger(t, dir), graph.Options{})
}

// Small are the options of a store on disk that opens fast and stays small.
var Small = badgerkv.Options{MemTableBytes: 2 << 20, CacheBytes: 1 << 20, MinFreeBytes: -1, BallastBytes: -1}

// Badger returns the store in a directory, which may be empty.
func Badger(t testing.TB, dir string) kv.Store {
	t.Helper()
	s, err := badgerkv.Open(dir, Small)
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return s
}

// OpenStore returns the record that a store holds.
func OpenStore(t testing.TB, s kv.Store, o graph.Options) *graph.Record {
	t.Helper()
	r, err := graph.Open(context.Background(), s, o)
	if err != nil {
		t.Fatalf("open record: %v", err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("close record: %v", err)
		}
	})
	return r
}

// Clock tells a time that goes on by one second each time it is asked. The zero
// Clock begins with 2026.
type Clock struct {
	mu sync.Mutex // guards at
	at time.Time
}

// Now tells the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		c.at = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	c.at = c.at.Add(time.Second)
	return c.at
}

// Set lets the next time be one second behind t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// ID is the id of a fixture's node by its name.
func ID(name string) graph.ID { return graph.KeyID("graphtest", name) }

// fullTextKeys is the first byte of the keys of the full-text index, which is
// written behind the log and not with it.
const fullTextKeys = 't'

// Dump returns every pair that a store holds but for the full-text index, which
// may lag behind. Two records that say the same have the same dump.
func Dump(t TB, s kv.Store) map[string]string {
	t.Helper()
	all := DumpAll(t, s)
	maps.DeleteFunc(all, func(k, _ string) bool { return k[0] == fullTextKeys })
	return all
}

// DumpAll returns every pair that a store holds.
func DumpAll(t TB, s kv.Store) map[string]string {
	t.Helper()
	snap, err := s.Snapshot()
	if err != nil {
		t.Fatalf("dump: %v", err)
	}
	defer snap.Close()
	out := make(map[string]string)
	for p, err := range snap.Scan(context.Background(), kv.Range{}) {
		if err != nil {
			t.Fatalf("dump: %v", err)
		}
		out[string(p.Key)] = string(p.Value)
	}
	return out
}

// Diff says in what two dumps differ; "" if in nothing.
func Diff(was, is map[string]string) string {
	var b bytes.Buffer
	for _, k := range slices.Sorted(maps.Keys(was)) {
		if v, ok := is[k]; !ok {
			fmt.Fprintf(&b, "- %q = %x\n", k, was[k])
		} else if v != was[k] {
			fmt.Fprintf(&b, "- %q = %x\n+ %q = %x\n", k, was[k], k, v)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(is)) {
		if _, ok := was[k]; !ok {
			fmt.Fprintf(&b, "+ %q = %x\n", k, is[k])
		}
	}
	return b.String()
}

// Verify fails the test with every problem that the record has.
func Verify(t TB, r *graph.Record) graph.Verified {
	t.Helper()
	counts, err := r.Verify(context.Background(), func(p graph.Problem) bool {
		t.Errorf("verify: %s", p)
		return true
	}, nil)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return counts
}

// Problems returns what Verify finds to be wrong.
func Problems(t TB, r *graph.Record) (found []graph.Problem) {
	t.Helper()
	if _, err := r.Verify(context.Background(), func(p graph.Problem) bool {
		found = append(found, p)
		return true
	}, nil); err != nil {
		t.Fatalf("verify: %v", err)
	}
	return found
}

// View returns the present, until the test ends.
func View(t testing.TB, r *graph.Record) *graph.View {
	t.Helper()
	v, err := r.View(context.Background())
	if err != nil {
		t.Fatalf("view: %v", err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// Collect reads a list page by page.
func Collect(t TB, v *graph.View, l *graph.List, size int) (items []graph.Item) {
	t.Helper()
	p := graph.Page{First: &size}
	for {
		f, err := v.Page(context.Background(), l, p)
		if err != nil {
			t.Fatalf("page: %v", err)
		}
		items = append(items, f.Items...)
		if !f.HasNext {
			return items
		}
		p.After = f.Items[len(f.Items)-1].Cursor
	}
}
