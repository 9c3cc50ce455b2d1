package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest/gen"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
)

// The stores that benchmarks read are built once for each size, in a process of
// its own, so that its memory can be told, and kept in ONRECORD_BENCH_DIR.

// benchOptions are those of onrecord serve, without the ballast, which would
// count as the record's size.
var benchOptions = badgerkv.Options{BallastBytes: -1}

// loaded is what building a store took. It is kept beside it.
type loaded struct {
	Seconds    float64 // until all was durable, full text included
	RawSeconds float64 // for the same pairs by batches of the store; 0 where not measured
	Statements int
	PeakRSS    int64 // of the process, file pages included; 0 where it cannot be told
	PeakHeap   int64 // its anonymous memory
	Bytes      int64 // allocated on disk
	Nodes      int64
	Edges      int64
}

func corpusOf(n int) *gen.Corpus { return gen.New(gen.Options{Seed: 1, Statements: n}) }

// benchSizes are the sizes that ONRECORD_BENCH_SIZES names.
func benchSizes() (sizes []int) {
	for s := range strings.FieldsSeq(os.Getenv("ONRECORD_BENCH_SIZES")) {
		n, err := strconv.Atoi(s)
		if err != nil || n < 10_000 {
			panic("ONRECORD_BENCH_SIZES: " + s + " is no number from 10000 on")
		}
		sizes = append(sizes, n)
	}
	if len(sizes) == 0 {
		sizes = []int{10_000}
	}
	return sizes
}

func benchDir(n int) string {
	top := os.Getenv("ONRECORD_BENCH_DIR")
	if top == "" {
		top = filepath.Join(os.TempDir(), "onrecord-bench")
	}
	return filepath.Join(top, fmt.Sprintf("gen%d-format%d-%d", gen.Version, graph.FormatVersion, n))
}

// built returns the directory of the store of n statements, and builds it where
// it is missing.
func built(b *testing.B, n int) (dir string, l loaded) {
	b.Helper()
	dir = benchDir(n)
	report := dir + ".json"
	if text, err := os.ReadFile(report); err == nil && json.Unmarshal(text, &l) == nil {
		return dir, l
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(filepath.Dir(dir), 0o755)); err != nil {
		b.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkLoad$", "-test.benchtime=1x", "-test.cpuprofile="+dir+".cpu")
	child.Env = append(os.Environ(), "ONRECORD_BENCH_BUILD="+strconv.Itoa(n))
	if out, err := child.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(report)
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	if err != nil {
		b.Fatal(err)
	}
	return dir, l
}

// build is what the other process does.
func build(n int) (err error) {
	dir := benchDir(n)
	ctx := context.Background()
	c := corpusOf(n)
	peak := watchMemory()
	began := time.Now()
	s, err := badgerkv.Open(dir, benchOptions)
	if err != nil {
		return err
	}
	rec, err := graph.Open(ctx, s, graph.Options{})
	if err != nil {
		return err
	}
	revisions := make(chan graph.Revision, 2)
	go func() {
		defer close(revisions)
		for r := range c.Revisions() {
			revisions <- r
		}
	}()
	for r := range revisions {
		if _, err := rec.Write(ctx, r); err != nil {
			return err
		}
	}
	v, err := rec.View(ctx)
	if err != nil {
		return err
	}
	totals, err := v.Totals(ctx)
	if err := errors.Join(err, v.Close(), rec.Close(), s.Close()); err != nil {
		return err
	}
	l := loaded{Seconds: time.Since(began).Seconds(), Statements: n}
	l.PeakRSS, l.PeakHeap = peak()
	for _, n := range totals.Nodes {
		l.Nodes += n
	}
	for _, n := range totals.Edges {
		l.Edges += n
	}
	if l.Bytes, err = allocated(dir); err != nil {
		return err
	}
	if n <= maxRaw {
		if l.RawSeconds, err = again(dir); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(l, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(dir+".json", text, 0o644)
}

// maxRaw is the size up to which a store's pairs are written again, raw.
const maxRaw = 100_000

// again writes the pairs of a store into another, in their order and in batches
// like those of a load.
func again(dir string) (seconds float64, err error) {
	from, err := badgerkv.Open(dir, benchOptions)
	if err != nil {
		return 0, err
	}
	defer from.Close()
	snap, err := from.Snapshot()
	if err != nil {
		return 0, err
	}
	defer snap.Close()
	to := dir + ".raw"
	defer os.RemoveAll(to)
	began := time.Now()
	s, err := badgerkv.Open(to, benchOptions)
	if err != nil {
		return 0, err
	}
	b := new(kv.Batch)
	for p, err := range snap.Scan(context.Background(), kv.Range{}) {
		if err == nil && b.Len() == 10_000 {
			err = s.Apply(context.Background(), b)
			b = new(kv.Batch)
		}
		if err != nil {
			return 0, errors.Join(err, s.Close())
		}
		b.Put(bytes.Clone(p.Key), bytes.Clone(p.Value))
	}
	err = errors.Join(s.Apply(context.Background(), b), s.Close())
	return time.Since(began).Seconds(), err
}

// allocated is the disk that a directory takes: some files of an open store are
// longer than what is written of them.
func allocated(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		if st, ok := fi.Sys().(*syscall.Stat_t); ok {
			total += st.Blocks * 512
		} else {
			total += fi.Size()
		}
		return nil
	})
	return total, err
}

// watchMemory samples this process's memory until peak is called.
func watchMemory() (peak func() (rss, heap int64)) {
	var most int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			most = max(most, status("RssAnon"))
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() (int64, int64) {
		close(stop)
		<-stopped
		return status("VmHWM"), most
	}
}

// status reads a field of /proc/self/status, in bytes; 0 where there is none.
func status(field string) int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), field+":"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// scratch returns a store with the content of dir that may be written to.
// Tables never change, so they are shared.
func scratch(b *testing.B, dir string) string {
	b.Helper()
	to, err := os.MkdirTemp(filepath.Dir(dir), "scratch")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(to) })
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case filepath.Ext(path) == ".sst":
			return os.Link(path, target)
		}
		return copyFile(path, target)
	})
	if err != nil {
		b.Fatal(err)
	}
	return to
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// openBench opens the record of a size, through a tape.
func openBench(b *testing.B, dir string) (*graph.Record, *tape) {
	b.Helper()
	s, err := badgerkv.Open(dir, benchOptions)
	if err != nil {
		b.Fatal(err)
	}
	t := &tape{Store: s}
	rec, err := graph.Open(context.Background(), t, graph.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := errors.Join(rec.Close(), s.Close()); err != nil {
			b.Error(err)
		}
		runtime.GC()
	})
	return rec, t
}

// tape is a store that can write down what is read through it, to play it
// again: that is what the same reads cost without the record on top.
type tape struct {
	kv.Store
	mu      sync.Mutex // guards what follows
	on      bool
	reads   []read
	applied *kv.Batch // the last one
}

// read is one call: keys of a GetMulti, or ranges of a Scan and how many pairs
// were taken.
type read struct {
	keys   [][]byte
	ranges []kv.Range
	pairs  int
}

// record writes down what f reads.
func (t *tape) record(f func() error) ([]read, error) {
	t.mu.Lock()
	t.on, t.reads = true, nil
	t.mu.Unlock()
	err := f()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.on = false
	return t.reads, err
}

func (t *tape) add(r read) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.on {
		t.reads = append(t.reads, r)
	}
}

// play reads again what was read, from one snapshot.
func (t *tape) play(reads []read) error {
	ctx := context.Background()
	snap, err := t.Store.Snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	for _, r := range reads {
		if r.keys != nil {
			if _, err := snap.GetMulti(ctx, r.keys); err != nil {
				return err
			}
			continue
		}
		n := 0
		for _, err := range snap.Scan(ctx, r.ranges...) {
			if err != nil {
				return err
			}
			if n++; n == r.pairs {
				break
			}
		}
	}
	return nil
}

// Apply implements [kv.Store].
func (t *tape) Apply(ctx context.Context, b *kv.Batch) error {
	t.mu.Lock()
	if t.on {
		t.applied = b
	}
	t.mu.Unlock()
	return t.Store.Apply(ctx, b)
}

// Snapshot implements [kv.Store].
func (t *tape) Snapshot() (kv.Snapshot, error) {
	s, err := t.Store.Snapshot()
	return taped{s, t}, err
}

type taped struct {
	kv.Snapshot
	tape *tape
}

func (s taped) GetMulti(ctx context.Context, keys [][]byte) ([][]byte, error) {
	s.tape.add(read{keys: keys})
	return s.Snapshot.GetMulti(ctx, keys)
}

func (s taped) Scan(ctx context.Context, ranges ...kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		n := 0
		defer func() { s.tape.add(read{ranges: ranges, pairs: n}) }()
		for p, err := range s.Snapshot.Scan(ctx, ranges...) {
			n++
			if !yield(p, err) {
				return
			}
		}
	}
}
