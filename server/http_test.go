package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestRefusals sends what is no request: each gets a clear error of the right
// status, and nothing is executed.
func TestRefusals(t *testing.T) {
	s := seeded(t)
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	for _, c := range []struct {
		name, method, path string
		header             http.Header
		body               string
		status             int
		holds              string
	}{
		{"a method", "PUT", "/graphql", nil, "{}", 405, "use GET or POST"},
		{"a mutation by GET", "GET", "/graphql?query=mutation{__typename}", nil, "", 405, "POST"},
		{"a form", "POST", "/graphql", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, "query={__typename}", 415, "application/json"},
		{"text", "POST", "/graphql", http.Header{"Content-Type": {"text/plain"}}, `{"query":"{__typename}"}`, 415, "application/json"},
		{"another charset", "POST", "/graphql", http.Header{"Content-Type": {"application/json; charset=latin1"}}, `{"query":"{__typename}"}`, 415, "UTF-8"},
		{"a compressed body", "POST", "/graphql", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"br"}}, "x", 415, "content encoding"},
		{"a body compressed twice", "POST", "/graphql", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip", "gzip"}}, "x", 415, "content encoding"},
		{"a body that is no gzip", "POST", "/graphql", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}, "x", 400, "no gzip"},
		{"two types", "POST", "/graphql", http.Header{"Content-Type": {"application/json", "text/plain"}}, `{"query":"{__typename}"}`, 415, "application/json"},
		{"an answer nobody can give", "POST", "/graphql", http.Header{"Content-Type": {"application/json"}, "Accept": {"text/html"}}, `{"query":"{__typename}"}`, 406, "accept"},
		{"no JSON", "POST", "/graphql", nil, `{"query":`, 400, "no JSON"},
		{"two values", "POST", "/graphql", nil, `{"query":"{__typename}"} {}`, 400, "no JSON"},
		{"a list", "POST", "/graphql", nil, `[{"query":"{__typename}"}]`, 400, "one request at a time"},
		{"no query", "POST", "/graphql", nil, `{}`, 400, "query: missing"},
		{"a number for a query", "POST", "/graphql", nil, `{"query":1}`, 400, "query: no text"},
		{"a text for variables", "POST", "/graphql", nil, `{"query":"{__typename}","variables":"x"}`, 400, "variables: no object"},
		{"deep JSON", "POST", "/graphql", nil, `{"query":"{__typename}","variables":{"a":` + deep + `}}`, 400, "nested deeper"},
		{"a large body", "POST", "/graphql", nil, `{"query":"` + strings.Repeat("x", 2<<20) + `"}`, 413, "larger than"},
		{"bad variables by GET", "GET", "/graphql?query={__typename}&variables=x", nil, "", 400, "variables: no JSON"},
		{"no page", "GET", "/nowhere", nil, "", 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequest(c.method, s.URL+c.path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header = c.header
			if req.Header == nil {
				req.Header = http.Header{"Content-Type": {"application/json"}}
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != c.status || !strings.Contains(string(b), c.holds) || strings.Contains(string(b), `"data"`) {
				t.Errorf("got %d, %.300s, %v; want %d and %q", res.StatusCode, b, err, c.status, c.holds)
			}
			if res.StatusCode == 405 && res.Header.Get("Allow") == "" {
				t.Error("405 without Allow")
			}
		})
	}
}

// TestBadInput asks what cannot be answered: one clear error with a code, and
// the same record after it.
func TestBadInput(t *testing.T) {
	s := seeded(t)
	ask := func(query string) string {
		t.Helper()
		res, err := http.Post(s.URL+"/graphql", "application/json", strings.NewReader(`{"query":`+quote(query)+`}`))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	before := ask(`{ record { seq rootHash } }`)
	for query, want := range map[string]string{
		`{ node(id: "00000000-0000-4000-8000-000000000000") { id } }`:                               `{"data":{"node":null}}`,
		`{ node(id: "nonsense") { id } }`:                                                           `{"data":{"node":null}}`,
		`{ timeline(of: "00000000-0000-4000-8000-000000000000") { totalCount } }`:                   `NOT_FOUND`,
		`{ timeline(of: "nonsense") { totalCount } }`:                                               `BAD_USER_INPUT`,
		`{ statements(filter: {speaker: ["nonsense"]}) { totalCount } }`:                            `BAD_USER_INPUT`,
		`{ statements(filter: {speaker: ["00000000-0000-4000-8000-000000000000"]}) { totalCount }}`: `{"data":{"statements":{"totalCount":0}}}`,
		`{ statements(filter: {said: {from: "yesterday"}}) { totalCount } }`:                        `BAD_USER_INPUT`,
		`{ statements(filter: {said: {from: "2019", to: "2018"}}) { totalCount } }`:                 `BAD_USER_INPUT`,
		`{ statements(filter: {said: {from: "2018-02-30"}}) { totalCount } }`:                       `BAD_USER_INPUT`,
		`{ statements(first: 0) { nodes { id } totalCount } }`:                                      `{"data":{"statements":{"nodes":[],"totalCount":24}}}`,
		`{ statements(first: -1) { nodes { id } } }`:                                                `BAD_USER_INPUT`,
		`{ statements(first: 1000000000) { nodes { id } } }`:                                        `BAD_USER_INPUT`,
		`{ statements(first: 1, last: 1) { nodes { id } } }`:                                        `BAD_USER_INPUT`,
		`{ statements(after: "nonsense") { nodes { id } } }`:                                        `BAD_USER_INPUT`,
		`{ search(text: "") { totalCount } }`:                                                       `BAD_USER_INPUT`,
		`{ search(text: "war", after: "nonsense") { totalCount } }`:                                 `BAD_USER_INPUT`,
		`{ asOf(seq: 99) { record { seq } } }`:                                                      `NOT_FOUND`,
		`{ asOf(seq: -1) { record { seq } } }`:                                                      `BAD_USER_INPUT`,
		`{ asOf { record { seq } } }`:                                                               `BAD_USER_INPUT`,
		`{ neighborhood(of: ["nonsense"]) { truncated } }`:                                          `BAD_USER_INPUT`,
		`{ neighborhood(of: [], depth: 99) { truncated } }`:                                         `BAD_USER_INPUT`,
	} {
		if got := ask(query); !strings.Contains(got, want) {
			t.Errorf("%s\ngot  %s\nwant %s", query, got, want)
		}
	}
	var cursor string
	if _, rest, ok := strings.Cut(ask(`{ claims(first: 1) { edges { cursor } } }`), `"cursor":"`); ok {
		cursor, _, _ = strings.Cut(rest, `"`)
	}
	if got := ask(`{ statements(after: "` + cursor + `") { nodes { id } } }`); cursor == "" || !strings.Contains(got, "the cursor of another list") {
		t.Errorf("cursor %q: %s", cursor, got)
	}
	if after := ask(`{ record { seq rootHash } }`); after != before {
		t.Errorf("the record was %s and is %s", before, after)
	}
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }
