package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/export/formats"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/graph/vocab"
)

func (a *app) export() *cobra.Command {
	var format, name, compress string
	var o export.Options
	c := &cobra.Command{
		Use:   "export --format NAME -o FILE",
		Short: "Write the record, or a part of it, for other programs",
		Long: `Write the record, or a part of it, in a format that other programs read. Without
any of the flags that select, it is all of the record.

A part begins with --id, or with what --search finds; without either, with the
statements that --speaker, --topic, --from and --to leave. It goes --depth steps
on. --node, --edge and --status leave out the rest, and both ends of every edge
are in it. Unless --node or --edge is given, what the part rests on is in it too:
the texts that its words stand in, and their sources.

The formats:
` + formatHelp() + `
csv and parquet are several files: -o NAME.zip packs them, -o NAME/ is a directory.
A name that ends with .gz or .zst compresses the others. -o - is standard output.
With --as-of the same command gives the same bytes on every copy of the record.
Every export carries what it is of, whose it is, and its content hash, which is the
same in every format.`,
		Example: `  onrecord export --format graphml -o record.graphml
  onrecord export --format csv -o trump.zip --speaker 7f1d0f0a-8a3c-5d8f-9f6e-2b9b7b1f6a11
  onrecord export --format nquads -o talks.nq.zst --search negotiations --depth 2
  onrecord export --format jsonl --history -o whole.jsonl.gz`,
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format == "" || name == "" {
				return usagef("give --format and -o (see onrecord export --help)")
			}
			f, err := formats.Named(format)
			if err != nil {
				return err
			}
			q := make(url.Values)
			for _, param := range export.Params {
				if flag := cmd.Flags().Lookup(flagOf(param)); flag.Changed {
					q[param] = []string{flag.Value.String()}
					if list, err := cmd.Flags().GetStringSlice(flagOf(param)); err == nil {
						q[param] = list
					}
				}
			}
			sel, err := export.ParseSelection(q)
			if err != nil {
				return err
			}
			o.Version = version()
			// A record is read through once: what is kept of it is of no use, and
			// the rest of the memory is the machine's.
			debug.SetGCPercent(50)
			return a.withOptions(cmd.Context(), reading, badgerkv.Options{CacheBytes: exportCache}, func(rec *graph.Record) error {
				v, err := rec.View(cmd.Context())
				if err != nil {
					return err
				}
				defer v.Close()
				show, end := a.progress()
				o.Progress = func(nodes, edges int64) { show("%d nodes, %d edges", nodes, edges) }
				m, err := a.writeExport(cmd.Context(), v, sel, f, o, name, compress)
				end()
				if err != nil {
					return err
				}
				return a.exported(m, name)
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&format, "format", "", "one of the formats")
	flags.StringVarP(&name, "out", "o", "", "file or, with a slash at its end, directory; - is standard output")
	flags.StringVar(&compress, "compress", "", "gzip or zstd, where the name does not say it")
	flags.StringSlice("id", nil, "begin with these nodes")
	flags.String("search", "", "begin with what holds all of these words")
	flags.Int("depth", export.DefaultDepth, "go on so many steps")
	flags.StringSlice("node", nil, "only nodes of these kinds: statement, claim, speaker, …")
	flags.StringSlice("edge", nil, "only edges of these kinds: said, expresses, …")
	flags.StringSlice("status", nil, "only what has one of these statuses (explicit,inferred,confirmed)")
	flags.String("from", "", "only statements certainly said from here on (EDTF: 2018, 2018-05-08)")
	flags.String("to", "", "only statements certainly said up to here (EDTF)")
	flags.StringSlice("topic", nil, "only statements about one of these topics (ids)")
	flags.StringSlice("speaker", nil, "only statements of one of these speakers (ids)")
	flags.Uint64("as-of", 0, "the record as it was after this revision")
	flags.BoolVar(&o.History, "history", false, "with jsonl: the revisions one by one, in place of what they come to")
	flags.BoolVar(&o.Neo4j, "neo4j", false, "with csv: headers that neo4j-admin database import takes")
	for flag, names := range map[string][]string{"format": formats.Names(), "node": kindNames(), "edge": edgeNames(), "compress": {"gzip", "zstd"}} {
		_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)) // the flags are above
	}
	return c
}

// exportCache is what the store may keep of what an export reads.
const exportCache = 16 << 20

// flagOf is a parameter as a command has it.
func flagOf(param string) string {
	if param == "asOf" {
		return "as-of"
	}
	return param
}

func formatHelp() string {
	var b strings.Builder
	for _, f := range formats.All() {
		fmt.Fprintf(&b, "  %-12s %s\n", f.Name, f.Doc)
	}
	return b.String()
}

func edgeNames() []string {
	names := make([]string, len(vocab.Edges))
	for i := range vocab.Edges {
		names[i] = strings.ToLower(vocab.Edges[i].Name)
	}
	return names
}

// writeExport writes an export under a name that is there only when it is whole.
func (a *app) writeExport(ctx context.Context, v *graph.View, sel export.Selection, f export.Format, o export.Options, name, compress string) (*export.Manifest, error) {
	if compress == "" {
		compress = export.CompressionOf(name)
	}
	if f.Package && compress != "" {
		return nil, usagef("--format %s is packed already; leave the compression out", f.Name)
	}
	if name == "-" {
		if a.json {
			return nil, usagef("-o - and --json would both write to standard output")
		}
		return packed(ctx, v, sel, f, o, a.out, compress)
	}
	if f.Package && strings.HasSuffix(name, "/") {
		return exportDir(ctx, v, sel, f, o, filepath.Clean(name))
	}
	var m *export.Manifest
	err := whole(name, func(w io.Writer) (err error) {
		m, err = packed(ctx, v, sel, f, o, w, compress)
		return err
	})
	return m, err
}

func packed(ctx context.Context, v *graph.View, sel export.Selection, f export.Format, o export.Options, to io.Writer, compress string) (*export.Manifest, error) {
	w, err := export.Compress(to, compress)
	if err != nil {
		return nil, err
	}
	m, err := export.Export(ctx, v, sel, f, o, w)
	if err != nil {
		return nil, err
	}
	return m, w.Close()
}

// whole writes a file beside its place and moves it there when it is on disk.
// What went wrong is removed.
func whole(name string, write func(io.Writer) error) (err error) {
	t, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(t.Name()))
		}
	}()
	w := bufio.NewWriterSize(t, 256<<10)
	if err := errors.Join(write(w), w.Flush(), t.Chmod(0o644), t.Sync(), t.Close()); err != nil {
		return err
	}
	return os.Rename(t.Name(), name)
}

// exportDir writes the files of a package into a directory that is not there yet.
func exportDir(ctx context.Context, v *graph.View, sel export.Selection, f export.Format, o export.Options, name string) (m *export.Manifest, err error) {
	if entries, err := os.ReadDir(name); err == nil && len(entries) > 0 {
		return nil, usagef("%s: there is something in it; name a directory that is empty or not there", name)
	}
	dir, err := os.MkdirTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return nil, err
	}
	var last *os.File
	end := func() error {
		if last == nil {
			return nil
		}
		return errors.Join(last.Sync(), last.Close())
	}
	m, err = export.ExportFiles(ctx, v, sel, f, o, func(file string) (io.Writer, error) {
		err := end()
		if last = nil; err != nil {
			return nil, err
		}
		last, err = os.Create(filepath.Join(dir, file))
		return last, err
	})
	err = errors.Join(err, end())
	if err == nil {
		_ = os.Remove(name) // an empty one; if it stays, Rename says why
		err = errors.Join(os.Chmod(dir, 0o755), os.Rename(dir, name))
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return m, nil
}

// exported says what was written.
func (a *app) exported(m *export.Manifest, name string) error {
	if m.Onrecord.Nodes == 0 {
		a.note("nothing on record is selected; the file is empty, and valid")
	}
	switch {
	case name == "-":
		return nil
	case a.json:
		return a.out.json(struct {
			File string `json:"file"`
			export.About
		}{name, m.Onrecord})
	}
	a.out.printf("%s: %d nodes, %d edges, as of revision %d\n%s\n", name, m.Onrecord.Nodes, m.Onrecord.Edges, m.Onrecord.Seq, m.Onrecord.Content)
	return nil
}
