package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv"
)

// TestExitCodes holds every kind of error, and what programs were promised.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	path := func(err error) error { return &fs.PathError{Op: "open", Path: "x", Err: err} }
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errProblems, 1},
		{usagef("--x"), 2},
		{&graph.Error{Kind: graph.Invalid}, 2},
		{&graph.Error{Kind: graph.TooLarge}, 2},
		{fmt.Errorf("store: %w", kv.ErrNotAStore), 2},
		{&graph.Error{Kind: graph.NotFound}, 3},
		{path(syscall.ENOENT), 3},
		{&graph.Error{Kind: graph.Conflict}, 4},
		{fmt.Errorf("store: %w", kv.ErrInUse), 5},
		{fmt.Errorf("store: %w", kv.ErrNewerFormat), 5},
		{&graph.Error{Kind: graph.Unavailable, Err: kv.ErrClosed}, 5},
		{context.DeadlineExceeded, 5},
		{&graph.Error{Kind: graph.Corrupt}, 6},
		{&kv.CorruptError{}, 6},
		{fmt.Errorf("store: %w", kv.ErrNoSpace), 7},
		{path(syscall.ENOSPC), 7},
		{&graph.Error{Kind: graph.Unavailable, Err: kv.ErrNoSpace}, 7},
		{path(syscall.EACCES), 8},
		{path(syscall.EROFS), 8},
		{kv.ErrReadOnly, 8},
		{errors.New("?"), 70},
		{context.Canceled, 130},
		{&graph.Error{Kind: graph.Unavailable, Err: context.Canceled}, 130},
		{errors.Join(&graph.Error{Kind: graph.Corrupt}, errors.New("?")), 6},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.want)
		}
	}
	for _, row := range exits {
		if !strings.Contains(exitHelp(), row.doc) {
			t.Errorf("help does not say %d, %s", row.code, row.doc)
		}
	}
}

// Every way in which a record cannot be opened has a hint.
func TestHints(t *testing.T) {
	t.Parallel()
	a := &app{data: "dir"}
	for _, err := range []error{kv.ErrInUse, kv.ErrNewerFormat, kv.ErrNotAStore, kv.ErrCorrupt, kv.ErrNoSpace, syscall.ENOSPC, syscall.EROFS, fs.ErrPermission} {
		var hinted *graph.Error
		if got := a.hinted(fmt.Errorf("store: %w", err)); !errors.As(got, &hinted) || hinted.Hint == "" || !errors.Is(got, err) {
			t.Errorf("%v: %v", err, got)
		}
	}
}

// What was stopped before it began says so by its code and leaves nothing.
func TestStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errOut bytes.Buffer
	if code := run(ctx, []string{"seed", "--data", t.TempDir() + "/record"}, strings.NewReader(""), &out, &errOut); code != 130 || out.Len() > 0 {
		t.Errorf("exit code %d, %q, %q", code, out.String(), errOut.String())
	}
}
