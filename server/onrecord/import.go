package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/jsonl"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/seed"
)

func (a *app) importing() *cobra.Command {
	c := &cobra.Command{
		Use:   "import",
		Short: "Take into the record what a file holds",
		Long:  "Take into the record what a file holds. A record that is not there is begun; importing\nagain adds nothing.",
	}
	c.AddCommand(a.importJSONL())
	return c
}

func (a *app) importJSONL() *cobra.Command {
	var history bool
	c := &cobra.Command{
		Use:   "jsonl FILE",
		Short: "Import onrecord JSONL, as onrecord export writes it",
		Long: `Import onrecord JSONL, as onrecord export --format jsonl writes it. A name that ends
with .gz or .zst is unpacked; - is standard input.

With --history, what export --history wrote becomes the same record again, revision
by revision, with its agents, reasons and times: the root hash of the log is the
same. The record must be empty.`,
		Example: `  onrecord import jsonl record.jsonl.gz --data ./copy
  onrecord export --format jsonl -o - --data ./a | onrecord import jsonl - --data ./b`,
		Args:              oneWord,
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("name the file; - is standard input")
			}
			in, done, err := a.unpacked(args[0])
			if err != nil {
				return err
			}
			defer done()
			var clock replayed
			open := graph.Options{}
			if history {
				open.Now = clock.now
			}
			return a.withRecord(cmd.Context(), making, badgerkv.Options{}, open, func(rec *graph.Record) error {
				if history && rec.Head().Seq > 0 {
					return &graph.Error{
						Kind: graph.Conflict, Op: "import", Subject: a.data, Err: errors.New("a history is imported into an empty record, and this one is not"),
						Hint: "leave --history out, or name another directory",
					}
				}
				loaded, err := a.load(cmd.Context(), rec, in, &clock)
				if err != nil {
					return err
				}
				return a.imported(rec, loaded)
			})
		},
	}
	c.Flags().BoolVar(&history, "history", false, "keep the times of the revisions; the record must be empty")
	return c
}

// replayed tells the time of the revision that is being imported.
type replayed struct{ at atomic.Int64 }

func (r *replayed) now() time.Time { return time.UnixMicro(r.at.Load()) }

// load writes what a stream holds. Spans may lie in captures that came long
// before, or are on record.
func (a *app) load(ctx context.Context, rec *graph.Record, in io.Reader, clock *replayed) (seed.Loaded, error) {
	o := jsonl.Options{Texts: func(id graph.ID) (*span.Text, error) { return archived(ctx, rec, id) }}
	show, end := a.progress()
	defer end()
	revisions := func(yield func(graph.Revision, error) bool) {
		for rev, err := range jsonl.Read(in, o) {
			clock.at.Store(rev.Time.UnixMicro())
			if !yield(rev, err) {
				return
			}
		}
	}
	return seed.Load(ctx, rec, iter.Seq2[graph.Revision, error](revisions), func(l seed.Loaded) {
		show("%d revisions, %d changes", l.Revisions+l.Skipped, l.Changes)
	})
}

// archived is the text of a capture on record; nil if there is none.
func archived(ctx context.Context, rec *graph.Record, id graph.ID) (*span.Text, error) {
	v, err := rec.View(ctx)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	refs, err := v.Refs(ctx, []graph.ID{id})
	if err != nil || refs[0] == 0 {
		return nil, err
	}
	texts, err := v.RawTexts(ctx, refs)
	if err != nil || texts[0] == "" {
		return nil, err
	}
	return span.NewText(texts[0])
}

// unpacked opens a file, unpacked as its name says.
func (a *app) unpacked(name string) (io.Reader, func(), error) {
	if name == "-" {
		return a.in, func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	r, err := export.Unpack(bufio.NewReaderSize(f, 256<<10), export.CompressionOf(name))
	if err != nil {
		f.Close()
		if errors.Is(err, gzip.ErrHeader) {
			err = graph.Invalidf("%s: not packed by gzip, as its name says", filepath.Base(name))
		}
		return nil, nil, err
	}
	return r, func() { r.Close(); f.Close() }, nil
}

func (a *app) imported(rec *graph.Record, l seed.Loaded) error {
	if a.json {
		return a.out.json(struct {
			Revisions int    `json:"revisions"`
			Skipped   int    `json:"skipped"`
			Changes   int    `json:"changes"`
			Seq       uint64 `json:"seq"`
			Root      string `json:"root"`
		}{l.Revisions, l.Skipped, l.Changes, rec.Head().Seq, rec.Head().Root()})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d revisions with %d changes were added", l.Revisions, l.Changes)
	if l.Skipped > 0 {
		fmt.Fprintf(&b, ", %d stood already", l.Skipped)
	}
	a.out.printf("%s; the record is at revision %d\n", b.String(), rec.Head().Seq)
	return nil
}
