package graph_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/vocab"
)

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		pairs map[string]string
		o     graph.Options
		kind  graph.Kind
	}{
		{"newer format", map[string]string{"!format": "3"}, graph.Options{}, graph.Unavailable},
		{"much newer format", map[string]string{"!format": "1000"}, graph.Options{ReadOnly: true}, graph.Unavailable},
		{"no format", map[string]string{"!format": "one"}, graph.Options{}, graph.Corrupt},
		{"format 0", map[string]string{"!format": "0"}, graph.Options{}, graph.Corrupt},
		{"no head", map[string]string{"!format": "1"}, graph.Options{}, graph.Corrupt},
		{"half a head", map[string]string{"!format": "1", "!head": "abc"}, graph.Options{}, graph.Corrupt},
		{"another program's store", map[string]string{"user/1": "x"}, graph.Options{}, graph.Corrupt},
		{"nothing, for reading only", nil, graph.Options{ReadOnly: true}, graph.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := memkv.New()
			for k, v := range c.pairs {
				set(t, s, []byte(k), []byte(v))
			}
			before := graphtest.DumpAll(t, s)
			r, err := graph.Open(ctx, s, c.o)
			if err == nil {
				r.Close()
			}
			if graph.KindOf(err) != c.kind {
				t.Errorf("got %v, want an error of kind %s", err, c.kind)
			}
			if d := graphtest.Diff(before, graphtest.DumpAll(t, s)); d != "" {
				t.Errorf("it changed:\n%s", d)
			}
		})
	}
}

func TestReadOnly(t *testing.T) {
	s := memkv.New()
	rec := graphtest.OpenStore(t, s, graph.Options{Now: new(graphtest.Clock).Now})
	lived(t, rec)
	head := rec.Head()
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	before := graphtest.DumpAll(t, s)
	ro := graphtest.OpenStore(t, s, graph.Options{ReadOnly: true})
	if ro.Head() != head {
		t.Errorf("head %+v, want %+v", ro.Head(), head)
	}
	if _, err := ro.Write(ctx, graphtest.Article().Revision()); graph.KindOf(err) != graph.Permission || !errors.Is(err, kv.ErrReadOnly) {
		t.Errorf("a write gives %v", err)
	}
	if err := ro.Reindex(ctx, nil); graph.KindOf(err) != graph.Permission {
		t.Errorf("reindex gives %v", err)
	}
	graphtest.Verify(t, ro)
	if err := ro.Close(); err != nil {
		t.Fatal(err)
	}
	if d := graphtest.Diff(before, graphtest.DumpAll(t, s)); d != "" {
		t.Errorf("it changed:\n%s", d)
	}
}

// On disk: written, closed, opened for reading only, in use meanwhile.
func TestOnDisk(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "record")
	s, err := badgerkv.Open(dir, graphtest.Small)
	if err != nil {
		t.Fatal(err)
	}
	rec := open(t, s, graph.Options{Now: new(graphtest.Clock).Now})
	lived(t, rec)
	if _, err := badgerkv.Open(dir, graphtest.Small); !errors.Is(err, kv.ErrInUse) {
		t.Errorf("a second opening gives %v", err)
	}
	graphtest.Verify(t, rec)
	head := rec.Head()
	if err := errors.Join(rec.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	rec = graphtest.OpenBadger(t, dir)
	if rec.Head() != head {
		t.Errorf("head %+v, want %+v", rec.Head(), head)
	}
	graphtest.Verify(t, rec)
	if err := rec.Reindex(ctx, nil); err != nil {
		t.Fatal(err)
	}
	graphtest.Verify(t, rec)
}

// A record goes on where it ended, also after a reindex that was stopped.
func TestReindexStopped(t *testing.T) {
	s := memkv.New()
	rec := graphtest.OpenStore(t, s, graph.Options{Now: new(graphtest.Clock).Now})
	lived(t, rec)
	before := graphtest.Dump(t, s)
	for k := range before { // as if it had stopped behind the first step
		if k[0] == 'a' || k[0] == 'n' {
			set(t, s, []byte(k), nil)
		}
	}
	if len(graphtest.Problems(t, rec)) == 0 {
		t.Error("Verify does not see that the indexes are not whole")
	}
	if err := rec.Reindex(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if d := graphtest.Diff(before, graphtest.Dump(t, s)); d != "" {
		t.Errorf("reindex gives other bytes:\n%s", d)
	}
	graphtest.Verify(t, rec)
	graphtest.Build().Node(vocab.Topic, "more", graph.Props{"name": "More"}).Write(t, rec)
	graphtest.Verify(t, rec)
}

// TestStoppedReindex checks that a record whose reindex was stopped is refused
// until another has made it good, because its lists would lack what is on record.
func TestStoppedReindex(t *testing.T) {
	store := memkv.New()
	rec := graphtest.OpenStore(t, store, graph.Options{})
	graphtest.Article().Write(t, rec)
	ctx, stop := context.WithCancel(context.Background())
	if err := rec.Reindex(ctx, func(uint64, uint64) { stop() }); err == nil {
		t.Fatal("a reindex that was stopped ended well")
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := graph.Open(context.Background(), store, graph.Options{}); graph.KindOf(err) != graph.Unavailable {
		t.Fatalf("got %v, want an error of kind %s", err, graph.Unavailable)
	}
	rec = graphtest.OpenStore(t, store, graph.Options{Reindexing: true})
	if err := rec.Reindex(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	graphtest.Verify(t, rec)
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	graphtest.Verify(t, graphtest.OpenStore(t, store, graph.Options{}))
}
