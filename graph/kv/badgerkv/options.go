package badgerkv

import (
	"fmt"
	"log/slog"
	"runtime"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/skl"

	"github.com/onrecord/onrecord/graph/kv"
)

// Compression says how tables are stored.
type Compression int

const (
	// Zstd compresses blocks with zstd level 1: half the disk for reads that
	// cost a third more. It is the default.
	Zstd Compression = iota
	// NoCompression serves tables straight from the page cache: the fastest
	// reads, twice the disk.
	NoCompression
)

// Options of a store. The zero value is ready for use.
type Options struct {
	// ReadOnly opens a store without changing a byte of it. See [Open] for
	// when that is possible.
	ReadOnly bool

	// Beside names files of the caller's that may lie in the directory before
	// a store does. They are left alone; any other file keeps a store from
	// being made there.
	Beside []string

	// CacheBytes bounds the memory for blocks and indexes of tables together;
	// 0 means 128 MiB. A quarter is for indexes, or all of it without
	// compression, where the page cache does the rest.
	CacheBytes int64

	// Compression of tables written from now on. Zero means [Zstd].
	Compression Compression

	// MemTableBytes is how much is gathered in memory (and in the log) before
	// it becomes a table; 0 means 64 MiB. The limits of a batch follow from
	// it, see [Store.Limits]. At least 1 MiB. Three tables may wait at once.
	MemTableBytes int64

	// MinFreeBytes is the free space below which writing is refused with
	// [kv.ErrNoSpace]; 0 means eight times MemTableBytes and 64 MiB more (576
	// MiB), which is room for what waits in memory and for the merging that
	// it sets off: twice what random keys with random values came to.
	// It must be generous: a full disk kills the process. A store opened with
	// less merges no tables and refuses writes until it is opened again. Less
	// than zero means none, for tests.
	MinFreeBytes int64

	// BallastBytes is the size of a file that only takes up space, given back
	// when the store is opened or closed on a full disk; 0 means twice
	// MemTableBytes, less than zero means none.
	BallastBytes int64

	// SkipTableCheck leaves out the reading of every table when the store is
	// opened (about a second for each gigabyte of pairs). Damage is then found
	// when a damaged pair is read, or not at all where pairs have gone.
	SkipTableCheck bool

	// IgnoreHead opens a store that holds less than was acknowledged, and
	// takes what is there for the whole from now on. It is for the operator
	// who has no backup.
	IgnoreHead bool

	// Logger receives what Badger has to say, its information as debug.
	// Nil means silence.
	Logger *slog.Logger
}

const (
	defaultCache    = 128 << 20
	defaultMemTable = 64 << 20
	minMemTable     = 1 << 20
	waitingTables   = 3
)

func (o Options) withDefaults() (Options, error) {
	if o.CacheBytes == 0 {
		o.CacheBytes = defaultCache
	}
	if o.MemTableBytes == 0 {
		o.MemTableBytes = defaultMemTable
	}
	if o.CacheBytes < 1<<16 {
		return o, fmt.Errorf("a cache of %d bytes: at least %d", o.CacheBytes, 1<<16)
	}
	if o.MemTableBytes < minMemTable || o.MemTableBytes > 1<<30 {
		return o, fmt.Errorf("a memtable of %d bytes: from %d to %d", o.MemTableBytes, minMemTable, 1<<30)
	}
	switch {
	case o.MinFreeBytes == 0:
		o.MinFreeBytes = 8*o.MemTableBytes + 64<<20
	case o.MinFreeBytes < 0:
		o.MinFreeBytes = 0
	}
	switch {
	case o.BallastBytes == 0:
		o.BallastBytes = 2 * o.MemTableBytes
	case o.BallastBytes < 0:
		o.BallastBytes = 0
	}
	if o.Compression != Zstd && o.Compression != NoCompression {
		return o, fmt.Errorf("compression %d is unknown", o.Compression)
	}
	return o, nil
}

// maxTxn is what Badger takes in one transaction: its maxBatchSize and
// maxBatchCount, which it does not export.
func (o Options) maxTxn() (size, count int64) {
	size = 15 * o.MemTableBytes / 100
	return size, size / int64(skl.MaxNodeSize)
}

// What Badger counts for a write beside key and value (the version, two bytes
// of meta), and what this package adds to each (the first byte of the key, the
// checksum); and what a transaction holds beside its batches: Badger's end mark
// and our head record, counted generously.
const (
	writeOverhead = 10 + 2 + 1 + checksumSize
	txnOverhead   = 512
	txnWrites     = 4
)

// limits makes sure that a batch at its limits fits into one transaction.
func (o Options) limits() kv.Limits {
	size, count := o.maxTxn()
	writes := (count - txnWrites) * 15 / 16
	bytes := size - txnOverhead - writes*writeOverhead
	// A value stays in the tables, never in the value log, which nothing
	// verifies and nobody collects.
	value := min(512<<10, int64(o.valueThreshold())/2)
	return kv.Limits{Key: 2 << 10, Value: int(value), BatchBytes: int(bytes), BatchWrites: int(writes)}
}

func (o Options) valueThreshold() int64 {
	size, _ := o.maxTxn()
	return min(1<<20, size)
}

// badger returns Badger's options; starved ones merge no tables.
func (o Options) badger(dir string, starved bool) badger.Options {
	b := badger.DefaultOptions(dir)
	b.ReadOnly = o.ReadOnly
	b.SyncWrites = true
	b.DetectConflicts = false // there is one writer
	b.MetricsEnabled = false
	b.NumVersionsToKeep = 1
	b.BypassLockGuard = true // claim takes the same lock, and keeps it longer
	b.MemTableSize = o.MemTableBytes
	b.NumMemtables = waitingTables
	// Merging takes as much disk again as goes into it, until it is done: up
	// to all tables of level 0 at once. Fewer of them than Badger's 15 keep
	// that below MinFreeBytes, at no cost to a bulk load that was measured.
	b.NumLevelZeroTables, b.NumLevelZeroTablesStall = 4, 8
	b.NumCompactors = max(2, min(4, runtime.GOMAXPROCS(0)))
	if starved {
		b.NumCompactors, b.NumLevelZeroTablesStall = 0, 1000
	}
	b.ValueThreshold = o.valueThreshold()
	b.ValueLogFileSize = 1 << 20 // nothing is ever in it
	// The check of tables is done by checkTables before Badger sees them:
	// Badger's own (OnTableRead) panics in a goroutine where no caller can
	// catch it when a compressed block does not unpack (table.go, where b is
	// nil in VerifyChecksum), and would read each new table once more.
	b.ChecksumVerificationMode = options.NoVerification
	switch o.Compression {
	case Zstd:
		b.Compression, b.ZSTDCompressionLevel = options.ZSTD, 1
		b.IndexCacheSize = o.CacheBytes / 4
		b.BlockCacheSize = o.CacheBytes - b.IndexCacheSize
	case NoCompression:
		b.Compression = options.None
		b.IndexCacheSize = o.CacheBytes
		// Tables written with compression before are still there.
		b.BlockCacheSize = max(1<<20, o.CacheBytes/8)
	}
	b.Logger = nil
	if o.Logger != nil {
		b.Logger = logger{o.Logger}
	}
	return b
}

// logger adapts slog. Badger's "info" speaks of every memtable.
type logger struct{ to *slog.Logger }

func (l logger) Errorf(f string, a ...any)   { l.to.Error("badger: " + fmt.Sprintf(f, a...)) }
func (l logger) Warningf(f string, a ...any) { l.to.Warn("badger: " + fmt.Sprintf(f, a...)) }
func (l logger) Infof(f string, a ...any)    { l.to.Debug("badger: " + fmt.Sprintf(f, a...)) }
func (l logger) Debugf(string, ...any)       {}
