package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

func (a *app) timeline() *cobra.Command {
	var from, to string
	var limit int
	c := &cobra.Command{
		Use:   "timeline ID|NAME",
		Short: "Show what bears on something, in the order of time",
		Long: `Show what bears on a node, in the order of time: statements, events, reviews and
stances. It is named by its id, or by words that find it.

A date is followed by ~ where only a range is known, and by ? where one end of it
is open or both are.`,
		Example: `  onrecord timeline JCPOA
  onrecord timeline "no war will break out" --from 2018-01`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			within, err := dates(from, to)
			if err != nil {
				return err
			}
			return a.withView(cmd.Context(), func(v *graph.View) error {
				n, err := find(cmd.Context(), v, strings.Join(args, " "))
				if err != nil {
					return err
				}
				return a.printTimeline(cmd.Context(), v, n, within, limit)
			})
		},
	}
	c.Flags().StringVar(&from, "from", "", "only what is certainly dated from here on (EDTF: 2018, 2018-05-08)")
	c.Flags().StringVar(&to, "to", "", "only what is certainly dated up to here (EDTF)")
	c.Flags().IntVar(&limit, "limit", 100, "at most so many")
	return c
}

func dates(from, to string) (edtf.Interval, error) {
	var d [2]edtf.Date
	for i, s := range []string{from, to} {
		if s == "" {
			continue
		}
		var err error
		if d[i], err = edtf.Parse(s); err != nil {
			return edtf.Interval{}, &usageError{fmt.Errorf("--%s: %w", []string{"from", "to"}[i], err)}
		}
	}
	q, err := edtf.Between(d[0], d[1])
	if err != nil {
		return q, &usageError{err}
	}
	return q, nil
}

// find returns the node with an id, or the best that words find.
func find(ctx context.Context, v *graph.View, what string) (*graph.Node, error) {
	if id, err := graph.ParseID(what); err == nil {
		ns, err := v.NodesByID(ctx, []graph.ID{id})
		if err == nil && ns[0] == nil {
			err = &graph.Error{Kind: graph.NotFound, Subject: what}
		}
		return ns[0], err
	}
	one := 1
	hits, _, err := v.Search(ctx, graph.SearchQuery{Text: what, Said: edtf.Always(), Kinds: []vocab.NodeKind{
		vocab.Claim, vocab.Agreement, vocab.Event, vocab.Speaker, vocab.Topic, vocab.Place,
	}}, graph.Page{First: &one})
	if err != nil {
		return nil, err
	}
	if len(hits) == 0 {
		return nil, &graph.Error{Kind: graph.NotFound, Subject: fmt.Sprintf("%q", what), Hint: "try onrecord search"}
	}
	return hits[0].Node, nil
}

type entry struct {
	When     string `json:"when"`
	Written  string `json:"written,omitempty"`
	Order    string `json:"order"`
	Kind     string `json:"kind"`
	Relation string `json:"relation"`
	Polarity string `json:"polarity,omitempty"`
	ID       string `json:"id"`
	Label    string `json:"label"`
}

func (a *app) printTimeline(ctx context.Context, v *graph.View, of *graph.Node, within edtf.Interval, limit int) error {
	found, err := v.Page(ctx, v.Timeline(ctx, of, graph.Shown, within), graph.Page{First: &limit})
	if err != nil {
		return err
	}
	refs := make([]graph.Ref, len(found.Items))
	for i, it := range found.Items {
		refs[i] = it.Ref
	}
	nodes, err := v.Nodes(ctx, refs)
	if err != nil {
		return err
	}
	entries := make([]entry, len(nodes))
	for i, n := range nodes {
		w, _ := n.When()
		link := found.Items[i].Link
		entries[i] = entry{w.Effective().String(), w.Written, w.Interval().Order().String(), n.Kind.String(), link.Kind.String(), "", n.ID.String(), n.Label()}
		if link.Kind == vocab.Expresses {
			entries[i].Polarity = link.First()
		}
	}
	if a.json {
		return a.print(map[string]any{"of": map[string]any{"id": of.ID, "label": of.Label()}, "entries": entries, "more": found.HasNext})
	}
	fmt.Fprintf(a.out, "%s\n\n", of.Label())
	for _, e := range entries {
		when := e.When
		if when == "" {
			when = e.Written
		}
		mark := map[string]string{"KNOWN": " ", "RANGE": "~", "UNKNOWN": "?"}[e.Order]
		fmt.Fprintf(a.out, "%22s%s  %-9s  %s\n", when, mark, strings.ToLower(e.Kind), e.Label)
	}
	if len(entries) == 0 {
		fmt.Fprintln(a.out, "nothing on record bears on it")
	}
	if found.HasNext {
		fmt.Fprintln(a.out, "and more; see --limit")
	}
	return nil
}
