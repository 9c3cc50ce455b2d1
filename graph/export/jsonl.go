package export

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/jsonl"
	"github.com/onrecord/onrecord/graph/vocab"
)

// writeJSONL writes onrecord JSONL, which an empty record takes back: first the
// nodes that can be on record by themselves, then captures, then what else cannot,
// each with the edges that it needs, then the other edges. The manifest is a
// comment at the end.
//
// A redacted node is put with a word in place of each text that it must have, and
// redacted before the edges are put. A capture in which a redaction covered words has another
// digest than the one on record, which therefore is left out.
func writeJSONL(ctx context.Context, o *Output, r *Reading) error {
	out := newOutput(o)
	w := &jsonlWriter{
		ctx: ctx, r: r, known: make(map[graph.ID]bool), out: jsonl.NewWriter(out, jsonl.WriterOptions{}),
		key: "export/" + graph.KeyID("export", o.Manifest.Onrecord.Query, o.Manifest.Onrecord.Root).String(),
	}
	node, edge := w.node, w.edge
	if o.Options.History {
		node, edge = func(*graph.Node) error { return nil }, func(*graph.Edge) error { return nil }
	}
	err := r.Each(ctx, node, edge)
	if err == nil && o.Options.History {
		err = w.history()
	} else if err == nil {
		err = w.end()
	}
	if err != nil {
		return err
	}
	if err := w.out.Comment(string(out.manifest(r.m))); err != nil {
		return err
	}
	return out.Flush()
}

type jsonlWriter struct {
	ctx context.Context
	r   *Reading
	out *jsonl.Writer
	key string

	revisions int
	changes   []graph.Change
	bytes     int
	captures  refSet // what spans lie in
	later     refSet // other nodes that need edges, or have spans
	written   refSet // edges that were needed
	again     []graph.Ref
	known     map[graph.ID]bool // captures that were looked at
	hidden    []graph.ID        // captures that are retracted, and spans lie in
	edges     bool              // they have begun
	redacted  []graph.ID
}

// A revision of an export has at most so many changes, and about so many bytes of
// texts.
const (
	jsonlChanges = 500
	jsonlBytes   = 1 << 20
)

// waiting are the kinds of nodes that cannot be put before others: they are refused
// without some edge, or have spans.
var waiting = func() map[vocab.NodeKind]bool {
	kinds := make(map[vocab.NodeKind]bool)
	for i := range vocab.Edges {
		for _, k := range slices.Concat(vocab.Edges[i].Out.Need, vocab.Edges[i].In.Need) {
			kinds[k] = true
		}
	}
	for i := range vocab.Nodes {
		for _, p := range vocab.Nodes[i].All() {
			if p.Type == vocab.Spans || p.Type == vocab.Whens {
				kinds[vocab.Nodes[i].Kind] = true
			}
		}
	}
	return kinds
}()

func (w *jsonlWriter) node(n *graph.Node) error {
	switch {
	case n.Kind == vocab.Capture:
		w.captures.add(n.Ref)
		return nil
	case waiting[n.Kind]:
		w.later.add(n.Ref)
		return nil
	}
	c, err := w.put(n)
	if err != nil {
		return err
	}
	return w.add(c)
}

// put makes the change that puts a node.
func (w *jsonlWriter) put(n *graph.Node) (graph.Change, error) {
	n.Props = maps.Clone(n.Props)
	if n.Redacted {
		w.redacted = append(w.redacted, n.ID)
		for _, p := range n.Kind.Node().All() {
			if p.Required && p.Type == vocab.Text && !p.Apart {
				n.Props[p.Name] = "redacted"
			}
		}
	}
	if n.Kind == vocab.Capture {
		own, err := w.r.r.texts.get(w.ctx, w.r.r.v, n.ID)
		if err != nil {
			return graph.Change{}, err
		}
		n.Props["text"] = own
		if sum := sha256.Sum256([]byte(own)); n.Props["sha256"] != hex.EncodeToString(sum[:]) {
			delete(n.Props, "sha256")
		}
		w.bytes += len(own)
	}
	return graph.Put(n), nil
}

func (w *jsonlWriter) add(c graph.Change) error {
	for _, props := range propsOf(&c) {
		if err := eachSpan(props, func(at *graph.Span) error { return w.hide(at.Capture) }); err != nil {
			return err
		}
	}
	w.changes = append(w.changes, c)
	if len(w.changes) < jsonlChanges && w.bytes < jsonlBytes {
		return nil
	}
	return w.flush()
}

func (w *jsonlWriter) flush() error {
	if len(w.changes) == 0 {
		return nil
	}
	w.revisions++
	err := w.out.Write(graph.Revision{
		Key: fmt.Sprintf("%s/%d", w.key, w.revisions), Agent: "onrecord export", Method: "import:jsonl",
		Reason: "what another record holds", Changes: w.changes,
	})
	w.changes, w.bytes = w.changes[:0], 0
	return err
}

func (w *jsonlWriter) edge(e *graph.Edge) error {
	if err := w.beginEdges(); err != nil {
		return err
	}
	if w.written.has(e.Ref) {
		return nil
	}
	return w.add(graph.Connect(e))
}

func (w *jsonlWriter) beginEdges() error {
	if w.edges {
		return nil
	}
	w.edges = true
	if err := w.flush(); err != nil {
		return err
	}
	for _, set := range []*refSet{&w.captures, &w.later} {
		for chunk := range set.chunks(64) {
			if err := w.needed(chunk); err != nil {
				return err
			}
		}
		if err := w.restate(); err != nil {
			return err
		}
		w.again = nil
	}
	for _, id := range w.redacted {
		if err := w.add(graph.Change{Op: graph.Redact, ID: id}); err != nil {
			return err
		}
	}
	return w.flush()
}

// needed writes nodes together with the edges that they need.
func (w *jsonlWriter) needed(refs []graph.Ref) error {
	v := w.r.r.v
	edges := make(map[graph.Ref][]graph.Ref)
	for l, err := range v.EachLink(w.ctx, refs, w.r.r.which, w.r.r.sel.Edges) {
		if err != nil {
			return err
		}
		if needs(&l) && w.r.Inside(l.Other) {
			edges[l.Of] = append(edges[l.Of], l.Edge)
		}
	}
	nodes, err := v.Stored(w.ctx, refs)
	if err != nil {
		return err
	}
	for _, s := range nodes {
		n, err := s.Node()
		if err != nil {
			return err
		}
		if err := w.r.r.fill(w.ctx, n); err != nil {
			return err
		}
		links, err := v.Stored(w.ctx, edges[n.Ref])
		if err != nil {
			return err
		}
		// A revision is never cut between a node and what it needs.
		if len(w.changes)+1+len(links) > jsonlChanges || w.bytes > jsonlBytes {
			if err := w.flush(); err != nil {
				return err
			}
		}
		c, err := w.put(n)
		if err != nil {
			return err
		}
		if n.Kind == vocab.Capture && early(c.Node.Props, n.ID) {
			w.again = append(w.again, n.Ref)
		}
		w.changes = append(w.changes, c)
		for _, l := range links {
			e, err := w.r.r.edge(w.ctx, l)
			if err != nil {
				return err
			}
			if n.Kind != vocab.Capture || !early(e.Props, n.ID) {
				w.written.add(e.Ref)
			}
			w.changes = append(w.changes, graph.Connect(e))
		}
	}
	return w.flush()
}

func propsOf(c *graph.Change) (out []graph.Props) {
	if c.Node != nil {
		out = append(out, c.Node.Props)
	}
	if c.Edge != nil {
		out = append(out, c.Edge.Props)
	}
	return out
}

// hide sees to it that a span's capture is there. One that was retracted is not
// in the export, and evidence may still lie in it: it is put, and retracted at the
// end. Its source is none that is named: it may be retracted too.
func (w *jsonlWriter) hide(capture graph.ID) error {
	if w.known[capture] {
		return nil
	}
	if len(w.known) >= 10_000 {
		clear(w.known)
	}
	w.known[capture] = true
	v := w.r.r.v
	nodes, err := v.NodesByID(w.ctx, []graph.ID{capture})
	if err != nil || nodes[0] == nil || w.r.Inside(nodes[0].Ref) || slices.Contains(w.hidden, capture) {
		return err
	}
	n := *nodes[0]
	waits, size := w.changes, w.bytes
	w.changes = nil
	text, err := w.r.r.texts.get(w.ctx, v, capture)
	if err != nil {
		return err
	}
	n.Props = graph.Props{"text": text, "mediaType": cmp.Or(n.Props["mediaType"], any("text/plain"))}
	source := &graph.Node{ID: graph.KeyID("export", "retracted source"), Kind: vocab.Source, Props: graph.Props{"title": "retracted"}}
	w.hidden = append(w.hidden, capture)
	w.changes = append(w.changes, graph.Put(source), graph.Put(&n), graph.Connect(&graph.Edge{Kind: vocab.CaptureOf, From: n.ID, To: source.ID}))
	if err := w.flush(); err != nil {
		return err
	}
	w.changes, w.bytes = waits, size
	return nil
}

// early leaves out the properties whose spans lie in other captures, which may not
// have been written yet, and reports whether there were any: what has them is put
// again when all captures are there.
func early(props graph.Props, home graph.ID) (cut bool) {
	for name, v := range props {
		err := eachSpan(graph.Props{name: v}, func(at *graph.Span) error {
			if at.Capture != home {
				return errElsewhere
			}
			return nil
		})
		if err != nil {
			delete(props, name)
			cut = true
		}
	}
	return cut
}

var errElsewhere = errors.New("in another capture")

// restate puts captures again that were cut.
func (w *jsonlWriter) restate() error {
	for chunk := range slices.Chunk(w.again, 64) {
		nodes, err := w.r.r.v.Stored(w.ctx, chunk)
		if err != nil {
			return err
		}
		for _, s := range nodes {
			n, err := s.Node()
			if err != nil {
				return err
			}
			if err := w.r.r.fill(w.ctx, n); err != nil {
				return err
			}
			c, err := w.put(n)
			if err != nil {
				return err
			}
			if err := w.add(c); err != nil {
				return err
			}
		}
	}
	return w.flush()
}

func (w *jsonlWriter) end() error {
	if err := w.beginEdges(); err != nil {
		return err
	}
	if len(w.hidden) > 0 {
		w.hidden = append(w.hidden, graph.KeyID("export", "retracted source"))
	}
	for _, id := range w.hidden {
		if err := w.add(graph.Change{Op: graph.Retract, ID: id}); err != nil {
			return err
		}
	}
	return w.flush()
}

// history writes the revisions of the log, with what each made.
func (w *jsonlWriter) history() error {
	now := w.r.r.v
	for seq := uint64(1); seq <= now.Head().Seq; seq++ {
		logs, err := now.Log(w.ctx, []uint64{seq})
		if err != nil {
			return err
		}
		v, err := now.AsOf(w.ctx, graph.At{Seq: seq})
		if err != nil {
			return err
		}
		w.r.r.v = v
		rev, err := w.revision(logs[0])
		w.r.r.v = now
		if err != nil {
			return err
		}
		if err := w.out.Write(*rev); err != nil {
			return err
		}
	}
	return nil
}

func (w *jsonlWriter) revision(l *graph.Logged) (*graph.Revision, error) {
	refs := make([]graph.Ref, len(l.Changes))
	for i, c := range l.Changes {
		refs[i] = c.Ref
	}
	versions, err := w.r.r.v.Stored(w.ctx, refs)
	if err != nil {
		return nil, err
	}
	rev := &graph.Revision{Seq: l.Seq, Time: l.Time, Agent: l.Agent, Method: l.Method, Reason: l.Reason, Key: l.Key}
	for i, c := range l.Changes {
		s := versions[i]
		change := graph.Change{Op: c.Op, ID: s.ID()}
		switch {
		case c.Op == graph.PutEdge:
			e, err := w.r.r.edge(w.ctx, s)
			if err != nil {
				return nil, err
			}
			change = graph.Connect(e)
		case c.Op == graph.PutNode || c.Op == graph.Redact:
			n, err := s.Node()
			if err != nil {
				return nil, err
			}
			if n.Redacted || c.Op == graph.Redact {
				return nil, &graph.Error{
					Kind: graph.Unavailable, Op: "export", Subject: "history", Hint: "export what it comes to, without the history",
					Err: errors.New("texts of " + n.ID.String() + " were redacted, in every revision, and cannot be written again"),
				}
			}
			if err := w.r.r.fill(w.ctx, n); err != nil {
				return nil, err
			}
			change = graph.Put(n)
		}
		rev.Changes = append(rev.Changes, change)
	}
	return rev, nil
}
