package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/seed/extract"
	document "github.com/onrecord/onrecord/seed/page"
)

// extractedPage is a page as text, with what is reported in it.
type extractedPage struct {
	Text         string           `json:"text"`
	Body         int              `json:"body"` // where the text below the heading begins, in code points
	Title        *document.Field  `json:"title,omitempty"`
	URL          *document.Field  `json:"url,omitempty"`
	Publisher    *document.Field  `json:"publisher,omitempty"`
	Published    *document.Field  `json:"published,omitempty"`
	Language     *document.Field  `json:"language,omitempty"`
	Authors      []document.Field `json:"authors,omitempty"`
	Extractor    string           `json:"extractor"`
	Attributions []attribution    `json:"attributions"`
}

// extractPage reads one page from standard input and answers with one line.
func (a *app) extractPage(cmd *cobra.Command, address string, o extract.Options) error {
	b, err := io.ReadAll(io.LimitReader(a.in, document.MaxBytes+1))
	if err != nil {
		return err
	}
	if err := cmd.Context().Err(); err != nil {
		return err
	}
	d, err := document.Read(b, document.Hints{URL: address})
	if err != nil {
		return usagef("standard input: %w", err)
	}
	out := extractedPage{
		Text: d.Text, Title: fieldOf(d.Title), URL: fieldOf(d.URL), Publisher: fieldOf(d.Publisher), Language: fieldOf(d.Language),
		Authors: d.Authors, Extractor: d.Extractor, Attributions: attributionsOf(d.Text, o),
	}
	if len(d.Paragraphs) > 0 {
		out.Body = d.Paragraphs[0].Start
	}
	if !d.Published.When.IsZero() {
		out.Published = &document.Field{Value: d.Published.When.EDTF.String(), From: d.Published.From}
	}
	encoder := json.NewEncoder(a.out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

func fieldOf(f document.Field) *document.Field {
	if f.Value == "" {
		return nil
	}
	return &f
}
