// Package engine answers GraphQL requests over types that are declared with
// graphql-go.
//
// graphql-go is the type system and nothing else here: its parser, its
// validator and its executor can be stopped, or brought down, by a short query.
// A request passes a gate that counts without recursion, is parsed and
// validated by gqlparser, and executed level by level, so that a resolver is
// asked once for all objects of a level.
//
// # Nouns
//
// An [Engine] holds a schema. [Field] declares a field that answers in batches.
// A [Request] is what a client sends, a [Response] what it gets.
//
// # Promises
//
// Keys come in the order of the selection. A request that is refused executes
// nothing and has no data. An error of a resolver reaches the client only if it
// says that it may, by a method GraphQLCode; any other is reported to
// [Options.OnInternal] and answered as an internal error with an id.
package engine

import (
	"container/list"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// Options configure an engine. The zero value is ready for use.
type Options struct {
	MaxBytes  int // of a query; 0 means 64 KiB
	MaxTokens int // 0 means 4,000
	MaxDepth  int // of nested braces, brackets and parentheses; 0 means 32
	MaxFields int // with fragments spread out; 0 means 2,000
	Documents int // that are kept parsed and validated; 0 means 1,000

	// OnInternal is told of every error that is masked, with the id that the
	// client is given. Nil tells nobody.
	OnInternal func(ctx context.Context, id string, err error)
}

func (o Options) withDefaults() Options {
	def := func(p *int, n int) {
		if *p <= 0 {
			*p = n
		}
	}
	def(&o.MaxBytes, 64<<10)
	def(&o.MaxTokens, 4000)
	def(&o.MaxDepth, 32)
	def(&o.MaxFields, 2000)
	def(&o.Documents, 1000)
	return o
}

// Engine executes requests. It is safe for concurrent use.
type Engine struct {
	schema  graphql.Schema
	defs    *ast.Schema
	meta    *meta
	batches map[string]BatchFunc // by type and field: "Speaker.statements"
	opts    Options

	// mu guards docs and byAge, the documents that were valid, newest first.
	mu    sync.Mutex
	docs  map[string]*list.Element
	byAge *list.List
}

// Field declares that a field answers in batches. Outside of this engine it
// answers one by one.
func Field(f *graphql.Field, batch BatchFunc) *graphql.Field {
	f.Resolve = func(p graphql.ResolveParams) (any, error) {
		if hook, ok := p.Source.(batchHook); ok {
			return nil, hook.take(batch)
		}
		out, err := batch(p.Context, []any{p.Source}, p.Args)
		if err != nil {
			return nil, err
		}
		if err, ok := out[0].(error); ok {
			return nil, err
		}
		return out[0], nil
	}
	return f
}

// batchHook is the source with which New asks a resolver for its batch.
type batchHook struct{ batch *BatchFunc }

var errHooked = errors.New("a batch")

func (h batchHook) take(f BatchFunc) error {
	*h.batch = f
	return errHooked
}

// New makes an engine for a schema.
func New(s graphql.Schema, o Options) (*Engine, error) {
	defs, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: SDL(s)})
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	e := &Engine{schema: s, defs: defs, meta: newMeta(defs), batches: make(map[string]BatchFunc), opts: o.withDefaults(), docs: make(map[string]*list.Element), byAge: list.New()}
	for name, t := range s.TypeMap() {
		obj, ok := t.(*graphql.Object)
		if !ok {
			continue
		}
		for field, def := range obj.Fields() {
			if b := batchOf(def); b != nil {
				e.batches[name+"."+field] = b
			}
		}
	}
	return e, nil
}

// batchOf asks a field's resolver for its batch. A resolver that is none may
// not know what to do with the question, so what it does is ignored.
func batchOf(def *graphql.FieldDefinition) (b BatchFunc) {
	if def.Resolve == nil {
		return nil
	}
	defer func() { _ = recover() }()
	_, err := def.Resolve(graphql.ResolveParams{Source: batchHook{&b}, Context: context.Background()})
	if !errors.Is(err, errHooked) {
		return nil
	}
	return b
}

// Request is what a client asks.
type Request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Root          any            `json:"-"` // the root value
	Safe          bool           `json:"-"` // refuse what changes something, as GET must
}

// MethodNotAllowed is the code of a request that may not be sent as it was.
const MethodNotAllowed = "METHOD_NOT_ALLOWED"

// Do answers a request.
func (e *Engine) Do(ctx context.Context, r Request) *Response {
	doc, errs := e.document(r.Query)
	if r.Safe && doc != nil {
		if op, err := operation(doc, r.OperationName); err == nil && op.Operation == ast.Mutation {
			return refuse(coded(MethodNotAllowed, "a mutation is sent by POST"))
		}
	}
	if errs != nil {
		return refuse(errs...)
	}
	op, err := operation(doc, r.OperationName)
	if err != nil {
		return refuse(err)
	}
	vars, verr := e.variables(op, r.Variables)
	if verr != nil {
		return refuse(verr)
	}
	x := &execution{Engine: e, ctx: ctx, doc: doc, vars: vars}
	root := x.object(e.schema.QueryType(), []any{r.Root}, []ast.SelectionSet{op.SelectionSet}, []*path{nil})
	if err := ctx.Err(); err != nil {
		code := "CANCELLED"
		if errors.Is(err, context.DeadlineExceeded) {
			code = "TIMEOUT"
		}
		return &Response{Errors: gqlerror.List{{Message: "the request took too long, or its client went away", Extensions: map[string]any{"code": code}}}, Executed: true}
	}
	return &Response{data: root[0], Errors: x.errors, Executed: true}
}

func refuse(errs ...*gqlerror.Error) *Response { return &Response{Errors: errs} }

func coded(code, format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": code}}
}

// document returns the parsed and validated document of a query. It comes with
// the errors where it was parsed and is not valid.
func (e *Engine) document(query string) (*ast.QueryDocument, gqlerror.List) {
	e.mu.Lock()
	if el := e.docs[query]; el != nil {
		e.byAge.MoveToFront(el)
		e.mu.Unlock()
		return el.Value.(*cached).doc, nil
	}
	e.mu.Unlock()
	if err := e.gate(query); err != nil {
		return nil, gqlerror.List{err}
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, e.opts.MaxTokens)
	if err != nil {
		var g *gqlerror.Error
		if !errors.As(err, &g) {
			g = &gqlerror.Error{Message: err.Error()}
		}
		g.Extensions = map[string]any{"code": "GRAPHQL_PARSE_FAILED"}
		return nil, gqlerror.List{g}
	}
	if err := e.spread(doc); err != nil {
		return doc, gqlerror.List{err}
	}
	if errs := validator.Validate(e.defs, doc); len(errs) > 0 { //nolint:staticcheck // all rules
		for _, err := range errs {
			err.Extensions = map[string]any{"code": "GRAPHQL_VALIDATION_FAILED"}
		}
		return doc, errs
	}
	x := &execution{Engine: e}
	for _, op := range doc.Operations {
		if err := x.checkLiterals(op.SelectionSet); err != nil {
			return doc, gqlerror.List{err}
		}
	}
	for _, f := range doc.Fragments {
		if err := x.checkLiterals(f.SelectionSet); err != nil {
			return doc, gqlerror.List{err}
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.docs[query] = e.byAge.PushFront(&cached{query, doc})
	if e.byAge.Len() > e.opts.Documents {
		old := e.byAge.Back()
		e.byAge.Remove(old)
		delete(e.docs, old.Value.(*cached).query)
	}
	return doc, nil
}

type cached struct {
	query string
	doc   *ast.QueryDocument
}

func operation(doc *ast.QueryDocument, name string) (*ast.OperationDefinition, *gqlerror.Error) {
	switch {
	case name == "" && len(doc.Operations) == 1:
		return doc.Operations[0], nil
	case name == "":
		return nil, coded("OPERATION_RESOLUTION_FAILURE", "the document has %d operations; say by operationName which to execute", len(doc.Operations))
	}
	if op := doc.Operations.ForName(name); op != nil {
		return op, nil
	}
	return nil, coded("OPERATION_RESOLUTION_FAILURE", "the document has no operation %q", name)
}

// panicError is what a resolver that panicked gives.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

func stack() []byte { return debug.Stack() }

// public turns an error into what a client may see.
func (e *Engine) public(ctx context.Context, err error, p ast.Path, at *ast.Position) *gqlerror.Error {
	out := &gqlerror.Error{Path: p, Extensions: map[string]any{}}
	if at != nil {
		out.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
	var coder interface {
		error
		GraphQLCode() string
	}
	if errors.As(err, &coder) {
		out.Message = coder.Error()
		out.Extensions["code"] = coder.GraphQLCode()
		return out
	}
	var id [8]byte
	rand.Read(id[:])
	out.Message = "internal error"
	out.Extensions["code"] = "INTERNAL_SERVER_ERROR"
	out.Extensions["id"] = hex.EncodeToString(id[:])
	if e.opts.OnInternal != nil {
		e.opts.OnInternal(ctx, hex.EncodeToString(id[:]), err)
	}
	return out
}
