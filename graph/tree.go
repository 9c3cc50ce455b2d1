package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/tree"
)

// The log is also a Merkle tree (see [tree]). At the key of a revision stand
// the root of what it changed, and the hashes that it completes: its own, and those
// of the levels above as far as they are complete.
//
//	root of the changes 32 | hash 32 *
//
// So a revision writes one pair more, in the same batch, and reads one pair where
// it completes something, none where it does not.

// leaf is what the tree keeps of a revision.
func (l *Logged) leaf(changes tree.Hash) tree.Leaf {
	return tree.Leaf{
		Seq: l.Seq, Time: l.Time.UnixMicro(), Note: tree.NoteHash(l.Agent, l.Method, l.Reason, l.Key),
		Changes: uint32(len(l.Changes)), Root: changes,
	}
}

// growTree writes what a revision adds to the tree.
func growTree(ctx context.Context, over *memkv.Overlay, l *Logged, contents [][32]byte) error {
	b, err := treeValue(l, contents, storedTree(ctx, over))
	if err != nil {
		return err
	}
	over.Put(treeKey(l.Seq), b)
	return nil
}

func treeValue(l *Logged, contents [][32]byte, s tree.Stored) ([]byte, error) {
	changes := tree.ChangesRoot(contents)
	hs, err := tree.Append(l.leaf(changes), s)
	if err != nil {
		return nil, treeError(err)
	}
	return append(changes[:], tree.Row(hs)...), nil
}

// treeError gives an error of reading the tree its kind.
func treeError(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	return &Error{Kind: Internal, Op: "tree", Err: err}
}

// storedTree reads the hashes of the tree.
func storedTree(ctx context.Context, r kv.Reader) tree.Stored {
	return func(which []tree.At) ([]tree.Hash, error) {
		keys := make([][]byte, len(which))
		for i, at := range which {
			keys[i] = treeKey(at.Seq)
		}
		values, err := r.GetMulti(ctx, keys)
		if err != nil {
			return nil, stored("read", err)
		}
		hs := make([]tree.Hash, len(which))
		for i, at := range which {
			if err := checkTreeValue(keys[i], at.Seq, values[i]); err != nil {
				return nil, err
			}
			from := len(hs[i]) * (1 + at.Level)
			if from >= len(values[i]) {
				return nil, corrupt(keys[i], "no such level of the tree")
			}
			hs[i] = tree.Hash(values[i][from : from+len(hs[i])])
		}
		return hs, nil
	}
}

func checkTreeValue(key []byte, seq uint64, b []byte) error {
	switch {
	case b == nil:
		return &Error{
			Kind: Corrupt, Op: "read", Err: &kv.CorruptError{Key: key, What: fmt.Sprintf("the hashes of revision %d are missing from the tree", seq)},
			Hint: "onrecord reindex makes them anew",
		}
	case len(b) != len(tree.Hash{})*(1+tree.Levels(seq)):
		return corrupt(key, "no hashes of the tree")
	}
	return nil
}

// hasTree refuses a record of an older format that was opened for reading only.
func (v *View) hasTree(ctx context.Context) error {
	b, err := v.GetMulti(ctx, [][]byte{metaKey("format")})
	if err != nil {
		return stored("read", err)
	}
	if format, err := strconv.Atoi(string(b[0])); err == nil && format < formatTree {
		return &Error{
			Kind: Unavailable, Op: "tree", Err: fmt.Errorf("the record has format %d, in which the log is no tree yet", format),
			Hint: "open it once for writing, as onrecord reindex does",
		}
	}
	return nil
}

// Root is the root of the tree as of the view.
func (v *View) Root(ctx context.Context) (tree.Root, error) {
	if v.head.Seq == 0 {
		return tree.Empty(), nil
	}
	if err := v.hasTree(ctx); err != nil {
		return tree.Root{}, err
	}
	r, err := tree.RootAt(v.head.Seq, storedTree(ctx, v))
	if err != nil {
		return r, treeError(err)
	}
	return r, nil
}

// Consistent is the path from the root after earlier revisions to that of the view.
func (v *View) Consistent(ctx context.Context, earlier uint64) (tree.Path, error) {
	if earlier > v.head.Seq {
		return nil, errorf(NotFound, "tree", "", "there is no revision %d yet; the newest is %d", earlier, v.head.Seq)
	}
	if err := v.hasTree(ctx); err != nil {
		return nil, err
	}
	p, err := tree.ProveConsistent(earlier, v.head.Seq, storedTree(ctx, v))
	if err != nil {
		return nil, treeError(err)
	}
	return p, nil
}

// Tile is the content of a tile; NotFound where the tree has it not yet.
func (v *View) Tile(ctx context.Context, t tree.Tile) ([]byte, error) {
	if !t.In(v.head.Seq) {
		return nil, errorf(NotFound, "tree", "", "the log has %d revisions, which is too few for %s", v.head.Seq, t.Path())
	}
	if err := v.hasTree(ctx); err != nil {
		return nil, err
	}
	if !t.Leaves {
		hs, err := storedTree(ctx, v)(t.Hashes())
		return tree.Row(hs), err
	}
	ls, err := v.leaves(ctx, t.Seqs())
	return tree.Bundle(ls), err
}

func (v *View) leaves(ctx context.Context, seqs []uint64) ([]tree.Leaf, error) {
	logs, err := v.Log(ctx, seqs)
	if err != nil {
		return nil, err
	}
	keys := make([][]byte, len(seqs))
	for i, seq := range seqs {
		keys[i] = treeKey(seq)
	}
	values, err := v.GetMulti(ctx, keys)
	if err != nil {
		return nil, stored("read", err)
	}
	ls := make([]tree.Leaf, len(seqs))
	for i, l := range logs {
		if err := checkTreeValue(keys[i], l.Seq, values[i]); err != nil {
			return nil, err
		}
		ls[i] = l.leaf(tree.Hash(values[i][:len(tree.Hash{})]))
	}
	return ls, nil
}

// contentHashes are those of what a revision changed, which the view is
// as of.
func (v *View) contentHashes(ctx context.Context, l *Logged) ([][32]byte, error) {
	refs := make([]Ref, len(l.Changes))
	for i, c := range l.Changes {
		refs[i] = c.Ref
	}
	es, err := v.entities(ctx, refs)
	if err != nil {
		return nil, err
	}
	var ends []Ref
	for i, e := range es {
		if e == nil || e.since != l.Seq {
			return nil, corrupt(entityKey(refs[i]), fmt.Sprintf("missing, though revision %d changed it", l.Seq))
		}
		if e.edge {
			ends = append(ends, e.from, e.to)
		}
	}
	ids, err := v.IDs(ctx, ends)
	if err != nil {
		return nil, err
	}
	out := make([][32]byte, len(es))
	for i, e := range es {
		var from, to ID
		if e.edge {
			from, to, ids = ids[0], ids[1], ids[2:]
		}
		out[i] = e.contentHash(l.Changes[i].Op, from, to)
	}
	return out, nil
}

// migrate brings a record of an older format to the one of this program. It may
// be stopped at any time: what it writes is the same each time, and the format is
// changed last.
func (r *Record) migrate(ctx context.Context, format int) error {
	for seq := uint64(1); seq <= r.head.Seq && format < formatTree; {
		next, err := r.plant(ctx, seq)
		if err != nil {
			return err
		}
		seq = next
	}
	b := new(kv.Batch)
	b.Expect(metaKey("format"), strconv.AppendInt(nil, int64(format), 10))
	b.Put(metaKey("format"), strconv.AppendInt(nil, FormatVersion, 10))
	return stored("migrate", r.store.Apply(ctx, b))
}

// formatTree is the format since which there is the tree.
const formatTree = 2

// plant writes the tree of some revisions from seq on, and returns the next one.
func (r *Record) plant(ctx context.Context, seq uint64) (uint64, error) {
	const some = 1000
	snap, err := r.store.Snapshot()
	if err != nil {
		return 0, stored("migrate", err)
	}
	over := memkv.NewOverlay(snap)
	for end := min(seq+some, r.head.Seq+1); seq < end; seq++ {
		v := &View{cells: cells{over, seq}}
		logs, err := v.Log(ctx, []uint64{seq})
		var contents [][32]byte
		if err == nil {
			contents, err = v.contentHashes(ctx, logs[0])
		}
		if err == nil {
			err = growTree(ctx, over, logs[0], contents)
		}
		if err != nil {
			snap.Close()
			return 0, err
		}
	}
	b := over.Batch()
	snap.Close()
	return seq, stored("migrate", r.store.Apply(ctx, b))
}

// planted compares the tree at one revision with what it follows from.
func (v *verifier) planted(l *Logged, contents [][32]byte, is []byte) {
	key := treeKey(l.Seq)
	v.count.Entries++
	switch want, err := treeValue(l, contents, storedTree(v.ctx, v)); {
	case err != nil:
		v.damaged(revision(l.Seq), err)
	case is == nil:
		v.problem(revision(l.Seq), "its hashes are missing from the tree (key %x)", key)
	case string(want) != string(is):
		v.problem(revision(l.Seq), "the tree has other hashes of it (key %x)", key)
	}
}

// noTree looks for hashes of revisions that are not there.
func (v *verifier) noTree() error {
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyTree})) {
		if err != nil {
			return stored("verify", err)
		}
		v.count.Pairs++
		if len(p.Key) == len(treeKey(0)) {
			if seq := binary.BigEndian.Uint64(p.Key[1:]); seq > 0 && seq <= v.now.Seq {
				continue
			}
		}
		if !v.problem(at(p.Key), "hashes of a revision that is not in the log") {
			return nil
		}
	}
	return nil
}
