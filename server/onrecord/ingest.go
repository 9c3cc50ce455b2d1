package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/seed/candidate"
	"github.com/onrecord/onrecord/seed/intake"
	document "github.com/onrecord/onrecord/seed/page"
)

// ingestFlags say of documents what they do not say themselves.
type ingestFlags struct {
	url, title, publisher, published, language string
	accept                                     string
	when                                       edtf.When
	intake                                     intake.Options
}

func (a *app) ingest() *cobra.Command {
	var f ingestFlags
	c := &cobra.Command{
		Use:   "ingest FILE|DIRECTORY|-…",
		Short: "Archive articles, and propose who said what in them",
		Long: `Reads articles as HTML or plain text, packed by gzip or not, from files, from
directories with all below them (.html, .htm, .txt, and these with .gz), or from
standard input (-). The readable text of each is archived with its source, and what it
reports is proposed, as onrecord propose does.

Title, address, publisher, language and date are what the page says of itself; the
flags say it for one that does not, or says it wrong. A document that is on record adds
nothing; one whose text has changed becomes another capture of its source. What cannot
be read is named, and the rest goes on. Pages are not fetched: download them first, and
give their address by --url.`,
		Example: `  onrecord ingest article.html
  onrecord ingest articles/ --accept 'direct>=0.95' --agent "Edith Or"
  onrecord ingest - --url https://news.example/rivers --published 2021-03-04 <page.html`,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if len(args) == 0 {
				return usagef("name the files, or - for standard input")
			}
			if f.accept != "" {
				if f.intake.Policy, err = candidate.ParsePolicy(f.accept); err != nil {
					return usagef("--accept: %w", err)
				}
			}
			if f.published != "" {
				if f.when.EDTF, err = edtf.Parse(f.published); err != nil {
					return usagef("--published: %w", err)
				}
			}
			if f.intake.Min < 0 || f.intake.Min > 1 {
				return usagef("--min %v is not between 0 and 1", f.intake.Min)
			}
			files, err := documentsIn(args)
			if err != nil {
				return err
			}
			if f.url != "" && len(files) != 1 {
				return usagef("--url is the address of one document, and %d are given", len(files))
			}
			return a.with(cmd.Context(), making, func(rec *graph.Record) error { return a.ingestAll(cmd.Context(), rec, files, &f) })
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.url, "url", "", "`address` of the document")
	flags.StringVar(&f.title, "title", "", "what it is called")
	flags.StringVar(&f.publisher, "publisher", "", "`name` of who published it")
	flags.StringVar(&f.published, "published", "", "`date` of publication, in EDTF: 2021-03-04")
	flags.StringVar(&f.language, "language", "", "its language, as a BCP 47 `tag`")
	flags.StringVar(&f.accept, "accept", "", "let stand what is at least so sure: direct>=0.95,partial>=0.9")
	flags.StringVar(&f.intake.Agent, "agent", "onrecord", "who archives, proposes and accepts, as the record will name it")
	flags.Float64Var(&f.intake.Min, "min", 0.1, "leave out what has less confidence than this")
	return c
}

// documentsIn lists the files given and those in the directories given, sorted.
func documentsIn(args []string) ([]string, error) {
	var out []string
	for _, arg := range args {
		if strings.HasPrefix(arg, "http://") || strings.HasPrefix(arg, "https://") {
			return nil, usagef("%s: pages are not fetched; download it, and give its address by --url", arg)
		}
		info, err := os.Stat(arg)
		switch {
		case arg == "-":
			out = append(out, arg)
		case err != nil:
			return nil, usagef("%w", err)
		case !info.IsDir():
			out = append(out, arg)
		default:
			err := filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
				ext := filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".gz"))
				if err == nil && d.Type().IsRegular() && slices.Contains([]string{".html", ".htm", ".txt"}, ext) {
					out = append(out, path)
				}
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// ingested is what became of a document.
type ingested struct {
	File       string `json:"file"`
	Source     string `json:"source,omitempty"`
	Capture    string `json:"capture,omitempty"`
	Changed    bool   `json:"changed,omitempty"` // the source had another text before
	Statements int    `json:"statements"`
	Accepted   int    `json:"accepted"`
	Changes    int    `json:"changes"`
	Error      string `json:"error,omitempty"`
}

func (a *app) ingestAll(ctx context.Context, rec *graph.Record, files []string, f *ingestFlags) error {
	all := make([]ingested, 0, len(files))
	refused, statements, changes := 0, 0, 0
	show, end := a.progress()
	for i, file := range files {
		if err := ctx.Err(); err != nil {
			end()
			return err
		}
		one, err := a.ingestOne(ctx, rec, file, f)
		if err != nil && !isRefusal(err) {
			end()
			return fmt.Errorf("%s: %w", file, err)
		}
		if err != nil {
			one.Error = err.Error()
			refused++
			end()
			a.note("%s: %v", file, err)
			show, end = a.progress()
		}
		statements += one.Statements
		changes += one.Changes
		all = append(all, one)
		show("%d of %d documents read, %d statements found", i+1, len(files), statements)
	}
	end()
	if a.json {
		if err := a.out.json(all); err != nil {
			return err
		}
	} else {
		for _, one := range all {
			if one.Changed {
				a.out.printf("%s: its source had another text before; this is capture %s\n", one.File, one.Capture)
			}
		}
		a.out.printf("%d documents report %d statements; %d nodes and edges were added\n", len(all)-refused, statements, changes)
	}
	if refused > 0 {
		return usagef("%d of %d documents cannot be read", refused, len(files))
	}
	return nil
}

// isRefusal tells what is wrong with a document from what is wrong with all.
func isRefusal(err error) bool {
	var bad *document.Error
	return errors.As(err, &bad) || errors.Is(err, intake.ErrUntitled) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist)
}

func (a *app) ingestOne(ctx context.Context, rec *graph.Record, file string, f *ingestFlags) (ingested, error) {
	out := ingested{File: file}
	b, err := a.readDocument(file)
	if err != nil {
		return out, err
	}
	d, err := document.Read(b, document.Hints{URL: f.url, Name: strings.TrimSuffix(file, ".gz")})
	if err != nil {
		return out, err
	}
	for _, x := range []struct {
		field *document.Field
		value string
	}{{&d.URL, f.url}, {&d.Title, f.title}, {&d.Publisher, f.publisher}, {&d.Language, f.language}} {
		if x.value != "" {
			*x.field = document.Field{Value: x.value, From: "who archived it"}
		}
	}
	if !f.when.IsZero() {
		d.Published = document.Date{When: f.when, From: "who archived it"}
	}
	archived, err := intake.Archive(ctx, rec, d, f.intake.Agent)
	if err != nil {
		return out, err
	}
	out.Source, out.Capture, out.Changed = archived.Source.String(), archived.Capture.String(), archived.Known
	done, err := a.proposeOne(ctx, rec, archived.Capture, f.intake)
	out.Statements, out.Accepted, out.Changes = done.Found, done.Accepted, archived.Changes+done.Changes
	return out, err
}

// readDocument reads a file, or standard input, unpacked. It stops at the first
// byte that is too many, however small the packed file is.
func (a *app) readDocument(file string) ([]byte, error) {
	in := io.Reader(a.in)
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		in = opened
	}
	b, err := io.ReadAll(io.LimitReader(in, document.MaxBytes+1))
	if err != nil || !bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		return b, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	unpacked, err := io.ReadAll(io.LimitReader(z, document.MaxBytes+1))
	return unpacked, cmp.Or(err, z.Close())
}
