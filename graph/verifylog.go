package graph

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
)

// versions checks that the versions of every node and edge hang together: each
// but the oldest says that there are older ones, and none changes what a thing
// is. That each is what was written is for the chain to say.
func (v *verifier) versions() error {
	prefix := binary.BigEndian.AppendUint16([]byte{keyHistory}, uint16(len(entityKey(0))))
	next, stop := iter.Pull2(v.Scan(v.ctx, kv.Prefix(append(prefix, keyEntity))))
	defer stop()
	p, err, more := next()
	for es, failed := range v.batches(false) {
		if failed != nil {
			return failed
		}
		for _, e := range es {
			for more && err == nil && bytes.Compare(p.Key[len(prefix):], entityKey(e.ref)) < 0 {
				if !v.problem(at(p.Key), "an earlier version of nothing") {
					return nil
				}
				p, err, more = next()
			}
			v.made++
			newer, key := e, entityKey(e.ref)
			for more && err == nil && bytes.HasPrefix(p.Key[len(prefix):], entityKey(e.ref)) {
				v.count.Pairs++
				v.made++
				newer, key = v.older(newer, key, p)
				p, err, more = next()
			}
			if newer != nil && newer.older && !v.problem(at(key), "says that there is an earlier version, which is missing") {
				return nil
			}
		}
	}
	if err != nil {
		return stored("verify", err)
	}
	if more {
		v.problem(at(p.Key), "an earlier version of nothing")
	}
	return nil
}

// older checks a version against the next newer one, and returns it with its key.
func (v *verifier) older(newer *entity, key []byte, p kv.Pair) (*entity, []byte) {
	at := at(p.Key)
	history := bytes.Clone(p.Key)
	if newer == nil {
		return nil, history // reported already
	}
	c, err := parseCell(history, bytes.Clone(p.Value))
	if err == nil && (len(history) != len(historyKey(entityKey(0), 0)) || c.gone || string(historyKey(entityKey(newer.ref), c.since)) != string(history)) {
		err = corrupt(history, "no earlier version")
	}
	var e *entity
	if err == nil {
		e, err = parseEntity(newer.ref, &c)
	}
	switch {
	case err != nil:
		v.damaged(at, err)
		return nil, history
	case !newer.older:
		v.problem(fmt.Sprintf("key %x", key), "says that there is no earlier version, and there is one at key %x", history)
	case e.since >= newer.since || e.id != newer.id || e.kind != newer.kind || e.edge != newer.edge || e.from != newer.from || e.to != newer.to:
		v.problem(at, "an earlier version of something else")
	}
	return e, history
}

// chain recomputes the chain of the log from the versions it commits to, and
// compares its end with the head.
func (v *verifier) chain() error {
	last := &Logged{}
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyLog})) {
		if err != nil {
			return stored("verify", err)
		}
		v.count.Pairs++
		if len(p.Key) != len(logKey(0)) {
			v.problem(at(p.Key), "no key of the log")
			continue
		}
		seq := last.Seq + 1
		if is := binary.BigEndian.Uint64(p.Key[1:]); is != seq {
			v.problem(revision(seq), "missing from the log, which goes on with %d", is)
			return nil
		}
		l, err := parseLogged(seq, p.Value)
		if err != nil {
			v.problem(revision(seq), "%v", err)
			return nil
		}
		if err := v.revision(last, l); err != nil {
			return err
		}
		if v.stop {
			return nil
		}
		last = l
		v.logged += len(l.Changes)
		v.count.Revisions++
		if seq%1000 == 0 {
			v.progress("log", int64(seq))
		}
	}
	if h := v.stated; last.Seq != h.Seq || last.Chain != h.Chain || !last.Time.Equal(h.Time) && h.Seq > 0 {
		v.problem("head", "the log ends with revision %d at %v and chain hash %x, the head says %d, %v and %x", last.Seq, last.Time, last.Chain[:8], h.Seq, h.Time, h.Chain[:8])
	}
	if next := v.stated.Next; next != v.greatest+1 {
		v.problem("head", "the next number to be given is %d, and the greatest given is %d", next, v.greatest)
	}
	if v.made != v.logged {
		if err := v.unlogged(); err != nil {
			return err
		}
	}
	if err := v.noTree(); err != nil || v.stop {
		return err
	}
	return v.onces()
}

// unlogged finds the versions that no revision in the log made.
func (v *verifier) unlogged() error {
	for es, err := range v.batches(false) {
		if err != nil {
			return err
		}
		for _, e := range es {
			all, err := allVersions(v.ctx, v, []Ref{e.ref})
			if err != nil {
				continue // damaged, and reported
			}
			for _, x := range all[0] {
				if !v.inLog(x) && !v.problem(x.where(), "revision %d is said to have made it, and did not", x.since) {
					return nil
				}
			}
		}
	}
	return nil
}

func revision(seq uint64) string { return fmt.Sprintf("revision %d", seq) }

// revision checks one entry of the log against the one before it and against
// the versions that it made.
func (v *verifier) revision(last, l *Logged) error {
	hashes, err := v.contents(l)
	if err != nil {
		return err
	}
	if want := chainHash(last.Chain, l, hashes); want != l.Chain {
		v.problem(revision(l.Seq), "its chain hash %x does not follow from what it changed and the revision before it", l.Chain[:8])
	}
	if l.Seq > 1 && !l.Time.After(last.Time) {
		v.problem(revision(l.Seq), "it was recorded at %v, and the one before it at %v", l.Time, last.Time)
	}
	once, err := v.GetMulti(v.ctx, [][]byte{onceKey(l.Key), treeKey(l.Seq)})
	if err != nil {
		return stored("verify", err)
	}
	if v.tree {
		v.planted(l, hashes, once[1])
	}
	if l.Key == "" {
		return nil
	}
	if !bytes.Equal(once[0], seqBytes(l.Seq)) {
		v.problem(revision(l.Seq), "its key %q leads elsewhere (key %x)", l.Key, onceKey(l.Key))
	}
	return nil
}

// onces looks for keys of revisions that no revision has.
func (v *verifier) onces() error {
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyOnce})) {
		if err != nil {
			return stored("verify", err)
		}
		v.count.Pairs++
		if len(p.Value) == 8 {
			if seq := binary.BigEndian.Uint64(p.Value); seq > 0 && seq <= v.now.Seq {
				ls, err := v.Log(v.ctx, []uint64{seq})
				if err == nil && string(onceKey(ls[0].Key)) == string(p.Key) {
					continue
				}
			}
		}
		if !v.problem(at(p.Key), "the key of a revision that is not in the log") {
			return nil
		}
	}
	return nil
}

// contents returns the content hashes of what a revision changed.
func (v *verifier) contents(l *Logged) ([][32]byte, error) {
	refs := make([]Ref, len(l.Changes))
	for i, c := range l.Changes {
		refs[i] = c.Ref
	}
	is, err := v.versionsAt(refs, l.Seq)
	if err != nil {
		return nil, err
	}
	var hidden []Ref
	for _, c := range l.Changes {
		if c.Op == Retract || c.Op == Redact {
			hidden = append(hidden, c.Ref)
		}
	}
	was, err := v.versionsAt(hidden, l.Seq-1)
	if err != nil {
		return nil, err
	}
	hashes := make([][32]byte, len(refs))
	for i, c := range l.Changes {
		e := is[c.Ref]
		if e == nil || e.since != l.Seq {
			v.problem(revision(l.Seq), "the version that it made of %s is missing (key %x)", v.ids[c.Ref], entityKey(c.Ref))
			continue
		}
		if !e.follows(c.Op, was[c.Ref]) {
			v.problem(e.where(), "the version of revision %d is not what %q makes", l.Seq, c.Op)
		}
		var from, to ID
		if e.edge {
			from, to = v.ids[e.from], v.ids[e.to]
		}
		hashes[i] = e.contentHash(c.Op, from, to)
	}
	return hashes, nil
}

// versionsAt reads versions as of a revision. What cannot be read is left out:
// it was reported before.
func (v *verifier) versionsAt(refs []Ref, seq uint64) (map[Ref]*entity, error) {
	keys := make([][]byte, len(refs))
	for i, r := range refs {
		keys[i] = entityKey(r)
	}
	found, err := cells{v.Reader, seq}.get(v.ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make(map[Ref]*entity, len(refs))
	for i, c := range found {
		if c == nil {
			continue
		}
		if e, err := parseEntity(refs[i], c); err == nil {
			out[refs[i]] = e
		}
	}
	return out, nil
}

// follows reports whether e is what op made of the version before it. Of what a
// retraction or redaction does the hash holds only the id, so that this must be
// looked at.
func (e *entity) follows(op Op, was *entity) bool {
	switch op {
	case PutNode, PutEdge:
		return e.edge == (op == PutEdge) && !e.retracted
	case Retract:
		return e.retracted && was != nil && e.redacted == was.redacted && bytes.Equal(e.body, was.body)
	case Redact:
		return e.redacted && was != nil && e.retracted == was.retracted && bytes.Equal(e.body, was.body)
	}
	return false
}

// inLog reports whether a revision in the log made the version.
func (v *verifier) inLog(e *entity) bool {
	if e.since == 0 || e.since > v.now.Seq {
		return false
	}
	ls, err := v.Log(v.ctx, []uint64{e.since})
	return err == nil && slices.ContainsFunc(ls[0].Changes, func(c Changed) bool { return c.Ref == e.ref })
}
