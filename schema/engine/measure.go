package engine

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// size is what a selection comes to with its fragments spread out.
type size struct {
	selections int
	depth      int // of fields
	lists      int // how deep lists of the schema's description are nested
}

const (
	maxDefinitions = 100 // fragments, operations, variables of an operation: each
	maxIntrospect  = 2   // nested lists of the schema's description
)

// measuring measures each fragment once, whatever the number of its spreads.
type measuring struct {
	*Engine
	fragments map[string]*ast.FragmentDefinition
	known     map[string]size
	open      map[string]bool
	aliases   int
	err       *gqlerror.Error
}

// measure refuses what the validator's rules, the planner or the executor would
// take too long over: fragments in a circle, fragments that multiply each other.
func (e *Engine) measure(doc *ast.QueryDocument) *gqlerror.Error {
	if len(doc.Fragments) > maxDefinitions {
		return at(coded(CodeFields, "the query has more than %d fragments", maxDefinitions), doc.Fragments[maxDefinitions].Position)
	}
	if len(doc.Operations) > maxDefinitions {
		return at(coded(CodeFields, "the query has more than %d operations", maxDefinitions), doc.Operations[maxDefinitions].Position)
	}
	m := &measuring{Engine: e, fragments: make(map[string]*ast.FragmentDefinition), known: make(map[string]size), open: make(map[string]bool)}
	for _, f := range doc.Fragments {
		m.fragments[f.Name] = f
	}
	for _, op := range doc.Operations {
		if len(op.VariableDefinitions) > maxDefinitions {
			return at(coded(CodeFields, "the query has more than %d variables", maxDefinitions), op.VariableDefinitions[maxDefinitions].Position)
		}
		if s := m.set(op.SelectionSet); m.err == nil {
			m.check(s, op.Position)
		}
	}
	for _, f := range doc.Fragments {
		if s := m.fragment(f.Name, f.Position); m.err == nil {
			m.check(s, f.Position)
		}
	}
	return m.err
}

func (m *measuring) fail(p *ast.Position, code, format string, args ...any) {
	if m.err == nil {
		m.err = at(coded(code, format, args...), p)
	}
}

func (m *measuring) check(s size, p *ast.Position) {
	switch {
	case s.selections > m.opts.MaxFields:
		m.fail(p, CodeFields, "the query asks for more than %d fields, fragments spread out", m.opts.MaxFields)
	case s.depth > m.opts.MaxDepth:
		m.fail(p, CodeDepth, "the query is nested deeper than %d, fragments spread out", m.opts.MaxDepth)
	}
}

func (m *measuring) set(set ast.SelectionSet) size {
	var all size
	for _, sel := range set {
		if m.err != nil {
			break
		}
		var s size
		switch x := sel.(type) {
		case *ast.Field:
			s = m.set(x.SelectionSet)
			s.depth++
			if x.Alias != x.Name {
				if m.aliases++; m.aliases > m.opts.MaxAliases {
					m.fail(x.Position, CodeAliases, "the query has more than %d aliases", m.opts.MaxAliases)
				}
			}
			switch x.Name {
			case "fields", "interfaces", "possibleTypes", "inputFields":
				s.lists++
			case "__schema", "__type":
				if s.lists > maxIntrospect {
					m.fail(x.Position, CodeDepth, "lists of the schema are nested deeper than %d", maxIntrospect)
				}
			}
		case *ast.InlineFragment:
			s = m.set(x.SelectionSet)
		case *ast.FragmentSpread:
			s = m.fragment(x.Name, x.Position)
		}
		all.selections = min(all.selections+s.selections+1, m.opts.MaxFields+1)
		all.depth = max(all.depth, s.depth)
		all.lists = max(all.lists, s.lists)
	}
	return all
}

func (m *measuring) fragment(name string, p *ast.Position) size {
	f := m.fragments[name]
	if f == nil {
		return size{} // the validator says so
	}
	if m.open[name] {
		m.fail(p, CodeValidation, "the fragment %q spreads itself", name)
		return size{}
	}
	if s, ok := m.known[name]; ok {
		return s
	}
	m.open[name] = true
	s := m.set(f.SelectionSet)
	m.open[name] = false
	m.known[name] = s
	return s
}
