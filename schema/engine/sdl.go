package engine

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/graphql-go/graphql"
)

// SDL prints a schema in the schema definition language: types in the order of
// their names, fields in the order of theirs.
func SDL(s graphql.Schema) string {
	var b strings.Builder
	types := s.TypeMap()
	names := make([]string, 0, len(types))
	for n := range types {
		if !strings.HasPrefix(n, "__") && !builtin[n] {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	for i, n := range names {
		if i > 0 {
			b.WriteByte('\n')
		}
		printType(&b, types[n])
	}
	return b.String()
}

var builtin = map[string]bool{"Int": true, "Float": true, "String": true, "Boolean": true, "ID": true}

func printType(b *strings.Builder, t graphql.Type) {
	describe(b, "", t.Description())
	switch t := t.(type) {
	case *graphql.Scalar:
		fmt.Fprintf(b, "scalar %s\n", t.Name())
	case *graphql.Enum:
		fmt.Fprintf(b, "enum %s {\n", t.Name())
		values := append([]*graphql.EnumValueDefinition(nil), t.Values()...)
		sort.Slice(values, func(i, j int) bool { return values[i].Name < values[j].Name })
		for _, v := range values {
			describe(b, "  ", v.Description)
			fmt.Fprintf(b, "  %s%s\n", v.Name, deprecated(v.DeprecationReason))
		}
		b.WriteString("}\n")
	case *graphql.InputObject:
		fmt.Fprintf(b, "input %s {\n", t.Name())
		fields := t.Fields()
		for _, n := range sortedKeys(fields) {
			f := fields[n]
			describe(b, "  ", f.Description())
			fmt.Fprintf(b, "  %s: %s%s\n", n, f.Type, defaultValue(f.DefaultValue, f.Type))
		}
		b.WriteString("}\n")
	case *graphql.Interface:
		fmt.Fprintf(b, "interface %s {\n", t.Name())
		printFields(b, t.Fields())
	case *graphql.Object:
		fmt.Fprintf(b, "type %s", t.Name())
		for i, x := range t.Interfaces() {
			b.WriteString([]string{" implements ", " & "}[min(i, 1)] + x.Name())
		}
		b.WriteString(" {\n")
		printFields(b, t.Fields())
	}
}

func printFields(b *strings.Builder, fields graphql.FieldDefinitionMap) {
	for _, n := range sortedKeys(fields) {
		f := fields[n]
		describe(b, "  ", f.Description)
		b.WriteString("  " + n)
		if len(f.Args) > 0 {
			args := append([]*graphql.Argument(nil), f.Args...)
			sort.Slice(args, func(i, j int) bool { return args[i].Name() < args[j].Name() })
			b.WriteString("(\n")
			for _, a := range args {
				describe(b, "    ", a.Description())
				fmt.Fprintf(b, "    %s: %s%s\n", a.Name(), a.Type, defaultValue(a.DefaultValue, a.Type))
			}
			b.WriteString("  )")
		}
		fmt.Fprintf(b, ": %s%s\n", f.Type, deprecated(f.DeprecationReason))
	}
	b.WriteString("}\n")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func describe(b *strings.Builder, indent, doc string) {
	if doc != "" {
		fmt.Fprintf(b, "%s\"\"\"%s\"\"\"\n", indent, strings.ReplaceAll(doc, `"""`, `\"""`))
	}
}

func deprecated(reason string) string {
	if reason == "" {
		return ""
	}
	q, _ := json.Marshal(reason)
	return " @deprecated(reason: " + string(q) + ")"
}

func defaultValue(v any, t graphql.Type) string {
	if v == nil {
		return ""
	}
	if e, ok := graphql.GetNamed(t).(*graphql.Enum); ok {
		for _, x := range e.Values() {
			if x.Value == v {
				return " = " + x.Name
			}
		}
	}
	q, _ := json.Marshal(v)
	return " = " + string(q)
}
