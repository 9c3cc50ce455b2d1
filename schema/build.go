package schema

import (
	"context"
	"slices"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/schema/engine"
)

// Options configure a schema. The zero value is ready for use.
type Options struct {
	Version string // of the program, as RecordInfo gives it
}

// Build returns the schema. Its root value is a [*graph.View], see
// [Root], and that of a subscription a record, see [Live].
func Build(o Options) (graphql.Schema, error) {
	b := &builder{opts: o, objects: make(map[vocab.NodeKind]*graphql.Object), connections: make(map[string]*graphql.Object)}
	b.scalars()
	b.values()
	b.shared()
	for i := range vocab.Nodes {
		b.object(&vocab.Nodes[i])
	}
	types := make([]graphql.Type, 0, len(vocab.Nodes))
	for i := range vocab.Nodes {
		types = append(types, b.objects[vocab.Nodes[i].Kind])
	}
	b.inputTypes()
	c := graphql.SchemaConfig{Query: b.query(), Mutation: b.mutation(), Subscription: b.subscription(), Types: types, Directives: append(slices.Clone(graphql.SpecifiedDirectives), transactionDirective)}
	if b.failed != nil {
		return graphql.Schema{}, b.failed
	}
	return graphql.NewSchema(c)
}

// Root is the root value of a question put to a view.
func Root(v *graph.View) any { return v }

// Live is the root value of a subscription to a record.
func Live(rec *graph.Record) any { return rec }

// builder holds the types while they are made, since they refer to each other.
type builder struct {
	opts        Options
	node        *graphql.Interface
	objects     map[vocab.NodeKind]*graphql.Object
	connections map[string]*graphql.Object
	enums       map[string]*graphql.Enum
	nodeKind    *graphql.Enum
	edgeKind    *graphql.Enum
	direction   *graphql.Enum
	order       *graphql.Enum

	dateTime                                    *graphql.Scalar
	fuzzyDate, span, name, edge, pageInfo       *graphql.Object
	timeMark, gap, revision, subgraph, property *graphql.Object
	contradiction                               *graphql.Object
	dateRange, statementFilter                  *graphql.InputObject
	queryType                                   *graphql.Object

	in                         inputs
	revisionPayload, userError *graphql.Object
	failed                     error // what does not fit together
}

// nonNull and list are short for what is written often.
func nonNull(t graphql.Type) graphql.Output { return graphql.NewNonNull(t) }

func list(t graphql.Type) graphql.Output {
	return graphql.NewNonNull(graphql.NewList(graphql.NewNonNull(t)))
}

// call is one field asked of all objects of a level.
type call[T any] struct {
	ctx  context.Context
	view *graph.View
	of   []T
	args map[string]any
}

// fieldOf declares a field that answers for many objects at once. The objects
// of one call share a view. An answer that is an error is that object's alone.
func fieldOf[T any](t graphql.Output, doc string, args graphql.FieldConfigArgument, answer func(call[T]) ([]any, error)) *graphql.Field {
	return engine.Field(&graphql.Field{Type: t, Description: doc, Args: args}, func(ctx context.Context, parents []any, args map[string]any) ([]any, error) {
		out := make([]any, len(parents))
		for len(parents) > 0 {
			// Parents of several views meet only where a question asks asOf
			// twice; each run of one view is answered together.
			c := call[T]{ctx: ctx, view: viewOf(parents[0]), args: args}
			n := 0
			for n < len(parents) && viewOf(parents[n]) == c.view {
				c.of = append(c.of, parents[n].(T))
				n++
			}
			got, err := answer(c)
			if err != nil {
				return nil, public(err)
			}
			for i := range got {
				if e, ok := got[i].(error); ok {
					got[i] = public(e)
				}
			}
			copy(out[len(out)-len(parents):], got)
			parents = parents[n:]
		}
		return out, nil
	})
}

// plain declares a field that is part of what was read already.
func plain[T any](t graphql.Output, doc string, get func(T) any) *graphql.Field {
	return &graphql.Field{Type: t, Description: doc, Resolve: func(p graphql.ResolveParams) (any, error) {
		v := get(p.Source.(T))
		if err, ok := v.(error); ok {
			return nil, public(err)
		}
		return v, nil
	}}
}

// viewed is an object that knows the view it was read from.
type viewed interface{ readFrom() *graph.View }

func viewOf(parent any) *graph.View {
	switch p := parent.(type) {
	case *graph.View:
		return p
	case viewed:
		return p.readFrom()
	}
	return nil
}

// node is a node in an answer.
type node struct {
	*graph.Node
	view *graph.View
}

func (n *node) readFrom() *graph.View { return n.view }

// wrap returns an answer for a node, nil for none.
func wrap(v *graph.View, n *graph.Node) any {
	if n == nil {
		return nil
	}
	return &node{n, v}
}

func wrapAll(v *graph.View, ns []*graph.Node) []any {
	out := make([]any, 0, len(ns))
	for _, n := range ns {
		if n != nil {
			out = append(out, &node{n, v})
		}
	}
	return out
}

// refs returns the numbers of nodes.
func refs(ns []*node) []graph.Ref {
	out := make([]graph.Ref, len(ns))
	for i, n := range ns {
		out[i] = n.Ref
	}
	return out
}

// each turns a slice into answers.
func each[T any](in []T, f func(T) any) []any {
	out := make([]any, len(in))
	for i, x := range in {
		out[i] = f(x)
	}
	return out
}
