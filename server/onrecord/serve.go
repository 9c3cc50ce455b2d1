package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/seed/corpus"
	"github.com/onrecord/onrecord/server"
)

const defaultAddr = "127.0.0.1:8080"

func (a *app) serve() *cobra.Command {
	var addr string
	var seeded bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve a record over HTTP",
		Long:  "Serve a record over HTTP: /graphql, /graphiql, /schema.graphql, /healthz. A record that is not there is begun.",
		Example: `  onrecord serve --data ./record --seed
  onrecord serve --data ./record --addr 127.0.0.1:9000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := listen(addr)
			if err != nil {
				return err
			}
			defer l.Close()
			return a.with(cmd.Context(), making, func(rec *graph.Record) error {
				if seeded {
					if _, err := corpus.Load(cmd.Context(), rec); err != nil {
						return err
					}
				}
				return a.listenAndServe(cmd.Context(), rec, l)
			})
		},
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, "address to listen on")
	c.Flags().BoolVar(&seeded, "seed", false, "load the seed article first; loading it again adds nothing")
	return c
}

func (a *app) demo() *cobra.Command {
	var addr string
	var browser bool
	c := &cobra.Command{
		Use:     "demo",
		Short:   "Serve a seeded record that is thrown away afterwards",
		Long:    "Serve a new record that holds the seed article, open it in the browser where there is one, and throw it away at the end.",
		Example: "  onrecord demo",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if a.data, err = os.MkdirTemp("", "onrecord-demo-"); err != nil {
				return err
			}
			defer os.RemoveAll(a.data)
			l, err := listen(addr)
			if errors.Is(err, syscall.EADDRINUSE) && !cmd.Flags().Changed("addr") {
				l, err = listen("127.0.0.1:0")
			}
			if err != nil {
				return err
			}
			defer l.Close()
			return a.with(cmd.Context(), making, func(rec *graph.Record) error {
				if _, err := corpus.Load(cmd.Context(), rec); err != nil {
					return err
				}
				if browser && isTerminal(a.err) {
					openBrowser("http://" + l.Addr().String() + "/graphiql")
				}
				return a.listenAndServe(cmd.Context(), rec, l)
			})
		},
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, "address to listen on; another port is taken if the default one is")
	c.Flags().BoolVar(&browser, "browser", true, "open the browser")
	return c
}

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &graph.Error{Kind: graph.Unavailable, Op: "listen", Subject: addr, Err: err, Hint: "choose another with --addr"}
	case err != nil:
		return nil, &usageError{fmt.Errorf("--addr %q: %w", addr, err)}
	}
	return l, nil
}

func (a *app) listenAndServe(ctx context.Context, rec *graph.Record, l net.Listener) error {
	log := slog.New(slog.NewTextHandler(a.err, nil))
	h, err := server.New(rec, server.Options{Version: version(), Log: log})
	if err != nil {
		return err
	}
	url := "http://" + l.Addr().String()
	if a.json {
		if err := a.print(map[string]any{"url": url, "graphql": url + "/graphql", "graphiql": url + "/graphiql", "seq": rec.Head().Seq}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.out, "onrecord %s serves %d revisions\n  GraphiQL  %s/graphiql\n  GraphQL   %s/graphql\n", version(), rec.Head().Seq, url, url)
	}
	return server.Serve(ctx, l, h)
}

// openBrowser asks the system to show a page; where it cannot, the address that
// is printed has to do.
func openBrowser(url string) {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.Command("open", url)
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	default:
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return
		}
		cmd = exec.Command("xdg-open", url)
	}
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }()
	}
}
