package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

func (a *app) search() *cobra.Command {
	var kinds []string
	var limit int
	var newest bool
	c := &cobra.Command{
		Use:   "search WORDS…",
		Short: "Find what holds all of the words",
		Long:  `Find what holds all of the words: "in quotes" a phrase, -without, and begin* for a beginning. Case, accents and endings do not matter.`,
		Example: `  onrecord search negotiations detrimental
  onrecord search --kind STATEMENT --newest '"no war"'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			q := graph.SearchQuery{Text: strings.Join(args, " "), Newest: newest, Said: edtf.Always()}
			for _, name := range kinds {
				k, ok := vocab.ParseNodeKind(strings.ToUpper(name))
				if !ok {
					return &usageError{fmt.Errorf("--kind: no kind of node is called %q", name)}
				}
				q.Kinds = append(q.Kinds, k)
			}
			return a.withView(cmd.Context(), func(v *graph.View) error {
				hits, found, err := v.Search(cmd.Context(), q, graph.Page{First: &limit})
				if err != nil {
					return err
				}
				if a.json {
					out := make([]any, len(hits))
					for i, h := range hits {
						out[i] = map[string]any{"id": h.Node.ID, "kind": h.Node.Kind.String(), "score": h.Score, "snippet": h.Snippet, "highlights": h.Highlights}
					}
					return a.print(map[string]any{"hits": out, "more": found.HasNext})
				}
				for _, h := range hits {
					fmt.Fprintf(a.out, "%-9s  %s\n           %s\n", h.Node.Kind, strings.Join(strings.Fields(h.Snippet), " "), h.Node.ID)
				}
				switch {
				case len(hits) == 0:
					fmt.Fprintln(a.out, "nothing on record holds all of these words")
				case found.HasNext:
					fmt.Fprintf(a.out, "and more; see --limit\n")
				}
				return nil
			})
		},
	}
	c.Flags().StringSliceVar(&kinds, "kind", nil, "only nodes of this kind: statement, claim, event, …")
	c.Flags().IntVar(&limit, "limit", 20, "at most so many")
	c.Flags().BoolVar(&newest, "newest", false, "the newest first, in place of the best")
	return c
}
