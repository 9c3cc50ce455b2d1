package engine

import (
	"context"
	"fmt"
	"reflect"

	"github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// BatchFunc answers one field for all of its parents at once: one answer each,
// in their order. An answer that is an error is that parent's alone.
type BatchFunc func(ctx context.Context, parents []any, args map[string]any) ([]any, error)

// execution is one operation being executed.
type execution struct {
	*Engine
	ctx    context.Context
	doc    *ast.QueryDocument
	vars   map[string]any
	errors gqlerror.List
	objs   int
}

// object is a part of the answer: its keys in the order of the selection.
type object struct {
	keys   []string
	values []any
}

// failed stands for a value whose error is noted already, bubble for a null
// where none may be.
type (
	failed struct{}
	bubble struct{}
)

// path is where a value stands in the answer.
type path struct {
	up   *path
	name string
	i    int
}

func (p *path) list() ast.Path {
	if p == nil {
		return nil
	}
	if p.name == "" {
		return append(p.up.list(), ast.PathIndex(p.i))
	}
	return append(p.up.list(), ast.PathName(p.name))
}

// fieldSet is the fields of one response key.
type fieldSet struct {
	key    string
	fields []*ast.Field
}

// collect lists the fields that a selection asks of a type, in the order of the
// response.
func (x *execution) collect(t *graphql.Object, sets []ast.SelectionSet, into []fieldSet, seen map[string]bool) []fieldSet {
	for _, set := range sets {
		for _, sel := range set {
			switch s := sel.(type) {
			case *ast.Field:
				if !x.included(s.Directives) {
					continue
				}
				at := -1
				for i := range into {
					if into[i].key == s.Alias {
						at = i
					}
				}
				if at < 0 {
					into, at = append(into, fieldSet{key: s.Alias}), len(into)
				}
				into[at].fields = append(into[at].fields, s)
			case *ast.InlineFragment:
				if x.included(s.Directives) && x.applies(t, s.TypeCondition) {
					into = x.collect(t, []ast.SelectionSet{s.SelectionSet}, into, seen)
				}
			case *ast.FragmentSpread:
				if !x.included(s.Directives) || seen[s.Name] || !x.applies(t, s.Definition.TypeCondition) {
					continue
				}
				seen[s.Name] = true
				into = x.collect(t, []ast.SelectionSet{s.Definition.SelectionSet}, into, seen)
			}
		}
	}
	return into
}

func (x *execution) included(ds ast.DirectiveList) bool {
	for _, d := range ds {
		if d.Name == "skip" || d.Name == "include" {
			v, _ := d.ArgumentMap(x.vars)["if"].(bool)
			if v != (d.Name == "include") {
				return false
			}
		}
	}
	return true
}

func (x *execution) applies(t *graphql.Object, condition string) bool {
	if condition == "" || condition == t.Name() {
		return true
	}
	for _, i := range t.Interfaces() {
		if i.Name() == condition {
			return true
		}
	}
	return false
}

// object executes a selection on objects of one type. The answer for each is an
// *object, or failed where a null came through from below.
func (x *execution) object(t *graphql.Object, parents []any, sets []ast.SelectionSet, paths []*path) []any {
	out := make([]any, len(parents))
	objs := make([]*object, len(parents))
	for i := range parents {
		objs[i] = &object{}
		out[i] = objs[i]
	}
	for _, fs := range x.collect(t, sets, nil, make(map[string]bool)) {
		if x.ctx.Err() != nil {
			break
		}
		values := x.field(t, parents, fs, paths)
		for i, v := range values {
			if _, null := v.(bubble); null {
				out[i] = failed{}
				continue
			}
			objs[i].keys = append(objs[i].keys, fs.key)
			objs[i].values = append(objs[i].values, v)
		}
	}
	return out
}

// field answers one response key for all parents.
func (x *execution) field(t *graphql.Object, parents []any, fs fieldSet, paths []*path) []any {
	f := fs.fields[0]
	below := make([]*path, len(parents))
	for i := range parents {
		below[i] = &path{up: paths[i], name: fs.key}
	}
	if f.Name == "__typename" {
		out := make([]any, len(parents))
		for i := range out {
			out[i] = t.Name()
		}
		return out
	}
	def := t.Fields()[f.Name]
	if t == x.schema.QueryType() {
		switch f.Name {
		case "__schema":
			def = x.meta.schemaField
		case "__type":
			def = x.meta.typeField
		}
	}
	if def == nil { // what was validated is there
		def = &graphql.FieldDefinition{Name: f.Name, Type: graphql.String, Resolve: func(graphql.ResolveParams) (any, error) {
			return nil, fmt.Errorf("%s.%s is validated and not declared", t.Name(), f.Name)
		}}
	}
	args, err := x.arguments(f, def)
	raws := make([]any, len(parents))
	if err != nil {
		for i := range raws {
			raws[i] = err
		}
	} else {
		x.resolve(t, def, f, parents, args, raws)
	}
	var sets []ast.SelectionSet
	for _, f := range fs.fields {
		sets = append(sets, f.SelectionSet)
	}
	return x.complete(def.Type, raws, below, f, sets)
}

// resolve fills in what the resolver gives: all parents at once where it is a
// batch, else one by one, thunks after all.
func (x *execution) resolve(t *graphql.Object, def *graphql.FieldDefinition, f *ast.Field, parents []any, args map[string]any, raws []any) {
	if batch := x.batches[t.Name()+"."+f.Name]; batch != nil {
		got, err := x.guard(func() ([]any, error) { return batch(x.ctx, parents, args) })
		if err == nil && len(got) != len(parents) {
			err = fmt.Errorf("%s.%s answered %d of %d", t.Name(), f.Name, len(got), len(parents))
		}
		for i := range raws {
			if err != nil {
				raws[i] = err
			} else {
				raws[i] = got[i]
			}
		}
		return
	}
	info := graphql.ResolveInfo{FieldName: f.Name, ReturnType: def.Type, ParentType: t, Schema: x.schema, VariableValues: x.vars}
	for i, p := range parents {
		got, err := x.guard(func() ([]any, error) {
			if def.Resolve == nil {
				v, err := graphql.DefaultResolveFn(graphql.ResolveParams{Source: p, Args: args, Info: info, Context: x.ctx})
				return []any{v}, err
			}
			v, err := def.Resolve(graphql.ResolveParams{Source: p, Args: args, Info: info, Context: x.ctx})
			return []any{v}, err
		})
		if err != nil {
			raws[i] = err
		} else {
			raws[i] = got[0]
		}
	}
	for i, r := range raws {
		if thunk, ok := r.(func() (any, error)); ok {
			got, err := x.guard(func() ([]any, error) { v, err := thunk(); return []any{v}, err })
			if err != nil {
				raws[i] = err
			} else {
				raws[i] = got[0]
			}
		}
	}
}

// guard turns a panic of a resolver into an error.
func (x *execution) guard(f func() ([]any, error)) (out []any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p, stack()}
		}
	}()
	return f()
}

// fail notes an error.
func (x *execution) fail(err error, p *path, f *ast.Field) {
	x.errors = append(x.errors, x.public(x.ctx, err, p.list(), f.Position))
}

// complete turns what resolvers gave into answers of a type.
func (x *execution) complete(t graphql.Type, raws []any, paths []*path, f *ast.Field, sets []ast.SelectionSet) []any {
	if nn, ok := t.(*graphql.NonNull); ok {
		out := x.complete(nn.OfType, raws, paths, f, sets)
		for i, v := range out {
			switch v.(type) {
			case nil:
				x.fail(fmt.Errorf("null where %s is promised", nn), paths[i], f)
				out[i] = bubble{}
			case failed:
				out[i] = bubble{}
			}
		}
		return out
	}
	out := make([]any, len(raws))
	var live []int
	for i, r := range raws {
		if err, ok := r.(error); ok {
			x.fail(err, paths[i], f)
			out[i] = failed{}
		} else if !isNil(r) {
			live = append(live, i)
		}
	}
	switch t := t.(type) {
	case *graphql.List:
		x.completeLists(t, raws, paths, f, sets, live, out)
	case *graphql.Object:
		x.completeObjects(t, raws, paths, sets, live, out)
	case *graphql.Interface:
		byType := make(map[*graphql.Object][]int)
		var order []*graphql.Object
		for _, i := range live {
			o := t.ResolveType(graphql.ResolveTypeParams{Value: raws[i], Context: x.ctx})
			if o == nil {
				x.fail(fmt.Errorf("%T is no %s", raws[i], t.Name()), paths[i], f)
				out[i] = failed{}
				continue
			}
			if byType[o] == nil {
				order = append(order, o)
			}
			byType[o] = append(byType[o], i)
		}
		for _, o := range order {
			x.completeObjects(o, raws, paths, sets, byType[o], out)
		}
	case graphql.Leaf:
		for _, i := range live {
			v, err := serialize(t, raws[i])
			if err != nil {
				x.fail(err, paths[i], f)
				out[i] = failed{}
				continue
			}
			out[i] = v
		}
	}
	for i := range out {
		if _, f := out[i].(failed); f {
			continue
		}
	}
	return out
}

func isNil(v any) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

func (x *execution) completeObjects(t *graphql.Object, raws []any, paths []*path, sets []ast.SelectionSet, live []int, out []any) {
	if len(live) == 0 {
		return
	}
	parents, at := make([]any, len(live)), make([]*path, len(live))
	for j, i := range live {
		parents[j], at[j] = raws[i], paths[i]
	}
	for j, v := range x.object(t, parents, sets, at) {
		out[live[j]] = v
	}
}

// completeLists completes the items of all lists together.
func (x *execution) completeLists(t *graphql.List, raws []any, paths []*path, f *ast.Field, sets []ast.SelectionSet, live []int, out []any) {
	var items []any
	var at []*path
	sizes := make([]int, len(live))
	for j, i := range live {
		list, ok := raws[i].([]any)
		if !ok {
			r := reflect.ValueOf(raws[i])
			if r.Kind() != reflect.Slice {
				x.fail(fmt.Errorf("%T is no list", raws[i]), paths[i], f)
				out[i] = failed{}
				continue
			}
			for k := range r.Len() {
				list = append(list, r.Index(k).Interface())
			}
		}
		sizes[j] = len(list)
		for k, v := range list {
			items, at = append(items, v), append(at, &path{up: paths[i], i: k})
		}
	}
	done := x.complete(t.OfType, items, at, f, sets)
	for j, i := range live {
		if _, bad := out[i].(failed); bad {
			continue
		}
		list := done[:sizes[j]:sizes[j]]
		done = done[sizes[j]:]
		out[i] = list
		for _, v := range list {
			if _, null := v.(bubble); null {
				out[i] = failed{}
			}
		}
	}
}
