// Package tree is the log of a record as a Merkle tree: what is hashed, proofs of
// what is in it, signed checkpoints, and the tiles in which it is served. It knows
// nothing of a store.
//
// # Nouns
//
// A [Leaf] is what the tree keeps of a revision. A [Root] is the hash of the tree
// after so many revisions. A [Checkpoint] is a root that somebody signed, who is
// called the log's origin. A [Path] are the hashes that lead from a leaf to a root.
// A [Tile] is a row of up to 256 hashes, or of up to 256 leaves.
//
// # Promises
//
// The tree is that of RFC 6962, the checkpoints and tiles are those of C2SP
// (https://c2sp.org/tlog-tiles, https://c2sp.org/tlog-checkpoint), so that any
// client of such a log can read ours. What a leaf is will never change; another
// form of it would begin with another byte.
//
// A leaf says when a revision was recorded, and of everything else only hashes:
// nothing that a redaction drops is in the tree, and nothing of the tree changes
// by a redaction.
package tree

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a hash of the tree. It is written in base64.
type Hash = tlog.Hash

// Path are the hashes that lead from a leaf to a root, or from a root to a later one.
type Path = []Hash

// Leaf is what the tree keeps of a revision.
type Leaf struct {
	Seq     uint64
	Time    int64    // of recording, in microseconds since 1970
	Note    [32]byte // see NoteHash
	Changes uint32   // how many
	Root    Hash     // of the tree of their content hashes: see ChangesRoot
}

const (
	leafForm = 1
	leafSize = 1 + 8 + 8 + 32 + 4 + 32
)

// Encode is the leaf as it is hashed, and served:
//
//	1 1 | seq 8 | time 8 | note hash 32 | number of changes 4 | root of the changes 32
//
// with numbers big-endian.
func (l Leaf) Encode() []byte {
	b := append(make([]byte, 0, leafSize), leafForm)
	b = binary.BigEndian.AppendUint64(b, l.Seq)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Time))
	b = append(b, l.Note[:]...)
	b = binary.BigEndian.AppendUint32(b, l.Changes)
	return append(b, l.Root[:]...)
}

// ParseLeaf reads an encoded leaf.
func ParseLeaf(b []byte) (l Leaf, err error) {
	if len(b) != leafSize || b[0] != leafForm {
		return l, fmt.Errorf("%d bytes are no leaf of the log", len(b))
	}
	l.Seq, l.Time = binary.BigEndian.Uint64(b[1:]), int64(binary.BigEndian.Uint64(b[9:]))
	copy(l.Note[:], b[17:])
	l.Changes = binary.BigEndian.Uint32(b[49:])
	copy(l.Root[:], b[53:])
	return l, nil
}

// Hash is the hash of the leaf in the tree.
func (l Leaf) Hash() Hash { return tlog.RecordHash(l.Encode()) }

// NoteHash is the hash of who made a revision, how, why and under which key. The
// input is each text behind its length as a big-endian uint32.
func NoteHash(agent, method, reason, key string) [32]byte {
	var b []byte
	for _, s := range []string{agent, method, reason, key} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	return sha256.Sum256(b)
}

// ChangesRoot is the root of the tree whose leaves are the content hashes of what
// a revision changed, in its order.
func ChangesRoot(contents [][32]byte) Hash {
	// Complete trees of falling sizes, as the bits of the number of leaves.
	var peaks []Hash
	for i, c := range contents {
		h := tlog.RecordHash(c[:])
		for n := i + 1; n%2 == 0; n /= 2 {
			h = tlog.NodeHash(peaks[len(peaks)-1], h)
			peaks = peaks[:len(peaks)-1]
		}
		peaks = append(peaks, h)
	}
	if len(peaks) == 0 {
		return sha256.Sum256(nil)
	}
	root := peaks[len(peaks)-1]
	for i := len(peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(peaks[i], root)
	}
	return root
}

// ProveChange is the path of one change of a revision to [ChangesRoot].
func ProveChange(contents [][32]byte, i int) (Path, error) {
	if i < 0 || i >= len(contents) {
		return nil, fmt.Errorf("change %d of %d", i, len(contents))
	}
	return tlog.ProveRecord(int64(len(contents)), int64(i), hashes(contents))
}

// hashes reads the stored hashes of a small tree by computing them.
type contentHashes struct{ all []Hash }

func hashes(contents [][32]byte) tlog.HashReader {
	c := &contentHashes{}
	for i, x := range contents {
		// It reads what it appended, which cannot fail.
		more, _ := tlog.StoredHashes(int64(i), x[:], c)
		c.all = append(c.all, more...)
	}
	return c
}

func (c *contentHashes) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(c.all)) {
			return nil, errors.New("no such hash")
		}
		out[i] = c.all[x]
	}
	return out, nil
}

// CheckChange says what is wrong with the path of a content hash to a leaf.
func CheckChange(l Leaf, i int, content [32]byte, p Path) error {
	if i < 0 || i >= int(l.Changes) {
		return fmt.Errorf("it says that it is change %d of %d", i+1, l.Changes)
	}
	if tlog.CheckRecord(p, int64(l.Changes), l.Root, int64(i), tlog.RecordHash(content[:])) != nil {
		return errors.New("its content hash does not lead to the hash of its revision")
	}
	return nil
}

// Root is the hash of the tree after so many revisions.
type Root struct {
	Size uint64 `json:"size"`
	Hash Hash   `json:"hash"`
}

// Empty is the root of no revision.
func Empty() Root { return Root{Hash: sha256.Sum256(nil)} }

// CheckLeaf says what is wrong with the path of a leaf to a root.
func CheckLeaf(r Root, l Leaf, p Path) error {
	if l.Seq == 0 || l.Seq > r.Size || r.Size > maxSize {
		return fmt.Errorf("revision %d is not among the %d of the checkpoint", l.Seq, r.Size)
	}
	if tlog.CheckRecord(p, int64(r.Size), r.Hash, int64(l.Seq-1), l.Hash()) != nil {
		return errors.New("the revision does not lead to the hash of the checkpoint")
	}
	return nil
}

// maxSize bounds the size of a tree, so that no arithmetic of indexes overflows.
const maxSize = 1 << 48

// CheckConsistent says what is wrong with the path from a root to a later one.
func CheckConsistent(earlier, later Root, p Path) error {
	wrong := fmt.Errorf("the log of %d revisions does not go on from the one of %d: it was written anew, or one of them is of another log", later.Size, earlier.Size)
	switch {
	case later.Size > maxSize || earlier.Size > later.Size:
		return fmt.Errorf("%d revisions are not behind %d", later.Size, earlier.Size)
	case earlier.Size == 0 || earlier.Size == later.Size:
		if len(p) > 0 || earlier.Size == later.Size && earlier.Hash != later.Hash || earlier.Size == 0 && earlier != Empty() {
			return wrong
		}
		return nil
	}
	if tlog.CheckTree(p, int64(later.Size), later.Hash, int64(earlier.Size), earlier.Hash) != nil {
		return wrong
	}
	return nil
}
