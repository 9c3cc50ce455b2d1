package tree

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// Stored reads the hashes of complete subtrees. The one of a level that the
// revision seq completed covers the 2^level revisions up to it.
type Stored func(which []At) ([]Hash, error)

// At names a complete subtree: seq is a multiple of 2^level.
type At struct {
	Level int
	Seq   uint64
}

var errIndex = errors.New("no such hash is in the tree")

func (s Stored) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]Hash, error) {
		at := make([]At, len(indexes))
		for i, x := range indexes {
			level, n := tlog.SplitStoredHashIndex(x)
			at[i] = At{level, uint64(n+1) << level}
		}
		hs, err := s(at)
		if err == nil && len(hs) != len(at) {
			err = errIndex
		}
		return hs, err
	})
}

// Append returns the hashes that a leaf completes: its own, and those of the
// levels above it as far as they are complete.
func Append(l Leaf, s Stored) ([]Hash, error) {
	if l.Seq == 0 || l.Seq > maxSize {
		return nil, errIndex
	}
	return tlog.StoredHashesForRecordHash(int64(l.Seq-1), l.Hash(), s.reader())
}

// Levels is how many hashes the revision seq completes.
func Levels(seq uint64) int {
	n := 1
	for ; seq > 0 && seq%2 == 0; seq /= 2 {
		n++
	}
	return n
}

// RootAt is the root after size revisions.
func RootAt(size uint64, s Stored) (Root, error) {
	if size == 0 {
		return Empty(), nil
	}
	if size > maxSize {
		return Root{}, errIndex
	}
	h, err := tlog.TreeHash(int64(size), s.reader())
	return Root{size, h}, err
}

// ProveLeaf is the path of the revision seq to the root after size revisions.
func ProveLeaf(size, seq uint64, s Stored) (Path, error) {
	if seq == 0 || seq > size || size > maxSize {
		return nil, errIndex
	}
	return tlog.ProveRecord(int64(size), int64(seq-1), s.reader())
}

// ProveConsistent is the path from the root after earlier revisions to the one
// after later ones.
func ProveConsistent(earlier, later uint64, s Stored) (Path, error) {
	switch {
	case earlier > later || later > maxSize:
		return nil, errIndex
	case earlier == 0 || earlier == later:
		return nil, nil
	}
	return tlog.ProveTree(int64(later), int64(earlier), s.reader())
}
