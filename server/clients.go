package server

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/onrecord/onrecord/schema"
)

// address is where a request comes from.
type address struct {
	ip    netip.Addr // not valid where it is not known
	local bool       // from a program on this machine that speaks for nobody else
}

// addressOf finds out where a request comes from. What a header says of it is
// believed only of those proxies that the options name.
func (s *Server) addressOf(r *http.Request) address {
	var ip netip.Addr
	if port, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		ip = port.Addr().Unmap().WithZone("")
	}
	chain, forwarded := forwardedFor(r.Header)
	for s.trusts(ip) && len(chain) > 0 {
		next, ok := parseHop(chain[len(chain)-1])
		if !ok {
			break // nobody known: the proxy that said so stands for it
		}
		ip, chain = next, chain[:len(chain)-1]
	}
	return address{ip: ip, local: ip.IsLoopback() && !forwarded}
}

func (s *Server) trusts(ip netip.Addr) bool {
	for _, p := range s.opts.TrustedProxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// forwardedFor lists for whom a request was forwarded, the nearest last, and
// says whether it was at all. A proxy writes one of the two headers; where both
// are there, a client wrote one of them, and neither is believed.
func forwardedFor(h http.Header) (chain []string, forwarded bool) {
	plain, standard := h.Values("X-Forwarded-For"), h.Values("Forwarded")
	forwarded = len(plain)+len(standard)+len(h.Values("Via")) > 0
	switch {
	case len(plain) > 0 && len(standard) > 0:
		return nil, true
	case len(plain) > 0:
		return strings.Split(strings.Join(plain, ","), ","), true
	case len(standard) == 0:
		return nil, forwarded
	}
	for hop := range strings.SplitSeq(strings.Join(standard, ","), ",") {
		who := ""
		for pair := range strings.SplitSeq(hop, ";") {
			if name, value, _ := strings.Cut(strings.TrimSpace(pair), "="); strings.EqualFold(name, "for") {
				who = strings.Trim(value, `"`)
			}
		}
		chain = append(chain, who)
	}
	return chain, true
}

// parseHop reads an address with or without a port, as proxies write them.
func parseHop(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	if port, err := netip.ParseAddrPort(s); err == nil {
		return port.Addr().Unmap().WithZone(""), true
	}
	ip, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return ip.Unmap().WithZone(""), err == nil
}

// clientOf says who a request is to be counted for: who its token belongs to,
// or else where it comes from. Who has an IPv6 network has all its addresses, so
// that the network counts.
func clientOf(r *http.Request, from address) string {
	if agent := schema.CallerOf(r.Context()).Agent; agent != "" {
		return "agent " + agent
	}
	if from.ip.Is6() {
		network, _ := from.ip.Prefix(64) // 64 bits are there
		return network.String()
	}
	return from.ip.String()
}
