//go:build unix

package badgerkv_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithoutPermission(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to become nobody")
	}
	t.Parallel()
	dir := made(t, "a", "1")
	// nobody may read everything and write nothing
	for _, parent := range []string{filepath.Dir(dir), filepath.Dir(filepath.Dir(dir))} {
		if err := os.Chmod(parent, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(name, 0o755)
		}
		return os.Chmod(name, 0o644)
	}); err != nil {
		t.Fatal(err)
	}
	before := picture(t, dir)
	as := func(role string) string {
		cmd := child(t, role, dir)
		self, err := os.ReadFile(cmd.Path) // nobody may not enter the go command's directory
		if err != nil {
			t.Fatal(err)
		}
		cmd.Path = filepath.Join(filepath.Dir(dir), "test-"+role)
		if err := os.WriteFile(cmd.Path, self, 0o755); err != nil {
			t.Fatal(err)
		}
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		out, _ := cmd.CombinedOutput()
		return strings.TrimSpace(string(out))
	}
	if got := as("open"); !strings.Contains(got, "permission denied") || !strings.Contains(got, dir) || !strings.Contains(got, "reading only") {
		t.Errorf("for writing: %s", got)
	}
	if got := as("read"); got != "opened" {
		t.Errorf("for reading only: %s", got)
	}
	if diff := cmp.Diff(before, picture(t, dir)); diff != "" {
		t.Errorf("the directory changed:\n%s", diff)
	}
}
