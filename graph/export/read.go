package export

import (
	"container/list"
	"context"
	"iter"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// reading reads what a plan says: first the nodes, then the edges, both in the
// order of recording. Nodes have their texts, spans their words.
type reading struct {
	*plan
	ids   idTable
	texts textCache
}

// each calls node for every node and then edge for every edge.
func (r *reading) each(ctx context.Context, node func(*graph.Node) error, edge func(*graph.Edge) error) error {
	for s, err := range r.stored(ctx, &r.nodes, false) {
		if err != nil {
			return err
		}
		if r.all {
			ok, err := r.passes(s)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			r.nodes.add(s.Ref())
		}
		r.ids.put(s.ID())
		n, err := s.Node()
		if err != nil {
			return err
		}
		if err := r.fill(ctx, n); err != nil {
			return err
		}
		if err := node(n); err != nil {
			return err
		}
	}
	r.ids.end(&r.nodes)
	return r.eachEdge(ctx, edge)
}

// eachEdge calls f for every edge. The nodes have been read before.
func (r *reading) eachEdge(ctx context.Context, f func(*graph.Edge) error) error {
	for s, err := range r.stored(ctx, &r.edges, true) {
		if err != nil {
			return err
		}
		if s.Retracted() || r.all && (!r.sel.takesEdge(s.EdgeKind()) || !s.Has(r.which)) {
			continue
		}
		from, to := s.Ends()
		if !r.nodes.has(from) || !r.nodes.has(to) {
			continue
		}
		e, err := r.edge(ctx, s)
		if err != nil {
			return err
		}
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

// edge reads an edge with the words of its spans.
func (r *reading) edge(ctx context.Context, s *graph.Stored) (*graph.Edge, error) {
	from, to := s.Ends()
	ends := [2]graph.ID{r.ids.get(from), r.ids.get(to)}
	if ends[0].IsZero() || ends[1].IsZero() {
		got, err := r.v.IDs(ctx, []graph.Ref{from, to})
		if err != nil {
			return nil, err
		}
		ends = [2]graph.ID(got)
	}
	e, err := s.Edge(ends[0], ends[1])
	if err != nil {
		return nil, err
	}
	return e, eachSpan(e.Props, func(at *graph.Span) error { return r.words(ctx, at, graph.ID{}, "") })
}

// stored yields what is stored of nodes or of edges: of all, by one scan; of a
// part, by a scan where it is a large one, else one by one.
func (r *reading) stored(ctx context.Context, which *refSet, edges bool) iter.Seq2[*graph.Stored, error] {
	const sparse = 16 // a scan reads about so many in the time of one by itself
	return func(yield func(*graph.Stored, error) bool) {
		if r.all || which.n > int64(r.v.Present().Next)/sparse {
			for s, err := range r.v.Stream(ctx) {
				if err == nil && (s.IsEdge() != edges || !r.all && !which.has(s.Ref())) {
					continue
				}
				if !yield(s, err) || err != nil {
					return
				}
			}
			return
		}
		for chunk := range which.chunks(readChunk) {
			found, err := r.v.Stored(ctx, chunk)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, s := range found {
				if s != nil && !yield(s, nil) {
					return
				}
			}
		}
	}
}

// fill gives a node its text, if it has one that is kept apart, and its spans
// their words.
func (r *reading) fill(ctx context.Context, n *graph.Node) error {
	own := ""
	if n.Kind == vocab.Capture {
		t, err := r.v.RawTexts(ctx, []graph.Ref{n.Ref})
		if err != nil {
			return err
		}
		own = t[0]
		if !n.Redacted {
			n.Props["text"] = own
		}
		r.texts.put(n.ID, own)
	}
	return eachSpan(n.Props, func(at *graph.Span) error { return r.words(ctx, at, n.ID, own) })
}

// words fills in the words of a span. home's text is at hand.
func (r *reading) words(ctx context.Context, at *graph.Span, home graph.ID, own string) error {
	text := own
	if at.Capture != home {
		var err error
		if text, err = r.texts.get(ctx, r.v, at.Capture); err != nil {
			return err
		}
	}
	if at.ByteStart < 0 || at.ByteEnd > len(text) || at.ByteStart >= at.ByteEnd {
		return &graph.Error{
			Kind: graph.Corrupt, Op: "export", Subject: "capture " + at.Capture.String(),
			Err: &kv.CorruptError{What: "it is shorter than a span in it: " + at.Span.String()}, Hint: "run onrecord verify to see what else is damaged",
		}
	}
	at.Exact = text[at.ByteStart:at.ByteEnd]
	return nil
}

// textCache keeps the texts that were used last, since what stands in a text is
// recorded with it.
type textCache struct {
	byID  map[graph.ID]*list.Element
	byUse list.List // of cachedText, used last first
	bytes int
}

type cachedText struct {
	id   graph.ID
	text string
}

const cachedBytes = 16 << 20

func (c *textCache) get(ctx context.Context, v *graph.View, id graph.ID) (string, error) {
	if el := c.byID[id]; el != nil {
		c.byUse.MoveToFront(el)
		return el.Value.(cachedText).text, nil
	}
	refs, err := v.Refs(ctx, []graph.ID{id})
	if err != nil || refs[0] == 0 {
		return "", err
	}
	texts, err := v.RawTexts(ctx, refs)
	if err != nil {
		return "", err
	}
	c.put(id, texts[0])
	return texts[0], nil
}

func (c *textCache) put(id graph.ID, text string) {
	if c.byID == nil {
		c.byID = make(map[graph.ID]*list.Element)
	}
	if c.byID[id] != nil {
		return
	}
	c.byID[id] = c.byUse.PushFront(cachedText{id, text})
	c.bytes += len(text) + 128
	for c.bytes > cachedBytes && c.byUse.Len() > 1 {
		old := c.byUse.Remove(c.byUse.Back()).(cachedText)
		delete(c.byID, old.id)
		c.bytes -= len(old.text) + 128
	}
}
