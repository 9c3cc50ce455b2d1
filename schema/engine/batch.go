package engine

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/graphql-go/graphql"
)

// BatchFunc answers one field for all of its parents at once: one answer each,
// in their order. An answer that is an error is that parent's alone; the error
// it returns is everybody's. It must neither keep nor change parents and args.
type BatchFunc func(ctx context.Context, parents []any, args map[string]any) ([]any, error)

// Field declares that a field answers in batches, and returns it.
func Field(f *graphql.Field, batch BatchFunc) *graphql.Field {
	f.Resolve = Batch(batch)
	return f
}

// Batch makes a resolver of a batch. The engine knows it again and calls the
// batch with all parents of a level. Anybody else gets thunks from it: under
// graphql-go's executor the first thunk of a field that is run calls the batch
// for all, if the context comes from [WithLoaders]; without one it answers one
// by one.
func Batch(batch BatchFunc) graphql.FieldResolveFn { return (&batcher{batch}).resolve }

type batcher struct{ batch BatchFunc }

// entry is the code of every resolver that Batch makes. A resolver is only
// asked for its batch if it is one of ours: another might take the question for
// a request and act on it.
var entry = reflect.ValueOf((&batcher{}).resolve).Pointer()

// question is the source with which batchOf asks.
type question struct{ answer **batcher }

// batchOf returns the batch that a resolver was made of, or nil.
func batchOf(f graphql.FieldResolveFn) BatchFunc {
	if f == nil || reflect.ValueOf(f).Pointer() != entry {
		return nil
	}
	var b *batcher
	if _, err := f(graphql.ResolveParams{Source: question{&b}}); err != nil || b == nil {
		return nil
	}
	return b.batch
}

func (b *batcher) resolve(p graphql.ResolveParams) (any, error) {
	if q, ok := p.Source.(question); ok {
		*q.answer = b
		return nil, nil
	}
	ctx := p.Context
	if ctx == nil {
		ctx = context.Background()
	}
	ls, ok := ctx.Value(loadersKey{}).(*loaders)
	if !ok {
		return pick(b.answer(ctx, []any{p.Source}, p.Args))(0)
	}
	return ls.add(ctx, b, p), nil
}

// answer calls the batch and holds it to its contract.
func (b *batcher) answer(ctx context.Context, parents []any, args map[string]any) ([]any, error) {
	out, err := b.batch(ctx, parents, args)
	if err == nil && len(out) != len(parents) {
		err = fmt.Errorf("the batch answered %d of %d parents", len(out), len(parents))
	}
	return out, err
}

// pick returns what one parent gets of an answer.
func pick(out []any, err error) func(int) (any, error) {
	return func(i int) (any, error) {
		if err != nil {
			return nil, err
		}
		if err, ok := out[i].(error); ok {
			return nil, err
		}
		return out[i], nil
	}
}

type loadersKey struct{}

// WithLoaders returns a context in which the thunks of [Batch] gather their
// parents. It is for one request of an executor other than this engine, which
// does it by itself.
func WithLoaders(ctx context.Context) context.Context { return withLoaders(ctx) }

func withLoaders(ctx context.Context) context.Context {
	return context.WithValue(ctx, loadersKey{}, &loaders{open: make(map[loadKey]*load)})
}

// loaders are the batches of one request that wait for their parents.
type loaders struct {
	mu   sync.Mutex // guards open and the loads in it
	open map[loadKey]*load
}

// loadKey tells batches apart: parents of one field of the query have the same
// arguments.
type loadKey struct {
	b     *batcher
	field any
}

type load struct {
	once    sync.Once
	parents []any
	args    map[string]any
	answer  func(int) (any, error)
}

func (ls *loaders) add(ctx context.Context, b *batcher, p graphql.ResolveParams) func() (any, error) {
	k := loadKey{b: b, field: reflect.ValueOf(p.Args).Pointer()}
	if len(p.Info.FieldASTs) > 0 {
		k.field = p.Info.FieldASTs[0]
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.open[k]
	if l == nil {
		l = &load{args: p.Args}
		ls.open[k] = l
	}
	i := len(l.parents)
	l.parents = append(l.parents, p.Source)
	return func() (any, error) {
		l.once.Do(func() {
			ls.mu.Lock()
			if ls.open[k] == l {
				delete(ls.open, k)
			}
			ls.mu.Unlock()
			l.answer = pick(nil, fmt.Errorf("the batch panicked"))
			l.answer = pick(b.answer(ctx, l.parents, l.args))
		})
		return l.answer(i)
	}
}
