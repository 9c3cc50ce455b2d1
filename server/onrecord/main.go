// Command onrecord keeps a record of what was said, and answers questions about it.
//
//	onrecord demo                      a seeded record to look at, in the browser
//	onrecord serve --data DIR          a record of your own
//	onrecord help                      everything else
//
// Flags, the environment, exit codes and signals are looked at here and nowhere
// below: root.go has the commands, exit.go the codes, open.go the ways into a
// record, output.go what is printed. Each command has a file of its name.
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
	"time"
)

func main() { os.Exit(runSignalled()) }

// runSignalled runs the program until it ends or is told to: the first signal
// asks for a clean stop, a later one ends the process. Who stops a process and
// its group, as timeout(1) and supervisors do, sends one signal twice: what comes
// within half a second is the first one still.
func runSignalled() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() {
		time.Sleep(500 * time.Millisecond)
		stop()
	})
	return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// program is how this one was called, for a command that a person will paste into
// another terminal: bin/onrecord is found there by no other name.
func program() string {
	if name := os.Args[0]; strings.ContainsAny(name, `/\`) {
		return shellWord(name)
	}
	return "onrecord"
}

// run is the program: what it is told, and what its exit code is.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	a := newApp(in, out, errOut)
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(a.out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil || errors.Is(err, errProblems) {
		// What nobody could read was not said.
		if lost := a.out.err; lost != nil {
			err = lost // it names standard output
		}
	}
	if err != nil && !errors.Is(err, errProblems) {
		fmt.Fprintln(errOut, "onrecord:", strings.TrimPrefix(err.Error(), "onrecord: "))
	}
	return exitCode(err)
}
