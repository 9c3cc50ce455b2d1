package schema

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/onrecord/onrecord/graph"
	cut "github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/schema/engine"
)

var errNoCapture = errors.New("no capture with this id is on record; put it first")

// planner turns the calls of one transaction into the changes of one revision.
// What it reads it reads from one view, and every change of something that
// stands is conditional on the version that was read: who was overtaken plans
// anew, or is told.
type planner struct {
	ctx    context.Context
	view   *graph.View
	caller Caller

	rev   graph.Revision
	of    []origin                // of each change of rev
	texts map[graph.ID]*cut.Text  // archived by the calls before
	puts  map[graph.ID]graph.Node // by the calls before
	bound bool                    // a change is conditional on what the client knows
	call  int                     // being planned
}

// origin is where a change comes from: a call, and a place in its input.
type origin struct {
	call int
	path []string
}

var inputPath = []string{"input"}

func (p *planner) add(path []string, c graph.Change) {
	p.rev.Changes = append(p.rev.Changes, c)
	p.of = append(p.of, origin{p.call, path})
}

// refusal is an error that is the caller's, with a code of its own.
func forbidden(path []string, format string, args ...any) error {
	err := graph.Invalidf(format, args...).(*graph.Error) // it makes no other
	err.Kind = graph.Permission
	return &inputError{path, err}
}

// plan adds the changes of a call. Its primary is what the answer shows.
func (p *planner) plan(c *engine.Call, op *operation, primary graph.ID) error {
	in, _ := c.Args["input"].(map[string]any)
	if err := p.header(in); err != nil {
		return err
	}
	before := len(p.rev.Changes)
	if err := op.plan(p, in, primary); err != nil {
		return err
	}
	for _, c := range p.rev.Changes[before:] {
		if c.IfSeq != nil && *c.IfSeq > 0 && text(in, "reason") == "" {
			return wrong(at(inputPath, "reason"), "missing: something stands already, and whoever reads its history is told why it was changed")
		}
	}
	return nil
}

// header takes the reason and the method of a call into the revision.
func (p *planner) header(in map[string]any) error {
	if r := text(in, "reason"); r != "" && p.rev.Reason == "" {
		p.rev.Reason = r
	} else if r != "" && r != p.rev.Reason {
		p.rev.Reason += "; " + r
	}
	method := text(in, "method")
	if _, isLink := in["from"]; method == "" || isLink {
		method = "human" // a link's method is the edge's
	}
	if err := graph.CheckMethod(method); err != nil {
		return &inputError{at(inputPath, "method"), err}
	}
	if p.rev.Method != "" && p.rev.Method != method {
		return wrong(at(inputPath, "method"), "%q, and another mutation of the transaction has %q", method, p.rev.Method)
	}
	p.rev.Method = method
	return nil
}

// expected is the version that a change is conditional on: what the client
// knows, else what was read.
func (p *planner) expected(in map[string]any, is uint64) (*uint64, error) {
	n, ok := in["ifRevision"].(int)
	if !ok {
		return &is, nil
	}
	p.bound = true
	want := uint64(max(n, 0))
	if n < 0 || want != is {
		return nil, &conflict{inputError{at(inputPath, "ifRevision"), conflictf("its newest revision is %d, not %d; read it again and decide anew", is, n)}, is}
	}
	return &want, nil
}

func conflictf(format string, args ...any) error {
	err := graph.Invalidf(format, args...).(*graph.Error) // it makes no other
	err.Kind = graph.Conflict
	return err
}

// conflict is what a client that was overtaken is told, with the newer revision.
type conflict struct {
	inputError
	newer uint64
}

// node reads a node; nil where there is none. What the transaction puts before is
// none yet.
func (p *planner) node(id graph.ID) (*graph.Node, error) {
	ns, err := p.view.NodesByID(p.ctx, []graph.ID{id})
	if err != nil {
		return nil, err
	}
	return ns[0], nil
}

func (p *planner) edge(id graph.ID) (*graph.Edge, error) {
	refs, err := p.view.Refs(p.ctx, []graph.ID{id})
	if err != nil || refs[0] == 0 {
		return nil, err
	}
	es, err := p.view.Edges(p.ctx, refs)
	if err != nil {
		return nil, err
	}
	return es[0], nil
}

// idIn reads an id of an input; zero where it is absent or null.
func idIn(path []string, in map[string]any, name string) (graph.ID, error) {
	s, ok := in[name].(string)
	if !ok {
		return graph.ID{}, nil
	}
	id, err := graph.ParseID(s)
	if err != nil {
		return id, &inputError{at(path, name), err}
	}
	return id, nil
}

// patched is what stands, changed by what is given.
func patched(stands, given graph.Props) graph.Props {
	out := maps.Clone(stands)
	if out == nil {
		out = graph.Props{}
	}
	for name, v := range given {
		if v == nil {
			delete(out, name)
			continue
		}
		out[name] = v
	}
	return out
}

const (
	candidateStatus = "CANDIDATE"
	onlyProposes    = "a contributor proposes: what stands is changed by an editor"
)

// put plans a node: a new one, or one that stands as it shall be.
func (p *planner) put(kind vocab.NodeKind, in map[string]any, id graph.ID) error {
	n, err := p.node(id)
	if err != nil {
		return err
	}
	_, named := in["id"].(string)
	switch {
	case n != nil && n.Kind != kind:
		return wrong(at(inputPath, "id"), "the id belongs to a %s", n.Kind)
	case n != nil && n.Status() != candidateStatus && p.caller.Role < Editor:
		return forbidden(at(inputPath, "id"), onlyProposes)
	case n == nil && named && in["ifRevision"] != 0:
		return &inputError{at(inputPath, "id"), &graph.Error{Kind: graph.NotFound, Err: errors.New("no node with this id is on record; leave it out for a new one, or give ifRevision 0 to choose the id of a new one")}}
	}
	var is uint64
	var stands graph.Props
	if n != nil {
		is = n.Seq
		if !n.Retracted { // what was taken back does not come again by being left out
			stands = n.Props
		}
	}
	seq, err := p.expected(in, is)
	if err != nil {
		return err
	}
	home := graph.ID{}
	if s := text(in, "text"); kind == vocab.Capture {
		home = id
		if t, err := cut.NewText(s); err == nil && s != "" && n == nil {
			p.texts[id] = t
		}
	}
	given, err := p.values(inputPath, kind.Node().All(), in, home)
	if err != nil {
		return err
	}
	props := patched(stands, given)
	if p.caller.Role < Editor {
		props["status"] = candidateStatus
	}
	node := graph.Node{ID: id, Kind: kind, Props: props}
	p.puts[id] = node
	p.add(inputPath, graph.Change{Op: graph.PutNode, Node: &node, IfSeq: seq})
	for _, w := range waysOf(kind) {
		if err := p.way(in, n, id, w); err != nil {
			return err
		}
	}
	links, _ := in["links"].([]any)
	for i, x := range links {
		m, _ := x.(map[string]any)
		if err := p.linked(at(inputPath, "links", index(i)), m, id); err != nil {
			return err
		}
	}
	return nil
}

// way plans the one edge of a node along a way: none, another one, or the same.
func (p *planner) way(in map[string]any, n *graph.Node, id graph.ID, w linkedWay) error {
	v, given := in[w.field]
	if !given {
		return nil
	}
	path := at(inputPath, w.field)
	other, err := idIn(inputPath, in, w.field)
	if err != nil {
		return err
	}
	if n != nil {
		which := graph.Shown
		if n.Status() == candidateStatus {
			which |= graph.StatusesOf(candidateStatus)
		}
		standing, err := p.view.Links(p.ctx, []graph.Ref{n.Ref}, which, graph.Way{Kind: w.kind, Dir: w.dir})
		if err != nil {
			return err
		}
		refs := make([]graph.Ref, len(standing[0]))
		for i, l := range standing[0] {
			refs[i] = l.Edge
		}
		edges, err := p.view.Edges(p.ctx, refs)
		if err != nil {
			return err
		}
		for _, e := range edges {
			if v != nil && (e.From == other || e.To == other) {
				return nil
			}
			p.add(path, graph.Change{Op: graph.Retract, ID: e.ID, IfSeq: &e.Seq})
		}
	}
	if v == nil {
		return nil
	}
	e := &graph.Edge{Kind: w.kind, From: id, To: other, Props: graph.Props{}}
	if w.dir == graph.In {
		e.From, e.To = other, id
	}
	return p.connect(path, e, nil, graph.Props{})
}

// linked plans an edge that is written with the node at one of its ends.
func (p *planner) linked(path []string, m map[string]any, id graph.ID) error {
	e := &graph.Edge{From: id, To: id}
	e.Kind, _ = vocab.ParseEdgeKind(text(m, "kind"))
	to, err := idIn(path, m, "to")
	if err != nil {
		return err
	}
	from, err := idIn(path, m, "from")
	switch {
	case err != nil:
		return err
	case to.IsZero() == from.IsZero():
		return wrong(path, "give to or from: the other end")
	case from.IsZero():
		e.To = to
	default:
		e.From = from
	}
	return p.linkTo(path, e, m, nil)
}

// linkTo plans an edge with what an input says of it.
func (p *planner) linkTo(path []string, e *graph.Edge, m map[string]any, header map[string]any) error {
	home := graph.ID{}
	if to := e.Kind.Edge().To; len(to) == 1 && to[0] == vocab.Capture {
		home = e.To
	}
	own, _ := m["properties"].(map[string]any)
	for name := range own {
		if e.Kind.Edge().Property(name) == nil {
			return wrong(at(path, "properties", name), "a %s has no such property", e.Kind)
		}
	}
	given, err := p.values(at(path, "properties"), e.Kind.Edge().Properties, own, home)
	if err != nil {
		return err
	}
	common, err := p.values(path, vocab.CommonEdge, m, home)
	if err != nil {
		return err
	}
	maps.Copy(given, common)
	e.Props = graph.Props{}
	for _, key := range e.Kind.Edge().Key {
		if v := given[key]; v != nil {
			e.Props[key] = v
		}
	}
	return p.connect(path, e, header, given)
}

// connect plans an edge, new or as it shall be.
func (p *planner) connect(path []string, e *graph.Edge, header map[string]any, given graph.Props) error {
	e.ID = graph.EdgeID(e)
	old, err := p.edge(e.ID)
	if err != nil {
		return err
	}
	var is uint64
	var stands graph.Props
	if old != nil {
		is = old.Seq
		if !old.Retracted {
			stands = old.Props
			e.From, e.To = old.From, old.To // a symmetric edge keeps its direction
		}
	}
	seq, err := p.expected(header, is)
	if err != nil {
		return err
	}
	e.Props = patched(stands, given)
	if p.caller.Role < Editor {
		if old != nil && !old.Retracted && old.Text("status") != candidateStatus {
			return forbidden(path, onlyProposes)
		}
		if s, said := given["status"]; said && s != candidateStatus {
			return forbidden(at(path, "status"), "a contributor proposes: what it writes is a CANDIDATE")
		}
		e.Props["status"] = candidateStatus
	}
	if s := e.Text("status"); (s == candidateStatus || s == "INFERRED") && e.Text("method") == "" {
		e.Props["method"] = p.rev.Method
	}
	p.add(path, graph.Change{Op: graph.PutEdge, Edge: e, IfSeq: seq})
	return nil
}

// stand reads what has an id: a node or an edge.
func (p *planner) stand(in map[string]any, id graph.ID) (n *graph.Node, e *graph.Edge, seq *uint64, err error) {
	if n, err = p.node(id); err != nil {
		return nil, nil, nil, err
	}
	if n == nil {
		if e, err = p.edge(id); err != nil {
			return nil, nil, nil, err
		}
	}
	var is uint64
	switch {
	case n != nil:
		is = n.Seq
	case e != nil:
		is = e.Seq
	default:
		return nil, nil, nil, &inputError{at(inputPath, "id"), &graph.Error{Kind: graph.NotFound, Err: errors.New("nothing with this id is on record")}}
	}
	seq, err = p.expected(in, is)
	return n, e, seq, err
}

func (p *planner) retract(in map[string]any, id graph.ID) error {
	_, _, seq, err := p.stand(in, id)
	if err == nil {
		p.add(inputPath, graph.Change{Op: graph.Retract, ID: id, IfSeq: seq})
	}
	return err
}

func (p *planner) redact(in map[string]any, id graph.ID) error {
	_, _, seq, err := p.stand(in, id)
	if err == nil {
		p.add(inputPath, graph.Change{Op: graph.Redact, ID: id, IfSeq: seq})
	}
	return err
}

// decide plans what becomes of a candidate. The edges that were proposed with a
// node, in a revision of its own, are decided with it, but for those whose other
// end is still a candidate. A decision is taken back by CANDIDATE, with all that
// was decided in the same revision.
func (p *planner) decide(in map[string]any, id graph.ID) error {
	status := text(in, "status")
	reopen := status == candidateStatus
	if status != "CONFIRMED" && status != "REJECTED" && !reopen {
		return wrong(at(inputPath, "status"), "%s decides nothing; give CONFIRMED or REJECTED, or CANDIDATE to take a decision back", status)
	}
	n, e, seq, err := p.stand(in, id)
	if err != nil {
		return err
	}
	undecided := func(s string) error {
		if !slices.Contains([]string{candidateStatus, "CONFIRMED", "REJECTED"}, s) {
			return wrong(at(inputPath, "id"), "it is %s and no candidate; to take it back, retract it", s)
		}
		if reopen && s == candidateStatus {
			return wrong(at(inputPath, "status"), "nothing is decided yet")
		}
		return nil
	}
	if e != nil {
		if err := undecided(e.Text("status")); err != nil {
			return err
		}
		p.decided(e, status, seq)
		return nil
	}
	if err := undecided(n.Status()); err != nil {
		return err
	}
	p.add(inputPath, graph.Change{Op: graph.PutNode, Node: &graph.Node{ID: id, Kind: n.Kind, Props: patched(n.Props, graph.Props{"status": status})}, IfSeq: seq})
	most := graph.MaxPage
	which := graph.StatusesOf(candidateStatus)
	if reopen {
		which = graph.StatusesOf(n.Status())
	}
	with, err := p.view.Page(p.ctx, p.view.EdgeList(n.Ref, which, nil, graph.Both), graph.Page{First: &most})
	if err != nil {
		return err
	}
	refs := make([]graph.Ref, len(with.Items))
	for i, it := range with.Items {
		refs[i] = it.Link.Edge
	}
	edges, err := p.view.Edges(p.ctx, refs)
	if err != nil {
		return err
	}
	others := make([]graph.Ref, len(edges))
	for i, e := range edges {
		if others[i] = e.FromRef; e.FromRef == n.Ref {
			others[i] = e.ToRef
		}
	}
	ends, err := p.view.Nodes(p.ctx, others)
	if err != nil {
		return err
	}
	history, err := p.view.Histories(p.ctx, []graph.Ref{n.Ref})
	if err != nil {
		return err
	}
	for i, e := range edges {
		if reopen { // what was decided with it
			if e.Seq == n.Seq {
				p.decided(e, status, &e.Seq)
			}
			continue
		}
		own := slices.ContainsFunc(history[0], func(l *graph.Logged) bool { return l.Seq == e.Seq })
		if own && (status == "REJECTED" || ends[i].Stands()) {
			p.decided(e, status, &e.Seq)
		}
	}
	return nil
}

func (p *planner) decided(e *graph.Edge, status string, seq *uint64) {
	p.add(inputPath, graph.Change{Op: graph.PutEdge, IfSeq: seq, Edge: &graph.Edge{
		ID: e.ID, Kind: e.Kind, From: e.From, To: e.To, Props: patched(e.Props, graph.Props{"status": status}),
	}})
}
