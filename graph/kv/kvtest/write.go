package kvtest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/onrecord/onrecord/graph/kv"
)

func applyLater(t *testing.T, s kv.Store) {
	var b kv.Batch
	b.Put([]byte("a"), []byte("1"))
	b.Put([]byte("a"), []byte("2"))
	b.Put([]byte("b"), []byte("1"))
	b.Delete([]byte("b"))
	b.Delete([]byte("c"))
	b.Put([]byte("c"), []byte("3"))
	apply(t, s, &b)
	sn := snapshot(t, s)
	for key, want := range map[string]string{"a": `"2"`, "b": "none", "c": `"3"`} {
		wantValue(t, key, get(t, sn, key), want)
	}
}

func applyDeleteAbsent(t *testing.T, s kv.Store) {
	var b kv.Batch
	b.Delete([]byte("nothing"))
	apply(t, s, &b)
	wantValue(t, "nothing", now(t, s, "nothing"), "none")
}

func applyEmpty(t *testing.T, s kv.Store) {
	apply(t, s, new(kv.Batch))
	var b kv.Batch
	b.Expect([]byte("a"), nil)
	apply(t, s, &b)
	b.Expect([]byte("a"), []byte{})
	wantConflict(t, s.Apply(context.Background(), &b), "a")
}

func applyExpectations(t *testing.T, s kv.Store) {
	put(t, s, "full", "1", "empty", "")
	for i, c := range []struct {
		key   string
		value []byte
		holds bool
	}{
		{"full", []byte("1"), true},
		{"full", []byte("2"), false},
		{"full", []byte("11"), false},
		{"full", []byte{}, false},
		{"full", nil, false},
		{"empty", []byte{}, true},
		{"empty", nil, false},
		{"empty", []byte("x"), false},
		{"absent", nil, true},
		{"absent", []byte{}, false},
		{"absent", []byte("1"), false},
		{"", nil, true},
		{"", []byte{}, false},
	} {
		var b kv.Batch
		mark := fmt.Sprint("mark", i)
		b.Put([]byte(mark), []byte("x"))
		b.Expect([]byte("full"), []byte("1"))
		b.Expect([]byte(c.key), c.value)
		err := s.Apply(context.Background(), &b)
		if c.holds {
			if err != nil {
				t.Errorf("%q is %s: got error %v", c.key, show(c.value), err)
			}
			wantValue(t, mark, now(t, s, mark), `"x"`)
		} else {
			wantConflict(t, err, c.key)
			wantValue(t, mark, now(t, s, mark), "none")
		}
	}
}

func applyConflict(t *testing.T, s kv.Store) {
	put(t, s, "a", "1", "b", "1")
	var b kv.Batch
	b.Put([]byte("a"), []byte("2"))
	b.Delete([]byte("b"))
	b.Put([]byte("c"), []byte("2"))
	b.Expect([]byte("a"), []byte("1"))
	b.Expect([]byte("b"), []byte("2"))
	wantConflict(t, s.Apply(context.Background(), &b), "b")
	if got, want := scan(t, snapshot(t, s), kv.Range{}), []string{"0:a=1", "0:b=1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func applyExpectBefore(t *testing.T, s kv.Store) {
	var b kv.Batch
	b.Put([]byte("a"), []byte("1"))
	b.Expect([]byte("a"), nil)
	apply(t, s, &b)
	var c kv.Batch
	c.Delete([]byte("a"))
	c.Expect([]byte("a"), []byte("1"))
	apply(t, s, &c)
	wantValue(t, "a", now(t, s, "a"), "none")
	apply(t, s, &b)
	wantConflict(t, s.Apply(context.Background(), &b), "a")
}

// applyAtomic writes the same number under many keys in each batch and looks
// for a state in which they differ.
func applyAtomic(t *testing.T, s kv.Store) {
	const width = 30
	batch := func(n int) *kv.Batch {
		b := new(kv.Batch)
		for i := range width {
			b.Put(fmt.Appendf(nil, "key%02d", i), []byte(strconv.Itoa(n)))
		}
		return b
	}
	apply(t, s, batch(0))
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			last := 0
			for !stop.Load() {
				sn, err := s.Snapshot()
				if err != nil {
					t.Error(err)
					return
				}
				var seen []string
				for p, err := range sn.Scan(context.Background(), kv.Range{}) {
					if err != nil {
						t.Error(err)
						break
					}
					seen = append(seen, string(p.Value))
				}
				sn.Close()
				if len(seen) != width || len(slices.Compact(seen)) != 1 {
					t.Errorf("a snapshot shows %q in %d pairs: want one value in %d", slices.Compact(seen), len(seen), width)
					return
				}
				n, _ := strconv.Atoi(seen[0])
				if n < last {
					t.Errorf("a snapshot shows batch %d after an earlier one showed %d", n, last)
				}
				last = n
			}
		})
	}
	for n := 1; n <= 50; n++ {
		apply(t, s, batch(n))
	}
	stop.Store(true)
	wg.Wait()
}

func applyOneWins(t *testing.T, s kv.Store) {
	for round := range 10 {
		key := fmt.Sprint("seat", round)
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				var b kv.Batch
				b.Expect([]byte(key), nil)
				b.Put([]byte(key), []byte(strconv.Itoa(i)))
				b.Put(fmt.Appendf(nil, "%s-%d", key, i), []byte("x"))
				errs[i] = s.Apply(context.Background(), &b)
			})
		}
		wg.Wait()
		winner := -1
		for i, err := range errs {
			switch {
			case err != nil:
				wantConflict(t, err, key)
			case winner >= 0:
				t.Fatalf("%d and %d both won", winner, i)
			default:
				winner = i
			}
		}
		wantValue(t, key, now(t, s, key), strconv.Quote(strconv.Itoa(winner)))
		if got := scan(t, snapshot(t, s), kv.Prefix([]byte(key+"-"))); len(got) != 1 {
			t.Errorf("the losers left something: %q", got)
		}
	}
}

func applyCounter(t *testing.T, s kv.Store) {
	const workers, each = 8, 10
	key := []byte("counter")
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for done := 0; done < each; {
				sn, err := s.Snapshot()
				if err != nil {
					t.Error(err)
					return
				}
				vs, err := sn.GetMulti(context.Background(), [][]byte{key})
				sn.Close()
				if err != nil {
					t.Error(err)
					return
				}
				var n uint64
				if vs[0] != nil {
					n = binary.BigEndian.Uint64(vs[0])
				}
				var b kv.Batch
				b.Expect(key, vs[0])
				b.Put(key, binary.BigEndian.AppendUint64(nil, n+1))
				var conflict *kv.ConflictError
				if err := s.Apply(context.Background(), &b); err == nil {
					done++
				} else if !errors.As(err, &conflict) {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if v := now(t, s, "counter"); len(v) != 8 || binary.BigEndian.Uint64(v) != workers*each {
		t.Errorf("the counter is %x after %d increments", v, workers*each)
	}
}

func applyTooLarge(t *testing.T, s kv.Store) {
	l := s.Limits()
	if l.Key < 1 || l.Value < 1 || l.BatchWrites < 1 || l.BatchBytes < l.Key+l.Value {
		t.Fatalf("limits of %+v", l)
	}
	for _, c := range []struct {
		name string
		fill func(*kv.Batch)
		say  string
	}{
		{"no key", func(b *kv.Batch) { b.Put(nil, []byte("x")) }, "key of 0 bytes"},
		{"delete of no key", func(b *kv.Batch) { b.Delete([]byte{}) }, "key of 0 bytes"},
		{"key", func(b *kv.Batch) { b.Put(make([]byte, l.Key+1), nil) }, fmt.Sprintf("key of %d bytes", l.Key+1)},
		{"value", func(b *kv.Batch) { b.Put([]byte("big"), make([]byte, l.Value+1)) }, fmt.Sprintf("value of %d bytes", l.Value+1)},
		{"writes", func(b *kv.Batch) {
			for i := range l.BatchWrites {
				b.Delete(binary.BigEndian.AppendUint64(nil, uint64(i)))
			}
		}, fmt.Sprintf("batch of %d writes", l.BatchWrites+1)},
		{"bytes", func(b *kv.Batch) {
			for i := 0; b.Size() <= l.BatchBytes; i++ {
				b.Put([]byte(strconv.Itoa(i)), make([]byte, l.Value))
			}
		}, "bytes (at most"},
	} {
		var b kv.Batch
		b.Put([]byte("small"), []byte("x"))
		c.fill(&b)
		err := s.Apply(context.Background(), &b)
		wantIs(t, c.name, err, kv.ErrTooLarge)
		if err != nil && !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: the error %q does not say %q", c.name, err, c.say)
		}
		if got := scan(t, snapshot(t, s), kv.Range{}); len(got) != 0 {
			t.Errorf("%s: %d pairs were written", c.name, len(got))
		}
	}
}

// applyAtLimits writes the largest batches that Limits allows.
func applyAtLimits(t *testing.T, s kv.Store) {
	l := s.Limits()
	key := func(n, size int) []byte {
		return binary.BigEndian.AppendUint32(bytes.Repeat([]byte("k"), size-4), uint32(n))
	}
	for _, c := range []struct {
		name string
		fill func(*kv.Batch)
	}{
		{"one pair", func(b *kv.Batch) { b.Put(key(0, l.Key), make([]byte, l.Value)) }},
		{"large values", func(b *kv.Batch) {
			for i := 0; b.Size()+l.Key+l.Value <= l.BatchBytes; i++ {
				b.Put(key(i, l.Key), make([]byte, l.Value))
			}
			if room := l.BatchBytes - b.Size() - len("rest"); room >= 0 {
				b.Put([]byte("rest"), make([]byte, min(l.Value, room)))
			}
		}},
		{"many writes, all bytes", func(b *kv.Batch) {
			size := min(l.Value, l.BatchBytes/l.BatchWrites-8)
			for i := range l.BatchWrites {
				b.Put(key(i, 8), make([]byte, size))
			}
			last := key(l.BatchWrites-1, 8)
			b.Put(last, make([]byte, min(l.Value, size+l.BatchBytes-b.Size())))
		}},
	} {
		var b kv.Batch
		c.fill(&b)
		if err := s.Apply(context.Background(), &b); err != nil {
			t.Errorf("%s (%d writes, %d bytes): %v", c.name, b.Len(), b.Size(), err)
			continue
		}
		n := 0
		for _, err := range snapshot(t, s).Scan(context.Background(), kv.Range{}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != b.Len() {
			t.Errorf("%s: %d pairs of %d are there", c.name, n, b.Len())
		}
		var undo kv.Batch
		for _, w := range b.Writes() {
			undo.Delete(w.Key)
		}
		apply(t, s, &undo)
	}
}

func contextEnded(t *testing.T, s kv.Store) {
	put(t, s, "a", "1")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var b kv.Batch
	b.Put([]byte("a"), []byte("2"))
	wantIs(t, "Apply", s.Apply(ctx, &b), context.Canceled)
	sn := snapshot(t, s)
	_, err := sn.GetMulti(ctx, keys("a"))
	wantIs(t, "GetMulti", err, context.Canceled)
	n := 0
	for _, err := range sn.Scan(ctx, kv.Range{}) {
		wantIs(t, "Scan", err, context.Canceled)
		n++
	}
	if n != 1 {
		t.Errorf("Scan went on for %d steps", n)
	}
	wantValue(t, "a", now(t, s, "a"), `"1"`)
}

func contextEndedInScan(t *testing.T, s kv.Store) {
	for i := range 20 {
		var b kv.Batch
		for j := range 50 {
			b.Put(fmt.Appendf(nil, "%02d-%02d", i, j), []byte("x"))
		}
		apply(t, s, &b)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last error
	pairs, errs := 0, 0
	for _, err := range snapshot(t, s).Scan(ctx, kv.Range{}) {
		if last = err; err != nil {
			errs++
			continue
		}
		if pairs++; pairs == 10 {
			cancel()
		}
	}
	wantIs(t, "the end of the scan", last, context.Canceled)
	if errs != 1 || pairs > 500 {
		t.Errorf("%d pairs and %d errors came after the context ended", pairs-10, errs)
	}
}

func closeRefuses(t *testing.T, s kv.Store) {
	put(t, s, "a", "1")
	sn, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	sn.Close()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	_, err = s.Snapshot()
	wantIs(t, "Snapshot", err, kv.ErrClosed)
	var b kv.Batch
	b.Put([]byte("a"), []byte("2"))
	wantIs(t, "Apply", s.Apply(context.Background(), &b), kv.ErrClosed)
}
