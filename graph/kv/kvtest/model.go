package kvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/graph/kv"
)

// RunModel applies random histories to an engine and to one that is trusted,
// and compares every answer: batches with expectations, reads of many keys,
// scans both ways, and snapshots kept while the store goes on. Where reopen is
// not nil, it closes the store, opens it again and returns it.
func RunModel(t *testing.T, engine, trusted Open, reopen func(testing.TB, kv.Store) kv.Store) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{a: engine(t), b: trusted(t)}
		defer func() { m.close(rt) }()
		steps := map[string]func(*rapid.T){
			"apply":    m.apply,
			"get":      m.get,
			"scan":     m.scan,
			"snapshot": m.snapshot,
			"drop":     m.drop,
		}
		if reopen != nil {
			steps["reopen"] = func(rt *rapid.T) {
				if rapid.IntRange(0, 3).Draw(rt, "reopen") == 0 {
					m.dropAll(rt)
					m.a = reopen(t, m.a)
				}
			}
		}
		rt.Repeat(steps)
	})
}

// model is both engines and the snapshots taken of both at the same moments.
type model struct {
	a, b kv.Store
	kept [][2]kv.Snapshot
}

var (
	someKey   = rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 'a', 0xff}), 1, 3)
	someEnd   = rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 'a', 0xff}), 0, 3)
	someValue = rapid.SliceOfN(rapid.Byte(), 0, 3)
)

func (m *model) apply(t *rapid.T) {
	var b kv.Batch
	for range rapid.IntRange(0, 6).Draw(t, "writes") {
		if key := someKey.Draw(t, "key"); rapid.Bool().Draw(t, "put") {
			b.Put(key, someValue.Draw(t, "value"))
		} else {
			b.Delete(key)
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "expects") {
		key := someKey.Draw(t, "expected key")
		value := m.expectation(t, key)
		b.Expect(key, value)
	}
	errA, errB := m.a.Apply(context.Background(), &b), m.b.Apply(context.Background(), &b)
	var a, c *kv.ConflictError
	switch {
	case errA == nil && errB == nil:
	case errors.As(errA, &a) && errors.As(errB, &c) && bytes.Equal(a.Key, c.Key):
	default:
		t.Fatalf("Apply: got error %v, want %v", errA, errB)
	}
}

// expectation is mostly what the trusted engine has, so that most batches hold.
func (m *model) expectation(t *rapid.T, key []byte) []byte {
	if rapid.IntRange(0, 3).Draw(t, "guess") == 0 {
		if rapid.Bool().Draw(t, "absent") {
			return nil
		}
		return someValue.Draw(t, "expected value")
	}
	s, err := m.b.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	vs, err := s.GetMulti(context.Background(), [][]byte{key})
	if err != nil {
		t.Fatal(err)
	}
	return vs[0]
}

// readers returns the two sides of one moment: one kept, or now.
func (m *model) readers(t *rapid.T) (a, b kv.Reader, done func()) {
	if n := len(m.kept); n > 0 && rapid.Bool().Draw(t, "old") {
		k := m.kept[rapid.IntRange(0, n-1).Draw(t, "which")]
		return k[0], k[1], func() {}
	}
	k := m.take(t)
	return k[0], k[1], func() { k[0].Close(); k[1].Close() }
}

func (m *model) take(t *rapid.T) [2]kv.Snapshot {
	a, err := m.a.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.b.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return [2]kv.Snapshot{a, b}
}

func (m *model) get(t *rapid.T) {
	ks := rapid.SliceOfN(someEnd, 0, 8).Draw(t, "keys")
	a, b, done := m.readers(t)
	defer done()
	got, errA := a.GetMulti(context.Background(), ks)
	want, errB := b.GetMulti(context.Background(), ks)
	if errA != nil || errB != nil {
		t.Fatalf("GetMulti: errors %v and %v", errA, errB)
	}
	for i := range ks {
		if show(got[i]) != show(want[i]) {
			t.Fatalf("GetMulti: key %q has %s, want %s", ks[i], show(got[i]), show(want[i]))
		}
	}
}

func (m *model) scan(t *rapid.T) {
	ranges := make([]kv.Range, rapid.IntRange(1, 4).Draw(t, "ranges"))
	for i := range ranges {
		r := &ranges[i]
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			*r = kv.Prefix(someEnd.Draw(t, "prefix"))
		case 1:
			r.Start = someEnd.Draw(t, "start")
		case 2:
			r.End = someEnd.Draw(t, "end")
		case 3:
			r.Start, r.End = someEnd.Draw(t, "start"), someEnd.Draw(t, "end")
		}
		r.Reverse = rapid.Bool().Draw(t, "reverse")
		r.Limit = rapid.IntRange(0, 4).Draw(t, "limit")
	}
	leave := rapid.IntRange(0, 20).Draw(t, "leave after")
	a, b, done := m.readers(t)
	defer done()
	got, want := collect(t, a, leave, ranges), collect(t, b, leave, ranges)
	if !slices.Equal(got, want) {
		t.Fatalf("Scan of %+v:\n got %q\nwant %q", ranges, got, want)
	}
}

func collect(t *rapid.T, r kv.Reader, leave int, ranges []kv.Range) []string {
	var out []string
	for p, err := range r.Scan(context.Background(), ranges...) {
		if err != nil {
			t.Fatalf("Scan: %v", err)
		}
		if out = append(out, fmt.Sprintf("%d:%q=%q", p.Range, p.Key, p.Value)); len(out) == leave {
			break
		}
	}
	return out
}

func (m *model) snapshot(t *rapid.T) {
	if len(m.kept) < 4 {
		m.kept = append(m.kept, m.take(t))
	}
}

func (m *model) drop(t *rapid.T) {
	if n := len(m.kept); n > 0 {
		i := rapid.IntRange(0, n-1).Draw(t, "which")
		m.release(t, m.kept[i])
		m.kept = slices.Delete(m.kept, i, i+1)
	}
}

func (m *model) release(t *rapid.T, k [2]kv.Snapshot) {
	for _, s := range k {
		if err := s.Close(); err != nil {
			t.Errorf("Snapshot.Close: %v", err)
		}
	}
}

func (m *model) dropAll(t *rapid.T) {
	for _, k := range m.kept {
		m.release(t, k)
	}
	m.kept = nil
}

func (m *model) close(t *rapid.T) {
	m.dropAll(t)
	for _, s := range []kv.Store{m.a, m.b} {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
}
