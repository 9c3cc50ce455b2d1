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
	"github.com/onrecord/onrecord/server/token"
)

const defaultAddr = "127.0.0.1:8080"

func (a *app) serve() *cobra.Command {
	var addr string
	var seeded, closed, open, public bool
	var base string
	var embed []string
	var clients clientFlags
	var signs signFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve a record over HTTP",
		Long: `Serve a record over HTTP: /graphql, /graphiql, /schema.graphql, /export, /cite,
/checkpoint and /tile, /healthz, /readyz, /metrics. A record that is not there is
begun.

On an address of this machine alone, whoever reaches it can read the record; any
other address is closed to who has no token, unless --open or --public opens it.
Behind a proxy, which also comes from this machine, --closed closes it. Writing always
needs a token (see onrecord token), and --public takes none: nobody writes there, and
nobody signs in, so that a cache in front may keep pages for a minute. Tokens travel as they are: what can be reached from
outside needs a proxy in front of it that speaks TLS.

Checkpoints of the log are signed with a key of the record (see onrecord
checkpoint), which is made at the first start.

It stops on an interrupt or
SIGTERM, after the requests under way, which get ten seconds; a second signal
stops it at once.

` + clientHelp,
		Example: `  onrecord serve --data ./record --seed
  onrecord serve --data ./record --addr 127.0.0.1:9000 --closed
  onrecord serve --data ./record --addr :8080 --public --base https://record.example.org --embed 'https://*.news.example'
  onrecord serve --data ./record --host record.example.org --trusted-proxy 127.0.0.1
  onrecord serve --data ./record --documents persisted.json`,
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if closed && open || closed && public || open && public {
				return usagef("give one of --closed, --open and --public")
			}
			// Before the record: what is wrong with the flags begins none, nor does
			// an address that is taken, nor do tokens that cannot be read.
			options, err := clients.options(server.Options{Base: base, Embed: embed, ReadOnly: public})
			if err != nil {
				return err
			}
			l, err := listen(addr)
			if err != nil {
				return err
			}
			defer l.Close()
			tokens, err := a.openTokens()
			if err != nil {
				return err
			}
			options.Closed = closed || !open && !public && !loopback(l)
			return a.with(cmd.Context(), making, func(rec *graph.Record) error {
				if seeded {
					if _, err := corpus.Load(cmd.Context(), rec); err != nil {
						return err
					}
				}
				if options.Signer, err = a.signerFor(&signs); err != nil {
					return err
				}
				return a.answer(cmd.Context(), rec, l, options, tokens, clients.log, func(url string) {
					a.out.printf("onrecord %s serves %s, at revision %d\n\n", version(), a.data, rec.Head().Seq)
					a.printAddresses(url)
					a.printAccess(options.Closed, options.ReadOnly)
				})
			})
		},
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, "address to listen on; port 0 takes a free one")
	c.Flags().BoolVar(&seeded, "seed", false, "load the seed article first; loading it again adds nothing")
	c.Flags().BoolVar(&closed, "closed", false, "reading needs a token, as writing does; so on any address that others can reach")
	c.Flags().BoolVar(&open, "open", false, "reading needs no token, also on an address that others can reach")
	c.Flags().BoolVar(&public, "public", false, "as --open, and nobody can write: a record for everybody to read")
	c.Flags().StringVar(&base, "base", "", "`address` by which others reach the pages, as https://record.example.org (default: as asked)")
	c.Flags().StringArrayVar(&embed, "embed", nil, "an `origin` that may show embeds in its pages, as https://*.news.example; may be repeated (default: any)")
	clients.add(c)
	signs.add(c)
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
func (a *app) answer(ctx context.Context, rec *graph.Record, l net.Listener, o server.Options, tokens *token.Guard, log string, say func(url string)) error {
	o.Version, o.StoreUsage, o.Tokens = version(), a.storeUsage, tokens
	o.Log = a.log()
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
		Closed   bool   `json:"closed"`
	}{url, url + "/graphql", url + "/graphiql", rec.Head().Seq, o.Closed}); err != nil {
		return err
	}
	if !loopback(l) {
		a.noteOutside(l.Addr(), o.Closed)
	}
	if o.Closed && tokens.Usable() == 0 {
		a.note("there is no token yet, so nobody can read; to make one: %s", a.createToken("reader"))
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
		{"/", "read in the browser"},
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
