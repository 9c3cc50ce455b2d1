package badgerkv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/onrecord/onrecord/graph/kv"
)

// A full disk is no error that Badger can return: its logs and tables are
// memory-mapped, so the process is killed by a signal (SIGBUS) in the middle of
// a write, and again when it is started. Four things keep it away. Writing is
// refused while there is still room for what earlier writes set off
// (Options.MinFreeBytes). A file of ballast is given up when others fill the
// disk, and to open and close a store on one that is full. A store opened
// there merges no tables. And if even that is too little, Open says so before
// Badger has touched anything.
//
// What remains is a disk that others fill within a second while tables are
// being merged (also by the last table that Close writes), and a scan of minutes
// on a nearly full one: tables that were merged meanwhile stay on the disk until
// it ends. Then the process dies. Nothing that was acknowledged is lost by that.

// openNeeds is what opening takes beside the writing out of logs: a new log, a
// line in the manifest, and some for whoever writes to the disk meanwhile.
const openNeeds = 4 << 20

// makeRoom gives up the ballast when fewer than need bytes are free, and
// returns an error if that does not help.
func makeRoom(dir string, need int64) error {
	free, err := freeBytes(dir)
	if err != nil || free >= need {
		return err
	}
	if err := os.Remove(filepath.Join(dir, ballastName)); err == nil {
		if free, err = freeBytes(dir); err != nil || free >= need {
			return err
		}
	}
	return fmt.Errorf("%d KiB are free on the disk, %d KiB are needed: %w", free>>10, need>>10, kv.ErrNoSpace)
}

// giveBallast removes the ballast when what is running may need its place.
func (s *Store) giveBallast() {
	if free, err := freeBytes(s.dir); err == nil && free < s.opts.MemTableBytes+openNeeds {
		os.Remove(filepath.Join(s.dir, ballastName))
	}
}

// keepBallast makes the ballast when it is missing and there is room for it
// beyond what writing needs.
func (s *Store) keepBallast() {
	name := filepath.Join(s.dir, ballastName)
	fi, err := os.Stat(name)
	if err == nil && fi.Size() == s.opts.BallastBytes && allocatedBytes(fi) >= fi.Size() {
		return
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("ballast", "store", s.dir, "err", err)
		return
	}
	if err == nil { // of another size, or torn
		if err := os.Remove(name); err != nil {
			s.log.Warn("ballast", "store", s.dir, "err", err)
			return
		}
	}
	free, err := freeBytes(s.dir)
	if s.opts.BallastBytes == 0 || err != nil || free < s.opts.MinFreeBytes+s.opts.BallastBytes {
		return
	}
	if err := createBallast(name, s.opts.BallastBytes); err != nil {
		s.log.Warn("ballast", "store", s.dir, "err", err)
		os.Remove(name)
	}
}

func createBallast(name string, size int64) error {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(allocate(f, size), f.Close())
}

// fill takes disk by writing, where the system has no call for it. The bytes
// do not compress.
func fill(f *os.File, size int64) error {
	block := make([]byte, 1<<20)
	x := uint64(88172645463325252)
	for at := int64(0); at < size; at += int64(len(block)) {
		for i := range block {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			block[i] = byte(x)
		}
		if _, err := f.WriteAt(block[:min(int64(len(block)), size-at)], at); err != nil {
			return err
		}
	}
	return f.Sync()
}
