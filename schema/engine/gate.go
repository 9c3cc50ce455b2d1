package engine

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// gate refuses a query by counting, in one pass and without recursion, before
// anything parses it.
func (e *Engine) gate(query string) *gqlerror.Error {
	if len(query) > e.opts.MaxBytes {
		return coded("QUERY_TOO_LARGE", "the query has %d bytes, at most %d are taken", len(query), e.opts.MaxBytes)
	}
	depth, tokens, directives := 0, 0, 0
	for i := 0; i < len(query); {
		switch c := query[i]; {
		case c == '#':
			n := strings.IndexAny(query[i:], "\r\n")
			if n < 0 {
				n = len(query) - i
			}
			i += n
			continue
		case c == '"':
			i = afterString(query, i)
			tokens++
			continue
		case c == '{' || c == '[' || c == '(':
			depth++
			tokens++
		case c == '}' || c == ']' || c == ')':
			depth--
			tokens++
		case c == '@':
			directives++
			tokens++
		case word(c):
			tokens++
			for i+1 < len(query) && word(query[i+1]) {
				i++
			}
		case c == ' ' || c == ',' || c == '\t' || c == '\n' || c == '\r':
		default:
			tokens++
		}
		i++
		switch {
		case depth > e.opts.MaxDepth:
			return coded("MAX_DEPTH_EXCEEDED", "the query is nested deeper than %d", e.opts.MaxDepth)
		case tokens > e.opts.MaxTokens:
			return coded("MAX_TOKENS_EXCEEDED", "the query has more than %d tokens", e.opts.MaxTokens)
		case directives > maxDirectives:
			return coded("MAX_TOKENS_EXCEEDED", "the query has more than %d directives", maxDirectives)
		}
	}
	return nil
}

const maxDirectives = 50

func word(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// afterString returns where a string that begins at i ends.
func afterString(q string, i int) int {
	if strings.HasPrefix(q[i:], `"""`) {
		for j := i + 3; j < len(q); j++ {
			if q[j] == '\\' && strings.HasPrefix(q[j:], `\"""`) {
				j += 3
			} else if strings.HasPrefix(q[j:], `"""`) {
				return j + 3
			}
		}
		return len(q)
	}
	for j := i + 1; j < len(q); j++ {
		switch q[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		case '\n', '\r':
			return j
		}
	}
	return len(q)
}

// spreading counts a document with its fragments spread out.
type spreading struct {
	fragments map[string]*ast.FragmentDefinition
	size      map[string]int // of a fragment, once known
	open      map[string]bool
	limit     int
}

// spread refuses what the validator's rules, or the executor, would take too
// long over: fragments in a circle, and fragments that multiply each other.
func (e *Engine) spread(doc *ast.QueryDocument) *gqlerror.Error {
	s := &spreading{make(map[string]*ast.FragmentDefinition), make(map[string]int), make(map[string]bool), e.opts.MaxFields}
	if len(doc.Fragments) > maxFragments {
		return coded("MAX_FIELDS_EXCEEDED", "the query has more than %d fragments", maxFragments)
	}
	for _, f := range doc.Fragments {
		s.fragments[f.Name] = f
	}
	sets := make([]ast.SelectionSet, 0, len(doc.Operations)+len(doc.Fragments))
	for _, op := range doc.Operations {
		if len(op.VariableDefinitions) > maxVariables {
			return coded("MAX_FIELDS_EXCEEDED", "the query has more than %d variables", maxVariables)
		}
		sets = append(sets, op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		sets = append(sets, f.SelectionSet)
	}
	for _, set := range sets {
		n, circle := s.count(set)
		if circle != "" {
			return coded("GRAPHQL_VALIDATION_FAILED", "the fragment %q spreads itself", circle)
		}
		if n > s.limit {
			return coded("MAX_FIELDS_EXCEEDED", "the query asks more than %d fields, fragments spread out", s.limit)
		}
	}
	for _, op := range doc.Operations {
		if introspection(op.SelectionSet, doc, 0) > maxIntrospection {
			return coded("MAX_DEPTH_EXCEEDED", "lists of the schema are nested deeper than %d", maxIntrospection)
		}
	}
	return nil
}

const (
	maxFragments     = 100
	maxVariables     = 100
	maxIntrospection = 3
)

// count returns the fields of a selection, and the name of a fragment that
// spreads itself.
func (s *spreading) count(set ast.SelectionSet) (n int, circle string) {
	for _, sel := range set {
		var below int
		switch x := sel.(type) {
		case *ast.Field:
			below, circle = s.count(x.SelectionSet)
			below++
		case *ast.InlineFragment:
			below, circle = s.count(x.SelectionSet)
		case *ast.FragmentSpread:
			f := s.fragments[x.Name]
			if f == nil {
				continue
			}
			if s.open[x.Name] {
				return 0, x.Name
			}
			known, ok := s.size[x.Name]
			if !ok {
				s.open[x.Name] = true
				known, circle = s.count(f.SelectionSet)
				s.open[x.Name] = false
				s.size[x.Name] = known
			}
			below = known
		}
		if circle != "" {
			return 0, circle
		}
		if n = min(n+below, s.limit+1); n > s.limit {
			return n, ""
		}
	}
	return n, ""
}

// introspection returns how deep the lists of __Type are nested.
func introspection(set ast.SelectionSet, doc *ast.QueryDocument, depth int) int {
	deepest := depth
	for _, sel := range set {
		var d int
		switch x := sel.(type) {
		case *ast.Field:
			below := depth
			switch x.Name {
			case "fields", "interfaces", "possibleTypes", "inputFields":
				below++
			}
			d = introspection(x.SelectionSet, doc, below)
		case *ast.InlineFragment:
			d = introspection(x.SelectionSet, doc, depth)
		case *ast.FragmentSpread:
			if f := doc.Fragments.ForName(x.Name); f != nil {
				d = introspection(f.SelectionSet, doc, depth)
			}
		}
		deepest = max(deepest, d)
	}
	return deepest
}
