package server

import (
	"net/http"
	"strings"
	"testing"
)

// A page of another site is told no before anything is read of its request.
func TestOrigins(t *testing.T) {
	t.Parallel()
	closed, _, _, _ := started(t, Options{}, nil)
	open, _, _, _ := started(t, Options{Origins: []string{"https://Friend.example/", "http://other.example:81"}}, nil)
	const link = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document"
	for _, c := range []struct {
		name, header      string
		get, post         int
		openGet, openPost int
	}{
		{"a program", "X: x", 200, 200, 200, 200},
		{"a page of ours", "Origin: http://localhost", 200, 200, 200, 200},
		{"a page of ours, told by the browser", "Origin: https://record.example\r\nSec-Fetch-Site: same-origin", 200, 200, 200, 200},
		{"the address bar", "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document", 200, 200, 200, 200},
		{"another site", "Origin: https://evil.example", 403, 403, 403, 403},
		{"another port", "Origin: http://localhost:81", 403, 403, 403, 403},
		{"a name that ends as ours", "Origin: http://evil-localhost", 403, 403, 403, 403},
		{"a page without a site", "Origin: null", 403, 403, 403, 403},
		{"two origins", "Origin: http://localhost\r\nOrigin: https://evil.example", 403, 403, 403, 403},
		{"an empty origin", "Origin:", 403, 403, 403, 403},
		{"an image of another site", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image", 403, 403, 403, 403},
		{"a site beside ours", "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors", 403, 403, 403, 403},
		{"a frame of another site", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe", 403, 403, 403, 403},
		{"a link on another site", link, 200, 403, 200, 403},
		{"a friend", "Origin: https://friend.example\r\nSec-Fetch-Site: cross-site", 403, 403, 200, 200},
		{"a friend on another port", "Origin: https://friend.example:444", 403, 403, 403, 403},
		{"a friend without TLS", "Origin: http://friend.example", 403, 403, 403, 403},
		{"a friend with a port", "Origin: http://other.example:81", 403, 403, 200, 200},
	} {
		for _, way := range []struct {
			addr, address, body string
			want                int
		}{
			{closed, "?query={__typename}", "", c.get},
			{closed, "", `{"query":"{__typename}"}`, c.post},
			{open, "?query={__typename}", "", c.openGet},
			{open, "", `{"query":"{__typename}"}`, c.openPost},
		} {
			status, body := ask(t, way.addr, way.address, way.body, c.header)
			text := `{"data":{"__typename":"Query"}}`
			if way.want == 403 {
				text = `"code":"FOREIGN_ORIGIN"`
			}
			if status != way.want || !strings.Contains(body, text) {
				t.Errorf("%s, open %t, POST %t: got %d, %s; want %d", c.name, way.addr == open, way.body != "", status, body, way.want)
			}
		}
	}
}

// A browser learns by its own rules who may read: without a list nobody, with it
// those on it.
func TestCORS(t *testing.T) {
	t.Parallel()
	closed, _, _, _ := started(t, Options{}, nil)
	open, _, _, _ := started(t, Options{Origins: []string{"https://friend.example"}}, nil)
	for _, c := range []struct {
		name, addr, origin string
		allowed            bool
	}{
		{"closed", closed, "https://friend.example", false},
		{"a friend", open, "https://friend.example", true},
		{"another", open, "https://evil.example", false},
	} {
		req, err := http.NewRequestWithContext(t.Context(), "OPTIONS", "http://"+c.addr+"/graphql", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", c.origin)
		req.Header.Set("Access-Control-Request-Method", "POST")
		req.Header.Set("Access-Control-Request-Headers", "apollographql-client-name,authorization,content-type")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		want := ""
		if c.allowed {
			want = c.origin
		}
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != want || res.StatusCode != 204 {
			t.Errorf("%s, before: %d, Access-Control-Allow-Origin %q, want %q", c.name, res.StatusCode, got, want)
		}
		if got := res.Header.Get("Access-Control-Allow-Headers"); c.allowed != strings.Contains(got, "authorization") || strings.Contains(got, "*") {
			t.Errorf("%s, before: Access-Control-Allow-Headers %q", c.name, got)
		}
		res, _ = raw(t, c.addr, "GET /graphql?query={__typename} HTTP/1.1\r\nHost: localhost\r\nOrigin: "+c.origin+"\r\n\r\n")
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: Access-Control-Allow-Origin %q, want %q", c.name, got, want)
		}
		if vary := strings.Join(res.Header.Values("Vary"), ","); c.addr == open && !strings.Contains(vary, "Origin") || !strings.Contains(vary, "Accept-Encoding") {
			t.Errorf("%s: Vary %q", c.name, vary)
		}
		if exposed := res.Header.Get("Access-Control-Expose-Headers"); c.allowed != strings.Contains(exposed, "Retry-After") {
			t.Errorf("%s: exposed %q", c.name, exposed)
		}
	}
}

// A name that somebody else gave this server's address is refused.
func TestHosts(t *testing.T) {
	t.Parallel()
	local, _, _, _ := started(t, Options{}, nil)
	named, _, _, _ := started(t, Options{Hosts: []string{"Record.example."}}, nil)
	for host, want := range map[string][2]int{
		"localhost":           {200, 200},
		"LOCALHOST:8080":      {200, 200},
		"a.localhost":         {200, 200},
		"127.0.0.1":           {200, 200},
		"127.0.0.1:1":         {200, 200},
		"[::1]:8080":          {200, 200},
		"record.example":      {421, 200},
		"record.example:8443": {421, 200},
		"evil.example":        {421, 421},
		"localhost.evil":      {421, 421},
		"127.0.0.1.evil":      {421, 421},
	} {
		for i, addr := range []string{local, named} {
			for _, path := range []string{"/graphql?query={__typename}", "/healthz", "/graphiql"} {
				res, body := raw(t, addr, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\nOrigin: http://"+host+"\r\n\r\n")
				if res.StatusCode != want[i] || res.StatusCode == 421 && !strings.Contains(body, `"code":"WRONG_HOST"`) {
					t.Errorf("%s at %s, named %t: got %d, %.100s; want %d", path, host, i == 1, res.StatusCode, body, want[i])
				}
			}
		}
	}
	if res, _ := raw(t, local, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"); res.StatusCode != 400 {
		t.Errorf("two hosts: got %d, want 400", res.StatusCode)
	}
}

// What is no origin and no host is found when the server is made.
func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, o := range []string{"*", "https://*.example", "example.org", "null", "ftp://a.example", "https://a.example/path", "https://", "https://u@a.example", ""} {
		if _, err := New(nil, Options{Origins: []string{o}}); err == nil {
			t.Errorf("the origin %q was taken", o)
		}
	}
	for _, h := range []string{"", "*", "https://a.example", "a b"} {
		if _, err := New(nil, Options{Hosts: []string{h}}); err == nil {
			t.Errorf("the host %q was taken", h)
		}
	}
}
