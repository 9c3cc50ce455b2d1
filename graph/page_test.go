package graph_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/vocab"
)

func TestPageRefused(t *testing.T) {
	rec := graphtest.Open(t)
	graphtest.Article().Write(t, rec)
	v := graphtest.View(t, rec)
	n := func(i int) *int { return &i }
	first, err := v.Page(ctx, v.All(vocab.Speaker), graph.Page{First: n(1)})
	if err != nil || !first.HasNext || first.HasPrev {
		t.Fatalf("the first page is %+v, %v", first, err)
	}
	other := first.Items[0].Cursor
	refs, err := v.Refs(ctx, []graph.ID{graphtest.ID("c1")})
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]graph.Page{
		"first -1":                 {First: n(-1)},
		"first 501":                {First: n(501)},
		"first 10^9":               {First: n(1_000_000_000)},
		"last -1":                  {Last: n(-1)},
		"last 501":                 {Last: n(501)},
		"first and last":           {First: n(1), Last: n(1)},
		"cursor of another list":   {After: other},
		"before in another list":   {Before: other},
		"no base64":                {After: "ä"},
		"short":                    {After: "AAAA"},
		"nothing":                  {After: "A"},
		"a cursor that goes on":    {After: other + "AA"},
		"a cursor cut short":       {After: other[:len(other)-3]},
		"a cursor of another case": {After: "zzzzzzzzzzzz"},
	} {
		for what, l := range map[string]*graph.List{
			"events":       v.All(vocab.Event),
			"statements":   v.LinkList(refs[0], graph.Shown, vocab.Expresses, graph.In),
			"named":        v.Named(vocab.Agreement, "deal"),
			"edges":        v.EdgeList(refs[0], graph.Shown, nil, graph.Both),
			"candidates":   v.Listed(graph.Shown, vocab.Contradicts),
			"newest first": v.All(vocab.Event).NewestFirst(),
		} {
			if _, err := v.Page(ctx, l, p); graph.KindOf(err) != graph.Invalid {
				t.Errorf("%s of %s: got %v, want an error of kind %s", name, what, err, graph.Invalid)
			}
		}
		if _, _, err := v.Gaps(ctx, nil, nil, p); graph.KindOf(err) != graph.Invalid {
			t.Errorf("%s of gaps: got %v", name, err)
		}
		if _, _, err := v.Search(ctx, graph.SearchQuery{Text: "deal", Said: edtf.Always()}, p); graph.KindOf(err) != graph.Invalid {
			t.Errorf("%s of a search: got %v", name, err)
		}
	}
}

// counted counts the pairs that are read from a store.
type counted struct {
	kv.Store
	pairs *int
}

type countedSnapshot struct {
	kv.Snapshot
	pairs *int
}

func (c counted) Snapshot() (kv.Snapshot, error) {
	s, err := c.Store.Snapshot()
	return countedSnapshot{s, c.pairs}, err
}

func (c countedSnapshot) GetMulti(ctx context.Context, keys [][]byte) ([][]byte, error) {
	*c.pairs += len(keys)
	return c.Snapshot.GetMulti(ctx, keys)
}

func (c countedSnapshot) Scan(ctx context.Context, ranges ...kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		for p, err := range c.Snapshot.Scan(ctx, ranges...) {
			*c.pairs++
			if !yield(p, err) {
				return
			}
		}
	}
}

// hub writes a claim that so many statements put forward, dated day after day.
func hub(t *testing.T, rec *graph.Record, n int) graph.ID {
	t.Helper()
	id := graph.KeyID("hub", fmt.Sprint(n))
	changes := []graph.Change{graph.Put(&graph.Node{ID: id, Kind: vocab.Claim, Props: graph.Props{"text": "x", "type": "FACT"}})}
	day := time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		s := graph.KeyID("hub statement", fmt.Sprint(n), fmt.Sprint(i))
		said := graphtest.When(day.AddDate(0, 0, i).Format(time.DateOnly))
		changes = append(changes,
			graph.Put(&graph.Node{ID: s, Kind: vocab.Statement, Props: graph.Props{"text": "x", "mode": "INDIRECT", "said": said}}),
			graph.Connect(&graph.Edge{Kind: vocab.Expresses, From: s, To: id}))
		if len(changes) > 2000 || i == n-1 {
			if _, err := rec.Write(ctx, graph.Revision{Agent: "a", Method: "human", Reason: "r", Changes: changes}); err != nil {
				t.Fatal(err)
			}
			changes = changes[:0]
		}
	}
	return id
}

// A page of a node with twenty thousand edges reads no more than one of a node
// with a hundred: at the beginning, at the end, in the middle, in a range of
// dates, as of earlier.
func TestPageReadsWhatItShows(t *testing.T) {
	t.Parallel()
	pairs := 0
	store := counted{memkv.New(), &pairs}
	rec := graphtest.OpenStore(t, store, graph.Options{Now: new(graphtest.Clock).Now})
	small := hub(t, rec, 100)
	large := hub(t, rec, 20_000)
	middle := rec.Head().Seq
	graphtest.Build().Node(vocab.Topic, "later", graph.Props{"name": "later"}).Write(t, rec)
	if _, _, err := graphtest.View(t, rec).Search(ctx, graph.SearchQuery{Text: "nothing", Said: edtf.Always()}, graph.Page{}); err != nil {
		t.Fatal(err) // so that the full-text index, which reads too, is at rest
	}
	ten := 10
	read := func(id graph.ID, old bool, l func(*graph.View, graph.Ref) *graph.List, p graph.Page) (int, []graph.Item) {
		t.Helper()
		v := graphtest.View(t, rec)
		var err error
		if old {
			if v, err = v.AsOf(ctx, graph.At{Seq: middle}); err != nil {
				t.Fatal(err)
			}
		}
		refs, err := v.Refs(ctx, []graph.ID{id})
		if err != nil {
			t.Fatal(err)
		}
		before := pairs
		f, err := v.Page(ctx, l(v, refs[0]), p)
		if err != nil || len(f.Items) != ten {
			t.Fatalf("%+v, %v", f, err)
		}
		return pairs - before, f.Items
	}
	lists := map[string]func(*graph.View, graph.Ref) *graph.List{
		"links": func(v *graph.View, r graph.Ref) *graph.List {
			return v.LinkList(r, graph.Shown, vocab.Expresses, graph.In)
		},
		"newest first": func(v *graph.View, r graph.Ref) *graph.List {
			return v.LinkList(r, graph.Shown, vocab.Expresses, graph.In).NewestFirst()
		},
		"timeline": func(v *graph.View, r graph.Ref) *graph.List {
			n, err := v.Nodes(ctx, []graph.Ref{r})
			if err != nil {
				t.Fatal(err)
			}
			return v.Timeline(ctx, n[0], graph.Shown, edtf.MustParse("1960-02/1960-03").Interval())
		},
	}
	for name, l := range lists {
		for _, old := range []bool{false, true} {
			for what, p := range map[string]graph.Page{"first": {First: &ten}, "last": {Last: &ten}} {
				a, items := read(small, old, l, p)
				b, more := read(large, old, l, p)
				if b > a+2 || b > 3*ten {
					t.Errorf("%s page of %s (as of earlier: %v) reads %d pairs of 20,000 and %d of 100", what, name, old, b, a)
				}
				next, nextMore := graph.Page{First: &ten, After: items[9].Cursor}, graph.Page{First: &ten, After: more[9].Cursor}
				if what == "last" {
					next, nextMore = graph.Page{Last: &ten, Before: items[0].Cursor}, graph.Page{Last: &ten, Before: more[0].Cursor}
				}
				a, _ = read(small, old, l, next)
				b, _ = read(large, old, l, nextMore)
				if b > a+2 || b > 3*ten {
					t.Errorf("next to the %s page of %s (as of earlier: %v): %d pairs of 20,000 and %d of 100", what, name, old, b, a)
				}
			}
		}
	}
}

// TestPageOfNone checks that a page of none is empty, and says whether there is
// more, as the Relay specification has it.
func TestPageOfNone(t *testing.T) {
	ctx := context.Background()
	rec := graphtest.Open(t)
	graphtest.Article().Write(t, rec)
	v := graphtest.View(t, rec)
	none := 0
	f, err := v.Page(ctx, v.All(vocab.Speaker), graph.Page{First: &none})
	if err != nil || len(f.Items) != 0 || !f.HasNext || f.HasPrev {
		t.Errorf("got %+v, %v", f, err)
	}
}
