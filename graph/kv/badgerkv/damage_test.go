package badgerkv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"github.com/onrecord/onrecord/graph/kv"
)

var tiny = Options{MemTableBytes: 1 << 20, CacheBytes: 4 << 20, BallastBytes: -1}

func mustOpen(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func mustPut(t testing.TB, s *Store, pairs ...string) {
	t.Helper()
	var b kv.Batch
	for i := 0; i < len(pairs); i += 2 {
		b.Put([]byte(pairs[i]), []byte(pairs[i+1]))
	}
	if err := s.Apply(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
}

func mustClose(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func verify(t testing.TB, s *Store) (found []string) {
	t.Helper()
	if err := s.Verify(context.Background(), func(key []byte, err error) bool {
		if !errors.Is(err, kv.ErrCorrupt) {
			t.Errorf("Verify found %v, which is not %q", err, kv.ErrCorrupt)
		}
		found = append(found, fmt.Sprintf("%s: %v", key, err))
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

// A value that Badger believes in and we do not is an error that names its key,
// in every way of reading it.
func TestWrongBytesInAValue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		damage func(key, sealed []byte) (newKey, value []byte)
	}{
		{"a bit of the value", func(k, v []byte) ([]byte, []byte) { v[0] ^= 1; return k, v }},
		{"a bit of the checksum", func(k, v []byte) ([]byte, []byte) { v[len(v)-1] ^= 0x80; return k, v }},
		{"cut off", func(k, v []byte) ([]byte, []byte) { return k, v[:len(v)-1] }},
		{"shorter than a checksum", func(k, v []byte) ([]byte, []byte) { return k, v[:3] }},
		{"empty", func(k, v []byte) ([]byte, []byte) { return k, nil }},
		{"the value of another key", func(k, v []byte) ([]byte, []byte) { return k, seal(storedKey([]byte("a")), []byte("1")) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := mustOpen(t, t.TempDir(), tiny)
			mustPut(t, s, "a", "1", "b", "2", "c", "3")
			key := storedKey([]byte("b"))
			if err := s.db.Update(func(txn *badger.Txn) error {
				return txn.Set(c.damage(key, seal(key, []byte("2"))))
			}); err != nil {
				t.Fatal(err)
			}
			if err := s.advance(); err != nil {
				t.Fatal(err)
			}
			check := func(what string, err error) {
				t.Helper()
				var corrupt *kv.CorruptError
				if !errors.As(err, &corrupt) || string(corrupt.Key) != "b" || !errors.Is(err, kv.ErrCorrupt) {
					t.Errorf("%s: got error %v, want damage at key b", what, err)
				}
			}
			sn, err := s.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			defer sn.Close()
			ctx := context.Background()
			_, err = sn.GetMulti(ctx, [][]byte{[]byte("a"), []byte("b"), []byte("c")})
			check("GetMulti", err)
			for _, reverse := range []bool{false, true} {
				var last error
				n := 0
				for _, err := range sn.Scan(ctx, kv.Range{Reverse: reverse}) {
					last = err
					n++
				}
				check("Scan", last)
				if n != 2 {
					t.Errorf("Scan: %d steps, want a pair and an error", n)
				}
			}
			var b kv.Batch
			b.Expect([]byte("b"), []byte("2"))
			check("Apply that expects it", s.Apply(ctx, &b))
			if got := verify(t, s); len(got) != 1 || !strings.HasPrefix(got[0], "b: ") {
				t.Errorf("Verify found %q, want b", got)
			}
			// The rest goes on, and writing heals.
			mustPut(t, s, "b", "again")
			if got := verify(t, s); len(got) != 0 {
				t.Errorf("Verify found %q after b was written again", got)
			}
		})
	}
}

func TestVerifyStops(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, t.TempDir(), tiny)
	for _, k := range []string{"a", "b", "c"} {
		if err := s.db.Update(func(txn *badger.Txn) error { return txn.Set(storedKey([]byte(k)), []byte("wrong")) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.advance(); err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := s.Verify(context.Background(), func([]byte, error) bool { n++; return n < 2 }); err != nil || n != 2 {
		t.Errorf("%d calls and error %v, want 2 and none", n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Verify(ctx, func([]byte, error) bool { return true }); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
}

// inTables makes a closed store with enough pairs for several tables.
func inTables(t testing.TB, o Options) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "store")
	s := mustOpen(t, dir, o)
	for i := range 20 {
		var b kv.Batch
		for j := range 200 {
			b.Put(fmt.Appendf(nil, "%02d-%03d", i, j), bytes.Repeat([]byte{byte(i), byte(j), 'x'}, 100))
		}
		if err := s.Apply(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
	}
	mustClose(t, s)
	return dir
}

func copyStore(t testing.TB, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// A flipped bit anywhere in a table is found when the store is opened, as an
// error: Badger alone panics, leaves pairs out, or answers with wrong ones.
func TestFlippedBitInATable(t *testing.T) {
	t.Parallel()
	for _, compression := range []Compression{Zstd, NoCompression} {
		o := tiny
		o.Compression = compression
		from := inTables(t, o)
		tables, err := filepath.Glob(filepath.Join(from, dataName, "*.sst"))
		if err != nil || len(tables) < 2 {
			t.Fatalf("tables %q, error %v", tables, err)
		}
		raw, err := os.ReadFile(tables[0])
		if err != nil {
			t.Fatal(err)
		}
		for i := range 25 {
			at := len(raw) - 1 - i // the end first, then all over it
			if i >= 12 {
				at = len(raw) * (i - 12) / 13
			}
			dir := copyStore(t, from)
			bad := bytes.Clone(raw)
			bad[at] ^= 1 << (i % 8)
			if err := os.WriteFile(filepath.Join(dir, dataName, filepath.Base(tables[0])), bad, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(dir, o)
			if err == nil {
				found := verify(t, s)
				s.Close()
				t.Errorf("compression %d, byte %d of %d: no error on opening; Verify finds %q", compression, at, len(raw), found)
				continue
			}
			if !errors.Is(err, kv.ErrCorrupt) || !strings.Contains(err.Error(), filepath.Base(tables[0])) {
				t.Errorf("compression %d, byte %d: got error %v, want damage in %s", compression, at, err, filepath.Base(tables[0]))
			}
		}
		// Damage that comes after opening is found by Verify.
		s := mustOpen(t, from, o)
		raw[len(raw)/2] ^= 4
		if err := os.WriteFile(tables[0], raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if found := verify(t, s); !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, filepath.Base(tables[0])) }) {
			t.Errorf("Verify found %q, want damage in %s", found, tables[0])
		}
		s.Close()
	}
}

func TestFilesGone(t *testing.T) {
	t.Parallel()
	from := inTables(t, tiny)
	for _, c := range []struct {
		name   string
		damage func(dir string) error
		say    string
	}{
		{"HEAD", func(dir string) error { return os.Remove(filepath.Join(dir, headName)) }, "HEAD is gone"},
		{"HEAD emptied", func(dir string) error { return os.Truncate(filepath.Join(dir, headName), 0) }, "HEAD"},
		{"MANIFEST", func(dir string) error { return os.Remove(filepath.Join(dir, dataName, "MANIFEST")) }, "manifest"},
		{"MANIFEST emptied", func(dir string) error { return os.Truncate(filepath.Join(dir, dataName, "MANIFEST"), 0) }, "MANIFEST"},
		{"MANIFEST cut to its header", func(dir string) error { return os.Truncate(filepath.Join(dir, dataName, "MANIFEST"), 8) }, "are gone"},
		{"a table", func(dir string) error {
			tables, err := filepath.Glob(filepath.Join(dir, dataName, "*.sst"))
			if err != nil {
				return err
			}
			return os.Remove(tables[0])
		}, "is gone"},
		{"everything of Badger", func(dir string) error { return os.RemoveAll(filepath.Join(dir, dataName)) }, "is gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := copyStore(t, from)
			if err := c.damage(dir); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time as the first
				_, err := Open(dir, tiny)
				if !errors.Is(err, kv.ErrCorrupt) || !strings.Contains(err.Error(), c.say) {
					t.Fatalf("got error %v, want damage that says %q", err, c.say)
				}
			}
			tables, _ := filepath.Glob(filepath.Join(from, dataName, "*.sst"))
			left, _ := filepath.Glob(filepath.Join(dir, dataName, "*.sst"))
			aside, _ := filepath.Glob(filepath.Join(dir, asideName, "*.sst"))
			if c.name == "MANIFEST cut to its header" && len(aside) != len(tables) {
				t.Errorf("%d tables are left and %d aside, of %d", len(left), len(aside), len(tables))
			}
		})
	}
}

// A store whose tables end before the head outside has lost acknowledged writes.
func TestLostTail(t *testing.T) {
	t.Parallel()
	from := t.TempDir()
	s := mustOpen(t, from, tiny)
	mustPut(t, s, "a", "1")
	mustClose(t, s)
	old := copyStore(t, from)
	s = mustOpen(t, from, tiny)
	mustPut(t, s, "b", "2")
	mustPut(t, s, "c", "3")
	mustClose(t, s)
	newer, err := os.ReadFile(filepath.Join(from, headName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(old, headName), newer, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{true, false} {
		o := tiny
		o.ReadOnly = readOnly
		_, err := Open(old, o)
		if !errors.Is(err, kv.ErrCorrupt) || !strings.Contains(err.Error(), "2 of 3 groups") || !strings.Contains(err.Error(), "onrecord verify") {
			t.Errorf("got error %v, want the loss of 2 of 3 groups and advice", err)
		}
	}
	// The operator's word goes.
	o := tiny
	o.IgnoreHead = true
	s = mustOpen(t, old, o)
	mustPut(t, s, "d", "4")
	mustClose(t, s)
	s = mustOpen(t, old, tiny)
	if got := verify(t, s); len(got) != 0 {
		t.Errorf("Verify found %q", got)
	}
}

// The other way round is a crash between the two writes: the file follows.
func TestHeadFileBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := mustOpen(t, dir, tiny)
	mustPut(t, s, "a", "1")
	mustClose(t, s)
	behind, err := os.ReadFile(filepath.Join(dir, headName))
	if err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, dir, tiny)
	mustPut(t, s, "b", "2")
	mustPut(t, s, "c", "3")
	mustClose(t, s)
	if err := os.WriteFile(filepath.Join(dir, headName), behind, 0o600); err != nil {
		t.Fatal(err)
	}
	mustClose(t, mustOpen(t, dir, tiny))
	_, h, err := openHeadFile(dir, true)
	if err != nil || h.count != 3 {
		t.Errorf("the file holds %d groups (%v), want 3", h.count, err)
	}
}

// As many groups but other ones: a head from another store.
func TestHeadOfAnotherStore(t *testing.T) {
	t.Parallel()
	a, b := t.TempDir(), t.TempDir()
	for dir, value := range map[string]string{a: "1", b: "2"} {
		s := mustOpen(t, dir, tiny)
		mustPut(t, s, "a", value)
		mustClose(t, s)
	}
	other, err := os.ReadFile(filepath.Join(b, headName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(a, headName), other, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(a, tiny); !errors.Is(err, kv.ErrCorrupt) || !strings.Contains(err.Error(), "another store") {
		t.Errorf("got error %v", err)
	}
}

func TestHeadSlots(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := createHeadFile(dir, head{}); err != nil {
		t.Fatal(err)
	}
	f, _, err := openHeadFile(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	defer f.f.Close()
	for n := uint64(1); n < 6; n++ {
		if err := f.write(head{count: n, hash: [32]byte{byte(n)}}); err != nil {
			t.Fatal(err)
		}
		got, err := readHeads(f.f)
		if err != nil || got.count != n || got.hash[0] != byte(n) {
			t.Fatalf("got %d, %v; want %d", got.count, err, n)
		}
	}
	// A torn write of the newest leaves the one before.
	if _, err := f.f.WriteAt([]byte{0xff}, slotSize+20); err != nil {
		t.Fatal(err)
	}
	if got, err := readHeads(f.f); err != nil || got.count != 4 {
		t.Errorf("got %d, %v; want 4", got.count, err)
	}
}
