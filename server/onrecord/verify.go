package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
)

func (a *app) verify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Compare everything on record with everything it must agree with",
		Long: `Read the whole record: every stored pair against its checksum, every span against
its text, every text against its digest, the log's chain against what it commits
to, every index entry against what it is derived from, both ways.`,
		Example: "  onrecord verify --data ./record",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), reading, func(rec *graph.Record) error {
				show, end := a.progress()
				problems := []map[string]string{}
				count, err := rec.Verify(cmd.Context(), func(p graph.Problem) bool {
					if a.json {
						problems = append(problems, map[string]string{"where": p.Where, "what": p.What})
					} else {
						end()
						fmt.Fprintln(a.out, p)
						problems = append(problems, nil)
					}
					return true
				}, func(stage string, done int64) { show("%s: %d", stage, done) })
				end()
				if err != nil {
					return err
				}
				if a.json {
					if err := a.print(map[string]any{"ok": len(problems) == 0, "problems": problems, "seq": rec.Head().Seq, "counts": count}); err != nil {
						return err
					}
				} else if len(problems) == 0 {
					fmt.Fprintf(a.out, "the record is whole: %d revisions, %d nodes, %d edges, %d spans, %d index entries\n",
						count.Revisions, count.Nodes, count.Edges, count.Spans, count.Entries)
				}
				if len(problems) > 0 {
					return errProblems
				}
				return nil
			})
		},
	}
}

func (a *app) reindex() *cobra.Command {
	return &cobra.Command{
		Use:     "reindex",
		Short:   "Make every index anew from the log",
		Long:    "Remove everything that is derived and make it anew from the log. A run that is stopped is made good by the next.",
		Example: "  onrecord reindex --data ./record",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), mending, func(rec *graph.Record) error {
				show, end := a.progress()
				err := rec.Reindex(cmd.Context(), func(done, all uint64) { show("revision %d of %d", done, all) })
				end()
				if err != nil {
					return err
				}
				if a.json {
					return a.print(map[string]any{"seq": rec.Head().Seq})
				}
				fmt.Fprintf(a.out, "the indexes were made anew from %d revisions\n", rec.Head().Seq)
				return nil
			})
		},
	}
}
