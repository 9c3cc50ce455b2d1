package badgerkv_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
)

// A process with eight writers is killed ten times. Whatever it reported as
// written is there, each batch is there whole or not at all, and the store opens
// without help.
func TestKilledWriterLosesNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	acknowledged := make([]int, killWriters) // how many batches of each writer
	for kill := range 10 {
		before := total(acknowledged)
		runAndKill(t, dir, acknowledged, time.Duration(30+rand.IntN(250))*time.Millisecond)
		if kill == 0 && total(acknowledged) == before {
			t.Fatal("nothing was acknowledged before the first kill")
		}
		o := small
		o.MemTableBytes = 1 << 20
		s, err := badgerkv.Open(dir, o)
		if err != nil {
			t.Fatalf("after kill %d: %v", kill, err)
		}
		checkKilled(t, s, acknowledged)
		if t.Failed() {
			t.Fatalf("after kill %d", kill)
		}
		if kill%2 == 0 { // every other time the next writer meets logs again
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := s.Verify(context.Background(), func(key []byte, err error) bool {
			t.Errorf("Verify: key %x: %v", key, err)
			return true
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d batches acknowledged over ten kills", total(acknowledged))
}

func total(ns []int) (sum int) {
	for _, n := range ns {
		sum += n
	}
	return sum
}

// runAndKill starts the writer, notes what it acknowledges, and kills it.
func runAndKill(t *testing.T, dir string, acknowledged []int, after time.Duration) {
	t.Helper()
	cmd := child(t, "write", dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		cmd.Process.Kill()
		t.Fatalf("the writer says %q", lines.Text())
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	defer timer.Stop()
	for lines.Scan() {
		writer, number, ok := strings.Cut(lines.Text(), " ")
		w, err1 := strconv.Atoi(writer)
		n, err2 := strconv.Atoi(number)
		if !ok || err1 != nil || err2 != nil {
			t.Errorf("the writer says %q", lines.Text()) // the last line may not be cut: writes of a pipe are whole
			continue
		}
		acknowledged[w] = max(acknowledged[w], n+1)
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the writer ended with %v before it was killed", err)
	}
}

func checkKilled(t *testing.T, s *badgerkv.Store, acknowledged []int) {
	t.Helper()
	sn, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer sn.Close()
	for w := range killWriters {
		parts := map[int]int{}
		for p, err := range sn.Scan(context.Background(), kv.Prefix(fmt.Appendf(nil, "%d/", w))) {
			if err != nil {
				t.Fatal(err)
			}
			var gotW, n, i int
			if _, err := fmt.Sscanf(string(p.Key), "%d/%d/%d", &gotW, &n, &i); err != nil {
				t.Fatalf("key %q", p.Key)
			}
			parts[n]++
		}
		for n := range acknowledged[w] {
			if parts[n] == 0 {
				t.Errorf("batch %d of writer %d was acknowledged and is gone", n, w)
			}
		}
		for n, i := range parts {
			if i != killWidth {
				t.Errorf("batch %d of writer %d has %d of %d pairs", n, w, i, killWidth)
			}
		}
		if len(parts) > acknowledged[w]+1 {
			t.Errorf("writer %d has %d batches, %d were acknowledged and one was under way", w, len(parts), acknowledged[w])
		}
		acknowledged[w] = len(parts) // the next writer goes on behind them
	}
}
