package export

import (
	"context"
	"errors"
	"slices"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// plan is a selection found in a view: which nodes and edges are in.
type plan struct {
	v   *graph.View
	sel *Selection

	all   bool   // everything that passes; the sets are filled in on the way
	nodes refSet // in
	edges refSet // in, unless all

	outside  refSet // looked at and left out
	speakers *refSet
	topics   *refSet
	said     edtf.Interval
	which    graph.Statuses
}

// readChunk is how many nodes or edges are read together.
const readChunk = 512

// find finds the nodes and edges of a selection.
func find(ctx context.Context, v *graph.View, sel *Selection) (*plan, error) {
	p := &plan{v: v, sel: sel, said: sel.said(), which: sel.statuses()}
	if !sel.begins() {
		p.all = true
		return p, nil
	}
	if err := p.narrow(ctx); err != nil {
		return nil, err
	}
	var level refSet
	if err := p.start(ctx, &level); err != nil {
		return nil, err
	}
	for step := 0; step < sel.depth() && level.n > 0; step++ {
		var met, next refSet
		for chunk := range level.chunks(readChunk) {
			for l, err := range v.EachLink(ctx, chunk, p.which, sel.Edges) {
				if err != nil {
					return nil, err
				}
				if !p.nodes.has(l.Other) && !p.outside.has(l.Other) {
					met.add(l.Other)
				}
			}
		}
		if err := p.take(ctx, &met, &next); err != nil {
			return nil, err
		}
		level = next
	}
	return p, p.close(ctx)
}

// narrow finds the statements of the speakers, and those on the topics.
func (p *plan) narrow(ctx context.Context) error {
	gather := func(of []graph.Ref, kind vocab.EdgeKind, dir graph.Direction, take func(*graph.Link)) error {
		for l, err := range p.v.EachLink(ctx, of, p.which, []vocab.EdgeKind{kind}) {
			if err != nil {
				return err
			}
			if l.Dir == dir {
				take(&l)
			}
		}
		return nil
	}
	if len(p.sel.Speakers) > 0 {
		refs, err := p.known(ctx, paramSpeaker, p.sel.Speakers, vocab.Speaker)
		if err != nil {
			return err
		}
		same, err := p.v.Identities(ctx, refs)
		if err != nil {
			return err
		}
		p.speakers = new(refSet)
		if err := gather(slices.Concat(same...), vocab.Said, graph.Out, func(l *graph.Link) { p.speakers.add(l.Other) }); err != nil {
			return err
		}
	}
	if len(p.sel.Topics) > 0 {
		refs, err := p.known(ctx, paramTopic, p.sel.Topics, vocab.Topic)
		if err != nil {
			return err
		}
		p.topics = new(refSet)
		var claims refSet
		err = gather(refs, vocab.About, graph.In, func(l *graph.Link) {
			switch l.OtherKind {
			case vocab.Statement:
				p.topics.add(l.Other)
			case vocab.Claim:
				claims.add(l.Other)
			}
		})
		if err != nil {
			return err
		}
		for chunk := range claims.chunks(readChunk) {
			if err := gather(chunk, vocab.Expresses, graph.In, func(l *graph.Link) { p.topics.add(l.Other) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// known returns the numbers of ids that must be nodes of a kind, or of any.
func (p *plan) known(ctx context.Context, field string, ids []graph.ID, kind vocab.NodeKind) ([]graph.Ref, error) {
	refs, err := p.v.Refs(ctx, ids)
	if err != nil {
		return nil, err
	}
	found, err := p.v.Stored(ctx, refs)
	if err != nil {
		return nil, err
	}
	var out []graph.Ref
	for i, s := range found {
		fail := func(k graph.Kind, what, hint string) error {
			return &graph.Error{Kind: k, Op: "export", Subject: field + " " + ids[i].String(), Err: errors.New(what), Hint: hint}
		}
		switch {
		case s == nil:
			return nil, fail(graph.NotFound, "nothing on record has this id", "")
		case s.Retracted():
			return nil, fail(graph.NotFound, "it is retracted", "with asOf, the record is exported as it was before")
		case kind != 0 && (s.IsEdge() || s.NodeKind() != kind):
			return nil, fail(graph.Invalid, "it is no "+kind.String(), "")
		case !s.Has(p.which):
			return nil, fail(graph.NotFound, "it has another status", "name its status, such as status=CANDIDATE")
		case s.IsEdge():
			from, to := s.Ends()
			out = append(out, from, to)
		default:
			out = append(out, refs[i])
		}
	}
	return out, nil
}

// start takes what the selection begins with.
func (p *plan) start(ctx context.Context, level *refSet) error {
	var met refSet
	switch {
	case len(p.sel.IDs) > 0:
		refs, err := p.known(ctx, paramID, p.sel.IDs, 0)
		if err != nil {
			return err
		}
		for _, r := range refs {
			met.add(r)
		}
	case p.sel.Search != "":
		if err := p.search(ctx, &met); err != nil {
			return err
		}
	case p.speakers != nil:
		met = *p.speakers
	case p.topics != nil:
		met = *p.topics
	default:
		for s, err := range p.v.Stream(ctx) {
			if err != nil {
				return err
			}
			if ok, err := p.passes(s); err != nil {
				return err
			} else if ok && s.NodeKind() == vocab.Statement {
				p.nodes.add(s.Ref())
				level.add(s.Ref())
			}
		}
		return nil
	}
	return p.take(ctx, &met, level)
}

// search takes everything that a search finds, page by page.
func (p *plan) search(ctx context.Context, met *refSet) error {
	first := graph.MaxPage
	for page := (graph.Page{First: &first}); ; {
		hits, found, err := p.v.Search(ctx, graph.SearchQuery{Text: p.sel.Search, Kinds: p.sel.Nodes, Said: edtf.Always()}, page)
		if err != nil {
			return err
		}
		for i := range hits {
			met.add(hits[i].Node.Ref)
		}
		if !found.HasNext || len(hits) == 0 {
			return nil
		}
		page.After = hits[len(hits)-1].Cursor
	}
}

// take takes those that pass of the nodes that were met.
func (p *plan) take(ctx context.Context, met, next *refSet) error {
	for chunk := range met.chunks(readChunk) {
		found, err := p.v.Stored(ctx, chunk)
		if err != nil {
			return err
		}
		for i, s := range found {
			ok := false
			if s != nil {
				if ok, err = p.passes(s); err != nil {
					return err
				}
			}
			if !ok {
				p.outside.add(chunk[i])
			} else if p.nodes.add(chunk[i]) {
				next.add(chunk[i])
			}
		}
	}
	return nil
}

// passes reports whether a node is not left out.
func (p *plan) passes(s *graph.Stored) (bool, error) {
	if s.IsEdge() || s.Retracted() || !p.sel.takes(s.NodeKind()) || !s.Has(p.which) {
		return false, nil
	}
	if s.NodeKind() != vocab.Statement {
		return true, nil
	}
	if p.speakers != nil && !p.speakers.has(s.Ref()) || p.topics != nil && !p.topics.has(s.Ref()) {
		return false, nil
	}
	if p.said.Unbounded() {
		return true, nil
	}
	n, err := s.Node()
	if err != nil {
		return false, err
	}
	w, _ := n.Props["said"].(edtf.When)
	return !w.IsZero() && p.said.Contains(w.Interval()), nil
}

// close finds the edges among the nodes, and makes the part whole: see [Selection].
func (p *plan) close(ctx context.Context) error {
	fresh := p.nodes
	fresh.pages = slices.Clone(fresh.pages)
	for i, page := range fresh.pages {
		if page != nil {
			copied := *page
			fresh.pages[i] = &copied
		}
	}
	whole := len(p.sel.Nodes) == 0 && len(p.sel.Edges) == 0
	for fresh.n > 0 {
		var edges, met, next refSet
		for chunk := range fresh.chunks(readChunk) {
			for l, err := range p.v.EachLink(ctx, chunk, p.which, p.sel.Edges) {
				if err != nil {
					return err
				}
				switch {
				case p.nodes.has(l.Other):
					if p.edges.add(l.Edge) {
						edges.add(l.Edge)
					}
				case whole && needs(&l):
					met.add(l.Other)
				}
			}
		}
		if whole {
			if err := p.captures(ctx, &fresh, &met); err != nil {
				return err
			}
			if err := p.captures(ctx, &edges, &met); err != nil {
				return err
			}
		}
		if err := p.take(ctx, &met, &next); err != nil {
			return err
		}
		fresh = next
	}
	return nil
}

// needs reports whether some nodes cannot be on record without such a link. A
// source, which can be without its publisher, gets it too.
func needs(l *graph.Link) bool {
	if l.Dir == graph.In {
		return len(l.Kind.Edge().In.Need) > 0
	}
	return len(l.Kind.Edge().Out.Need) > 0
}

// captures adds to met the captures that the spans of nodes or edges lie in.
func (p *plan) captures(ctx context.Context, of, met *refSet) error {
	for chunk := range of.chunks(readChunk) {
		found, err := p.v.Stored(ctx, chunk)
		if err != nil {
			return err
		}
		ids := make(map[graph.ID]bool)
		for _, s := range found {
			if s == nil {
				continue
			}
			if s.IsEdge() {
				if _, to := s.Ends(); toCapture(s.EdgeKind()) {
					met.add(to)
				}
				e, err := s.Edge(graph.ID{}, graph.ID{})
				if err != nil {
					return err
				}
				eachSpan(e.Props, func(at *graph.Span) error { ids[at.Capture] = true; return nil })
				continue
			}
			n, err := s.Node()
			if err != nil {
				return err
			}
			eachSpan(n.Props, func(at *graph.Span) error { ids[at.Capture] = true; return nil })
		}
		delete(ids, graph.ID{})
		var list []graph.ID
		for id := range ids {
			list = append(list, id)
		}
		refs, err := p.v.Refs(ctx, list)
		if err != nil {
			return err
		}
		for _, r := range refs {
			if r != 0 && !p.nodes.has(r) {
				met.add(r)
			}
		}
	}
	return nil
}

// toCapture reports whether the spans of an edge lie in the capture that it leads
// to, unless they say otherwise.
func toCapture(k vocab.EdgeKind) bool {
	return slices.Equal(k.Edge().To, []vocab.NodeKind{vocab.Capture})
}

// eachSpan calls f for every span in values.
func eachSpan(props graph.Props, f func(*graph.Span) error) error {
	for _, v := range props {
		switch v := v.(type) {
		case []graph.Span:
			for i := range v {
				if err := f(&v[i]); err != nil {
					return err
				}
			}
		case []graph.Marked:
			for i := range v {
				if err := f(&v[i].Place); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
