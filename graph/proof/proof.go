// Package proof cites what is on record so that anybody can check it with nothing
// but the citation and the key of the log.
//
// # Nouns
//
// A [Citation] is an item of CSL-JSON, which programs for references read, with a
// proof in its custom field. The proof has [Thing]s, which are versions of nodes and
// edges: what is cited, and what is said of it there (who said it, in which text of
// which source). Each leads to a [Revision] of the log, and those lead to a signed
// checkpoint.
//
// # Promises
//
// Everything that a citation states follows from what it proves, but for the
// server's address and the day of access. [Check] finds a change of any byte and
// names its place. A citation stays true when what it cites is redacted: who has it
// has the words. One that is made afterwards says that they were redacted, and proves
// their hash.
package proof

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/cite"
	"github.com/onrecord/onrecord/graph/tree"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Citation is an item of CSL-JSON with its proof.
type Citation struct {
	cite.Item
	Custom Custom `json:"custom"`
}

// Custom is where CSL-JSON leaves room.
type Custom struct {
	Proof Proof `json:"onrecord"`
}

// Proof proves that the log has what is cited.
type Proof struct {
	Form       int        `json:"citation"` // 1
	Cited      graph.ID   `json:"cited"`
	AsOf       uint64     `json:"asOf"` // the revision that all of it is as of
	Content    string     `json:"content"`
	Base       string     `json:"base"` // the address of the server; "" where none is known
	Things     []Thing    `json:"things"`
	Revisions  []Revision `json:"revisions"`
	Checkpoint string     `json:"checkpoint"`
	Sum        string     `json:"sum"` // sha256: and that of the citation with "" here
}

// Thing is a version of a node or an edge.
type Thing struct {
	Content  []byte    `json:"content,omitempty"` // see graph.ParseContent; none where it was redacted
	Hash     string    `json:"hash"`              // the SHA-256 of the content
	Revision int       `json:"revision"`          // which of Revisions made it
	Change   int       `json:"change"`            // which of its changes, from 0
	Path     tree.Path `json:"path"`              // from the hash to the root of the changes
}

// Revision is a revision of the log.
type Revision struct {
	Leaf []byte    `json:"leaf"` // see tree.Leaf
	Path tree.Path `json:"path"` // from the leaf to the root of the checkpoint
}

// Options of a citation.
type Options struct {
	Base     string // the address of the server, without a slash at its end
	Accessed string // a day, or ""
}

// Cite cites a node as the view has it.
func Cite(ctx context.Context, v *graph.View, id graph.ID, s *tree.Signer, o Options) (*Citation, *cite.Work, error) {
	refs, err := related(ctx, v, id)
	if err != nil {
		return nil, nil, err
	}
	root, err := v.Root(ctx)
	if err != nil {
		return nil, nil, err
	}
	c := new(Citation)
	p := &c.Custom.Proof
	p.Form, p.Cited, p.AsOf, p.Base = 1, id, root.Size, o.Base
	if p.Checkpoint, err = s.Sign(root); err != nil {
		return nil, nil, err
	}
	at := make(map[uint64]int)
	for _, r := range refs {
		proven, err := v.Prove(ctx, r)
		if err != nil {
			return nil, nil, err
		}
		for _, x := range proven {
			i, known := at[x.Leaf.Seq]
			if !known {
				i = len(p.Revisions)
				at[x.Leaf.Seq] = i
				p.Revisions = append(p.Revisions, Revision{x.Leaf.Encode(), path(x.Path)})
			}
			p.Things = append(p.Things, Thing{x.Content, hex.EncodeToString(x.Hash[:]), i, x.Change, path(x.Within)})
		}
	}
	p.Content = "sha256:" + p.Things[0].Hash
	contents, err := c.contents()
	if err != nil {
		return nil, nil, err
	}
	w := c.work(contents)
	if o.Accessed != "" {
		w.Accessed = &cite.Date{EDTF: o.Accessed, Machine: o.Accessed, Text: o.Accessed}
	}
	c.Item = w.CSL()
	p.Sum = c.sum()
	return c, w, nil
}

// path is written as a list, also where it is empty.
func path(p tree.Path) tree.Path {
	if p == nil {
		return tree.Path{}
	}
	return p
}

// related are the numbers of what is cited, first, and of what is said of it.
func related(ctx context.Context, v *graph.View, id graph.ID) ([]graph.Ref, error) {
	nodes, err := v.NodesByID(ctx, []graph.ID{id})
	if err != nil {
		return nil, err
	}
	n := nodes[0]
	switch {
	case n == nil:
		return nil, &graph.Error{Kind: graph.NotFound, Op: "cite", Subject: id.String(), Err: fmt.Errorf("no node on record has this id")}
	case n.Retracted:
		return nil, &graph.Error{
			Kind: graph.Conflict, Op: "cite", Subject: id.String(), Err: fmt.Errorf("it was retracted by revision %d", n.Seq),
			Hint: "cite it as of an earlier revision",
		}
	}
	refs := []graph.Ref{n.Ref}
	follow := func(from graph.Ref, kind vocab.EdgeKind, dir graph.Direction) graph.Ref {
		if from == 0 || err != nil {
			return 0
		}
		var links [][]graph.Link
		links, err = v.Links(ctx, []graph.Ref{from}, graph.Shown, graph.Way{Kind: kind, Dir: dir})
		if err != nil || len(links[0]) == 0 {
			return 0
		}
		l := links[0][0]
		refs = append(refs, l.Edge, l.Other)
		return l.Other
	}
	capture, source := graph.Ref(0), graph.Ref(0)
	switch n.Kind {
	case vocab.Statement:
		follow(n.Ref, vocab.Said, graph.In)
		capture = follow(n.Ref, vocab.QuotedIn, graph.Out)
	case vocab.Capture:
		capture = n.Ref
	case vocab.Source:
		source = n.Ref
	}
	if capture != 0 {
		source = follow(capture, vocab.CaptureOf, graph.Out)
	}
	follow(source, vocab.Published, graph.In)
	var once []graph.Ref // who said it may have published it
	for _, r := range refs {
		if !slices.Contains(once, r) {
			once = append(once, r)
		}
	}
	return once, err
}

// contents reads what the things are; nil where there is nothing but a hash.
func (c *Citation) contents() ([]*graph.Content, error) {
	out := make([]*graph.Content, len(c.Custom.Proof.Things))
	for i, t := range c.Custom.Proof.Things {
		if t.Content == nil {
			continue
		}
		x, err := graph.ParseContent(t.Content)
		if err != nil {
			return nil, fmt.Errorf("things[%d].content: %w", i, err)
		}
		out[i] = &x
	}
	return out, nil
}

// Redacted reports whether the words of what is cited were redacted before.
func (p *Proof) Redacted() bool { return len(p.Things) > 0 && p.Things[0].Content == nil }

// Link is the permalink: the address of what is cited as of its revision.
func (p *Proof) Link(kind vocab.NodeKind) string {
	if p.Base == "" || kind == 0 {
		return "urn:uuid:" + p.Cited.String()
	}
	return p.Base + "/" + strings.ToLower(kind.String()) + "/" + p.Cited.String() + "?asOf=" + strconv.FormatUint(p.AsOf, 10)
}

// sum is the citation's own.
func (c *Citation) sum() string {
	bare := *c
	bare.Custom.Proof.Sum = ""
	s := sha256.Sum256(bare.Encode())
	return "sha256:" + hex.EncodeToString(s[:])
}

// Encode is the written form: a list of one item, as programs for references take it.
func (c *Citation) Encode() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	_ = e.Encode([]*Citation{c}) // texts, numbers and hashes are always JSON
	return b.Bytes()
}
