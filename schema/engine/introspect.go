package engine

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// metaFunc answers a field of the schema's description.
type metaFunc = func(e *Engine, source any, args map[string]any) any

// metaRoot are the fields of the query type that lead to the description.
var metaRoot = map[string]metaFunc{
	"__schema": func(e *Engine, _ any, _ map[string]any) any { return e.defs },
	"__type": func(e *Engine, _ any, args map[string]any) any {
		name, _ := args["name"].(string)
		if e.defs.Types[name] == nil {
			return nil
		}
		return ast.NamedType(name, nil)
	},
}

// metaFields are the fields of the types of the description. Its objects are:
// the schema, types with their wrappers, fields, inputs, values, directives.
var metaFields = map[string]map[string]metaFunc{
	"__Schema": {
		"description": of(func(e *Engine, s *ast.Schema) any { return orNull(s.Description) }),
		"types": of(func(_ *Engine, s *ast.Schema) any {
			var out []any
			for _, n := range sortedKeys(s.Types) {
				out = append(out, ast.NamedType(n, nil))
			}
			return out
		}),
		"queryType":        of(func(_ *Engine, s *ast.Schema) any { return named1(s.Query) }),
		"mutationType":     of(func(_ *Engine, s *ast.Schema) any { return named1(s.Mutation) }),
		"subscriptionType": of(func(_ *Engine, s *ast.Schema) any { return named1(s.Subscription) }),
		"directives": of(func(_ *Engine, s *ast.Schema) any {
			var out []any
			for _, n := range sortedKeys(s.Directives) {
				out = append(out, s.Directives[n])
			}
			return out
		}),
	},
	"__Type": {
		"kind":           of(typeKind),
		"name":           onNamed(func(_ *Engine, d *ast.Definition) any { return d.Name }),
		"description":    onNamed(func(_ *Engine, d *ast.Definition) any { return orNull(d.Description) }),
		"specifiedByURL": onNamed(func(_ *Engine, d *ast.Definition) any { return argument(d.Directives, "specifiedBy", "url") }),
		"isOneOf": onNamed(func(_ *Engine, d *ast.Definition) any {
			if d.Kind != ast.InputObject {
				return nil
			}
			return d.Directives.ForName("oneOf") != nil
		}),
		"ofType": of(func(_ *Engine, t *ast.Type) any {
			switch {
			case t.NonNull:
				return &ast.Type{NamedType: t.NamedType, Elem: t.Elem}
			case t.Elem != nil:
				return t.Elem
			}
			return nil
		}),
		"fields": func(e *Engine, source any, args map[string]any) any {
			d := e.definition(source)
			if d == nil || d.Kind != ast.Object && d.Kind != ast.Interface {
				return nil
			}
			out := []any{}
			for _, f := range d.Fields {
				if !strings.HasPrefix(f.Name, "__") && shown(f.Directives, args) {
					out = append(out, f)
				}
			}
			return out
		},
		"inputFields": func(e *Engine, source any, args map[string]any) any {
			d := e.definition(source)
			if d == nil || d.Kind != ast.InputObject {
				return nil
			}
			out := []any{}
			for _, f := range d.Fields {
				if shown(f.Directives, args) {
					out = append(out, &ast.ArgumentDefinition{Name: f.Name, Description: f.Description, Type: f.Type, DefaultValue: f.DefaultValue, Directives: f.Directives})
				}
			}
			return out
		},
		"enumValues": func(e *Engine, source any, args map[string]any) any {
			d := e.definition(source)
			if d == nil || d.Kind != ast.Enum {
				return nil
			}
			out := []any{}
			for _, v := range d.EnumValues {
				if shown(v.Directives, args) {
					out = append(out, v)
				}
			}
			return out
		},
		"interfaces": onNamed(func(_ *Engine, d *ast.Definition) any {
			if d.Kind != ast.Object && d.Kind != ast.Interface {
				return nil
			}
			out := []any{}
			for _, n := range d.Interfaces {
				out = append(out, ast.NamedType(n, nil))
			}
			return out
		}),
		"possibleTypes": onNamed(func(e *Engine, d *ast.Definition) any {
			if !d.IsAbstractType() {
				return nil
			}
			out := []any{}
			for _, t := range e.types[d.Name].possible {
				out = append(out, ast.NamedType(t.name, nil))
			}
			return out
		}),
	},
	"__Field": {
		"name":              of(func(_ *Engine, f *ast.FieldDefinition) any { return f.Name }),
		"description":       of(func(_ *Engine, f *ast.FieldDefinition) any { return orNull(f.Description) }),
		"type":              of(func(_ *Engine, f *ast.FieldDefinition) any { return f.Type }),
		"isDeprecated":      of(func(_ *Engine, f *ast.FieldDefinition) any { return isDeprecated(f.Directives) }),
		"deprecationReason": of(func(_ *Engine, f *ast.FieldDefinition) any { return reason(f.Directives) }),
		"args": func(_ *Engine, source any, args map[string]any) any {
			return inputs(source.(*ast.FieldDefinition).Arguments, args)
		},
	},
	"__InputValue": {
		"name":        of(func(_ *Engine, a *ast.ArgumentDefinition) any { return a.Name }),
		"description": of(func(_ *Engine, a *ast.ArgumentDefinition) any { return orNull(a.Description) }),
		"type":        of(func(_ *Engine, a *ast.ArgumentDefinition) any { return a.Type }),
		"defaultValue": of(func(_ *Engine, a *ast.ArgumentDefinition) any {
			if a.DefaultValue == nil {
				return nil
			}
			return a.DefaultValue.String()
		}),
		"isDeprecated":      of(func(_ *Engine, a *ast.ArgumentDefinition) any { return isDeprecated(a.Directives) }),
		"deprecationReason": of(func(_ *Engine, a *ast.ArgumentDefinition) any { return reason(a.Directives) }),
	},
	"__EnumValue": {
		"name":              of(func(_ *Engine, v *ast.EnumValueDefinition) any { return v.Name }),
		"description":       of(func(_ *Engine, v *ast.EnumValueDefinition) any { return orNull(v.Description) }),
		"isDeprecated":      of(func(_ *Engine, v *ast.EnumValueDefinition) any { return isDeprecated(v.Directives) }),
		"deprecationReason": of(func(_ *Engine, v *ast.EnumValueDefinition) any { return reason(v.Directives) }),
	},
	"__Directive": {
		"name":         of(func(_ *Engine, d *ast.DirectiveDefinition) any { return d.Name }),
		"description":  of(func(_ *Engine, d *ast.DirectiveDefinition) any { return orNull(d.Description) }),
		"isRepeatable": of(func(_ *Engine, d *ast.DirectiveDefinition) any { return d.IsRepeatable }),
		"locations": of(func(_ *Engine, d *ast.DirectiveDefinition) any {
			out := []any{}
			for _, l := range d.Locations {
				out = append(out, string(l))
			}
			return out
		}),
		"args": func(_ *Engine, source any, args map[string]any) any {
			return inputs(source.(*ast.DirectiveDefinition).Arguments, args)
		},
	},
}

// of answers by a kind of object, without arguments.
func of[T any](f func(*Engine, T) any) metaFunc {
	return func(e *Engine, source any, _ map[string]any) any { return f(e, source.(T)) }
}

// onNamed answers by the definition of a type, and null for a wrapper.
func onNamed(f func(*Engine, *ast.Definition) any) metaFunc {
	return func(e *Engine, source any, _ map[string]any) any {
		d := e.definition(source)
		if d == nil {
			return nil
		}
		return f(e, d)
	}
}

// definition returns the definition of a type that has no wrapper.
func (e *Engine) definition(source any) *ast.Definition {
	t := source.(*ast.Type)
	if t.NonNull || t.Elem != nil {
		return nil
	}
	return e.defs.Types[t.NamedType]
}

func typeKind(e *Engine, t *ast.Type) any {
	switch {
	case t.NonNull:
		return "NON_NULL"
	case t.Elem != nil:
		return "LIST"
	}
	return string(e.defs.Types[t.NamedType].Kind)
}

func named1(d *ast.Definition) any {
	if d == nil {
		return nil
	}
	return ast.NamedType(d.Name, nil)
}

func inputs(list ast.ArgumentDefinitionList, args map[string]any) any {
	out := []any{}
	for _, a := range list {
		if shown(a.Directives, args) {
			out = append(out, a)
		}
	}
	return out
}

func shown(ds ast.DirectiveList, args map[string]any) bool {
	return args["includeDeprecated"] == true || !isDeprecated(ds)
}

func isDeprecated(ds ast.DirectiveList) bool { return ds.ForName("deprecated") != nil }

func reason(ds ast.DirectiveList) any {
	if !isDeprecated(ds) {
		return nil
	}
	if r := argument(ds, "deprecated", "reason"); r != nil {
		return r
	}
	return "No longer supported"
}

func argument(ds ast.DirectiveList, directive, name string) any {
	d := ds.ForName(directive)
	if d == nil {
		return nil
	}
	a := d.Arguments.ForName(name)
	if a == nil {
		return nil
	}
	return a.Value.Raw
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
