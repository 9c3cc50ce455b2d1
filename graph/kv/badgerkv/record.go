package badgerkv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"runtime/debug"

	"github.com/onrecord/onrecord/graph/kv"
)

// Badger's keys begin with one byte of ours: 0 for what the engine keeps about
// itself, 1 for a caller's pair. The alternative, a reserved name in the
// callers' space, would cost every scan a comparison and would still leave
// Badger's own reserved name ("!badger!") to be escaped. One byte costs less:
// tables compress it away, a scan only cuts it off, and the copy of a key that
// it takes is one for a whole GetMulti.
const (
	ownSpace  = 0
	userSpace = 1
)

var (
	headKey   = []byte{ownSpace, 'h', 'e', 'a', 'd'}
	spaceEnd  = []byte{userSpace + 1}
	spaceFrom = []byte{userSpace}
)

const checksumSize = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal returns the stored form of value: the value and behind it the CRC32C of
// the stored key and the value, big-endian. Behind, so that opening it is a cut.
func seal(stored, value []byte) []byte {
	out := make([]byte, len(value)+checksumSize)
	copy(out, value)
	binary.BigEndian.PutUint32(out[len(value):], checksum(stored, value))
	return out
}

// unseal returns the value inside a sealed one without copying it.
func unseal(stored, sealed []byte) ([]byte, error) {
	n := len(sealed) - checksumSize
	if n < 0 {
		return nil, &kv.CorruptError{Key: userKey(stored), What: fmt.Sprintf("%d bytes are stored, too few for a checksum", len(sealed))}
	}
	want, got := binary.BigEndian.Uint32(sealed[n:]), checksum(stored, sealed[:n])
	if want != got {
		return nil, &kv.CorruptError{Key: userKey(stored), What: fmt.Sprintf("checksum %08x is stored, the bytes give %08x", want, got)}
	}
	return sealed[:n:n], nil
}

func checksum(key, value []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value)
}

// storedKey returns the key under which Badger keeps a caller's key.
func storedKey(key []byte) []byte { return appendStored(make([]byte, 0, len(key)+1), key) }

func appendStored(buf, key []byte) []byte { return append(append(buf, userSpace), key...) }

// userKey returns a copy of the caller's key inside a stored one.
func userKey(stored []byte) []byte {
	if len(stored) > 0 && stored[0] == userSpace {
		stored = stored[1:]
	}
	return append([]byte{}, stored...)
}

var errPanic = errors.New("the engine could not go on")

// protect runs f and turns a panic inside it into an error that is
// [kv.ErrCorrupt]. Badger panics on some damaged tables; and a read error of
// the disk under a memory-mapped file arrives as a signal, which Go makes a
// panic where it is told to.
func protect(f func() error) (err error) {
	defer func(old bool) {
		debug.SetPanicOnFault(old)
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v (%w)", errPanic, p, kv.ErrCorrupt)
		}
	}(debug.SetPanicOnFault(true))
	return f()
}
