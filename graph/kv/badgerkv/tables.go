package badgerkv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/fb"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"

	"github.com/onrecord/onrecord/graph/kv"
)

// inventory is what lies in Badger's directory, seen before Badger changes it.
type inventory struct {
	tables   []tableFile
	orphans  []string // tables that the manifest does not name; Badger deletes them
	logs     []string // logs to replay: the store was not closed
	logBytes int64    // the disk they take
	empty    []string // logs of no bytes
}

type tableFile struct {
	name        string
	compression options.CompressionType
}

func (i inventory) clean() bool { return len(i.logs)+len(i.orphans)+len(i.empty) == 0 }

// inspect reads the manifest and the names of the files. Badger would take a
// missing manifest for a new store and delete every table.
func inspect(dir string, o Options, fresh bool) (inventory, error) {
	var found inventory
	if fresh {
		return found, nil
	}
	manifest, err := readManifest(dir, o)
	if err != nil {
		return found, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return found, err
	}
	there := make(map[uint64]bool)
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if id, ok := table.ParseFileID(e.Name()); ok {
			there[id] = true
			t, known := manifest.Tables[id]
			if !known {
				found.orphans = append(found.orphans, name)
				continue
			}
			found.tables = append(found.tables, tableFile{name, t.Compression})
		}
		if ext := filepath.Ext(name); ext == ".mem" || ext == ".vlog" {
			fi, err := e.Info()
			switch {
			case err != nil:
				return found, err
			case fi.Size() == 0:
				found.empty = append(found.empty, name)
			case ext == ".mem":
				found.logs = append(found.logs, name)
				found.logBytes += allocatedBytes(fi)
			}
		}
	}
	for id := range manifest.Tables {
		if !there[id] {
			return found, fmt.Errorf("table %s, named by the manifest, is gone: %w", table.IDToFilename(id), kv.ErrCorrupt)
		}
	}
	return found, nil
}

func readManifest(dir string, o Options) (m badger.Manifest, err error) {
	f, err := os.Open(filepath.Join(dir, badger.ManifestFilename))
	if errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("the manifest, which names the tables, is gone: %w: %w", kv.ErrCorrupt, err)
	} else if err != nil {
		return m, err
	}
	defer f.Close()
	if err := protect(func() (err error) {
		m, _, err = badger.ReplayManifestFile(f, 0, o.badger(dir, false))
		return err
	}); err != nil {
		return m, fmt.Errorf("%s: %w: %w", f.Name(), kv.ErrCorrupt, err)
	}
	return m, nil
}

// checkTables reads every table and compares each block with its checksum.
func checkTables(tables []tableFile) error {
	errs := make([]error, len(tables))
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(1, min(4, runtime.GOMAXPROCS(0))))
	for i, t := range tables {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := protect(func() error { return checkTable(t) }); err != nil {
				errs[i] = fmt.Errorf("table %s: %w", filepath.Base(t.name), err)
			}
		})
	}
	wg.Wait()
	return errors.Join(slices.DeleteFunc(errs, func(err error) bool { return err == nil })...)
}

// checkTable reads a table file from its end:
//
//	blocks ‖ index ‖ len(index) 4 ‖ checksum of the index ‖ len(checksum) 4
//
// and a block, unpacked, likewise:
//
//	entries ‖ offsets ‖ number of offsets 4 ‖ checksum ‖ len(checksum) 4
func checkTable(t tableFile) error {
	f, err := os.Open(t.name)
	if err != nil {
		return err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return err
	}
	end := fi.Size()
	cut := func(n int64) ([]byte, error) {
		if n < 0 || n > end {
			return nil, fmt.Errorf("its end is damaged: %w", kv.ErrCorrupt)
		}
		end -= n
		b := make([]byte, n)
		_, err := f.ReadAt(b, end)
		return b, err
	}
	counted := func() ([]byte, error) {
		n, err := cut(4)
		if err != nil {
			return nil, err
		}
		return cut(int64(binary.BigEndian.Uint32(n)))
	}
	sum, err := counted()
	if err != nil {
		return err
	}
	raw, err := counted()
	if err != nil {
		return err
	}
	if err := matches(raw, sum); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	index := fb.GetRootAsTableIndex(raw, 0)
	if index.OffsetsLength() == 0 {
		return fmt.Errorf("it has no blocks: %w", kv.ErrCorrupt)
	}
	var at fb.BlockOffset
	var packed, plain []byte
	for i := range index.OffsetsLength() {
		if !index.Offsets(&at, i) {
			return fmt.Errorf("block %d is not in the index: %w", i, kv.ErrCorrupt)
		}
		packed = slices.Grow(packed[:0], int(at.Len()))[:at.Len()]
		if _, err := f.ReadAt(packed, int64(at.Offset())); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
		block := packed
		switch t.compression {
		case options.ZSTD:
			if plain, err = y.ZSTDDecompress(plain, packed); err != nil {
				return fmt.Errorf("block %d does not unpack (%v): %w", i, err, kv.ErrCorrupt)
			}
			block = plain
		case options.None:
		default:
			return fmt.Errorf("compression %d is none of ours: %w", t.compression, kv.ErrCorrupt)
		}
		if err := checkBlock(block); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
	}
	return nil
}

func checkBlock(b []byte) error {
	if len(b) < 4 {
		return fmt.Errorf("%d bytes: %w", len(b), kv.ErrCorrupt)
	}
	n := int64(binary.BigEndian.Uint32(b[len(b)-4:]))
	if n > int64(len(b)-4) {
		return fmt.Errorf("its end is damaged: %w", kv.ErrCorrupt)
	}
	body := int64(len(b)) - 4 - n
	return matches(b[:body], b[body:len(b)-4])
}

// matches compares data with Badger's stored form of a checksum, a message of
// Protocol Buffers: field 1 is the algorithm, field 2 the sum.
func matches(data, stored []byte) error {
	var want pb.Checksum
	for len(stored) > 0 {
		v, n := binary.Uvarint(stored[1:])
		if n <= 0 {
			return fmt.Errorf("its checksum is damaged: %w", kv.ErrCorrupt)
		}
		switch stored[0] {
		case 1 << 3:
			want.Algo = pb.Checksum_Algorithm(v)
		case 2 << 3:
			want.Sum = v
		}
		stored = stored[1+n:]
	}
	if err := y.VerifyChecksum(data, &want); err != nil {
		return fmt.Errorf("%v: %w", err, kv.ErrCorrupt)
	}
	return nil
}

// openError tells damage from what the system refuses.
func openError(err error) error {
	for _, cause := range []string{"too many open files", "cannot allocate memory", "permission denied", "read-only file system"} {
		if strings.Contains(err.Error(), cause) {
			return err // Badger does not wrap: the words are all there is
		}
	}
	return fmt.Errorf("%w: %w", kv.ErrCorrupt, err)
}
