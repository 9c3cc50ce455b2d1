package engine

import (
	"context"
	"runtime/debug"

	"github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// execution is one operation being executed.
//
// It goes level by level: all fields of all objects of a level are resolved, a
// batch once for all objects that one place of the query has, then the thunks
// that resolvers gave are run, so that the first of a loader's finds all the
// others waiting. What came out is completed into cells, and the objects among
// it are the next level.
type execution struct {
	*Engine
	ctx context.Context
	prepared
	result
	root any
	id   string // of the request

	errors gqlerror.List
	halt   *gqlerror.Error // why nothing more is executed

	groups []*group // of the next level, in the order of their first object
	open   []*group // the same by selection
	thunks []thunk
}

// group is the objects of a level that one selection is asked of.
type group struct {
	sel   *selection
	objs  []any
	cells []uint32 // of the objects
}

// thunk is a field of an object that is resolved when all fields of its level
// were asked.
type thunk struct {
	f    *planned
	cell uint32
	run  func() (any, error)
}

// run executes the operation.
func (x *execution) run() *Response {
	x.selections = x.plan.selections
	x.open = make([]*group, len(x.selections))
	x.cells, x.arena = x.plan.room()
	x.cells = append(x.cells, cell{kind: objectCell, b: 0})
	root := x.plan.root
	x.cells[0].a = x.alloc(0, root)
	if x.op.def.Operation == ast.Mutation {
		x.mutate(root)
	} else {
		x.levels(&group{sel: root, objs: []any{x.root}, cells: []uint32{0}}, x.cells[0].a)
	}
	r := &Response{Executed: true, Errors: x.errors, Cost: x.cost}
	if x.halt != nil {
		r.Errors = gqlerror.List{x.halt}
		return r
	}
	r.data = &x.result
	x.plan.last.Store(&extent{len(x.cells), len(x.arena)})
	return r
}

// levels executes a group, whose first object has its fields at a cell, and
// everything below.
func (x *execution) levels(first *group, at uint32) {
	if x.halted() || x.cells[0].kind == nullCell {
		return
	}
	x.group(first, at)
	x.below()
}

// below executes what stands below the fields that were just resolved.
func (x *execution) below() {
	x.runThunks()
	for len(x.groups) > 0 && !x.halted() {
		level := x.groups
		x.groups = nil
		for _, g := range level {
			x.open[g.sel.id] = nil
		}
		for _, g := range level {
			if x.nulled {
				x.bury(g)
			}
			if len(g.objs) == 0 {
				continue
			}
			at := uint32(len(x.cells))
			for _, c := range g.cells {
				x.cells[c].a = x.alloc(c, g.sel)
			}
			x.group(g, at)
		}
		x.runThunks()
	}
}

// halted says whether to stop, because the request was given up, or is too
// large.
func (x *execution) halted() bool {
	if x.halt == nil && x.ctx.Err() != nil {
		x.halt = stopped(x.ctx)
	}
	if x.halt == nil && len(x.arena)+x.overhead > x.opts.MaxResponseBytes {
		x.halt = coded(CodeResponse, "the answer has more than %d bytes: ask for smaller pages, or fewer fields", x.opts.MaxResponseBytes)
	}
	return x.halt != nil
}

// bury drops the objects of a group above which a null has come to stand.
func (x *execution) bury(g *group) {
	n := 0
	for i, c := range g.cells {
		if x.alive(c) {
			g.objs[n], g.cells[n] = g.objs[i], c
			n++
		}
	}
	clear(g.objs[n:])
	g.objs, g.cells = g.objs[:n], g.cells[:n]
}

// group resolves all fields of a group. The fields of its objects stand one
// object after the other from a cell on.
func (x *execution) group(g *group, at uint32) {
	stride := uint32(len(g.sel.fields))
	for i, f := range g.sel.fields {
		if x.halted() {
			return
		}
		x.field(g, f, at+uint32(i), stride)
	}
}

// field resolves one field of all objects of a group.
func (x *execution) field(g *group, f *planned, at, stride uint32) {
	if f.field == nil {
		for i := range g.objs {
			c := at + uint32(i)*stride
			from := len(x.arena)
			x.arena = append(append(append(x.arena, '"'), g.sel.typ.name...), '"')
			x.leaf(c, from)
		}
		return
	}
	args := x.args[f.id]
	switch {
	case args.err != nil:
		x.failAll(g, f, at, stride, args.err)
	case f.field.batch != nil:
		out, err := x.batch(f, g.objs, args.values)
		if err != nil {
			x.failAll(g, f, at, stride, err)
			return
		}
		x.guarded(f, len(out), at, stride, func(i int, c uint32) { x.take(f, c, out[i]) })
	case f.field.meta != nil:
		for i, o := range g.objs {
			x.take(f, at+uint32(i)*stride, f.field.meta(x.Engine, o, args.values))
		}
	default:
		p := graphql.ResolveParams{Args: args.values, Info: f.field.info, Context: x.ctx}
		p.Info.VariableValues, p.Info.RootValue = x.vars, x.root
		x.guarded(f, len(g.objs), at, stride, func(i int, c uint32) {
			p.Source = g.objs[i]
			v, err := f.field.resolve(p)
			if err != nil {
				x.fail(f, c, err)
				return
			}
			x.take(f, c, v)
		})
	}
}

// batch asks for one field of many objects.
func (x *execution) batch(f *planned, parents []any, args map[string]any) (out []any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{p, debug.Stack()}
		}
	}()
	return f.field.batch.answer(x.ctx, parents, args)
}

// guarded does something for every object of a group. A panic is the error of
// the object that it came over.
func (x *execution) guarded(f *planned, n int, at, stride uint32, do func(i int, c uint32)) {
	i := 0
	some := func() {
		defer func() {
			if p := recover(); p != nil {
				x.fail(f, at+uint32(i)*stride, &PanicError{p, debug.Stack()})
				i++
			}
		}()
		for ; i < n; i++ {
			if i%256 == 255 && x.halted() {
				i = n
				return
			}
			do(i, at+uint32(i)*stride)
		}
	}
	for i < n {
		some()
	}
}

// take completes what a resolver gave, or has it wait if it is a thunk.
func (x *execution) take(f *planned, c uint32, v any) {
	switch v := v.(type) {
	case error:
		x.fail(f, c, v)
	case func() (any, error):
		x.thunks = append(x.thunks, thunk{f, c, v})
	case func() any:
		x.thunks = append(x.thunks, thunk{f, c, func() (any, error) { return v(), nil }})
	default:
		x.complete(f, c, f.typ, v)
	}
}

// runThunks runs the thunks of a level, and those that they give.
func (x *execution) runThunks() {
	for len(x.thunks) > 0 && !x.halted() {
		ts := x.thunks
		x.thunks = nil
		for i, t := range ts {
			if i%64 == 0 && x.halted() {
				return
			}
			x.guarded(t.f, 1, t.cell, 0, func(_ int, c uint32) {
				v, err := t.run()
				if err != nil {
					x.fail(t.f, c, err)
					return
				}
				x.take(t.f, c, v)
			})
		}
	}
}

// failAll notes one error for every object of a group, and masks it once.
func (x *execution) failAll(g *group, f *planned, at, stride uint32, err error) {
	if x.halted() {
		return
	}
	shown := x.public(err)
	for i := range g.objs {
		x.note(f, at+uint32(i)*stride, shown)
	}
}

// fail notes an error of a value, and lets null stand for it.
func (x *execution) fail(f *planned, c uint32, err error) {
	if x.halted() || x.nulled && !x.alive(c) {
		return
	}
	x.note(f, c, x.public(err))
}

func (x *execution) note(f *planned, c uint32, shown *gqlerror.Error) {
	if x.nulled && !x.alive(c) {
		return
	}
	err := *shown
	err.Path = x.path(c)
	p := f.nodes[0].Position
	err.Locations = []gqlerror.Location{{Line: p.Line, Column: p.Column}}
	x.errors = append(x.errors, &err)
	x.overhead += 100 + len(err.Message)
	x.nullify(c)
}
