package tree_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/tree"
)

func TestParseTile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path string
		want tree.Tile
	}{
		{"tile/0/000", tree.Tile{Width: 256}},
		{"tile/0/000.p/1", tree.Tile{Width: 1}},
		{"tile/1/x001/x234/067.p/255", tree.Tile{Level: 1, N: 1234067, Width: 255}},
		{"tile/5/000.p/1", tree.Tile{Level: 5, Width: 1}},
		{"tile/entries/x001/000", tree.Tile{Leaves: true, N: 1000, Width: 256}},
		{"tile/entries/000.p/7", tree.Tile{Leaves: true, Width: 7}},
	} {
		t.Run(c.path, func(t *testing.T) {
			got, err := tree.ParseTile(c.path)
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v; want %+v", got, err, c.want)
			}
			if p := got.Path(); p != c.path {
				t.Errorf("its path is %q", p)
			}
		})
	}
	for _, path := range []string{
		"", "tile", "tile/", "tile/0/", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/6/000", "tile/63/000", "tile/-1/000", "tile/data/000",
		"tile/0/x000/000", "tile/0/001/002", "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000/",
		"/tile/0/000", "tile/8/0/000", "tile/entries/", "tile/entries/data/000", "tile/0/../000", "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/" + strings.Repeat("x999/", 30) + "999",
		"tile/5/x999/x999/x999/999", "tile/0/x1/000", "tile/0/+01",
	} {
		if got, err := tree.ParseTile(path); err == nil {
			t.Errorf("%q is taken as %+v", path, got)
		}
	}
}

func FuzzParseTile(f *testing.F) {
	for _, seed := range []string{"tile/0/000", "tile/5/x001/234.p/12", "tile/entries/x999/x999/999", "tile/data/000", "tile/4/x281/x474/x976/710"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		tile, err := tree.ParseTile(path)
		if err != nil {
			return
		}
		if got := tile.Path(); got != path {
			t.Errorf("%q is the tile of %q", path, got)
		}
		if tile.Width < 1 || tile.Width > tree.TileWidth || tile.In(0) {
			t.Errorf("%q is %+v", path, tile)
		}
		last := uint64(0)
		for _, at := range tile.Hashes() {
			if at.Seq <= last || at.Seq%(1<<at.Level) != 0 {
				t.Fatalf("%q has a hash at %+v behind %d", path, at, last)
			}
			last = at.Seq
		}
		if !tile.In(last) || tile.In(last-1) {
			t.Errorf("%q ends with revision %d", path, last)
		}
	})
}

func keys(t testing.TB, origin string) (*tree.Signer, *tree.Verifier) {
	t.Helper()
	private, public, err := tree.NewKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := tree.ParseSigner(private + "\n")
	if err != nil {
		t.Fatal(err)
	}
	v, err := tree.ParseVerifier(public + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if s.Public() != public || s.Origin() != origin || v.Origin() != origin {
		t.Fatalf("the key of %s is public as %s, want %s", s.Origin(), s.Public(), public)
	}
	return s, v
}

func TestCheckpoint(t *testing.T) {
	t.Parallel()
	s, v := keys(t, "record.example.org/log")
	_, other := keys(t, "record.example.org/log")
	root := tree.Root{Size: 12, Hash: tree.Hash{1, 2, 3}}
	signed, err := s.Sign(root)
	if err != nil {
		t.Fatal(err)
	}
	want := tree.Checkpoint{Origin: "record.example.org/log", Root: root, Verified: true}
	if got, err := tree.ParseCheckpoint([]byte(signed), v); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	want.Verified = false
	if got, err := tree.ParseCheckpoint([]byte(signed), nil); err != nil || got != want {
		t.Errorf("without a key: got %+v, %v; want %+v", got, err, want)
	}
	if _, err := tree.ParseCheckpoint([]byte(signed), other); err == nil || !strings.Contains(err.Error(), "did not sign") {
		t.Errorf("with another key: %v", err)
	}
	// Every byte counts.
	for i := range len(signed) {
		for _, flip := range []byte{1, 0x20, 0x80} {
			b := []byte(signed)
			b[i] ^= flip
			if _, err := tree.ParseCheckpoint(b, v); err == nil {
				t.Errorf("byte %d changed from %q to %q, and it is taken", i, signed[i], b[i])
			}
		}
	}
	for n := range len(signed) {
		if _, err := tree.ParseCheckpoint([]byte(signed[:n]), v); err == nil {
			t.Errorf("cut off after %d bytes, it is taken", n)
		}
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "two words", "a+b", "line\nbreak", "tab\tbed", strings.Repeat("x", 201)} {
		if _, _, err := tree.NewKey(name); err == nil {
			t.Errorf("%q names a log", name)
		}
	}
	if _, err := tree.ParseSigner("PRIVATE+KEY+secret+00000000+AAAA"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a wrong key gives %v, want an error without what is in it", err)
	}
}

func FuzzParseCheckpoint(f *testing.F) {
	s, v := keys(f, "log.example")
	for _, r := range []tree.Root{tree.Empty(), {Size: 1}, {Size: 1 << 40, Hash: tree.Hash{7}}} {
		signed, err := s.Sign(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(signed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := tree.ParseCheckpoint(b, nil)
		if err != nil {
			return
		}
		signed, err := s.Sign(c.Root)
		if err != nil {
			t.Fatal(err)
		}
		again, err := tree.ParseCheckpoint([]byte(signed), v)
		if err != nil || again.Root != c.Root {
			t.Errorf("%+v is signed and read as %+v, %v", c, again, err)
		}
	})
}

// The path of every change of a revision leads to its root, and no other does.
func TestChanges(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 40; n++ {
		contents := make([][32]byte, n)
		for i := range contents {
			contents[i] = [32]byte{byte(i), byte(n)}
		}
		l := tree.Leaf{Seq: 1, Changes: uint32(n), Root: tree.ChangesRoot(contents)}
		for i := range contents {
			p, err := tree.ProveChange(contents, i)
			if err == nil {
				err = tree.CheckChange(l, i, contents[i], p)
			}
			if err != nil {
				t.Fatalf("change %d of %d: %v", i, n, err)
			}
			if tree.CheckChange(l, i, [32]byte{0xff}, p) == nil || tree.CheckChange(l, (i+1)%(n+1), contents[i], p) == nil {
				t.Fatalf("change %d of %d: something else is taken for it", i, n)
			}
		}
	}
}

func FuzzParseBundle(f *testing.F) {
	f.Add(tree.Bundle([]tree.Leaf{{Seq: 1, Changes: 2}, {Seq: 2, Time: -1}}))
	f.Add([]byte{0, 85})
	f.Fuzz(func(t *testing.T, b []byte) {
		ls, err := tree.ParseBundle(b)
		if err == nil && string(tree.Bundle(ls)) != string(b) {
			t.Errorf("%x is read as %+v", b, ls)
		}
	})
}
