//go:build unix

package badgerkv_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
)

// fillDisk writes a file until no byte is left, and returns its name.
func fillDisk(t testing.TB, disk string) string {
	t.Helper()
	name := filepath.Join(disk, "filler")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 1<<20); len(block) > 0; {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			block = block[:len(block)/2]
		} else if err != nil {
			t.Fatal(err)
		}
	}
	return name
}

// Writers fill a disk: they are refused with an error while the process lives,
// reads go on, and nothing is missing when there is room again. Then the disk is
// filled to the last byte by somebody else: the store closes, and opens, on its
// ballast.
func TestFullDisk(t *testing.T) {
	needsMount(t)
	t.Parallel()
	disk := t.TempDir()
	mount(t, disk, "-t", "tmpfs", "-o", "size=290m", "tmpfs")
	dir := filepath.Join(disk, "store")
	others := filepath.Join(disk, "others")
	if err := os.WriteFile(others, make([]byte, 40<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	o := badgerkv.Options{MemTableBytes: 2 << 20, CacheBytes: 4 << 20, BallastBytes: 72 << 20}
	s := openDir(t, dir, o)
	waitForBallast(t, dir, true)

	ctx := context.Background()
	written := 0
	var refused error
	for ; written < 4000 && refused == nil; written++ {
		refused = s.Apply(ctx, bigBatch(written))
	}
	if !errors.Is(refused, kv.ErrNoSpace) || !strings.Contains(refused.Error(), dir) {
		t.Fatalf("after %d batches: got error %v, want %q", written, refused, kv.ErrNoSpace)
	}
	written--
	badgerkv.WaitForMerges(t, s) // a long scan would keep what they replace
	checkBig(t, s, written)

	// Others take the rest, while nothing is being merged.
	filler := fillDisk(t, disk)
	if err := s.Apply(ctx, bigBatch(written)); !errors.Is(err, kv.ErrNoSpace) {
		t.Errorf("on a full disk: got error %v, want %q", err, kv.ErrNoSpace)
	}
	checkBig(t, s, written)
	if err := s.Close(); err != nil {
		t.Fatalf("closing on a full disk: %v", err)
	}
	waitForBallast(t, dir, false)
	os.Remove(filler)
	os.Remove(others)

	// Room again: the ballast comes back, writing goes on.
	s = openDir(t, dir, o)
	waitForBallast(t, dir, true)
	badgerkv.WaitForMerges(t, s)
	checkBig(t, s, written)
	if err := s.Apply(ctx, bigBatch(written)); err != nil {
		t.Fatal(err)
	}
	written++
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	// A start on a full disk gives up the ballast and can read.
	fillDisk(t, disk)
	s = openDir(t, dir, o)
	waitForBallast(t, dir, false)
	checkBig(t, s, written)
	if err := s.Apply(ctx, bigBatch(written)); !errors.Is(err, kv.ErrNoSpace) {
		t.Errorf("got error %v, want %q", err, kv.ErrNoSpace)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	// Without even that, opening is an error and not a death.
	fillDisk(t, disk)
	if _, err := badgerkv.Open(dir, o); !errors.Is(err, kv.ErrNoSpace) {
		t.Errorf("got error %v, want %q", err, kv.ErrNoSpace)
	}
	o.ReadOnly = true
	s = openDir(t, dir, o)
	checkBig(t, s, written)
	s.Close()
	if _, err := badgerkv.Open(filepath.Join(disk, "new"), small); err == nil {
		t.Error("a new store on a full disk")
	}
}

// A kill and a full disk together: the log has to be written out to open.
func TestFullDiskAfterKill(t *testing.T) {
	needsMount(t)
	t.Parallel()
	disk := t.TempDir()
	mount(t, disk, "-t", "tmpfs", "-o", "size=128m", "tmpfs")
	dir := filepath.Join(disk, "store")
	o := badgerkv.Options{MemTableBytes: 1 << 20, CacheBytes: 4 << 20, BallastBytes: 16 << 20}
	s := openDir(t, dir, o)
	waitForBallast(t, dir, true)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	acknowledged := make([]int, killWriters)
	runAndKill(t, dir, acknowledged, 100*time.Millisecond)
	fillDisk(t, disk)
	s = openDir(t, dir, o)
	checkKilled(t, s, acknowledged)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func bigBatch(n int) *kv.Batch {
	b := new(kv.Batch)
	for i := range 4 {
		value := make([]byte, 20<<10)
		for j := range value { // hard to compress
			value[j] = byte((n*31 + i*17 + j*j*7 + j>>3) * 2654435761 >> 7)
		}
		b.Put(fmt.Appendf(nil, "%06d/%d", n, i), value)
	}
	return b
}

func checkBig(t testing.TB, s kv.Store, batches int) {
	t.Helper()
	got := dump(t, s)
	if len(got) != 4*batches {
		t.Errorf("%d pairs are there of %d", len(got), 4*batches)
	}
	for n := range batches {
		for _, w := range bigBatch(n).Writes() {
			if got[string(w.Key)] != string(w.Value) {
				t.Fatalf("%s is wrong or missing", w.Key)
			}
		}
	}
}

// waitForBallast waits until the ballast is there, or is not.
func waitForBallast(t testing.TB, dir string, want bool) {
	t.Helper()
	for range 200 {
		fi, err := os.Stat(filepath.Join(dir, "BALLAST"))
		if want == (err == nil && fi.Sys().(*syscall.Stat_t).Blocks*512 >= 16<<20) && want == (err == nil) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("ballast there: want %t", want)
}
