package graph

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
)

// index compares the index entries, in all of their versions, with what they
// are derived from: each that must be there is there, and there are no others.
func (v *verifier) index() error {
	want := make(map[slot]int64)
	for es, err := range v.batches(false) {
		if err != nil {
			return err
		}
		if err := v.forward(es, want); err != nil && !v.damaged("index", err) {
			return err
		}
		if v.stop {
			return nil
		}
	}
	var there int64
	for p, err := range v.Scan(v.ctx, derivedCells()...) {
		if err != nil {
			return stored("verify", err)
		}
		v.count.Pairs++
		if there++; len(p.Key) == 0 {
			break
		}
	}
	if there != v.count.Entries || v.problems > 0 {
		if err := v.backward(); err != nil {
			return err
		}
	}
	return v.counters(want)
}

// derivedCells are the ranges of every index entry and of their histories.
func derivedCells() (ranges []kv.Range) {
	for _, row := range keyTable {
		if !row.Derived || !row.Cell {
			continue
		}
		ranges = append(ranges, kv.Prefix([]byte{row.Prefix}))
		for n := range 256 { // a key's length is in two bytes
			ranges = append(ranges, kv.Prefix([]byte{keyHistory, 0, byte(n), row.Prefix}))
		}
	}
	return ranges
}

// standing is an index entry as it must stand in the store: the newest version
// at its key, or an earlier one in the history.
type standing struct {
	of         *entity
	key, value []byte
}

// forward checks that the entries of some entities are there as they must be.
func (v *verifier) forward(es []*entity, want map[slot]int64) error {
	all, err := v.entries(es, want)
	if err != nil {
		return err
	}
	keys := make([][]byte, len(all))
	for i := range all {
		keys[i] = all[i].key
	}
	values, err := v.GetMulti(v.ctx, keys)
	if err != nil {
		return stored("verify", err)
	}
	for i, b := range values {
		x := all[i]
		v.count.Entries++
		switch {
		case b == nil:
			v.count.Entries-- // it is not among those that are there
			v.problem(x.of.where(), "its index entry is missing (key %x)", x.key)
		case !bytes.Equal(b, x.value):
			v.problem(x.of.where(), "its index entry says %x, not %x (key %x)", b, x.value, x.key)
		}
		if v.stop {
			return nil
		}
	}
	return nil
}

// entries derives from all versions of some entities how their index entries
// stand. Where want is not nil, it is given what the newest of them count.
func (v *verifier) entries(es []*entity, want map[slot]int64) ([]standing, error) {
	var refs []Ref
	for _, e := range es {
		refs = append(refs, e.ref)
		if e.edge {
			refs = append(refs, e.from, e.to)
		}
	}
	slices.Sort(refs)
	refs = slices.Compact(refs)
	versions, err := allVersions(v.ctx, v, refs)
	if err != nil {
		return nil, err
	}
	of, ends := make(map[Ref][]*entity, len(refs)), make(map[Ref][]*entity, len(refs))
	for i, r := range refs {
		of[r] = versions[i]
		ends[r] = moves(versions[i])
	}
	var out []standing
	for _, e := range es {
		out = append(out, standingOf(e, of[e.ref], ends, want)...)
	}
	return out, nil
}

// moves leaves of a node's versions those in which it comes, goes or moves in
// time, which is all that the entries of its edges follow.
func moves(versions []*entity) (out []*entity) {
	for _, e := range versions {
		if n := len(out); n == 0 || out[n-1].live() != e.live() || out[n-1].date() != e.date() {
			out = append(out, e)
		}
	}
	return out
}

// slot names one number of a counter.
type slot struct {
	key  string
	slot byte
}

// standingOf goes through the revisions that changed an entity or moved its ends
// and notes what becomes of its entries.
func standingOf(e *entity, versions []*entity, ends map[Ref][]*entity, want map[slot]int64) (out []standing) {
	seqs := make([]uint64, 0, 2)
	since := uint64(0) // an edge has no entries before itself
	for _, x := range versions {
		seqs = append(seqs, x.since)
		since = cmp.Or(since, x.since)
	}
	if e.edge {
		for _, r := range []Ref{e.from, e.to} {
			for _, x := range ends[r] {
				if x.since > since {
					seqs = append(seqs, x.since)
				}
			}
		}
	}
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	stand := make(map[string][]cell)
	var keys []string // in their order of appearance
	var now []entry
	for _, seq := range seqs {
		was := now
		if e.edge {
			now = edgeEntries(asOf(versions, seq), asOf(ends[e.from], seq), asOf(ends[e.to], seq))
		} else {
			now = nodeEntries(asOf(versions, seq))
		}
		for _, x := range was {
			if !slices.ContainsFunc(now, x.sameKey) {
				stand[string(x.key)] = append(stand[string(x.key)], cell{since: seq, gone: true})
			}
		}
		for _, x := range now {
			cs, met := stand[string(x.key)]
			if !met {
				keys = append(keys, string(x.key))
			}
			if n := len(cs); n == 0 || cs[n-1].gone || !bytes.Equal(cs[n-1].payload, x.payload) {
				stand[string(x.key)] = append(cs, cell{since: seq, payload: x.payload})
			}
		}
	}
	for _, x := range now {
		for _, c := range x.counts {
			if want != nil {
				want[slot(c)]++
			}
		}
	}
	for _, k := range keys {
		for i, c := range stand[k] {
			c.older = i > 0
			x := standing{of: e, key: []byte(k), value: c.encode()}
			if i < len(stand[k])-1 {
				x.key = historyKey([]byte(k), c.since)
			}
			out = append(out, x)
		}
	}
	return out
}

// asOf picks the version that stood after a revision; nil if there was none.
func asOf(versions []*entity, seq uint64) *entity {
	for _, e := range slices.Backward(versions) {
		if e.since <= seq {
			return e
		}
	}
	return nil
}

// backward finds the index entries that nothing gives.
func (v *verifier) backward() error {
	var keys [][]byte
	var refs []Ref
	for p, err := range v.Scan(v.ctx, derivedCells()...) {
		if err != nil {
			return stored("verify", err)
		}
		keys, refs = append(keys, bytes.Clone(p.Key)), append(refs, owner(p.Key))
		if len(keys) == verifyBatch {
			if err := v.given(keys, refs); err != nil || v.stop {
				return err
			}
			keys, refs = keys[:0], refs[:0]
		}
	}
	return v.given(keys, refs)
}

// given reports the keys that the entities which they name do not give.
func (v *verifier) given(keys [][]byte, refs []Ref) error {
	is, err := v.versionsAt(refs, v.now.Seq)
	if err != nil {
		return err
	}
	have := make(map[string]bool)
	for _, e := range is {
		list, err := v.entries([]*entity{e}, nil)
		if err != nil {
			continue // damaged, and reported
		}
		for _, x := range list {
			have[string(x.key)] = true
		}
	}
	for _, k := range keys {
		if !have[string(k)] && !v.problem(at(k), "an index entry that nothing on record gives") {
			return nil
		}
	}
	return nil
}

// owner returns the node or edge that an index entry, or an earlier version of
// one, belongs to; 0 if the key does not say.
func owner(key []byte) Ref {
	if key[0] == keyHistory {
		if len(key) < 3+1+8 {
			return 0
		}
		key = key[3 : len(key)-8]
	}
	switch {
	case key[0] == keyGaps && len(key) == 1+refSize+2:
		return parseRef(key[1:])
	case key[0] == keyLinks:
		_, _, edge, _ := splitLink(key)
		return edge
	case key[0] == keyEdges && len(key) == 2+refSize:
		return parseRef(key[2:])
	case (key[0] == keyList || key[0] == keyNames) && len(key) > refSize:
		return parseRef(key[len(key)-refSize:])
	}
	return 0
}

// counters compares the kept counts with what was counted.
func (v *verifier) counters(want map[slot]int64) error {
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyCount})) {
		if err != nil {
			return stored("verify", err)
		}
		v.count.Pairs++
		n, err := parseCount(p.Key, p.Value)
		if err != nil {
			v.damaged("index", err)
			continue
		}
		for i, x := range n {
			k := slot{string(p.Key), byte(i)}
			if want[k] != x && !v.problem(at(p.Key), "counts %d of status %d, and there are %d", x, i, want[k]) {
				return nil
			}
			delete(want, k)
		}
	}
	missing := make([]slot, 0, len(want))
	for k := range want {
		missing = append(missing, k)
	}
	slices.SortFunc(missing, func(a, b slot) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.slot, b.slot)) })
	for _, k := range missing {
		if !v.problem(at([]byte(k.key)), "the counter of %d is missing", want[k]) {
			return nil
		}
	}
	return nil
}
