package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv"
)

// exits is the one place where an error becomes an exit code: the first row that
// an error belongs to gives it. Help prints the table. Codes never change their
// meaning.
var exits = []struct {
	code    int
	doc     string
	belongs func(error) bool
}{
	{0, "done", func(err error) bool { return err == nil }},
	{1, "verify found problems", is(errProblems)},
	{130, "stopped by a signal", is(context.Canceled)},
	{7, "no space on the disk", is(kv.ErrNoSpace, syscall.ENOSPC)},
	{6, "the record, or its file of tokens, is damaged", kind(graph.Corrupt)},
	{8, "not permitted, or for reading only", either(is(os.ErrPermission, syscall.EROFS), kind(graph.Permission))},
	{2, "wrong input: a flag, a query, a date, a directory that is something else", either(isUsage, kind(graph.Invalid, graph.TooLarge))},
	{3, "not found", either(kind(graph.NotFound), is(os.ErrNotExist))},
	{4, "somebody else was faster", kind(graph.Conflict)},
	{5, "in use by another process, of a newer format, or not available now", kind(graph.Unavailable)},
	{70, "internal error", func(error) bool { return true }},
}

func exitCode(err error) int {
	for _, row := range exits {
		if row.belongs(err) {
			return row.code
		}
	}
	return 70 // the last row takes everything
}

// exitHelp is the table as help prints it.
func exitHelp() string {
	var b strings.Builder
	b.WriteString("Exit codes:\n")
	for _, code := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 70, 130} {
		for _, row := range exits {
			if row.code == code {
				fmt.Fprintf(&b, "  %3d  %s\n", row.code, row.doc)
			}
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// errProblems ends a verify that printed what it found.
var errProblems = errors.New("problems were found")

// usageError is a command line that makes no sense.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

func isUsage(err error) bool {
	var u *usageError
	return errors.As(err, &u)
}

func is(targets ...error) func(error) bool {
	return func(err error) bool {
		for _, t := range targets {
			if errors.Is(err, t) {
				return true
			}
		}
		return false
	}
}

func kind(kinds ...graph.Kind) func(error) bool {
	return func(err error) bool {
		for _, k := range kinds {
			if graph.KindOf(err) == k {
				return true
			}
		}
		return false
	}
}

func either(f, g func(error) bool) func(error) bool {
	return func(err error) bool { return f(err) || g(err) }
}
