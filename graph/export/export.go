package export

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"hash"
	"io"

	"github.com/onrecord/onrecord/graph"
)

// Format is a format that the record can be written in.
type Format struct {
	Name      string // as --format and format= have it
	Doc       string // one line for help
	Extension string // of a file's name, with its dot
	MediaType string
	// Package says that the format is several files: a zip, or a directory.
	Package bool
	// Open begins the output.
	Open func(*Output) (Writer, error)
	// Whole, if not nil, writes the output in place of Open, for a format that
	// needs an order of its own.
	Whole func(ctx context.Context, o *Output, r *Reading) error
}

// Writer writes one format. Nodes come first, each once, and then edges, whose
// ends have all been among the nodes.
type Writer interface {
	Node(*graph.Node) error
	Edge(*graph.Edge) error
	// End ends the output. The manifest is whole by then: a format that has room
	// for it behind everything else puts it there.
	End(*Manifest) error
}

// liner is a writer that takes canonical N-Quads, which are made for the content
// hash in any case.
type liner interface{ lines([][]byte) error }

// Output is where a format is written to.
type Output struct {
	// W takes a format that is one file.
	W io.Writer
	// Create makes the next file of a package; the one before has ended.
	Create func(name string) (io.Writer, error)
	// Manifest is what is known before anything was read: query, revision,
	// software.
	Manifest *Manifest
	Options  Options

	last *bufio.Writer // the file of a package that is being written
	seal *sealer       // of the file
	each []sealedFile  // of a package, but for the manifest
}

// begin begins the next file of a package, with a buffer.
func (o *Output) begin(name string) (io.Writer, error) {
	if err := o.flush(); err != nil {
		return nil, err
	}
	w, err := o.Create(name)
	if err != nil {
		return nil, err
	}
	if name != packageFile {
		one := sealedFile{name, newPieces(), sha256.New()}
		o.each = append(o.each, one)
		w = io.MultiWriter(w, one.pieces, one.whole)
	}
	o.last = bufio.NewWriterSize(w, 64<<10)
	return o.last, nil
}

// sealedFile is a file of a package.
type sealedFile struct {
	name string
	*pieces
	whole hash.Hash // for programs that read data packages
}

func (o *Output) flush() error {
	if o.last == nil {
		return nil
	}
	return o.last.Flush()
}

// Options of an export. The zero value is ready for use.
type Options struct {
	// Version of the program, for the manifest.
	Version string
	// Neo4j gives a csv package the headers that neo4j-admin imports.
	Neo4j bool
	// History writes jsonl as the revisions of the record, one by one, in place
	// of what they come to. The selection must be everything.
	History bool
	// TempDir is for what sorting does not hold in memory. "" is the system's.
	TempDir string
	// Progress, if not nil, is called now and then.
	Progress func(nodes, edges int64)
}

// Export writes a selection of a view in a format, and says what it wrote. If it
// returns an error, what was written is not a whole file.
//
// The same selection as of the same revision, by the same version of this
// program, is the same bytes, on every copy of the record.
func Export(ctx context.Context, v *graph.View, sel Selection, f Format, o Options, to io.Writer) (*Manifest, error) {
	seal := newSealer(to)
	if !f.Package {
		m, err := export(ctx, v, sel, f, o, &Output{W: seal, seal: seal})
		if err != nil {
			return nil, err
		}
		return m, seal.end()
	}
	z := zip.NewWriter(seal)
	out := &Output{Create: func(name string) (io.Writer, error) {
		method := zip.Deflate
		if f.Name == "parquet" && name != packageFile { // packed by itself
			method = zip.Store
		}
		// No time of modification: it would be this machine's.
		return z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	}}
	m, err := export(ctx, v, sel, f, o, out)
	if err != nil {
		return nil, err
	}
	// What is buffered has been written before the comment takes its room.
	err = z.Flush()
	if err == nil {
		err = z.SetComment(seal.comment())
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = seal.end()
	}
	return m, err
}

// ExportFiles is [Export] of a package as files: create begins each of them, and
// the one before has ended.
func ExportFiles(ctx context.Context, v *graph.View, sel Selection, f Format, o Options, create func(name string) (io.Writer, error)) (*Manifest, error) {
	return export(ctx, v, sel, f, o, &Output{Create: create})
}

// packageFile is the name of the manifest in a package.
const packageFile = "datapackage.json"

func export(ctx context.Context, v *graph.View, sel Selection, f Format, o Options, out *Output) (*Manifest, error) {
	if err := sel.check(); err != nil {
		return nil, err
	}
	switch {
	case o.Neo4j && f.Name != "csv":
		return nil, graph.Invalidf("neo4j: headers for it are those of csv, not of %s", f.Name)
	case o.History && f.Name != "jsonl":
		return nil, graph.Invalidf("history: only jsonl holds it, not %s", f.Name)
	case o.History && (sel.begins() || len(sel.Nodes)+len(sel.Edges)+len(sel.Statuses) > 0):
		return nil, graph.Invalidf("history: it is that of the whole record; select everything")
	}
	if sel.AsOf != 0 {
		var err error
		if v, err = v.AsOf(ctx, graph.At{Seq: sel.AsOf}); err != nil {
			return nil, err
		}
	}
	p, err := find(ctx, v, &sel)
	if err != nil {
		return nil, err
	}
	out.Manifest, out.Options = newManifest(v, &sel, o.Version), o
	root, err := v.Root(ctx)
	if err == nil {
		out.Manifest.Onrecord.Tree = root.Hash.String()
	} else if graph.KindOf(err) != graph.Unavailable { // a record of an older format has no tree
		return nil, err
	}
	r := &Reading{r: &reading{plan: p}, m: out.Manifest, hash: newHasher(o.TempDir), progress: o.Progress}
	defer r.hash.close()
	if f.Whole != nil {
		if err := f.Whole(ctx, out, r); err != nil {
			return nil, err
		}
		return r.m, out.flush()
	}
	w, err := f.Open(out)
	if err != nil {
		return nil, err
	}
	r.lines, _ = w.(liner)
	if err := r.Each(ctx, w.Node, w.Edge); err != nil {
		return nil, err
	}
	if err := w.End(r.m); err != nil {
		return nil, err
	}
	return r.m, out.flush()
}

// Reading reads what an export is of, once. The zero Reading is not for use.
type Reading struct {
	r        *reading
	m        *Manifest
	hash     *hasher
	lines    liner
	progress func(nodes, edges int64)

	quads entityQuads
	canon canonical
}

// View is what is read from.
func (r *Reading) View() *graph.View { return r.r.v }

// Inside reports whether a node is in the export. It knows of those that have
// been read, and of a part of the record of all.
func (r *Reading) Inside(ref graph.Ref) bool { return r.r.nodes.has(ref) }

// Each calls node for every node and then edge for every edge, in the order of
// recording. When it returns, the manifest is whole.
func (r *Reading) Each(ctx context.Context, node func(*graph.Node) error, edge func(*graph.Edge) error) error {
	err := r.r.each(ctx, func(n *graph.Node) error {
		if err := r.met(n, nil); err != nil {
			return err
		}
		return node(n)
	}, func(e *graph.Edge) error {
		if err := r.met(nil, e); err != nil {
			return err
		}
		return edge(e)
	})
	if err != nil {
		return err
	}
	sum, err := r.hash.sum()
	r.m.Onrecord.Content = "sha256:" + sum
	r.m.Onrecord.Sum = r.m.seal()
	return err
}

// met counts and hashes a node or an edge.
func (r *Reading) met(n *graph.Node, e *graph.Edge) error {
	if n != nil {
		r.m.node(n)
		r.quads.ofNode(n)
	} else {
		r.m.edge(e)
		r.quads.ofEdge(e)
	}
	lines := r.canon.of(&r.quads)
	if err := r.hash.add(r.quads.id, lines); err != nil {
		return err
	}
	if r.lines != nil {
		if err := r.lines.lines(lines); err != nil {
			return err
		}
	}
	if r.progress != nil && (r.m.Onrecord.Nodes+r.m.Onrecord.Edges)%512 == 0 {
		r.progress(r.m.Onrecord.Nodes, r.m.Onrecord.Edges)
	}
	return nil
}

// output is a buffered file, whose first error stays.
type output struct {
	*bufio.Writer
	of *Output
}

func newOutput(o *Output) *output { return &output{bufio.NewWriterSize(o.W, 64<<10), o} }

// manifest is the manifest on one line, with room for the seal of the file: what
// follows it must be little.
func (o *output) manifest(m *Manifest) []byte {
	if o.of.seal == nil {
		return m.line()
	}
	o.of.seal.hold()
	with := *m
	with.File = sealToken
	return with.line()
}

// Comment begins the end of a file that is a zip, and is what its comment must be.
func (o *Output) Comment() string {
	if o.seal == nil {
		return ""
	}
	return o.seal.comment()
}
