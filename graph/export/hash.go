package export

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/onrecord/onrecord/graph"
)

// hasher computes the content hash of what is exported: the SHA-256 of the
// SHA-256 of each entity's canonical N-Quads (sorted lines, each with its line
// feed), in the order of the entities' ids. It does not depend on the format, on
// the order in which anything was recorded, or on this program: doc.go has ten
// lines of Python that compute it from a file of N-Quads.
//
// What it keeps of an entity is 48 bytes. Beyond [hashRun] of them they are
// sorted in runs on the disk.
type hasher struct {
	dir     string // for the runs; "" is the system's
	records []hashRecord
	runs    []*os.File
	run     int // records in memory, at most
}

type hashRecord struct {
	id  graph.ID
	sum [sha256.Size]byte
}

const (
	hashRecordSize = 16 + sha256.Size
	hashRun        = 16 << 20 / hashRecordSize
)

func newHasher(dir string) *hasher { return &hasher{dir: dir, run: hashRun} }

// add takes the lines of an entity.
func (h *hasher) add(id graph.ID, lines [][]byte) error {
	s := sha256.New()
	for _, line := range lines {
		s.Write(line)
	}
	return h.addSum(id, [sha256.Size]byte(s.Sum(nil)))
}

func (h *hasher) addSum(id graph.ID, sum [sha256.Size]byte) error {
	h.records = append(h.records, hashRecord{id, sum})
	if len(h.records) < h.run {
		return nil
	}
	return h.spill()
}

func (h *hasher) sort() {
	slices.SortFunc(h.records, func(a, b hashRecord) int {
		return cmp.Or(bytes.Compare(a.id[:], b.id[:]), bytes.Compare(a.sum[:], b.sum[:]))
	})
}

// spill writes what is in memory as a sorted run.
func (h *hasher) spill() error {
	h.sort()
	f, err := os.CreateTemp(h.dir, "onrecord-export-*")
	if err != nil {
		return err
	}
	h.runs = append(h.runs, f)
	w := bufio.NewWriterSize(f, 256<<10)
	for i := range h.records {
		w.Write(h.records[i].id[:])
		w.Write(h.records[i].sum[:])
	}
	h.records = h.records[:0]
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// sum ends the hash.
func (h *hasher) sum() (string, error) {
	total := sha256.New()
	h.sort()
	m := make(merging, 0, len(h.runs)+1)
	for _, f := range h.runs {
		m = append(m, &run{from: bufio.NewReaderSize(f, 64<<10)})
	}
	m = append(m, &run{memory: h.records})
	for i := 0; i < len(m); {
		ok, err := m[i].next()
		if err != nil {
			return "", err
		}
		if ok {
			i++
		} else {
			m = slices.Delete(m, i, i+1)
		}
	}
	heap.Init(&m)
	for len(m) > 0 {
		total.Write(m[0].at.sum[:])
		ok, err := m[0].next()
		if err != nil {
			return "", err
		}
		if ok {
			heap.Fix(&m, 0)
		} else {
			heap.Pop(&m)
		}
	}
	return hex.EncodeToString(total.Sum(nil)), nil
}

// close removes the runs.
func (h *hasher) close() error {
	var errs []error
	for _, f := range h.runs {
		errs = append(errs, f.Close(), os.Remove(f.Name()))
	}
	h.runs = nil
	return errors.Join(errs...)
}

// run is a sorted sequence that is being read.
type run struct {
	at     hashRecord
	from   io.Reader
	memory []hashRecord
}

func (r *run) next() (bool, error) {
	if r.from == nil {
		if len(r.memory) == 0 {
			return false, nil
		}
		r.at, r.memory = r.memory[0], r.memory[1:]
		return true, nil
	}
	var b [hashRecordSize]byte
	if _, err := io.ReadFull(r.from, b[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		return false, err
	}
	copy(r.at.id[:], b[:16])
	copy(r.at.sum[:], b[16:])
	return true, nil
}

// merging is a heap of runs by the record that they are at.
type merging []*run

func (m merging) Len() int { return len(m) }
func (m merging) Less(i, j int) bool {
	return bytes.Compare(m[i].at.id[:], m[j].at.id[:]) < 0
}
func (m merging) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *merging) Push(x any)   { *m = append(*m, x.(*run)) }
func (m *merging) Pop() any {
	old := *m
	x := old[len(old)-1]
	*m = old[:len(old)-1]
	return x
}
