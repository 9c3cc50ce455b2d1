package engine

import (
	"encoding/binary"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// plan is an operation made ready for execution: for every type of object that
// may stand at a place, the fields asked of it, in the order of the answer. It
// holds for one outcome of the operation's @skip and @include, and does not
// change once made.
type plan struct {
	op         *operation
	root       *selection
	selections []*selection
	fields     []*planned
	static     []arguments // of fields without variables, by their number
	dynamic    []*planned  // the fields with variables
	last       atomic.Pointer[extent]
}

// extent is how large an answer to a plan was: the next one begins with so much
// room, for pages of one document are about as large as each other.
type extent struct{ cells, arena int }

// Answers that are larger than this grow as they come.
const (
	mostCells = 64 << 10
	mostArena = 1 << 20
)

// room makes place for the cells and the leaves of an answer.
func (p *plan) room() ([]cell, []byte) {
	s := p.last.Load()
	if s == nil {
		return make([]cell, 0, 64), nil
	}
	more := func(n, most int) int { return min(n+n/16+16, most) }
	return make([]cell, 0, more(s.cells, mostCells)), make([]byte, 0, more(s.arena, mostArena))
}

// selection is what is asked of one type of object at one place.
type selection struct {
	id     int
	typ    *named
	fields []*planned
	bytes  int // of the keys in JSON
}

// planned is a field of the answer.
type planned struct {
	id    int
	key   []byte // with quotes and colon
	name  string // the key
	field *field // nil for __typename
	typ   *typeRef
	nodes []*ast.Field // where it stands in the query

	sub  *selection            // below an object
	subs map[*named]*selection // below an abstract type
}

// arguments are the arguments of a field, or why there are none.
type arguments struct {
	values map[string]any
	err    error
}

const (
	maxPlans  = 16 // of a document
	maxWiden  = 30 // planned fields for each that may be selected
	condTrue  = 't'
	condFalse = 'f'
)

// conditions lists the variables by which fields are skipped or included.
func conditions(doc *ast.QueryDocument) []string {
	var names []string
	directives := func(ds ast.DirectiveList) {
		for _, d := range ds {
			if a := d.Arguments.ForName("if"); a != nil && a.Value.Kind == ast.Variable && (d.Name == "skip" || d.Name == "include") {
				names = append(names, a.Value.Raw)
			}
		}
	}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, sel := range set {
			switch s := sel.(type) {
			case *ast.Field:
				directives(s.Directives)
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				directives(s.Directives)
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				directives(s.Directives)
			}
		}
	}
	for _, op := range doc.Operations {
		walk(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		walk(f.SelectionSet)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// planFor returns the plan of an operation for the values of its variables.
func (e *Engine) planFor(d *document, op *operation, vars map[string]any) (*plan, *gqlerror.Error) {
	key := strconv.AppendInt(nil, int64(slices.Index(d.operations, op)), 10)
	for _, name := range d.conditions {
		switch vars[name] {
		case true:
			key = append(key, condTrue)
		case false:
			key = append(key, condFalse)
		default:
			key = append(key, '-')
		}
	}
	d.mu.Lock()
	p := d.plans[string(key)]
	d.mu.Unlock()
	if p != nil {
		return p, nil
	}
	b := &planner{Engine: e, plan: &plan{op: op}, vars: vars, memo: make(map[string]*selection), ids: make(map[*ast.Field]uint64)}
	b.plan.root = b.selection(e.root(op.def.Operation), []ast.SelectionSet{op.def.SelectionSet}, "")
	if b.err != nil {
		return nil, b.err
	}
	b.constants()
	d.mu.Lock()
	if len(d.plans) < maxPlans {
		d.plans[string(key)] = b.plan
	}
	d.mu.Unlock()
	return b.plan, nil
}

type planner struct {
	*Engine
	plan *plan
	vars map[string]any
	memo map[string]*selection // by type and by the fields that select
	ids  map[*ast.Field]uint64
	err  *gqlerror.Error
}

// selection plans what sets ask of a type. What the same fields select of the
// same type is planned once: types that have a field in common share what is
// below it.
func (b *planner) selection(t *named, sets []ast.SelectionSet, key string) *selection {
	if s := b.memo[key]; s != nil && key != "" {
		return s
	}
	s := &selection{id: len(b.plan.selections), typ: t}
	b.plan.selections = append(b.plan.selections, s)
	if key != "" {
		b.memo[key] = s
	}
	c := collector{planner: b, t: t, at: make(map[string]*planned), seen: make(map[string]bool), into: s}
	for _, set := range sets {
		c.collect(set)
	}
	for _, f := range s.fields {
		s.bytes += len(f.key) + 1
		b.below(f)
	}
	return s
}

// below plans what stands below a field.
func (b *planner) below(f *planned) {
	if len(b.plan.fields) > maxWiden*b.opts.MaxFields {
		b.err = at(coded(CodeFields, "the query asks for too many fields of too many types"), b.plan.op.def.Position)
	}
	if f.field == nil || b.err != nil {
		return
	}
	t := f.typ.leaf()
	if t.kind != ast.Object && !t.def.IsAbstractType() {
		return
	}
	sets := make([]ast.SelectionSet, len(f.nodes))
	var key []byte
	for i, n := range f.nodes {
		sets[i] = n.SelectionSet
		id, ok := b.ids[n]
		if !ok {
			id = uint64(len(b.ids))
			b.ids[n] = id
		}
		key = binary.AppendUvarint(key, id)
	}
	if t.kind == ast.Object {
		f.sub = b.selection(t, sets, t.name+" "+string(key))
		return
	}
	f.subs = make(map[*named]*selection, len(t.possible))
	for _, p := range t.possible {
		f.subs[p] = b.selection(p, sets, p.name+" "+string(key))
	}
}

// collector gathers the fields of one selection, those of one key together.
type collector struct {
	*planner
	t    *named
	into *selection
	at   map[string]*planned
	seen map[string]bool
}

func (c *collector) collect(set ast.SelectionSet) {
	for _, sel := range set {
		switch s := sel.(type) {
		case *ast.Field:
			if c.included(s.Directives) {
				c.add(s)
			}
		case *ast.InlineFragment:
			if c.included(s.Directives) && c.applies(s.TypeCondition) {
				c.collect(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if c.included(s.Directives) && !c.seen[s.Name] {
				c.seen[s.Name] = true
				if c.applies(s.Definition.TypeCondition) {
					c.collect(s.Definition.SelectionSet)
				}
			}
		}
	}
}

func (c *collector) add(n *ast.Field) {
	if f := c.at[n.Alias]; f != nil {
		f.nodes = append(f.nodes, n)
		return
	}
	f := &planned{id: len(c.plan.fields), name: n.Alias, key: []byte(`"` + n.Alias + `":`), field: c.t.fields[n.Name], nodes: []*ast.Field{n}}
	if f.field != nil {
		f.typ = f.field.typ
	}
	c.plan.fields = append(c.plan.fields, f)
	c.at[n.Alias] = f
	c.into.fields = append(c.into.fields, f)
}

// applies says whether a fragment on a type is about the objects planned for.
func (c *collector) applies(condition string) bool {
	return condition == "" || condition == c.t.name || slices.Contains(c.types[condition].possible, c.t)
}

func (c *collector) included(ds ast.DirectiveList) bool {
	for _, d := range ds {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		v := d.Arguments.ForName("if").Value
		yes := v.Raw == "true"
		if v.Kind == ast.Variable {
			var ok bool
			if yes, ok = c.vars[v.Raw].(bool); !ok && c.err == nil {
				c.err = at(coded(CodeInput, "@%s(if:): $%s is null, where Boolean! is wanted", d.Name, v.Raw), v.Position)
			}
		}
		if yes != (d.Name == "include") {
			return false
		}
	}
	return true
}

// constants coerces the arguments that hold no variables.
func (b *planner) constants() {
	b.plan.static = make([]arguments, len(b.plan.fields))
	for _, f := range b.plan.fields {
		if f.field == nil || len(f.field.args) == 0 {
			continue
		}
		varies := false
		for _, a := range f.nodes[0].Arguments {
			varies = varies || a.Value.Kind == ast.Variable || holdsVariable(a.Value)
		}
		if varies {
			b.plan.dynamic = append(b.plan.dynamic, f)
			continue
		}
		b.plan.static[f.id] = b.arguments(f, nil)
	}
}

// evaluate returns the arguments of all fields.
func (p *plan) evaluate(e *Engine, vars map[string]any) []arguments {
	if len(p.dynamic) == 0 {
		return p.static
	}
	all := slices.Clone(p.static)
	for _, f := range p.dynamic {
		all[f.id] = e.arguments(f, vars)
	}
	return all
}

// arguments coerces the arguments of a field: what is neither given nor has a
// default has no key.
func (e *Engine) arguments(f *planned, vars map[string]any) arguments {
	out := make(map[string]any, len(f.field.args))
	for _, a := range f.field.args {
		given := f.nodes[0].Arguments.ForName(a.name)
		if given != nil && given.Value.Kind == ast.Variable {
			if _, ok := vars[given.Value.Raw]; !ok {
				given = nil
			}
		}
		switch {
		case given != nil:
			v, err := e.literal(a.typ, given.Value, vars)
			if err != nil {
				return arguments{err: &Error{Code: CodeInput, Message: a.name + ": " + err.Error()}}
			}
			out[a.name] = v
		case a.hasDef:
			out[a.name] = a.def
		case a.typ.nonNull:
			return arguments{err: &Error{Code: CodeInput, Message: a.name + ": nothing is given, where " + a.typ.text + " is wanted"}}
		}
	}
	return arguments{values: out}
}
