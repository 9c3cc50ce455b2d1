package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

// Every request leaves one line, with what is needed to find it again and to know
// what it cost, and with nothing that it asked for.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	log := &logged{}
	addr, _, _, _ := started(t, Options{Access: slog.New(slog.NewJSONHandler(log, nil)), TrustedProxies: prefixes(t, "127.0.0.1/32")}, nil)
	const query = `query Secret($who: String) { search(text: \"hidden\") { totalCount } __typename @skip(if: false) }`
	document := sumOf(strings.ReplaceAll(query, `\"`, `"`))[:16]
	type line struct {
		Msg, ID, Method, Path, Client, Document, Type, Operation, Codes string
		Status, Bytes, Cost                                             int
		Ms                                                              float64
	}
	for _, c := range []struct {
		name, address, body, header string
		want                        line
	}{
		{"a query", "", `{"query":"{__typename}"}`, "", line{Method: "POST", Path: "/graphql", Status: 200, Bytes: 31, Client: "127.0.0.1", Document: sumOf("{__typename}")[:16], Type: "query"}},
		{"by GET", "?query={a:__typename}", "", "X-Forwarded-For: 192.0.2.1", line{Method: "GET", Path: "/graphql", Status: 200, Bytes: 22, Client: "192.0.2.1", Document: sumOf("{a:__typename}")[:16], Type: "query"}},
		{"a variable that is wrong", "", `{"query":"` + query + `","variables":{"who":"whisper"}}`, "", line{Method: "POST", Path: "/graphql", Status: 200, Client: "127.0.0.1", Document: document, Codes: "GRAPHQL_VALIDATION_FAILED"}},
		{"a price", "", `{"query":"query Page{statements(first:7){totalCount nodes{id}}}"}`, "", line{Method: "POST", Path: "/graphql", Status: 200, Bytes: 51, Client: "127.0.0.1", Document: sumOf("query Page{statements(first:7){totalCount nodes{id}}}")[:16], Type: "query", Operation: "Page", Cost: 8}},
		{"what is not there", "", `{"query":"{asOf(seq:99){__typename}}"}`, "", line{Method: "POST", Path: "/graphql", Status: 200, Client: "127.0.0.1", Document: sumOf("{asOf(seq:99){__typename}}")[:16], Type: "query", Codes: "NOT_FOUND", Cost: 1}},
		{"no request", "", `[]`, "", line{Method: "POST", Path: "/graphql", Status: 400, Client: "127.0.0.1", Codes: "BAD_REQUEST"}},
		{"a foreign page", "", `{"query":"{__typename}"}`, "Origin: https://evil.example", line{Method: "POST", Path: "/graphql", Status: 403, Client: "127.0.0.1", Codes: "FOREIGN_ORIGIN"}},
		{"a name as long as may be", "?query=query+" + strings.Repeat("x", 300) + "{__typename}", "", "", line{Method: "GET", Path: "/graphql", Status: 200, Bytes: 31, Client: "127.0.0.1", Document: sumOf("query " + strings.Repeat("x", 300) + "{__typename}")[:16], Type: "query", Operation: strings.Repeat("x", 100) + "…"}},
		{"another page", "/../healthz?token=hidden", "", "Authorization: Bearer hidden", line{Method: "GET", Path: "/graphql/../healthz", Status: 307, Client: "127.0.0.1"}},
	} {
		before := len(log.String())
		ask(t, addr, c.address, c.body, c.header, "X-Request-Id: id-1")
		text := logLine(log, before)
		var got line
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Errorf("%s: %q: %v", c.name, text, err)
			continue
		}
		if got.Ms <= 0 || got.ID != "id-1" || got.Msg != "request" {
			t.Errorf("%s: %s", c.name, text)
		}
		got.Ms, got.ID, got.Msg = 0, "", ""
		if c.want.Bytes == 0 {
			got.Bytes = 0
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.name, got, c.want)
		}
	}
	for _, secret := range []string{"hidden", "whisper", "search", "token"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// logLine waits for the line of a request, which is written after its answer.
func logLine(l *logged, before int) string {
	for {
		if text := l.String()[before:]; strings.HasSuffix(text, "\n") {
			return strings.TrimSpace(text)
		}
	}
}

// A client's letters cannot make a second line, or a field.
func TestAccessLogIsWhole(t *testing.T) {
	t.Parallel()
	log := &logged{}
	addr, _, _, _ := started(t, Options{Access: slog.New(slog.NewTextHandler(log, nil))}, nil)
	res, _ := raw(t, addr, "GET /nope%0Amsg=request%20status=200 HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a b=c\r\n\r\n")
	text := logLine(log, 0)
	if strings.Count(text, "\n") != 0 || strings.Count(text, " status=") != 2 || !strings.Contains(text, `path="/nope\nmsg=request status=200"`) || strings.Contains(text, "b=c") {
		t.Errorf("%d, logged %s", res.StatusCode, text)
	}
}

// The metrics count what was asked, by what is written in the source.
func TestMetricsPage(t *testing.T) {
	t.Parallel()
	usage := func() (map[string]int64, error) { return map[string]int64{"tables": 4096}, nil }
	addr, _, _, _ := started(t, Options{Version: "v1", StoreUsage: usage, TrustedProxies: prefixes(t, "127.0.0.1/32")}, nil)
	ask(t, addr, "", `{"query":"query Mine{__typename}"}`)
	ask(t, addr, "", `{"query":"query Mine{__typename}"}`)
	ask(t, addr, "", `{"query":"mutation{__typename}"}`)
	ask(t, addr, "", `{"query":"{nope}"}`)
	ask(t, addr, "", `[]`)
	ask(t, addr, "", hashed("", sumOf("x")))
	raw(t, addr, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
	const metrics = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
	res, text := raw(t, addr, metrics+"\r\n")
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Errorf("got %d, %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	for _, want := range []string{
		`onrecord_graphql_requests_total{code="OK",status="200",type="query"} 2`,
		`onrecord_graphql_requests_total{code="OK",status="200",type="mutation"} 1`,
		`onrecord_graphql_requests_total{code="GRAPHQL_VALIDATION_FAILED",status="200",type="none"} 1`,
		`onrecord_graphql_requests_total{code="BAD_REQUEST",status="400",type="none"} 1`,
		`onrecord_graphql_requests_total{code="PERSISTED_QUERY_NOT_FOUND",status="200",type="none"} 1`,
		`onrecord_graphql_request_duration_seconds_count{type="query"} 2`,
		`onrecord_graphql_cost_count 3`,
		`onrecord_graphql_requests_in_flight 0`,
		`onrecord_refused_requests_total{code="WRONG_HOST"} 1`,
		`onrecord_persisted_documents_total{way="unknown"} 1`,
		`onrecord_persisted_documents_total{way="sent"} 4`,
		`onrecord_parsed_documents_total{hit="true"} 1`,
		`onrecord_record_seq 0`,
		`onrecord_record_nodes{kind="STATEMENT"} 0`,
		`onrecord_store_bytes{part="tables"} 4096`,
		`onrecord_build_info{version="v1"} 1`,
	} {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(text, "Mine") || strings.Contains(text, "evil") {
		t.Error("a client's words are in the metrics")
	}
	for _, c := range []struct {
		header string
		status int
	}{{"X-Forwarded-For: 192.0.2.1", 403}, {"X-Forwarded-For: 127.0.0.1", 403}, {"Via: 1.1 x", 403}} {
		if res, text := raw(t, addr, metrics+c.header+"\r\n\r\n"); res.StatusCode != c.status || !strings.Contains(text, "--metrics-open") {
			t.Errorf("%s: got %d, %.200s; want %d", c.header, res.StatusCode, text, c.status)
		}
	}
	open, _, _, _ := started(t, Options{MetricsOpen: true}, nil)
	if res, _ := raw(t, open, metrics+"X-Forwarded-For: 192.0.2.1\r\n\r\n"); res.StatusCode != 200 {
		t.Errorf("opened: got %d", res.StatusCode)
	}
}

// BenchmarkOperations is what a request pays for all that is around it: the
// least question, with and without the log, a limit, and compression.
func BenchmarkOperations(b *testing.B) {
	for _, c := range []struct {
		name, accept string
		o            Options
	}{
		{"plain", "", Options{Rate: -1}},
		{"limited", "", Options{Rate: 1 << 30}},
		{"logged", "", Options{Access: slog.New(slog.NewTextHandler(&bytes.Buffer{}, nil))}},
		{"gzip", "gzip", Options{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := unserved(b, c.o)
			body := fmt.Sprintf(`{"query":%q}`, "{__typename __type(name:\"Statement\"){fields{name description}}}")
			for b.Loop() {
				if w := s.do(body, c.accept); w.Code != 200 {
					b.Fatal(w.Body)
				}
			}
		})
	}
}

// handler is a server without a network.
type handler struct{ *Server }

func unserved(b *testing.B, o Options) handler {
	b.Helper()
	rec, err := graph.Open(b.Context(), memkv.New(), graph.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(rec, o)
	if err != nil {
		b.Fatal(err)
	}
	return handler{s}
}

func (h handler) do(body, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Encoding", accept)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
