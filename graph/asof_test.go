package graph_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/vocab"
)

func topic(n int) graph.Change {
	return node(vocab.Topic, "topic", graph.Props{"name": fmt.Sprint("version ", n)})
}

func write(t graphtest.TB, rec *graph.Record, cs ...graph.Change) graph.Result {
	t.Helper()
	res, err := rec.Write(ctx, graph.Revision{Agent: "a", Method: "human", Reason: "r", Changes: cs})
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	return res
}

// nameAt reads what the topic is called in a view.
func nameAt(t graphtest.TB, v *graph.View, id graph.ID) string {
	t.Helper()
	ns, err := v.NodesByID(ctx, []graph.ID{id})
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	if ns[0] == nil {
		return ""
	}
	return ns[0].Text("name")
}

// A clock that goes back and forth by a year leaves the times of recording in
// the order of the revisions, and a time stands for exactly what was on record.
func TestAsOfTime(t *testing.T) {
	start := time.Date(2026, 5, 1, 12, 0, 0, 123456789, time.FixedZone("", 3600))
	jumps := []time.Duration{0, time.Second, -365 * 24 * time.Hour, time.Nanosecond, 2 * 365 * 24 * time.Hour, -time.Hour, 0, 1500 * time.Nanosecond}
	now := start
	rec := graphtest.OpenStore(t, memkv.New(), graph.Options{Now: func() time.Time { return now }})
	var times []time.Time
	for i, d := range jumps {
		now = now.Add(d)
		if res := write(t, rec, topic(i+1)); res.Seq != uint64(i)+1 {
			t.Fatalf("revision %d", res.Seq)
		}
		at := rec.Head().Time
		if len(times) > 0 && !at.After(times[len(times)-1]) {
			t.Errorf("revision %d was recorded at %v, the one before at %v", i+1, at, times[len(times)-1])
		}
		if at.Location() != time.UTC || at.Nanosecond()%1000 != 0 {
			t.Errorf("recorded at %v: not UTC to the microsecond", at)
		}
		times = append(times, at)
	}
	v := graphtest.View(t, rec)
	for i, at := range times {
		for off, want := range map[time.Duration]int{-time.Microsecond: i, -1: i, 0: i + 1, 1: i + 1, 999: i + 1} {
			if off == -time.Microsecond && i > 0 && at.Add(off).Equal(times[i-1]) {
				want = i
			}
			old, err := v.AsOf(ctx, graph.At{Time: at.Add(off)})
			if err != nil {
				t.Fatal(err)
			}
			name := ""
			if want > 0 {
				name = fmt.Sprint("version ", want)
			}
			if got := nameAt(t, old, graphtest.ID("topic")); got != name || old.Head().Seq != uint64(want) {
				t.Errorf("%v from revision %d: %q as of %d, want %q", off, i+1, got, old.Head().Seq, name)
			}
		}
	}
	for name, at := range map[string]graph.At{
		"both":    {Seq: 1, Time: times[0]},
		"not yet": {Seq: uint64(len(times)) + 1},
	} {
		want := map[string]graph.Kind{"both": graph.Invalid, "not yet": graph.NotFound}[name]
		if _, err := v.AsOf(ctx, at); graph.KindOf(err) != want {
			t.Errorf("%s: got %v, want an error of kind %s", name, err, want)
		}
	}
	if same, err := v.AsOf(ctx, graph.At{}); err != nil || same.Head().Root() != v.Head().Root() {
		t.Errorf("as of nothing is %+v, %v", same, err)
	}
	graphtest.Verify(t, rec)
}

// Sixteen writers go up against each other with conditions while others read:
// one wins each revision, and nobody sees half of one.
func TestWritersAndReaders(t *testing.T) {
	t.Parallel()
	rec := graphtest.OpenStore(t, memkv.New(), graph.Options{})
	const writers, rounds = 16, 40
	pair := func(n int, s uint64) []graph.Change {
		a := node(vocab.Topic, "left", graph.Props{"name": fmt.Sprint(n)})
		b := node(vocab.Topic, "right", graph.Props{"name": fmt.Sprint(n)})
		a.IfSeq, b.IfSeq = &s, &s
		return []graph.Change{a, b}
	}
	write(t, rec, pair(0, 0)...)
	var wins [writers*rounds + 2]atomic.Int32
	var conflicts atomic.Int32
	var writing, reading sync.WaitGroup
	done := make(chan struct{})
	for w := range writers {
		writing.Go(func() {
			for i := range rounds {
				s := rec.Head().Seq
				res, err := rec.Write(ctx, graph.Revision{Agent: "a", Method: "human", Reason: "r", Changes: pair(w*rounds+i+1, s)})
				switch {
				case err == nil && res.Applied:
					wins[s].Add(1)
				case graph.KindOf(err) == graph.Conflict:
					conflicts.Add(1)
				default:
					t.Errorf("%+v, %v", res, err)
				}
			}
		})
	}
	for range 4 {
		reading.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				v, err := rec.View(ctx)
				if err != nil {
					t.Error(err)
					return
				}
				l, r := nameAt(t, v, graphtest.ID("left")), nameAt(t, v, graphtest.ID("right"))
				n, err := v.Count(ctx, v.All(vocab.Topic))
				if l != r || n != 2 || err != nil {
					t.Errorf("as of %d: %q and %q, %d topics, %v", v.Head().Seq, l, r, n, err)
				}
				v.Close()
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	for s := range wins {
		if n := wins[s].Load(); n > 1 || n == 0 && s > 0 && uint64(s) < rec.Head().Seq {
			t.Errorf("%d writers won against revision %d", n, s)
		}
	}
	t.Logf("%d revisions, %d conflicts", rec.Head().Seq, conflicts.Load())
	graphtest.Verify(t, rec)
}

// Reindex and writers take turns.
func TestReindexBesideWriters(t *testing.T) {
	t.Parallel()
	rec := graphtest.OpenStore(t, memkv.New(), graph.Options{})
	graphtest.Article().Write(t, rec)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 20 {
				name := fmt.Sprint(w, "-", i)
				write(t, rec, node(vocab.Topic, name, graph.Props{"name": name}), edge(vocab.About, "s1", name, nil))
			}
		})
	}
	for range 3 {
		if err := rec.Reindex(ctx, nil); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	graphtest.Verify(t, rec)
}
