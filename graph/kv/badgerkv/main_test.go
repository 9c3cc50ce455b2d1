package badgerkv_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
)

// childEnv makes the test binary play another process: "role dir".
const childEnv = "ONRECORD_TEST_CHILD"

func TestMain(m *testing.M) {
	role, dir, ok := strings.Cut(os.Getenv(childEnv), " ")
	if !ok {
		os.Exit(m.Run())
	}
	if err := roles[role](dir); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

var roles = map[string]func(dir string) error{
	"open": func(dir string) error { // reports whether it may have the store
		s, err := badgerkv.Open(dir, small)
		return say(s, err)
	},
	"read": func(dir string) error {
		o := small
		o.ReadOnly = true
		s, err := badgerkv.Open(dir, o)
		return say(s, err)
	},
	"hold": func(dir string) error { // has it until told to go on
		s, err := badgerkv.Open(dir, small)
		if err != nil {
			return err
		}
		fmt.Println("ready")
		bufio.NewReader(os.Stdin).ReadString('\n')
		return s.Close()
	},
	"write": writeUntilKilled,
}

// say names the error, and the sentinel that it is.
func say(s *badgerkv.Store, err error) error {
	if err == nil {
		fmt.Println("opened")
		return s.Close()
	}
	for _, target := range []error{kv.ErrInUse, kv.ErrNotAStore, kv.ErrNewerFormat, kv.ErrCorrupt, kv.ErrNoSpace, badgerkv.ErrUnclean, os.ErrPermission} {
		if errors.Is(err, target) {
			err = fmt.Errorf("[%w] %v", target, err)
		}
	}
	return err
}

func child(t testing.TB, role, dir string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childEnv+"="+role+" "+dir)
	return cmd
}

const (
	killWriters = 8
	killWidth   = 5
)

// writeUntilKilled has eight goroutines write batches of five pairs, and
// reports each batch when it was acknowledged: "writer number".
func writeUntilKilled(dir string) error {
	o := small
	o.MemTableBytes = 1 << 20 // so that kills meet tables being written, too
	o.BallastBytes = 16 << 20
	s, err := badgerkv.Open(dir, o)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	var out sync.Mutex
	var wg sync.WaitGroup
	failed := make(chan error, killWriters)
	for w := range killWriters {
		wg.Go(func() {
			for n := nextNumber(s, w); ; n++ {
				if err := s.Apply(context.Background(), killBatch(w, n)); err != nil {
					failed <- err
					return
				}
				out.Lock()
				fmt.Println(w, n)
				out.Unlock()
			}
		})
	}
	return <-failed
}

func killKey(w, n, i int) []byte { return fmt.Appendf(nil, "%d/%08d/%d", w, n, i) }

// killBatch also counts in the key "w", so that each kill rewrites something.
func killBatch(w, n int) *kv.Batch {
	b := new(kv.Batch)
	for i := range killWidth {
		b.Put(killKey(w, n, i), []byte(strings.Repeat(strconv.Itoa(n)+",", 40)))
	}
	b.Put(fmt.Appendf(nil, "%d", w), []byte(strconv.Itoa(n)))
	return b
}

// nextNumber continues where the store ends.
func nextNumber(s *badgerkv.Store, w int) int {
	sn, err := s.Snapshot()
	if err != nil {
		return 0
	}
	defer sn.Close()
	vs, err := sn.GetMulti(context.Background(), [][]byte{fmt.Appendf(nil, "%d", w)})
	if err != nil || vs[0] == nil {
		return 0
	}
	n, _ := strconv.Atoi(string(vs[0]))
	return n + 1
}
