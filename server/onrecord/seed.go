package main

import (
	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/seed/corpus"
)

func (a *app) seed() *cobra.Command {
	return &cobra.Command{
		Use:               "seed",
		Short:             "Load the seed article into a record",
		Long:              "Load the seed article with its annotation. A record that is not there is begun;\nloading again adds nothing.",
		Example:           "  onrecord seed --data ./record",
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), making, func(rec *graph.Record) error {
				done, err := corpus.Load(cmd.Context(), rec)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(struct {
						Revisions int    `json:"revisions"`
						Skipped   int    `json:"skipped"`
						Changes   int    `json:"changes"`
						Seq       uint64 `json:"seq"`
					}{done.Revisions, done.Skipped, done.Changes, rec.Head().Seq})
				}
				if done.Revisions == 0 {
					a.out.printf("the article is on record already; nothing was added\n")
					return nil
				}
				a.out.printf("%d revisions with %d changes were added; the record is at revision %d\n", done.Revisions, done.Changes, rec.Head().Seq)
				return nil
			})
		},
	}
}
