package graph_test

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/tree"
	"github.com/onrecord/onrecord/graph/vocab"
)

// grow writes n small revisions.
func grow(t *testing.T, rec *graph.Record, n int) {
	t.Helper()
	for i := range n {
		graphtest.Build().Node(vocab.Topic, "t"+strconv.Itoa(i), graph.Props{"name": "Topic " + strconv.Itoa(i)}).Write(t, rec)
	}
}

func viewOf(t *testing.T, rec *graph.Record) *graph.View {
	t.Helper()
	v, err := rec.View(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

func asOf(t *testing.T, v *graph.View, seq uint64) *graph.View {
	t.Helper()
	old, err := v.AsOf(ctx, graph.At{Seq: seq})
	if err != nil {
		t.Fatal(err)
	}
	return old
}

func rootOf(t *testing.T, v *graph.View) tree.Root {
	t.Helper()
	r, err := v.Root(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The tiles that are served give the root back, by nothing but RFC 6962.
func TestTreeOfTiles(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	grow(t, rec, 600)
	v := viewOf(t, rec)
	var leaves []tree.Leaf
	for _, path := range []string{"tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"} {
		b, err := v.Tile(ctx, tileOf(t, path))
		if err != nil {
			t.Fatal(err)
		}
		ls, err := tree.ParseBundle(b)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, ls...)
	}
	want := rootOf(t, v)
	var all []tree.Hash
	stored := func(which []tree.At) ([]tree.Hash, error) {
		out := make([]tree.Hash, len(which))
		for i, at := range which {
			n := 0
			for seq := uint64(1); seq < at.Seq; seq++ {
				n += tree.Levels(seq)
			}
			out[i] = all[n+at.Level]
		}
		return out, nil
	}
	for i, l := range leaves {
		if l.Seq != uint64(i+1) {
			t.Fatalf("leaf %d is of revision %d", i+1, l.Seq)
		}
		hs, err := tree.Append(l, stored)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, hs...)
	}
	if got, err := tree.RootAt(600, stored); err != nil || got != want {
		t.Errorf("the served leaves have the root %v, %v; want %v", got, err, want)
	}
	// A tile of the level above has the roots of the full tiles below.
	b, err := v.Tile(ctx, tileOf(t, "tile/1/000.p/2"))
	if err != nil {
		t.Fatal(err)
	}
	first, err := tree.RootAt(256, stored)
	if err != nil || !bytes.Equal(b[:32], first.Hash[:]) {
		t.Errorf("tile/1/000 begins with %x, want %x (%v)", b[:32], first.Hash, err)
	}
	for _, path := range []string{"tile/entries/002", "tile/0/002.p/89", "tile/1/000.p/3", "tile/2/000.p/1"} {
		if _, err := v.Tile(ctx, tileOf(t, path)); graph.KindOf(err) != graph.NotFound {
			t.Errorf("%s gives %v, want not found", path, err)
		}
	}
}

func tileOf(t *testing.T, path string) tree.Tile {
	t.Helper()
	tile, err := tree.ParseTile(path)
	if err != nil {
		t.Fatal(err)
	}
	return tile
}

// The log of any day goes on from that of any earlier day, and from nothing else.
func TestTreeIsConsistent(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	grow(t, rec, 70)
	v := viewOf(t, rec)
	roots := make([]tree.Root, 71)
	for seq := range roots {
		roots[seq] = tree.Empty()
		if seq > 0 {
			roots[seq] = rootOf(t, asOf(t, v, uint64(seq)))
		}
	}
	for later := 1; later <= 70; later++ {
		view := asOf(t, v, uint64(later))
		for earlier := 0; earlier <= later; earlier++ {
			p, err := view.Consistent(ctx, uint64(earlier))
			if err == nil {
				err = tree.CheckConsistent(roots[earlier], roots[later], p)
			}
			if err != nil {
				t.Fatalf("%d to %d: %v", earlier, later, err)
			}
			other := roots[earlier]
			other.Hash[0] ^= 1
			if tree.CheckConsistent(other, roots[later], p) == nil {
				t.Fatalf("%d to %d: another earlier log is taken", earlier, later)
			}
			other = roots[later]
			other.Hash[31] ^= 1
			if earlier > 0 && tree.CheckConsistent(roots[earlier], other, p) == nil {
				t.Fatalf("%d to %d: another later log is taken", earlier, later)
			}
		}
	}
}

// A redaction changes nothing in the tree as it was.
func TestTreeOutlivesRedaction(t *testing.T) {
	t.Parallel()
	store := memkv.New()
	rec := graphtest.OpenStore(t, store, graph.Options{Now: new(graphtest.Clock).Now})
	graphtest.Article().Write(t, rec)
	before := graphtest.Dump(t, store)
	lived(t, rec)
	after := graphtest.Dump(t, store)
	for key, was := range before {
		if key[0] == 'h' && after[key] != was {
			t.Errorf("the hashes at %x changed", key)
		}
	}
	graphtest.Verify(t, rec)
}

// A record of the format before the tree is given one when it is opened, the same
// that it would have had.
func TestMigrateToTree(t *testing.T) {
	t.Parallel()
	store := memkv.New()
	rec := graphtest.OpenStore(t, store, graph.Options{Now: new(graphtest.Clock).Now})
	lived(t, rec)
	grow(t, rec, 30)
	want := graphtest.Dump(t, store)
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	for key := range want {
		if key[0] == 'h' {
			set(t, store, []byte(key), nil)
		}
	}
	set(t, store, []byte("!format"), []byte("1"))

	ro := graphtest.OpenStore(t, store, graph.Options{ReadOnly: true})
	graphtest.Verify(t, ro)
	v := viewOf(t, ro)
	for name, err := range map[string]error{
		"root": func() error { _, err := v.Root(ctx); return err }(),
		"tile": func() error { _, err := v.Tile(ctx, tileOf(t, "tile/0/000.p/1")); return err }(),
	} {
		if graph.KindOf(err) != graph.Unavailable {
			t.Errorf("%s of a record that is only read gives %v, want unavailable", name, err)
		}
	}
	v.Close()
	if err := ro.Close(); err != nil {
		t.Fatal(err)
	}

	graphtest.Verify(t, graphtest.OpenStore(t, store, graph.Options{}))
	if d := graphtest.Diff(want, graphtest.Dump(t, store)); d != "" {
		t.Errorf("after the migration:\n%s", d)
	}
}
