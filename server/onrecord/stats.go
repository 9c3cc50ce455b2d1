package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

func (a *app) stats() *cobra.Command {
	return &cobra.Command{
		Use:     "stats",
		Short:   "Count what the record holds",
		Long:    "Count the nodes and edges of each kind: nodes that are not retracted, edges of every status.",
		Example: "  onrecord stats --data ./record --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
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
					return a.print(map[string]any{"seq": v.Head().Seq, "nodes": nodes, "edges": edges})
				}
				fmt.Fprintf(a.out, "revision %d, %s\n", v.Head().Seq, v.Head().Time.Format("2006-01-02 15:04:05 MST"))
				for i := range vocab.Nodes {
					fmt.Fprintf(a.out, "%10d  %s\n", t.Nodes[vocab.Nodes[i].Kind], vocab.Nodes[i].Name)
				}
				fmt.Fprintln(a.out)
				for i := range vocab.Edges {
					if n := t.Edges[vocab.Edges[i].Kind]; n > 0 {
						fmt.Fprintf(a.out, "%10d  %s\n", n, vocab.Edges[i].Name)
					}
				}
				return nil
			})
		},
	}
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which version this is",
		Example: "  onrecord version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return a.print(map[string]any{"version": version(), "format": graph.FormatVersion})
			}
			fmt.Fprintf(a.out, "onrecord %s, format %d\n", version(), graph.FormatVersion)
			return nil
		},
	}
}

// version is the module's version as it was built.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
