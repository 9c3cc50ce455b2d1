package schema

import (
	"context"
	"iter"
	"strconv"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/schema/engine"
)

// maxEvents is how many events are executed at the same moment. However many
// subscribe, no more views are open for them, and a write that all of them wait
// for leaves some of the machine to who asks something.
const maxEvents = 8

// subscription is the root type of what is followed.
func (b *builder) subscription() *graphql.Object {
	executing := make(chan struct{}, maxEvents)
	revisions := &graphql.Field{
		Type: nonNull(b.revision),
		Description: "Replays the log from `after`, then goes on live; completes after `first` revisions if given. " +
			"Each is answered as of that revision. None is left out and none comes twice: who is cut off subscribes again with the last `seq` as `after`.",
		Args: graphql.FieldConfigArgument{
			"of":    arg(graphql.ID, "Only revisions that changed this node, or an edge at it."),
			"kinds": listArg(b.nodeKind, "Only revisions that changed a node of one of these kinds."),
			"after": arg(graphql.Int, "Behind this revision; 0 is before the first. Without it, those to come."),
			"first": arg(graphql.Int, "At most so many; without it, no end."),
		},
		Resolve: func(p graphql.ResolveParams) (any, error) { return p.Source, nil },
	}
	return graphql.NewObject(graphql.ObjectConfig{
		Name: "Subscription", Description: "What can be followed.",
		Fields: graphql.Fields{"revisions": engine.Source(revisions, func(ctx context.Context, s engine.Stream) (iter.Seq2[engine.Event, error], error) {
			w, err := watchOf(ctx, s)
			if err != nil {
				return nil, public(err)
			}
			return w.events(ctx, executing), nil
		})},
	})
}

// watch is one subscription to revisions.
type watch struct {
	graph.Following
	rec   *graph.Record
	first int // 0 for no end
}

// watchOf reads the arguments of a subscription.
func watchOf(ctx context.Context, s engine.Stream) (*watch, error) {
	w := &watch{rec: s.Root.(*graph.Record)}
	v, err := w.rec.View(ctx)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	head := v.Head().Seq
	w.After = head
	if n, ok := s.Args["after"].(int); ok {
		if n < 0 {
			return nil, graph.Invalidf("after: %d is below 0", n)
		}
		w.After = uint64(n)
	}
	if s.Last != "" {
		if w.After, err = strconv.ParseUint(s.Last, 10, 63); err != nil {
			return nil, graph.Invalidf("the last event: %.80q is no revision", s.Last)
		}
	}
	if w.After > head {
		return nil, graph.Invalidf("after: there is no revision %d yet; the newest is %d", w.After, head)
	}
	if n, ok := s.Args["first"].(int); ok {
		if n < 1 {
			return nil, graph.Invalidf("first: %d is below 1", n)
		}
		w.first = n
	}
	for _, name := range stringsArg(s.Args, "kinds") {
		if k, ok := vocab.ParseNodeKind(name); ok {
			w.Kinds = append(w.Kinds, k)
		}
	}
	of, _, err := one(ctx, v, s.Args, "of", true)
	if err != nil {
		return nil, err
	}
	if of != nil {
		w.Of = of.Ref
	}
	return w, nil
}

// events gives each revision with a view that is open while it is executed, and
// not while anybody waits.
func (w *watch) events(ctx context.Context, executing chan struct{}) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		sent := 0
		for l, err := range w.rec.Follow(ctx, w.Following) {
			if err != nil {
				yield(engine.Event{}, public(err))
				return
			}
			select {
			case executing <- struct{}{}:
			case <-ctx.Done():
				return
			}
			done := func() { <-executing }
			v, err := w.rec.View(ctx)
			if err != nil {
				done()
				yield(engine.Event{}, public(err))
				return
			}
			ev := engine.Event{
				Root: &logged{Logged: l, view: v.AsLeftBy(l), of: w.Of, kinds: w.Kinds},
				ID:   strconv.FormatUint(l.Seq, 10),
				Done: func() { v.Close(); done() },
			}
			if !yield(ev, nil) {
				return
			}
			if sent++; sent == w.first {
				return
			}
		}
	}
}
