package engine

import (
	"slices"
	"strings"

	"github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Introspection is answered from the definitions that queries are validated by,
// with types of our own: those of graphql-go lack what the specification added
// since (specifiedByURL, isOneOf, isRepeatable, deprecated arguments).

// meta is the introspection of one schema.
type meta struct {
	defs                                       *ast.Schema
	schemaType, typeType, fieldType, inputType *graphql.Object
	enumValueType, directiveType               *graphql.Object
	schemaField, typeField                     *graphql.FieldDefinition
	typeKind, directiveLocation                *graphql.Enum
}

func metaEnum(name string, values ...string) *graphql.Enum {
	m := graphql.EnumValueConfigMap{}
	for _, v := range values {
		m[v] = &graphql.EnumValueConfig{Value: v}
	}
	return graphql.NewEnum(graphql.EnumConfig{Name: name, Values: m})
}

// of declares a field of a meta type.
func of[T any](t graphql.Output, get func(T, map[string]any) any) *graphql.Field {
	return &graphql.Field{Type: t, Resolve: func(p graphql.ResolveParams) (any, error) { return get(p.Source.(T), p.Args), nil }}
}

func newMeta(defs *ast.Schema) *meta {
	m := &meta{defs: defs}
	m.typeKind = metaEnum("__TypeKind", "SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL")
	m.directiveLocation = metaEnum("__DirectiveLocation", "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD",
		"INLINE_FRAGMENT", "VARIABLE_DEFINITION", "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION",
		"ENUM", "ENUM_VALUE", "INPUT_OBJECT", "INPUT_FIELD_DEFINITION")
	object := func(name string, fields func() graphql.Fields) *graphql.Object {
		return graphql.NewObject(graphql.ObjectConfig{Name: name, Fields: graphql.FieldsThunk(fields)})
	}
	m.schemaType = object("__Schema", m.schemaFields)
	m.typeType = object("__Type", m.typeFields)
	m.fieldType = object("__Field", m.fieldFields)
	m.inputType = object("__InputValue", m.inputFields)
	m.enumValueType = object("__EnumValue", m.enumValueFields)
	m.directiveType = object("__Directive", m.directiveFields)
	m.schemaField = &graphql.FieldDefinition{Name: "__schema", Type: graphql.NewNonNull(m.schemaType),
		Resolve: func(graphql.ResolveParams) (any, error) { return defs, nil }}
	m.typeField = &graphql.FieldDefinition{Name: "__type", Type: m.typeType, Resolve: func(p graphql.ResolveParams) (any, error) {
		name, _ := p.Args["name"].(string)
		if defs.Types[name] == nil {
			return nil, nil
		}
		return ast.NamedType(name, nil), nil
	}}
	return m
}

var (
	metaString  = graphql.String
	metaName    = graphql.NewNonNull(graphql.String)
	metaBoolean = graphql.NewNonNull(graphql.Boolean)
)

func metaList(t graphql.Type) graphql.Output {
	return graphql.NewNonNull(graphql.NewList(graphql.NewNonNull(t)))
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (m *meta) schemaFields() graphql.Fields {
	root := func(pick func(*ast.Schema) *ast.Definition) *graphql.Field {
		return of(m.typeType, func(s *ast.Schema, _ map[string]any) any {
			if d := pick(s); d != nil {
				return ast.NamedType(d.Name, nil)
			}
			return nil
		})
	}
	query := root(func(s *ast.Schema) *ast.Definition { return s.Query })
	query.Type = graphql.NewNonNull(m.typeType)
	return graphql.Fields{
		"description": of(metaString, func(s *ast.Schema, _ map[string]any) any { return orNull(s.Description) }),
		"types": of(metaList(m.typeType), func(s *ast.Schema, _ map[string]any) any {
			var out []any
			for _, name := range sortedKeys(s.Types) {
				out = append(out, ast.NamedType(name, nil))
			}
			return out
		}),
		"queryType":        query,
		"mutationType":     root(func(s *ast.Schema) *ast.Definition { return s.Mutation }),
		"subscriptionType": root(func(s *ast.Schema) *ast.Definition { return s.Subscription }),
		"directives": of(metaList(m.directiveType), func(s *ast.Schema, _ map[string]any) any {
			var out []any
			for _, name := range sortedKeys(s.Directives) {
				if served[name] {
					out = append(out, s.Directives[name])
				}
			}
			return out
		}),
	}
}

// served are the directives that this engine knows.
var served = map[string]bool{"skip": true, "include": true, "deprecated": true, "specifiedBy": true, "oneOf": true}

// listed leaves out what is deprecated unless it is asked for.
func listed(args map[string]any, ds ast.DirectiveList) bool {
	all, _ := args["includeDeprecated"].(bool)
	return all || ds.ForName("deprecated") == nil
}

func (m *meta) typeFields() graphql.Fields {
	// def is the definition of a named type; nil for a list or a non-null.
	def := func(t *ast.Type) *ast.Definition {
		if t.NonNull || t.Elem != nil {
			return nil
		}
		return m.defs.Types[t.NamedType]
	}
	about := func(t graphql.Output, get func(*ast.Definition, map[string]any) any) *graphql.Field {
		return of(t, func(x *ast.Type, args map[string]any) any {
			if d := def(x); d != nil {
				return get(d, args)
			}
			return nil
		})
	}
	named := func(names []string) []any {
		slices.Sort(names)
		out := make([]any, len(names))
		for i, n := range names {
			out[i] = ast.NamedType(n, nil)
		}
		return out
	}
	optional := func(t graphql.Type) graphql.Output { return graphql.NewList(graphql.NewNonNull(t)) }
	return graphql.Fields{
		"kind": of(graphql.NewNonNull(m.typeKind), func(t *ast.Type, _ map[string]any) any {
			switch {
			case t.NonNull:
				return "NON_NULL"
			case t.Elem != nil:
				return "LIST"
			}
			return string(m.defs.Types[t.NamedType].Kind)
		}),
		"name":        about(metaString, func(d *ast.Definition, _ map[string]any) any { return d.Name }),
		"description": about(metaString, func(d *ast.Definition, _ map[string]any) any { return orNull(d.Description) }),
		"specifiedByURL": about(metaString, func(d *ast.Definition, _ map[string]any) any {
			if by := d.Directives.ForName("specifiedBy"); by != nil {
				if url := by.Arguments.ForName("url"); url != nil {
					return url.Value.Raw
				}
			}
			return nil
		}),
		"isOneOf": about(graphql.Boolean, func(d *ast.Definition, _ map[string]any) any {
			if d.Kind != ast.InputObject {
				return nil
			}
			return d.Directives.ForName("oneOf") != nil
		}),
		"fields": about(optional(m.fieldType), func(d *ast.Definition, args map[string]any) any {
			if d.Kind != ast.Object && d.Kind != ast.Interface {
				return nil
			}
			out := []any{}
			for _, f := range d.Fields {
				if !strings.HasPrefix(f.Name, "__") && listed(args, f.Directives) {
					out = append(out, f)
				}
			}
			return out
		}),
		"interfaces": about(optional(m.typeType), func(d *ast.Definition, _ map[string]any) any {
			if d.Kind != ast.Object && d.Kind != ast.Interface {
				return nil
			}
			return named(slices.Clone(d.Interfaces))
		}),
		"possibleTypes": about(optional(m.typeType), func(d *ast.Definition, _ map[string]any) any {
			if d.Kind != ast.Interface && d.Kind != ast.Union {
				return nil
			}
			var names []string
			for _, p := range m.defs.GetPossibleTypes(d) {
				names = append(names, p.Name)
			}
			return named(names)
		}),
		"enumValues": about(optional(m.enumValueType), func(d *ast.Definition, args map[string]any) any {
			if d.Kind != ast.Enum {
				return nil
			}
			out := []any{}
			for _, v := range d.EnumValues {
				if listed(args, v.Directives) {
					out = append(out, v)
				}
			}
			return out
		}),
		"inputFields": about(optional(m.inputType), func(d *ast.Definition, args map[string]any) any {
			if d.Kind != ast.InputObject {
				return nil
			}
			out := []any{}
			for _, f := range d.Fields {
				if listed(args, f.Directives) {
					out = append(out, &ast.ArgumentDefinition{Name: f.Name, Description: f.Description, Type: f.Type, DefaultValue: f.DefaultValue, Directives: f.Directives})
				}
			}
			return out
		}),
		"ofType": of(m.typeType, func(t *ast.Type, _ map[string]any) any {
			switch {
			case t.NonNull:
				inner := *t
				inner.NonNull = false
				return &inner
			case t.Elem != nil:
				return t.Elem
			}
			return nil
		}),
	}
}

func why(ds ast.DirectiveList) any {
	d := ds.ForName("deprecated")
	if d == nil {
		return nil
	}
	if r := d.Arguments.ForName("reason"); r != nil {
		return r.Value.Raw
	}
	return "No longer supported"
}

func (m *meta) arguments(args map[string]any, list ast.ArgumentDefinitionList) any {
	out := []any{}
	for _, a := range list {
		if listed(args, a.Directives) {
			out = append(out, a)
		}
	}
	return out
}

func (m *meta) fieldFields() graphql.Fields {
	type F = *ast.FieldDefinition
	return graphql.Fields{
		"name":              of(metaName, func(f F, _ map[string]any) any { return f.Name }),
		"description":       of(metaString, func(f F, _ map[string]any) any { return orNull(f.Description) }),
		"args":              of(metaList(m.inputType), func(f F, args map[string]any) any { return m.arguments(args, f.Arguments) }),
		"type":              of(graphql.NewNonNull(m.typeType), func(f F, _ map[string]any) any { return f.Type }),
		"isDeprecated":      of(metaBoolean, func(f F, _ map[string]any) any { return why(f.Directives) != nil }),
		"deprecationReason": of(metaString, func(f F, _ map[string]any) any { return why(f.Directives) }),
	}
}

func (m *meta) inputFields() graphql.Fields {
	type A = *ast.ArgumentDefinition
	return graphql.Fields{
		"name":        of(metaName, func(a A, _ map[string]any) any { return a.Name }),
		"description": of(metaString, func(a A, _ map[string]any) any { return orNull(a.Description) }),
		"type":        of(graphql.NewNonNull(m.typeType), func(a A, _ map[string]any) any { return a.Type }),
		"defaultValue": of(metaString, func(a A, _ map[string]any) any {
			if a.DefaultValue == nil {
				return nil
			}
			return a.DefaultValue.String()
		}),
		"isDeprecated":      of(metaBoolean, func(a A, _ map[string]any) any { return why(a.Directives) != nil }),
		"deprecationReason": of(metaString, func(a A, _ map[string]any) any { return why(a.Directives) }),
	}
}

func (m *meta) enumValueFields() graphql.Fields {
	type V = *ast.EnumValueDefinition
	return graphql.Fields{
		"name":              of(metaName, func(v V, _ map[string]any) any { return v.Name }),
		"description":       of(metaString, func(v V, _ map[string]any) any { return orNull(v.Description) }),
		"isDeprecated":      of(metaBoolean, func(v V, _ map[string]any) any { return why(v.Directives) != nil }),
		"deprecationReason": of(metaString, func(v V, _ map[string]any) any { return why(v.Directives) }),
	}
}

func (m *meta) directiveFields() graphql.Fields {
	type D = *ast.DirectiveDefinition
	return graphql.Fields{
		"name":         of(metaName, func(d D, _ map[string]any) any { return d.Name }),
		"description":  of(metaString, func(d D, _ map[string]any) any { return orNull(d.Description) }),
		"isRepeatable": of(metaBoolean, func(d D, _ map[string]any) any { return d.IsRepeatable }),
		"locations": of(metaList(m.directiveLocation), func(d D, _ map[string]any) any {
			out := []any{}
			for _, l := range d.Locations {
				if l != ast.LocationDirectiveDefinition { // which clients do not know yet
					out = append(out, string(l))
				}
			}
			return out
		}),
		"args": of(metaList(m.inputType), func(d D, args map[string]any) any { return m.arguments(args, d.Arguments) }),
	}
}
