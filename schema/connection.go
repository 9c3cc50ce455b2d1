package schema

import (
	"maps"
	"slices"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// page is a page of a list of nodes in an answer.
type page struct {
	view  *graph.View
	list  *graph.List
	found *graph.Found
	nodes []*graph.Node // beside found.Items

	count func(call[*page]) (int64, error) // in place of counting list
	gaps  []graph.Gap
	hits  []graph.Hit
	pairs []*contradiction
	lines []*graph.Logged
	of    *node // whose history it is

	changes []*change
}

func (p *page) readFrom() *graph.View { return p.view }

func (p *page) cursor(i int) any {
	if i < 0 || i >= len(p.found.Items) {
		return nil
	}
	return p.found.Items[i].Cursor
}

// item is an edge of a connection: a node, and the link that led to it if one
// did.
type item struct {
	*graph.Item
	view *graph.View
	node *graph.Node
}

func (i *item) readFrom() *graph.View { return i.view }

func (p *page) items() []any {
	out := make([]any, len(p.found.Items))
	for i := range p.found.Items {
		out[i] = &item{&p.found.Items[i], p.view, p.nodes[i]}
	}
	return out
}

// pageArgs are the arguments of every connection.
func pageArgs(more graphql.FieldConfigArgument) graphql.FieldConfigArgument {
	args := graphql.FieldConfigArgument{
		"first":  {Type: graphql.Int, Description: "At most so many from the front: 50 unless said, 500 at most."},
		"after":  {Type: graphql.String, Description: "Behind this cursor."},
		"last":   {Type: graphql.Int, Description: "At most so many from the end."},
		"before": {Type: graphql.String, Description: "Before this cursor."},
	}
	maps.Copy(args, more)
	return args
}

func pageOf(args map[string]any) graph.Page {
	var p graph.Page
	if n, ok := args["first"].(int); ok {
		p.First = &n
	}
	if n, ok := args["last"].(int); ok {
		p.Last = &n
	}
	p.After, _ = args["after"].(string)
	p.Before, _ = args["before"].(string)
	return p
}

// connection returns the connection type of nodes of a type, with its edge type.
func (b *builder) connection(t graphql.Output, name string) *graphql.Object {
	if c := b.connections[name]; c != nil {
		return c
	}
	edge := graphql.NewObject(graphql.ObjectConfig{
		Name: name + "Edge", Description: "One " + name + " in a list, and how the list leads to it.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			fields := graphql.Fields{
				"cursor": plain(nonNull(graphql.String), "Its place in the list.", func(i *item) any { return i.Cursor }),
				"node":   plain(nonNull(t), "The node.", func(i *item) any { return wrap(i.view, i.node) }),
				"edge": fieldOf(b.edge, "The edge of the graph that the list followed; null in a list of all nodes.", nil, func(c call[*item]) ([]any, error) {
					return b.followed(c, func(e *edge) any { return e })
				}),
				"status": plain(b.enums["Status"], "How sure the record is of it; null in a list of all nodes.", func(i *item) any {
					if i.Link == nil {
						return nil
					}
					return i.Link.Status()
				}),
				"evidence": fieldOf(graphql.NewList(graphql.NewNonNull(b.span)), "Where a source shows it; null in a list of all nodes.", nil, func(c call[*item]) ([]any, error) {
					return b.followed(c, func(e *edge) any { return spansIn(e.view, e.Spans("evidence")) })
				}),
			}
			if name == "Statement" || name == "Claim" {
				fields["polarity"] = plain(b.enums["Polarity"], "What the statement does with the claim; null where the list is not between the two.", func(i *item) any {
					if i.Link == nil || i.Link.Kind != vocab.Expresses {
						return nil
					}
					return i.Link.First()
				})
			}
			return fields
		}),
	})
	c := b.connectionOf(name, edge, graphql.FieldsThunk(func() graphql.Fields {
		return graphql.Fields{
			"edges": plain(list(edge), "The items with their cursors.", func(p *page) any { return p.items() }),
			"nodes": plain(list(t), "The items.", func(p *page) any { return wrapAll(p.view, p.nodes) }),
		}
	}))
	return c
}

// connectionOf declares a connection type with what all have in common.
func (b *builder) connectionOf(name string, edge *graphql.Object, own graphql.FieldsThunk) *graphql.Object {
	c := graphql.NewObject(graphql.ObjectConfig{
		Name: name + "Connection", Description: "A page of a list.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			fields := own()
			fields["pageInfo"] = plain(nonNull(b.pageInfo), "Where the page stands.", func(p *page) any { return p })
			fields["totalCount"] = fieldOf(nonNull(graphql.Int), "How many items the whole list has.", nil, total)
			return fields
		}),
	})
	b.connections[name] = c
	return c
}

func total(c call[*page]) ([]any, error) {
	out := make([]any, len(c.of))
	var lists []*graph.List
	var at []int
	for i, p := range c.of {
		if p.count != nil {
			n, err := p.count(call[*page]{c.ctx, c.view, c.of[i : i+1], c.args})
			if err != nil {
				return nil, err
			}
			out[i] = int(n)
			continue
		}
		lists, at = append(lists, p.list), append(at, i)
	}
	counts, err := c.view.Counts(c.ctx, lists)
	if err != nil {
		return nil, err
	}
	for j, i := range at {
		out[i] = int(counts[j])
	}
	return out, nil
}

// followed reads the edges that lists followed and answers by them.
func (b *builder) followed(c call[*item], answer func(*edge) any) ([]any, error) {
	refs := make([]graph.Ref, len(c.of))
	for i, it := range c.of {
		if it.Link != nil {
			refs[i] = it.Link.Edge
		}
	}
	edges, err := c.view.Edges(c.ctx, refs)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(refs))
	for i, e := range edges {
		if e != nil {
			out[i] = answer(&edge{e, c.view})
		}
	}
	return out, nil
}

// pages reads the same page of a list for each object, and the nodes of all.
func pages[T any](c call[T], listOf func(T) (*graph.List, error)) ([]any, error) {
	lists := make([]*graph.List, 0, len(c.of))
	out := make([]any, len(c.of))
	var at []int
	for i, x := range c.of {
		l, err := listOf(x)
		if err != nil {
			out[i] = err
			continue
		}
		lists, at = append(lists, l), append(at, i)
	}
	found, err := c.view.Pages(c.ctx, lists, pageOf(c.args))
	if err != nil {
		return nil, err
	}
	var refs []graph.Ref
	for _, f := range found {
		for _, it := range f.Items {
			refs = append(refs, it.Ref)
		}
	}
	nodes, err := c.view.Nodes(c.ctx, refs)
	if err != nil {
		return nil, err
	}
	for j, f := range found {
		n := len(f.Items)
		out[at[j]] = &page{view: c.view, list: lists[j], found: f, nodes: nodes[:n:n]}
		nodes = nodes[n:]
	}
	return out, nil
}

// statuses reads the argument of that name.
func statuses(args map[string]any) graph.Statuses {
	list, ok := args["status"].([]any)
	if !ok || list == nil {
		return graph.Shown
	}
	return graph.StatusesOf(texts(list)...)
}

func texts(list []any) []string {
	out := make([]string, 0, len(list))
	for _, x := range list {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// strings reads a list argument; nil where it is absent.
func stringsArg(args map[string]any, name string) []string {
	list, _ := args[name].([]any)
	return texts(list)
}

func (b *builder) statusArg() *graphql.ArgumentConfig {
	return &graphql.ArgumentConfig{
		Type:        graphql.NewList(graphql.NewNonNull(b.enums["Status"])),
		Description: "Only edges of these statuses: EXPLICIT, INFERRED and CONFIRMED unless said.",
	}
}

func kindsArg(args map[string]any, name string) []vocab.EdgeKind {
	var kinds []vocab.EdgeKind
	for _, s := range stringsArg(args, name) {
		if k, ok := vocab.ParseEdgeKind(s); ok && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func nodeKindsArg(args map[string]any, name string) []vocab.NodeKind {
	var kinds []vocab.NodeKind
	for _, s := range stringsArg(args, name) {
		if k, ok := vocab.ParseNodeKind(s); ok && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}
