package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
)

// access says what a command wants of the record.
type access int

const (
	reading access = iota // it must be there
	making                // it is begun where it is not
	mending               // it must be there, and its indexes may be unfinished
)

// open opens the record and returns it with what closes it.
func (a *app) open(ctx context.Context, want access) (*graph.Record, func() error, error) {
	if want != making {
		if _, err := os.Stat(a.data); errors.Is(err, os.ErrNotExist) {
			return nil, nil, &graph.Error{
				Kind: graph.NotFound, Op: "open", Subject: a.data, Err: errors.New("there is no record"),
				Hint: "begin one with: onrecord seed --data " + a.data,
			}
		}
	}
	store, err := badgerkv.Open(a.data, badgerkv.Options{ReadOnly: want == reading})
	if errors.Is(err, badgerkv.ErrUnclean) {
		store, err = recovered(a.data)
	}
	if err != nil {
		if errors.Is(err, kv.ErrInUse) {
			return nil, nil, fmt.Errorf("%w; if onrecord serve runs on it, ask it at /graphql, or stop it first", err)
		}
		return nil, nil, err
	}
	rec, err := graph.Open(ctx, store, graph.Options{ReadOnly: want == reading, Reindexing: want == mending})
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return rec, func() error { return errors.Join(rec.Close(), store.Close()) }, nil
}

// recovered opens for reading a store whose process was killed: opening it once
// for writing brings it in order.
func recovered(dir string) (*badgerkv.Store, error) {
	store, err := badgerkv.Open(dir, badgerkv.Options{})
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		return nil, err
	}
	return badgerkv.Open(dir, badgerkv.Options{ReadOnly: true})
}

// with opens the record for one call.
func (a *app) with(ctx context.Context, want access, f func(*graph.Record) error) (err error) {
	rec, done, err := a.open(ctx, want)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return f(rec)
}

// withView opens the record for reading its present.
func (a *app) withView(ctx context.Context, f func(*graph.View) error) error {
	return a.with(ctx, reading, func(rec *graph.Record) error {
		v, err := rec.View(ctx)
		if err != nil {
			return err
		}
		defer v.Close()
		return f(v)
	})
}

// print writes a value as JSON, indented for a terminal.
func (a *app) print(v any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	if isTerminal(a.out) {
		e.SetIndent("", "  ")
	}
	return e.Encode(v)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// progress shows how far something is, on a terminal only, and not more than
// ten times a second.
func (a *app) progress() (show func(format string, args ...any), end func()) {
	if !isTerminal(a.err) || a.json {
		return func(string, ...any) {}, func() {}
	}
	var last time.Time
	return func(format string, args ...any) {
		if time.Since(last) < 100*time.Millisecond {
			return
		}
		last = time.Now()
		fmt.Fprintf(a.err, "\r\x1b[K"+format, args...)
	}, func() { fmt.Fprint(a.err, "\r\x1b[K") }
}
