package graph_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// take follows a record until it was given n revisions.
func take(t graphtest.TB, rec *graph.Record, f graph.Following, n int) (got []*graph.Logged) {
	t.Helper()
	if n == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for l, err := range rec.Follow(ctx, f) {
		if err != nil {
			t.Fatalf("%d of %d revisions, then: %v", len(got), n, err)
		}
		if got = append(got, l); len(got) == n {
			break
		}
	}
	return got
}

// A random history is followed from anywhere, with and without a choice, from
// the log and from what is kept of it in memory.
func TestFollowHistories(t *testing.T) {
	checks(t, 30)
	rapid.Check(t, func(rt *rapid.T) {
		r := &run{t: rt, store: memkv.New(), clock: new(graphtest.Clock), m: newModel(), tried: make(map[string]int)}
		r.rec = open(rt, r.store, graph.Options{Now: r.clock.Now})
		defer r.rec.Close()
		for range 15 {
			r.step()
		}
		again := open(rt, r.store, graph.Options{Now: r.clock.Now})
		defer again.Close()
		v, err := r.rec.View(ctx)
		if err != nil {
			rt.Fatal(err)
		}
		defer v.Close()
		var seqs []uint64
		for seq := range v.Head().Seq {
			seqs = append(seqs, seq+1)
		}
		all, err := v.Log(ctx, seqs)
		if err != nil {
			rt.Fatal(err)
		}
		for range 5 {
			f := graph.Following{After: rapid.Uint64Range(0, v.Head().Seq).Draw(rt, "after")}
			if len(r.m.all) > 0 && rapid.Bool().Draw(rt, "of one") {
				f.Of = rapid.SampledFrom(r.m.all).Draw(rt, "of").ref
			}
			if rapid.Bool().Draw(rt, "of kinds") {
				f.Kinds = []vocab.NodeKind{vocab.Statement, rapid.SampledFrom(vocab.Nodes).Draw(rt, "kind").Kind}
			}
			var want []*graph.Logged
			for _, l := range all[f.After:] {
				of, kind := f.Of == 0, f.Kinds == nil
				for _, c := range l.Changes {
					x := r.m.all[c.Ref-1]
					of = of || c.Ref == f.Of || x.node == 0 && (x.from.ref == f.Of || x.to.ref == f.Of)
					kind = kind || x.node != 0 && slices.Contains(f.Kinds, x.node)
				}
				if of && kind {
					want = append(want, l)
				}
			}
			for name, rec := range map[string]*graph.Record{"that was written": r.rec, "that was opened": again} {
				if diff := gocmp.Diff(want, take(rt, rec, f, len(want))); diff != "" {
					rt.Fatalf("%+v of a record %s (-want +got)\n%s", f, name, diff)
				}
			}
		}
	})
}

// Eight write, and twenty-four follow from wherever the log stood when they
// came: each is given every revision once, in order, and as it is in the log,
// also if it dawdles until what it has not seen is only in the log.
func TestFollowWriters(t *testing.T) {
	const writers, each, followers = 8, 200, 24
	const last = writers * each
	rec := graphtest.Open(t)
	var wg sync.WaitGroup
	written := make(chan struct{})
	got := make([][]*graph.Logged, followers)
	for i := range followers {
		wg.Go(func() {
			if i%3 == 1 {
				time.Sleep(time.Duration(i) * time.Millisecond)
			}
			next, stop := iter.Pull2(rec.Follow(ctx, graph.Following{After: rec.Head().Seq}))
			defer stop()
			for {
				l, err, _ := next()
				if err != nil {
					t.Errorf("follower %d: %v", i, err)
					return
				}
				if got[i] = append(got[i], l); l.Seq == last {
					return
				}
				if i%3 == 2 && len(got[i]) == 5 {
					<-written
				}
			}
		})
	}
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for n := range each {
				_, err := rec.Write(ctx, graph.Revision{Agent: "a", Method: "human", Reason: "r", Changes: []graph.Change{
					node(vocab.Topic, fmt.Sprint("topic ", w), graph.Props{"name": fmt.Sprint("version ", n)}),
				}})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	close(written)
	wg.Wait()
	v := graphtest.View(t, rec)
	var seqs []uint64
	for seq := range uint64(last) {
		seqs = append(seqs, seq+1)
	}
	all, err := v.Log(ctx, seqs)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if len(got[i]) == 0 {
			t.Errorf("follower %d was given nothing", i)
			continue
		}
		if diff := gocmp.Diff(all[got[i][0].Seq-1:], got[i]); diff != "" {
			t.Errorf("follower %d (-want +got)\n%.2000s", i, diff)
		}
	}
}

// A follower ends with what ended it.
func TestFollowEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after uint64
		end   func(*graph.Record, context.CancelFunc)
		seen  int
		kind  graph.Kind
	}{
		"given up": {0, func(_ *graph.Record, cancel context.CancelFunc) { cancel() }, 2, graph.Unavailable},
		"closed":   {1, func(r *graph.Record, _ context.CancelFunc) { r.Close() }, 1, graph.Unavailable},
		"too far":  {3, func(*graph.Record, context.CancelFunc) {}, 0, graph.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := graphtest.Open(t)
			write(t, rec, topic(1))
			write(t, rec, topic(2))
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			seen := 0
			for _, err := range rec.Follow(ctx, graph.Following{After: c.after}) {
				if err == nil {
					if seen++; seen == c.seen {
						time.AfterFunc(time.Millisecond, func() { c.end(rec, cancel) })
					}
					continue
				}
				if graph.KindOf(err) != c.kind {
					t.Errorf("got %v, want an error of kind %s", err, c.kind)
				}
			}
			if seen != c.seen {
				t.Errorf("%d revisions, want %d", seen, c.seen)
			}
		})
	}
}

// Of large revisions few are kept in memory; the others are read from the log.
func TestFollowLargeRevisions(t *testing.T) {
	t.Parallel()
	const changes, revisions = 7000, 10
	rec := graphtest.Open(t)
	var large []graph.Change
	for i := range changes {
		large = append(large, node(vocab.Topic, fmt.Sprint(i), nil))
	}
	topics := graph.Following{Kinds: []vocab.NodeKind{vocab.Topic}}
	live := make(chan []*graph.Logged)
	go func() { live <- take(t, rec, topics, revisions) }()
	for n := range revisions {
		for _, c := range large {
			c.Node.Props = graph.Props{"name": fmt.Sprint(n)}
		}
		write(t, rec, large...)
	}
	for _, got := range [][]*graph.Logged{<-live, take(t, rec, topics, revisions)} {
		for i, l := range got {
			if l.Seq != uint64(i+1) || len(l.Changes) != changes {
				t.Errorf("revision %d is %d with %d changes", i+1, l.Seq, len(l.Changes))
			}
		}
	}
}
