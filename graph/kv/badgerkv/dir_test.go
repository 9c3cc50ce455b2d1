package badgerkv_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
)

func put(t testing.TB, s kv.Store, pairs ...string) {
	t.Helper()
	var b kv.Batch
	for i := 0; i < len(pairs); i += 2 {
		b.Put([]byte(pairs[i]), []byte(pairs[i+1]))
	}
	if err := s.Apply(context.Background(), &b); err != nil {
		t.Fatalf("Apply: %v", err)
	}
}

// dump returns every pair.
func dump(t testing.TB, s kv.Store) map[string]string {
	t.Helper()
	sn, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer sn.Close()
	out := map[string]string{}
	for p, err := range sn.Scan(context.Background(), kv.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		out[string(p.Key)] = string(p.Value)
	}
	return out
}

// made returns the directory of a closed store with those pairs.
func made(t testing.TB, pairs ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	s := openDir(t, dir, small)
	if len(pairs) > 0 {
		put(t, s, pairs...)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// picture is every file under dir with its bytes, mode and time.
func picture(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	if err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		about := fi.Mode().String() + " " + fi.ModTime().Format(time.RFC3339Nano)
		if fi.Mode().IsRegular() {
			b, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			about += " " + string(b)
		}
		rel, err := filepath.Rel(dir, name)
		out[rel] = about
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReopen(t *testing.T) {
	t.Parallel()
	dir := made(t, "a", "1", "b", "2")
	for _, o := range []badgerkv.Options{
		{MemTableBytes: 4 << 20, BallastBytes: -1},
		{MemTableBytes: 1 << 20, BallastBytes: -1, Compression: badgerkv.NoCompression},
		{MemTableBytes: 16 << 20, BallastBytes: -1, SkipTableCheck: true},
	} {
		s := openDir(t, dir, o)
		if diff := cmp.Diff(map[string]string{"a": "1", "b": "2"}, dump(t, s)); diff != "" {
			t.Errorf("want(-) got(+):\n%s", diff)
		}
		put(t, s, "a", "1")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// The default limits hold with the default memtable, and are no less than what
// memkv promises.
func TestLimitsOfTheDefault(t *testing.T) {
	t.Parallel()
	s := openDir(t, t.TempDir(), badgerkv.Options{BallastBytes: -1})
	l := s.Limits()
	if l.Key < 2<<10 || l.Value < 512<<10 || l.BatchBytes < 8<<20 || l.BatchWrites < 98_000 {
		t.Errorf("the limits are %+v", l)
	}
	var b kv.Batch
	for b.Size()+l.Value+10 <= l.BatchBytes {
		b.Put([]byte{byte(b.Len())}, make([]byte, l.Value))
	}
	if err := s.Apply(context.Background(), &b); err != nil {
		t.Error(err)
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, o := range []badgerkv.Options{{MemTableBytes: 1000}, {MemTableBytes: 2 << 30}, {CacheBytes: 1}, {Compression: 7}} {
		if s, err := badgerkv.Open(t.TempDir(), o); err == nil {
			s.Close()
			t.Errorf("%+v: no error", o)
		}
	}
}

func TestInUse(t *testing.T) {
	t.Parallel()
	dir := made(t, "a", "1")
	readOnly := small
	readOnly.ReadOnly = true
	refused := func(t *testing.T, o badgerkv.Options) {
		t.Helper()
		start := time.Now()
		s, err := badgerkv.Open(dir, o)
		if err == nil {
			s.Close()
		}
		if !errors.Is(err, kv.ErrInUse) || !strings.Contains(err.Error(), dir) {
			t.Errorf("got error %v, want one that names %s and is %q", err, dir, kv.ErrInUse)
		}
		if d := time.Since(start); d > 30*time.Second { // at once, not after a wait
			t.Errorf("it took %v to say so", d)
		}
	}
	t.Run("same process", func(t *testing.T) {
		s := openDir(t, dir, small)
		refused(t, small)
		refused(t, readOnly)
		put(t, s, "b", "2")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openDir(t, dir, small)
		if got := len(dump(t, s)); got != 2 {
			t.Errorf("%d pairs", got)
		}
		s.Close()
	})
	t.Run("other process", func(t *testing.T) {
		cmd := child(t, "hold", dir)
		in, _ := cmd.StdinPipe()
		out, _ := cmd.StdoutPipe()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 5)); err != nil {
			t.Fatal(err)
		}
		refused(t, small)
		refused(t, readOnly)
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
		openDir(t, dir, small).Close()
	})
	t.Run("many readers", func(t *testing.T) {
		a, b := openDir(t, dir, readOnly), openDir(t, dir, readOnly)
		if diff := cmp.Diff(dump(t, a), dump(t, b)); diff != "" {
			t.Error(diff)
		}
		refused(t, small)
		a.Close()
		b.Close()
		openDir(t, dir, small).Close()
	})
}

func TestNotAStore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files map[string]string
		want  error
		say   string
	}{
		{"somebody's files", map[string]string{"thesis.txt": "my only copy"}, kv.ErrNotAStore, "thesis.txt"},
		{"a bare Badger store", map[string]string{"MANIFEST": "x", "000001.sst": "x"}, kv.ErrNotAStore, "000001.sst"},
		{"names like ours, no draft", map[string]string{"HEAD": "ref: refs/heads/main"}, kv.ErrNotAStore, "HEAD"},
		{"a draft among others", map[string]string{"ONRECORD.new": "", "thesis.txt": "x"}, kv.ErrNotAStore, "thesis.txt"},
		{"a marker of something else", map[string]string{"ONRECORD": "shopping list\n"}, kv.ErrNotAStore, "ONRECORD"},
		{"a marker without a format", map[string]string{"ONRECORD": "onrecord store\nformat x\n"}, kv.ErrNotAStore, "ONRECORD"},
		{"a newer format", map[string]string{"ONRECORD": "onrecord store\nformat 23\nsomething new\n", "new": ""}, kv.ErrNewerFormat, "format is 23, this program knows up to 1"},
	} {
		for _, readOnly := range []bool{false, true} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				for name, text := range c.files {
					if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				before := picture(t, dir)
				o := small
				o.ReadOnly = readOnly
				_, err := badgerkv.Open(dir, o)
				if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.say) || !strings.Contains(err.Error(), dir) {
					t.Errorf("got error %v, want one that is %q and names %s and %s", err, c.want, dir, c.say)
				}
				if there, err := badgerkv.Exists(dir, nil); there || !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.say) {
					t.Errorf("Exists: got %v, error %v, want one that is %q and names %s", there, err, c.want, c.say)
				}
				if diff := cmp.Diff(before, picture(t, dir)); diff != "" {
					t.Errorf("the directory changed:\n%s", diff)
				}
			})
		}
	}
	t.Run("a file", func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := badgerkv.Open(name, small); !errors.Is(err, kv.ErrNotAStore) {
			t.Errorf("got error %v", err)
		}
		if _, err := badgerkv.Open(filepath.Join(name, "below"), small); err == nil {
			t.Error("a store below a file")
		}
		if there, err := badgerkv.Exists(name, nil); there || !errors.Is(err, kv.ErrNotAStore) {
			t.Errorf("Exists: got %v, error %v", there, err)
		}
	})
}

// A caller's file may be there before the store, and stays.
func TestBeside(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	exists := func(want bool) {
		t.Helper()
		if there, err := badgerkv.Exists(dir, []string{"ours.json"}); there != want || err != nil {
			t.Errorf("Exists: got %v, %v, want %v", there, err, want)
		}
	}
	exists(false)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "ours.json")
	if err := os.WriteFile(name, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	exists(false)
	o := small
	if _, err := badgerkv.Open(dir, o); !errors.Is(err, kv.ErrNotAStore) {
		t.Errorf("without Beside: got error %v", err)
	}
	o.Beside = []string{"ours.json"}
	s, err := badgerkv.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	exists(true)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	openDir(t, dir, small).Close() // a store is told by its marker alone
	if text, err := os.ReadFile(name); string(text) != "{}" {
		t.Errorf("the caller's file holds %q, %v", text, err)
	}
}

// Wherever creation is interrupted, the next Open makes a store of it.
func TestCreationInterrupted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files map[string]string
	}{
		{"missing", nil},
		{"a mounted disk", map[string]string{"lost+found/": ""}},
		{"empty draft", map[string]string{"ONRECORD.new": ""}},
		{"torn head", map[string]string{"ONRECORD.new": "onrecord st", "HEAD": "ORHE"}},
		{"no manifest", map[string]string{"ONRECORD.new": "onrecord store\nformat 1\n", "HEAD": "", "badger/": ""}},
		{"half of Badger", map[string]string{"ONRECORD.new": "x", "HEAD": "x", "BALLAST": "x", "badger/": "", "badger/MANIFEST": "x", "badger/00001.mem": "x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "deep", "er")
			for _, name := range []string{"lost+found/", "badger/"} {
				if _, ok := c.files[name]; ok {
					if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
						t.Fatal(err)
					}
				}
			}
			for name, text := range c.files {
				if strings.HasSuffix(name, "/") {
					continue
				}
				if err := os.MkdirAll(dir, 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			readOnly := small
			readOnly.ReadOnly = true
			if _, err := badgerkv.Open(dir, readOnly); !errors.Is(err, kv.ErrNotAStore) {
				t.Errorf("for reading only: got error %v, want %q", err, kv.ErrNotAStore)
			}
			for i := range 2 {
				s := openDir(t, dir, small)
				put(t, s, "a", "1")
				if got := len(dump(t, s)); got != 1 {
					t.Errorf("open %d: %d pairs", i, got)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if text, err := os.ReadFile(filepath.Join(dir, "ONRECORD")); err != nil || !strings.HasPrefix(string(text), "onrecord store\nformat 1\n") {
				t.Errorf("the marker is %q (%v)", text, err)
			}
			if _, err := os.Stat(filepath.Join(dir, "ONRECORD.new")); err == nil {
				t.Error("the draft is still there")
			}
		})
	}
}

// A real kill while a store is created or closed, at moments that vary.
func TestCreationKilled(t *testing.T) {
	t.Parallel()
	for i := range 8 {
		dir := filepath.Join(t.TempDir(), "store")
		cmd := child(t, "hold", dir) // it has no input, so it also closes
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(5+4*i) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		s := openDir(t, dir, small)
		put(t, s, "a", "1")
		s.Close()
	}
}
