package schema

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// object makes the type of a kind of node.
func (b *builder) object(n *vocab.Node) {
	b.objects[n.Kind] = graphql.NewObject(graphql.ObjectConfig{
		Name: n.Type, Description: n.Doc,
		Interfaces: graphql.InterfacesThunk(func() []*graphql.Interface { return []*graphql.Interface{b.node} }),
		Fields:     graphql.FieldsThunk(func() graphql.Fields { return b.nodeFields(n) }),
	})
}

// nodeFields are the fields of every node and, where n is not nil, those of its
// kind: its properties, the ways along its edges, and what is written by hand.
func (b *builder) nodeFields(n *vocab.Node) graphql.Fields {
	fields := graphql.Fields{
		"id":         plain(nonNull(graphql.ID), "UUID, the same in addresses and exports.", func(n *node) any { return n.ID.String() }),
		"kind":       plain(nonNull(b.nodeKind), "What it is.", func(n *node) any { return n.Kind.String() }),
		"label":      fieldOf(nonNull(graphql.String), "What a person would call it.", nil, labels),
		"recordedAt": fieldOf(nonNull(b.dateTime), "When its newest revision was recorded.", nil, recordedAt),
		"retracted":  plain(nonNull(graphql.Boolean), "Whether it was taken back; its past stays readable.", func(n *node) any { return n.Retracted }),
		"status":     plain(nonNull(b.enums["Status"]), "EXPLICIT unless it was proposed: a CANDIDATE, and what was REJECTED, is in no list.", func(n *node) any { return n.Status() }),
		"note":       plain(graphql.String, "An editor's remark. Never a source's words.", func(n *node) any { return n.Props["note"] }),
		"gaps": fieldOf(list(b.gap), "What is not known of it.", nil, func(c call[*node]) ([]any, error) {
			return each(c.of, func(n *node) any {
				return each(graph.GapsOf(n.Node), func(g graph.GapNote) any { return &gap{graph.Gap{Node: n.Node, GapNote: g}, n.view} })
			}), nil
		}),
		"edges": fieldOf(nonNull(b.edgeConnection()), "Its edges, kind after kind.", pageArgs(graphql.FieldConfigArgument{
			"kind":      {Type: graphql.NewList(graphql.NewNonNull(b.edgeKind)), Description: "Only these kinds."},
			"direction": {Type: b.direction, Description: "OUT where it is the first end, IN where the second; BOTH unless said."},
			"status":    b.statusArg(),
		}), b.edgesOf),
		"history": fieldOf(nonNull(b.revisionConnection()), "The revisions that changed it, newest first.", pageArgs(nil), history),
	}
	if n == nil {
		return fields
	}
	for _, p := range n.Properties {
		fields[p.Name] = b.propertyField(&p)
	}
	for i := range vocab.Edges {
		e := &vocab.Edges[i]
		if contains(e.From, n.Kind) {
			b.wayField(fields, n, e, graph.Out, &e.Out, e.To)
		}
		if contains(e.To, n.Kind) {
			b.wayField(fields, n, e, graph.In, &e.In, e.From)
		}
	}
	maps.Copy(fields, b.byHand(n.Kind))
	return fields
}

func contains(ks []vocab.NodeKind, k vocab.NodeKind) bool {
	return slices.Contains(ks, k)
}

// redacted stands for a text that was dropped.
const redacted = "[redacted]"

// propertyField is the field of a property, of a type that follows from its own.
func (b *builder) propertyField(p *vocab.Property) *graphql.Field {
	name := p.Name
	doc := p.Doc
	if p.Apart {
		return fieldOf(nonNull(graphql.String), doc, nil, func(c call[*node]) ([]any, error) {
			texts, err := c.view.Texts(c.ctx, refs(c.of))
			if err != nil {
				return nil, err
			}
			out := make([]any, len(texts))
			for i, t := range texts {
				out[i] = t.String()
			}
			return out, nil
		})
	}
	var t graphql.Output
	get := func(n *node) any { return n.Props[name] }
	switch p.Type {
	case vocab.Text, vocab.URL, vocab.Language, vocab.Digest:
		t = graphql.String
		if p.Required {
			get = func(n *node) any {
				if v, ok := n.Props[name]; ok {
					return v
				}
				return redacted
			}
		}
	case vocab.Enum:
		t = b.enums[p.Values.Name]
	case vocab.Number:
		t = graphql.Float
	case vocab.Instant:
		t = b.dateTime
	case vocab.When:
		return plain(b.fuzzyDate, doc, get)
	case vocab.Texts, vocab.URLs:
		return plain(list(graphql.String), doc, func(n *node) any {
			s, _ := n.Props[name].([]string)
			return each(s, func(s string) any { return s })
		})
	case vocab.Names:
		return plain(list(b.name), doc, func(n *node) any {
			s, _ := n.Props[name].([]graph.Name)
			return each(s, func(s graph.Name) any { return s })
		})
	case vocab.Spans:
		return plain(list(b.span), doc, func(n *node) any {
			s, _ := n.Props[name].([]graph.Span)
			return spansIn(n.view, s)
		})
	case vocab.Whens:
		return plain(list(b.markedType()), doc, func(n *node) any {
			s, _ := n.Props[name].([]graph.Marked)
			return each(s, func(m graph.Marked) any { return &marked{m, n.view} })
		})
	}
	if p.Required {
		t = nonNull(t)
	}
	return plain(t, doc, get)
}

type marked struct {
	graph.Marked
	view *graph.View
}

func (b *builder) markedType() *graphql.Object {
	if b.timeMark == nil {
		b.timeMark = graphql.NewObject(graphql.ObjectConfig{
			Name: "TimeExpression", Description: "An expression of time in a text.",
			Fields: graphql.FieldsThunk(func() graphql.Fields {
				return graphql.Fields{
					"when":  plain(nonNull(b.fuzzyDate), "What it says.", func(m *marked) any { return m.When }),
					"place": plain(nonNull(b.span), "Where it stands.", func(m *marked) any { return &span{m.Place, m.view} }),
					"genre": plain(graphql.String, "What kind of expression: weekday, duration, deictic.", func(m *marked) any { return orNil(m.Genre) }),
					"note":  plain(graphql.String, "An editor's remark.", func(m *marked) any { return orNil(m.Note) }),
				}
			}),
		})
	}
	return b.timeMark
}

// wayField is the field that follows an edge from one of its ends.
func (b *builder) wayField(fields graphql.Fields, n *vocab.Node, e *vocab.Edge, dir graph.Direction, w *vocab.Way, others []vocab.NodeKind) {
	if w.Field == "" || fields[w.Field] != nil && e.Symmetric {
		return
	}
	t, name := graphql.Output(b.node), "Node"
	if len(others) == 1 {
		t, name = b.objects[others[0]], others[0].Node().Type
	}
	if e.Symmetric {
		dir = graph.Both
	}
	way := graph.Way{Kind: e.Kind, Dir: dir}
	status := graphql.FieldConfigArgument{"status": b.statusArg()}
	switch w.Many {
	case vocab.One:
		if contains(w.Need, n.Kind) {
			t = nonNull(t)
		}
		fields[w.Field] = fieldOf(t, w.Doc, nil, endField(way))
	case vocab.Few:
		fields[w.Field] = fieldOf(list(t), w.Doc, status, func(c call[*node]) ([]any, error) {
			others, err := c.view.Others(c.ctx, refs(c.of), statuses(c.args), way)
			if err != nil {
				return nil, err
			}
			return each(others, func(ns []*graph.Node) any { return wrapAll(c.view, ns) }), nil
		})
	case vocab.Pages:
		fields[w.Field] = fieldOf(nonNull(b.connection(t, name)), w.Doc, pageArgs(status), func(c call[*node]) ([]any, error) {
			return pages(c, func(n *node) (*graph.List, error) {
				return c.view.LinkList(n.Ref, statuses(c.args), way.Kind, way.Dir), nil
			})
		})
	}
}

// labels names nodes. A stance has no words of its own: it goes by its holder's
// and its target's.
func labels(c call[*node]) ([]any, error) {
	out := make([]any, len(c.of))
	var stances []*node
	for i, n := range c.of {
		if n.Kind == vocab.Stance {
			stances = append(stances, n)
			continue
		}
		if n.Kind == vocab.Capture {
			out[i] = "Text " + n.Text("sha256")[:12]
			continue
		}
		out[i] = n.Label()
	}
	if len(stances) == 0 {
		return out, nil
	}
	holders, err := oneEnd(c.ctx, c.view, stances, holderOf)
	if err != nil {
		return nil, err
	}
	targets, err := oneEnd(c.ctx, c.view, stances, targetOf)
	if err != nil {
		return nil, err
	}
	name := func(n *graph.Node) string {
		if n == nil {
			return "?"
		}
		return n.Label()
	}
	j := 0
	for i, n := range c.of {
		if n.Kind == vocab.Stance {
			verb := map[string]string{"SUPPORTS": "supports", "OPPOSES": "opposes", "NEUTRAL": "is neutral on", "MIXED": "is of two minds on"}[n.Text("polarity")]
			out[i] = name(holders[j]) + " " + verb + " " + name(targets[j])
			j++
		}
	}
	return out, nil
}

func recordedAt(c call[*node]) ([]any, error) {
	seqs := make([]uint64, len(c.of))
	for i, n := range c.of {
		seqs[i] = n.Seq
	}
	return times(c.ctx, c.view, seqs)
}

// edge is an edge in an answer.
type edge struct {
	*graph.Edge
	view *graph.View
}

func (e *edge) readFrom() *graph.View { return e.view }

func (b *builder) edgeFields() graphql.Fields {
	end := func(doc string, ref func(*edge) graph.Ref) *graphql.Field {
		return fieldOf(nonNull(b.node), doc, nil, func(c call[*edge]) ([]any, error) {
			refs := make([]graph.Ref, len(c.of))
			for i, e := range c.of {
				refs[i] = ref(e)
			}
			nodes, err := c.view.Nodes(c.ctx, refs)
			return each(nodes, func(n *graph.Node) any { return wrap(c.view, n) }), err
		})
	}
	return graphql.Fields{
		"id":     plain(nonNull(graphql.ID), "UUID, the same in addresses and exports.", func(e *edge) any { return e.ID.String() }),
		"kind":   plain(nonNull(b.edgeKind), "How the two are related.", func(e *edge) any { return e.Kind.String() }),
		"from":   end("The first end.", func(e *edge) graph.Ref { return e.FromRef }),
		"to":     end("The second end.", func(e *edge) graph.Ref { return e.ToRef }),
		"status": plain(nonNull(b.enums["Status"]), "How sure the record is.", func(e *edge) any { return e.Text("status") }),
		"method": fieldOf(graphql.String, "Who or what asserted it: human, rule:NAME, model:NAME@VERSION, import:FORMAT.", nil, func(c call[*edge]) ([]any, error) {
			seqs := make([]uint64, len(c.of))
			for i, e := range c.of {
				seqs[i] = e.Seq
			}
			logs, err := c.view.Log(c.ctx, seqs)
			if err != nil {
				return nil, err
			}
			out := make([]any, len(c.of))
			for i, e := range c.of {
				if out[i] = orNil(e.Text("method")); out[i] == nil {
					out[i] = logs[i].Method
				}
			}
			return out, nil
		}),
		"confidence": plain(graphql.Float, "From 0 to 1; machine findings only.", func(e *edge) any { return e.Props["confidence"] }),
		"evidence":   plain(list(b.span), "Where a source shows it.", func(e *edge) any { return spansIn(e.view, e.Spans("evidence")) }),
		"note":       plain(graphql.String, "An editor's remark.", func(e *edge) any { return e.Props["note"] }),
		"retracted":  plain(nonNull(graphql.Boolean), "Whether it was taken back.", func(e *edge) any { return e.Retracted }),
		"properties": plain(list(b.property), "The values that are its kind's own, such as a role or a polarity.", func(e *edge) any { return ownValues(e) }),
		"recordedAt": fieldOf(nonNull(b.dateTime), "When its newest revision was recorded.", nil, func(c call[*edge]) ([]any, error) {
			seqs := make([]uint64, len(c.of))
			for i, e := range c.of {
				seqs[i] = e.Seq
			}
			return times(c.ctx, c.view, seqs)
		}),
	}
}

// ownValues writes out an edge's own values.
func ownValues(e *edge) []any {
	out := []any{}
	for _, p := range e.Kind.Edge().Properties {
		switch v := e.Props[p.Name].(type) {
		case string:
			out = append(out, [2]string{p.Name, v})
		case []string:
			out = append(out, [2]string{p.Name, strings.Join(v, "; ")})
		case edtf.When:
			s := v.Effective().String()
			if s == "" {
				s = v.Written
			}
			out = append(out, [2]string{p.Name, s})
		case []graph.Span:
			var s []string
			for _, x := range v {
				s = append(s, fmt.Sprintf("%d-%d", x.Start, x.End))
			}
			out = append(out, [2]string{p.Name, strings.Join(s, " ")})
		}
	}
	return out
}

// edgeItem is an edge in a list of edges.
type edgeItem struct {
	edge   *edge
	cursor string
}

// edgePage is a page of edges.
type edgePage struct {
	*page
	edges []*graph.Edge
}

func (b *builder) edgeConnection() *graphql.Object {
	if c := b.connections["Edge"]; c != nil {
		return c
	}
	item := graphql.NewObject(graphql.ObjectConfig{
		Name: "EdgeEdge", Description: "One edge in a list.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			return graphql.Fields{
				"cursor": plain(nonNull(graphql.String), "Its place in the list.", func(i *edgeItem) any { return i.cursor }),
				"node":   plain(nonNull(b.edge), "The edge.", func(i *edgeItem) any { return i.edge }),
			}
		}),
	})
	c := graphql.NewObject(graphql.ObjectConfig{
		Name: "EdgeConnection", Description: "A page of a list.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			return graphql.Fields{
				"edges": plain(list(item), "The items with their cursors.", func(p *edgePage) any {
					out := make([]any, len(p.edges))
					for i, e := range p.edges {
						out[i] = &edgeItem{&edge{e, p.view}, p.found.Items[i].Cursor}
					}
					return out
				}),
				"nodes":    plain(list(b.edge), "The items.", func(p *edgePage) any { return each(p.edges, func(e *graph.Edge) any { return &edge{e, p.view} }) }),
				"pageInfo": plain(nonNull(b.pageInfo), "Where the page stands.", func(p *edgePage) any { return p.page }),
				"totalCount": fieldOf(nonNull(graphql.Int), "How many items the whole list has.", nil, func(c call[*edgePage]) ([]any, error) {
					pages := make([]*page, len(c.of))
					for i, p := range c.of {
						pages[i] = p.page
					}
					return total(call[*page]{c.ctx, c.view, pages, nil})
				}),
			}
		}),
	})
	b.connections["Edge"] = c
	return c
}

func (b *builder) edgesOf(c call[*node]) ([]any, error) {
	dir := graph.Both
	switch c.args["direction"] {
	case "OUT":
		dir = graph.Out
	case "IN":
		dir = graph.In
	}
	lists := make([]*graph.List, len(c.of))
	for i, n := range c.of {
		lists[i] = c.view.EdgeList(n.Ref, statuses(c.args), kindsArg(c.args, "kind"), dir)
	}
	return edgePages(c.ctx, c.view, lists, pageOf(c.args))
}

// edgePages reads the same page of lists of edges, and the edges of all.
func edgePages(ctx context.Context, v *graph.View, lists []*graph.List, p graph.Page) ([]any, error) {
	found, err := v.Pages(ctx, lists, p)
	if err != nil {
		return nil, err
	}
	var refs []graph.Ref
	for _, f := range found {
		for _, it := range f.Items {
			refs = append(refs, it.Link.Edge)
		}
	}
	edges, err := v.Edges(ctx, refs)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(lists))
	for i, f := range found {
		n := len(f.Items)
		out[i] = &edgePage{&page{view: v, list: lists[i], found: f}, edges[:n:n]}
		edges = edges[n:]
	}
	return out, nil
}

func (b *builder) revisionConnection() *graphql.Object {
	if c := b.connections["Revision"]; c != nil {
		return c
	}
	item := graphql.NewObject(graphql.ObjectConfig{
		Name: "RevisionEdge", Description: "One revision in a list.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			return graphql.Fields{
				"cursor": plain(nonNull(graphql.String), "Its place in the list.", func(l *logged) any { return seqCursor(l.Seq) }),
				"node":   plain(nonNull(b.revision), "The revision.", func(l *logged) any { return l }),
			}
		}),
	})
	lines := func(p *page) any {
		return each(p.lines, func(l *graph.Logged) any { return &logged{Logged: l, view: p.view, of: p.of.Ref} })
	}
	return b.connectionOf("Revision", item, func() graphql.Fields {
		return graphql.Fields{
			"edges": plain(list(item), "The items with their cursors.", lines),
			"nodes": plain(list(b.revision), "The items.", lines),
		}
	})
}

func seqCursor(seq uint64) string {
	return base64.RawURLEncoding.EncodeToString([]byte("seq:" + strconv.FormatUint(seq, 10)))
}

func cursorSeq(field, cursor string) (uint64, error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	rest, ok := strings.CutPrefix(string(b), "seq:")
	seq, err2 := strconv.ParseUint(rest, 10, 63)
	if err != nil || !ok || err2 != nil {
		return 0, graph.Invalidf("%s: %.80q is no cursor of this list; take one from an answer", field, cursor)
	}
	return seq, nil
}

// history pages through the revisions of nodes. The revisions of one node are
// few: they are read whole, and cut here.
func history(c call[*node]) ([]any, error) {
	p := pageOf(c.args)
	size, err := p.Size()
	if err != nil {
		return nil, err
	}
	var after, before uint64
	if p.After != "" {
		if after, err = cursorSeq("after", p.After); err != nil {
			return nil, err
		}
	}
	if p.Before != "" {
		if before, err = cursorSeq("before", p.Before); err != nil {
			return nil, err
		}
	}
	histories, err := c.view.Histories(c.ctx, refs(c.of))
	if err != nil {
		return nil, err
	}
	out := make([]any, len(c.of))
	for i, n := range c.of {
		all := histories[i]
		count := int64(len(all))
		var window []*graph.Logged
		for _, l := range all {
			if (after == 0 || l.Seq < after) && (before == 0 || l.Seq > before) {
				window = append(window, l)
			}
		}
		f := &graph.Found{HasPrev: p.After != "", HasNext: p.Before != ""}
		if p.Last != nil {
			f.HasPrev = len(window) > size
			window = window[max(0, len(window)-size):]
		} else {
			f.HasNext = len(window) > size
			window = window[:min(size, len(window))]
		}
		for _, l := range window {
			f.Items = append(f.Items, graph.Item{Cursor: seqCursor(l.Seq)})
		}
		out[i] = &page{view: c.view, found: f, lines: window, of: n, count: func(call[*page]) (int64, error) { return count, nil }}
	}
	return out, nil
}

// gap is a gap in an answer.
type gap struct {
	graph.Gap
	view *graph.View
}

// subgraph is a subgraph in an answer.
type subgraph struct {
	*graph.Subgraph
	view *graph.View
}

func (g *subgraph) edges() []any {
	return each(g.Edges, func(e *graph.Edge) any { return &edge{e, g.view} })
}
