package server

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/onrecord/onrecord/schema"
)

func prefixes(t *testing.T, list ...string) (out []netip.Prefix) {
	t.Helper()
	for _, text := range list {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// Only who is trusted is believed for whom it asks, and only as far as all that
// stand between are.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from string
		header     http.Header
		trusted    []string
		client     string
		local      bool
	}{
		{name: "a program here", from: "127.0.0.1:5", client: "127.0.0.1", local: true},
		{name: "a program here, by IPv6", from: "[::1]:5", client: "::/64", local: true},
		{name: "from elsewhere", from: "192.0.2.1:5", client: "192.0.2.1"},
		{name: "IPv4 in IPv6", from: "[::ffff:192.0.2.1]:5", client: "192.0.2.1"},
		{name: "a network", from: "[2001:db8:1:2:3:4:5:6]:5", client: "2001:db8:1:2::/64"},
		{name: "a zone", from: "[fe80::1%eth0]:5", client: "fe80::/64"},
		{name: "no address", from: "@", client: "invalid IP"},
		{name: "a claim that nobody trusts", from: "192.0.2.1:5", header: http.Header{"X-Forwarded-For": {"10.0.0.1"}}, client: "192.0.2.1"},
		{name: "a proxy here that nobody named", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"192.0.2.1"}}, client: "127.0.0.1"},
		{name: "a proxy here without an address", from: "127.0.0.1:5", header: http.Header{"Via": {"1.1 x"}}, client: "127.0.0.1"},
		{name: "a proxy", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"192.0.2.1"}}, trusted: []string{"127.0.0.1/32"}, client: "192.0.2.1"},
		{name: "another proxy", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"192.0.2.1"}}, trusted: []string{"127.0.0.2/32"}, client: "127.0.0.1"},
		{name: "a lie before the truth", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"10.0.0.1, 192.0.2.1"}}, trusted: []string{"127.0.0.1/32"}, client: "192.0.2.1"},
		{name: "a lie in a header of its own", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"10.0.0.1", "192.0.2.1"}}, trusted: []string{"127.0.0.1/32"}, client: "192.0.2.1"},
		{name: "two proxies", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"192.0.2.1, 10.0.0.1"}}, trusted: []string{"127.0.0.0/8", "10.0.0.0/8"}, client: "192.0.2.1"},
		{name: "all trusted", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"10.0.0.2, 10.0.0.1"}}, trusted: []string{"127.0.0.0/8", "10.0.0.0/8"}, client: "10.0.0.2"},
		{name: "somebody here, as a proxy says", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"127.0.0.1"}}, trusted: []string{"127.0.0.0/8"}, client: "127.0.0.1"},
		{name: "with a port", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"192.0.2.1:44"}}, trusted: []string{"127.0.0.0/8"}, client: "192.0.2.1"},
		{name: "in brackets", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"[2001:db8::1]:44"}}, trusted: []string{"127.0.0.0/8"}, client: "2001:db8::/64"},
		{name: "unknown", from: "127.0.0.1:5", header: http.Header{"X-Forwarded-For": {"unknown"}}, trusted: []string{"127.0.0.0/8"}, client: "127.0.0.1"},
		{name: "as the standard has it", from: "127.0.0.1:5", header: http.Header{"Forwarded": {`for=10.0.0.1, For="[2001:db8::1]:44";proto=https`}}, trusted: []string{"127.0.0.0/8"}, client: "2001:db8::/64"},
		{name: "both headers", from: "127.0.0.1:5", header: http.Header{"Forwarded": {"for=10.0.0.1"}, "X-Forwarded-For": {"192.0.2.1"}}, trusted: []string{"127.0.0.0/8"}, client: "127.0.0.1"},
	} {
		s := &Server{opts: Options{TrustedProxies: prefixes(t, c.trusted...)}}
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr, r.Header = c.from, c.header
		from := s.addressOf(r)
		if got := clientOf(r, from); got != c.client || from.local != c.local {
			t.Errorf("%s: %s, local %t; want %s, %t", c.name, got, from.local, c.client, c.local)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r = r.WithContext(schema.WithCaller(r.Context(), schema.Caller{Agent: "desk", Role: schema.Editor}))
	if got := clientOf(r, address{}); got != "agent desk" {
		t.Errorf("with a token: %s", got)
	}
}
