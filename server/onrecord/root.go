package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// app is one run of the program.
type app struct {
	in     io.Reader
	out    *output
	err    io.Writer
	errTTY bool
	data   string
	json   bool

	storeUsage func() (map[string]int64, error) // of the record that is open
}

func newApp(in io.Reader, out, errOut io.Writer) *app {
	return &app{in: in, out: newOutput(out), err: errOut, errTTY: isTerminal(errOut)}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "onrecord",
		Short: "What was said, on the record, with proof of where",
		Long: `onrecord keeps a knowledge graph of what politicians and institutions said, with
the exact place where each word stands, and answers questions about it in GraphQL.

A record is a directory: --data, or else $ONRECORD_DATA, or else ./onrecord-data.
One process writes a record at a time. Commands that read leave it as it is, and
any number of them may run at once, but not while it is served: ask the server.
With --json a command prints JSON and nothing else on standard output.

` + exitHelp(),
		Example: `  onrecord demo
  onrecord serve --data ./record --seed
  onrecord stats --data ./record --json`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	data := os.Getenv("ONRECORD_DATA")
	if data == "" {
		data = "onrecord-data"
	}
	root.PersistentFlags().StringVar(&a.data, "data", data, "directory of the record (also $ONRECORD_DATA)")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print JSON")
	_ = root.MarkPersistentFlagDirname("data") // the flag is two lines above
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w (see %s --help)", err, cmd.CommandPath())
	})
	root.AddCommand(a.demo(), a.serve(), a.token(), a.seed(), a.ingest(), a.extract(), a.propose(), a.review(), a.importing(), a.export(), a.query(), a.search(), a.timeline(), a.verify(), a.checkpoint(), a.cite(), a.reindex(), a.stats(), a.version())
	root.SetHelpCommand(a.help())
	root.InitDefaultCompletionCmd()
	checkArgs(root)
	return root
}

// checkArgs makes wrong arguments of a command and of those below it wrong
// input, with the way to help. A command of commands takes no other words.
func checkArgs(c *cobra.Command) {
	check := c.Args
	if c.HasSubCommands() {
		check = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			hint := "see " + cmd.CommandPath() + " --help"
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				hint = "did you mean " + strings.Join(near, " or ") + "?"
			}
			return usagef("there is no command %q (%s)", args[0], hint)
		}
		c.SuggestionsMinimumDistance = 2
		if c.RunE == nil && c.Run == nil {
			c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	c.Args = func(cmd *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		err := check(cmd, args)
		if err == nil || cmd.HasSubCommands() {
			return err
		}
		return usagef("%w (see %s --help)", err, cmd.CommandPath())
	}
	for _, below := range c.Commands() {
		checkArgs(below)
	}
}

// noWords refuses words behind a command that takes flags only.
func noWords(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%q: it takes no words, only flags", args[0])
	}
	return nil
}

// oneWord refuses more than one: what was meant to be one was not quoted.
func oneWord(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usagef("%q: it takes one word; put quotes around a query", args[1])
	}
	return nil
}

// words refuses none.
func words(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if strings.TrimSpace(strings.Join(args, "")) == "" {
			return usagef("say %s", what)
		}
		return nil
	}
}

func (a *app) help() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Say what a command does",
		Example: "  onrecord help timeline",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
			if c, rest, err := cmd.Root().Find(args); err == nil && len(rest) == 0 {
				for _, below := range c.Commands() {
					names = append(names, below.Name()+"\t"+below.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = c.Args(c, rest)
			}
			if err == nil && len(rest) > 0 {
				err = usagef("there is no command %q (see onrecord help)", strings.Join(args, " "))
			}
			if err != nil {
				return err
			}
			c.InitDefaultHelpFlag()
			return c.Help()
		},
	}
}

// note tells a person something beside the answer.
func (a *app) note(format string, args ...any) {
	fmt.Fprintf(a.err, "onrecord: "+format+"\n", args...)
}
