package graph

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// entity is one version of a node or an edge as stored:
//
//	node: 1 | flags 1 | kind 1 | id 16 | properties
//	edge: 2 | flags 1 | kind 1 | id 16 | from 5 | to 5 | properties
//
// Bit 0 of the flags says retracted. Bit 1 says redacted: before the properties
// then stand the content hash 32 of the version and a checksum 8 of what follows
// (the beginning of its SHA-256), and of the properties only those remain that
// are no text.
type entity struct {
	ref       Ref
	since     uint64
	older     bool // there are earlier versions
	edge      bool
	retracted bool
	redacted  bool
	kind      uint8
	id        ID
	from, to  Ref
	body      []byte
}

func (e *entity) encode() []byte {
	b := make([]byte, 0, 32+len(e.body))
	var flags byte
	if e.retracted {
		flags |= 1
	}
	if e.redacted {
		flags |= 2
	}
	if e.edge {
		b = append(b, 2, flags, e.kind)
	} else {
		b = append(b, 1, flags, e.kind)
	}
	b = append(b, e.id[:]...)
	if e.edge {
		b = appendRef(appendRef(b, e.from), e.to)
	}
	return append(b, e.body...)
}

func parseEntity(ref Ref, c *cell) (*entity, error) {
	b := c.payload
	bad := func(what string) (*entity, error) { return nil, corrupt(entityKey(ref), what) }
	if len(b) < 19 || b[0] < 1 || b[0] > 2 || b[1] > 3 {
		return bad("no node and no edge")
	}
	e := &entity{ref: ref, since: c.since, older: c.older, edge: b[0] == 2, retracted: b[1]&1 != 0, redacted: b[1]&2 != 0, kind: b[2], id: ID(b[3:19])}
	b = b[19:]
	if e.edge {
		if len(b) < 2*refSize || vocab.EdgeKind(e.kind).Edge() == nil {
			return bad("no edge")
		}
		e.from, e.to = parseRef(b), parseRef(b[refSize:])
		b = b[2*refSize:]
	} else if vocab.NodeKind(e.kind).Node() == nil {
		return bad("no kind of node")
	}
	if e.redacted {
		if e.edge || len(b) < redactedHead {
			return bad("no redacted node")
		}
		if sum := sha256.Sum256(b[redactedHead:]); !bytes.Equal(sum[:8], b[sha256.Size:redactedHead]) {
			return bad("what a redaction left is not what it left")
		}
	}
	e.body = b
	return e, nil
}

// props is the stored form of the properties that there are.
func (e *entity) props() []byte {
	if e.redacted {
		return e.body[redactedHead:]
	}
	return e.body
}

// redact returns the body of a redacted version: the hash of what was there,
// and what is no text.
func (e *entity) redact() []byte {
	hash := e.contentHash(PutNode, ID{}, ID{})
	out := make([]byte, redactedHead)
	copy(out, hash[:])
	for b := e.props(); len(b) > 0; {
		n, w := binary.Uvarint(b[1:])
		if w <= 0 || uint64(len(b)-1-w) < n {
			break
		}
		one := b[:1+w+int(n)]
		out = append(out, remains(withTag(e.nodeKind().Node().All(), b[0]), one, one[1+w:])...)
		b = b[len(one):]
	}
	sum := sha256.Sum256(out[redactedHead:])
	copy(out[sha256.Size:], sum[:8])
	return out
}

// redactedHead is what stands before the properties of a redacted version.
const redactedHead = sha256.Size + 8

// allVersions returns every version of entities, the oldest first.
func allVersions(ctx context.Context, r kv.Reader, refs []Ref) ([][]*entity, error) {
	out := make([][]*entity, len(refs))
	keys := make([][]byte, len(refs))
	for i, x := range refs {
		keys[i] = entityKey(x)
	}
	values, err := r.GetMulti(ctx, keys)
	if err != nil {
		return nil, stored("read", err)
	}
	var ranges []kv.Range
	var of []int
	add := func(i int, key, value []byte) (older bool, err error) {
		c, err := parseCell(key, value)
		if err != nil {
			return false, err
		}
		e, err := parseEntity(refs[i], &c)
		out[i] = append(out[i], e)
		return c.older, err
	}
	for i, v := range values {
		if v == nil {
			continue
		}
		older, err := add(i, keys[i], v)
		if err != nil {
			return nil, err
		}
		if older {
			ranges, of = append(ranges, kv.Prefix(historyPrefix(keys[i]))), append(of, i)
		}
	}
	if len(ranges) > 0 {
		for p, err := range r.Scan(ctx, ranges...) {
			if err != nil {
				return nil, stored("read", err)
			}
			if _, err := add(of[p.Range], p.Key, bytes.Clone(p.Value)); err != nil {
				return nil, err
			}
		}
	}
	for _, vs := range out {
		slices.Reverse(vs) // the newest stood first
	}
	return out, nil
}

// live reports whether the entity is part of the present.
func (e *entity) live() bool { return e != nil && !e.retracted }

func (e *entity) nodeKind() vocab.NodeKind { return vocab.NodeKind(e.kind) }
func (e *entity) edgeKind() vocab.EdgeKind { return vocab.EdgeKind(e.kind) }

func toCapture(k vocab.EdgeKind) bool {
	to := k.Edge().To
	return len(to) == 1 && to[0] == vocab.Capture
}

// date is the node's place in time; undated where it has none.
func (e *entity) date() sortKey {
	if e.edge {
		return undated
	}
	n := e.nodeKind().Node()
	if n.When == "" {
		return undated
	}
	raw := storedValue(e.props(), n.Property(n.When).Tag)
	if raw == nil {
		return undated
	}
	w, _, err := edtf.DecodeWhen(raw)
	if err != nil {
		return undated
	}
	return dateKey(w)
}

// enum returns the stored number of an enumerated property, or 0xff.
func (e *entity) enum(p *vocab.Property) byte {
	if p == nil {
		return 0xff
	}
	if raw := storedValue(e.props(), p.Tag); len(raw) == 1 {
		return raw[0]
	}
	return 0xff
}

func (e *entity) status() byte { return e.enum(statusProperty) }

// nodeStatus is the status of a node; that of a node without one is EXPLICIT.
func (e *entity) nodeStatus() byte {
	if s := e.enum(nodeStatusProperty); s != 0xff {
		return s
	}
	return 0
}

// stands reports whether a node is part of the present, and not a candidate or
// one that was rejected.
func (e *entity) stands() bool { return e.live() && Shown.has(e.nodeStatus()) }

var nodeStatusProperty = vocab.Topic.Node().Property("status")

var statusProperty = vocab.Said.Edge().Property("status")

// contentHash is the hash of one version, by which the log's chain commits to
// it. The input is
//
//	op 1 | kind of entity 1 | kind 1 | id 16 | from 16 | to 16 | length of properties 4 | properties
//
// with zeros for the ends of a node and for whatever an op does not have. It
// holds no number of the record's own, so that another copy, or a reader with
// nothing but an export, can compute it. A redacted version keeps the hash in
// place of what was hashed.
func (e *entity) contentHash(op Op, from, to ID) [32]byte {
	if e.redacted && op != Redact && op != Retract {
		return [32]byte(e.body[:sha256.Size])
	}
	return sha256.Sum256(e.content(op, from, to))
}

// content is what the content hash is of.
func (e *entity) content(op Op, from, to ID) []byte {
	b := make([]byte, 0, 64+len(e.body))
	b = append(b, byte(op), 1, e.kind)
	if e.edge {
		b[1] = 2
	}
	b = append(append(append(b, e.id[:]...), from[:]...), to[:]...)
	body := e.body
	if op == Redact || op == Retract {
		body = nil // the id says what is hidden
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	return append(b, body...)
}
