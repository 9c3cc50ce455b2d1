package engine

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// named is a type that has a name, as the engine uses it: the definition that
// queries are validated by, beside the graphql-go type that resolves.
type named struct {
	name string
	kind ast.DefinitionKind
	def  *ast.Definition

	encode leafFunc        // of a leaf
	scalar *graphql.Scalar // of a scalar that is not built in
	values map[string]any  // of an enum, by name
	inputs []*input        // of an input object
	oneOf  bool

	fields   map[string]*field // of an object
	isTypeOf graphql.IsTypeOfFn

	resolveType graphql.ResolveTypeFn // of an abstract type
	possible    []*named
}

// typeRef is a named type with its wrappers.
type typeRef struct {
	*named           // nil for a list
	elem    *typeRef // of a list
	nonNull bool
	text    string
}

func (t *typeRef) String() string { return t.text }

// input is an argument or a field of an input object.
type input struct {
	name     string
	typ      *typeRef
	def      any // the default, coerced
	hasDef   bool
	position *ast.Value // the default as written
}

// field is a field of an object.
type field struct {
	name    string
	parent  *named
	typ     *typeRef
	args    []*input
	resolve graphql.FieldResolveFn
	batch   *batcher
	source  SourceFunc                                           // of a field of the subscription root
	meta    func(e *Engine, source any, args map[string]any) any // of introspection
	info    graphql.ResolveInfo
}

// loadSchema reads a schema. What is declared for all schemas, but not served here,
// is taken away.
func loadSchema(sdl string) (*ast.Schema, error) {
	prelude, err := parser.ParseSchema(validator.Prelude)
	if err != nil {
		return nil, fmt.Errorf("prelude: %w", err)
	}
	prelude.Directives = slices.DeleteFunc(prelude.Directives, func(d *ast.DirectiveDefinition) bool { return d.Name == "defer" })
	for _, d := range prelude.Directives {
		// A location that the released specification does not know yet.
		d.Locations = slices.DeleteFunc(d.Locations, func(l ast.DirectiveLocation) bool { return l == "DIRECTIVE_DEFINITION" })
	}
	doc, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: sdl})
	if err != nil {
		return nil, err
	}
	prelude.Merge(doc)
	defs, err := validator.ValidateSchemaDocument(prelude)
	if err != nil {
		return nil, err
	}
	if d := defs.Types["__DirectiveLocation"]; d != nil {
		d.EnumValues = slices.DeleteFunc(d.EnumValues, func(v *ast.EnumValueDefinition) bool { return v.Name == "DIRECTIVE_DEFINITION" })
	}
	return defs, nil
}

// compile makes the types of the engine from the definitions and from
// graphql-go's types.
func (e *Engine) compile() error {
	e.types = make(map[string]*named, len(e.defs.Types))
	e.byType = make(map[*graphql.Object]*named)
	names := sortedKeys(e.defs.Types)
	for _, name := range names {
		def := e.defs.Types[name]
		e.types[name] = &named{name: name, kind: def.Kind, def: def}
	}
	types := maps.Clone(e.schema.TypeMap())
	for name := range types {
		if strings.HasPrefix(name, "__") {
			delete(types, name) // the description of the schema is the engine's own
		}
	}
	for _, name := range names {
		t := e.types[name]
		switch g := types[name].(type) {
		case *graphql.Scalar:
			t.scalar = g
		case *graphql.Enum:
			t.values = make(map[string]any)
			for _, v := range g.Values() {
				t.values[v.Name] = v.Value
			}
		case *graphql.Interface:
			t.resolveType = g.ResolveType
		case *graphql.Union:
			t.resolveType = g.ResolveType
		case *graphql.Object:
			t.isTypeOf = g.IsTypeOf
			e.byType[g] = t
		}
		t.encode = t.encoder(types[name])
		t.oneOf = t.def.Directives.ForName("oneOf") != nil
		for _, p := range e.defs.PossibleTypes[name] {
			if p.Kind == ast.Object && t.def.IsAbstractType() {
				t.possible = append(t.possible, e.types[p.Name])
			}
		}
		slices.SortFunc(t.possible, func(a, b *named) int { return strings.Compare(a.name, b.name) })
	}
	for _, name := range names {
		if t := e.types[name]; t.kind == ast.InputObject {
			for _, f := range t.def.Fields {
				t.inputs = append(t.inputs, &input{name: f.Name, typ: e.ref(f.Type), hasDef: f.DefaultValue != nil, position: f.DefaultValue})
			}
		}
	}
	for _, name := range names {
		if t := e.types[name]; t.kind == ast.Object {
			if err := e.compileFields(t, types[name]); err != nil {
				return err
			}
		}
	}
	return e.defaults()
}

func (e *Engine) compileFields(t *named, of graphql.Type) error {
	t.fields = make(map[string]*field, len(t.def.Fields)+1)
	var declared graphql.FieldDefinitionMap
	object, _ := of.(*graphql.Object)
	meta := metaFields[t.name]
	if object != nil {
		declared = object.Fields()
	}
	for _, d := range t.def.Fields {
		f := &field{name: d.Name, parent: t, typ: e.ref(d.Type)}
		for _, a := range d.Arguments {
			f.args = append(f.args, &input{name: a.Name, typ: e.ref(a.Type), hasDef: a.DefaultValue != nil, position: a.DefaultValue})
		}
		switch g := declared[d.Name]; {
		case meta != nil:
			f.meta = meta[d.Name]
		case strings.HasPrefix(d.Name, "__"):
			f.meta = metaRoot[d.Name]
		case g != nil:
			f.resolve = g.Resolve
			if f.resolve == nil {
				f.resolve = property
			}
			if b := batchOf(g.Resolve); b != nil {
				f.batch = &batcher{b}
			}
			f.source = sourceOf(g.Subscribe)
			f.info = graphql.ResolveInfo{FieldName: d.Name, ReturnType: g.Type, ParentType: object, Schema: e.schema}
		}
		if f.meta == nil && f.resolve == nil {
			return fmt.Errorf("%s.%s: nothing resolves it", t.name, d.Name)
		}
		if t.def == e.defs.Subscription && f.source == nil && f.meta == nil {
			return fmt.Errorf("%s.%s: nothing gives its events", t.name, d.Name)
		}
		t.fields[d.Name] = f
	}
	return nil
}

// property resolves a field that has no resolver: by what its object has of its
// name. Nothing has nothing, over which graphql-go panics.
func property(p graphql.ResolveParams) (any, error) {
	if isNil(p.Source) {
		return nil, nil
	}
	return graphql.DefaultResolveFn(p)
}

// defaults coerces the defaults of arguments and input fields, once.
func (e *Engine) defaults() error {
	done := make(map[*input]bool)
	var one func(where string, in *input, open []*input) error
	one = func(where string, in *input, open []*input) error {
		if !in.hasDef || done[in] {
			return nil
		}
		if slices.Contains(open, in) {
			return fmt.Errorf("%s: its default leads back to itself", where)
		}
		// An object takes the defaults of its fields: they come first.
		if t := in.typ.leaf(); t.kind == ast.InputObject {
			for _, f := range t.inputs {
				if err := one(t.name+"."+f.name, f, append(open, in)); err != nil {
					return err
				}
			}
		}
		v, err := e.literal(in.typ, in.position, nil)
		if err != nil {
			return fmt.Errorf("%s: default: %w", where, err)
		}
		in.def, done[in] = v, true
		return nil
	}
	for _, name := range sortedKeys(e.types) {
		t := e.types[name]
		for _, in := range t.inputs {
			if err := one(name+"."+in.name, in, nil); err != nil {
				return err
			}
		}
		for _, f := range sortedKeys(t.fields) {
			for _, in := range t.fields[f].args {
				if err := one(name+"."+f+"("+in.name+":)", in, nil); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// ref returns a type of the schema, or one that a variable declares. A type
// that does not exist has no named.
func (e *Engine) ref(t *ast.Type) *typeRef {
	r := &typeRef{nonNull: t.NonNull, text: t.String()}
	if t.Elem != nil {
		r.elem = e.ref(t.Elem)
	} else {
		r.named = e.types[t.NamedType]
	}
	return r
}

// leaf returns the type inside of lists.
func (t *typeRef) leaf() *named {
	for t.elem != nil {
		t = t.elem
	}
	return t.named
}

// root returns the type that an operation starts at, or nil.
func (e *Engine) root(o ast.Operation) *named {
	def := e.defs.Query
	switch o {
	case ast.Mutation:
		def = e.defs.Mutation
	case ast.Subscription:
		def = e.defs.Subscription
	}
	if def == nil {
		return nil
	}
	return e.types[def.Name]
}
