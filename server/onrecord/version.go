package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
)

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:               "version",
		Short:             "Say which version this is",
		Long:              "Say which version this is, and the format of the records that it writes. It reads\nrecords of that format and of earlier ones.",
		Example:           "  onrecord version --json",
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return a.out.json(struct {
					Version string `json:"version"`
					Format  int    `json:"format"`
					Go      string `json:"go"`
				}{version(), graph.FormatVersion, runtime.Version()})
			}
			a.out.printf("onrecord %s, format %d\n", version(), graph.FormatVersion)
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
