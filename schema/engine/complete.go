package engine

import (
	"fmt"
	"reflect"
	"runtime/debug"

	"github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// complete turns what a resolver gave into the value of a cell.
func (x *execution) complete(f *planned, c uint32, t *typeRef, v any) {
	x.cells[c].nonNull = t.nonNull
	switch {
	case isNil(v):
		if t.nonNull {
			x.fail(f, c, fmt.Errorf("%s.%s: null, where %s is promised", f.field.parent.name, f.field.name, t))
		}
	case t.elem != nil:
		x.list(f, c, t, v)
	case t.encode != nil:
		from := len(x.arena)
		if err := x.encode(t.named, v); err != nil {
			x.arena = x.arena[:from]
			x.fail(f, c, fmt.Errorf("%s.%s: %w", f.field.parent.name, f.field.name, err))
			return
		}
		x.leaf(c, from)
	case t.kind == ast.Object:
		if t.isTypeOf != nil && !x.isTypeOf(f, t.named, v) {
			x.fail(f, c, fmt.Errorf("%s.%s: a %T is no %s", f.field.parent.name, f.field.name, v, t.name))
			return
		}
		x.enqueue(c, f.sub, v)
	default:
		o, err := x.typeOf(f, t.named, v)
		if err != nil {
			x.fail(f, c, err)
			return
		}
		x.enqueue(c, f.subs[o], v)
	}
}

// isNil says whether a value stands for null.
func isNil(v any) bool {
	switch v.(type) {
	case nil:
		return true
	case string, int, bool, float64:
		return false
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Interface, reflect.Chan:
		return r.IsNil()
	}
	return false
}

func (x *execution) encode(t *named, v any) (err error) {
	if s, ok := v.(string); ok && t.scalar != nil && (t.name == "String" || t.name == "ID") {
		x.arena = appendString(x.arena, s)
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{p, debug.Stack()}
		}
	}()
	x.arena, err = t.encode(x.arena, v)
	return err
}

// enqueue makes a cell an object, whose fields are the next level's.
func (x *execution) enqueue(c uint32, s *selection, v any) {
	x.cells[c].kind, x.cells[c].b = objectCell, uint32(s.id)
	g := x.open[s.id]
	if g == nil {
		g = &group{sel: s}
		x.open[s.id] = g
		x.groups = append(x.groups, g)
	}
	g.objs, g.cells = append(g.objs, v), append(g.cells, c)
}

// list completes the items of a list, each on its own.
func (x *execution) list(f *planned, c uint32, t *typeRef, v any) {
	var n int
	var item func(int) any
	switch l := v.(type) {
	case []any:
		n, item = len(l), func(i int) any { return l[i] }
	case []string:
		n, item = len(l), func(i int) any { return l[i] }
	default:
		r := reflect.Indirect(reflect.ValueOf(v))
		if r.Kind() != reflect.Slice && r.Kind() != reflect.Array {
			x.fail(f, c, fmt.Errorf("%s.%s: a %T is no list", f.field.parent.name, f.field.name, v))
			return
		}
		n, item = r.Len(), func(i int) any { return r.Index(i).Interface() }
	}
	if x.overhead += n + 2; x.halted() {
		return
	}
	at := x.items(c, n)
	for i := range n {
		if i%256 == 255 && x.halted() {
			return
		}
		child := at + uint32(i)
		x.cells[child].nonNull = t.elem.nonNull
		switch v := item(i).(type) {
		case error:
			x.fail(f, child, v)
		case func() (any, error):
			// A thunk inside of a list is run with the others, and completed
			// as what it is an item of.
			x.thunks = append(x.thunks, thunk{&planned{field: f.field, typ: t.elem, nodes: f.nodes, sub: f.sub, subs: f.subs}, child, v})
		default:
			x.complete(f, child, t.elem, v)
		}
	}
}

// typeOf returns the type of an object that stands for an abstract type.
func (x *execution) typeOf(f *planned, t *named, v any) (o *named, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{p, debug.Stack()}
		}
	}()
	if t.resolveType != nil {
		o = x.byType[t.resolveType(graphql.ResolveTypeParams{Value: v, Info: f.field.info, Context: x.ctx})]
	} else {
		for _, p := range t.possible {
			if p.isTypeOf != nil && x.isTypeOf(f, p, v) {
				o = p
				break
			}
		}
	}
	if o == nil || f.subs[o] == nil {
		return nil, fmt.Errorf("%s.%s: a %T is no %s", f.field.parent.name, f.field.name, v, t.name)
	}
	if o.isTypeOf != nil && t.resolveType != nil && !x.isTypeOf(f, o, v) {
		return nil, fmt.Errorf("%s.%s: a %T is no %s", f.field.parent.name, f.field.name, v, o.name)
	}
	return o, nil
}

func (x *execution) isTypeOf(f *planned, t *named, v any) bool {
	return t.isTypeOf(graphql.IsTypeOfParams{Value: v, Info: f.field.info, Context: x.ctx})
}
