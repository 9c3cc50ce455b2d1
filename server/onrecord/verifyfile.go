package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/proof"
	"github.com/onrecord/onrecord/graph/tree"
)

// fileCheck is the check of one file, and what it gave.
type fileCheck struct {
	app        *app
	name       string
	key        *tree.Verifier // nil where no signature is checked
	checkpoint string         // the name of a file, or ""

	problems []string
	says     []string // of a file that is as it must be
	result   fileResult
}

// fileResult is what --json prints.
type fileResult struct {
	OK       bool          `json:"ok"`
	Content  string        `json:"content,omitempty"`
	Problems []string      `json:"problems"`
	Of       *export.About `json:"of,omitempty"`      // of an export
	History  bool          `json:"history,omitempty"` // its revisions give the root of the log
	AsOf     uint64        `json:"asOf,omitempty"`    // of a citation
	Title    string        `json:"title,omitempty"`
	Redacted bool          `json:"redacted,omitempty"`
	Earlier  *uint64       `json:"earlier,omitempty"` // of a proof that one log goes on from another
	Size     *uint64       `json:"size,omitempty"`
	Origin   string        `json:"origin,omitempty"`
	Signed   *bool         `json:"signatureChecked,omitempty"`
}

func (f *fileCheck) wrong(format string, args ...any) {
	f.problems = append(f.problems, fmt.Sprintf(format, args...))
}

func (f *fileCheck) say(format string, args ...any) {
	f.says = append(f.says, fmt.Sprintf(format, args...))
}

// verifyFile checks a citation, a proof of consistency, a checkpoint or an export.
func (a *app) verifyFile(ctx context.Context, name, key, checkpoint string) error {
	f := &fileCheck{app: a, name: name, checkpoint: checkpoint}
	var err error
	if f.key, err = verifierOf(key); err != nil {
		return err
	}
	if name == "-" {
		spool, done, err := a.spooled()
		if err != nil {
			return err
		}
		defer done()
		f.name = spool
	}
	if err := f.check(ctx); err != nil {
		return err
	}
	f.name = name
	return f.report()
}

// verifierOf reads a key that is given as it is or as a file; nil where none is.
func verifierOf(key string) (*tree.Verifier, error) {
	if key == "" {
		return nil, nil
	}
	if b, err := readSmall(key); err == nil {
		key = string(b)
	}
	v, err := tree.ParseVerifier(key)
	if err != nil {
		return nil, usagef("--key: %w", err)
	}
	return v, nil
}

// spooled keeps standard input in a file, which is read more than once.
func (a *app) spooled() (name string, done func(), err error) {
	t, err := os.CreateTemp("", "onrecord-verify-*")
	if err != nil {
		return "", nil, err
	}
	done = func() { _ = os.Remove(t.Name()) } // of a temporary directory
	if _, err := io.Copy(t, a.in); err != nil {
		done()
		return "", nil, errors.Join(err, t.Close())
	}
	return t.Name(), done, t.Close()
}

func (f *fileCheck) check(ctx context.Context) error {
	fi, err := os.Stat(f.name)
	if err != nil {
		return err
	}
	if fi.IsDir() {
		return f.directory(ctx)
	}
	if fi.Size() <= 4<<20 && export.CompressionOf(f.name) == "" {
		b, err := readSmall(f.name)
		if err != nil {
			return err
		}
		switch {
		case proof.IsCitation(b):
			return f.citation(b)
		case bytes.HasPrefix(b, []byte(`{"consistency":`)):
			return f.continuation(b)
		case tree.IsCheckpoint(b):
			return f.signed(b)
		}
	}
	return f.export(ctx)
}

func (f *fileCheck) citation(b []byte) error {
	c := proof.Check(b, f.key)
	f.problems = append(f.problems, c.Problems...)
	if len(c.Problems) > 0 {
		return nil
	}
	p := &c.Citation.Custom.Proof
	f.result.Content, f.result.AsOf, f.result.Title, f.result.Redacted = p.Content, p.AsOf, c.Work.Text, p.Redacted()
	f.say("%s", clean(c.Work.APA()))
	f.say("%s, as of revision %d; %d things are proven of %d revisions, the first recorded %s", p.Content, p.AsOf, len(p.Things), len(p.Revisions),
		time.UnixMicro(c.Times[0]).UTC().Format(time.DateTime+" MST"))
	if p.Redacted() {
		f.say("what it cites was redacted: the hash of it is proven, and the redaction")
	}
	f.signature(c.Checkpoint)
	return f.against(c.Checkpoint.Root)
}

func (f *fileCheck) continuation(b []byte) error {
	c, err := tree.ParseContinuation(b)
	if err != nil {
		f.wrong("%v", err)
		return nil
	}
	later, err := c.Check(f.key)
	if err != nil {
		f.wrong("%v", err)
		return nil
	}
	f.result.Earlier, f.result.Size = &c.Earlier.Size, &later.Size
	f.say("the log of %d revisions goes on from the one of %d: nothing in that was changed or taken away", later.Size, c.Earlier.Size)
	f.signature(later)
	return f.against(later.Root)
}

func (f *fileCheck) signed(b []byte) error {
	c, err := tree.ParseCheckpoint(b, f.key)
	if err != nil {
		f.wrong("%v", err)
		return nil
	}
	f.result.Size = &c.Size
	f.say("a checkpoint of %s after %d revisions", c.Origin, c.Size)
	f.signature(c)
	return f.against(c.Root)
}

// signature says whose the checkpoint is, and whether that was checked.
func (f *fileCheck) signature(c tree.Checkpoint) {
	f.result.Origin, f.result.Signed = c.Origin, &c.Verified
	if c.Verified {
		f.say("signed by %s", c.Origin)
	} else {
		f.say("said to be signed by %s, which was not checked: give its key with --key", c.Origin)
	}
}

// against compares a root with a checkpoint that somebody has, or with a proof that
// one goes on from it.
func (f *fileCheck) against(r tree.Root) error {
	if f.checkpoint == "" {
		return nil
	}
	b, err := readSmall(f.checkpoint)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(b, []byte(`{"consistency":`)) {
		c, err := tree.ParseContinuation(b)
		if err == nil {
			_, err = c.Check(f.key)
		}
		if err != nil {
			return graph.Invalidf("%s: %w", f.checkpoint, err)
		}
		return f.same(r, c.Earlier)
	}
	c, err := tree.ParseCheckpoint(b, f.key)
	if err != nil {
		return graph.Invalidf("%s: %w", f.checkpoint, err)
	}
	return f.same(r, c.Root)
}

func (f *fileCheck) same(r, has tree.Root) error {
	switch {
	case r.Size != has.Size:
		return &graph.Error{
			Kind: graph.Invalid, Op: "verify", Subject: f.checkpoint, Err: fmt.Errorf("it is of %d revisions, and the file as of %d", has.Size, r.Size),
			Hint: fmt.Sprintf("ask for a proof that one goes on from the other: onrecord checkpoint --from %d", r.Size),
		}
	case r.Hash != has.Hash:
		f.wrong("the log: after %d revisions it has the hash %s, and by %s %s", r.Size, r.Hash, f.checkpoint, has.Hash)
	default:
		f.say("it is of the log of %s", f.checkpoint)
	}
	return nil
}

// report says what was found. Its exit code is that of problems, if there are any.
func (f *fileCheck) report() error {
	a := f.app
	switch {
	case a.json:
		f.result.OK, f.result.Problems = len(f.problems) == 0, append([]string{}, f.problems...)
		if err := a.out.json(f.result); err != nil {
			return err
		}
	case len(f.problems) == 0:
		for i, line := range f.says {
			if i == 0 && strings.HasPrefix(line, "is ") {
				line = f.name + " " + line
			} else if i == 0 {
				line = f.name + ": " + line
			}
			a.out.printf("%s\n", line)
		}
	default:
		for _, p := range f.problems {
			a.out.printf("%s: %s\n", f.name, clean(p))
		}
	}
	if len(f.problems) > 0 {
		return errProblems
	}
	return nil
}

// consistent proves that the record's log goes on from a checkpoint.
func (a *app) consistent(ctx context.Context, name string, key *tree.Verifier) error {
	earlier, err := readCheckpoint(name, key)
	if err != nil {
		return err
	}
	return a.withView(ctx, func(v *graph.View) error {
		seq := v.Head().Seq
		f := &fileCheck{app: a, name: name, result: fileResult{Earlier: &earlier.Size, Size: &seq}}
		if earlier.Size > v.Head().Seq {
			f.wrong("it is of %d revisions, and the record has %d", earlier.Size, v.Head().Seq)
			return f.report()
		}
		root, err := v.Root(ctx)
		if err != nil {
			return err
		}
		p, err := v.Consistent(ctx, earlier.Size)
		if err != nil {
			return err
		}
		if err := tree.CheckConsistent(earlier.Root, root, p); err != nil {
			f.wrong("%v", err)
		}
		f.say("the record, at revision %d, goes on from it: nothing of its %d revisions was changed or taken away", root.Size, earlier.Size)
		f.signature(earlier)
		return f.report()
	})
}
