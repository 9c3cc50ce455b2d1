package graph

import (
	"bytes"
	"context"
	"fmt"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

// derivedPrefixes are the keys that follow from the rest.
func derivedPrefixes() (out [][]byte) {
	for _, row := range keyTable {
		if row.Derived {
			out = append(out, []byte{row.Prefix})
			if row.Cell { // its history is derived too; a key's length is in two bytes
				for n := range 256 {
					out = append(out, []byte{keyHistory, 0, byte(n), row.Prefix})
				}
			}
		}
	}
	return out
}

// reindexBatch is how many revisions are derived before they are written.
const reindexBatch = 64

// Reindex removes everything that is derived and makes it anew from the log,
// revision by revision, so that the history of the indexes is made anew too. A
// run that is stopped half way leaves a mark, by which [Open] refuses the record
// until another run has made it good.
func (r *Record) Reindex(ctx context.Context, progress func(done, all uint64)) error {
	if r.opts.ReadOnly {
		return stored("reindex", kv.ErrReadOnly)
	}
	r.writing.Lock()
	defer r.writing.Unlock()
	begun, done := new(kv.Batch), new(kv.Batch)
	begun.Put(metaKey("reindex"), []byte{})
	done.Delete(metaKey("reindex"))
	if err := r.store.Apply(ctx, begun); err != nil {
		return stored("reindex", err)
	}
	if err := r.clear(ctx, derivedPrefixes()); err != nil {
		return err
	}
	head := r.Head()
	for seq := uint64(1); seq <= head.Seq; {
		snap, err := r.store.Snapshot()
		if err != nil {
			return stored("reindex", err)
		}
		over := memkv.NewOverlay(snap)
		limits := r.store.Limits()
		for n := 0; n < reindexBatch && seq <= head.Seq; n++ {
			if err := ctx.Err(); err != nil {
				snap.Close()
				return stored("reindex", err)
			}
			mark := over.Mark()
			if err := rederive(ctx, over, seq); err != nil {
				snap.Close()
				return err
			}
			if n > 0 && (over.Len() > limits.BatchWrites/2 || over.Size() > limits.BatchBytes/2) {
				over.Reset(mark) // full: the next batch begins with it
				break
			}
			seq++
		}
		b := over.Batch()
		snap.Close()
		if err := r.store.Apply(ctx, b); err != nil {
			return stored("reindex", err)
		}
		if progress != nil {
			progress(seq-1, head.Seq)
		}
	}
	if err := r.full.rebuild(ctx); err != nil {
		return err
	}
	return stored("reindex", r.store.Apply(ctx, done))
}

// clear removes every key under the prefixes.
func (r *Record) clear(ctx context.Context, prefixes [][]byte) error {
	for _, p := range prefixes {
		for {
			snap, err := r.store.Snapshot()
			if err != nil {
				return stored("reindex", err)
			}
			b := new(kv.Batch)
			rng := kv.Prefix(p)
			rng.Limit = min(10_000, r.store.Limits().BatchWrites/2)
			for pair, err := range snap.Scan(ctx, rng) {
				if err != nil {
					snap.Close()
					return stored("reindex", err)
				}
				b.Delete(bytes.Clone(pair.Key))
			}
			snap.Close()
			if b.Len() == 0 {
				break
			}
			if err := r.store.Apply(ctx, b); err != nil {
				return stored("reindex", err)
			}
		}
	}
	return nil
}

// rederive derives the index entries of one revision that is in the log.
func rederive(ctx context.Context, over *memkv.Overlay, seq uint64) error {
	v := &View{snap: nil, cells: cells{over, seq}}
	logs, err := v.Log(ctx, []uint64{seq})
	if err != nil {
		return err
	}
	t := &tx{state: newState(over, Head{Next: maxRef}), ctx: ctx, seq: seq, old: make(map[Ref]*entity), now: make(map[Ref]*entity), log: logs[0].Changes}
	t.over = over
	var refs []Ref
	for _, c := range t.log {
		refs = append(refs, c.Ref)
	}
	now, err := v.entities(ctx, refs)
	if err != nil {
		return err
	}
	old, err := (&View{cells: cells{over, seq - 1}}).entities(ctx, refs)
	if err != nil {
		return err
	}
	for i, r := range refs {
		if now[i] == nil {
			return corrupt(entityKey(r), fmt.Sprintf("missing, though revision %d changed it", seq))
		}
		t.old[r], t.now[r] = old[i], now[i]
	}
	if err := t.derive(); err != nil {
		return err
	}
	contents, err := v.contentHashes(ctx, logs[0])
	if err != nil {
		return err
	}
	return growTree(ctx, over, logs[0], contents)
}
