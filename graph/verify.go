package graph

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

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
	captures []Ref // in their order
	greatest Ref
	made     int  // versions met
	logged   int  // versions that the log speaks of
	stated   Head // as the store says
	tree     bool // the format has one
	progress func(stage string, done int64)
}

// Verify reads the whole record and compares everything with everything that it
// must agree with: every stored pair with its checksum, the log's chain with
// the versions it commits to and with the head, every span with its text, every
// text with its digest, every index entry, in each of its versions, with what it
// is derived from, both ways. It calls report for each disagreement, until
// report returns false.
//
// The error is for what kept it from reading on, not for what it found.
func (r *Record) Verify(ctx context.Context, report func(Problem) bool, progress func(stage string, done int64)) (Verified, error) {
	if progress == nil {
		progress = func(string, int64) {}
	}
	v := &verifier{ctx: ctx, report: report, ids: make(map[Ref]ID), progress: progress}
	view, err := r.View(ctx)
	if err != nil {
		if v.damaged("head", err) {
			err = nil
		}
		return v.count, err
	}
	defer view.Close()
	v.View = view
	if store, ok := r.store.(kv.Verifier); ok {
		err := store.Verify(ctx, func(key []byte, err error) bool {
			return v.problem(at(key), "%v", err)
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
	}{
		{"head", v.headFirst},
		{"keys", v.strangers},
		{"nodes and edges", v.everyEntity},
		{"versions", v.versions},
		{"texts", v.archived},
		{"log", v.chain},
		{"index", v.index},
		{"full text", v.fullText},
	} {
		if v.stop || step.name == "full text" && v.problems > 0 { // words of what is damaged say nothing
			break
		}
		progress(step.name, 0)
		if err := step.run(); err != nil && !v.damaged(step.name, err) {
			return v.count, err
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

// damaged reports err as a problem if it says that stored bytes are damaged.
func (v *verifier) damaged(where string, err error) bool {
	if KindOf(err) != Corrupt {
		return false
	}
	var c *kv.CorruptError
	if errors.As(err, &c) {
		v.problem(at(c.Key), "%s", c.What)
	} else {
		v.problem(where, "%v", err)
	}
	return true
}

// at is the name of the place at key.
func at(key []byte) string { return fmt.Sprintf("key %x", key) }

// headFirst compares the head with the end of the log, by which the rest is
// read where they differ.
func (v *verifier) headFirst() error {
	v.stated = v.now
	v.tree = v.hasTree(v.ctx) == nil
	end := kv.Prefix([]byte{keyLog})
	end.Reverse, end.Limit = true, 1
	var seq uint64
	for p, err := range v.Scan(v.ctx, end) {
		if err != nil {
			return stored("verify", err)
		}
		if len(p.Key) == len(logKey(0)) {
			seq = binary.BigEndian.Uint64(p.Key[1:])
		}
	}
	if seq != v.now.Seq {
		v.problem("head", "it says that the newest revision is %d, and the log ends with %d", v.now.Seq, seq)
		v.now.Seq = seq
		v.reset(v.now)
	}
	return nil
}

// strangers looks for keys that no row of the key table makes.
func (v *verifier) strangers() error {
	prefixes := make([]byte, 0, len(keyTable))
	for _, row := range keyTable {
		prefixes = append(prefixes, row.Prefix)
	}
	slices.Sort(prefixes)
	var ranges []kv.Range
	var from []byte
	for _, p := range prefixes {
		ranges = append(ranges, kv.Range{Start: from, End: []byte{p}})
		from = kv.After([]byte{p})
	}
	ranges = append(ranges, kv.Range{Start: from}, kv.Prefix([]byte{keyMeta}))
	for p, err := range v.Scan(v.ctx, ranges...) {
		if err != nil {
			return stored("verify", err)
		}
		if known := string(p.Key) == string(metaKey("format")) || string(p.Key) == string(metaKey("head")); p.Range == len(ranges)-1 && known {
			continue
		}
		if !v.problem(at(p.Key), "no such key belongs to a record") {
			return nil
		}
	}
	return nil
}

// verifyBatch is how many nodes and edges are checked at once.
const verifyBatch = 256

// batches yields the newest versions of all nodes and edges. What cannot be
// read is left out, and reported where report says so.
func (v *verifier) batches(report bool) iter.Seq2[[]*entity, error] {
	return func(yield func([]*entity, error) bool) {
		var pending []*entity
		for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyEntity})) {
			if err != nil {
				yield(nil, stored("verify", err))
				return
			}
			e, err := entityAt(p.Key, bytes.Clone(p.Value))
			if err != nil {
				if report && v.damaged("nodes and edges", err) && v.stop {
					return
				}
				continue
			}
			if pending = append(pending, e); len(pending) == verifyBatch {
				if !yield(pending, nil) {
					return
				}
				pending = pending[:0]
			}
		}
		if len(pending) > 0 {
			yield(pending, nil)
		}
	}
}

// entityAt reads what stands at the key of a node or an edge.
func entityAt(key, value []byte) (*entity, error) {
	if len(key) != 1+refSize {
		return nil, corrupt(key, "no key of a node or an edge")
	}
	c, err := parseCell(key, value)
	if err != nil {
		return nil, err
	}
	if c.gone {
		return nil, corrupt(key, "a node or an edge that is gone; they are only ever retracted")
	}
	return parseEntity(parseRef(key[1:]), &c)
}

// everyEntity checks every node and edge by itself, its spans against the texts,
// and the index of ids from its side.
func (v *verifier) everyEntity() error {
	for es, err := range v.batches(true) {
		if err != nil {
			return err
		}
		for _, e := range es {
			v.count.Pairs++
			v.ids[e.ref] = e.id
			v.greatest = max(v.greatest, e.ref)
			if !e.edge && e.nodeKind() == vocab.Capture {
				v.captures = append(v.captures, e.ref)
			}
		}
		if err := v.some(es); err != nil && !v.damaged("nodes and edges", err) {
			return err
		}
		if v.stop {
			return nil
		}
		if n := v.count.Nodes + v.count.Edges; n%(40*verifyBatch) == 0 {
			v.progress("nodes and edges", n)
		}
	}
	return v.everyID()
}

// everyID checks the index of ids from its own side.
func (v *verifier) everyID() error {
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyID})) {
		if err != nil {
			return stored("verify", err)
		}
		v.count.Pairs++
		r, err := readRef(p.Key, p.Value)
		if err != nil || string(p.Key) != string(idKey(v.ids[r])) {
			if !v.problem(at(p.Key), "the index of ids leads to no node or edge with this id") {
				return nil
			}
		}
	}
	return nil
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
		if r, err := readRef(keys[i], ids[i]); err != nil || r != e.ref {
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
		var err error
		if e.edge {
			err = v.edge(e, nodes[0], nodes[1])
			nodes = nodes[2:]
		} else {
			err = v.node(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) node(e *entity) error {
	v.count.Nodes++
	home := ID{}
	if e.nodeKind() == vocab.Capture {
		home = e.id
	}
	props, err := parseProps(e.props(), e.nodeKind().Node().All(), home)
	if err != nil {
		v.problem(e.where(), "%v", err)
		return nil
	}
	return v.spans(e, props)
}

func (v *verifier) edge(e *entity, from, to *Node) error {
	v.count.Edges++
	switch {
	case from == nil || to == nil:
		v.problem(e.where(), "one of its ends is not on record")
		return nil
	case !e.edgeKind().Edge().Allows(from.Kind, to.Kind):
		v.problem(e.where(), "it leads from %s to %s", from.Kind, to.Kind)
	}
	home := ID{}
	if toCapture(e.edgeKind()) {
		home = to.ID
	}
	props, err := parseProps(e.body, e.edgeKind().Edge().All(), home)
	if err == nil {
		err = checkEdgeProps(e.edgeKind(), props)
	}
	if err != nil {
		v.problem(e.where(), "%v", err)
		return nil
	}
	if e.edgeKind() == vocab.QuotedIn && e.live() && quotable(from) && quotable(to) {
		v.quotation(e, from, to)
	}
	return v.spans(e, props)
}

// spans compares every span of an entity with its capture's text.
func (v *verifier) spans(e *entity, props Props) error {
	for name, value := range props {
		switch list := value.(type) {
		case []Span:
			for _, s := range list {
				if err := v.span(e, name, s); err != nil {
					return err
				}
			}
		case []Marked:
			for _, m := range list {
				if err := v.span(e, name, m.Place); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (v *verifier) span(e *entity, name string, s Span) error {
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
		mask, err := readMask(v.ctx, v, refs[0])
		if err != nil {
			return err
		}
		if !mask.hides(s.Span) {
			v.problem(e.where(), "%s: capture %s has %.60q from code point %d to %d, which is not what was recorded", name, s.Capture, exact, s.Start, s.End)
		}
	}
	return nil
}

// quotable reports whether an end of a quotation still shows its words.
func quotable(n *Node) bool { return !n.Retracted && !n.Redacted }

// quotation compares a statement's text with the places that it is said to
// stand in.
func (v *verifier) quotation(e *entity, statement, capture *Node) {
	texts, err := v.Texts(v.ctx, []Ref{capture.Ref})
	if err != nil {
		v.problem(e.where(), "%v", err)
		return
	}
	if is, spans := e.quotes(texts[0]); is != statement.Text("text") {
		mask, err := readMask(v.ctx, v, capture.Ref)
		if err == nil && slices.ContainsFunc(spans, mask.hides) {
			return
		}
		v.problem("STATEMENT "+statement.ID.String(), "its text is not what stands at its place in capture %s: %.60q", capture.ID, is)
	}
}

// archived compares every archived text with its digest, and looks for texts
// that belong to nothing.
func (v *verifier) archived() error {
	missing := v.captures // those whose text is still to come
	var whole strings.Builder
	var points, chunks int
	var of Ref
	finish := func() error {
		if chunks == 0 {
			return nil
		}
		defer func() { whole.Reset(); points, chunks = 0, 0 }()
		for len(missing) > 0 && missing[0] < of {
			v.problem("CAPTURE "+v.ids[missing[0]].String(), "its text is missing")
			missing = missing[1:]
		}
		if len(missing) == 0 || missing[0] != of {
			v.problem(at(textKey(of, 0)), "an archived text that belongs to no capture")
			return nil
		}
		missing = missing[1:]
		return v.oneText(of, whole.String())
	}
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyText})) {
		if err != nil {
			return stored("verify", err)
		}
		v.count.Pairs++
		if len(p.Key) != len(textKey(0, 0)) {
			v.problem(at(p.Key), "no key of a text")
			continue
		}
		if r := parseRef(p.Key[1:]); r != of {
			if err := finish(); err != nil || v.stop {
				return err
			}
			of = r
		}
		before, chunk, err := parseChunk(p.Key, p.Value)
		if err != nil || before != points || string(p.Key) != string(textKey(of, chunks)) {
			v.problem(at(p.Key), "the chunk of a text does not go on where the one before it ends")
		}
		whole.Write(chunk)
		points += strings.Count(string(chunk), "") - 1
		chunks++
	}
	if err := finish(); err != nil {
		return err
	}
	for _, r := range missing {
		v.problem("CAPTURE "+v.ids[r].String(), "its text is missing")
	}
	return v.masks()
}

// oneText compares a capture's text with its digest: its own, or that which a
// redaction left.
func (v *verifier) oneText(r Ref, s string) error {
	v.count.Texts++
	nodes, err := v.Nodes(v.ctx, []Ref{r})
	if err != nil {
		return err
	}
	m, err := readMask(v.ctx, v, r)
	if err != nil {
		return err
	}
	n, sum := nodes[0], sha256.Sum256([]byte(s))
	if n == nil {
		v.problem(at(entityKey(r)), "it is newer than the head")
		return nil
	}
	want := n.Text("sha256")
	if len(m.spans) > 0 {
		want = hex.EncodeToString(m.digest[:])
	}
	if is := hex.EncodeToString(sum[:]); is != want {
		v.problem("CAPTURE "+n.ID.String(), "its text has the digest %s, not %s", is, want)
	} else if n.Redacted && len(m.spans) == 0 {
		v.problem("CAPTURE "+n.ID.String(), "it was redacted, and its text is not covered")
	}
	return nil
}

// masks checks that texts are covered where a redaction covered them, and
// nowhere else.
func (v *verifier) masks() error {
	for p, err := range v.Scan(v.ctx, kv.Prefix([]byte{keyMask})) {
		if err != nil {
			return stored("verify", err)
		}
		v.count.Pairs++
		m, err := parseMask(p.Key, p.Value)
		if err != nil {
			v.damaged("texts", err)
			continue
		}
		r, err := readRef(p.Key, p.Key[1:])
		if _, is := slices.BinarySearch(v.captures, r); err != nil || !is {
			v.problem(at(p.Key), "the mask of a text that is not there")
			continue
		}
		if err := v.mask(r, m); err != nil && !v.damaged("texts", err) {
			return err
		}
	}
	return nil
}

func (v *verifier) mask(capture Ref, m mask) error {
	nodes, err := v.Nodes(v.ctx, []Ref{capture})
	if err != nil {
		return err
	}
	texts, err := v.Texts(v.ctx, []Ref{capture})
	if err != nil {
		return err
	}
	if nodes[0] == nil {
		return nil // reported with its text
	}
	allowed, err := v.redactedIn(nodes[0])
	if err != nil {
		return err
	}
	for _, s := range m.spans {
		exact, err := texts[0].Exact(s)
		if err != nil || strings.Trim(exact, strings.Join(covers[:], "")) != "" || !nodes[0].Redacted && !slices.Contains(allowed, s) {
			v.problem("CAPTURE "+nodes[0].ID.String(), "its mask says that a redaction covered %v, which is not so", s)
		}
	}
	return nil
}

// redactedIn returns the places in a capture that show the words of redacted
// statements.
func (v *verifier) redactedIn(capture *Node) (places []span.Span, err error) {
	var edges []Ref
	for p, err := range v.Scan(v.ctx, kv.Prefix(linksPrefix(capture.Ref, wayOf(vocab.QuotedIn, In)))) {
		if err != nil {
			return nil, stored("verify", err)
		}
		_, _, edge, err := splitLink(p.Key)
		if err != nil {
			return nil, err
		}
		edges = append(edges, edge)
	}
	versions, err := allVersions(v.ctx, v, edges)
	if err != nil {
		return nil, err
	}
	for _, vs := range versions {
		for _, e := range vs {
			from, err := v.Nodes(v.ctx, []Ref{e.from})
			if err != nil {
				return nil, err
			}
			if from[0] != nil && from[0].Redacted {
				places = append(places, e.quoted()...)
			}
		}
	}
	return places, nil
}
