package engine

import (
	"fmt"
	"math"
	"strconv"

	gast "github.com/graphql-go/graphql/language/ast"
	"github.com/vektah/gqlparser/v2/ast"
)

// anyValue stands for the variables while literals are validated: every
// variable is of the type that its place wants.
var anyValue = map[string]any{"": nil}

func isAny(vars map[string]any) bool {
	_, ok := vars[""]
	return ok
}

// literalError is what is wrong with a literal, and with which part of it.
type literalError struct {
	value *ast.Value
	text  string
}

func (e *literalError) Error() string { return e.text }

func badLiteral(v *ast.Value, format string, args ...any) error {
	return &literalError{v, fmt.Sprintf(format, args...)}
}

// literal coerces a literal to a type. Variables that it holds are coerced
// already.
func (e *Engine) literal(t *typeRef, v *ast.Value, vars map[string]any) (any, error) {
	if v.Kind == ast.Variable {
		x := vars[v.Raw]
		if x == nil && t.nonNull && !isAny(vars) {
			return nil, badLiteral(v, "$%s is null, where %s is wanted", v.Raw, t)
		}
		return x, nil
	}
	switch {
	case v.Kind == ast.NullValue && t.nonNull:
		return nil, badLiteral(v, "null is given, where %s is wanted", t)
	case v.Kind == ast.NullValue:
		return nil, nil
	case t.elem != nil && v.Kind == ast.ListValue:
		out := make([]any, len(v.Children))
		for i, c := range v.Children {
			var err error
			if out[i], err = e.literal(t.elem, c.Value, vars); err != nil {
				return nil, err
			}
		}
		return out, nil
	case t.elem != nil:
		one, err := e.literal(t.elem, v, vars)
		return []any{one}, err
	}
	switch t.kind {
	case ast.Enum:
		if x, ok := t.values[v.Raw]; ok && v.Kind == ast.EnumValue {
			return x, nil
		}
		return nil, badLiteral(v, "%.100s is no value of %s", v, t.name)
	case ast.InputObject:
		if v.Kind != ast.ObjectValue {
			return nil, badLiteral(v, "%.100s is given, where %s is wanted", v, t)
		}
		return e.objectLiteral(t.named, v, vars)
	}
	return scalarLiteral(t.named, v, vars)
}

func (e *Engine) objectLiteral(t *named, v *ast.Value, vars map[string]any) (any, error) {
	out := make(map[string]any, len(t.inputs))
	for _, c := range v.Children {
		if t.input(c.Name) == nil {
			return nil, &literalError{&ast.Value{Position: c.Position}, fmt.Sprintf("%s has no field %q", t.name, c.Name)}
		}
	}
	for _, f := range t.inputs {
		c := v.Children.ForName(f.name)
		if c != nil && c.Kind == ast.Variable && !isAny(vars) {
			if _, given := vars[c.Raw]; !given {
				c = nil
			}
		}
		switch {
		case c != nil:
			x, err := e.literal(f.typ, c, vars)
			if err != nil {
				return nil, err
			}
			out[f.name] = x
		case f.hasDef:
			out[f.name] = f.def
		case f.typ.nonNull:
			return nil, badLiteral(v, "%s.%s is not given, where %s is wanted", t.name, f.name, f.typ)
		}
	}
	if t.oneOf && isAny(vars) {
		if len(v.Children) != 1 || v.Children[0].Value.Kind == ast.NullValue {
			return nil, badLiteral(v, "exactly one field of %s must be given, and not be null", t.name)
		}
		return out, nil
	}
	if err := t.exactlyOne(out); err != nil {
		return nil, badLiteral(v, "%s", err)
	}
	return out, nil
}

func scalarLiteral(t *named, v *ast.Value, vars map[string]any) (any, error) {
	switch t.name {
	case "Int":
		if v.Kind == ast.IntValue {
			if n, err := strconv.ParseInt(v.Raw, 10, 32); err == nil {
				return int(n), nil
			}
			return nil, badLiteral(v, "%.40s is beyond the 32 bits of an Int", v.Raw)
		}
	case "Float":
		if v.Kind == ast.IntValue || v.Kind == ast.FloatValue {
			if f, err := strconv.ParseFloat(v.Raw, 64); err == nil && !math.IsInf(f, 0) {
				return f, nil
			}
			return nil, badLiteral(v, "%.40s is beyond the range of a Float", v.Raw)
		}
	case "String":
		if v.Kind == ast.StringValue || v.Kind == ast.BlockValue {
			return v.Raw, nil
		}
	case "Boolean":
		if v.Kind == ast.BooleanValue {
			return v.Raw == "true", nil
		}
	case "ID":
		switch v.Kind {
		case ast.StringValue, ast.BlockValue, ast.IntValue:
			return v.Raw, nil
		}
	default:
		if isAny(vars) && holdsVariable(v) {
			return nil, nil // what it is shows when the variables are there
		}
		x, err := custom(t, fmt.Sprintf("%.100s", v), func() any { return t.scalar.ParseLiteral(foreign(v, vars)) })
		if err != nil {
			return nil, badLiteral(v, "%s", err)
		}
		return x, nil
	}
	return nil, badLiteral(v, "%.100s is given, where %s is wanted", v, t.name)
}

func holdsVariable(v *ast.Value) bool {
	for _, c := range v.Children {
		if c.Value.Kind == ast.Variable || holdsVariable(c.Value) {
			return true
		}
	}
	return false
}

// foreign translates a literal for a scalar of the schema's, which expects
// graphql-go's. graphql-go has no null: it stands as a nil inside of lists, and
// a field that is null is left out.
func foreign(v *ast.Value, vars map[string]any) gast.Value {
	switch v.Kind {
	case ast.Variable:
		return foreignValue(vars[v.Raw])
	case ast.IntValue:
		return gast.NewIntValue(&gast.IntValue{Value: v.Raw})
	case ast.FloatValue:
		return gast.NewFloatValue(&gast.FloatValue{Value: v.Raw})
	case ast.BooleanValue:
		return gast.NewBooleanValue(&gast.BooleanValue{Value: v.Raw == "true"})
	case ast.EnumValue:
		return gast.NewEnumValue(&gast.EnumValue{Value: v.Raw})
	case ast.StringValue, ast.BlockValue:
		return gast.NewStringValue(&gast.StringValue{Value: v.Raw})
	case ast.ListValue:
		list := &gast.ListValue{}
		for _, c := range v.Children {
			list.Values = append(list.Values, foreign(c.Value, vars))
		}
		return gast.NewListValue(list)
	case ast.ObjectValue:
		object := &gast.ObjectValue{}
		for _, c := range v.Children {
			if x := foreign(c.Value, vars); x != nil {
				object.Fields = append(object.Fields, foreignField(c.Name, x))
			}
		}
		return gast.NewObjectValue(object)
	}
	return nil
}

func foreignField(name string, v gast.Value) *gast.ObjectField {
	return gast.NewObjectField(&gast.ObjectField{Name: gast.NewName(&gast.Name{Value: name}), Value: v})
}

// foreignValue translates the value of a variable that stands inside of a
// literal.
func foreignValue(v any) gast.Value {
	switch x := v.(type) {
	case string:
		return gast.NewStringValue(&gast.StringValue{Value: x})
	case bool:
		return gast.NewBooleanValue(&gast.BooleanValue{Value: x})
	case int:
		return gast.NewIntValue(&gast.IntValue{Value: strconv.Itoa(x)})
	case float64:
		return gast.NewFloatValue(&gast.FloatValue{Value: strconv.FormatFloat(x, 'g', -1, 64)})
	case []any:
		list := &gast.ListValue{}
		for _, item := range x {
			list.Values = append(list.Values, foreignValue(item))
		}
		return gast.NewListValue(list)
	case map[string]any:
		object := &gast.ObjectValue{}
		for _, k := range sortedKeys(x) {
			if y := foreignValue(x[k]); y != nil {
				object.Fields = append(object.Fields, foreignField(k, y))
			}
		}
		return gast.NewObjectValue(object)
	}
	return nil
}
