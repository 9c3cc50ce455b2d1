package export

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph"
)

// Checked is what reading an export again gave.
type Checked struct {
	Manifest *Manifest // as the file states it
	Content  string    // the content hash of what the file says
	Problems []string  // where the file is not what was written; empty if it is
}

const maxCheckProblems = 100

// CheckNQuads reads a file of N-Quads that [Export] wrote, and compares it with
// its manifest. It needs nothing else.
func CheckNQuads(ctx context.Context, from io.Reader, tempDir string) (*Checked, error) {
	c := &nquadsCheck{hash: newHasher(tempDir)}
	defer c.hash.close()
	in := bufio.NewReaderSize(from, 256<<10)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			if err := c.line(n, line); err != nil {
				return nil, err
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && n%4096 == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
	}
	if err := c.entity(graph.ID{}); err != nil {
		return nil, err
	}
	sum, err := c.hash.sum()
	if err != nil {
		return nil, err
	}
	c.out.Content = "sha256:" + sum
	c.out.compare(c.nodes, c.edges)
	return &c.out, nil
}

// compare adds what is not as the manifest says.
func (c *Checked) compare(nodes, edges int64) {
	if c.Manifest == nil {
		c.Problems = append(c.Problems, "the end: the manifest is missing: the file was cut off, or is no export")
		return
	}
	o := &c.Manifest.Onrecord
	if c.Manifest.seal() != o.Sum {
		c.Problems = append(c.Problems, "the manifest: it is not the one that was written")
	}
	if nodes != o.Nodes || edges != o.Edges {
		c.Problems = append(c.Problems, fmt.Sprintf("counts: it has %d nodes and %d edges, and its manifest says %d and %d", nodes, edges, o.Nodes, o.Edges))
	}
	if c.Content != o.Content {
		c.Problems = append(c.Problems, fmt.Sprintf("content: it is %s, and its manifest says %s", c.Content, o.Content))
	}
}

type nquadsCheck struct {
	hash         *hasher
	out          Checked
	id           graph.ID // the entity whose lines are being read
	edge         bool
	lines        [][]byte
	nodes, edges int64
}

func (c *nquadsCheck) line(n int, line []byte) error {
	wrong := func(what string) error {
		if len(c.out.Problems) < maxCheckProblems {
			c.out.Problems = append(c.out.Problems, fmt.Sprintf("line %d: %s", n, what))
		}
		return nil
	}
	switch {
	case c.out.Manifest != nil:
		return wrong("something follows the manifest")
	case bytes.HasPrefix(line, []byte("# ")):
		var m Manifest
		if err := json.Unmarshal(line[2:], &m); err != nil {
			return wrong("no manifest: " + err.Error())
		}
		if !bytes.Equal(append(m.line(), '\n'), line[2:]) {
			return wrong("the manifest is not written as it was")
		}
		c.out.Manifest = &m
		return nil
	case !utf8.Valid(line):
		return wrong("not UTF-8")
	case !bytes.HasSuffix(line, []byte(" .\n")):
		return wrong("no quad: it does not end with a point and a line feed")
	}
	id, edge, ok := owner(line)
	if !ok {
		return wrong("no quad of an entity")
	}
	if id != c.id {
		if err := c.entity(id); err != nil {
			return err
		}
	} else if len(c.lines) > 0 && bytes.Compare(c.lines[len(c.lines)-1], line) >= 0 {
		return wrong("out of order: the lines of an entity are sorted by their bytes")
	}
	c.edge = c.edge || edge
	c.lines = append(c.lines, line)
	return nil
}

// entity ends the entity that was read, and begins another.
func (c *nquadsCheck) entity(next graph.ID) error {
	if len(c.lines) > 0 {
		if c.edge {
			c.edges++
		} else {
			c.nodes++
		}
		slices.SortFunc(c.lines, bytes.Compare)
		if err := c.hash.add(c.id, c.lines); err != nil {
			return err
		}
	}
	c.id, c.edge, c.lines = next, false, c.lines[:0]
	return nil
}

// owner returns the entity that a line belongs to: that of its graph, or else of
// its subject.
func owner(line []byte) (id graph.ID, edge, ok bool) {
	f := bytes.SplitN(line, []byte(" "), 6)
	if len(f) < 4 {
		return id, false, false
	}
	name := f[0]
	if len(f) == 5 && bytes.HasPrefix(f[2], []byte("<")) {
		name, edge = f[3], true
	}
	name, ok = bytes.CutPrefix(name, []byte("<urn:uuid:"))
	name, end := bytes.CutSuffix(name, []byte(">"))
	name, _, _ = bytes.Cut(name, []byte("#"))
	id, err := graph.ParseID(string(name))
	return id, edge, ok && end && err == nil
}

// Check compares a record with the manifest that the file it was imported from
// ends with. It is how JSONL is checked: by importing it.
func Check(ctx context.Context, v *graph.View, manifest []byte) (*Checked, error) {
	c := new(Checked)
	var m Manifest
	if len(manifest) > 0 && json.Unmarshal(manifest, &m) == nil && m.Onrecord.Content != "" {
		c.Manifest = &m
	}
	var sel Selection
	if c.Manifest != nil {
		if q, err := url.ParseQuery(m.Onrecord.Query); err == nil && q.Get(paramStatus) != "" {
			sel.Statuses = strings.Split(q.Get(paramStatus), ",")
		}
	}
	f := Format{Name: "nothing", Open: func(*Output) (Writer, error) { return nothing{}, nil }}
	got, err := Export(ctx, v, sel, f, Options{}, io.Discard)
	if err != nil {
		return nil, err
	}
	c.Content = got.Onrecord.Content
	c.compare(got.Onrecord.Nodes, got.Onrecord.Edges)
	return c, nil
}

// nothing is a writer of nothing.
type nothing struct{}

func (nothing) Node(*graph.Node) error { return nil }
func (nothing) Edge(*graph.Edge) error { return nil }
func (nothing) End(*Manifest) error    { return nil }
