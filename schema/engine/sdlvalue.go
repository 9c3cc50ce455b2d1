package engine

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/graphql-go/graphql"
)

// SpecifiedBy makes a scalar whose values are specified at a URL.
func SpecifiedBy(url string, c graphql.ScalarConfig) *graphql.Scalar {
	serialize := c.Serialize
	c.Serialize = func(v any) any {
		if ask, ok := v.(*urlQuestion); ok {
			ask.url = url
			return nil
		}
		return serialize(v)
	}
	return graphql.NewScalar(c)
}

// urlQuestion is the value with which specified asks a scalar for its URL.
type urlQuestion struct{ url string }

func specified(t *graphql.Scalar) (url string) {
	var q urlQuestion
	defer func() {
		// A scalar of somebody else need not know what to do with the
		// question. Serializing has no effects, so asking is safe.
		if recover() != nil {
			url = ""
		}
	}()
	t.Serialize(&q)
	return q.url
}

// oneOfMark is the default value by which OneOf marks fields. graphql-go takes
// a nil pointer for no default.
var oneOfMark any = (*oneOf)(nil)

type oneOf struct{}

// OneOf makes an input object of which exactly one field must be given, and not
// be null. Its fields must be nullable and without defaults.
func OneOf(c graphql.InputObjectConfig) *graphql.InputObject {
	mark := func(fields graphql.InputObjectConfigFieldMap) graphql.InputObjectConfigFieldMap {
		for _, f := range fields {
			f.DefaultValue = oneOfMark
		}
		return fields
	}
	switch f := c.Fields.(type) {
	case graphql.InputObjectConfigFieldMap:
		mark(f)
	case graphql.InputObjectConfigFieldMapThunk:
		c.Fields = graphql.InputObjectConfigFieldMapThunk(func() graphql.InputObjectConfigFieldMap { return mark(f()) })
	}
	return graphql.NewInputObject(c)
}

func defaultValue(v any, t graphql.Type) string {
	if v == nil || v == oneOfMark {
		return ""
	}
	return " = " + literalOf(v, t)
}

// literalOf prints a value as a literal of a type.
func literalOf(v any, t graphql.Type) string {
	if nn, ok := t.(*graphql.NonNull); ok {
		return literalOf(v, nn.OfType)
	}
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer || r.Kind() == reflect.Interface {
		if r.IsNil() {
			return "null"
		}
		r = r.Elem()
	}
	if !r.IsValid() {
		return "null"
	}
	switch t := t.(type) {
	case *graphql.List:
		if r.Kind() != reflect.Slice && r.Kind() != reflect.Array {
			return literalOf(v, t.OfType)
		}
		items := make([]string, r.Len())
		for i := range items {
			items[i] = literalOf(r.Index(i).Interface(), t.OfType)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case *graphql.Enum:
		for _, x := range t.Values() {
			if reflect.DeepEqual(x.Value, v) {
				return x.Name
			}
		}
		return quote(reflect.TypeOf(v).String()) // no value of the enum: New refuses it
	case *graphql.InputObject:
		m, _ := v.(map[string]any)
		fields := t.Fields()
		members := make([]string, 0, len(m))
		for _, k := range sortedKeys(m) {
			if f := fields[k]; f != nil {
				members = append(members, k+": "+literalOf(m[k], f.Type))
			}
		}
		return "{" + strings.Join(members, ", ") + "}"
	case *graphql.Scalar:
		if !builtin[t.Name()] {
			if s := t.Serialize(v); s != nil {
				v = s
			}
		}
	}
	return anyLiteral(v)
}

// anyLiteral prints a value of JSON as a literal.
func anyLiteral(v any) string {
	switch v := v.(type) {
	case map[string]any:
		members := make([]string, 0, len(v))
		for _, k := range sortedKeys(v) {
			members = append(members, k+": "+anyLiteral(v[k]))
		}
		return "{" + strings.Join(members, ", ") + "}"
	case []any:
		items := make([]string, len(v))
		for i := range v {
			items[i] = anyLiteral(v[i])
		}
		return "[" + strings.Join(items, ", ") + "]"
	case string:
		return quote(v)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(b)
}

// quote prints a string literal.
func quote(s string) string { return string(appendString(nil, s)) }
