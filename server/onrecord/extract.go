package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/seed/extract"
)

// maxDocument bounds a line of input, and so a document.
const maxDocument = 64 << 20

func (a *app) extract() *cobra.Command {
	var o extract.Options
	var html bool
	var address string
	c := &cobra.Command{
		Use:   "extract",
		Short: "Find in articles who is reported to have said what",
		Long: `Reads one article a line from standard input, {"id": "…", "text": "…"}, and writes
one line for each, {"id": "…", "attributions": […]}. An attribution has content
(and content_parts, where it is in pieces), source, cue, mode, speaker,
confidence, rule, and, where there are any, addressee, said, quotes, insertions, nested.
Places are [start, end) in code points of the text. Nothing is written to a record.

A line that is no article is answered by {"id": "…", "error": "…"}, and the next
line is read.

With --html standard input is one page, as HTML or as plain text. The answer has its
readable text, in which the places are, where its body begins, and what the page says of
itself: title, url, publisher, published, language, authors, each with where that stood.`,
		Example: `  onrecord extract <articles.jsonl >found.jsonl
  onrecord extract --html --url https://news.example/article <page.html`,
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Language != "" && !slices.Contains(extract.Languages(), o.Language) {
				return usagef("--language %q is none of %s", o.Language, strings.Join(extract.Languages(), ", "))
			}
			if o.Min < 0 || o.Min > 1 {
				return usagef("--min %v is not between 0 and 1", o.Min)
			}
			if html {
				return a.extractPage(cmd, address, o)
			}
			if address != "" {
				return usagef("--url goes with --html")
			}
			return a.extractLines(cmd, o)
		},
	}
	c.Flags().StringVar(&o.Language, "language", "", "language of the articles ("+strings.Join(extract.Languages(), ", ")+"); told by each text unless given")
	c.Flags().BoolVar(&html, "html", false, "read one page, and answer with its text too")
	c.Flags().StringVar(&address, "url", "", "`address` of the page, with --html")
	c.Flags().Float64Var(&o.Min, "min", 0, "leave out what has less confidence than this")
	return c
}

func (a *app) extractLines(cmd *cobra.Command, o extract.Options) error {
	in := bufio.NewReaderSize(a.in, 1<<16)
	out := bufio.NewWriterSize(a.out, 1<<16)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	bad, lines := 0, 0
	for {
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		line, err := readLine(in)
		if errors.Is(err, io.EOF) && len(line) == 0 {
			break
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errTooLong) {
			return err
		}
		lines++
		if len(bytes.TrimSpace(line)) == 0 && !errors.Is(err, errTooLong) {
			continue
		}
		answer, wrong := extractLine(line, err, o)
		if wrong != nil {
			bad++
			fmt.Fprintf(a.err, "onrecord: line %d: %v\n", lines, wrong)
		}
		if err := encoder.Encode(answer); err != nil {
			return err
		}
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if bad > 0 {
		return usagef("%d of %d lines were no articles", bad, lines)
	}
	return nil
}

var errTooLong = fmt.Errorf("longer than %d MB", maxDocument>>20)

// readLine reads to the end of a line. What is too long is read over.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if !long {
			line = append(line, part...)
		}
		if len(line) > maxDocument {
			long, line = true, nil
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && long && errors.Is(err, io.EOF), err == nil && long:
			return nil, errTooLong
		}
		return line, err
	}
}

type extractAnswer struct {
	ID           any            `json:"id"`
	Error        string         `json:"error,omitempty"`
	Attributions *[]attribution `json:"attributions,omitempty"`
}

type place [2]int

type attribution struct {
	Content    place   `json:"content"`
	Parts      []place `json:"content_parts"`
	Source     *place  `json:"source"`
	Cue        *place  `json:"cue"`
	Mode       string  `json:"mode"`
	Speaker    string  `json:"speaker"`
	Confidence float64 `json:"confidence"`
	Rule       string  `json:"rule"`
	Addressee  *place  `json:"addressee,omitempty"`
	Said       *place  `json:"said,omitempty"`
	Quotes     []place `json:"quotes,omitempty"`
	Insertions []place `json:"insertions,omitempty"`
	Nested     []place `json:"nested,omitempty"`
}

func extractLine(line []byte, tooLong error, o extract.Options) (extractAnswer, error) {
	if errors.Is(tooLong, errTooLong) {
		return extractAnswer{Error: tooLong.Error()}, tooLong
	}
	var document struct {
		ID   any     `json:"id"`
		Text *string `json:"text"`
	}
	if !utf8.Valid(line) {
		err := errors.New("not UTF-8")
		return extractAnswer{Error: err.Error()}, err
	}
	if err := json.Unmarshal(line, &document); err != nil {
		return extractAnswer{ID: document.ID, Error: err.Error()}, err
	}
	if document.Text == nil {
		err := fmt.Errorf("document %v has no text", document.ID)
		return extractAnswer{ID: document.ID, Error: err.Error()}, err
	}
	found := attributionsOf(*document.Text, o)
	return extractAnswer{ID: document.ID, Attributions: &found}, nil
}

// attributionsOf finds who is reported to have said what, as it is printed.
func attributionsOf(text string, o extract.Options) []attribution {
	found := []attribution{}
	for _, f := range extract.Extract(text, o) {
		found = append(found, attribution{
			Content: place{f.Content().Start, f.Content().End}, Parts: places(f.Parts), Source: placeOf(f.Source), Cue: placeOf(f.Cue),
			Mode: string(f.Mode), Speaker: f.Speaker, Confidence: f.Confidence, Rule: f.Rule,
			Addressee: placeOf(f.Addressee), Said: placeOf(f.Said), Quotes: places(f.Quotes), Insertions: places(f.Insertions), Nested: places(f.Nested),
		})
	}
	return found
}

func placeOf(s extract.Span) *place {
	if s.Empty() {
		return nil
	}
	return &place{s.Start, s.End}
}

func places(spans []extract.Span) []place {
	var out []place
	for _, s := range spans {
		out = append(out, place{s.Start, s.End})
	}
	return out
}
