package engine

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// Stream is what a client subscribes to.
type Stream struct {
	Root any // of the request
	Args map[string]any
	Last string // the event that the client has had already: see [Request.LastEvent]
}

// Event is one event of a stream. The fields of the subscription are resolved
// with it, once.
type Event struct {
	Root any    // what the field's resolver is given as its source
	ID   string // names the event, so that a client can go on behind it; or empty
	// Done is called as soon as the event was executed, before its answer is
	// handed on, so that nothing is held while a client takes its time. Nil
	// calls nothing.
	Done func()
}

// SourceFunc gives the events of a stream. What it returns as an error refuses
// the subscription; what the sequence yields as one ends it. Both are masked
// like a resolver's.
type SourceFunc func(ctx context.Context, s Stream) (iter.Seq2[Event, error], error)

// Source declares where the events of a field of the subscription root come
// from, and returns the field.
func Source(f *graphql.Field, source SourceFunc) *graphql.Field {
	f.Subscribe = (&streamer{source}).subscribe
	return f
}

type streamer struct{ source SourceFunc }

// streamEntry is the code of every function that Source makes: see entry.
var streamEntry = reflect.ValueOf((&streamer{}).subscribe).Pointer()

// subscribe lets sourceOf have the source. Nobody else can use it: graphql-go
// wants a channel.
func (s *streamer) subscribe(p graphql.ResolveParams) (any, error) {
	if to, ok := p.Source.(*SourceFunc); ok {
		*to = s.source
		return nil, nil
	}
	return nil, fmt.Errorf("the events of %s are given by Engine.Subscribe", p.Info.FieldName)
}

// sourceOf returns the source that a field was declared with, or nil.
func sourceOf(f graphql.FieldResolveFn) (source SourceFunc) {
	if f == nil || reflect.ValueOf(f).Pointer() != streamEntry {
		return nil
	}
	_, _ = f(graphql.ResolveParams{Source: &source}) // it gives none
	return source
}

// Subscribes says whether a request is a valid subscription, rather than
// something that [Engine.Do] answers, or refuses.
func (e *Engine) Subscribes(r *Request) (yes bool) {
	defer func() {
		_ = recover() // Do does the same again, and reports it
	}()
	doc, errs := e.document(r.Query)
	if errs != nil {
		return false
	}
	op, err := doc.operation(r.OperationName)
	return err == nil && op.def.Operation == ast.Subscription
}

// Subscribe begins a subscription, or refuses it: then there are no answers.
// Each event is executed when the next answer is asked for, on the goroutine
// that asks, with a time of its own. An answer that was not Executed is the
// last: the stream failed. When ctx ends, the answers do.
func (e *Engine) Subscribe(ctx context.Context, r Request) (answers iter.Seq[*Response], refused *Response) {
	defer e.guard(ctx, r.ID, &refused)
	p, errs := e.prepare(&r)
	if errs == nil && p.op.def.Operation != ast.Subscription {
		errs = gqlerror.List{at(coded(CodeOperation, "only a subscription is subscribed to"), p.op.def.Position)}
	}
	if errs == nil {
		errs = e.admit(ctx, &r, p.cost)
	}
	if errs != nil {
		return nil, p.named(&Response{Errors: errs, Cost: p.cost})
	}
	x := &execution{Engine: e, ctx: ctx, prepared: p, id: r.ID}
	f := p.plan.root.fields[0]
	events, err := x.events(f, p.args[f.id], Stream{Root: r.Root, Last: r.LastEvent})
	if err != nil {
		return nil, x.ended(f, err)
	}
	return func(yield func(*Response) bool) {
		ended := x.follow(events, func(ev Event) bool {
			out := func() *Response {
				if ev.Done != nil {
					defer ev.Done()
				}
				return e.execute(ctx, &r, p, ev.Root)
			}()
			out.Event = ev.ID
			return ctx.Err() == nil && yield(out)
		})
		if ended != nil && ctx.Err() == nil {
			yield(x.ended(f, ended))
		}
	}, nil
}

// events asks a field for its stream.
func (x *execution) events(f *planned, args arguments, s Stream) (events iter.Seq2[Event, error], err error) {
	if args.err != nil {
		return nil, args.err
	}
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{p, debug.Stack()}
		}
	}()
	s.Args = args.values
	return f.field.source(x.ctx, s)
}

// follow gives each event of a stream to take, until it wants no more, and
// returns the error that ended the stream. A panic of the source is one; a panic
// of take is not the source's, and goes on.
func (x *execution) follow(events iter.Seq2[Event, error], take func(Event) bool) (ended error) {
	taking := false
	defer func() {
		if taking {
			return
		}
		if p := recover(); p != nil {
			ended = &PanicError{p, debug.Stack()}
		}
	}()
	for ev, err := range events {
		if err != nil {
			return err
		}
		taking = true
		more := take(ev)
		taking = false
		if !more {
			return nil
		}
	}
	return nil
}

// ended is the answer that says why there are no more, or none at all.
func (x *execution) ended(f *planned, err error) *Response {
	out := x.public(err)
	out.Path = ast.Path{ast.PathName(f.name)}
	return x.named(&Response{Errors: gqlerror.List{at(out, f.nodes[0].Position)}, Cost: x.cost})
}

// singleField lets a subscription select one field, which is none of
// introspection, and select it whatever its variables are: without one there
// would be nothing to wait for.
func singleField(events *core.Events, fail core.AddErrFunc) {
	events.OnOperation(func(_ *core.Walker, op *ast.OperationDefinition) {
		if op.Operation != ast.Subscription {
			return
		}
		var first *ast.Field
		seen := make(map[string]bool)
		directives := func(ds ast.DirectiveList) {
			for _, d := range ds {
				if d.Name == "skip" || d.Name == "include" {
					fail(core.Message("a subscription selects its root field without @%s", d.Name), core.At(d.Position))
				}
			}
		}
		var walk func(ast.SelectionSet)
		walk = func(set ast.SelectionSet) {
			for _, sel := range set {
				switch s := sel.(type) {
				case *ast.Field:
					directives(s.Directives)
					if strings.HasPrefix(s.Name, "__") {
						fail(core.Message("a subscription selects no field of introspection at its root"), core.At(s.Position))
					}
					if first == nil {
						first = s
					} else if s.Alias != first.Alias {
						fail(core.Message("a subscription selects one root field; %q is one more", s.Alias), core.At(s.Position))
					}
				case *ast.InlineFragment:
					directives(s.Directives)
					walk(s.SelectionSet)
				case *ast.FragmentSpread:
					directives(s.Directives)
					if !seen[s.Name] && s.Definition != nil {
						seen[s.Name] = true
						walk(s.Definition.SelectionSet)
					}
				}
			}
		}
		walk(op.SelectionSet)
	})
}
