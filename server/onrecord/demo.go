package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/seed/corpus"
	"github.com/onrecord/onrecord/server"
)

func (a *app) demo() *cobra.Command {
	var addr string
	var quiet bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Serve a seeded record that is thrown away afterwards",
		Long: `Serve a new record that holds one annotated news article, open it in the browser
where there is one, and throw it away at the end.`,
		Example: `  onrecord demo
  onrecord demo --addr 127.0.0.1:9000 --no-browser`,
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if cmd.Flags().Changed("data") {
				return usagef("demo keeps no record; to keep one: onrecord serve --seed --data %s", shellWord(a.data))
			}
			l, err := listen(addr)
			if addr == defaultAddr && errors.Is(err, syscall.EADDRINUSE) {
				l, err = listenNear(addr)
			}
			if err != nil {
				return err
			}
			defer l.Close()
			if a.data, err = os.MkdirTemp("", "onrecord-demo-"); err != nil {
				return err
			}
			defer func() { err = errors.Join(err, os.RemoveAll(a.data)) }()
			// One article needs no more; and so a demo runs where little is free.
			small := badgerkv.Options{MemTableBytes: 8 << 20, BallastBytes: -1}
			return a.withOptions(cmd.Context(), making, small, func(rec *graph.Record) error {
				if _, err := corpus.Load(cmd.Context(), rec); err != nil {
					return err
				}
				tokens, err := a.openTokens()
				if err != nil {
					return err
				}
				signer, err := a.signerFor(&signFlags{})
				if err != nil {
					return err
				}
				// What it serves is in every copy of this program: no address closes it.
				return a.answer(cmd.Context(), rec, l, server.Options{Signer: signer}, tokens, "off", func(url string) {
					a.out.printf("onrecord %s: one article on record, thrown away when you stop it (Ctrl-C)\n\n", version())
					a.printAddresses(url)
					a.printAccess(false, false)
					a.out.printf("\nTry\n  curl -G %s/graphql --data-urlencode 'query={ predictions(resolution: [OPEN]) { nodes { text } } }'\n", url)
					if !quiet && a.out.tty && openBrowser(url) {
						a.out.printf("\nThe browser is being opened (--no-browser leaves it).\n")
					}
				})
			})
		},
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, "address to listen on; where the default is taken, the next free port")
	c.Flags().BoolVar(&quiet, "no-browser", false, "leave the browser alone")
	return c
}

// listenNear takes the next free port after that of an address, or any.
func listenNear(addr string) (net.Listener, error) {
	host, text, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, err
	}
	for next := port + 1; next <= port+20; next++ {
		if l, err := listen(net.JoinHostPort(host, strconv.Itoa(next))); !errors.Is(err, syscall.EADDRINUSE) {
			return l, err
		}
	}
	return listen(net.JoinHostPort(host, "0"))
}

// openBrowser asks the system to show a page, where somebody sits before it. It
// reports whether the system was asked; the address is printed in any case.
func openBrowser(url string) bool {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.Command("open", url)
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	default:
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return false
		}
		cmd = exec.Command("xdg-open", url)
	}
	if cmd.Start() != nil {
		return false
	}
	go func() { _ = cmd.Wait() }() // ends with the browser's starter; its failure is the browser's to show
	return true
}
