package badgerkv

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/onrecord/onrecord/graph/kv"
)

// Badger repairs itself without a word: it cuts a log off at the first entry
// that does not fit its checksum, and deletes tables that its manifest does not
// name. After a crash that is right. After damage it destroys what could have
// been saved, so we look first. Each group left its number in the log; the
// numbers must follow each other and reach as far as the head outside.

// checkLogs returns an error when the logs lack groups that were acknowledged.
// unclear lists the logs without a single whole group that are not empty
// either: the first group of a new log, torn by a crash, or damage at its start.
func checkLogs(names []string, outside head) (unclear []string, err error) {
	last := uint64(0)
	for _, name := range names {
		l, err := readLog(name)
		if err != nil {
			return nil, err
		}
		for _, n := range l.groups {
			if last != 0 && n != last+1 {
				return nil, fmt.Errorf("log %s: group %d follows group %d, what was between is damaged: %w",
					filepath.Base(name), n, last, kv.ErrCorrupt)
			}
			last = n
		}
		if len(l.groups) == 0 {
			if torn, err := l.torn(); err != nil {
				return nil, err
			} else if torn {
				unclear = append(unclear, name)
			}
		}
	}
	if last == 0 {
		return unclear, nil // everything is in tables, if it is
	}
	if last < outside.count {
		return nil, fmt.Errorf("the logs end with group %d of %d that were acknowledged, the rest is damaged: %w",
			last, outside.count, kv.ErrCorrupt)
	}
	return nil, nil
}

// walLog is one of Badger's logs, as far as it can be read.
//
//	header 20 ‖ entry …
//	entry = meta 1 ‖ user meta 1 ‖ len(key) ‖ len(value) ‖ expiry ‖ key ‖ value ‖ CRC32C 4
//
// Lengths are varints, a key ends in 8 bytes of version, and a transaction ends
// in an entry of its own kind.
type walLog struct {
	name   string
	groups []uint64
	end    int64 // behind the last whole transaction
}

const (
	logHeader   = 20
	logEndOfTxn = 1 << 7
)

func readLog(name string) (walLog, error) {
	l := walLog{name: name, end: logHeader}
	f, err := os.Open(name)
	if err != nil {
		return l, err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return l, err
	}
	r := bufio.NewReaderSize(io.NewSectionReader(f, logHeader, max(0, fi.Size()-logHeader)), 1<<18)
	at, number := l.end, uint64(0)
	var buf []byte
	for {
		start, err := r.Peek(2 + 3*binary.MaxVarintLen64)
		if len(start) < 3 || err != nil && !errors.Is(err, io.EOF) {
			return l, ignoreEOF(err)
		}
		n := 2
		var sizes [3]uint64
		for i := range sizes {
			v, m := binary.Uvarint(start[n:])
			if m <= 0 {
				return l, nil
			}
			sizes[i] = v
			n += m
		}
		keyLen, valueLen := sizes[0], sizes[1]
		if keyLen == 0 || keyLen > 1<<16 || valueLen > uint64(fi.Size()) {
			return l, nil
		}
		size := n + int(keyLen) + int(valueLen)
		if cap(buf) < size+crc32.Size {
			buf = make([]byte, 2*(size+crc32.Size))
		}
		buf = buf[:size+crc32.Size]
		if _, err := io.ReadFull(r, buf); err != nil {
			return l, ignoreEOF(err)
		}
		if binary.BigEndian.Uint32(buf[size:]) != crc32.Checksum(buf[:size], castagnoli) {
			return l, nil
		}
		at += int64(len(buf))
		key, value := buf[n:n+int(keyLen)], buf[n+int(keyLen):size]
		switch {
		case buf[0]&logEndOfTxn != 0:
			l.end = at
			if number != 0 {
				l.groups = append(l.groups, number)
			}
			number = 0
		case len(key) == len(headKey)+8 && bytes.HasPrefix(key, headKey):
			if v, err := unseal(headKey, value); err == nil {
				if h, ok := decodeHead(v); ok {
					number = h.count
				}
			}
		}
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// torn reports whether anything follows the last whole transaction.
func (l walLog) torn() (bool, error) {
	f, err := os.Open(l.name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	buf, zero := make([]byte, 1<<18), make([]byte, 1<<18)
	for at := l.end; ; {
		n, err := f.ReadAt(buf, at)
		if !bytes.Equal(buf[:n], zero[:n]) {
			return true, nil
		}
		if err != nil {
			return false, ignoreEOF(err)
		}
		at += int64(n)
	}
}

// asideName is the directory for files that Badger would delete, until the
// heads were compared and nothing is missing.
const asideName = "ASIDE"

// setAside moves files out of Badger's reach.
func setAside(dir string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	aside := filepath.Join(dir, asideName)
	if err := os.Mkdir(aside, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	for _, name := range names {
		to := filepath.Join(aside, filepath.Base(name))
		for i := 2; ; i++ { // what an earlier attempt kept stays
			if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
				break
			}
			to = filepath.Join(aside, fmt.Sprintf("%s.%d", filepath.Base(name), i))
		}
		if err := os.Rename(name, to); err != nil {
			return err
		}
	}
	return errors.Join(syncDir(aside), syncDir(dir))
}
