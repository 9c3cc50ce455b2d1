package schema

import (
	"context"
	"errors"

	"github.com/onrecord/onrecord/graph"
)

// codes are the values of extensions.code, by the kind of error.
var codes = map[graph.Kind]string{
	graph.Invalid:     "BAD_USER_INPUT",
	graph.NotFound:    "NOT_FOUND",
	graph.Conflict:    "CONFLICT",
	graph.Permission:  "FORBIDDEN",
	graph.TooLarge:    "TOO_LARGE",
	graph.Corrupt:     "CORRUPT",
	graph.Unavailable: "UNAVAILABLE",
}

// publicError is an error that a client may read.
type publicError struct {
	err  error
	code string
}

func (e *publicError) Error() string       { return e.err.Error() }
func (e *publicError) Unwrap() error       { return e.err }
func (e *publicError) GraphQLCode() string { return e.code }

// public gives an error of the record its code. An error that is nobody's fault
// but ours is left as it is, and masked by the engine.
func public(err error) error {
	var done *publicError
	if errors.As(err, &done) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if code, ok := codes[graph.KindOf(err)]; ok {
		return &publicError{err, code}
	}
	return err
}
