package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

func (a *app) search() *cobra.Command {
	var kinds []string
	var from, to string
	var limit int
	var newest bool
	c := &cobra.Command{
		Use:   "search WORDS…",
		Short: "Find what holds all of the words",
		Long: `Find what holds all of the words: "in quotes" a phrase, -without, and begin* for a
beginning. Case, accents and endings do not matter. To search for what begins
with a dash, put -- before it.`,
		Example: `  onrecord search negotiations detrimental
  onrecord search --kind statement --newest '"no war"'
  onrecord search --from 2018-07 --to 2018-08 offer`,
		Args:              words("what to search for"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			q := graph.SearchQuery{Text: strings.Join(args, " "), Newest: newest}
			var err error
			if q.Said, err = dates(from, to); err != nil {
				return err
			}
			for _, name := range kinds {
				k, ok := vocab.ParseNodeKind(strings.ToUpper(name))
				if !ok {
					return usagef("--kind: no kind of node is called %q (%s)", name, strings.Join(kindNames(), ", "))
				}
				q.Kinds = append(q.Kinds, k)
			}
			if limit < 1 {
				return usagef("--limit: %d, and at least 1 is needed", limit)
			}
			return a.withView(cmd.Context(), func(v *graph.View) error { return a.printHits(cmd.Context(), v, q, limit) })
		},
	}
	c.Flags().StringSliceVar(&kinds, "kind", nil, "only nodes of this kind: statement, claim, event, …")
	c.Flags().StringVar(&from, "from", "", "only what is certainly dated from here on (EDTF: 2018, 2018-05-08)")
	c.Flags().StringVar(&to, "to", "", "only what is certainly dated up to here (EDTF)")
	c.Flags().IntVar(&limit, "limit", 20, "at most so many")
	c.Flags().BoolVar(&newest, "newest", false, "the newest first, in place of the best")
	_ = c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(kindNames(), cobra.ShellCompDirectiveNoFileComp)) // the flag is above
	return c
}

// kindNames are the kinds of nodes as a person types them.
func kindNames() []string {
	names := make([]string, len(vocab.Nodes))
	for i := range vocab.Nodes {
		names[i] = strings.ToLower(vocab.Nodes[i].Name)
	}
	return names
}

type hit struct {
	ID         graph.ID `json:"id"`
	Kind       string   `json:"kind"`
	Label      string   `json:"label"`
	Score      float64  `json:"score"`
	Snippet    string   `json:"snippet"`
	Highlights [][2]int `json:"highlights"` // half-open, in code points of the snippet
}

func (a *app) printHits(ctx context.Context, v *graph.View, q graph.SearchQuery, limit int) error {
	hits := []hit{} // in JSON an empty list, not null
	more, err := inPages(limit, func(p graph.Page) (n int, last string, more bool, err error) {
		got, found, err := v.Search(ctx, q, p)
		if err != nil {
			return 0, "", false, err
		}
		for _, h := range got {
			hits = append(hits, hit{h.Node.ID, h.Node.Kind.String(), h.Node.Label(), h.Score, h.Snippet, h.Highlights})
			last = h.Cursor
		}
		return len(got), last, found.HasNext, nil
	})
	if err != nil {
		return err
	}
	if a.json {
		return a.out.json(struct {
			Hits []hit `json:"hits"`
			More bool  `json:"more"`
		}{hits, more})
	}
	for _, h := range hits {
		a.out.hanging(padded(strings.ToLower(h.Kind), 11), clean(h.Snippet))
		a.out.printf("%s%s\n", strings.Repeat(" ", 11), h.ID)
	}
	switch {
	case len(hits) == 0:
		a.out.printf("nothing on record holds all of these words\n")
	case more:
		a.out.printf("\nand more: --limit %d shows them\n", 10*limit)
	}
	return nil
}

// inPages asks for pages until there are so many items, or no more.
func inPages(limit int, page func(graph.Page) (n int, last string, more bool, err error)) (more bool, err error) {
	after := ""
	for left := limit; ; {
		first := min(left, graph.MaxPage)
		n, last, more, err := page(graph.Page{First: &first, After: after})
		left -= n
		if err != nil || !more || left <= 0 || n == 0 {
			return more, err
		}
		after = last
	}
}

// padded fills a text up to so many columns, and to one more than it takes.
func padded(s string, columns int) string {
	return s + strings.Repeat(" ", max(columns-width(s), 1))
}
