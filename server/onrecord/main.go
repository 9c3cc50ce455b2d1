// Command onrecord keeps a record of what was said, and answers questions about it.
//
//	onrecord demo                      a seeded record to look at, in the browser
//	onrecord serve --data DIR          a record of your own
//	onrecord help                      everything else
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv"
)

func main() {
	// The first signal asks for a clean stop, the second ends the process.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit codes. Help prints them.
const (
	exitOK       = 0
	exitProblems = 1
	exitInvalid  = 2
	exitNotFound = 3
	exitConflict = 4
	exitInUse    = 5
	exitDamaged  = 6
	exitNoSpace  = 7
	exitDenied   = 8
	exitInternal = 70
	exitStopped  = 130
)

const exitHelp = `Exit codes:
  0 done   1 verify found problems   2 wrong input   3 not found   4 conflict
  5 in use or unavailable   6 damaged   7 no space   8 not permitted
  70 internal error   130 stopped`

// errProblems ends a verify that printed what it found.
var errProblems = errors.New("problems were found")

// exitCode maps an error to the code of its kind.
func exitCode(err error) int {
	var u *usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errProblems):
		return exitProblems
	case errors.As(err, &u):
		return exitInvalid
	case errors.Is(err, context.Canceled):
		return exitStopped
	case errors.Is(err, kv.ErrNoSpace), errors.Is(err, syscall.ENOSPC):
		return exitNoSpace
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		return exitDenied
	}
	switch graph.KindOf(err) {
	case graph.Invalid, graph.TooLarge:
		return exitInvalid
	case graph.NotFound:
		return exitNotFound
	case graph.Conflict:
		return exitConflict
	case graph.Permission:
		return exitDenied
	case graph.Corrupt:
		return exitDamaged
	case graph.Unavailable:
		return exitInUse
	}
	if errors.Is(err, os.ErrNotExist) {
		return exitNotFound
	}
	return exitInternal
}

// usageError is a command line that makes no sense.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }

// app is one run of the program.
type app struct {
	in       io.Reader
	out, err io.Writer
	data     string
	json     bool
}

func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	a := &app{in: in, out: out, err: errOut}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, errProblems) {
		fmt.Fprintln(errOut, "onrecord:", strings.TrimPrefix(err.Error(), "onrecord: "))
	}
	return exitCode(err)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "onrecord",
		Short: "What was said, on the record, with proof of where",
		Long: `onrecord keeps a knowledge graph of what politicians and institutions said, with
the exact place where each word stands, and answers questions about it in GraphQL.

` + exitHelp,
		Example: `  onrecord demo
  onrecord serve --data ./record --seed
  onrecord stats --data ./record --json`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	data := os.Getenv("ONRECORD_DATA")
	if data == "" {
		data = "onrecord-data"
	}
	root.PersistentFlags().StringVar(&a.data, "data", data, "directory of the record (also $ONRECORD_DATA)")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print JSON")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())}
	})
	root.AddCommand(a.demo(), a.serve(), a.seed(), a.query(), a.search(), a.timeline(), a.verify(), a.reindex(), a.stats(), a.version())
	for _, c := range root.Commands() {
		c.Args = asUsage(c.Args)
	}
	root.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return &usageError{fmt.Errorf("there is no command %q (see onrecord help)", args[0])}
		}
		return nil
	}
	return root
}

// asUsage lets wrong arguments exit as wrong input.
func asUsage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		if err := check(cmd, args); err != nil {
			return &usageError{fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())}
		}
		return nil
	}
}
