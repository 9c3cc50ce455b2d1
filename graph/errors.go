package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/onrecord/onrecord/graph/kv"
)

// Kind classes an error by what its reader can do about it. The list is closed.
type Kind uint8

const (
	Internal    Kind = iota // our fault
	Invalid                 // the input is wrong
	NotFound                // no such node, edge or revision
	Conflict                // somebody was faster
	Permission              // not allowed
	TooLarge                // beyond a limit that is stated
	Corrupt                 // stored bytes are damaged
	Unavailable             // not now: closed, in use, no space, cancelled
)

func (k Kind) String() string {
	return [...]string{"internal", "invalid", "not found", "conflict", "permission", "too large", "corrupt", "unavailable"}[k]
}

// Error is every error that the record reports.
type Error struct {
	Kind    Kind
	Op      string // what was being done: "write", "put STATEMENT"
	Subject string // to what: an id, a property, a key in hexadecimal digits
	Err     error  // why
	Hint    string // the way out, if there is one
	Change  int    // which change of a revision it is about, from 1; 0 for none in particular
}

func (e *Error) Error() string {
	s := ""
	if e.Op != "" {
		s = e.Op + ": "
	}
	if e.Subject != "" {
		s += e.Subject + ": "
	}
	if e.Err != nil {
		s += e.Err.Error()
	} else {
		s += e.Kind.String()
	}
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Invalidf returns an error of kind Invalid.
func Invalidf(format string, args ...any) error {
	return &Error{Kind: Invalid, Err: fmt.Errorf(format, args...)}
}

func errorf(k Kind, op, subject, format string, args ...any) error {
	return &Error{Kind: k, Op: op, Subject: subject, Err: fmt.Errorf(format, args...)}
}

// ChangeOf returns which change of a revision an error is about, from 1; 0 where
// it is about none in particular.
func ChangeOf(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.Change
	}
	return 0
}

// KindOf returns the kind of err: Internal for an error that is none of ours.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) && e.Kind != Internal {
		return e.Kind
	}
	var conflict *kv.ConflictError
	switch {
	case errors.Is(err, kv.ErrCorrupt):
		return Corrupt
	case errors.Is(err, kv.ErrTooLarge):
		return TooLarge
	case errors.Is(err, kv.ErrReadOnly):
		return Permission
	case errors.As(err, &conflict):
		return Conflict
	case errors.Is(err, kv.ErrNotAStore):
		return Invalid
	case errors.Is(err, kv.ErrNewerFormat), errors.Is(err, kv.ErrClosed), errors.Is(err, kv.ErrInUse), errors.Is(err, kv.ErrNoSpace),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Unavailable
	}
	return Internal
}

// stored wraps an error that the key-value store reported.
func stored(op string, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Kind: KindOf(err), Op: op, Err: err}
	if e.Kind == Corrupt {
		e.Hint = "run onrecord verify to see what else is damaged"
	}
	return e
}
