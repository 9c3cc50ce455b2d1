package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
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
	var clients clientFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve a record over HTTP",
		Long: `Serve a record over HTTP: /graphql, /graphiql, /schema.graphql, /healthz, /readyz,
/metrics. A record that is not there is begun.

Anyone who can reach the address can read the record. It stops on an interrupt or
SIGTERM, after the requests under way, which get ten seconds; a second signal
stops it at once.

` + clientHelp,
		Example: `  onrecord serve --data ./record --seed
  onrecord serve --data ./record --addr 127.0.0.1:9000
  onrecord serve --data ./record --host record.example.org --trusted-proxy 127.0.0.1
  onrecord serve --data ./record --documents persisted.json`,
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// Before the record: what is wrong with the flags begins none, nor does
			// an address that is taken.
			options, err := clients.options()
			if err != nil {
				return err
			}
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
				return a.answer(cmd.Context(), rec, l, options, clients.log, func(url string) {
					a.out.printf("onrecord %s serves %s, at revision %d\n\n", version(), a.data, rec.Head().Seq)
					a.printAddresses(url)
				})
			})
		},
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, "address to listen on; port 0 takes a free one")
	c.Flags().BoolVar(&seeded, "seed", false, "load the seed article first; loading it again adds nothing")
	clients.add(c)
	return c
}

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &graph.Error{Kind: graph.Unavailable, Op: "listen", Subject: addr, Err: syscall.EADDRINUSE, Hint: "choose another with --addr"}
	case errors.Is(err, syscall.EACCES):
		return nil, &graph.Error{Kind: graph.Permission, Op: "listen", Subject: addr, Err: syscall.EACCES, Hint: "choose a port from 1024 with --addr"}
	case err != nil:
		return nil, usagef("--addr %q: %w", addr, err)
	}
	return l, nil
}

// answer serves until ctx ends. It says where before it begins. log is how
// requests are logged.
func (a *app) answer(ctx context.Context, rec *graph.Record, l net.Listener, o server.Options, log string, say func(url string)) error {
	o.Version, o.StoreUsage = version(), a.storeUsage
	o.Log = slog.New(slog.NewTextHandler(a.err, nil))
	if log == "json" {
		o.Log = slog.New(slog.NewJSONHandler(a.err, nil))
	}
	if log != "off" {
		o.Access = o.Log
	}
	s, err := server.New(rec, o)
	if err != nil {
		return err
	}
	url := "http://" + reachable(l.Addr())
	if !a.json {
		say(url)
	} else if err := a.out.json(struct {
		URL      string `json:"url"`
		GraphQL  string `json:"graphql"`
		GraphiQL string `json:"graphiql"`
		Seq      uint64 `json:"seq"`
	}{url, url + "/graphql", url + "/graphiql", rec.Head().Seq}); err != nil {
		return err
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		a.note("%s can be reached from outside: whoever reaches it can read the record", l.Addr())
	}
	told := sync.OnceFunc(func() { a.note("stopping after the requests under way; once more stops at once") })
	stop := context.AfterFunc(ctx, told)
	err = server.Serve(ctx, l, s)
	if stop(); ctx.Err() != nil {
		told() // or waits until it is said
	}
	return err
}

func (a *app) printAddresses(url string) {
	for _, line := range [][2]string{
		{"/graphiql", "ask in the browser; five questions are there to begin with"},
		{"/graphql", "ask by program"},
		{"/schema.graphql", "what can be asked"},
		{"/healthz", "whether it is well"},
		{"/metrics", "how it is used, for Prometheus on this machine"},
	} {
		a.out.printf("  %-*s  %s\n", len(url)+len("/schema.graphql"), url+line[0], line[1])
	}
}

// reachable is an address for a browser on this machine: no listener on all of
// its addresses is called by the name that stands for all.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return addr.String()
	}
	return net.JoinHostPort("localhost", fmt.Sprint(tcp.Port))
}
