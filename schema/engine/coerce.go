package engine

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// variables coerces what a client sent to what the operation declares.
func (e *Engine) variables(op *ast.OperationDefinition, sent map[string]any) (map[string]any, *gqlerror.Error) {
	out := make(map[string]any, len(op.VariableDefinitions))
	for _, d := range op.VariableDefinitions {
		v, ok := sent[d.Variable]
		switch {
		case !ok && d.DefaultValue != nil:
			def, err := d.DefaultValue.Value(nil)
			if err != nil {
				return nil, coded("BAD_USER_INPUT", "variable $%s: %v", d.Variable, err)
			}
			v = def
		case !ok && d.Type.NonNull:
			return nil, coded("BAD_USER_INPUT", "variable $%s: missing, and %s may not be null", d.Variable, d.Type)
		case !ok:
			continue
		}
		c, err := e.input(d.Type, v)
		if err != nil {
			return nil, coded("BAD_USER_INPUT", "variable $%s: %v", d.Variable, err)
		}
		out[d.Variable] = c
	}
	return out, nil
}

// input coerces a value of JSON to a type.
func (e *Engine) input(t *ast.Type, v any) (any, error) {
	if v == nil {
		if t.NonNull {
			return nil, fmt.Errorf("null where %s is wanted", t)
		}
		return nil, nil
	}
	if t.Elem != nil {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		out := make([]any, len(list))
		for i, x := range list {
			var err error
			if out[i], err = e.input(t.Elem, x); err != nil {
				return nil, fmt.Errorf("item %d: %w", i, err)
			}
		}
		return out, nil
	}
	def := e.defs.Types[t.NamedType]
	switch def.Kind {
	case ast.Enum:
		s, ok := v.(string)
		if !ok || def.EnumValues.ForName(s) == nil {
			return nil, fmt.Errorf("%s is no %s", show(v), def.Name)
		}
		return s, nil
	case ast.InputObject:
		m, ok := v.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%s where an object of %s is wanted", show(v), def.Name)
		}
		out := make(map[string]any, len(m))
		for name := range m {
			if def.Fields.ForName(name) == nil {
				return nil, fmt.Errorf("%s has no field %.80q", def.Name, name)
			}
		}
		for _, f := range def.Fields {
			x, ok := m[f.Name]
			if !ok && f.DefaultValue != nil {
				x, _ = f.DefaultValue.Value(nil)
				ok = true
			}
			if !ok {
				if f.Type.NonNull {
					return nil, fmt.Errorf("%s.%s: missing", def.Name, f.Name)
				}
				continue
			}
			c, err := e.input(f.Type, x)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name, err)
			}
			out[f.Name] = c
		}
		return out, nil
	}
	return e.scalar(def.Name, v)
}

// scalar coerces a value to a scalar type.
func (e *Engine) scalar(name string, v any) (any, error) {
	bad := func() (any, error) { return nil, fmt.Errorf("%s (%s) where %s is wanted", show(v), kindOf(v), name) }
	switch name {
	case "Int":
		var f float64
		switch n := v.(type) {
		case json.Number:
			x, err := n.Float64()
			if err != nil {
				return bad()
			}
			f = x
		case int:
			f = float64(n)
		case int64:
			f = float64(n)
		case float64:
			f = n
		default:
			return bad()
		}
		if f != math.Trunc(f) || f < math.MinInt32 || f > math.MaxInt32 {
			return bad()
		}
		return int(f), nil
	case "Float":
		switch n := v.(type) {
		case json.Number:
			if f, err := n.Float64(); err == nil {
				return f, nil
			}
			return bad()
		case int64:
			return float64(n), nil
		case float64:
			return n, nil
		}
		return bad()
	case "String":
		if s, ok := v.(string); ok {
			return s, nil
		}
		return bad()
	case "Boolean":
		if b, ok := v.(bool); ok {
			return b, nil
		}
		return bad()
	case "ID":
		switch x := v.(type) {
		case string:
			return x, nil
		case json.Number:
			if _, err := strconv.ParseInt(string(x), 10, 64); err == nil {
				return string(x), nil
			}
		case int64:
			return strconv.FormatInt(x, 10), nil
		}
		return bad()
	}
	t, _ := e.schema.TypeMap()[name].(*graphql.Scalar)
	if t == nil {
		return bad()
	}
	if c := t.ParseValue(v); c != nil {
		return c, nil
	}
	return bad()
}

// show writes out a value, cut short.
func show(v any) string {
	s := fmt.Sprint(v)
	if r := []rune(s); len(r) > 80 {
		s = string(r[:80]) + "…"
	}
	return s
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case json.Number, float64, int, int64:
		return "a number"
	case []any:
		return "a list"
	}
	return "an object"
}

// inputError is an argument that is no value of its type.
type inputError struct{ error }

func (inputError) GraphQLCode() string { return "BAD_USER_INPUT" }

// arguments coerces the arguments of a field. Values of variables are coerced
// already; those of literals are not.
func (x *execution) arguments(f *ast.Field, def *graphql.FieldDefinition) (map[string]any, error) {
	out := make(map[string]any, len(f.Arguments))
	if f.Definition == nil {
		return out, nil
	}
	for _, d := range f.Definition.Arguments {
		a := f.Arguments.ForName(d.Name)
		var v any
		switch {
		case a == nil && d.DefaultValue == nil:
			continue
		case a == nil:
			v, _ = d.DefaultValue.Value(nil)
		case a.Value.Kind == ast.Variable:
			got, ok := x.vars[a.Value.Raw]
			if !ok {
				if d.DefaultValue == nil {
					continue
				}
				got, _ = d.DefaultValue.Value(nil)
			} else {
				out[d.Name] = got
				continue
			}
			v = got
		default:
			got, err := x.literal(d.Type, a.Value)
			if err != nil {
				return nil, inputError{fmt.Errorf("%s: %w", d.Name, err)}
			}
			out[d.Name] = got
			continue
		}
		c, err := x.input(d.Type, v)
		if err != nil {
			return nil, inputError{fmt.Errorf("%s: %w", d.Name, err)}
		}
		out[d.Name] = c
	}
	return out, nil
}

// checkLiterals coerces every literal of a selection that holds no variables, so
// that what is no value of its type is refused before anything is executed.
func (x *execution) checkLiterals(set ast.SelectionSet) *gqlerror.Error {
	for _, sel := range set {
		var below ast.SelectionSet
		switch s := sel.(type) {
		case *ast.Field:
			below = s.SelectionSet
			for _, a := range s.Arguments {
				d := s.Definition.Arguments.ForName(a.Name)
				if d == nil || holdsVariable(a.Value) {
					continue
				}
				if _, err := x.literal(d.Type, a.Value); err != nil {
					return &gqlerror.Error{Message: a.Name + ": " + err.Error(), Locations: []gqlerror.Location{{Line: a.Position.Line, Column: a.Position.Column}},
						Extensions: map[string]any{"code": "GRAPHQL_VALIDATION_FAILED"}}
				}
			}
		case *ast.InlineFragment:
			below = s.SelectionSet
		}
		if err := x.checkLiterals(below); err != nil {
			return err
		}
	}
	return nil
}

func holdsVariable(v *ast.Value) bool {
	if v.Kind == ast.Variable {
		return true
	}
	for _, c := range v.Children {
		if holdsVariable(c.Value) {
			return true
		}
	}
	return false
}

// literal coerces a literal that may hold variables.
func (x *execution) literal(t *ast.Type, v *ast.Value) (any, error) {
	switch v.Kind {
	case ast.Variable:
		return x.vars[v.Raw], nil
	case ast.NullValue:
		return nil, nil
	case ast.ListValue:
		elem := t
		if t.Elem != nil {
			elem = t.Elem
		}
		out := []any{}
		for _, c := range v.Children {
			got, err := x.literal(elem, c.Value)
			if err != nil {
				return nil, err
			}
			out = append(out, got)
		}
		return out, nil
	}
	if t.Elem != nil {
		got, err := x.literal(t.Elem, v)
		return []any{got}, err
	}
	if v.Kind == ast.ObjectValue {
		def := x.defs.Types[t.NamedType]
		out := make(map[string]any, len(v.Children))
		for _, f := range def.Fields {
			if f.DefaultValue != nil {
				out[f.Name], _ = f.DefaultValue.Value(nil)
			}
		}
		for _, c := range v.Children {
			f := def.Fields.ForName(c.Name)
			if f == nil {
				return nil, fmt.Errorf("%s has no field %q", def.Name, c.Name)
			}
			if c.Value.Kind == ast.Variable {
				if _, given := x.vars[c.Value.Raw]; !given {
					continue
				}
			}
			got, err := x.literal(f.Type, c.Value)
			if err != nil {
				return nil, err
			}
			out[c.Name] = got
		}
		return out, nil
	}
	raw, err := v.Value(nil)
	if err != nil {
		return nil, err
	}
	return x.input(t, raw)
}

// serialize turns what a resolver gave into a leaf of the answer.
func serialize(t graphql.Leaf, v any) (any, error) {
	switch t.Name() {
	case "Int":
		n, ok := v.(int)
		if !ok || n < math.MinInt32 || n > math.MaxInt32 {
			return nil, fmt.Errorf("%v is no Int", v)
		}
		return n, nil
	case "Float":
		f, ok := v.(float64)
		if !ok || math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, fmt.Errorf("%v is no Float", v)
		}
		return f, nil
	case "String", "ID":
		if s, ok := v.(string); ok {
			return s, nil
		}
	case "Boolean":
		if b, ok := v.(bool); ok {
			return b, nil
		}
	}
	if s := t.Serialize(v); s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("%v is no %s", v, t.Name())
}
