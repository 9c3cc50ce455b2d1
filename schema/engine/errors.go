package engine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// MethodNotAllowed is the code of a request that may not be sent as it was.
const MethodNotAllowed = "METHOD_NOT_ALLOWED"

// The values of extensions.code that the engine gives itself.
const (
	CodeParse      = "GRAPHQL_PARSE_FAILED"
	CodeValidation = "GRAPHQL_VALIDATION_FAILED"
	CodeInput      = "BAD_USER_INPUT"
	CodeOperation  = "OPERATION_RESOLUTION_FAILURE"
	CodeInternal   = "INTERNAL_SERVER_ERROR"
	CodeTimeout    = "TIMEOUT"
	CodeCancelled  = "CANCELLED"

	CodeBytes      = "QUERY_TOO_LARGE"
	CodeTokens     = "MAX_TOKENS_EXCEEDED"
	CodeDepth      = "MAX_DEPTH_EXCEEDED"
	CodeFields     = "MAX_FIELDS_EXCEEDED"
	CodeAliases    = "MAX_ALIASES_EXCEEDED"
	CodeDirectives = "MAX_DIRECTIVES_EXCEEDED"
	CodeCost       = "MAX_COST_EXCEEDED"
	CodeResponse   = "RESPONSE_TOO_LARGE"
)

// Error is an error that the client may read. Any error with a method
// GraphQLCode is one too.
type Error struct {
	Code       string // extensions.code
	Message    string
	Extensions map[string]any // beside the code
}

func (e *Error) Error() string { return e.Message }

// GraphQLCode returns the value of extensions.code.
func (e *Error) GraphQLCode() string { return e.Code }

// GraphQLExtensions returns what else the client is told.
func (e *Error) GraphQLExtensions() map[string]any { return e.Extensions }

var errUnanswered = errors.New("the mutation was not answered")

// PanicError is what [Options.OnInternal] is given for a resolver that
// panicked.
type PanicError struct {
	Value any
	Stack []byte
}

func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.Value, p.Stack) }

// Unwrap returns the value of the panic if it is an error.
func (p *PanicError) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

func coded(code, format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": code}}
}

func at(err *gqlerror.Error, p *ast.Position) *gqlerror.Error {
	if p != nil {
		err.Locations = []gqlerror.Location{{Line: p.Line, Column: p.Column}}
	}
	return err
}

// locate returns where a byte of a query stands, in lines and in code points.
func locate(query string, offset int) *ast.Position {
	p := &ast.Position{Line: 1, Column: 1}
	for i, r := range query[:offset] {
		switch {
		case r == '\n' && i > 0 && query[i-1] == '\r':
		case r == '\n' || r == '\r':
			p.Line, p.Column = p.Line+1, 1
		default:
			p.Column++
		}
	}
	return p
}

// public turns an error of a resolver into what a client may see, without its
// place. The request id is made up when it is needed first.
func (x *execution) public(err error) *gqlerror.Error {
	var coder interface {
		error
		GraphQLCode() string
	}
	if errors.As(err, &coder) {
		out := coded(coder.GraphQLCode(), "%s", coder.Error())
		if more, ok := coder.(interface{ GraphQLExtensions() map[string]any }); ok {
			code := out.Extensions["code"]
			maps.Copy(out.Extensions, more.GraphQLExtensions())
			out.Extensions["code"] = code
		}
		return out
	}
	if x.id == "" {
		var id [8]byte
		rand.Read(id[:]) // never fails
		x.id = hex.EncodeToString(id[:])
	}
	if x.opts.OnInternal != nil {
		x.opts.OnInternal(x.ctx, x.id, err)
	}
	out := coded(CodeInternal, "internal error")
	out.Extensions["requestId"] = x.id
	return out
}

// stopped is the error of a request whose time is up.
func stopped(ctx context.Context) *gqlerror.Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return coded(CodeTimeout, "the request took too long")
	}
	return coded(CodeCancelled, "the request was given up")
}
