package badgerkv_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
)

func readOnly() badgerkv.Options {
	o := small
	o.ReadOnly = true
	return o
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		pairs []string
	}{{"with pairs", []string{"a", "1", "b", "2"}}, {"never written to", nil}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := made(t, c.pairs...)
			before := picture(t, dir)
			s := openDir(t, dir, readOnly())
			if got := len(dump(t, s)); got != len(c.pairs)/2 {
				t.Errorf("%d pairs", got)
			}
			var b kv.Batch
			b.Put([]byte("c"), []byte("3"))
			if err := s.Apply(context.Background(), &b); !errors.Is(err, kv.ErrReadOnly) {
				t.Errorf("Apply: got error %v, want %q", err, kv.ErrReadOnly)
			}
			if err := s.Verify(context.Background(), func(key []byte, err error) bool {
				t.Errorf("Verify: %x: %v", key, err)
				return true
			}); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if err := s.Apply(context.Background(), &b); !errors.Is(err, kv.ErrClosed) {
				t.Errorf("Apply: got error %v, want %q", err, kv.ErrClosed)
			}
			if diff := cmp.Diff(before, picture(t, dir)); diff != "" {
				t.Errorf("the directory changed:\n%s", diff)
			}
		})
	}
}

func TestReadOnlyMissing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "none")
	_, err := badgerkv.Open(dir, readOnly())
	if !errors.Is(err, kv.ErrNotAStore) || !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), dir) {
		t.Errorf("got error %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the directory was made")
	}
}

// After a kill there is a log to replay, which writes.
func TestReadOnlyAfterKill(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	runAndKill(t, dir, make([]int, killWriters), 100e6)
	before := picture(t, dir)
	if _, err := badgerkv.Open(dir, readOnly()); !errors.Is(err, badgerkv.ErrUnclean) || !strings.Contains(err.Error(), "open it once for writing") {
		t.Errorf("got error %v, want %q", err, badgerkv.ErrUnclean)
	}
	if diff := cmp.Diff(before, picture(t, dir)); diff != "" {
		t.Errorf("the directory changed")
	}
	if err := openDir(t, dir, small).Close(); err != nil {
		t.Fatal(err)
	}
	s := openDir(t, dir, readOnly())
	if len(dump(t, s)) == 0 {
		t.Error("nothing is there")
	}
	s.Close()
}

// mount mounts a file system for the length of the test.
func mount(t testing.TB, dir string, args ...string) {
	t.Helper()
	if out, err := exec.Command("mount", append(args, dir)...).CombinedOutput(); err != nil {
		t.Fatalf("mount %s: %v: %s (run the tests as root)", dir, err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount %s: %v: %s", dir, err, out)
		}
	})
}

// needsMount skips where nobody may mount: a contributor's machine. CI is root.
func needsMount(t testing.TB) {
	t.Helper()
	if os.Getuid() != 0 && os.Getenv("CI") == "" {
		t.Skip("needs root, to mount a file system")
	}
}

// On a file system that cannot be written to, not even Badger can.
func TestReadOnlyFileSystem(t *testing.T) {
	needsMount(t)
	t.Parallel()
	from := made(t, "a", "1")
	disk := t.TempDir()
	mount(t, disk, "-t", "tmpfs", "-o", "size=64m", "tmpfs")
	dir := filepath.Join(disk, "store")
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-o", "remount,ro", disk).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s := openDir(t, dir, readOnly())
	if got := dump(t, s); got["a"] != "1" {
		t.Errorf("got %v", got)
	}
	s.Close()
	if _, err := badgerkv.Open(dir, small); err == nil || !strings.Contains(err.Error(), "read-only file system") {
		t.Errorf("for writing: got error %v", err)
	}
}
