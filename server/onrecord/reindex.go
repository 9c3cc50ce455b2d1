package main

import (
	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
)

func (a *app) reindex() *cobra.Command {
	return &cobra.Command{
		Use:               "reindex",
		Short:             "Make every index anew from the log",
		Long:              "Remove everything that is derived and make it anew from the log. A run that is\nstopped is made good by the next.",
		Example:           "  onrecord reindex --data ./record",
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), mending, func(rec *graph.Record) error {
				show, end := a.progress()
				err := rec.Reindex(cmd.Context(), func(done, all uint64) { show("revision %d of %d", done, all) })
				end()
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(struct {
						Seq uint64 `json:"seq"`
					}{rec.Head().Seq})
				}
				a.out.printf("the indexes were made anew from %d revisions\n", rec.Head().Seq)
				return nil
			})
		},
	}
}
