package badgerkv

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/table"

	"github.com/onrecord/onrecord/graph/kv"
)

// Verify implements [kv.Verifier]. It reads every pair, every block of every
// table, and the head on both sides. damaged gets a nil key for what belongs to
// no single pair: a table, or a loss of acknowledged writes.
func (s *Store) Verify(ctx context.Context, damaged func(key []byte, err error) bool) error {
	first, err := s.Snapshot()
	if err != nil {
		return err
	}
	defer first.Close()
	open := first.(*snapshot)
	if err := open.enter(); err != nil { // until leave, Close waits
		return err
	}
	defer open.leave()

	// The file before the snapshot: so it can be behind, never ahead.
	var outside head
	var lost error
	if s.headFile != nil {
		if outside, lost = readHeads(s.headFile.f); lost != nil && !errors.Is(lost, kv.ErrCorrupt) {
			return lost
		}
	}
	second, err := s.Snapshot()
	if err != nil {
		return err
	}
	defer second.Close()
	txn := second.(*snapshot).state.txn
	if lost == nil {
		lost = verifyHead(txn, outside)
	}
	if lost != nil && !damaged(nil, lost) {
		return nil
	}
	if more, err := s.verifyTables(ctx, damaged); err != nil || !more {
		return err
	}
	return verifyPairs(ctx, txn, damaged)
}

func verifyHead(txn *badger.Txn, outside head) error {
	return protect(func() error {
		inside, err := storedHead(txn)
		if err != nil {
			return err
		}
		return compare(inside, outside)
	})
}

// verifyTables checks the files as Open does. Badger's own VerifyChecksum would
// answer from its cache, and panics on a block that does not unpack.
func (s *Store) verifyTables(ctx context.Context, damaged func([]byte, error) bool) (more bool, err error) {
	data := filepath.Join(s.dir, dataName)
	manifest, err := readManifest(data, s.opts)
	if err != nil {
		return damaged(nil, err), nil
	}
	for id, t := range manifest.Tables {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		name := table.NewFilename(id, data)
		err := protect(func() error { return checkTable(tableFile{name, t.Compression}) })
		if err != nil { // merged into others meanwhile? Badger empties a table before it removes it.
			if now, err := readManifest(data, s.opts); err == nil {
				if _, still := now.Tables[id]; !still {
					continue
				}
			}
		}
		if err != nil && !damaged(nil, fmt.Errorf("table %s: %w", filepath.Base(name), err)) {
			return false, nil
		}
	}
	return true, nil
}

func verifyPairs(ctx context.Context, txn *badger.Txn, damaged func([]byte, error) bool) error {
	var it *badger.Iterator
	// What Badger panics on is damage, and the end of what can be read.
	if err := protect(func() error {
		it = txn.NewIterator(badger.IteratorOptions{Prefix: spaceFrom})
		it.Rewind()
		return nil
	}); err != nil {
		damaged(nil, err)
		return nil
	}
	defer func() { _ = protect(func() error { it.Close(); return nil }) }()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		var key []byte
		valid := false
		err := protect(func() error {
			if valid = it.Valid(); !valid {
				return nil
			}
			key = it.Item().Key()
			return it.Item().Value(func(sealed []byte) error {
				_, err := unseal(key, sealed)
				return err
			})
		})
		switch corrupt := (*kv.CorruptError)(nil); {
		case errors.As(err, &corrupt):
			if !damaged(corrupt.Key, err) {
				return nil
			}
		case err != nil:
			damaged(nil, err)
			return nil
		}
		if !valid {
			return nil
		}
		if err := protect(func() error { it.Next(); return nil }); err != nil {
			damaged(nil, err)
			return nil
		}
	}
}
