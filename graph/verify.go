package graph

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Problem is something that Verify found to be wrong.
type Problem struct {
	Where string // the place: a key in hexadecimal digits, a node, a revision
	What  string
}

func (p Problem) String() string { return p.Where + ": " + p.What }

// Verified counts what was compared.
type Verified struct {
	Pairs     int64 // stored pairs read
	Revisions int64
	Nodes     int64
	Edges     int64
	Spans     int64 // places compared with their texts
	Texts     int64 // archived texts compared with their digests
	Entries   int64 // index entries compared with what they are derived from
	Postings  int64 // words of texts in the full-text index
}

// maxProblems bounds what one run reports; a damaged store has no end of them.
const maxProblems = 1000

// verifier is one run.
type verifier struct {
	*View
	ctx      context.Context
	report   func(Problem) bool
	problems int
	stop     bool
	count    Verified
	ids      map[Ref]ID
	progress func(stage string, done int64)
}

// Verify reads the whole record and compares everything with everything that it
// must agree with: every stored pair with its checksum, the log's chain with
// the versions it commits to and with the head, every span with its text, every
// text with its digest, every index entry with what it is derived from, both
// ways. It calls report for each disagreement, until report returns false.
//
// The error is for what kept it from reading on, not for what it found.
func (r *Record) Verify(ctx context.Context, report func(Problem) bool, progress func(stage string, done int64)) (Verified, error) {
	view, err := r.View(ctx)
	if err != nil {
		return Verified{}, err
	}
	defer view.Close()
	if progress == nil {
		progress = func(string, int64) {}
	}
	v := &verifier{View: view, ctx: ctx, report: report, ids: make(map[Ref]ID), progress: progress}
	if store, ok := r.store.(kv.Verifier); ok {
		err := store.Verify(ctx, func(key []byte, err error) bool {
			return v.problem(fmt.Sprintf("key %x", key), "%v", err)
		})
		if err != nil {
			return v.count, stored("verify", err)
		}
		if v.problems > 0 {
			return v.count, nil // what is built on damaged bytes would only repeat it
		}
	}
	for _, step := range []struct {
		name string
		run  func() error
	}{{"nodes and edges", v.entities}, {"texts", v.archived}, {"log", v.chain}, {"index", v.index}, {"full text", v.fullText}} {
		if v.stop {
			break
		}
		progress(step.name, 0)
		if err := step.run(); err != nil {
			if KindOf(err) != Corrupt {
				return v.count, err
			}
			v.problem(step.name, "%v", err)
		}
	}
	return v.count, nil
}

func (v *verifier) problem(where, format string, args ...any) bool {
	v.problems++
	if !v.stop && (!v.report(Problem{where, fmt.Sprintf(format, args...)}) || v.problems >= maxProblems) {
		v.stop = true
	}
	return !v.stop
}

// entities checks every node and edge by itself, and its spans against the texts.
func (v *verifier) entities() error {
	const batch = 256
	var pending []*entity
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyEntity})) {
		if err != nil {
			return stored("verify", err)
		}
		v.count.Pairs++
		key := bytes.Clone(p.Key)
		c, err := parseCell(key, bytes.Clone(p.Value))
		if err != nil {
			return err
		}
		e, err := parseEntity(parseRef(key[1:]), &c)
		if err != nil {
			if !v.problem(fmt.Sprintf("key %x", key), "%v", err) {
				return nil
			}
			continue
		}
		v.ids[e.ref] = e.id
		if pending = append(pending, e); len(pending) == batch {
			if err := v.some(pending); err != nil || v.stop {
				return err
			}
			pending = pending[:0]
		}
		if n := v.count.Nodes + v.count.Edges; n%10_000 == 0 {
			v.progress("nodes and edges", n)
		}
	}
	return v.some(pending)
}

func (e *entity) where() string {
	if e.edge {
		return e.edgeKind().String() + " " + e.id.String()
	}
	return e.nodeKind().String() + " " + e.id.String()
}

// some checks a batch of entities with as few reads as they allow.
func (v *verifier) some(es []*entity) error {
	keys := make([][]byte, len(es))
	var ends []Ref
	for i, e := range es {
		keys[i] = idKey(e.id)
		if e.edge {
			ends = append(ends, e.from, e.to)
		}
	}
	ids, err := v.GetMulti(v.ctx, keys)
	if err != nil {
		return stored("verify", err)
	}
	for i, e := range es {
		if ids[i] == nil || parseRef(ids[i]) != e.ref {
			v.problem(e.where(), "the index of ids does not lead to it (key %x)", keys[i])
		}
	}
	nodes, err := v.Nodes(v.ctx, ends)
	if err != nil {
		return err
	}
	for _, e := range es {
		if v.stop {
			return nil
		}
		var props Props
		if e.edge {
			v.count.Edges++
			from, to := nodes[0], nodes[1]
			nodes = nodes[2:]
			switch {
			case from == nil || to == nil:
				v.problem(e.where(), "one of its ends is not on record")
				continue
			case !e.edgeKind().Edge().Allows(from.Kind, to.Kind):
				v.problem(e.where(), "it leads from %s to %s", from.Kind, to.Kind)
			}
			home := ID{}
			if toCapture(e.edgeKind()) {
				home = to.ID
			}
			if props, err = parseProps(e.body, e.edgeKind().Edge().All(), home); err == nil {
				err = checkEdgeProps(e.edgeKind(), props)
			}
			if err == nil && e.edgeKind() == vocab.QuotedIn && e.live() {
				v.quoted(e, props, from, to)
			}
		} else {
			v.count.Nodes++
			if e.redacted {
				continue
			}
			home := ID{}
			if e.nodeKind() == vocab.Capture {
				home = e.id
			}
			props, err = parseProps(e.body, e.nodeKind().Node().All(), home)
		}
		if err != nil {
			v.problem(e.where(), "%v", err)
			continue
		}
		if err := v.spans(e, props); err != nil {
			return err
		}
	}
	return nil
}

// spans compares every span of an entity with its capture's text.
func (v *verifier) spans(e *entity, props Props) error {
	check := func(name string, s Span) error {
		v.count.Spans++
		refs, err := v.Refs(v.ctx, []ID{s.Capture})
		if err != nil {
			return err
		}
		if refs[0] == 0 {
			v.problem(e.where(), "%s lies in capture %s, which is not on record", name, s.Capture)
			return nil
		}
		texts, err := v.Texts(v.ctx, refs)
		if err != nil {
			return err
		}
		exact, err := texts[0].Exact(s.Span)
		if err != nil {
			v.problem(e.where(), "%s %v: %v", name, s.Span, err)
			return nil
		}
		if span.Hash(exact) != s.Hash {
			masks, err := readMasks(v.ctx, v, refs[0])
			if err != nil {
				return err
			}
			for _, m := range masks {
				if m.Overlaps(s.Span) {
					return nil // redacted
				}
			}
			v.problem(e.where(), "%s: capture %s has %.60q from code point %d to %d, which is not what was recorded", name, s.Capture, exact, s.Start, s.End)
		}
		return nil
	}
	for name, value := range props {
		switch list := value.(type) {
		case []Span:
			for _, s := range list {
				if err := check(name, s); err != nil {
					return err
				}
			}
		case []Marked:
			for _, m := range list {
				if err := check(name, m.Place); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// quoted compares a statement's text with the places that it is said to stand in.
func (v *verifier) quoted(e *entity, props Props, statement, capture *Node) {
	if statement.Redacted || capture.Redacted {
		return
	}
	texts, err := v.Texts(v.ctx, []Ref{capture.Ref})
	if err != nil {
		v.problem(e.where(), "%v", err)
		return
	}
	content, _ := props["content"].([]Span)
	spans := make([]span.Span, len(content))
	for i, s := range content {
		spans[i] = s.Span
	}
	if is := span.Cut(texts[0], spans, nil); is != statement.Text("text") {
		masks, err := readMasks(v.ctx, v, capture.Ref)
		if err == nil {
			for _, m := range masks {
				for _, s := range spans {
					if m.Overlaps(s) {
						return
					}
				}
			}
		}
		v.problem("STATEMENT "+statement.ID.String(), "its text is not what stands at its place in capture %s: %.60q", capture.ID, is)
	}
}

// archived compares every archived text with its digest.
func (v *verifier) archived() error {
	for f, err := range v.scan(v.ctx, kv.Prefix(listPrefix(vocab.Capture))) {
		if err != nil {
			return err
		}
		r := parseRef(f.key[len(f.key)-refSize:])
		nodes, err := v.Nodes(v.ctx, []Ref{r})
		if err != nil {
			return err
		}
		n := nodes[0]
		if n == nil || n.Redacted {
			continue
		}
		texts, err := readTexts(v.ctx, v, []Ref{r})
		if err != nil {
			return err
		}
		v.count.Texts++
		masks, err := readMasks(v.ctx, v, r)
		if err != nil {
			return err
		}
		sum := sha256.Sum256([]byte(texts[0]))
		if len(masks) == 0 && hex.EncodeToString(sum[:]) != n.Text("sha256") {
			if !v.problem("CAPTURE "+n.ID.String(), "its text has the digest %x, not %s", sum, n.Text("sha256")) {
				return nil
			}
		}
	}
	return nil
}

// chain recomputes the chain of the log from the versions it commits to, and
// compares its end with the head.
func (v *verifier) chain() error {
	var chain [32]byte
	var seq uint64
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyLog})) {
		if err != nil {
			return stored("verify", err)
		}
		v.count.Pairs++
		seq++
		if is := binary.BigEndian.Uint64(p.Key[1:]); is != seq {
			v.problem(fmt.Sprintf("revision %d", seq), "missing from the log, which goes on with %d", is)
			return nil
		}
		l, err := parseLogged(seq, p.Value)
		if err != nil {
			return err
		}
		hashes, err := v.contents(l)
		if err != nil {
			return err
		}
		if want := chainHash(chain, l, hashes); want != l.Chain {
			if !v.problem(fmt.Sprintf("revision %d", seq), "its chain hash %x does not follow from what it changed and the revision before it", l.Chain[:8]) {
				return nil
			}
		}
		chain = l.Chain
		v.count.Revisions++
		if seq%1000 == 0 {
			v.progress("log", int64(seq))
		}
	}
	if seq != v.now.Seq || chain != v.now.Chain {
		v.problem("head", "the log ends with revision %d and chain hash %x, the head says %d and %x", seq, chain[:8], v.now.Seq, v.now.Chain[:8])
	}
	return nil
}

// contents returns the content hashes of what a revision changed.
func (v *verifier) contents(l *Logged) ([][32]byte, error) {
	refs := make([]Ref, len(l.Changes))
	keys := make([][]byte, len(l.Changes))
	for i, c := range l.Changes {
		refs[i], keys[i] = c.Ref, entityKey(c.Ref)
	}
	found, err := cells{v.Reader, l.Seq}.get(v.ctx, keys)
	if err != nil {
		return nil, err
	}
	hashes := make([][32]byte, len(refs))
	for i, c := range found {
		if c == nil || c.since != l.Seq {
			v.problem(fmt.Sprintf("revision %d", l.Seq), "the version that it made of key %x is missing", keys[i])
			continue
		}
		e, err := parseEntity(refs[i], c)
		if err != nil {
			return nil, err
		}
		var from, to ID
		if e.edge {
			from, to = v.ids[e.from], v.ids[e.to]
		}
		hashes[i] = e.contentHash(l.Changes[i].Op, from, to)
	}
	return hashes, nil
}
