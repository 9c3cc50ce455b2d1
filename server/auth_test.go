package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/server/token"
)

// guarded serves an empty record whose tokens are in a directory. At /caller it
// says on whose behalf it is asked.
type guarded struct {
	*Server
	url, dir string
	log      *logged
	ahead    atomic.Int64 // by how much the clock of the tokens is fast
}

func guard(t *testing.T, closed bool) *guarded {
	t.Helper()
	return guardBy(t, Options{Closed: closed})
}

func guardBy(t *testing.T, o Options) *guarded {
	t.Helper()
	g := &guarded{dir: t.TempDir(), log: &logged{}}
	log := slog.New(slog.NewTextHandler(g.log, nil))
	tokens, err := token.Open(g.dir, token.Options{Log: log, Now: func() time.Time { return time.Now().Add(time.Duration(g.ahead.Load())) }})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := graph.Open(t.Context(), memkv.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o.Log, o.Tokens = log, tokens
	s, err := New(rec, o)
	if err != nil {
		t.Fatal(err)
	}
	g.Server = s
	s.mux.HandleFunc("/caller", s.admitted(func(w http.ResponseWriter, r *http.Request) {
		c := schema.CallerOf(r.Context())
		fmt.Fprintf(w, "%s %q", c.Role, c.Agent)
	}))
	l := httptest.NewServer(s)
	g.url = l.URL
	t.Cleanup(func() {
		l.Close()
		if err := rec.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// token makes one.
func (g *guarded) token(t *testing.T, agent string, role schema.Role, expires time.Time) (id, secret string) {
	t.Helper()
	made, secret, err := token.Create(t.Context(), g.dir, token.Grant{Agent: agent, Role: role, Expires: expires}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return made.ID, secret
}

// forget begins another minute.
func (g *guarded) forget() {
	g.failed.mu.Lock()
	defer g.failed.mu.Unlock()
	g.failed.since = time.Time{}
}

// ask sends a request with Authorization headers.
func (g *guarded) ask(t *testing.T, method, path string, authorization ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, g.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header["Authorization"] = authorization
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

const query = "/graphql?query={__typename}"

// TestAuthorization sends every kind of Authorization header.
func TestAuthorization(t *testing.T) {
	t.Parallel()
	for _, closed := range []bool{false, true} {
		g := guard(t, closed)
		_, editor := g.token(t, "Jane Doe", schema.Editor, time.Time{})
		void, revoked := g.token(t, "gone", schema.Admin, time.Time{})
		if _, err := token.Revoke(t.Context(), g.dir, void, time.Now()); err != nil {
			t.Fatal(err)
		}
		old, expired := g.token(t, "late", schema.Admin, time.Now().Add(time.Hour))
		g.ahead.Add(int64(time.Hour))
		mistyped := editor[:len(editor)-1] + "a"
		if mistyped == editor {
			mistyped = editor[:len(editor)-1] + "b"
		}
		const invalid, malformed = `error="invalid_token"`, `error="invalid_request"`
		anonymous, none := 200, ""
		if closed {
			anonymous, none = 401, "reading needs a token"
		}
		for _, c := range []struct {
			name   string
			header []string
			status int
			holds  string // of the answer at /caller, or of the refusal
			kind   string // in WWW-Authenticate
		}{
			{"none", nil, anonymous, none, ""},
			{"an empty one", []string{""}, anonymous, none, ""},
			{"a token", []string{"Bearer " + editor}, 200, `editor "Jane Doe"`, ""},
			{"another case", []string{"bearer   " + editor}, 200, `editor "Jane Doe"`, ""},
			{"one that was revoked", []string{"Bearer " + revoked}, 401, "the token " + void + " was revoked on", invalid},
			{"one that expired", []string{"Bearer " + expired}, 401, "the token " + old + " expired on", invalid},
			{"one that is not there", []string{"Bearer " + newToken(t)}, 401, "there is no such token", invalid},
			{"a mistyped one", []string{"Bearer " + mistyped}, 401, "mistyped", invalid},
			{"a token of something else", []string{"Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln"}, 401, "no token of onrecord", invalid},
			{"a password", []string{"Basic amFuZTpkb2U="}, 401, "not known here", ""},
			{"no token", []string{"Bearer"}, 400, "malformed", malformed},
			{"no token behind a space", []string{"Bearer "}, 400, "malformed", malformed},
			{"no scheme", []string{editor}, 400, "malformed", malformed},
			{"two words", []string{"Bearer " + editor + " " + editor}, 400, "malformed", malformed},
			{"two headers", []string{"Bearer " + editor, "Bearer " + editor}, 400, "malformed", malformed},
			{"quotes", []string{`Bearer "` + editor + `"`}, 400, "malformed", malformed},
		} {
			t.Run(fmt.Sprintf("closed %v, %s", closed, c.name), func(t *testing.T) {
				g.forget()
				res, body := g.ask(t, "GET", "/caller", c.header...)
				if c.status == 200 && c.holds == "" {
					c.holds = `reader ""`
				}
				if res.StatusCode != c.status || !strings.Contains(body, c.holds) {
					t.Errorf("got %d, %s, want %d, %s", res.StatusCode, body, c.status, c.holds)
				}
				for _, method := range []string{"GET", "HEAD", "POST", "PUT"} { // what a method may do is asked afterwards
					res, _ := g.ask(t, method, query, c.header...)
					if refused := res.StatusCode == 401 || res.StatusCode == 400 && c.status == 400; refused != (c.status != 200) {
						t.Errorf("%s /graphql: got %d, want %d", method, res.StatusCode, c.status)
					}
				}
				if c.status == 200 {
					return
				}
				code := "UNAUTHENTICATED"
				if c.status == 400 {
					code = "BAD_REQUEST"
				}
				challenge := res.Header.Get("WWW-Authenticate")
				if !strings.HasPrefix(challenge, `Bearer realm="onrecord"`) || !strings.Contains(challenge, c.kind) || c.kind == "" && strings.Contains(challenge, "error") {
					t.Errorf("WWW-Authenticate: got %s, want %s", challenge, c.kind)
				}
				if !strings.HasPrefix(body, `{"errors":[{`) || !strings.Contains(body, `"code":"`+code+`"`) || res.Header.Get("Cache-Control") != "no-store" {
					t.Errorf("got %s, %v, want %s", body, res.Header, code)
				}
				for _, secret := range []string{editor, revoked, expired} {
					if strings.Contains(body+challenge, secret) {
						t.Errorf("the answer repeats the secret: %s", body)
					}
				}
			})
		}
		for _, secret := range []string{editor, revoked, expired} {
			if strings.Contains(g.log.String(), secret[len(secret)-20:]) {
				t.Errorf("the log holds a secret:\n%s", g.log)
			}
		}
	}
}

// newToken is a token of another record.
func newToken(t *testing.T) string {
	t.Helper()
	_, secret, err := token.Create(t.Context(), t.TempDir(), token.Grant{Agent: "x", Role: schema.Admin}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// Where reading is closed, what holds nothing of the record stays open, also to
// who shows a wrong token.
func TestClosedLeavesOpen(t *testing.T) {
	t.Parallel()
	g := guard(t, true)
	if res, body := g.ask(t, "GET", "/"); res.StatusCode != 401 || !strings.Contains(body, "Sign in") {
		t.Errorf("the front page: got %d, %.200s", res.StatusCode, body)
	}
	for _, path := range []string{"/graphiql", "/schema.graphql", "/healthz"} {
		for _, header := range []string{"", "Bearer x"} {
			if res, body := g.ask(t, "GET", path, header); res.StatusCode != 200 {
				t.Errorf("%s with %q: got %d, %s", path, header, res.StatusCode, body)
			}
		}
	}
	if res, _ := g.ask(t, "OPTIONS", "/graphql"); res.StatusCode != 204 {
		t.Errorf("OPTIONS: got %d", res.StatusCode)
	}
	for _, header := range []string{"application/graphql-response+json", "text/html", ""} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", g.url+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", header)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		want := "application/json; charset=utf-8"
		if header == typeResponse {
			want = header + "; charset=utf-8"
		}
		if got := res.Header.Get("Content-Type"); res.StatusCode != 401 || got != want {
			t.Errorf("Accept %q: got %d, %s, want 401, %s", header, res.StatusCode, got, want)
		}
	}
}

// Where nobody may write, an admin may not either, and nobody signs in.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	for _, closed := range []bool{false, true} {
		g := guardBy(t, Options{ReadOnly: true, Closed: closed})
		admin := g.person(t, "Root", schema.Admin)
		admin.gets(`"code":"FORBIDDEN"`, `mutation { putTopic(input: {name: "x", reason: "y"}) { revision { seq } } }`)
		admin.gets(`{"data":{"record":{"seq":0}}}`, `{ record { seq } }`)
		want := "public, max-age=60"
		if closed {
			want = "private, no-cache"
		}
		res, _ := g.ask(t, "GET", "/", "Bearer "+admin.secret)
		if got := res.Header.Get("Cache-Control"); res.StatusCode != 200 || got != want {
			t.Errorf("closed %t: got %d, Cache-Control %q, want 200, %q", closed, res.StatusCode, got, want)
		}
	}
}

// Made, used, revoked, while the server runs.
func TestTokensChangeWhileServing(t *testing.T) {
	t.Parallel()
	g := guard(t, true)
	if res, _ := g.ask(t, "GET", query); res.StatusCode != 401 {
		t.Errorf("without: got %d", res.StatusCode)
	}
	id, secret := g.token(t, "Jane Doe", schema.Reader, time.Time{})
	if res, body := g.ask(t, "GET", query, "Bearer "+secret); res.StatusCode != 200 {
		t.Errorf("with: got %d, %s", res.StatusCode, body)
	}
	if _, err := token.Revoke(t.Context(), g.dir, id, time.Now()); err != nil {
		t.Fatal(err)
	}
	if res, body := g.ask(t, "GET", query, "Bearer "+secret); res.StatusCode != 401 || !strings.Contains(body, "revoked") {
		t.Errorf("revoked: got %d, %s", res.StatusCode, body)
	}
}

// Who goes on with wrong tokens is told to stop, and shuts nobody else out.
func TestManyWrongTokens(t *testing.T) {
	t.Parallel()
	g := guard(t, false)
	_, good := g.token(t, "Jane Doe", schema.Reader, time.Time{})
	wrong := "Bearer " + newToken(t)
	for i := range mostFailed + 5 {
		want := 401
		if i >= mostFailed {
			want = 429
		}
		res, body := g.ask(t, "GET", query, wrong)
		if res.StatusCode != want || want == 429 && (res.Header.Get("Retry-After") == "" || !strings.Contains(body, "RATE_LIMITED")) {
			t.Errorf("attempt %d: got %d, %s, want %d", i+1, res.StatusCode, body, want)
		}
	}
	if n := strings.Count(g.log.String(), "a token is refused"); n != mostFailed || !strings.Contains(g.log.String(), "from=127.0.0.1") {
		t.Errorf("%d lines logged, want %d:\n%s", n, mostFailed, g.log)
	}
	for _, header := range []string{"", "Bearer " + good} {
		if res, _ := g.ask(t, "GET", query, header); res.StatusCode != 200 {
			t.Errorf("a right request from the same address: got %d", res.StatusCode)
		}
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	var f failures
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	times := func(addr string, at time.Time) (n int) {
		a, _ := netip.ParseAddr(addr)
		for range 2 * mostFailed {
			if f.note(a, at) {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		name, addr string
		after      time.Duration
		want       int
	}{
		{"the first", "192.0.2.1", 0, mostFailed},
		{"another", "192.0.2.2", 0, mostFailed},
		{"the first again", "192.0.2.1", time.Minute - 1, 0},
		{"a customer's network", "2001:db8::1", 0, mostFailed},
		{"another address of it", "2001:db8::ffff:1", 0, 0},
		{"no address", "", 0, mostFailed},
		{"no other address", "", 0, 0},
		{"a minute later", "192.0.2.1", time.Minute, mostFailed},
		{"a clock set back", "192.0.2.1", 0, mostFailed},
	} {
		if got := times(c.addr, now.Add(c.after)); got != c.want {
			t.Errorf("%s: %d are answered, want %d", c.name, got, c.want)
		}
	}
	addr := netip.MustParseAddr("198.51.0.0")
	for range 2 * mostPeers {
		f.note(addr, now)
		addr = addr.Next()
	}
	if len(f.of) > mostPeers+1 {
		t.Errorf("%d addresses are kept, at most %d", len(f.of), mostPeers+1)
	}
}

func TestClosedNeedsTokens(t *testing.T) {
	t.Parallel()
	rec, err := graph.Open(context.Background(), memkv.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	if _, err := New(rec, Options{Closed: true}); err == nil {
		t.Error("a server that nobody can ask")
	}
}
