package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

func (a *app) stats() *cobra.Command {
	var of string
	var most int
	c := &cobra.Command{
		Use:   "stats",
		Short: "Count what the record holds, or analyse a part of it",
		Long: `Count the nodes and edges of each kind: nodes that are not retracted, edges of
every status. With --json every kind is there, also those that the record has not.

With --of, analyse a part of the record in place of that, or all of it: how many
links its nodes have, what hangs together, the PageRank of its nodes, the
communities that it falls into (by the method of Louvain), the claims that most
statements express, and the speakers who disagree with others on most subjects. The
part is written as in the address of an export, or the manifest of one: all, or
search=WORDS&depth=2, speaker=ID&from=2018&edge=said,expresses. The same part as of
the same revision gives the same answer everywhere.`,
		Example: `  onrecord stats --data ./record
  onrecord stats --data ./record --json | jq .nodes.STATEMENT
  onrecord stats --of all
  onrecord stats --of 'search=negotiations&depth=2' --json | jq .communities`,
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("of") {
				return a.analyse(cmd.Context(), of, most)
			}
			return a.withView(cmd.Context(), func(v *graph.View) error {
				t, err := v.Totals(cmd.Context())
				if err != nil {
					return err
				}
				if a.json {
					nodes, edges := make(map[string]int64), make(map[string]int64)
					for i := range vocab.Nodes {
						nodes[vocab.Nodes[i].Name] = t.Nodes[vocab.Nodes[i].Kind]
					}
					for i := range vocab.Edges {
						edges[vocab.Edges[i].Name] = t.Edges[vocab.Edges[i].Kind]
					}
					return a.out.json(struct {
						Seq   uint64           `json:"seq"`
						Nodes map[string]int64 `json:"nodes"`
						Edges map[string]int64 `json:"edges"`
					}{v.Head().Seq, nodes, edges})
				}
				if v.Head().Seq == 0 {
					a.out.printf("the record is empty\n")
					return nil
				}
				a.out.printf("revision %d, %s\n\n", v.Head().Seq, v.Head().Time.UTC().Format(time.DateTime+" MST"))
				for i := range vocab.Nodes {
					a.count(t.Nodes[vocab.Nodes[i].Kind], vocab.Nodes[i].Name)
				}
				a.out.printf("\n")
				for i := range vocab.Edges {
					a.count(t.Edges[vocab.Edges[i].Kind], vocab.Edges[i].Name)
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&of, "of", "", "analyse a `part` of the record, or all")
	c.Flags().IntVar(&most, "top", 10, "with --of: how many entries a list has, at most")
	return c
}

// count prints one total; what there is none of is no news to a reader.
func (a *app) count(n int64, name string) {
	if n > 0 {
		a.out.printf("%10d  %s\n", n, name)
	}
}
