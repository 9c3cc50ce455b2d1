package graph

import (
	"bytes"
	"context"
	"iter"
	"slices"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Stored is a node or an edge as it stands in the store: what it is can be asked
// before its properties are read. It is what reads more than a page goes by.
type Stored struct{ e *entity }

// Ref is its number.
func (s *Stored) Ref() Ref { return s.e.ref }

// ID is its id.
func (s *Stored) ID() ID { return s.e.id }

// IsEdge reports whether it is an edge.
func (s *Stored) IsEdge() bool { return s.e.edge }

// NodeKind is the kind of a node.
func (s *Stored) NodeKind() vocab.NodeKind { return s.e.nodeKind() }

// EdgeKind is the kind of an edge.
func (s *Stored) EdgeKind() vocab.EdgeKind { return s.e.edgeKind() }

// Ends are the numbers of an edge's nodes.
func (s *Stored) Ends() (from, to Ref) { return s.e.from, s.e.to }

// Retracted reports whether it is hidden from the present.
func (s *Stored) Retracted() bool { return s.e.retracted }

// Has reports whether its status is one of which.
func (s *Stored) Has(which Statuses) bool {
	if s.e.edge {
		return which.has(s.e.status())
	}
	return which.has(s.e.nodeStatus())
}

// Node reads a node whole. It is nobody else's.
func (s *Stored) Node() (*Node, error) { return s.e.node() }

// Edge reads an edge whole. The ids of its ends are the caller's to know: see
// [View.IDs].
func (s *Stored) Edge(from, to ID) (*Edge, error) {
	e := s.e
	g := &Edge{
		ID: e.id, Kind: e.edgeKind(), From: from, To: to, Ref: e.ref, FromRef: e.from, ToRef: e.to,
		Seq: e.since, Retracted: e.retracted,
	}
	home := ID{}
	if toCapture(g.Kind) {
		home = to
	}
	var err error
	if g.Props, err = parseProps(e.body, g.Kind.Edge().All(), home); err != nil {
		return nil, corrupt(entityKey(e.ref), err.Error())
	}
	return g, nil
}

// Clone is a copy that outlives the step of a loop in which s was met.
func (s *Stored) Clone() *Stored {
	e := *s.e
	e.body = bytes.Clone(e.body)
	return &Stored{&e}
}

// Stream yields everything that was on record as of the view, nodes and edges,
// retracted ones too, in the order of their numbers: the order of recording,
// which is the same on every copy of the record. What it yields is valid until
// the next step. Nothing of it is kept by the view.
func (v *View) Stream(ctx context.Context) iter.Seq2[*Stored, error] {
	return func(yield func(*Stored, error) bool) {
		for f, err := range v.scan(ctx, kv.Prefix([]byte{keyEntity})) {
			if err == nil && len(f.key) != 1+refSize {
				err = corrupt(f.key, "no number of a node or an edge")
			}
			if err != nil {
				yield(nil, err)
				return
			}
			e, err := parseEntity(parseRef(f.key[1:]), &cell{payload: f.payload, since: f.since})
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(&Stored{e}, nil) {
				return
			}
		}
	}
}

// Stored returns nodes and edges by their numbers; nil where there is none as of
// the view.
func (v *View) Stored(ctx context.Context, refs []Ref) ([]*Stored, error) {
	entities, err := v.entities(ctx, refs)
	if err != nil {
		return nil, err
	}
	out := make([]*Stored, len(refs))
	for i, e := range entities {
		if e != nil {
			out[i] = &Stored{e}
		}
	}
	return out, nil
}

// IDs returns the ids of nodes and edges by their numbers; the zero ID where
// there is none.
func (v *View) IDs(ctx context.Context, refs []Ref) ([]ID, error) {
	entities, err := v.entities(ctx, refs)
	if err != nil {
		return nil, err
	}
	out := make([]ID, len(refs))
	for i, e := range entities {
		if e != nil {
			out[i] = e.id
		}
	}
	return out, nil
}

// EachLink yields all links of nodes that have one of the statuses, along edges
// of the kinds given (all if none), node after node. It is for walks that leave
// nothing out, however many links a node has; a link is valid beyond the loop.
func (v *View) EachLink(ctx context.Context, of []Ref, which Statuses, kinds []vocab.EdgeKind) iter.Seq2[Link, error] {
	return func(yield func(Link, error) bool) {
		if len(of) == 0 {
			return
		}
		ranges := make([]kv.Range, len(of))
		for i, r := range of {
			ranges[i] = kv.Prefix(appendRef([]byte{keyLinks}, r))
		}
		for f, err := range v.scan(ctx, ranges...) {
			if err != nil {
				yield(Link{}, err)
				return
			}
			l, err := newLink(f)
			if err != nil {
				yield(Link{}, err)
				return
			}
			if which.has(l.status) && (len(kinds) == 0 || slices.Contains(kinds, l.Kind)) && !yield(l, nil) {
				return
			}
		}
	}
}

// RawTexts returns the archived texts of captures, by their numbers. In contrast
// to [View.Texts] they are not kept.
func (v *View) RawTexts(ctx context.Context, refs []Ref) ([]string, error) {
	return readTexts(ctx, v, refs)
}

// Present is the newest revision at the time of opening, whatever the view shows.
func (v *View) Present() Head { return v.now }
