package engine

import (
	"container/list"
	"errors"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// document is a query that was valid, with what was worked out of it. Nothing
// but plans changes after it was made.
type document struct {
	query      string
	operations []*operation
	conditions []string // the variables of @skip and @include, sorted

	mu    sync.Mutex       // guards plans
	plans map[string]*plan // by operation and the values of conditions
}

// operation is an operation of a document.
type operation struct {
	def  *ast.OperationDefinition
	vars []variable
}

// variable is a variable that an operation declares.
type variable struct {
	name   string
	typ    *typeRef
	def    any // coerced
	hasDef bool
}

// document returns the parsed and validated document of a query. Where it was
// parsed and is not valid, it comes with the errors, for its operations only.
func (e *Engine) document(query string) (*document, gqlerror.List) {
	if d := e.docs.get(query); d != nil {
		return d, nil
	}
	if err := e.gate(query); err != nil {
		return nil, gqlerror.List{err}
	}
	parsed, err := e.parse(query)
	if err != nil {
		return nil, gqlerror.List{err}
	}
	d := &document{query: query, plans: make(map[string]*plan)}
	for _, def := range parsed.Operations {
		d.operations = append(d.operations, &operation{def: def})
	}
	if err := e.measure(parsed); err != nil {
		return d, gqlerror.List{err}
	}
	if errs := e.validate(parsed); len(errs) > 0 {
		return d, errs
	}
	for _, op := range d.operations {
		for _, v := range op.def.VariableDefinitions {
			w := variable{name: v.Variable, typ: e.ref(v.Type), hasDef: v.DefaultValue != nil}
			if w.hasDef {
				// The rule about values has seen that this is no error.
				w.def, _ = e.literal(w.typ, v.DefaultValue, nil)
			}
			op.vars = append(op.vars, w)
		}
	}
	d.conditions = conditions(parsed)
	e.docs.put(d)
	return d, nil
}

// parse reads a query that passed the gate. Line ends are made alike, and a
// byte order mark is dropped, because gqlparser counts both wrongly.
func (e *Engine) parse(query string) (*ast.QueryDocument, *gqlerror.Error) {
	query = strings.TrimPrefix(query, "\uFEFF")
	if strings.Contains(query, "\r") {
		query = strings.ReplaceAll(strings.ReplaceAll(query, "\r\n", "\n"), "\r", "\n")
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, e.opts.MaxTokens)
	if err != nil {
		var g *gqlerror.Error
		if !errors.As(err, &g) {
			g = &gqlerror.Error{Message: err.Error()}
		}
		if strings.Contains(g.Message, lexer.Invalid.String()) {
			g = illegible(query, g)
		}
		g.Extensions = map[string]any{"code": CodeParse}
		return nil, g
	}
	if len(doc.Operations) == 0 {
		return nil, coded(CodeParse, "the document has no operation")
	}
	for _, f := range doc.Fragments {
		if len(f.VariableDefinition) > 0 {
			return nil, at(coded(CodeParse, "the fragment %q declares variables, which fragments cannot", f.Name), f.Position)
		}
	}
	return doc, nil
}

// illegible says why a token cannot be read, where the parser only says that.
func illegible(query string, err *gqlerror.Error) *gqlerror.Error {
	l := lexer.New(&ast.Source{Input: query})
	for {
		t, bad := l.ReadToken()
		if g := (*gqlerror.Error)(nil); errors.As(bad, &g) && g != nil {
			return g
		}
		if bad != nil || t.Kind == lexer.EOF || t.Kind == lexer.Invalid {
			return err
		}
	}
}

// maxErrors is how many reasons a refusal gives.
const maxErrors = 20

// validate holds a document to the rules of the specification.
func (e *Engine) validate(doc *ast.QueryDocument) gqlerror.List {
	var errs gqlerror.List
	more := false
	events := &core.Events{}
	for _, r := range e.rules {
		r.RuleFunc(events, func(options ...core.ErrorOption) {
			if more = len(errs) == maxErrors; more {
				return
			}
			err := coded(CodeValidation, "")
			for _, o := range options {
				o(err)
			}
			errs = append(errs, err)
		})
	}
	core.Walk(e.defs, doc, events)
	if more {
		errs = append(errs, coded(CodeValidation, "there are more errors than these %d", maxErrors))
	}
	if len(errs) == 0 {
		errs = e.overlaps(doc)
	}
	return errs
}

func (d *document) operation(name string) (*operation, *gqlerror.Error) {
	if name == "" {
		if len(d.operations) > 1 {
			return nil, coded(CodeOperation, "the document has %d operations: say by operationName which to execute", len(d.operations))
		}
		return d.operations[0], nil
	}
	for _, op := range d.operations {
		if op.def.Name == name {
			return op, nil
		}
	}
	return nil, coded(CodeOperation, "the document has no operation %.100q", name)
}

// mutates says whether the operation of a name is a mutation.
func (d *document) mutates(name string) bool {
	if d == nil {
		return false
	}
	op, err := d.operation(name)
	return err == nil && op.def.Operation == ast.Mutation
}

// cache keeps the documents that were used last, up to a number of them and of
// bytes of their queries.
type cache struct {
	entries, bytes int // at most

	mu    sync.Mutex // guards what follows
	docs  map[string]*list.Element
	byAge *list.List // newest first
	size  int
	use   CacheUse
}

// CacheUse is how often the document of a query was there already.
type CacheUse struct {
	Hits, Misses uint64
	Documents    int // that are there now
}

// CacheUse says how the documents that are kept were of use so far.
func (e *Engine) CacheUse() CacheUse {
	e.docs.mu.Lock()
	defer e.docs.mu.Unlock()
	use := e.docs.use
	use.Documents = e.docs.byAge.Len()
	return use
}

func newCache(entries, bytes int) *cache {
	return &cache{entries: entries, bytes: bytes, docs: make(map[string]*list.Element), byAge: list.New()}
}

func (c *cache) get(query string) *document {
	c.mu.Lock()
	defer c.mu.Unlock()
	el := c.docs[query]
	if el == nil {
		c.use.Misses++
		return nil
	}
	c.use.Hits++
	c.byAge.MoveToFront(el)
	return el.Value.(*document)
}

func (c *cache) put(d *document) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el := c.docs[d.query]; el != nil {
		el.Value = d
		return
	}
	c.docs[d.query] = c.byAge.PushFront(d)
	c.size += len(d.query)
	for c.byAge.Len() > c.entries || c.size > c.bytes {
		old := c.byAge.Remove(c.byAge.Back()).(*document)
		delete(c.docs, old.query)
		c.size -= len(old.query)
	}
}
