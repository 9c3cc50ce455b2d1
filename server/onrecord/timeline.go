package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
stances. It is named by its id, or by words that find it; whatever has these words
for its name comes before what only holds them.

Behind each date stands whether its place in the order is known: "range" where
only a first and a last day are, "unknown" where an end is open. The undated come
last, as they were recorded.`,
		Example: `  onrecord timeline JCPOA
  onrecord timeline "no war will break out" --from 2018-01
  onrecord timeline ccd24715-c51c-5301-b3fc-b6b7d19f2d36 --json`,
		Args:              words("an id or a name"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			within, err := dates(from, to)
			if err != nil {
				return err
			}
			if limit < 1 {
				return usagef("--limit: %d, and at least 1 is needed", limit)
			}
			return a.withView(cmd.Context(), func(v *graph.View) error {
				n, others, err := find(cmd.Context(), v, strings.Join(args, " "))
				if err != nil {
					return err
				}
				entries, more, err := entriesOf(cmd.Context(), v, n, within, limit)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(timeline{named(n), entries, more})
				}
				a.printTimeline(n, entries)
				if more {
					a.out.printf("\nand more: --limit %d shows them\n", 10*limit)
				}
				a.printOthers(others)
				return nil
			})
		},
	}
	c.Flags().StringVar(&from, "from", "", "only what is certainly dated from here on (EDTF: 2018, 2018-05-08)")
	c.Flags().StringVar(&to, "to", "", "only what is certainly dated up to here (EDTF)")
	c.Flags().IntVar(&limit, "limit", 100, "at most so many")
	return c
}

// dates reads a range of dates from two flags; an empty one is open.
func dates(from, to string) (edtf.Interval, error) {
	var d [2]edtf.Date
	for i, s := range []string{from, to} {
		if s == "" {
			continue
		}
		var err error
		if d[i], err = edtf.Parse(s); err != nil {
			return edtf.Interval{}, usagef("--%s: %w (as 2018, 2018-05 or 2018-05-08)", []string{"from", "to"}[i], err)
		}
	}
	q, err := edtf.Between(d[0], d[1])
	if err != nil {
		return q, usagef("--from, --to: %w", err)
	}
	return q, nil
}

// find returns the node with an id, or the one that words name, or that they
// find best, and what else they name or find.
func find(ctx context.Context, v *graph.View, what string) (n *graph.Node, others []*graph.Node, err error) {
	missing := &graph.Error{Kind: graph.NotFound, Op: "find", Subject: fmt.Sprintf("%q", what), Err: errors.New("nothing on record is called that")}
	if id, err := graph.ParseID(strings.ToLower(what)); err == nil {
		ns, err := v.NodesByID(ctx, []graph.ID{id})
		if err != nil {
			return nil, nil, err
		}
		if ns[0] == nil {
			missing.Err = errors.New("no node on record has this id")
			return nil, nil, missing
		}
		return ns[0], nil, nil
	}
	var all []*graph.Node
	for _, k := range []vocab.NodeKind{vocab.Speaker, vocab.Agreement, vocab.Topic, vocab.Place} {
		named, err := v.Page(ctx, v.Named(k, what), graph.Page{})
		if err != nil {
			return nil, nil, err
		}
		refs := make([]graph.Ref, len(named.Items))
		for i, it := range named.Items {
			refs[i] = it.Ref
		}
		ns, err := v.Nodes(ctx, refs)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, ns...)
	}
	ten := 10
	hits, _, err := v.Search(ctx, graph.SearchQuery{Text: what, Said: edtf.Always(), Kinds: []vocab.NodeKind{
		vocab.Claim, vocab.Agreement, vocab.Event, vocab.Speaker, vocab.Topic, vocab.Place,
	}}, graph.Page{First: &ten})
	if err != nil {
		return nil, nil, err
	}
	for _, h := range hits {
		if !slices.ContainsFunc(all, func(n *graph.Node) bool { return n.ID == h.Node.ID }) {
			all = append(all, h.Node)
		}
	}
	all = slices.DeleteFunc(all, func(n *graph.Node) bool { return n == nil || n.Retracted })
	if len(all) == 0 {
		missing.Hint = "onrecord search finds words in texts too"
		return nil, nil, missing
	}
	// What is called so and nothing else comes before what is called so among
	// other things; the order of what is left is that of the lists.
	slices.SortStableFunc(all, func(a, b *graph.Node) int { return called(b, what) - called(a, what) })
	return all[0], all[1:], nil
}

// called is 1 where a node's label is what was asked for, whatever the case.
func called(n *graph.Node, what string) int {
	if strings.EqualFold(n.Label(), what) {
		return 1
	}
	return 0
}

// timeline is what --json prints.
type timeline struct {
	Of      name    `json:"of"`
	Entries []entry `json:"entries"`
	More    bool    `json:"more"`
}

type name struct {
	ID    graph.ID `json:"id"`
	Kind  string   `json:"kind"`
	Label string   `json:"label"`
}

func named(n *graph.Node) name { return name{n.ID, n.Kind.String(), n.Label()} }

type entry struct {
	ID       graph.ID `json:"id"`
	Kind     string   `json:"kind"`
	When     string   `json:"when,omitempty"`     // EDTF
	Written  string   `json:"written,omitempty"`  // as the source has it
	Earliest string   `json:"earliest,omitempty"` // days
	Latest   string   `json:"latest,omitempty"`
	Order    string   `json:"order"` // KNOWN, RANGE, UNKNOWN
	Relation string   `json:"relation"`
	Polarity string   `json:"polarity,omitempty"`
	Who      *name    `json:"who,omitempty"` // who said it, holds it, or gave it
	Text     string   `json:"text"`
}

// entriesOf reads a timeline, with who stands behind each entry.
func entriesOf(ctx context.Context, v *graph.View, of *graph.Node, within edtf.Interval, limit int) (entries []entry, more bool, err error) {
	entries = []entry{} // in JSON an empty list, not null
	same, err := v.Identity(ctx, of)
	if err != nil {
		return nil, false, err
	}
	list := v.Timeline(ctx, of, graph.Shown, within, same...)
	more, err = inPages(limit, func(p graph.Page) (n int, last string, more bool, err error) {
		found, err := v.Page(ctx, list, p)
		if err != nil || len(found.Items) == 0 {
			return 0, "", false, err
		}
		got, err := entriesOn(ctx, v, found.Items)
		if err != nil {
			return 0, "", false, err
		}
		entries = append(entries, got...)
		return len(found.Items), found.Items[len(found.Items)-1].Cursor, found.HasNext, nil
	})
	return entries, more, err
}

func entriesOn(ctx context.Context, v *graph.View, items []graph.Item) ([]entry, error) {
	refs := make([]graph.Ref, len(items))
	for i, it := range items {
		refs[i] = it.Ref
	}
	nodes, err := v.Nodes(ctx, refs)
	if err != nil {
		return nil, err
	}
	who, err := v.Others(ctx, refs, graph.Shown, graph.Way{Kind: vocab.Said, Dir: graph.In}, graph.Way{Kind: vocab.Holds, Dir: graph.In}, graph.Way{Kind: vocab.Published, Dir: graph.In})
	if err != nil {
		return nil, err
	}
	targets, err := v.Others(ctx, refs, graph.Shown, graph.Way{Kind: vocab.Toward, Dir: graph.Out})
	if err != nil {
		return nil, err
	}
	entries := make([]entry, 0, len(nodes))
	for i, n := range nodes {
		if n == nil {
			continue
		}
		w, _ := n.When()
		in, link := w.Interval(), items[i].Link
		e := entry{
			ID: n.ID, Kind: n.Kind.String(), When: w.Effective().String(), Written: w.Written,
			Earliest: in.Earliest.Day(), Latest: in.Latest.Day(), Order: in.Order().String(),
			Relation: link.Kind.String(), Text: n.Label(),
		}
		if n.Kind == vocab.Statement && !n.Redacted {
			e.Text = n.Text("text")
		}
		if link.Kind == vocab.Expresses {
			e.Polarity = link.First()
		}
		if n.Kind == vocab.Stance {
			e.Polarity, e.Text = n.Text("polarity"), ""
			if len(targets[i]) > 0 && targets[i][0] != nil {
				e.Text = targets[i][0].Label()
			}
			if c := n.Text("condition"); c != "" {
				e.Text += ", " + c
			}
		}
		if len(who[i]) > 0 && who[i][0] != nil {
			by := named(who[i][0])
			e.Who = &by
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func (a *app) printTimeline(n *graph.Node, entries []entry) {
	a.out.hanging("", clean(n.Label()))
	a.out.printf("%s %s\n\n", strings.ToLower(n.Kind.String()), n.ID)
	dates := make([]string, len(entries))
	column := 0
	for i, e := range entries {
		dates[i] = clean(e.date())
		column = min(max(column, width(dates[i])+2), 26)
	}
	for i, e := range entries {
		a.out.hanging(padded(padded(dates[i], column)+strings.ToLower(e.Order), column+9), clean(e.line()))
	}
	if len(entries) == 0 {
		a.out.printf("nothing on record bears on it\n")
	}
}

// printOthers says what else the same words lead to.
func (a *app) printOthers(others []*graph.Node) {
	if len(others) == 0 {
		return
	}
	a.out.printf("\nThese words also lead to:\n")
	for _, o := range others[:min(len(others), 5)] {
		a.out.hanging(fmt.Sprintf("  %s  %s ", o.ID, padded(strings.ToLower(o.Kind.String()), 9)), clean(o.Label()))
	}
}

// date is what stands in the first column: the date that is known, the range in
// which it lies, or the source's own words.
func (e entry) date() string {
	switch {
	case e.When != "":
		return e.When
	case e.Order == "RANGE" && e.Earliest != e.Latest:
		return e.Earliest + "/" + e.Latest
	case e.Written != "":
		return "“" + e.Written + "”"
	}
	return "undated"
}

// line is an entry in words.
func (e entry) line() string {
	who := "unnamed"
	if e.Who != nil {
		who = e.Who.Label
	}
	switch e.Kind {
	case "STATEMENT":
		if e.Polarity != "" {
			who += " " + strings.ToLower(e.Polarity)
		}
		return who + ": " + e.Text
	case "STANCE":
		return who + ": " + stance[e.Polarity] + " " + e.Text
	case "REVIEW":
		return who + " rates: " + e.Text
	}
	return strings.ToLower(e.Kind) + ": " + e.Text
}

// stance puts a stance's polarity between its holder and its target.
var stance = map[string]string{"SUPPORTS": "supports", "OPPOSES": "opposes", "NEUTRAL": "is neutral on", "MIXED": "has mixed views on"}
