package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/onrecord/onrecord/graph/tree"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Proven is one version of a node or an edge, with what proves that the log has it.
type Proven struct {
	// Content is what the content hash is of: see ParseContent. It is nil where a
	// redaction left nothing but the hash.
	Content []byte
	Hash    [32]byte
	Leaf    tree.Leaf // of the revision that made it
	Change  int       // which of its changes, from 0
	Within  tree.Path // from the content hash to the leaf
	Path    tree.Path // from the leaf to the root as of the view
}

// Prove proves what the view has of a node or an edge. Of one that was redacted it
// is two: the hash of what stood there, and the redaction.
func (v *View) Prove(ctx context.Context, r Ref) ([]Proven, error) {
	if err := v.hasTree(ctx); err != nil {
		return nil, err
	}
	all, err := allVersions(ctx, v, []Ref{r})
	if err != nil {
		return nil, err
	}
	versions := slices.DeleteFunc(all[0], func(e *entity) bool { return e.since > v.head.Seq })
	if len(versions) == 0 {
		return nil, errorf(NotFound, "prove", "", "nothing with this number is on record")
	}
	var out []Proven
	for i := len(versions) - 1; i >= 0; i-- {
		p, op, err := v.prove(ctx, versions[i])
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		if op != Redact && (op != Retract || !versions[i].redacted) {
			break
		}
	}
	slices.Reverse(out)
	return out, nil
}

func (v *View) prove(ctx context.Context, e *entity) (p Proven, op Op, err error) {
	logs, err := v.Log(ctx, []uint64{e.since})
	if err != nil {
		return p, op, err
	}
	l := logs[0]
	p.Change = slices.IndexFunc(l.Changes, func(c Changed) bool { return c.Ref == e.ref })
	if p.Change < 0 {
		return p, op, corrupt(entityKey(e.ref), "the revision that is said to have made it did not")
	}
	op = l.Changes[p.Change].Op
	contents, err := v.AsLeftBy(l).contentHashes(ctx, l)
	if err != nil {
		return p, op, err
	}
	p.Hash = contents[p.Change]
	if !e.redacted || op == Redact || op == Retract {
		ends, err := v.IDs(ctx, []Ref{e.from, e.to})
		if err != nil {
			return p, op, err
		}
		p.Content = e.content(op, ends[0], ends[1])
	}
	if p.Within, err = tree.ProveChange(contents, p.Change); err != nil {
		return p, op, treeError(err)
	}
	leaves, err := v.leaves(ctx, []uint64{e.since})
	if err != nil {
		return p, op, err
	}
	p.Leaf = leaves[0]
	if p.Path, err = tree.ProveLeaf(v.head.Seq, e.since, storedTree(ctx, v)); err != nil {
		return p, op, treeError(err)
	}
	return p, op, nil
}

// Content is what a content hash is of, as read.
type Content struct {
	Op   Op
	Node *Node // of a put node; of a retract or redact with its id and kind alone
	Edge *Edge // likewise
}

// ParseContent reads what a content hash is of:
//
//	op 1 | kind of entity 1 | kind 1 | id 16 | from 16 | to 16 | length of properties 4 | properties
func ParseContent(b []byte) (c Content, err error) {
	const head = 3 + 3*16 + 4
	if len(b) < head || int(binary.BigEndian.Uint32(b[head-4:])) != len(b)-head {
		return c, errors.New("it is not what a content hash is made of")
	}
	c.Op = Op(b[0])
	id, from, to, body := ID(b[3:19]), ID(b[19:35]), ID(b[35:51]), b[head:]
	hidden := c.Op == Retract || c.Op == Redact
	switch {
	case hidden && len(body) > 0:
		return c, errors.New("what hides something has no properties")
	case b[1] == 1 && (hidden || c.Op == PutNode) && vocab.NodeKind(b[2]).Node() != nil && from.IsZero() && to.IsZero():
		c.Node = &Node{ID: id, Kind: vocab.NodeKind(b[2])}
		home := ID{}
		if c.Node.Kind == vocab.Capture {
			home = id
		}
		c.Node.Props, err = parseProps(body, c.Node.Kind.Node().All(), home)
	case b[1] == 2 && (c.Op == Retract || c.Op == PutEdge) && vocab.EdgeKind(b[2]).Edge() != nil:
		c.Edge = &Edge{ID: id, Kind: vocab.EdgeKind(b[2]), From: from, To: to}
		home := ID{}
		if toCapture(c.Edge.Kind) {
			home = to
		}
		c.Edge.Props, err = parseProps(body, c.Edge.Kind.Edge().All(), home)
	default:
		err = errors.New("it is of no kind that there is")
	}
	return c, err
}
