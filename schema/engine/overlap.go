package engine

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// overlapping is the rule that fields of one response key can be merged. The
// specification compares every pair of fields, and pairs of what they select,
// which takes quadratic time and more. Here the fields of one key are compared
// with the first of them, and what all of them select is merged before it is
// looked at, so that a query is walked once for shapes and about once for names
// and arguments: fields of an abstract type are looked at again with each object
// type they may meet, and work bounds that.
type overlapping struct {
	*Engine
	work int
	errs gqlerror.List
}

// overlaps refuses what cannot be merged. The document is valid otherwise.
func (e *Engine) overlaps(doc *ast.QueryDocument) gqlerror.List {
	for _, op := range doc.Operations {
		o := &overlapping{Engine: e, work: 30 * e.opts.MaxFields}
		fields := o.flatten(nil, op.SelectionSet, make(map[string]bool))
		o.shapes(fields)
		o.names(fields)
		if len(o.errs) > 0 {
			return o.errs
		}
		if o.work < 0 {
			return gqlerror.List{at(coded(CodeFields, "the query merges too many fields"), op.Position)}
		}
	}
	return nil
}

// flatten appends the fields of a selection, its fragments spread out.
func (o *overlapping) flatten(into []*ast.Field, set ast.SelectionSet, seen map[string]bool) []*ast.Field {
	for _, sel := range set {
		switch s := sel.(type) {
		case *ast.Field:
			into = append(into, s)
		case *ast.InlineFragment:
			into = o.flatten(into, s.SelectionSet, seen)
		case *ast.FragmentSpread:
			if !seen[s.Name] && s.Definition != nil {
				seen[s.Name] = true
				into = o.flatten(into, s.Definition.SelectionSet, seen)
			}
		}
	}
	return into
}

// below returns what fields select, merged.
func (o *overlapping) below(fields []*ast.Field) []*ast.Field {
	var out []*ast.Field
	seen := make(map[string]bool)
	for _, f := range fields {
		out = o.flatten(out, f.SelectionSet, seen)
	}
	return out
}

// byKey groups fields by their response keys, in the order of the query.
func (o *overlapping) byKey(fields []*ast.Field) [][]*ast.Field {
	o.work -= len(fields)
	if o.work < 0 || len(o.errs) > 0 {
		return nil
	}
	at := make(map[string]int, len(fields))
	var groups [][]*ast.Field
	for _, f := range fields {
		i, ok := at[f.Alias]
		if !ok {
			i = len(groups)
			at[f.Alias] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

func (o *overlapping) conflict(a, b *ast.Field, reason string) {
	err := coded(CodeValidation, "fields of the key %q conflict: %s; use different aliases", a.Alias, reason)
	for _, f := range []*ast.Field{a, b} {
		err.Locations = append(err.Locations, gqlerror.Location{Line: f.Position.Line, Column: f.Position.Column})
	}
	o.errs = append(o.errs, err)
}

// shapes holds all fields of one key to one shape, whoever has them.
func (o *overlapping) shapes(fields []*ast.Field) {
	for _, group := range o.byKey(fields) {
		first := group[0]
		for _, f := range group[1:] {
			if !o.alike(first.Definition.Type, f.Definition.Type) {
				o.conflict(first, f, "they are of the types "+first.Definition.Type.String()+" and "+f.Definition.Type.String())
				return
			}
		}
		if sub := o.below(group); len(sub) > 0 {
			o.shapes(sub)
		}
	}
}

// alike says whether values of two types look alike in an answer.
func (o *overlapping) alike(a, b *ast.Type) bool {
	for {
		if a.NonNull != b.NonNull || (a.Elem == nil) != (b.Elem == nil) {
			return false
		}
		if a.Elem == nil {
			break
		}
		a, b = a.Elem, b.Elem
	}
	if a.NamedType == b.NamedType {
		return true
	}
	return o.defs.Types[a.NamedType].IsCompositeType() && o.defs.Types[b.NamedType].IsCompositeType()
}

// names holds fields of one key that one object may have both to one field with
// the same arguments.
func (o *overlapping) names(fields []*ast.Field) {
	for _, group := range o.byKey(fields) {
		for _, set := range together(group) {
			first := set[0]
			for _, f := range set[1:] {
				if first.Name != f.Name {
					o.conflict(first, f, "they are the fields "+first.Name+" and "+f.Name)
					return
				}
				if !sameArguments(first.Arguments, f.Arguments) {
					o.conflict(first, f, "they have different arguments")
					return
				}
			}
			if sub := o.below(set); len(sub) > 0 {
				o.names(sub)
			}
		}
	}
}

// together divides fields into sets that one object may have all of: those of
// each object type with those of abstract types.
func together(group []*ast.Field) [][]*ast.Field {
	var abstract []*ast.Field
	var order []string
	concrete := make(map[string][]*ast.Field)
	for _, f := range group {
		p := f.ObjectDefinition
		if p == nil || p.Kind != ast.Object {
			abstract = append(abstract, f)
			continue
		}
		if concrete[p.Name] == nil {
			order = append(order, p.Name)
		}
		concrete[p.Name] = append(concrete[p.Name], f)
	}
	if len(order) == 0 {
		return [][]*ast.Field{abstract}
	}
	sets := make([][]*ast.Field, 0, len(order))
	for _, name := range order {
		sets = append(sets, append(concrete[name], abstract...))
	}
	return sets
}

func sameArguments(a, b ast.ArgumentList) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		y := b.ForName(x.Name)
		if y == nil || sortedLiteral(x.Value) != sortedLiteral(y.Value) {
			return false
		}
	}
	return true
}

// sortedLiteral prints a literal such that the order of an object's fields does
// not matter.
func sortedLiteral(v *ast.Value) string {
	switch v.Kind {
	case ast.ListValue:
		items := make([]string, len(v.Children))
		for i, c := range v.Children {
			items[i] = sortedLiteral(c.Value)
		}
		return "[" + strings.Join(items, ",") + "]"
	case ast.ObjectValue:
		members := make(map[string]string, len(v.Children))
		for _, c := range v.Children {
			members[c.Name] = sortedLiteral(c.Value)
		}
		var b strings.Builder
		for _, k := range sortedKeys(members) {
			b.WriteString(k + ":" + members[k] + ",")
		}
		return "{" + b.String() + "}"
	}
	return v.String()
}
