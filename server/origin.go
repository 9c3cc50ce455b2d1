package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/rs/cors"
)

// A browser sends what any page tells it to, from inside a network that the
// page's author cannot reach. So a request is looked at for the page it comes
// from, before anything of it is read, and for the name it was sent to: an
// author can give a name of his own this server's address, and his pages then
// look like ours.

type loopbackKey struct{}

// onLoopback marks the requests of a listener that only this machine reaches.
func onLoopback(ctx context.Context, l net.Listener) context.Context {
	tcp, ok := l.Addr().(*net.TCPAddr)
	return context.WithValue(ctx, loopbackKey{}, ok && tcp.IP.IsLoopback())
}

// hostAllowed says whether a request was sent to a name of this server. Where
// neither names are given nor only this machine can reach it, its names are not
// known, and any will do. An address is always right: nobody can point it
// elsewhere.
func (s *Server) hostAllowed(r *http.Request) bool {
	guarded, _ := r.Context().Value(loopbackKey{}).(bool)
	if !guarded && len(s.opts.Hosts) == 0 || r.Host == "" {
		return true
	}
	name := strings.ToLower(strings.TrimSuffix(hostname(r.Host), "."))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") || slices.Contains(s.opts.Hosts, name) {
		return true
	}
	_, err := netip.ParseAddr(name)
	return err == nil
}

// hostname takes the port and the brackets from a Host header.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

func wrongHost(host string) *refusal {
	return &refusal{
		status: http.StatusMisdirectedRequest, code: "WRONG_HOST",
		message: fmt.Sprintf("this server is not %.100q; where it should be, start it with --host", hostname(host)),
	}
}

// originAllowed says whether a request may come from where it does: a program,
// a page of this server, or one of the origins of the options. Following a link
// here is no page's request, and is told by the browser. An old browser that
// says nothing of all this is taken for a program; its GET changes nothing, and
// the answer is not given to the page.
func (s *Server) originAllowed(r *http.Request) bool {
	switch origins := r.Header.Values("Origin"); {
	case len(origins) > 1:
		return false
	case len(origins) == 1:
		if slices.Contains(s.opts.Origins, strings.ToLower(origins[0])) {
			return true
		}
		if r.Header.Get("Sec-Fetch-Site") == "same-origin" {
			return true // behind a proxy that gives another Host; no page can write this header
		}
		o, err := url.Parse(origins[0])
		return err == nil && o.Host != "" && strings.EqualFold(o.Host, r.Host)
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return true
	}
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	return safe && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

func wrongOrigin(r *http.Request) *refusal {
	from := "another site"
	if o := r.Header.Get("Origin"); o != "" {
		from = fmt.Sprintf("%.100q", o)
	}
	return &refusal{
		status: http.StatusForbidden, code: "FOREIGN_ORIGIN",
		message: "a page of " + from + " may not ask here; where it should, start it with --origin and that origin",
	}
}

// withCORS lets the pages of some origins read the answers. Without origins
// nothing is said to any.
func withCORS(h http.Handler, origins []string) http.Handler {
	if len(origins) == 0 {
		return h
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost},
		AllowedHeaders: []string{"*"}, // who may ask may say what it likes with it
		ExposedHeaders: []string{"X-Request-Id", "Retry-After", "RateLimit", "RateLimit-Policy"},
		MaxAge:         600, // seconds until a page must ask again
	}).Handler(h)
}

// checkOrigins brings origins into the form that browsers send them in.
func checkOrigins(origins []string) ([]string, error) {
	var out []string
	for _, o := range origins {
		u, err := url.Parse(strings.ToLower(o))
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Contains(u.Host, "*") || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
			return nil, fmt.Errorf("%q is no origin: name each as https://example.org, or with its port", o)
		}
		out = append(out, u.Scheme+"://"+u.Host)
	}
	return out, nil
}

// checkHosts brings names into the form that they are compared in.
func checkHosts(hosts []string) ([]string, error) {
	var out []string
	for _, h := range hosts {
		name := strings.ToLower(strings.TrimSuffix(hostname(h), "."))
		if name == "" || strings.ContainsAny(h, "/*@ ") {
			return nil, fmt.Errorf("%q is no name of a host: write it as example.org", h)
		}
		out = append(out, name)
	}
	return out, nil
}
