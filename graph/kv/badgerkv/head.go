package badgerkv

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"github.com/onrecord/onrecord/graph/kv"
)

// head is how far the store has come: the number of groups committed since it
// was created, and the hash of the last one, which covers the one before it and
// so everything ever written.
//
//	hash(n) = SHA-256(hash(n-1) ‖ n ‖ write ‖ write …)
//	write   = len(key) ‖ key ‖ 1 + len(value), or 0 for a delete ‖ value
//
// Numbers are 8 bytes, big-endian.
type head struct {
	count uint64
	hash  [sha256.Size]byte
}

const headSize = 8 + sha256.Size

func (h head) encode() []byte {
	return append(binary.BigEndian.AppendUint64(nil, h.count), h.hash[:]...)
}

func decodeHead(b []byte) (h head, ok bool) {
	if len(b) != headSize {
		return head{}, false
	}
	h.count = binary.BigEndian.Uint64(b)
	copy(h.hash[:], b[8:])
	return h, true
}

// chain computes the head that follows h.
type chain struct {
	count uint64
	sum   hash.Hash
	buf   [8]byte
}

func (h head) next() *chain {
	c := &chain{count: h.count + 1, sum: sha256.New()}
	c.sum.Write(h.hash[:])
	c.number(c.count)
	return c
}

func (c *chain) number(n uint64) {
	binary.BigEndian.PutUint64(c.buf[:], n)
	c.sum.Write(c.buf[:])
}

func (c *chain) write(w kv.Write) {
	c.number(uint64(len(w.Key)))
	c.sum.Write(w.Key)
	if w.Value == nil {
		c.number(0)
		return
	}
	c.number(1 + uint64(len(w.Value)))
	c.sum.Write(w.Value)
}

func (c *chain) head() head {
	h := head{count: c.count}
	c.sum.Sum(h.hash[:0])
	return h
}

// storedHead reads the head that Badger holds; it is zero before the first group.
func storedHead(txn *badger.Txn) (head, error) {
	item, err := txn.Get(headKey)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return head{}, nil
	}
	if err != nil {
		return head{}, err
	}
	var h head
	err = item.Value(func(sealed []byte) error {
		v, err := unseal(headKey, sealed)
		if err != nil {
			return err
		}
		var ok bool
		if h, ok = decodeHead(v); !ok {
			return &kv.CorruptError{Key: headKey, What: "the head record has the wrong length"}
		}
		return nil
	})
	return h, err
}

// headFile is the head outside Badger: two slots written in turn, each in a
// block of its own, so that a write torn by a crash leaves the other.
//
//	slot: "ORHEAD1\n" ‖ count 8 ‖ hash 32 ‖ CRC32C of all before 4, rest zero
type headFile struct {
	f *os.File

	mu    sync.Mutex // guards dirty
	dirty bool       // written since the last fsync
}

const (
	headName  = "HEAD"
	headMagic = "ORHEAD1\n"
	slotSize  = 4096
)

func encodeSlot(h head) []byte {
	b := append([]byte(headMagic), h.encode()...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func decodeSlot(b []byte) (head, bool) {
	const n = len(headMagic) + headSize
	if len(b) < n+4 || string(b[:len(headMagic)]) != headMagic ||
		crc32.Checksum(b[:n], castagnoli) != binary.BigEndian.Uint32(b[n:]) {
		return head{}, false
	}
	return decodeHead(b[len(headMagic):n])
}

// createHeadFile writes both slots, so that no later write takes new disk.
func createHeadFile(dir string, h head) error {
	return writeSynced(filepath.Join(dir, headName), headBytes(h))
}

func headBytes(h head) []byte {
	b := make([]byte, 2*slotSize)
	copy(b, encodeSlot(h))
	copy(b[slotSize:], encodeSlot(h))
	return b
}

// openHeadFile returns the file and the newest head in it.
func openHeadFile(dir string, readOnly bool) (*headFile, head, error) {
	flag := os.O_RDWR
	if readOnly {
		flag = os.O_RDONLY
	}
	f, err := os.OpenFile(filepath.Join(dir, headName), flag, 0)
	if err != nil {
		return nil, head{}, err
	}
	h, err := readHeads(f)
	if err != nil {
		f.Close()
		return nil, head{}, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return &headFile{f: f}, h, nil
}

func readHeads(f *os.File) (newest head, err error) {
	found := false
	b := make([]byte, slotSize)
	for i := range int64(2) {
		n, err := f.ReadAt(b, i*slotSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return head{}, err
		}
		if h, ok := decodeSlot(b[:n]); ok && (!found || h.count > newest.count) {
			newest, found = h, true
		}
	}
	if !found {
		return head{}, fmt.Errorf("neither of its two slots can be read: %w", kv.ErrCorrupt)
	}
	return newest, nil
}

// write records h. It reaches the disk with the next sync; a crash of the
// process alone does not need that.
func (f *headFile) write(h head) error {
	if _, err := f.f.WriteAt(encodeSlot(h), int64(h.count%2)*slotSize); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dirty = true
	return nil
}

func (f *headFile) sync() error {
	f.mu.Lock()
	dirty := f.dirty
	f.dirty = false
	f.mu.Unlock()
	if !dirty {
		return nil
	}
	return f.f.Sync()
}

// compare says what it means that Badger holds in and the file out. The file
// is behind after a crash between the two: that is no damage.
func compare(in, out head) error {
	switch {
	case in.count < out.count:
		return fmt.Errorf("%d of %d groups of acknowledged writes are gone (the tables end at group %d): "+
			"restore a backup, or look with onrecord verify: %w", out.count-in.count, out.count, in.count, kv.ErrCorrupt)
	case in.count == out.count && in.hash != out.hash:
		return fmt.Errorf("after group %d the tables hold %x, %s holds %x: one of them is from another store or was changed; "+
			"restore a backup, or look with onrecord verify: %w", in.count, in.hash[:4], headName, out.hash[:4], kv.ErrCorrupt)
	}
	return nil
}
