package schema

import (
	"strings"
	"time"

	"github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

func (b *builder) scalars() {
	parse := func(v any) any {
		s, ok := v.(string)
		if !ok {
			return nil
		}
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return nil
		}
		return t.UTC()
	}
	b.dateTime = graphql.NewScalar(graphql.ScalarConfig{
		Name: "DateTime", Description: "An instant, RFC 3339 in UTC.",
		Serialize: func(v any) any {
			if t, ok := v.(time.Time); ok {
				return t.UTC().Format(time.RFC3339Nano)
			}
			return nil
		},
		ParseValue: parse,
		ParseLiteral: func(v ast.Value) any {
			if s, ok := v.(*ast.StringValue); ok {
				return parse(s.Value)
			}
			return nil
		},
	})
}

func (b *builder) values() {
	b.enums = make(map[string]*graphql.Enum)
	b.nodeKind = enum("NodeKind", "The kinds of nodes.", each(vocab.Nodes, func(n vocab.Node) any { return n.Name }), func(i int) string { return vocab.Nodes[i].Doc })
	b.edgeKind = enum("EdgeKind", "The kinds of edges.", each(vocab.Edges, func(e vocab.Edge) any { return e.Name }), func(i int) string { return vocab.Edges[i].Doc })
	b.direction = enum("Direction", "The end of an edge from which it is followed.", []any{"OUT", "IN", "BOTH"}, func(i int) string {
		return []string{"From its first end.", "From its second end.", "From either."}[i]
	})
	b.order = enum("Order", "Whether a place in a sequence follows from the record.", []any{"KNOWN", "RANGE", "UNKNOWN"}, func(i int) string {
		return []string{"A day is known, or an instant.", "A first and a last day are known.", "One end is open, or both."}[i]
	})
	b.enumOf(vocab.GapKind)
	all := func(ps []vocab.Property) {
		for _, p := range ps {
			if p.Values != nil {
				b.enumOf(p.Values)
			}
		}
	}
	for i := range vocab.Nodes {
		all(vocab.Nodes[i].All())
	}
	for i := range vocab.Edges {
		all(vocab.Edges[i].All())
	}
}

func (b *builder) enumOf(v *vocab.Values) *graphql.Enum {
	if e := b.enums[v.Name]; e != nil {
		return e
	}
	e := enum(v.Name, v.Doc, each(v.Names, func(s string) any { return s }), func(i int) string {
		if i < len(v.Docs) && v.Docs[i] != "" {
			return v.Docs[i]
		}
		return strings.ToUpper(v.Names[i][:1]) + strings.ToLower(strings.ReplaceAll(v.Names[i][1:], "_", " ")) + "."
	})
	b.enums[v.Name] = e
	return e
}

func enum(name, doc string, names []any, docs func(int) string) *graphql.Enum {
	values := graphql.EnumValueConfigMap{}
	for i, n := range names {
		values[n.(string)] = &graphql.EnumValueConfig{Value: n, Description: docs(i)}
	}
	return graphql.NewEnum(graphql.EnumConfig{Name: name, Description: doc, Values: values})
}

// object types that hold a value and no node.

// span is a span in an answer.
type span struct {
	graph.Span
	view *graph.View
}

func (s *span) readFrom() *graph.View { return s.view }

func (b *builder) shared() {
	str, opt := nonNull(graphql.String), graphql.String
	b.fuzzyDate = graphql.NewObject(graphql.ObjectConfig{
		Name:        "FuzzyDate",
		Description: "A date as the record knows it. What was written is kept; what follows from it is an interval.",
		Fields: graphql.Fields{
			"written":    plain(opt, `As the source has it: "May 8", "Monday", "recent weeks".`, func(w edtf.When) any { return orNil(w.Written) }),
			"edtf":       plain(opt, `ISO 8601-2: "2018-07-30", "XXXX-05-08", "2015"; null where none exists ("Monday").`, func(w edtf.When) any { return orNil(w.Effective().String()) }),
			"earliest":   plain(opt, "The first possible day, an ISO date; null where unbounded.", func(w edtf.When) any { return orNil(w.Interval().Earliest.Day()) }),
			"latest":     plain(opt, "The last possible day, an ISO date; null where unbounded.", func(w edtf.When) any { return orNil(w.Interval().Latest.Day()) }),
			"weekday":    plain(graphql.Int, "1 Monday to 7 Sunday, where only that is known.", func(w edtf.When) any { return onlyWeekday(w) }),
			"resolvedBy": plain(opt, "The rule or source that resolved it; null where nothing did.", func(w edtf.When) any { return orNil(w.ResolvedBy()) }),
		},
	})
	b.name = graphql.NewObject(graphql.ObjectConfig{
		Name: "Name", Description: "One name of a speaker.",
		Fields: graphql.Fields{
			"value":    plain(str, "The name as written.", func(n graph.Name) any { return n.Value }),
			"language": plain(opt, "BCP 47.", func(n graph.Name) any { return orNil(n.Language) }),
			"script":   plain(opt, "ISO 15924: Latn, Arab.", func(n graph.Name) any { return orNil(n.Script) }),
		},
	})
	b.pageInfo = graphql.NewObject(graphql.ObjectConfig{
		Name: "PageInfo", Description: "Where a page stands in its list.",
		Fields: graphql.Fields{
			"hasNextPage":     plain(nonNull(graphql.Boolean), "Whether more items follow.", func(p *page) any { return p.found.HasNext }),
			"hasPreviousPage": plain(nonNull(graphql.Boolean), "Whether items come before.", func(p *page) any { return p.found.HasPrev }),
			"startCursor":     plain(opt, "The first edge's cursor.", func(p *page) any { return p.cursor(0) }),
			"endCursor":       plain(opt, "The last edge's cursor.", func(p *page) any { return p.cursor(len(p.found.Items) - 1) }),
		},
	})
	b.dateRange = graphql.NewInputObject(graphql.InputObjectConfig{
		Name: "DateRange", Description: "A range of dates, both ends inclusive. What is not certainly within it is left out.",
		Fields: graphql.InputObjectConfigFieldMap{
			"from": {Type: opt, Description: "EDTF."},
			"to":   {Type: opt, Description: "EDTF."},
		},
	})
	ids := graphql.NewList(graphql.NewNonNull(graphql.ID))
	b.statementFilter = graphql.NewInputObject(graphql.InputObjectConfig{
		Name: "StatementFilter", Description: "What statements must meet: every member given, by any of its values.",
		Fields: graphql.InputObjectConfigFieldMap{
			"speaker": {Type: ids, Description: "Who said it."},
			"claim":   {Type: ids, Description: "What it asserts, denies or questions."},
			"topic":   {Type: ids, Description: "What it is about: a topic, an event, an agreement, a speaker, a place."},
			"source":  {Type: ids, Description: "Where it stands."},
			"mode":    {Type: graphql.NewList(graphql.NewNonNull(b.enums["SpeechMode"])), Description: "How it is rendered."},
			"said":    {Type: b.dateRange, Description: "When it was said."},
		},
	})
	b.node = graphql.NewInterface(graphql.InterfaceConfig{
		Name: "Node", Description: "Anything on record that is no edge.",
		Fields: graphql.FieldsThunk(func() graphql.Fields { return b.nodeFields(nil) }),
		ResolveType: func(p graphql.ResolveTypeParams) *graphql.Object {
			if n, ok := p.Value.(*node); ok {
				return b.objects[n.Kind]
			}
			return nil
		},
	})
	b.span = graphql.NewObject(graphql.ObjectConfig{
		Name:        "Span",
		Description: "An exact place in a frozen text. Half-open; start and end count Unicode code points, byteStart and byteEnd UTF-8 bytes.",
		Fields:      graphql.FieldsThunk(b.spanFields),
	})
	b.property = graphql.NewObject(graphql.ObjectConfig{
		Name: "EdgeProperty", Description: "One value of an edge that is the kind's own.",
		Fields: graphql.Fields{
			"name":  plain(str, "The property's name.", func(p [2]string) any { return p[0] }),
			"value": plain(str, "The value, written out.", func(p [2]string) any { return p[1] }),
		},
	})
	b.edge = graphql.NewObject(graphql.ObjectConfig{
		Name: "Edge", Description: "Two nodes and how they are related.",
		Fields: graphql.FieldsThunk(b.edgeFields),
	})
	b.revision = graphql.NewObject(graphql.ObjectConfig{
		Name: "Revision", Description: "One entry of the log.",
		Fields: graphql.FieldsThunk(b.revisionFields),
	})
	b.gap = graphql.NewObject(graphql.ObjectConfig{
		Name: "Gap", Description: "Something that is not known.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			return graphql.Fields{
				"node": plain(nonNull(b.node), "What it is not known of.", func(g *gap) any { return &node{g.Node, g.view} }),
				"kind": plain(nonNull(b.enums["GapKind"]), "What kind of thing is not known.", func(g *gap) any { return g.Kind }),
				"note": plain(str, "What it is, in words.", func(g *gap) any { return g.Note }),
			}
		}),
	})
	b.subgraph = graphql.NewObject(graphql.ObjectConfig{
		Name: "Subgraph", Description: "A part of the graph: nodes, and the edges among them.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			return graphql.Fields{
				"nodes":     plain(list(b.node), "Nearest first.", func(g *subgraph) any { return wrapAll(g.view, g.Nodes) }),
				"edges":     plain(list(b.edge), "In the order of their recording.", func(g *subgraph) any { return g.edges() }),
				"truncated": plain(nonNull(graphql.Boolean), "Whether there was more than the limit.", func(g *subgraph) any { return g.Truncated }),
			}
		}),
	})
}

// onlyWeekday is the weekday of a date of which nothing else is known.
func onlyWeekday(w edtf.When) any {
	if w.Weekday == 0 || !w.Effective().IsZero() {
		return nil
	}
	return w.Weekday
}

// orNil lets an empty text be null.
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (b *builder) spanFields() graphql.Fields {
	integer, str := nonNull(graphql.Int), nonNull(graphql.String)
	context := func(doc string, pick func(prefix, exact, suffix string) string) *graphql.Field {
		return fieldOf(str, doc, nil, func(c call[*span]) ([]any, error) {
			refs, err := captureRefs(c)
			if err != nil {
				return nil, err
			}
			texts, err := c.view.Texts(c.ctx, refs)
			if err != nil {
				return nil, err
			}
			out := make([]any, len(c.of))
			for i, s := range c.of {
				exact, err := texts[i].Exact(s.Span.Span)
				if err != nil {
					out[i] = err
					continue
				}
				prefix, suffix := texts[i].Context(s.Span.Span, 32)
				out[i] = pick(prefix, exact, suffix)
			}
			return out, nil
		})
	}
	return graphql.Fields{
		"capture": fieldOf(nonNull(b.objects[vocab.Capture]), "The text it lies in.", nil, func(c call[*span]) ([]any, error) {
			refs, err := captureRefs(c)
			if err != nil {
				return nil, err
			}
			nodes, err := c.view.Nodes(c.ctx, refs)
			return each(nodes, func(n *graph.Node) any { return wrap(c.view, n) }), err
		}),
		"start":     plain(integer, "In code points.", func(s *span) any { return s.Start }),
		"end":       plain(integer, "In code points, exclusive.", func(s *span) any { return s.End }),
		"byteStart": plain(integer, "In bytes.", func(s *span) any { return s.ByteStart }),
		"byteEnd":   plain(integer, "In bytes, exclusive.", func(s *span) any { return s.ByteEnd }),
		"exact":     context("The text at that place.", func(_, exact, _ string) string { return exact }),
		"prefix":    context("Up to 32 code points before.", func(prefix, _, _ string) string { return prefix }),
		"suffix":    context("Up to 32 code points after.", func(_, _, suffix string) string { return suffix }),
	}
}

func captureRefs(c call[*span]) ([]graph.Ref, error) {
	ids := make([]graph.ID, len(c.of))
	for i, s := range c.of {
		ids[i] = s.Capture
	}
	return c.view.Refs(c.ctx, ids)
}

func spansIn(v *graph.View, list []graph.Span) []any {
	return each(list, func(s graph.Span) any { return &span{s, v} })
}
