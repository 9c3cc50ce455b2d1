package kvtest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/graph/kv"
)

func getMultiOrder(t *testing.T, s kv.Store) {
	put(t, s, "a", "1", "b", "2", "c", "3")
	vs, err := snapshot(t, s).GetMulti(context.Background(), keys("c", "x", "a", "b", "a", ""))
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, len(vs))
	for i, v := range vs {
		got[i] = show(v)
	}
	if want := []string{`"3"`, "none", `"1"`, `"2"`, `"1"`, "none"}; !slices.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func getMultiEmpty(t *testing.T, s kv.Store) {
	var b kv.Batch
	b.Put([]byte("empty"), []byte{})
	b.Put([]byte("nil"), nil)
	apply(t, s, &b)
	sn := snapshot(t, s)
	for key, want := range map[string]string{"empty": `""`, "nil": `""`, "absent": "none", "": "none"} {
		wantValue(t, key, get(t, sn, key), want)
	}
}

func getMultiOwned(t *testing.T, s kv.Store) {
	put(t, s, "a", "value", "b", "value")
	sn := snapshot(t, s)
	vs, err := sn.GetMulti(context.Background(), keys("a", "b", "a"))
	if err != nil {
		t.Fatal(err)
	}
	copy(vs[0], "XXXXX")
	_ = append(vs[0], "tail"...)
	for i, v := range vs[1:] {
		wantValue(t, fmt.Sprintf("value %d after value 0 was overwritten", i+1), v, `"value"`)
	}
	wantValue(t, "the same snapshot", get(t, sn, "a"), `"value"`)
	wantValue(t, "a later one", now(t, s, "a"), `"value"`)
}

func getMultiNone(t *testing.T, s kv.Store) {
	vs, err := snapshot(t, s).GetMulti(context.Background(), nil)
	if err != nil || len(vs) != 0 {
		t.Errorf("got %d values and error %v, want neither", len(vs), err)
	}
}

// corners are keys at which ranges go wrong: prefixes of each other, the
// greatest and the least bytes, and what engines might keep for themselves.
var corners = []string{
	"\x00", "\x00\x00", "\x00head", "\x01", "\x01a", "!badger!txn", "a", "a\x00", "a\x00\x00",
	"a\x01", "a\xff", "a\xff\xff", "aa", "ab", "b", "\xfe", "\xff", "\xff\x00", "\xff\xff", "\xff\xff\xff",
}

func putCorners(t testing.TB, s kv.Store) {
	var b kv.Batch
	for _, k := range corners {
		b.Put([]byte(k), []byte("v"+k))
	}
	apply(t, s, &b)
}

// expected does what a scan should, by the words of the contract.
func expected(ranges ...kv.Range) []string {
	out := []string{}
	for i, r := range ranges {
		var in []string
		for _, k := range corners {
			if bytes.Compare([]byte(k), r.Start) >= 0 && (r.End == nil || bytes.Compare([]byte(k), r.End) < 0) {
				in = append(in, k)
			}
		}
		slices.Sort(in)
		if r.Reverse {
			slices.Reverse(in)
		}
		if r.Limit > 0 && len(in) > r.Limit {
			in = in[:r.Limit]
		}
		for _, k := range in {
			out = append(out, fmt.Sprintf("%d:%s=v%s", i, k, k))
		}
	}
	return out
}

// cornerRanges are all pairs of ends, both directions, without and with limits.
func cornerRanges() []kv.Range {
	ends := [][]byte{nil, {}, []byte("a\xff\x00"), []byte("zzz"), []byte("\xff\xff\xff\xff")}
	for _, k := range corners {
		ends = append(ends, []byte(k), kv.After([]byte(k)))
	}
	var out []kv.Range
	for _, start := range ends {
		for _, end := range ends {
			for _, reverse := range []bool{false, true} {
				for _, limit := range []int{0, 1, 3} {
					out = append(out, kv.Range{Start: start, End: end, Reverse: reverse, Limit: limit})
				}
			}
		}
	}
	for _, k := range corners {
		out = append(out, kv.Prefix([]byte(k)))
	}
	return append(out, kv.Prefix(nil))
}

func scanRanges(t *testing.T, s kv.Store) {
	if got := scan(t, snapshot(t, s), kv.Range{}, kv.Range{Reverse: true}); len(got) != 0 {
		t.Errorf("an empty store yields %q", got)
	}
	putCorners(t, s)
	sn := snapshot(t, s)
	for _, r := range cornerRanges() {
		if got, want := scan(t, sn, r), expected(r); !slices.Equal(got, want) {
			t.Fatalf("scan of [%q, %q) reverse %t limit %d:\n got %q\nwant %q", r.Start, r.End, r.Reverse, r.Limit, got, want)
		}
	}
}

func scanMany(t *testing.T, s kv.Store) {
	putCorners(t, s)
	sn := snapshot(t, s)
	if got := scan(t, sn); len(got) != 0 {
		t.Errorf("a scan of no range yields %q", got)
	}
	all := cornerRanges()
	for at := 0; at < len(all); at += 7 {
		ranges := []kv.Range{all[at], all[(at*31+5)%len(all)], all[(at*17+3)%len(all)], all[at]}
		if got, want := scan(t, sn, ranges...), expected(ranges...); !slices.Equal(got, want) {
			t.Fatalf("scan of %+v:\n got %q\nwant %q", ranges, got, want)
		}
	}
}

func scanPairs(t *testing.T, s kv.Store) {
	putCorners(t, s)
	var last kv.Pair
	var lastKey, lastValue []byte
	for p, err := range snapshot(t, s).Scan(context.Background(), kv.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		last, lastKey, lastValue = p, bytes.Clone(p.Key), bytes.Clone(p.Value)
		if !bytes.Equal(last.Key, lastKey) || !bytes.Equal(last.Value, lastValue) {
			t.Fatal("a pair changed within its step")
		}
		_ = append(p.Key, "x"...)
		if want := "v" + string(lastKey); string(p.Value) != want {
			t.Fatalf("growing a key changed its value to %q, want %q", p.Value, want)
		}
	}
}

func scanEarly(t *testing.T, s kv.Store) {
	putCorners(t, s)
	for range 3 {
		sn, err := s.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		for _, reverse := range []bool{false, true} {
			for range sn.Scan(context.Background(), kv.Range{Reverse: reverse}, kv.Range{Reverse: !reverse}) {
				break
			}
		}
		if err := sn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("after three scans that were left early: %v", err)
	}
}

func scanPanic(t *testing.T, s kv.Store) {
	putCorners(t, s)
	func() {
		defer func() {
			if p := recover(); p != "mine" {
				t.Errorf("recovered %v, want the panic of the loop's body", p)
			}
		}()
		for range snapshot(t, s).Scan(context.Background(), kv.Range{}) {
			panic("mine")
		}
	}()
}

func scanNested(t *testing.T, s kv.Store) {
	putCorners(t, s)
	sn := snapshot(t, s)
	n := 0
	for p, err := range sn.Scan(context.Background(), kv.Prefix([]byte("a"))) {
		if err != nil {
			t.Fatal(err)
		}
		wantValue(t, string(p.Key), get(t, sn, string(p.Key)), show(p.Value))
		key := string(p.Key)
		inner := scan(t, sn, kv.Range{Start: []byte(key), Limit: 1}, kv.Range{End: []byte(key + "\x00"), Limit: 1, Reverse: true})
		if want := []string{"0:" + key + "=v" + key, "1:" + key + "=v" + key}; !slices.Equal(inner, want) {
			t.Fatalf("a scan inside a scan: got %q, want %q", inner, want)
		}
		if string(p.Key) != key {
			t.Fatalf("a scan inside moved the outer one to %q", p.Key)
		}
		put(t, s, key, "changed")
		n++
	}
	if n != 8 {
		t.Errorf("the loop ran %d times, want 8", n)
	}
}

func scanDeleted(t *testing.T, s kv.Store) {
	put(t, s, "a", "1", "b", "2", "c", "3", "d", "4")
	var b kv.Batch
	b.Delete([]byte("a"))
	b.Delete([]byte("c"))
	apply(t, s, &b)
	put(t, s, "a", "again")
	sn := snapshot(t, s)
	got := scan(t, sn, kv.Range{}, kv.Range{Reverse: true, Limit: 2}, kv.Range{Start: []byte("b"), Limit: 2})
	want := []string{"0:a=again", "0:b=2", "0:d=4", "1:d=4", "1:b=2", "2:b=2", "2:d=4"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func scanTwice(t *testing.T, s kv.Store) {
	put(t, s, "a", "1", "b", "2")
	seq := snapshot(t, s).Scan(context.Background(), kv.Range{})
	for i := range 2 {
		n := 0
		for range seq {
			n++
		}
		if n != 2 {
			t.Errorf("run %d: %d pairs, want 2", i, n)
		}
	}
}

func snapshotMoment(t *testing.T, s kv.Store) {
	put(t, s, "a", "1", "b", "1", "d", "1")
	before := snapshot(t, s)
	var b kv.Batch
	b.Put([]byte("a"), []byte("2"))
	b.Delete([]byte("b"))
	b.Put([]byte("c"), []byte("2"))
	apply(t, s, &b)
	after := snapshot(t, s)
	put(t, s, "a", "3", "d", "3", "e", "3")
	for _, c := range []struct {
		name string
		r    kv.Reader
		want []string
	}{
		{"before", before, []string{"0:a=1", "0:b=1", "0:d=1"}},
		{"after", after, []string{"0:a=2", "0:c=2", "0:d=1"}},
		{"now", snapshot(t, s), []string{"0:a=3", "0:c=2", "0:d=3", "0:e=3"}},
	} {
		if got := scan(t, c.r, kv.Range{}); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		slices.Reverse(c.want)
		if got := scan(t, c.r, kv.Range{Reverse: true}); !slices.Equal(got, c.want) {
			t.Errorf("%s, reverse: got %q, want %q", c.name, got, c.want)
		}
	}
	wantValue(t, "a before", get(t, before, "a"), `"1"`)
	wantValue(t, "c before", get(t, before, "c"), "none")
	wantValue(t, "b after", get(t, after, "b"), "none")
}

func snapshotFresh(t *testing.T, s kv.Store) {
	for i := range 20 {
		put(t, s, "n", fmt.Sprint(i))
		wantValue(t, "just applied", now(t, s, "n"), fmt.Sprintf("%q", fmt.Sprint(i)))
	}
}

func snapshotConcurrent(t *testing.T, s kv.Store) {
	putCorners(t, s)
	sn := snapshot(t, s)
	want := expected(kv.Range{}, kv.Range{Reverse: true})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				var got []string
				for p, err := range sn.Scan(context.Background(), kv.Range{}, kv.Range{Reverse: true}) {
					if err != nil {
						t.Error(err)
						return
					}
					got = append(got, fmt.Sprintf("%d:%s=%s", p.Range, p.Key, p.Value))
				}
				if !slices.Equal(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
				vs, err := sn.GetMulti(context.Background(), keys(corners...))
				if err != nil {
					t.Error(err)
					return
				}
				for i, v := range vs {
					if string(v) != "v"+corners[i] {
						t.Errorf("%q has %q", corners[i], v)
					}
				}
			}
		})
	}
	for i := range 5 {
		put(t, s, "a", fmt.Sprint(i), "new", "x")
	}
	wg.Wait()
}

func snapshotClosed(t *testing.T, s kv.Store) {
	put(t, s, "a", "1")
	sn, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := sn.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	_, err = sn.GetMulti(context.Background(), keys("a"))
	wantIs(t, "GetMulti", err, kv.ErrClosed)
	for _, err := range sn.Scan(context.Background(), kv.Range{}) {
		wantIs(t, "Scan", err, kv.ErrClosed)
	}
	wantValue(t, "another snapshot", now(t, s, "a"), `"1"`)
}
