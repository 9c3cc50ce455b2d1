package badgerkv

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/onrecord/onrecord/graph/kv"
)

// When Badger cannot say whether a commit happened, its callers are told so,
// later writes are refused, and no reader ever sees half of it.
func TestCommitFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		commit func(*badger.Txn) error
	}{
		{"before", func(*badger.Txn) error { return errors.New("the disk is gone") }},
		{"after", func(txn *badger.Txn) error {
			return errors.Join(txn.Commit(), errors.New("the disk is gone"))
		}},
		{"panic", func(*badger.Txn) error { panic("the disk is gone") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := mustOpen(t, dir, tiny)
			mustPut(t, s, "a", "1")
			s.commitTxn = c.commit
			var b kv.Batch
			b.Put([]byte("a"), []byte("2"))
			err := s.Apply(context.Background(), &b)
			if !errors.Is(err, kv.ErrUnknownOutcome) || !strings.Contains(err.Error(), "the disk is gone") {
				t.Errorf("got error %v, want %q and its cause", err, kv.ErrUnknownOutcome)
			}
			s.commitTxn = (*badger.Txn).Commit
			err = s.Apply(context.Background(), &b)
			if !errors.Is(err, kv.ErrReadOnly) || errors.Is(err, kv.ErrUnknownOutcome) {
				t.Errorf("a later batch: got error %v, want %q", err, kv.ErrReadOnly)
			}
			sn, err := s.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			vs, err := sn.GetMulti(context.Background(), [][]byte{[]byte("a")})
			if err != nil || string(vs[0]) != "1" {
				t.Errorf("reading: got %q and error %v, want the last state known to be whole", vs[0], err)
			}
			sn.Close()
			mustClose(t, s)
			s = mustOpen(t, dir, tiny)
			mustPut(t, s, "b", "2")
			if got := verify(t, s); len(got) != 0 {
				t.Errorf("Verify found %q", got)
			}
		})
	}
}

// The writers who wait while a group is being written are the next group.
func TestGroups(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, t.TempDir(), tiny)
	started, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s.commitTxn = func(txn *badger.Txn) error {
		once.Do(func() { close(started); <-goOn })
		return txn.Commit()
	}
	var wg sync.WaitGroup
	apply := func(i int) {
		wg.Go(func() {
			var b kv.Batch
			b.Put(fmt.Appendf(nil, "k%d", i), []byte("v"))
			if i > 0 { // the second, third … expects what the one before wrote, or is refused
				b.Expect([]byte("k0"), []byte("v"))
			}
			if err := s.Apply(context.Background(), &b); err != nil {
				t.Error(err)
			}
		})
	}
	apply(0)
	<-started
	for i := 1; i < 10; i++ {
		apply(i)
	}
	// A caller that gives up while it waits has written nothing.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	var late kv.Batch
	late.Put([]byte("late"), []byte("v"))
	if err := s.Apply(ctx, &late); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want %v", err, context.DeadlineExceeded)
	}
	close(goOn)
	wg.Wait()
	if s.head.count > 3 {
		t.Errorf("ten batches, nine of them waiting, made %d groups", s.head.count)
	}
	sn, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer sn.Close()
	n := 0
	for p, err := range sn.Scan(context.Background(), kv.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		if string(p.Key) == "late" {
			t.Error("the batch that was given up is there")
		}
		n++
	}
	if n != 10 {
		t.Errorf("%d pairs, want 10", n)
	}
}

// Groups keep to the limits: many large batches at once never exceed what one
// transaction of Badger takes.
func TestGroupsKeepToTheLimits(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, t.TempDir(), tiny)
	l := s.Limits()
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			var b kv.Batch
			for j := 0; b.Size()+l.Value/4 < l.BatchBytes*2/3; j++ {
				b.Put(fmt.Appendf(nil, "%d/%d", i, j), make([]byte, l.Value/4-10))
			}
			if err := s.Apply(context.Background(), &b); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// Close waits for a loop that is under way; what comes after is refused.
func TestCloseWhileReading(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, t.TempDir(), tiny)
	mustPut(t, s, "a", "1", "b", "2", "c", "3")
	sn, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan error, 1)
	n := 0
	for _, err := range sn.Scan(context.Background(), kv.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 {
			go func() { closed <- s.Close() }()
			for !s.isClosed() {
				runtime.Gosched()
			}
		}
		select {
		case <-closed:
			t.Fatal("Close did not wait")
		default:
		}
	}
	if err := <-closed; err != nil || n != 3 {
		t.Errorf("%d pairs, error %v", n, err)
	}
	if _, err := sn.GetMulti(context.Background(), [][]byte{[]byte("a")}); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("a snapshot that was left open: got error %v", err)
	}
	if err := sn.Close(); err != nil {
		t.Error(err)
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, filepath.Join(t.TempDir(), "store"), tiny)
	empty, err := s.Size()
	if err != nil || empty > 1<<20 {
		t.Errorf("an empty store takes %d bytes (error %v)", empty, err)
	}
	mustPut(t, s, "a", strings.Repeat("x", 50_000))
	full, err := s.Size()
	if err != nil || full < empty+40_000 {
		t.Errorf("with a value of 50 kB it takes %d bytes after %d (error %v)", full, empty, err)
	}
	parts, err := s.Usage()
	var sum int64
	for _, n := range parts {
		sum += n
	}
	if err != nil || sum != full || parts["logs"] < 40_000 || parts["tables"] > 0 {
		t.Errorf("of %d bytes it takes %v (error %v), want the value in the logs", full, parts, err)
	}
}

// The prefix given to Badger holds all that a scan may come down on.
func TestCommonPrefix(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ranges           []kv.Range
		forward, reverse string
	}{
		{[]kv.Range{kv.Prefix([]byte("ab"))}, "\x01ab", "\x01a"},
		{[]kv.Range{{}}, "\x01", "\x01"},
		{[]kv.Range{{Start: []byte("ab")}}, "\x01", "\x01"},
		{[]kv.Range{kv.Prefix([]byte("\xff\xff"))}, "\x01\xff\xff", "\x01"},
		{[]kv.Range{{Start: []byte("abc"), End: []byte("abd")}, kv.Prefix([]byte("abx"))}, "\x01ab", "\x01ab"},
		{[]kv.Range{{Start: []byte("abc"), End: []byte("b")}}, "\x01a", "\x01"},
		{[]kv.Range{{Start: []byte("b"), End: []byte("a")}}, "\x01", "\x01"},
	} {
		if got := commonPrefix(c.ranges, false); string(got) != c.forward {
			t.Errorf("%q forward: got %q, want %q", fmt.Sprint(c.ranges), got, c.forward)
		}
		back := append([]kv.Range{}, c.ranges...)
		for i := range back {
			back[i].Reverse = true
		}
		if got := commonPrefix(back, true); string(got) != c.reverse {
			t.Errorf("%q reverse: got %q, want %q", fmt.Sprint(c.ranges), got, c.reverse)
		}
	}
}
