package server_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/server"
)

const (
	plain    = "application/json; charset=utf-8"
	response = "application/graphql-response+json; charset=utf-8"
)

// got is an answer, read.
type got struct {
	status int
	header http.Header
	body   string
}

func (g got) holds(t *testing.T, status int, media, text string) {
	t.Helper()
	if g.status != status || g.header.Get("Content-Type") != media || !strings.Contains(g.body, text) {
		t.Errorf("got %d, %s, %.300s\nwant %d, %s, %s", g.status, g.header.Get("Content-Type"), g.body, status, media, text)
	}
}

func send(t *testing.T, method, address, body string, header ...string) got {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got{res.StatusCode, res.Header, string(b)}
}

// TestAccept asks one thing with every wish for the form of the answer.
func TestAccept(t *testing.T) {
	t.Parallel()
	s := seeded(t)
	for _, c := range []struct {
		accept, media string
		status        int // of a request that is refused; 200 where it is executed, or 406 for both
	}{
		{"", plain, 200},
		{"*/*", plain, 200},
		{"application/*", plain, 200},
		{"application/json", plain, 200},
		{"application/json; charset=utf-8", plain, 200},
		{"application/json; charset=UTF-8", plain, 200},
		{"APPLICATION/JSON", plain, 200},
		{"application/graphql-response+json", response, 400},
		{"application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", response, 400},
		{"application/json, application/graphql-response+json", plain, 200},
		{"application/json;q=0.5, application/graphql-response+json", response, 400},
		{"application/json, application/graphql-response+json;q=0.9", plain, 200},
		{"*/*, application/graphql-response+json", response, 400},
		{"application/json;q=0, */*", response, 400},
		{"application/graphql-response+json;q=0, */*;q=0.1", plain, 200},
		{"text/html, */*;q=0.8", plain, 200},
		{"text/html", plain, 406},
		{"application/json;q=0", plain, 406},
		{"application/json;q=two", plain, 406},
		{"application/json; charset=latin1", plain, 406},
		{";;;", plain, 406},
	} {
		t.Run(c.accept, func(t *testing.T) {
			want, text := 200, `{"data":{"__typename":"Query"}}`
			if c.status == 406 {
				want, text = 406, `"code":"NOT_ACCEPTABLE"`
			}
			ok := send(t, "POST", s.URL+"/graphql", `{"query":"{__typename}"}`, "Accept", c.accept)
			ok.holds(t, want, c.media, text)
			if c.status != 406 {
				text = `"code":"GRAPHQL_VALIDATION_FAILED"`
			}
			refused := send(t, "GET", s.URL+"/graphql?query={nope}", "", "Accept", c.accept)
			refused.holds(t, c.status, c.media, text)
			if strings.Contains(refused.body, `"data"`) || ok.header.Get("Vary") != "Accept-Encoding, Accept" {
				t.Errorf("%s, Vary %q", refused.body, ok.header.Get("Vary"))
			}
		})
	}
}

// TestRequests sends one request in every form, right and wrong. The form is
// wrong for either media type, so the status is the same.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := seeded(t)
	in := func(pairs ...string) string {
		q := make(url.Values)
		for i := 0; i < len(pairs); i += 2 {
			q.Add(pairs[i], pairs[i+1])
		}
		return "/graphql?" + q.Encode()
	}
	const count = `query Q($n: Int) { statements(first: $n) { nodes { id } totalCount } }`
	const none = `{"data":{"statements":{"nodes":[],"totalCount":24}}}`
	const named = `{"data":{"__typename":"Query"}}`
	for _, c := range []struct {
		name, path, body string // by GET where there is no body
		status           int
		text             string
	}{
		{"a query", "", `{"query":"{__typename}"}`, 200, named},
		{"variables", "", `{"query":"` + count + `","variables":{"n":0}}`, 200, none},
		{"nulls", "", `{"query":"{__typename}","variables":null,"operationName":null,"extensions":null}`, 200, named},
		{"extensions and members of others", "", `{"query":"{__typename}","extensions":{"a":[1]},"other":1}`, 200, named},
		{"an operation by name", "", `{"query":"query A{__typename} query B{a:__typename}","operationName":"B"}`, 200, `{"data":{"a":"Query"}}`},
		{"letters outside the BMP", "", `{"query":"{__typename #𐎠\n}"}`, 200, named},
		{"space around", "", " \n{\"query\":\"{__typename}\"}\r\n", 200, named},
		{"by GET", in("query", "{__typename}"), "", 200, named},
		{"variables by GET", in("query", count, "variables", `{"n":0}`, "operationName", "Q"), "", 200, none},
		{"nothing for variables by GET", in("query", "{__typename}", "variables", "", "operationName", "", "extensions", "null"), "", 200, named},
		{"a brace too many", "", `{"query":"{__typename}"}}`, 400, "the body: no JSON"},
		{"nothing", "", " ", 400, "the body: no JSON"},
		{"null", "", "null", 400, "the body: no object"},
		{"a text", "", `"{__typename}"`, 400, "the body: no object"},
		{"bytes that are no UTF-8", "", "{\"query\":\"{__typename} #\xff\"}", 400, "the body: not UTF-8"},
		{"an empty query", "", `{"query":""}`, 400, "query: missing"},
		{"a query of null", "", `{"query":null}`, 400, "query: missing"},
		{"a query with a large Q", "", `{"Query":"{__typename}"}`, 400, "query: missing"},
		{"a list for a query", "", `{"query":[]}`, 400, "query: no text"},
		{"an object for a name", "", `{"query":"{__typename}","operationName":{}}`, 400, "operationName: no text"},
		{"a number for variables", "", `{"query":"{__typename}","variables":0}`, 400, "variables: no object"},
		{"a list for variables", "", `{"query":"{__typename}","variables":[]}`, 400, "variables: no object"},
		{"a list for extensions", "", `{"query":"{__typename}","extensions":[]}`, 400, "extensions: no object"},
		{"a hash of another version", "", `{"extensions":{"persistedQuery":{"version":2,"sha256Hash":"x"}}}`, 400, "extensions.persistedQuery"},
		{"a number for a hash", "", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":1}}}`, 400, "extensions.persistedQuery"},
		{"a text for what has a hash", "", `{"query":"{__typename}","extensions":{"persistedQuery":"x"}}`, 400, "extensions.persistedQuery"},
		{"a number for a document's id", "", `{"documentId":1}`, 400, "documentId: no text"},
		{"two names that differ", "", `{"documentId":"a","extensions":{"persistedQuery":{"version":1,"sha256Hash":"b"}}}`, 400, "not two that differ"},
		{"no query by GET", "/graphql", "", 400, "query: missing"},
		{"two queries by GET", in("query", "{__typename}", "query", "{a:__typename}"), "", 400, "query: given more than once"},
		{"a list for variables by GET", in("query", "{__typename}", "variables", "[]"), "", 400, "variables: a list"},
		{"a bad escape by GET", "/graphql?query=%zz", "", 400, "not encoded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, media := range []string{plain, response} {
				method, path := "POST", "/graphql"
				if c.path != "" {
					method, path = "GET", c.path
				}
				g := send(t, method, s.URL+path, c.body, "Accept", media)
				g.holds(t, c.status, media, c.text)
				if c.status != 200 && (strings.Contains(g.body, `"data"`) || !strings.Contains(g.body, `"extensions":{"code":"`)) {
					t.Errorf("no refusal as it should be: %s", g.body)
				}
			}
		})
	}
}

// TestPaths asks for everything but GraphQL.
func TestPaths(t *testing.T) {
	t.Parallel()
	s := seeded(t)
	html := "text/html; charset=utf-8"
	text := "text/plain; charset=utf-8"
	for _, c := range []struct {
		method, path string
		status       int
		media, text  string
	}{
		{"GET", "/healthz", 200, plain, `{"status":"ok","seq":5}`},
		{"HEAD", "/healthz", 200, plain, ""},
		{"POST", "/healthz", 405, text, ""},
		{"GET", "/schema.graphql", 200, text, "type Statement implements"},
		{"GET", "/graphiql", 200, html, "onrecord"},
		{"GET", "/graphiql/", 200, html, "onrecord"},
		{"GET", "/graphiql/THIRD-PARTY.txt", 200, text, ""},
		{"GET", "/graphiql/nothing.js", 404, text, ""},
		{"GET", "/", 200, html, "What was said, and where it stands"},
		{"GET", "/nothing", 404, text, ""},
		{"GET", "/graphql/", 404, text, ""},
		{"HEAD", "/graphql?query={__typename}", 403, plain, ""},
		{"GET", "/graphql?query={__typename}", 403, plain, "FOREIGN_ORIGIN"},
		{"GET", "/readyz", 200, plain, `{"status":"ready","seq":5}`},
		{"OPTIONS", "/graphql", 204, "", ""},
		{"DELETE", "/graphql", 405, plain, "METHOD_NOT_ALLOWED"},
	} {
		t.Run(c.method+c.path, func(t *testing.T) {
			g := send(t, c.method, s.URL+c.path, "", "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "POST")
			g.holds(t, c.status, c.media, c.text)
			for name := range g.header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("another origin is told %s", name)
				}
			}
			for _, name := range []string{"X-Request-Id", "X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "Cross-Origin-Resource-Policy"} {
				if g.header.Get(name) == "" {
					t.Errorf("no %s", name)
				}
			}
			if c.path == "/graphql" && (c.status == 204 || c.status == 405) && g.header.Get("Allow") != "GET, HEAD, OPTIONS, POST" {
				t.Errorf("Allow: %q", g.header.Get("Allow"))
			}
		})
	}
}

// An id that a proxy gives is kept where it can be logged as it is.
func TestRequestID(t *testing.T) {
	t.Parallel()
	s := seeded(t)
	for id, kept := range map[string]bool{"abc-123_x.y": true, "": false, "a b": false, strings.Repeat("x", 65): false, `"quoted"`: false} {
		g := send(t, "GET", s.URL+"/healthz", "", "X-Request-Id", id)
		if answered := g.header.Get("X-Request-Id"); (answered == id) != kept || answered == "" {
			t.Errorf("sent %q, got %q", id, answered)
		}
	}
}

// A record that can no longer be read is told as such: 503, a code, no data, and
// health says so.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	store := memkv.New()
	rec, err := graph.Open(t.Context(), store, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	h, err := server.New(rec, server.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	url := serveHandler(t, h)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	send(t, "GET", url+"/healthz", "").holds(t, 503, plain, `"status":"unavailable"`)
	send(t, "GET", url+"/graphql?query={__typename}", "").holds(t, 503, plain, `"code":"UNAVAILABLE"`)
}

// Every error has a code, whatever its way.
func TestErrorsHaveCodes(t *testing.T) {
	t.Parallel()
	s := seeded(t)
	for _, query := range []string{"{", "{nope}", "query A{__typename} query B{__typename}", `{node(id:1.5){id}}`, `{statements(first:-1){totalCount}}`, strings.Repeat("{a", 100)} {
		b, _ := json.Marshal(map[string]string{"query": query})
		g := send(t, "POST", s.URL+"/graphql", string(b))
		var answer struct {
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		if err := json.Unmarshal([]byte(g.body), &answer); err != nil || len(answer.Errors) == 0 {
			t.Errorf("%s: %s, %v", query, g.body, err)
		}
		if slices.ContainsFunc(answer.Errors, func(e struct {
			Message    string
			Extensions struct{ Code string }
		},
		) bool {
			return e.Message == "" || e.Extensions.Code == ""
		}) {
			t.Errorf("%s: an error without code or words: %s", query, g.body)
		}
	}
}
