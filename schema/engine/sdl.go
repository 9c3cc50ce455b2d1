package engine

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/graphql-go/graphql"
)

// SDL prints a schema in the schema definition language: types in the order of
// their names, fields in the order of theirs.
//
// What graphql-go cannot say is read from conventions: a scalar made by
// [SpecifiedBy] has its URL, an input object made by [OneOf] takes exactly one
// field, and an argument or input field whose description has a last paragraph
// that begins with "Deprecated: " is deprecated for that reason.
func SDL(s graphql.Schema) string {
	var b strings.Builder
	printSchema(&b, s)
	for _, d := range s.Directives() {
		if !standard[d.Name] {
			printDirective(&b, d)
		}
	}
	types := s.TypeMap()
	first := b.Len() == 0
	for _, n := range sortedKeys(types) {
		if strings.HasPrefix(n, "__") || builtin[n] {
			continue
		}
		if !first {
			b.WriteByte('\n')
		}
		first = false
		printType(&b, types[n])
	}
	return b.String()
}

var (
	builtin  = map[string]bool{"Int": true, "Float": true, "String": true, "Boolean": true, "ID": true}
	standard = map[string]bool{"skip": true, "include": true, "deprecated": true, "specifiedBy": true, "oneOf": true}
)

// printSchema names the roots where they are not named as usual.
func printSchema(b *strings.Builder, s graphql.Schema) {
	roots := []struct {
		op   string
		name string
		t    *graphql.Object
	}{{"query", "Query", s.QueryType()}, {"mutation", "Mutation", s.MutationType()}, {"subscription", "Subscription", s.SubscriptionType()}}
	usual := true
	for _, r := range roots {
		usual = usual && (r.t == nil || r.t.Name() == r.name)
	}
	if usual {
		return
	}
	b.WriteString("schema {\n")
	for _, r := range roots {
		if r.t != nil {
			fmt.Fprintf(b, "  %s: %s\n", r.op, r.t.Name())
		}
	}
	b.WriteString("}\n")
}

func printDirective(b *strings.Builder, d *graphql.Directive) {
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	describe(b, "", d.Description)
	b.WriteString("directive @" + d.Name)
	printArgs(b, "", d.Args)
	b.WriteString(" on " + strings.Join(slices.Sorted(slices.Values(d.Locations)), " | ") + "\n")
}

func printType(b *strings.Builder, t graphql.Type) {
	describe(b, "", t.Description())
	switch t := t.(type) {
	case *graphql.Scalar:
		fmt.Fprintf(b, "scalar %s", t.Name())
		if url := specified(t); url != "" {
			b.WriteString(" @specifiedBy(url: " + quote(url) + ")")
		}
		b.WriteByte('\n')
	case *graphql.Enum:
		fmt.Fprintf(b, "enum %s {\n", t.Name())
		values := slices.Clone(t.Values())
		sort.Slice(values, func(i, j int) bool { return values[i].Name < values[j].Name })
		for _, v := range values {
			describe(b, "  ", v.Description)
			fmt.Fprintf(b, "  %s%s\n", v.Name, deprecated(v.DeprecationReason))
		}
		b.WriteString("}\n")
	case *graphql.InputObject:
		fmt.Fprintf(b, "input %s", t.Name())
		fields := t.Fields()
		for _, f := range fields {
			if f.DefaultValue == oneOfMark {
				b.WriteString(" @oneOf")
				break
			}
		}
		b.WriteString(" {\n")
		for _, n := range sortedKeys(fields) {
			f := fields[n]
			printInput(b, "  ", n, f.Description(), f.Type, f.DefaultValue)
		}
		b.WriteString("}\n")
	case *graphql.Union:
		members := t.Types()
		names := make([]string, len(members))
		for i, m := range members {
			names[i] = m.Name()
		}
		sort.Strings(names)
		fmt.Fprintf(b, "union %s = %s\n", t.Name(), strings.Join(names, " | "))
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
		printArgs(b, "  ", f.Args)
		fmt.Fprintf(b, ": %s%s\n", f.Type, deprecated(f.DeprecationReason))
	}
	b.WriteString("}\n")
}

func printArgs(b *strings.Builder, indent string, list []*graphql.Argument) {
	if len(list) == 0 {
		return
	}
	args := slices.Clone(list)
	sort.Slice(args, func(i, j int) bool { return args[i].Name() < args[j].Name() })
	b.WriteString("(\n")
	for _, a := range args {
		printInput(b, indent+"  ", a.Name(), a.Description(), a.Type, a.DefaultValue)
	}
	b.WriteString(indent + ")")
}

func printInput(b *strings.Builder, indent, name, doc string, t graphql.Input, def any) {
	reason := ""
	if i := strings.LastIndex("\n\n"+doc, "\n\nDeprecated: "); i >= 0 {
		doc, reason = strings.TrimSpace(("\n\n" + doc)[:i]), doc[i:]
		reason = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(reason), "Deprecated: "))
	}
	describe(b, indent, doc)
	fmt.Fprintf(b, "%s%s: %s%s%s\n", indent, name, t, defaultValue(def, t), deprecated(reason))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// describe prints a description: as a block where that keeps every byte of it,
// else as a string.
func describe(b *strings.Builder, indent, doc string) {
	switch {
	case doc == "":
	case !blockKeeps(doc):
		b.WriteString(indent + quote(doc) + "\n")
	default:
		fmt.Fprintf(b, "%s\"\"\"%s\"\"\"\n", indent, strings.ReplaceAll(doc, `"""`, `\"""`))
	}
}

// blockKeeps says whether a text can stand in a block string on one line, and
// be read as it was: without indents to lose, and with nothing at its ends that
// runs into the quotes.
func blockKeeps(doc string) bool {
	lines := strings.Split(doc, "\n")
	if strings.TrimSpace(lines[0]) == "" || strings.TrimSpace(lines[len(lines)-1]) == "" {
		return false
	}
	for i, l := range lines {
		if i > 0 && (strings.HasPrefix(l, " ") || strings.HasPrefix(l, "\t")) {
			return false
		}
	}
	for _, r := range doc {
		if r < ' ' && r != '\n' && r != '\t' {
			return false
		}
	}
	return !strings.HasPrefix(doc, `"`) && !strings.HasSuffix(doc, `"`) && !strings.HasSuffix(doc, `\`) && !strings.Contains(doc, `\"""`)
}

func deprecated(reason string) string {
	if reason == "" {
		return ""
	}
	return " @deprecated(reason: " + quote(reason) + ")"
}
