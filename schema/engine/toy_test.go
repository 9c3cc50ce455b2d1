package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/graphql-go/graphql"
	gast "github.com/graphql-go/graphql/language/ast"
)

type publicErr string

func (e publicErr) Error() string     { return string(e) }
func (publicErr) GraphQLCode() string { return "NO_LUCK" }

// toyType is a small schema in which everything that a resolver can do wrong is
// done. An Item is an int, a Box a negative one.
type toyType struct {
	schema  graphql.Schema
	batches atomic.Int64 // calls of next's batch
	open    atomic.Int64 // events that are not done yet
	thunks  atomic.Int64 // batches of the loader behind thunk
}

func newToy(t testing.TB) *toyType {
	t.Helper()
	toy := &toyType{}
	var item, box *graphql.Object
	kind := func(v any) *graphql.Object {
		switch n, ok := v.(int); {
		case !ok:
			return nil
		case n < 0:
			return box
		}
		return item
	}
	node := graphql.NewInterface(graphql.InterfaceConfig{
		Name:        "Node",
		Fields:      graphql.Fields{"id": {Type: graphql.NewNonNull(graphql.ID)}, "number": {Type: graphql.Int}},
		ResolveType: func(p graphql.ResolveTypeParams) *graphql.Object { return kind(p.Value) },
	})
	one := func(t graphql.Output, f func(n int) (any, error)) *graphql.Field {
		return &graphql.Field{Type: t, Resolve: func(p graphql.ResolveParams) (any, error) { return f(p.Source.(int)) }}
	}
	is := func(t graphql.Output, v any) *graphql.Field {
		return one(t, func(int) (any, error) { return v, nil })
	}
	shared := func() graphql.Fields {
		return graphql.Fields{
			"id":     one(graphql.NewNonNull(graphql.ID), func(n int) (any, error) { return fmt.Sprint(n), nil }),
			"number": one(graphql.Int, func(n int) (any, error) { return n, nil }),
		}
	}
	box = graphql.NewObject(graphql.ObjectConfig{
		Name: "Box", Interfaces: []*graphql.Interface{node},
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			f := shared()
			f["item"] = one(item, func(n int) (any, error) { return -n, nil })
			f["label"] = one(graphql.NewNonNull(graphql.String), func(n int) (any, error) { return fmt.Sprint("box ", -n), nil })
			return f
		}),
	})
	either := graphql.NewUnion(graphql.UnionConfig{Name: "Either", Types: graphql.UnionTypesThunk(func() []*graphql.Object { return []*graphql.Object{item, box} }), ResolveType: func(p graphql.ResolveTypeParams) *graphql.Object { return kind(p.Value) }})
	item = graphql.NewObject(graphql.ObjectConfig{
		Name: "Item", Interfaces: []*graphql.Interface{node}, Description: "A number.\n\nOf \"\"\" any kind.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			f := shared()
			own := graphql.Fields{
				"huge":    is(graphql.Int, math.MaxInt64),
				"half":    is(graphql.Int, 1.5),
				"nan":     is(graphql.Float, math.NaN()),
				"inf":     is(graphql.Float, math.Inf(1)),
				"float":   one(graphql.Float, func(n int) (any, error) { return float64(n) / 4, nil }),
				"text":    is(graphql.String, "a\"\\\n\x01\xff\u2028é😀"),
				"yes":     is(graphql.Boolean, true),
				"noBool":  is(graphql.Boolean, "yes"),
				"strange": is(graphql.String, struct{}{}),
				"secret":  one(graphql.String, func(int) (any, error) { return nil, errors.New("password 1234") }),
				"unlucky": one(graphql.String, func(int) (any, error) { return nil, publicErr("no luck today") }),
				"odd": one(graphql.Int, func(n int) (any, error) {
					if n%2 == 0 {
						return nil, &Error{Code: "EVEN", Message: "even", Extensions: map[string]any{"n": n}}
					}
					return n, nil
				}),
				"panics":  one(graphql.String, func(int) (any, error) { panic("at the disco") }),
				"never":   is(graphql.NewNonNull(graphql.String), nil),
				"nevers":  is(graphql.NewList(graphql.NewNonNull(graphql.Int)), []any{1, nil, 3}),
				"holes":   is(graphql.NewList(graphql.Int), []any{1, nil, errors.New("x"), 4}),
				"matrix":  one(graphql.NewList(graphql.NewList(graphql.NewNonNull(graphql.Int))), func(n int) (any, error) { return [][]int{{n, n + 1}, {}, {n + 2}}, nil }),
				"noList":  is(graphql.NewList(graphql.Int), 1),
				"color":   one(toyColor, func(n int) (any, error) { return n % 3, nil }),
				"even":    one(toyEven, func(n int) (any, error) { return n, nil }),
				"thunk":   one(graphql.Int, func(n int) (any, error) { return func() (any, error) { return n * 2, nil }, nil }),
				"box":     one(box, func(n int) (any, error) { return -n, nil }),
				"node":    one(node, func(n int) (any, error) { return n - 2, nil }),
				"either":  one(either, func(n int) (any, error) { return 1 - n, nil }),
				"lost":    is(node, "neither"),
				"sure":    one(graphql.NewNonNull(item), func(n int) (any, error) { return n + 1, nil }),
				"items":   one(graphql.NewList(item), func(n int) (any, error) { return []any{n, n + 1, nil}, nil }),
				"friends": one(graphql.NewList(graphql.NewNonNull(node)), func(n int) (any, error) { return []any{n, -n - 1}, nil }),
				"sum": {Type: graphql.Int, Args: graphql.FieldConfigArgument{"a": {Type: graphql.Int, DefaultValue: 1}, "b": {Type: graphql.Int}}, Resolve: func(p graphql.ResolveParams) (any, error) {
					b, _ := p.Args["b"].(int)
					a, _ := p.Args["a"].(int)
					return p.Source.(int) + a + b, nil
				}},
				"loaded": {Type: graphql.Int, Resolve: Batch(func(_ context.Context, parents []any, _ map[string]any) ([]any, error) {
					toy.thunks.Add(1)
					out := make([]any, len(parents))
					for i, p := range parents {
						out[i] = p.(int) * 10
					}
					return out, nil
				})},
				"fails": Field(&graphql.Field{Type: graphql.Int}, func(context.Context, []any, map[string]any) ([]any, error) { return nil, errors.New("batch") }),
				"short": Field(&graphql.Field{Type: graphql.Int}, func(context.Context, []any, map[string]any) ([]any, error) { return nil, nil }),
				"next": Field(&graphql.Field{Type: item, Args: graphql.FieldConfigArgument{"by": {Type: graphql.Int, DefaultValue: 1}}}, func(_ context.Context, parents []any, args map[string]any) ([]any, error) {
					toy.batches.Add(1)
					out := make([]any, len(parents))
					by, _ := args["by"].(int)
					for i, p := range parents {
						out[i] = p.(int) + by
						if p == 13 {
							out[i] = publicErr("13 has no next")
						}
					}
					return out, nil
				}),
			}
			maps.Copy(f, own)
			return f
		}),
	})
	query := graphql.NewObject(graphql.ObjectConfig{Name: "Query", Fields: toyQuery(item, node, either)})
	counter := 0
	count := &graphql.Field{Type: item, Resolve: func(graphql.ResolveParams) (any, error) {
		counter++
		return func() (any, error) { return counter, nil }, nil
	}}
	mutation := graphql.NewObject(graphql.ObjectConfig{Name: "Mutation", Fields: graphql.Fields{
		"count": count,
		"fail":  {Type: graphql.NewNonNull(graphql.Int), Resolve: func(graphql.ResolveParams) (any, error) { return nil, publicErr("no") }},
	}})
	subscription := graphql.NewObject(graphql.ObjectConfig{Name: "Subscription", Fields: graphql.Fields{"tick": toy.ticks(item)}})
	s, err := graphql.NewSchema(graphql.SchemaConfig{Query: query, Mutation: mutation, Subscription: subscription, Types: []graphql.Type{item, box}})
	if err != nil {
		t.Fatal(err)
	}
	toy.schema = s
	return toy
}

// ticks counts from 1, or from behind the event that a client had last, and goes
// wrong in every way that a source can.
func (toy *toyType) ticks(item *graphql.Object) *graphql.Field {
	return Source(&graphql.Field{
		Type:    item,
		Args:    graphql.FieldConfigArgument{"to": {Type: graphql.Int, DefaultValue: 3}, "end": {Type: graphql.String}},
		Resolve: func(p graphql.ResolveParams) (any, error) { return p.Source, nil },
	}, func(ctx context.Context, s Stream) (iter.Seq2[Event, error], error) {
		from, _ := strconv.Atoi(s.Last)
		switch s.Args["end"] {
		case "never began":
			return nil, errors.New("password 1234")
		case "refused":
			return nil, publicErr("no ticks today")
		case "panicked at once":
			panic("at the disco")
		}
		return func(yield func(Event, error) bool) {
			for n := from + 1; n <= s.Args["to"].(int) && ctx.Err() == nil; n++ {
				toy.open.Add(1)
				if !yield(Event{Root: n, ID: strconv.Itoa(n), Done: func() { toy.open.Add(-1) }}, nil) {
					return
				}
			}
			switch s.Args["end"] {
			case "failed":
				yield(Event{}, errors.New("password 1234"))
			case "panicked":
				panic("at the disco")
			case "waits":
				<-ctx.Done()
				yield(Event{}, ctx.Err())
			}
		}, nil
	})
}

var (
	toyColor = graphql.NewEnum(graphql.EnumConfig{Name: "Color", Values: graphql.EnumValueConfigMap{
		"RED": {Value: 0}, "GREEN": {Value: 1, DeprecationReason: "too <green>"}, "BLUE": {Value: 2, Description: "Sky."},
	}})
	// toyEven takes and gives even numbers.
	toyEven = SpecifiedBy("https://example.org/even", graphql.ScalarConfig{
		Name: "Even",
		Serialize: func(v any) any {
			if n, ok := v.(int); ok && n%2 == 0 {
				return n
			}
			return nil
		},
		ParseValue: func(v any) any {
			if n := v.(int); n%2 == 0 { // panics over anything else
				return n
			}
			return nil
		},
		ParseLiteral: func(v gast.Value) any {
			if n, ok := v.(*gast.IntValue); ok && strings.ContainsAny(n.Value[len(n.Value)-1:], "02468") {
				return "even literal " + n.Value
			}
			return nil
		},
	})
	toyJSON = graphql.NewScalar(graphql.ScalarConfig{
		Name: "JSON", Serialize: func(v any) any { return v }, ParseValue: func(v any) any { return v },
		ParseLiteral: toyParse,
	})
	toyIn  = newToyIn()
	toyOne = OneOf(graphql.InputObjectConfig{Name: "One", Fields: graphql.InputObjectConfigFieldMap{"a": {Type: graphql.Int}, "b": {Type: graphql.String}}})
)

func newToyIn() *graphql.InputObject {
	var in *graphql.InputObject
	in = graphql.NewInputObject(graphql.InputObjectConfig{Name: "In", Fields: graphql.InputObjectConfigFieldMapThunk(func() graphql.InputObjectConfigFieldMap {
		return graphql.InputObjectConfigFieldMap{
			"n":    {Type: graphql.NewNonNull(graphql.Int)},
			"s":    {Type: graphql.String, DefaultValue: "d\"é"},
			"list": {Type: graphql.NewList(graphql.NewNonNull(toyColor)), DefaultValue: []any{0, 2}},
			"in":   {Type: in, Description: "More.\n\nDeprecated: use n"},
		}
	})})
	return in
}

// toyParse reads any literal.
func toyParse(v gast.Value) any {
	switch v := v.(type) {
	case *gast.ListValue:
		out := []any{}
		for _, x := range v.Values {
			out = append(out, toyParse(x))
		}
		return out
	case *gast.ObjectValue:
		out := map[string]any{}
		for _, f := range v.Fields {
			out[f.Name.Value] = toyParse(f.Value)
		}
		return out
	case nil:
		return nil
	}
	return v.GetValue()
}

func toyQuery(item *graphql.Object, node *graphql.Interface, either *graphql.Union) graphql.Fields {
	echo := func(t graphql.Input, def any) *graphql.Field {
		return &graphql.Field{Type: graphql.String, Args: graphql.FieldConfigArgument{"a": {Type: t, DefaultValue: def}}, Resolve: func(p graphql.ResolveParams) (any, error) {
			v, ok := p.Args["a"]
			if !ok {
				return "absent", nil
			}
			b, err := json.Marshal(v)
			return string(b), err
		}}
	}
	is := func(t graphql.Output, v any) *graphql.Field {
		return &graphql.Field{Type: t, Resolve: func(graphql.ResolveParams) (any, error) { return v, nil }}
	}
	list := func(t graphql.Type) graphql.Output { return graphql.NewList(t) }
	return graphql.Fields{
		"item": is(item, 1), "node": is(node, 7), "box": is(node, -7),
		"items":   is(list(graphql.NewNonNull(item)), []any{1, 2, 3}),
		"loose":   is(list(item), []any{12, nil, 13}),
		"nodes":   is(graphql.NewNonNull(list(graphql.NewNonNull(node))), []any{1, -2, 3}),
		"eithers": is(list(either), []any{4, -5}),
		"many": {Type: list(item), Args: graphql.FieldConfigArgument{"n": {Type: graphql.NewNonNull(graphql.Int)}}, Resolve: func(p graphql.ResolveParams) (any, error) {
			return make([]int, min(max(p.Args["n"].(int), 0), 2_000_000)), nil
		}},
		"int": echo(graphql.Int, nil), "float": echo(graphql.Float, nil), "string": echo(graphql.String, nil), "boolean": echo(graphql.Boolean, nil), "id": echo(graphql.ID, nil),
		"must": echo(graphql.NewNonNull(graphql.Int), nil), "dflt": echo(graphql.NewNonNull(graphql.Int), 5),
		"ints": echo(list(graphql.NewNonNull(graphql.Int)), nil), "grid": echo(list(list(graphql.Int)), nil),
		"color": echo(toyColor, 2), "in": echo(toyIn, nil), "even": echo(toyEven, nil), "json": echo(toyJSON, nil), "one": echo(toyOne, nil),
	}
}

func toyEngine(t testing.TB, o Options) *Engine {
	t.Helper()
	e, err := New(newToy(t).schema, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func do(e *Engine, query, variables string) string {
	r := Request{Query: query, ID: "r1"}
	if variables != "" {
		r.RawVariables = json.RawMessage(variables)
	}
	return string(e.Do(context.Background(), r).AppendJSON(nil))
}
