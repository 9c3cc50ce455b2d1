package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// decodeNumbers reads an object of JSON with its numbers as they were written.
// null is no object and gives none.
func decodeNumbers(b []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return m, nil
}

// variables coerces what a client sent to what the operation declares. What was
// not sent, and has no default, has no key.
func (e *Engine) variables(op *operation, sent map[string]any) (map[string]any, gqlerror.List) {
	out := make(map[string]any, len(op.vars))
	var errs gqlerror.List
	for i, d := range op.vars {
		v, given := sent[d.name]
		var err error
		switch {
		case given && deeper(v, e.opts.MaxDepth):
			err = fmt.Errorf("it is nested deeper than %d", e.opts.MaxDepth)
		case given:
			out[d.name], err = e.value(d.typ, v)
		case d.hasDef:
			out[d.name] = d.def
		case d.typ.nonNull:
			err = fmt.Errorf("nothing is given, where %s is wanted", d.typ)
		}
		if err != nil {
			errs = append(errs, at(coded(CodeInput, "variable $%s: %v", d.name, err), op.def.VariableDefinitions[i].Position))
			if len(errs) == maxErrors {
				break
			}
		}
	}
	return out, errs
}

// deeper says whether a value of JSON is nested deeper than n.
func deeper(v any, n int) bool {
	switch x := v.(type) {
	case []any:
		for _, item := range x {
			if n == 0 || deeper(item, n-1) {
				return true
			}
		}
	case map[string]any:
		for _, member := range x {
			if n == 0 || deeper(member, n-1) {
				return true
			}
		}
	}
	return false
}

// value coerces a value of JSON to a type.
func (e *Engine) value(t *typeRef, v any) (any, error) {
	switch {
	case v == nil && t.nonNull:
		return nil, fmt.Errorf("null is given, where %s is wanted", t)
	case v == nil:
		return nil, nil
	case t.elem != nil:
		items, ok := v.([]any)
		if !ok {
			one, err := e.value(t.elem, v)
			return []any{one}, err
		}
		out := make([]any, len(items))
		for i, item := range items {
			var err error
			if out[i], err = e.value(t.elem, item); err != nil {
				return nil, fmt.Errorf("item %d: %w", i, err)
			}
		}
		return out, nil
	}
	switch t.kind {
	case ast.Enum:
		s, ok := v.(string)
		if !ok {
			return nil, mismatch(v, t.name)
		}
		x, ok := t.values[s]
		if !ok {
			return nil, fmt.Errorf("%.100q is no value of %s", s, t.name)
		}
		return x, nil
	case ast.InputObject:
		m, ok := v.(map[string]any)
		if !ok {
			return nil, mismatch(v, t.name)
		}
		return e.object(t.named, m)
	}
	return scalarValue(t.named, v)
}

// object coerces an object of JSON to an input object.
func (e *Engine) object(t *named, m map[string]any) (any, error) {
	for name := range m {
		if t.input(name) == nil {
			return nil, fmt.Errorf("%s has no field %.100q", t.name, name)
		}
	}
	out := make(map[string]any, len(t.inputs))
	for _, f := range t.inputs {
		v, given := m[f.name]
		switch {
		case given:
			x, err := e.value(f.typ, v)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.name, err)
			}
			out[f.name] = x
		case f.hasDef:
			out[f.name] = f.def
		case f.typ.nonNull:
			return nil, fmt.Errorf("%s: nothing is given, where %s is wanted", f.name, f.typ)
		}
	}
	return out, t.exactlyOne(out)
}

func (t *named) input(name string) *input {
	for _, f := range t.inputs {
		if f.name == name {
			return f
		}
	}
	return nil
}

func (t *named) exactlyOne(m map[string]any) error {
	if !t.oneOf {
		return nil
	}
	for _, v := range m {
		if len(m) == 1 && v != nil {
			return nil
		}
	}
	return fmt.Errorf("exactly one field of %s must be given, and not be null", t.name)
}

// mismatch says what a value is, without printing what may be large or deep.
func mismatch(v any, want string) error {
	switch x := v.(type) {
	case nil:
		return fmt.Errorf("null is given, where %s is wanted", want)
	case bool, json.Number, int, int64, float64:
		return fmt.Errorf("%.40v is given, where %s is wanted", x, want)
	case string:
		return fmt.Errorf("the string %.40q is given, where %s is wanted", x, want)
	case []any:
		return fmt.Errorf("a list is given, where %s is wanted", want)
	case map[string]any:
		return fmt.Errorf("an object is given, where %s is wanted", want)
	}
	return fmt.Errorf("a %T is given, where %s is wanted", v, want)
}

// scalarValue coerces a value of JSON to a scalar. Numbers may come as JSON
// wrote them, or as Go's.
func scalarValue(t *named, v any) (any, error) {
	switch t.name {
	case "Int":
		if n, ok := whole(v); ok && n >= math.MinInt32 && n <= math.MaxInt32 {
			return int(n), nil
		}
	case "Float":
		switch n := v.(type) {
		case json.Number:
			if f, err := n.Float64(); err == nil {
				return f, nil
			}
		case float64:
			if !math.IsNaN(n) && !math.IsInf(n, 0) {
				return n, nil
			}
		case int:
			return float64(n), nil
		case int64:
			return float64(n), nil
		}
	case "String":
		if s, ok := v.(string); ok {
			return s, nil
		}
	case "Boolean":
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case "ID":
		switch x := v.(type) {
		case string:
			return x, nil
		case json.Number:
			if strings.Trim(string(x), "-0123456789") == "" {
				return string(x), nil
			}
		}
		if n, ok := whole(v); ok {
			return strconv.FormatInt(n, 10), nil
		}
	default:
		return custom(t, "a value", func() any { return t.scalar.ParseValue(plainNumbers(v)) })
	}
	return nil, mismatch(v, t.name)
}

// whole returns a whole number. 1.0 is one, as in JSON it is 1.
func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		return int64(n), n == math.Trunc(n) && math.Abs(n) <= 1<<53
	case json.Number:
		if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
			return i, true
		}
		f, err := n.Float64()
		return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) <= 1<<53
	}
	return 0, false
}

// plainNumbers gives a custom scalar numbers of Go's in place of JSON's.
func plainNumbers(v any) any {
	switch x := v.(type) {
	case json.Number:
		if i, err := x.Int64(); err == nil {
			return int(i)
		}
		if f, err := x.Float64(); err == nil {
			return f
		}
		return string(x)
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = plainNumbers(x[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k := range x {
			out[k] = plainNumbers(x[k])
		}
		return out
	}
	return v
}

// custom calls a scalar of the schema's. What it does not take is nil, and what
// it panics over is not taken either.
func custom(t *named, what string, parse func() any) (v any, err error) {
	defer func() {
		if p := recover(); p != nil || v == nil {
			v, err = nil, fmt.Errorf("%s that is no %s is given", what, t.name)
		}
	}()
	return parse(), nil
}
