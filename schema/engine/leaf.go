package engine

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// leafFunc appends a value of a leaf type as JSON. What is no value of the type
// is an error, never a silent null.
type leafFunc func(b []byte, v any) ([]byte, error)

// encoder returns how values of a leaf type are written, nil for other types.
func (t *named) encoder(g graphql.Type) leafFunc {
	switch {
	case t.kind == ast.Enum && g != nil:
		return enumEncoder(g.(*graphql.Enum))
	case t.kind == ast.Enum:
		return encodeString
	case t.kind != ast.Scalar:
		return nil
	}
	switch t.name {
	case "Int":
		return encodeInt
	case "Float":
		return encodeFloat
	case "String", "ID":
		return encodeString
	case "Boolean":
		return encodeBoolean
	}
	s, ok := g.(*graphql.Scalar)
	if !ok {
		return encodeAny
	}
	return func(b []byte, v any) ([]byte, error) {
		out := s.Serialize(v)
		if out == nil {
			return b, wrong(v, t.name)
		}
		return encodeAny(b, out)
	}
}

func wrong(v any, name string) error { return fmt.Errorf("a %T is no %s: %.100v", v, name, v) }

func enumEncoder(g *graphql.Enum) leafFunc {
	names := make(map[any]string)
	for _, v := range g.Values() {
		if v.Value == nil || reflect.TypeOf(v.Value).Comparable() {
			names[v.Value] = v.Name
		}
	}
	return func(b []byte, v any) ([]byte, error) {
		if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer {
			v = r.Elem().Interface()
		}
		if !reflect.TypeOf(v).Comparable() {
			return b, wrong(v, g.Name())
		}
		n, ok := names[v]
		if !ok {
			return b, wrong(v, g.Name())
		}
		return append(append(append(b, '"'), n...), '"'), nil
	}
}

// encodeInt takes whole numbers of 32 bits, of any Go type.
func encodeInt(b []byte, v any) ([]byte, error) {
	var n int64
	switch x := v.(type) {
	case int:
		n = int64(x)
	case int64:
		n = x
	default:
		switch r := reflect.Indirect(reflect.ValueOf(v)); {
		case r.CanInt():
			n = r.Int()
		case r.CanUint() && r.Uint() <= math.MaxInt32:
			n = int64(r.Uint())
		case r.CanFloat() && r.Float() == math.Trunc(r.Float()) && math.Abs(r.Float()) <= 1<<32:
			n = int64(r.Float())
		default:
			return b, wrong(v, "Int")
		}
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return b, wrong(v, "Int")
	}
	return strconv.AppendInt(b, n, 10), nil
}

// encodeFloat takes finite numbers, of any Go type.
func encodeFloat(b []byte, v any) ([]byte, error) {
	f, ok := v.(float64)
	if !ok {
		switch r := reflect.Indirect(reflect.ValueOf(v)); {
		case r.Kind() == reflect.Float32:
			return appendFloat(b, r.Float(), 32)
		case r.CanFloat():
			f = r.Float()
		case r.CanInt():
			return strconv.AppendInt(b, r.Int(), 10), nil
		case r.CanUint():
			return strconv.AppendUint(b, r.Uint(), 10), nil
		default:
			return b, wrong(v, "Float")
		}
	}
	return appendFloat(b, f, 64)
}

// appendFloat writes as encoding/json does: without an exponent where that is
// not too long.
func appendFloat(b []byte, f float64, bits int) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return b, wrong(f, "Float")
	}
	format := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(b, f, format, -1, bits), nil
}

func encodeBoolean(b []byte, v any) ([]byte, error) {
	x, ok := v.(bool)
	if !ok {
		r := reflect.Indirect(reflect.ValueOf(v))
		if r.Kind() != reflect.Bool {
			return b, wrong(v, "Boolean")
		}
		x = r.Bool()
	}
	return strconv.AppendBool(b, x), nil
}

// encodeString takes texts, numbers and booleans of any Go type, and whatever
// has a method String.
func encodeString(b []byte, v any) ([]byte, error) {
	switch x := v.(type) {
	case string:
		return appendString(b, x), nil
	case fmt.Stringer:
		return appendString(b, x.String()), nil
	}
	switch r := reflect.Indirect(reflect.ValueOf(v)); {
	case r.Kind() == reflect.String:
		return appendString(b, r.String()), nil
	case r.CanInt():
		return append(strconv.AppendInt(append(b, '"'), r.Int(), 10), '"'), nil
	case r.CanUint():
		return append(strconv.AppendUint(append(b, '"'), r.Uint(), 10), '"'), nil
	case r.Kind() == reflect.Bool:
		return append(strconv.AppendBool(append(b, '"'), r.Bool()), '"'), nil
	case r.CanFloat():
		b, err := appendFloat(append(b, '"'), r.Float(), 64)
		return append(b, '"'), err
	}
	return b, wrong(v, "String")
}

// encodeAny writes what a scalar serialized to.
func encodeAny(b []byte, v any) ([]byte, error) {
	switch x := v.(type) {
	case string:
		return appendString(b, x), nil
	case int:
		return strconv.AppendInt(b, int64(x), 10), nil
	case bool:
		return strconv.AppendBool(b, x), nil
	}
	j, err := json.Marshal(v)
	if err != nil {
		return b, err
	}
	return append(b, j...), nil
}

const hex16 = "0123456789abcdef"

// appendString appends a string of JSON, which is one of GraphQL too. Bytes
// that are no UTF-8 become U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			i++
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hex16[c>>4], hex16[c&15])
		}
		i++
		from = i
	}
	return append(append(b, s[from:]...), '"')
}
