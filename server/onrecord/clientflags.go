package main

import (
	"net/netip"
	"slices"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/server"
)

// clientHelp explains the flags that need more than a line.
const clientHelp = `Pages of other sites are refused, unless --origin names theirs. On a loopback
address the server answers to localhost, to addresses, and to the names that --host
gives, so that no site can pass itself off as this one; with --host it does so on
any address. Behind a proxy give it the public name by --host, and the proxy by
--trusted-proxy: what the proxy says in X-Forwarded-For or Forwarded is then
believed, and each client has a budget of its own. A proxy on this machine must send
one of the two: without, its clients are taken for programs of this machine.

A client, which is a token or else an address, may spend --rate in cost each second
in the long run, the cost of 20 seconds or of the dearest request at once, and have
32 requests under way; beyond that it is told to wait (429, Retry-After). The
headers RateLimit and RateLimit-Policy tell it how it stands, and a request with
{"cost": true} in its extensions what it cost. Programs on this machine are limited
only where --rate is given.

--documents names what may be executed: a manifest as relay-compiler or Apollo's
generate-persisted-query-manifest writes it, a .graphql file, or a directory of
them. Clients send the text, its sha256, or the id in the manifest. All else is
refused, what GraphiQL asks too. Without --documents a client may send a hash in
place of a query that was sent with it before (automatic persisted queries).`

// clientFlags say which clients a server has, and what they may do.
type clientFlags struct {
	hosts, origins, proxies []string
	documents               string
	rate                    int
	metrics                 bool
	log                     string
}

func (f *clientFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringArrayVar(&f.hosts, "host", nil, "a `name` that the server is called by, beside localhost; may be repeated")
	flags.StringArrayVar(&f.origins, "origin", nil, "an `origin` whose pages may ask, as https://example.org; may be repeated")
	flags.StringArrayVar(&f.proxies, "trusted-proxy", nil, "`address` or network of a proxy that is believed for whom it asks; may be repeated")
	flags.StringVar(&f.documents, "documents", "", "execute the documents of a `file` or directory and no others")
	flags.IntVar(&f.rate, "rate", 0, "`cost` that a client may spend each second; -1 for any (default 10000, and any on this machine)")
	flags.BoolVar(&f.metrics, "metrics-open", false, "answer /metrics to everybody, not to this machine alone")
	flags.StringVar(&f.log, "log", "text", "how requests are logged on standard error: text, json or off")
	_ = c.RegisterFlagCompletionFunc("log", cobra.FixedCompletions([]string{"text", "json", "off"}, cobra.ShellCompDirectiveNoFileComp)) // the flag is one line above
}

// options adds to options what the flags ask for, and checks them.
func (f *clientFlags) options(o server.Options) (server.Options, error) {
	o.Hosts, o.Origins, o.MetricsOpen, o.Rate = f.hosts, f.origins, f.metrics, f.rate
	if !slices.Contains([]string{"text", "json", "off"}, f.log) {
		return o, usagef("--log %q: say text, json or off", f.log)
	}
	for _, text := range f.proxies {
		network, err := netip.ParsePrefix(text)
		if ip, bad := netip.ParseAddr(text); bad == nil {
			network, err = ip.Prefix(ip.BitLen())
		}
		if err != nil {
			return o, usagef("--trusted-proxy %q: write an address as 127.0.0.1, or a network as 10.0.0.0/8", text)
		}
		o.TrustedProxies = append(o.TrustedProxies, network)
	}
	if f.documents != "" {
		var err error
		if o.Documents, err = readDocuments(f.documents); err != nil {
			return o, err
		}
	}
	if err := server.Check(o); err != nil {
		return o, usagef("%w", err)
	}
	return o, nil
}
