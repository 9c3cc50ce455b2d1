package badgerkv

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/onrecord/onrecord/graph/kv"
)

// Store is a key-value store in a directory. It is a [kv.Store] and a
// [kv.Verifier].
type Store struct {
	dir    string
	opts   Options
	limits kv.Limits
	log    *slog.Logger

	locks    []*os.File // held from before the first look until after Close
	db       *badger.DB
	headFile *headFile
	head     head // the committer's alone
	starved  bool // opened on a full disk

	commitTxn func(*badger.Txn) error // Commit, but for tests of its failure

	queue     chan *request
	stop      chan struct{} // closed by Close
	committed chan struct{} // closed when the committer is gone
	kept      chan struct{} // closed when the housekeeper is gone

	// mu guards what follows. It is never held while reading or writing.
	mu      sync.Mutex
	idle    sync.Cond // signalled when reading falls to zero
	reading int       // calls that use db now
	current *state    // what the next snapshot sees
	failed  error     // why nothing is written any more
	closed  bool
}

var (
	_ kv.Store    = (*Store)(nil)
	_ kv.Verifier = (*Store)(nil)
)

// ErrUnclean says that a store was not closed and so cannot be opened for
// reading only: its log must be replayed, and that writes.
var ErrUnclean = errors.New("not closed cleanly the last time: open it once for writing")

var errLocked = errors.New("locked")

// Open opens the store in dir, and creates it where dir is empty or missing.
// One process at a time has it, or any number of them for reading only.
//
// Errors: [kv.ErrInUse], [kv.ErrNotAStore] (also for reading only where there
// is nothing yet), [kv.ErrNewerFormat], [kv.ErrCorrupt], [kv.ErrNoSpace],
// [ErrUnclean]. None of them has destroyed anything: what Badger's recovery
// would have deleted is in the directory ASIDE when a loss is found after it.
func Open(dir string, o Options) (*Store, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{
		dir: abs, opts: o, limits: o.limits(), log: o.Logger,
		queue: make(chan *request), stop: make(chan struct{}),
		committed: make(chan struct{}), kept: make(chan struct{}),
		commitTxn: (*badger.Txn).Commit,
	}
	s.idle.L = &s.mu
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.open(); err != nil {
		s.release()
		return nil, fmt.Errorf("store %q: %w", dir, err)
	}
	if o.ReadOnly {
		close(s.committed)
		close(s.kept)
		return s, nil
	}
	go s.commitLoop()
	go s.housekeeping()
	return s, nil
}

func (s *Store) open() error {
	fresh, err := s.claim()
	if err != nil {
		return err
	}
	if fresh {
		if err := prepare(s.dir, s.opts); err != nil {
			return err
		}
	}
	outside, err := s.openHead()
	if err != nil {
		return err
	}
	data := filepath.Join(s.dir, dataName)
	if err := s.take(data); err != nil { // against Badger's own tools
		return err
	}
	found, err := inspect(data, s.opts, fresh)
	if err != nil {
		return err
	}
	if s.opts.ReadOnly && !found.clean() {
		return ErrUnclean
	}
	if !s.opts.ReadOnly {
		unclear, err := checkLogs(found.logs, outside)
		if err != nil && !s.opts.IgnoreHead {
			return err
		}
		// Badger creates and deletes a log by way of an empty file, and does
		// not open a store in which a kill left one.
		for _, name := range found.empty {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
		if err := setAside(s.dir, append(unclear, found.orphans...)); err != nil {
			return err
		}
	}
	if !s.opts.SkipTableCheck {
		if err := checkTables(found.tables); err != nil {
			return err
		}
	}
	if !s.opts.ReadOnly {
		if err := makeRoom(s.dir, found.logBytes+openNeeds); err != nil {
			return err
		}
		free, err := freeBytes(s.dir)
		if err != nil {
			return err
		}
		s.starved = free < s.opts.MinFreeBytes
	}
	if err := protect(func() error {
		db, err := badger.Open(s.opts.badger(data, s.starved))
		if err == nil { // with an error it may return half a store
			s.db = db
		}
		return err
	}); err != nil {
		return openError(err)
	}
	if err := protect(s.advance); err != nil {
		return err
	}
	if s.head, err = storedHead(s.current.txn); err != nil {
		return err
	}
	lost := compare(s.head, outside)
	if lost != nil && !s.opts.IgnoreHead {
		if _, err := os.Stat(filepath.Join(s.dir, asideName)); err == nil {
			lost = fmt.Errorf("%w (what recovery left out is in %s)", lost, asideName)
		}
		return lost
	}
	if s.opts.ReadOnly {
		return nil
	}
	if lost == nil {
		if err := os.RemoveAll(filepath.Join(s.dir, asideName)); err != nil {
			return err
		}
	}
	if s.head != outside {
		if err := s.headFile.write(s.head); err != nil {
			return err
		}
	}
	if fresh {
		return publish(s.dir)
	}
	return nil
}

// openHead returns what the file beside Badger says.
func (s *Store) openHead() (outside head, err error) {
	s.headFile, outside, err = openHeadFile(s.dir, s.opts.ReadOnly)
	if err == nil || !s.opts.IgnoreHead {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("the file %s is gone, without which a loss of writes goes unnoticed: %w", headName, kv.ErrCorrupt)
		}
		return outside, err
	}
	if s.opts.ReadOnly {
		return head{}, nil
	}
	if err := createHeadFile(s.dir, head{}); err != nil {
		return head{}, err
	}
	s.headFile, outside, err = openHeadFile(s.dir, false)
	return outside, err
}

// Limits implements [kv.Store]. With the default memtable: keys of 2 KiB,
// values of 512 KiB, batches of 98,000 writes and 8 MB.
func (s *Store) Limits() kv.Limits { return s.limits }

// Size returns the disk that the store takes.
func (s *Store) Size() (int64, error) {
	usage, err := s.Usage()
	var n int64
	for _, bytes := range usage {
		n += bytes
	}
	return n, err
}

// Usage returns the disk that the store takes, by what for: the tables of the
// tree, its logs before they are tables, the values that are too large for it,
// and the rest. What counts are allocated blocks, because the logs are sparse
// files and claim far more.
func (s *Store) Usage() (map[string]int64, error) {
	n := map[string]int64{"tables": 0, "logs": 0, "values": 0, "other": 0}
	err := filepath.WalkDir(s.dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var fi fs.FileInfo
			if fi, err = d.Info(); err == nil {
				n[usedFor(d.Name())] += allocatedBytes(fi)
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a table merged away meanwhile
		}
		return err
	})
	return n, err
}

// usedFor names what a file of a store holds.
func usedFor(name string) string {
	switch filepath.Ext(name) {
	case ".sst":
		return "tables"
	case ".mem":
		return "logs"
	case ".vlog":
		return "values"
	}
	return "other"
}

// Close implements [kv.Store]. It waits for the batch that is being written and
// for reads that are under way: never call it inside the loop over a scan.
// Snapshots left open fail with [kv.ErrClosed] from then on. Closing twice is
// no error.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.stop)
	for s.reading > 0 {
		s.idle.Wait()
	}
	s.mu.Unlock()
	<-s.committed
	<-s.kept
	if !s.opts.ReadOnly {
		// Badger writes out its memtable now, and dies if it cannot.
		if err := makeRoom(s.dir, s.opts.MemTableBytes+openNeeds); err != nil {
			s.log.Error("closing", "store", s.dir, "err", err)
		}
	}
	return s.release()
}

// release gives back what open took.
func (s *Store) release() error {
	var errs []error
	if s.db != nil {
		errs = append(errs, protect(s.db.Close))
	}
	if s.headFile != nil {
		errs = append(errs, s.headFile.sync(), s.headFile.f.Close())
	}
	for _, l := range s.locks {
		errs = append(errs, unlockDir(l))
	}
	return errors.Join(errs...)
}

func (s *Store) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *Store) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// fail makes the store refuse writes from now on. Reads go on from the last
// state that is known to be whole.
func (s *Store) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		s.failed = err
		s.log.Error("no more writes", "store", s.dir, "err", err)
	}
}

// housekeeping brings the head to the disk every second, gives up the ballast
// when others fill the disk, and makes it anew when there is room.
func (s *Store) housekeeping() {
	defer close(s.kept)
	s.keepBallast()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		if err := s.headFile.sync(); err != nil {
			s.fail(err)
		}
		s.giveBallast()
		if n%10 == 0 {
			s.keepBallast()
		}
	}
}
