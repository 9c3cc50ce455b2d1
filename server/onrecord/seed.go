package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/seed/corpus"
)

func (a *app) seed() *cobra.Command {
	return &cobra.Command{
		Use:     "seed",
		Short:   "Load the seed article into a record",
		Long:    "Load the seed article with its annotation. A record that is not there is begun; loading again adds nothing.",
		Example: "  onrecord seed --data ./record",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), making, func(rec *graph.Record) error {
				done, err := corpus.Load(cmd.Context(), rec)
				if err != nil {
					return err
				}
				if a.json {
					return a.print(map[string]any{"revisions": done.Revisions, "skipped": done.Skipped, "changes": done.Changes, "seq": rec.Head().Seq})
				}
				if done.Revisions == 0 {
					fmt.Fprintln(a.out, "the article is on record already; nothing was added")
					return nil
				}
				fmt.Fprintf(a.out, "%d revisions with %d changes were added; the record is at revision %d\n", done.Revisions, done.Changes, rec.Head().Seq)
				return nil
			})
		},
	}
}
