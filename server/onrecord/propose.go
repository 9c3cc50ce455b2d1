package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed/candidate"
	"github.com/onrecord/onrecord/seed/intake"
)

func (a *app) propose() *cobra.Command {
	var accept, agent string
	var o intake.Options
	c := &cobra.Command{
		Use:   "propose [CAPTURE…]",
		Short: "Find in archived texts who said what, and propose it",
		Long: `Reads the archived texts with the ids given, or all of them, and proposes who is
reported to have said what: statements with their places, speakers, and whom on
record these may be. All of it waits for a person (see onrecord review), but for
what --accept lets stand: a mode and the least confidence, direct>=0.95, parted by
commas. The policy is kept in the history of what it accepted.

A text that was read before adds nothing, unless the rules have changed.`,
		Example: `  onrecord propose
  onrecord propose --accept 'direct>=0.95' --agent "Edith Or"`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			var ids []graph.ID
			for _, s := range args {
				id, err := graph.ParseID(s)
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			if accept != "" {
				if o.Policy, err = candidate.ParsePolicy(accept); err != nil {
					return usagef("--accept: %w", err)
				}
			}
			if o.Min < 0 || o.Min > 1 {
				return usagef("--min %v is not between 0 and 1", o.Min)
			}
			o.Agent = agent
			return a.with(cmd.Context(), writing, func(rec *graph.Record) error { return a.proposeAll(cmd.Context(), rec, ids, o) })
		},
	}
	c.Flags().StringVar(&accept, "accept", "", "let stand what is at least so sure: direct>=0.95,partial>=0.9")
	c.Flags().StringVar(&agent, "agent", "onrecord", "who proposes and accepts, as the record will name it")
	c.Flags().Float64Var(&o.Min, "min", 0.1, "leave out what has less confidence than this")
	return c
}

// proposeAll reads the captures given, or all of them.
func (a *app) proposeAll(ctx context.Context, rec *graph.Record, ids []graph.ID, o intake.Options) error {
	var sum struct {
		Captures   int `json:"captures"`
		Statements int `json:"statements"`
		Changes    int `json:"changes"`
		SameAs     int `json:"sameAs"`
		Accepted   int `json:"accepted"`
	}
	show, end := a.progress()
	for id, err := range captures(ctx, rec, ids) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			end()
			return err
		}
		done, err := a.proposeOne(ctx, rec, id, o)
		if err != nil {
			end()
			return err
		}
		sum.Captures++
		sum.Statements += done.Found
		sum.Changes += done.Changes
		sum.SameAs += done.SameAs
		sum.Accepted += done.Accepted
		show("%d texts read, %d statements found", sum.Captures, sum.Statements)
	}
	end()
	if a.json {
		return a.out.json(sum)
	}
	a.out.printf("%d texts report %d statements; %d nodes and edges were added, %d of the statements accepted\n", sum.Captures, sum.Statements, sum.Changes, sum.Accepted)
	if sum.SameAs > 0 {
		a.out.printf("%d times a speaker may be one on record\n", sum.SameAs)
	}
	return nil
}

func (a *app) proposeOne(ctx context.Context, rec *graph.Record, id graph.ID, o intake.Options) (intake.Done, error) {
	v, err := rec.View(ctx)
	if err != nil {
		return intake.Done{}, err
	}
	article, err := intake.Article(ctx, v, id)
	v.Close()
	if err != nil {
		return intake.Done{}, err
	}
	return intake.Take(ctx, rec, article, o)
}

// captures yields the ids given, or those of all captures.
func captures(ctx context.Context, rec *graph.Record, ids []graph.ID) func(func(graph.ID, error) bool) {
	return func(yield func(graph.ID, error) bool) {
		if len(ids) > 0 {
			for _, id := range ids {
				if !yield(id, nil) {
					return
				}
			}
			return
		}
		v, err := rec.View(ctx)
		if err != nil {
			yield(graph.ID{}, err)
			return
		}
		defer v.Close()
		most := graph.MaxPage
		for p := (graph.Page{First: &most}); ; {
			found, err := v.Page(ctx, v.All(vocab.Capture), p)
			if err != nil {
				yield(graph.ID{}, err)
				return
			}
			refs := make([]graph.Ref, len(found.Items))
			for i, it := range found.Items {
				refs[i] = it.Ref
			}
			nodes, err := v.Nodes(ctx, refs)
			if err != nil {
				yield(graph.ID{}, err)
				return
			}
			for _, n := range nodes {
				if !n.Redacted && !yield(n.ID, nil) {
					return
				}
			}
			if !found.HasNext {
				return
			}
			p.After = found.Items[len(found.Items)-1].Cursor
		}
	}
}
