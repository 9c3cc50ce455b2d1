// Package engine answers GraphQL requests over types that are declared with
// graphql-go.
//
// graphql-go is the type system and nothing else here: its parser, its
// validator and its executor can be stopped, or brought down, by a short query.
// A request passes a gate that counts without recursion, is parsed by
// gqlparser, measured with its fragments spread out, validated, planned,
// priced, and executed level by level, so that a resolver is asked once for all
// objects of a level.
//
// # Nouns
//
// An [Engine] holds a schema. [Field] declares a field that answers in batches,
// by a [BatchFunc], [Source] one of a subscription. A [Request] is what a client
// sends, a [Response] what it gets. An [Error] is what a resolver returns when
// the client may read it.
//
// # Promises
//
// Keys come in the order of the selection. A request that is refused executes
// nothing and has no data. An error of a resolver reaches the client only if it
// says that it may, by a method GraphQLCode; any other, and any panic, is
// reported to [Options.OnInternal] and answered as an internal error with the
// id of the request. Arguments hold a key for what was given and none for what
// was not, so null and absent differ. Nothing takes longer than its limits
// allow, whatever the query.
//
// # Where to start
//
// Do, in this file, is the life of a request: gate.go, document.go, plan.go,
// coerce.go, execute.go, response.go in that order. Subscribe, in subscribe.go,
// is that of one with many answers.
package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Options configure an engine. The zero value is ready for use.
type Options struct {
	MaxBytes         int // of a query; 0 means 64 KiB
	MaxTokens        int // 0 means 4,000
	MaxDepth         int // of nested braces, brackets and parentheses, of fields with fragments spread out, and of variables; 0 means 32
	MaxFields        int // with fragments spread out; 0 means 2,000
	MaxAliases       int // 0 means 100
	MaxDirectives    int // at one place; 0 means 8
	MaxCost          int // of a request as Cost prices it; 0 means 100,000
	MaxResponseBytes int // of data, about; 0 means 32 MiB

	Documents     int // that are kept parsed, validated and planned; 0 means 1,000
	DocumentBytes int // that their queries may have together; 0 means 8 MiB

	// Timeout ends the execution of a request. 0 means that only the
	// context of Do does.
	Timeout time.Duration

	// Suggest lets a refusal name fields that the client may have meant.
	Suggest bool

	// Cost prices a field: its own weight, and how many times over what is
	// selected below it is to be paid, as by the size of a page. A multiplier
	// below 1 counts as 1. It is called before anything is executed, once for
	// each field of the query and type that may answer it. Nil prices nothing.
	Cost func(parentType, field string, args map[string]any) (weight, multiplier int)

	// Mutate executes the fields of a mutation's root: see [Mutation]. If nil,
	// their resolvers do, one after the other.
	Mutate func(ctx context.Context, root any, m *Mutation)

	// OnInternal is told of every error that is masked, with the id that the
	// client is given. A panic arrives as a [*PanicError]. Nil tells nobody.
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
	def(&o.MaxAliases, 100)
	def(&o.MaxDirectives, 8)
	def(&o.MaxCost, 100_000)
	def(&o.MaxResponseBytes, 32<<20)
	o.MaxResponseBytes = min(o.MaxResponseBytes, 1<<30) // cells count in 32 bits
	def(&o.Documents, 1000)
	def(&o.DocumentBytes, 8<<20)
	return o
}

// Engine executes requests. It is safe for concurrent use.
type Engine struct {
	schema graphql.Schema
	defs   *ast.Schema
	types  map[string]*named
	byType map[*graphql.Object]*named // what ResolveType answers
	rules  []rule
	opts   Options
	docs   *cache
}

// New makes an engine for a schema.
func New(s graphql.Schema, o Options) (*Engine, error) {
	if s.QueryType() == nil {
		return nil, fmt.Errorf("schema: no query type")
	}
	defs, err := loadSchema(SDL(s))
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	e := &Engine{schema: s, defs: defs, opts: o.withDefaults()}
	e.docs = newCache(e.opts.Documents, e.opts.DocumentBytes)
	if err := e.compile(); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	e.rules = e.ruleList()
	return e, nil
}

// Variables are the variables of a request, as JSON has them. Read from JSON,
// they keep numbers as they were written.
type Variables map[string]any

// UnmarshalJSON implements [json.Unmarshaler].
func (v *Variables) UnmarshalJSON(b []byte) error {
	m, err := decodeNumbers(b)
	if err == nil {
		*v = m
	}
	return err
}

// Request is what a client asks.
type Request struct {
	Query         string          `json:"query"`
	OperationName string          `json:"operationName"`
	Variables     Variables       `json:"variables"`
	RawVariables  json.RawMessage `json:"-"` // in place of Variables, not decoded yet
	Root          any             `json:"-"` // the root value
	LastEvent     string          `json:"-"` // of a subscription that goes on: the event that the client has; see [Response.Event]
	Safe          bool            `json:"-"` // refuse what changes something, as GET must
	ID            string          `json:"-"` // given with masked errors; empty means one is made up

	// Admit is asked before a request is executed, once its cost is known. An
	// error refuses it, and is answered as that of a resolver is. Nil admits
	// every request.
	Admit func(cost int) error `json:"-"`
}

// Do answers a request. Resolvers are called on the goroutine of the caller.
func (e *Engine) Do(ctx context.Context, r Request) (out *Response) {
	defer e.guard(ctx, r.ID, &out)
	p, errs := e.prepare(&r)
	if errs == nil && p.op.def.Operation == ast.Subscription {
		errs = gqlerror.List{at(coded(CodeOperation, "a subscription has no single answer: subscribe to it"), p.op.def.Position)}
	}
	if errs == nil {
		errs = e.admit(ctx, &r, p.cost)
	}
	if errs != nil {
		return p.named(&Response{Errors: errs, Cost: p.cost})
	}
	return e.execute(ctx, &r, p, r.Root)
}

// execute executes a request that was prepared, within its time.
func (e *Engine) execute(ctx context.Context, r *Request, p prepared, root any) (out *Response) {
	defer e.guard(ctx, r.ID, &out)
	out = &Response{Executed: true} // of a panic
	if e.opts.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, e.opts.Timeout)
		defer cancel()
	}
	x := &execution{Engine: e, ctx: withLoaders(ctx), prepared: p, root: root, id: r.ID}
	return p.named(x.run())
}

// guard answers a panic. Resolvers are guarded one by one: this is for the
// engine's own mistakes, and for those of the parser and the validator.
func (e *Engine) guard(ctx context.Context, id string, out **Response) {
	if p := recover(); p != nil {
		x := &execution{Engine: e, ctx: ctx, id: id}
		executing := *out != nil && (*out).Executed
		*out = &Response{Errors: gqlerror.List{x.public(&PanicError{p, debug.Stack()})}, Executed: executing}
	}
}

// prepared is a request that may be executed.
type prepared struct {
	*plan
	op   *operation  // known before the plan is
	args []arguments // of the fields of the plan, by their number
	vars map[string]any
	cost int
}

// prepare does everything that can refuse a request.
func (e *Engine) prepare(r *Request) (prepared, gqlerror.List) {
	var p prepared
	doc, errs := e.document(r.Query)
	if r.Safe && doc.mutates(r.OperationName) {
		// Also where it is not valid: what is wrong first is how it was sent.
		return p, gqlerror.List{coded(MethodNotAllowed, "a mutation is sent by POST")}
	}
	if errs != nil {
		return p, errs
	}
	op, err := doc.operation(r.OperationName)
	if err != nil {
		return p, gqlerror.List{err}
	}
	p.op = op
	sent := map[string]any(r.Variables)
	if len(r.RawVariables) > 0 {
		got, err := decodeNumbers(r.RawVariables)
		if err != nil {
			return p, gqlerror.List{coded(CodeInput, "variables: %v", err)}
		}
		sent = got
	}
	if p.vars, errs = e.variables(op, sent); errs != nil {
		return p, errs
	}
	if p.plan, err = e.planFor(doc, op, p.vars); err != nil {
		return p, gqlerror.List{err}
	}
	p.args = p.plan.evaluate(e, p.vars)
	if e.opts.Cost != nil {
		if p.cost = e.price(&p); p.cost > e.opts.MaxCost {
			err := coded(CodeCost, "the query costs %d, at most %d is taken: ask for smaller pages, or fewer of them", p.cost, e.opts.MaxCost)
			err.Extensions["cost"], err.Extensions["maxCost"] = p.cost, e.opts.MaxCost
			return p, gqlerror.List{err}
		}
	}
	return p, nil
}
