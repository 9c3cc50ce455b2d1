package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

// verifyFile compares an export with the manifest that it carries.
func (a *app) verifyFile(ctx context.Context, name string) error {
	from, done, err := a.unpacked(name)
	if err != nil {
		return err
	}
	defer done()
	in := bufio.NewReaderSize(from, 64<<10)
	begins, err := in.Peek(12)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var c *export.Checked
	switch {
	case bytes.HasPrefix(begins, []byte(`{"onrecord":`)):
		c, err = a.checkJSONL(ctx, in)
	case bytes.HasPrefix(begins, []byte("<")), bytes.HasPrefix(begins, []byte("# ")):
		c, err = export.CheckNQuads(ctx, in, "")
	default:
		return &graph.Error{
			Kind: graph.Invalid, Op: "verify", Subject: name, Err: errors.New("neither N-Quads nor onrecord JSONL"),
			Hint: "export it as one of these; the content hash is the same in every format",
		}
	}
	if err != nil {
		return err
	}
	return a.checkedFile(name, c)
}

// checkJSONL imports a stream into memory, and compares what that gave.
func (a *app) checkJSONL(ctx context.Context, in io.Reader) (c *export.Checked, err error) {
	rec, err := graph.Open(ctx, memkv.New(), graph.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rec.Close()) }()
	last := &lastLine{}
	var clock replayed
	if _, err := a.load(ctx, rec, io.TeeReader(in, last), &clock); err != nil {
		return nil, err
	}
	v, err := rec.View(ctx)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return export.Check(ctx, v, last.manifest())
}

func (a *app) checkedFile(name string, c *export.Checked) error {
	switch {
	case a.json:
		problems := c.Problems
		if problems == nil {
			problems = []string{} // in JSON an empty list, not null
		}
		var of *export.About
		if c.Manifest != nil {
			of = &c.Manifest.Onrecord
		}
		if err := a.out.json(struct {
			OK       bool          `json:"ok"`
			Content  string        `json:"content"`
			Problems []string      `json:"problems"`
			Of       *export.About `json:"of"`
		}{len(problems) == 0, c.Content, problems, of}); err != nil {
			return err
		}
	case len(c.Problems) == 0:
		o := &c.Manifest.Onrecord
		a.out.printf("%s is what was written: %d nodes, %d edges, as of revision %d\n%s\n", name, o.Nodes, o.Edges, o.Seq, o.Content)
	default:
		for _, p := range c.Problems {
			a.out.printf("%s: %s\n", name, clean(p))
		}
	}
	if len(c.Problems) > 0 {
		return errProblems
	}
	return nil
}

// lastLine keeps the last line of what is written to it.
type lastLine struct{ line, before []byte }

func (l *lastLine) Write(b []byte) (int, error) {
	for part := range bytes.Lines(b) {
		l.line = append(l.line, part...)
		if part[len(part)-1] == '\n' {
			l.before = append(l.before[:0], l.line...)
			l.line = l.line[:0]
		}
	}
	return len(b), nil
}

// manifest is what the comment in that line says.
func (l *lastLine) manifest() []byte {
	var c struct{ Comment string }
	if json.Unmarshal(l.before, &c) != nil || len(bytes.TrimSpace(l.line)) > 0 {
		return nil
	}
	return []byte(c.Comment)
}
