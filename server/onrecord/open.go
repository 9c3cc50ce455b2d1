package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/server/token"
)

// access says what a command wants of the record.
type access int

const (
	reading access = iota // it must be there
	making                // it is begun where it is not
	writing               // it must be there, and is written to
	mending               // it must be there, and its indexes may be unfinished
)

// open opens the record and returns it with what closes it.
func (a *app) open(ctx context.Context, want access, o badgerkv.Options, g graph.Options) (*graph.Record, func() error, error) {
	if want != making && !somethingIn(a.data) {
		return nil, nil, &graph.Error{
			Kind: graph.NotFound, Op: "open", Subject: a.data, Err: errors.New("there is no record"),
			Hint: "begin one with: onrecord seed --data " + shellWord(a.data),
		}
	}
	o.ReadOnly, o.Beside = want == reading, slices.Concat(token.Files(), []string{keyFile})
	store, err := badgerkv.Open(a.data, o)
	if errors.Is(err, badgerkv.ErrUnclean) {
		store, err = a.recovered(o)
	}
	if err != nil {
		return nil, nil, a.hinted(err)
	}
	g.ReadOnly, g.Reindexing = want == reading, want == mending
	rec, err := graph.Open(ctx, store, g)
	if err != nil {
		return nil, nil, errors.Join(a.hinted(err), store.Close())
	}
	a.storeUsage = store.Usage
	return rec, func() error { return errors.Join(rec.Close(), store.Close()) }, nil
}

// recovered opens for reading a store whose process was killed: opening it once
// for writing brings it in order.
func (a *app) recovered(o badgerkv.Options) (*badgerkv.Store, error) {
	a.note("the process that had the record open was killed; its log is being brought in order")
	o.ReadOnly = false
	store, err := badgerkv.Open(a.data, o)
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		return nil, err
	}
	o.ReadOnly = true
	return badgerkv.Open(a.data, o)
}

// hinted gives an error of opening its kind and the way out.
func (a *app) hinted(err error) error {
	var known *graph.Error
	if errors.As(err, &known) && known.Hint != "" {
		return err
	}
	kind, hint := graph.KindOf(err), ""
	switch {
	case errors.Is(err, kv.ErrInUse):
		hint = "if onrecord serve runs on it, ask that at its /graphql, or stop it first"
	case errors.Is(err, kv.ErrNewerFormat):
		hint = "use the newer onrecord that wrote it"
	case errors.Is(err, kv.ErrNotAStore):
		hint = "name an empty directory, or one that does not exist, with --data"
	case errors.Is(err, kv.ErrCorrupt):
		hint = "nothing was changed; put back a copy that was made while nobody had it open"
	case errors.Is(err, kv.ErrNoSpace), errors.Is(err, syscall.ENOSPC):
		hint = "nothing was changed; make room on the disk of " + a.data
	case errors.Is(err, syscall.EROFS):
		kind, hint = graph.Permission, "commands that only read work there"
	case errors.Is(err, fs.ErrPermission):
		kind, hint = graph.Permission, "run onrecord as the owner of "+a.data
	}
	if hint == "" {
		return err
	}
	return &graph.Error{Kind: kind, Err: err, Hint: hint}
}

// somethingIn reports whether a directory, or whatever else has its name, holds
// anything but tokens. Where that cannot be known, opening it will say why.
func somethingIn(name string) bool {
	entries, err := os.ReadDir(name)
	return !errors.Is(err, fs.ErrNotExist) && (err != nil || slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() != keyFile && !slices.Contains(token.Files(), e.Name())
	}))
}

// shellWord quotes a path for the hint that a person will paste.
func shellWord(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+,"
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// with opens the record for one call.
func (a *app) with(ctx context.Context, want access, f func(*graph.Record) error) error {
	return a.withOptions(ctx, want, badgerkv.Options{}, f)
}

func (a *app) withOptions(ctx context.Context, want access, o badgerkv.Options, f func(*graph.Record) error) error {
	return a.withRecord(ctx, want, o, graph.Options{}, f)
}

func (a *app) withRecord(ctx context.Context, want access, o badgerkv.Options, g graph.Options, f func(*graph.Record) error) (err error) {
	rec, done, err := a.open(ctx, want, o, g)
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
