package main

import (
	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
)

func (a *app) verify() *cobra.Command {
	var key, checkpoint, earlier string
	c := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Compare everything on record with everything it must agree with",
		Long: `Read the whole record: every stored pair against its checksum, every span against
its text, every text against its digest, the log's chain against what it commits
to, every index entry against what it is derived from, both ways.

With a FILE, read that instead, and no record: an export in any format, packed or
not, or its directory, by the seal in it; a citation (onrecord cite); a checkpoint,
or a proof that one goes on from another (onrecord checkpoint). A change of any byte
is found, and its place is named. --key is the key of the log, or a file with it, by
which signatures are checked; without it whoever changed a file may have signed it
anew. --checkpoint is one that you have from elsewhere, as of the same revision, or a
proof that a later one goes on from it.

With --consistent, prove that the record goes on from an earlier checkpoint.

Each problem is a line. The exit code is 0 where there is none, 1 where there are
some, and 6 where the record is too damaged to be opened.`,
		Example: `  onrecord verify --data ./record
  onrecord verify --data ./record --json | jq .problems
  onrecord verify record.nq.zst
  onrecord verify said.json --key record.example.org/log+2f0c6d4b+AS1Bb3…
  onrecord verify --consistent 2026-11-23.checkpoint --data ./record`,
		Args:              oneWord,
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) > 0 && earlier != "":
				return usagef("give a file or --consistent, not both")
			case len(args) > 0:
				return a.verifyFile(cmd.Context(), args[0], key, checkpoint)
			case checkpoint != "":
				return usagef("--checkpoint is for a file; for the record give --consistent")
			case earlier != "":
				v, err := verifierOf(key)
				if err != nil {
					return err
				}
				return a.consistent(cmd.Context(), earlier, v)
			case key != "":
				return usagef("--key is for a file, or for --consistent")
			}
			return a.with(cmd.Context(), reading, func(rec *graph.Record) error {
				type problem struct {
					Where string `json:"where"`
					What  string `json:"what"`
				}
				problems := []problem{} // in JSON an empty list, not null
				found := 0
				show, end := a.progress()
				count, err := rec.Verify(cmd.Context(), func(p graph.Problem) bool {
					found++
					if a.json {
						problems = append(problems, problem{p.Where, p.What})
						return true
					}
					end()
					a.out.printf("%s\n", clean(p.String()))
					return a.out.err == nil
				}, func(stage string, done int64) { show("%s: %d", stage, done) })
				end()
				if err != nil {
					return err
				}
				switch {
				case a.json:
					type counts struct {
						Pairs     int64 `json:"pairs"`
						Revisions int64 `json:"revisions"`
						Nodes     int64 `json:"nodes"`
						Edges     int64 `json:"edges"`
						Spans     int64 `json:"spans"`
						Texts     int64 `json:"texts"`
						Entries   int64 `json:"entries"`
						Postings  int64 `json:"postings"`
					}
					if err := a.out.json(struct {
						OK       bool      `json:"ok"`
						Seq      uint64    `json:"seq"`
						Problems []problem `json:"problems"`
						Counts   counts    `json:"counts"`
					}{found == 0, rec.Head().Seq, problems, counts(count)}); err != nil {
						return err
					}
				case found == 0:
					a.out.printf("the record is whole: %d revisions, %d nodes, %d edges, %d spans, %d index entries\n",
						count.Revisions, count.Nodes, count.Edges, count.Spans, count.Entries)
				default:
					a.note("%d problems; where only indexes are damaged, onrecord reindex makes them anew", found)
				}
				if found > 0 {
					return errProblems
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&key, "key", "", "`key` of the log, or a file with it, to check signatures with")
	c.Flags().StringVar(&checkpoint, "checkpoint", "", "compare the file's log with the checkpoint in a `file`")
	c.Flags().StringVar(&earlier, "consistent", "", "prove that the record goes on from the checkpoint in a `file`")
	return c
}
