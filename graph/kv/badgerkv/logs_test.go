package badgerkv

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/kv"
)

// crashed returns a copy of a store with n groups in its log, as a kill would
// leave it, and the log's name in it.
func crashed(t *testing.T, n int) (dir, log string) {
	t.Helper()
	from := t.TempDir()
	s := mustOpen(t, from, tiny)
	for range n {
		mustPut(t, s, "a", strings.Repeat("x", 1000))
	}
	dir = copyStore(t, from)
	logs, err := filepath.Glob(filepath.Join(dir, dataName, "*.mem"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("logs %q, error %v", logs, err)
	}
	return dir, logs[0]
}

func flip(t *testing.T, name string, at int64) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 0x10
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}

func TestReadLog(t *testing.T) {
	t.Parallel()
	_, log := crashed(t, 5)
	l, err := readLog(log)
	if err != nil || len(l.groups) != 5 || l.groups[0] != 1 || l.groups[4] != 5 {
		t.Errorf("got groups %v, error %v; want 1 to 5", l.groups, err)
	}
	if torn, err := l.torn(); err != nil || torn {
		t.Errorf("torn %t, error %v", torn, err)
	}
}

// A flipped bit in a log makes Badger cut it off there without a word. We say so
// before, and leave the log as it is.
func TestFlippedBitInALog(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		at   int64
		say  string
	}{
		{"in the first group", 100, "5 of 5 groups of acknowledged writes are gone"},
		{"in the middle", 2700, "the logs end with group 2 of 5"},
		{"in the last group", 4700, "the logs end with group 4 of 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir, log := crashed(t, 5)
			flip(t, log, c.at)
			before, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := Open(dir, tiny); !errors.Is(err, kv.ErrCorrupt) || !strings.Contains(err.Error(), c.say) {
					t.Fatalf("got error %v, want one that says %q", err, c.say)
				}
			}
			after, err := os.ReadFile(log)
			if errors.Is(err, os.ErrNotExist) || c.at == 100 {
				after, err = os.ReadFile(filepath.Join(dir, asideName, filepath.Base(log)))
			}
			if err != nil || string(after) != string(before) {
				t.Errorf("the log changed (error %v)", err)
			}
		})
	}
}

// The first group of a new log, torn by a loss of power, was never acknowledged.
func TestTornFirstGroup(t *testing.T) {
	t.Parallel()
	dir, log := crashed(t, 1)
	if err := os.WriteFile(filepath.Join(dir, headName), headBytes(head{}), 0o600); err != nil {
		t.Fatal(err)
	}
	flip(t, log, 100)
	s := mustOpen(t, dir, tiny)
	mustPut(t, s, "b", "2")
	if _, err := os.Stat(filepath.Join(dir, asideName)); err == nil {
		t.Errorf("%s is still there", asideName)
	}
	mustClose(t, s)
	mustClose(t, mustOpen(t, dir, tiny))
}

// A gap between two logs is damage at the end of the first.
func TestGapBetweenLogs(t *testing.T) {
	t.Parallel()
	_, first := crashed(t, 3)
	_, second := crashed(t, 6)
	l, err := readLog(second)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(second)
	if err != nil {
		t.Fatal(err)
	}
	// Groups 5 and 6 alone: each is as long as the next, about.
	each := (l.end - logHeader) / 6
	for cut := l.end - 2*each - 64; cut < l.end-2*each+64; cut++ {
		short := filepath.Join(t.TempDir(), "00002.mem")
		if err := os.WriteFile(short, append(append([]byte{}, b[:logHeader]...), b[cut:]...), 0o600); err != nil {
			t.Fatal(err)
		}
		if l, err := readLog(short); err != nil || len(l.groups) != 2 {
			continue
		}
		if _, err := checkLogs([]string{first, short}, head{count: 6}); !errors.Is(err, kv.ErrCorrupt) || !strings.Contains(err.Error(), "group 5 follows group 3") {
			t.Errorf("got error %v", err)
		}
		return
	}
	t.Error("no cut leaves groups 5 and 6")
}
