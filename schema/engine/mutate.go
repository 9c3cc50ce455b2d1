package engine

import (
	"runtime/debug"

	"github.com/vektah/gqlparser/v2/ast"
)

// Mutation is the root of a mutation: every field that it asks for, in the
// order of the query, and the directives of the operation. Who executes it sees
// all of them before the first is executed, so that several can be one
// transaction.
type Mutation struct {
	Calls []Call
	// Directives are those of the operation, by name with their arguments.
	Directives map[string]map[string]any

	x      *execution
	fields []int // where in the selection each call stands
}

// Call is one field of a mutation's root.
type Call struct {
	Field string // its name
	Key   string // its key in the answer
	Args  map[string]any
	// Err is why there are no arguments. It is the call's answer.
	Err error
}

// Answer gives a call its value, or an error, and executes what is asked below
// it. Each call is answered once; one that is not is an internal error.
func (m *Mutation) Answer(call int, v any) {
	x, at := m.x, m.fields[call]
	if at < 0 {
		return
	}
	m.fields[call] = -1
	if x.halted() || x.cells[0].kind == nullCell {
		return
	}
	f := x.plan.root.fields[at]
	x.guarded(f, 1, x.cells[0].a+uint32(at), 0, func(_ int, c uint32) { x.take(f, c, v) })
	x.below()
}

// mutate executes the root of a mutation: one field after the other, each with
// all that is below it.
func (x *execution) mutate(root *selection) {
	m := &Mutation{x: x, Directives: x.directives(x.op.def.Directives)}
	for i, f := range root.fields {
		if f.field == nil || x.opts.Mutate == nil {
			one := &selection{id: root.id, typ: root.typ, fields: root.fields[i : i+1]}
			x.levels(&group{sel: one, objs: []any{x.root}, cells: []uint32{0}}, x.cells[0].a+uint32(i))
			continue
		}
		m.Calls = append(m.Calls, Call{Field: f.field.name, Key: f.name, Args: x.args[f.id].values, Err: x.args[f.id].err})
		m.fields = append(m.fields, i)
	}
	if len(m.Calls) == 0 || x.halted() {
		return
	}
	failed := error(errUnanswered)
	func() {
		defer func() {
			if p := recover(); p != nil {
				failed = &PanicError{p, debug.Stack()}
			}
		}()
		x.opts.Mutate(x.ctx, x.root, m)
	}()
	for i := range m.Calls {
		m.Answer(i, failed)
	}
}

// directives returns the directives at a place with their arguments.
func (x *execution) directives(list ast.DirectiveList) map[string]map[string]any {
	out := make(map[string]map[string]any, len(list))
	for _, d := range list {
		args := make(map[string]any, len(d.Arguments))
		for _, def := range x.defs.Directives[d.Name].Arguments {
			a := d.Arguments.ForName(def.Name)
			switch {
			case a != nil:
				args[def.Name], _ = x.literal(x.ref(def.Type), a.Value, x.vars) // it was validated
			case def.DefaultValue != nil:
				args[def.Name], _ = x.literal(x.ref(def.Type), def.DefaultValue, x.vars)
			}
		}
		out[d.Name] = args
	}
	return out
}
