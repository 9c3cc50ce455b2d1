package seed_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed"
)

func open(t *testing.T) *graph.Record {
	t.Helper()
	r, err := graph.Open(context.Background(), memkv.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// articles are n units: each a statement by one of two speakers, who are put
// with each of their statements.
func articles(n int) iter.Seq2[[]graph.Change, error] {
	return func(yield func([]graph.Change, error) bool) {
		for i := range n {
			who := fmt.Sprint("speaker ", i%2)
			speaker, said := graph.KeyID("test", who), graph.KeyID("test", fmt.Sprint(i))
			if !yield([]graph.Change{
				graph.Put(&graph.Node{ID: speaker, Kind: vocab.Speaker, Props: graph.Props{"type": "PERSON", "names": []graph.Name{{Value: who}}}}),
				graph.Put(&graph.Node{ID: said, Kind: vocab.Statement, Props: graph.Props{"text": fmt.Sprint("words ", i), "mode": "INDIRECT"}}),
				graph.Connect(&graph.Edge{Kind: vocab.Said, From: speaker, To: said}),
			}, nil) {
				return
			}
		}
	}
}

func batch(changes int) seed.Batch {
	return seed.Batch{Source: "test/1", Agent: "test", Method: "import:test", Changes: changes}
}

// killed is a record that is lost after some revisions.
type killed struct {
	seed.Writer
	left int
}

var errKilled = errors.New("killed")

func (k *killed) Write(ctx context.Context, rev graph.Revision) (graph.Result, error) {
	if k.left--; k.left < 0 {
		return graph.Result{}, errKilled
	}
	return k.Writer.Write(ctx, rev)
}

func TestResume(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	r := open(t)
	_, err := seed.Load(ctx, &killed{r, 2}, seed.Batches(articles(10), batch(7)), nil)
	if !errors.Is(err, errKilled) {
		t.Fatalf("got %v", err)
	}
	var calls int
	done, err := seed.Load(ctx, r, seed.Batches(articles(10), batch(7)), func(seed.Loaded) { calls++ })
	if err != nil {
		t.Fatal(err)
	}
	// Seven changes are two units, the speakers among them: five revisions.
	if done.Skipped != 2 || done.Revisions != 3 || done.First != 3 || done.Last != 5 || calls != 5 {
		t.Errorf("after the kill: %+v, %d calls", done, calls)
	}
	again, err := seed.Load(ctx, r, seed.Batches(articles(10), batch(7)), nil)
	if err != nil || again.Revisions != 0 || again.Skipped != 5 || r.Head().Seq != 5 {
		t.Errorf("again: %+v, %v, at %d", again, err, r.Head().Seq)
	}
	// Cut otherwise, the same changes are other revisions, which say what stands.
	other, err := seed.Load(ctx, r, seed.Batches(articles(10), batch(100)), nil)
	if err != nil || other.Revisions != 0 || r.Head().Seq != 5 {
		t.Errorf("in other batches: %+v, %v, at %d", other, err, r.Head().Seq)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	r := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done, err := seed.Load(ctx, r, seed.Batches(articles(10), batch(7)), func(l seed.Loaded) {
		if l.Revisions == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || done.Revisions != 2 || r.Head().Seq != 2 {
		t.Errorf("%+v, %v", done, err)
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	id := graph.KeyID("test", "x")
	topic := func(name string) graph.Change {
		return graph.Put(&graph.Node{ID: id, Kind: vocab.Topic, Props: graph.Props{"name": name}})
	}
	units := func(us ...[]graph.Change) iter.Seq2[[]graph.Change, error] {
		return func(yield func([]graph.Change, error) bool) {
			for _, u := range us {
				if !yield(u, nil) {
					return
				}
			}
		}
	}
	sizes := func(b seed.Batch, us ...[]graph.Change) (n []int, err error) {
		for rev, err := range seed.Batches(units(us...), b) {
			if err != nil {
				return n, err
			}
			n = append(n, len(rev.Changes))
		}
		return n, nil
	}
	for _, tc := range []struct {
		name  string
		b     seed.Batch
		units [][]graph.Change
		want  []int
		fails bool
	}{
		{"nothing", batch(0), nil, nil, false},
		{"the same twice is put once", batch(0), [][]graph.Change{{topic("a")}, {topic("a")}}, []int{1}, false},
		{"two versions are two revisions", batch(0), [][]graph.Change{{topic("a")}, {topic("b")}, {topic("b")}}, []int{1, 1}, false},
		{"two versions in one unit", batch(0), [][]graph.Change{{topic("a"), topic("b")}}, nil, true},
		{"no id", batch(0), [][]graph.Change{{graph.Put(&graph.Node{Kind: vocab.Topic})}}, nil, true},
		{"no source", seed.Batch{Agent: "a", Method: "human"}, [][]graph.Change{{topic("a")}}, nil, true},
		{"an unknown property", batch(0), [][]graph.Change{{graph.Put(&graph.Node{ID: id, Kind: vocab.Topic, Props: graph.Props{"title": "x"}})}}, nil, true},
	} {
		got, err := sizes(tc.b, tc.units...)
		if (err != nil) != tc.fails || !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, %v", tc.name, got, err)
		}
	}
	small := batch(0)
	small.Bytes = 400
	n := 0
	for rev, err := range seed.Batches(articles(6), small) {
		if err != nil || len(rev.Changes)%3 != 0 {
			t.Errorf("%d changes, %v", len(rev.Changes), err)
		}
		n++
	}
	if n != 6 {
		t.Errorf("%d revisions of 400 bytes, want 6, a unit each", n)
	}
}
