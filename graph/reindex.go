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
				for n := 0; n < 256; n++ {
					out = append(out, []byte{keyHistory, 0, byte(n), row.Prefix})
				}
			}
		}
	}
	return out
}

// index compares the index entries with what they are derived from: each that
// must be there is there, and there are no others.
func (v *verifier) index() error {
	want := make(map[string]int64) // counters
	var pending []*entity
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyEntity})) {
		if err != nil {
			return stored("verify", err)
		}
		c, err := parseCell(p.Key, bytes.Clone(p.Value))
		if err != nil {
			return err
		}
		e, err := parseEntity(parseRef(p.Key[1:]), &c)
		if err != nil {
			return err
		}
		if pending = append(pending, e); len(pending) == 256 {
			if err := v.forward(pending, want); err != nil || v.stop {
				return err
			}
			pending = pending[:0]
		}
	}
	if err := v.forward(pending, want); err != nil || v.stop {
		return err
	}
	var there int64
	for _, row := range keyTable {
		if !row.Derived || !row.Cell {
			continue
		}
		for _, err := range v.scan(v.ctx, kv.Prefix([]byte{row.Prefix})) {
			if err != nil {
				return err
			}
			there++
		}
	}
	if there != v.count.Entries {
		if err := v.backward(); err != nil {
			return err
		}
	}
	return v.counters(want)
}

// forward checks that the entries of some entities are there as they must be.
func (v *verifier) forward(es []*entity, want map[string]int64) error {
	entries, err := v.derived(es)
	if err != nil {
		return err
	}
	var keys [][]byte
	var all []entry
	var of []*entity
	for i, list := range entries {
		for _, x := range list {
			keys, all, of = append(keys, x.key), append(all, x), append(of, es[i])
			for _, c := range x.counts {
				want[c.key+string(rune(c.slot))]++
			}
		}
	}
	found, err := v.get(v.ctx, keys)
	if err != nil {
		return err
	}
	for i, c := range found {
		v.count.Entries++
		switch {
		case c == nil:
			v.problem(of[i].where(), "its index entry %x is missing", keys[i])
		case !bytes.Equal(c.payload, all[i].payload):
			v.problem(of[i].where(), "its index entry %x says %x, not %x", keys[i], c.payload, all[i].payload)
		}
		if v.stop {
			return nil
		}
	}
	return nil
}

// derived returns the index entries of entities.
func (v *verifier) derived(es []*entity) ([][]entry, error) {
	var ends []Ref
	for _, e := range es {
		if e.edge {
			ends = append(ends, e.from, e.to)
		}
	}
	nodes, err := v.View.entities(v.ctx, ends)
	if err != nil {
		return nil, err
	}
	out := make([][]entry, len(es))
	for i, e := range es {
		if !e.edge {
			out[i] = nodeEntries(e)
			continue
		}
		out[i] = edgeEntries(e, nodes[0], nodes[1])
		nodes = nodes[2:]
	}
	return out, nil
}

// backward finds the index entries that nothing gives.
func (v *verifier) backward() error {
	check := func(keys [][]byte, refs []Ref) error {
		es, err := v.View.entities(v.ctx, refs)
		if err != nil {
			return err
		}
		var known []*entity
		for _, e := range es {
			if e != nil {
				known = append(known, e)
			}
		}
		lists, err := v.derived(known)
		if err != nil {
			return err
		}
		have := make(map[string]bool)
		for _, l := range lists {
			for _, x := range l {
				have[string(x.key)] = true
			}
		}
		for _, k := range keys {
			if !have[string(k)] && !v.problem(fmt.Sprintf("key %x", k), "an index entry that nothing on record gives") {
				return nil
			}
		}
		return nil
	}
	var keys [][]byte
	var refs []Ref
	for _, row := range keyTable {
		if !row.Derived || !row.Cell {
			continue
		}
		for f, err := range v.scan(v.ctx, kv.Prefix([]byte{row.Prefix})) {
			if err != nil {
				return err
			}
			keys, refs = append(keys, bytes.Clone(f.key)), append(refs, owner(f.key))
			if len(keys) == 256 {
				if err := check(keys, refs); err != nil || v.stop {
					return err
				}
				keys, refs = keys[:0], refs[:0]
			}
		}
	}
	return check(keys, refs)
}

// owner returns the node or edge that an index entry belongs to; 0 if the key
// does not say.
func owner(key []byte) Ref {
	switch {
	case key[0] == keyGaps && len(key) == 1+refSize+2:
		return parseRef(key[1:])
	case key[0] == keyLinks && len(key) >= 2+refSize && way(key[1+refSize]).kind().Edge() != nil:
		_, _, edge, _ := parseLink(way(key[1+refSize]), key[2+refSize:])
		return edge
	case key[0] == keyEdges && len(key) == 2+refSize:
		return parseRef(key[2:])
	case (key[0] == keyList || key[0] == keyNames) && len(key) > refSize:
		return parseRef(key[len(key)-refSize:])
	}
	return 0
}

// counters compares the kept counts with what was counted.
func (v *verifier) counters(want map[string]int64) error {
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyCount})) {
		if err != nil {
			return stored("verify", err)
		}
		n, err := parseCount(p.Key, p.Value)
		if err != nil {
			return err
		}
		for slot, x := range n {
			k := string(p.Key) + string(rune(slot))
			if want[k] != x && !v.problem(fmt.Sprintf("key %x", p.Key), "counts %d of status %d, and there are %d", x, slot, want[k]) {
				return nil
			}
			delete(want, k)
		}
	}
	for k, x := range want {
		if x != 0 && !v.problem(fmt.Sprintf("key %x", k[:len(k)-1]), "the counter of %d is missing", x) {
			return nil
		}
	}
	return nil
}

// reindexBatch is how many revisions are derived before they are written.
const reindexBatch = 64

// Reindex removes everything that is derived and makes it anew from the log,
// revision by revision, so that the history of the indexes is made anew too. A
// run that is stopped half way is made good by the next.
func (r *Record) Reindex(ctx context.Context, progress func(done, all uint64)) error {
	if r.opts.ReadOnly {
		return stored("reindex", kv.ErrReadOnly)
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
		for n := 0; n < reindexBatch && seq <= head.Seq && over.Len() < r.store.Limits().BatchWrites/4; n++ {
			if err := ctx.Err(); err != nil {
				snap.Close()
				return stored("reindex", err)
			}
			if err := rederive(ctx, over, seq); err != nil {
				snap.Close()
				return err
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
	return r.full.rebuild(ctx)
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
	return t.derive()
}
