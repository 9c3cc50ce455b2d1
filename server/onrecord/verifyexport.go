package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/tree"
)

// export checks an export by its seal and, where it is a format that holds
// everything, by its content.
func (f *fileCheck) export(ctx context.Context) error {
	how := export.CompressionOf(f.name)
	raw := func() (io.ReadCloser, error) { return os.Open(f.name) }
	packed := ""
	if how != "" {
		var err error
		if packed, err = export.CheckPacked(ctx, how, raw); err != nil {
			return err
		}
	}
	open := func() (io.ReadCloser, error) {
		file, err := raw()
		if err != nil {
			return nil, err
		}
		r, err := export.Unpack(file, how)
		if err != nil {
			return io.NopCloser(strings.NewReader("")), file.Close()
		}
		return export.Lenient(both{r, file}), nil
	}
	s, err := export.CheckSeal(ctx, open)
	if err != nil {
		return err
	}
	f.problems = append(f.problems, s.Problems...)
	if packed != "" {
		f.wrong("%s", packed)
	}
	c, err := f.content(ctx, open)
	switch {
	case err != nil && len(f.problems) > 0:
		f.wrong("%v", err)
	case err != nil:
		return err
	case c != nil:
		f.problems = append(f.problems, c.Problems...)
		f.result.Content = c.Content
	case !s.Found && s.Manifest == nil:
		return &graph.Error{
			Kind: graph.Invalid, Op: "verify", Subject: f.name, Err: errors.New("neither an export of onrecord nor a citation or a checkpoint"),
			Hint: "an export is checked by the seal at its end, which is not there",
		}
	}
	m := s.Manifest
	if c != nil && c.Manifest != nil {
		m = c.Manifest
	}
	return f.exported(m)
}

// exported says what an export is of.
func (f *fileCheck) exported(m *export.Manifest) error {
	if m == nil {
		f.say("it is what was written")
		return nil
	}
	o := &m.Onrecord
	f.result.Of, f.result.Content = o, o.Content
	f.say("is what was written: %d nodes, %d edges, as of revision %d", o.Nodes, o.Edges, o.Seq)
	f.say("%s", o.Content)
	if f.result.History {
		f.say("its revisions lead to the root of the log")
	}
	if f.checkpoint == "" {
		return nil
	}
	var h tree.Hash
	if o.Tree == "" || json.Unmarshal([]byte(`"`+o.Tree+`"`), &h) != nil {
		f.wrong("the manifest: it does not name the root of the log")
		return nil
	}
	return f.against(tree.Root{Size: o.Seq, Hash: h})
}

// both is what is unpacked, which closes the file too.
type both struct {
	io.ReadCloser
	file io.Closer
}

func (b both) Close() error { return errors.Join(b.ReadCloser.Close(), b.file.Close()) }

// content computes the content hash of an export anew, where its format holds all of
// it.
func (f *fileCheck) content(ctx context.Context, open func() (io.ReadCloser, error)) (*export.Checked, error) {
	from, err := open()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	in := bufio.NewReaderSize(from, 64<<10)
	begins, err := in.Peek(12)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(begins, []byte(`{"onrecord":`)):
		return f.jsonl(ctx, in)
	case bytes.HasPrefix(begins, []byte("<urn:uuid:")), bytes.HasPrefix(begins, []byte("# {")):
		return export.CheckNQuads(ctx, in, "")
	}
	return nil, nil
}

// directory checks the files of a package.
func (f *fileCheck) directory(ctx context.Context) error {
	at := func(file string) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return os.Open(filepath.Join(f.name, file)) }
	}
	const manifest = "datapackage.json"
	s, err := export.CheckSeal(ctx, at(manifest))
	if err != nil {
		return err
	}
	for _, p := range s.Problems {
		f.wrong("%s: %s", manifest, p)
	}
	if s.Manifest == nil {
		f.wrong("%s: no manifest", manifest)
		return nil
	}
	for i := range s.Manifest.Resources {
		r := &s.Manifest.Resources[i]
		if !filepath.IsLocal(r.Path) {
			f.wrong("%s: %q is no file of the directory", manifest, r.Path)
			continue
		}
		problems, err := export.CheckPart(ctx, r, at(r.Path))
		if err != nil {
			return err
		}
		for _, p := range problems {
			f.wrong("%s: %s", r.Path, p)
		}
	}
	return f.exported(s.Manifest)
}

// jsonl imports a stream into memory, and compares what that gave. Where it holds
// the history, that gives the root of the log.
func (f *fileCheck) jsonl(ctx context.Context, in io.Reader) (c *export.Checked, err error) {
	var clock replayed
	rec, err := graph.Open(ctx, memkv.New(), graph.Options{Now: func() time.Time {
		if clock.at.Load() > 0 { // a revision of a history tells its time
			return clock.now()
		}
		return time.Now()
	}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rec.Close()) }()
	last := &lastLine{}
	if _, err := f.app.load(ctx, rec, io.TeeReader(in, last), &clock); err != nil {
		return nil, err
	}
	v, err := rec.View(ctx)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	c, err = export.Check(ctx, v, last.manifest())
	if err == nil && c.Manifest != nil && c.Manifest.Onrecord.Root == v.Head().Root() {
		root, err := v.Root(ctx)
		if err != nil {
			return nil, err
		}
		if f.result.History = root.Hash.String() == c.Manifest.Onrecord.Tree; !f.result.History {
			c.Problems = append(c.Problems, "the log: its revisions have the root "+root.Hash.String()+", and its manifest says "+c.Manifest.Onrecord.Tree)
		}
	}
	return c, err
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
