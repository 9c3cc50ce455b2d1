package server_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/seed/corpus"
	"github.com/onrecord/onrecord/server"
	"github.com/onrecord/onrecord/server/token"
)

// target is a server with a small record that a fuzzer sends requests to.
type target struct {
	handler http.Handler
	rec     *graph.Record
	log     *lockedBuffer
	tokens  []string // Authorization headers: none, wrong, and one for each role
	gen     *generator
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.b.Len() > 1<<20 {
		l.b.Reset()
	}
	return l.b.Write(p)
}

// take returns what was logged since it was last called.
func (l *lockedBuffer) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.b.String()
	l.b.Reset()
	return s
}

func newTarget(t testing.TB) *target {
	t.Helper()
	ctx := context.Background()
	rec, err := graph.Open(ctx, memkv.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rec.Close() }) // in memory
	if _, err := corpus.Load(ctx, rec); err != nil {
		t.Fatal(err)
	}
	x := &target{rec: rec, log: &lockedBuffer{}, tokens: []string{"", "Bearer wrong"}}
	dir := t.TempDir()
	for _, role := range []schema.Role{schema.Reader, schema.Contributor, schema.Editor, schema.Admin} {
		_, secret, err := token.Create(ctx, dir, token.Grant{Agent: role.String(), Role: role}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		x.tokens = append(x.tokens, "Bearer "+secret)
	}
	log := slog.New(slog.NewTextHandler(x.log, &slog.HandlerOptions{Level: slog.LevelError}))
	tokens, err := token.Open(dir, token.Options{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	if x.handler, err = server.New(rec, server.Options{Log: log, Tokens: tokens, Rate: -1}); err != nil {
		t.Fatal(err)
	}
	x.gen = newGenerator(t, x)
	return x
}

// do sends a request and returns the answer.
func (x *target) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	x.handler.ServeHTTP(w, r)
	return w
}

func (x *target) ask(t testing.TB, query string, into any) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "http://localhost/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if w := x.do(r); w.Code != 200 || json.Unmarshal(w.Body.Bytes(), into) != nil {
		t.Fatalf("%s: %d, %.300s", query, w.Code, w.Body)
	}
}

// slowest is how long a request may take at most. The machine is shared.
const slowest = 5 * time.Second

// FuzzRequest sends requests of every kind through everything that a client can
// reach: as they are, and documents that are valid by the schema, made from
// choices. Whatever is sent, the answer is well formed and of a known status, is
// no internal error, comes in time, and a request that is refused changes nothing.
//
//	go test ./server -run '^$' -fuzz FuzzRequest -fuzztime 1h
func FuzzRequest(f *testing.F) {
	x := newTarget(f)
	for _, s := range []struct{ method, target, header, body, choices string }{
		{"POST", "/graphql", "Content-Type: application/json", `{"query":"{ record { seq } }"}`, ""},
		{"GET", "/graphql?query=%7B__typename%7D", "Accept: application/graphql-response+json", "", ""},
		{"GET", "/graphql?query=query($a:ID!){node(id:$a){id}}&variables={\"a\":1}", "", "", ""},
		{"POST", "/graphql", "Content-Type: application/json\nContent-Encoding: gzip", "\x1f\x8b", ""},
		{"POST", "/graphql", "Content-Type: application/json\nOrigin: https://evil.example", `{"query":"mutation { putTopic(input: {name: \"x\"}) { userErrors { message } } }"}`, ""},
		{"POST", "/graphql", "Content-Type: application/json", `{"query":"query A { __typename } query B { record { seq } }","operationName":"B","variables":null,"extensions":{"cost":true}}`, ""},
		{"POST", "/graphql", "Content-Type: application/json", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38"}}}`, ""},
		{"POST", "/graphql", "Accept: text/event-stream\nContent-Type: application/json", `{"query":"subscription { revisions(after: 0, first: 1) { seq } }"}`, ""},
		{"OPTIONS", "/graphql", "Origin: null", "", ""},
		{"GET", "/schema.graphql", "If-None-Match: *", "", ""},
		{"GET", "/", "Host: evil.example", "", ""},
		{"POST", "/graphql", "Content-Type: application/json", "", "\x04 a query of what there is"},
		{"POST", "/graphql", "Content-Type: application/json", "", "\x0d a mutation \x00\x01\x02\x03\x04\x05\x06\x07\x08"},
	} {
		f.Add(s.method, s.target, s.header, []byte(s.body), []byte(s.choices))
	}
	f.Fuzz(func(t *testing.T, method, address, header string, body, choices []byte) {
		r := request(method, address, header, body)
		if r == nil {
			return // no client could send it
		}
		if len(choices) > 0 {
			x.gen.fill(r, choices)
		}
		before := x.rec.Head().Seq
		most := slowest
		if strings.Contains(strings.Join(r.Header.Values("Accept"), ","), "event-stream") {
			most = 100 * time.Millisecond // a stream goes on until its reader has gone
		}
		ctx, cancel := context.WithTimeout(context.Background(), most)
		defer cancel()
		begun := time.Now()
		w := x.do(r.WithContext(ctx))
		if took := time.Since(begun); took >= slowest {
			t.Errorf("it took %v", took)
		}
		x.check(t, r, w, before)
	})
}

// request makes a request of what a fuzzer chose; nil where no client could send
// it.
func request(method, address, header string, body []byte) *http.Request {
	if !strings.HasPrefix(address, "/") {
		address = "/" + address
	}
	r, err := http.NewRequest(method, "http://localhost"+address, bytes.NewReader(body))
	if err != nil || r.URL.Host != "localhost" {
		return nil
	}
	r.RequestURI, r.RemoteAddr = r.URL.RequestURI(), "127.0.0.1:9"
	for line := range strings.Lines(header) {
		name, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ": ")
		if name == "" || strings.ContainsAny(name+value, "\r\n\x00") {
			continue
		}
		if strings.EqualFold(name, "Host") {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	return r
}

// check looks at an answer.
func (x *target) check(t *testing.T, r *http.Request, w *httptest.ResponseRecorder, before uint64) {
	t.Helper()
	if log := x.log.take(); strings.Contains(log, "panic") || strings.Contains(log, "internal") {
		t.Errorf("logged: %.2000s", log)
	}
	known := []int{200, 204, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 410, 412, 413, 415, 416, 421, 422, 426, 429, 431, 503}
	if !slices.Contains(known, w.Code) && w.Code != 206 {
		t.Errorf("status %d, %.300s", w.Code, w.Body)
	}
	if w.Code >= 400 && x.rec.Head().Seq != before {
		t.Errorf("refused with %d, and something was written: %.300s", w.Code, w.Body)
	}
	if r.URL.Path != "/graphql" || r.Method == http.MethodHead || w.Body.Len() == 0 {
		return
	}
	text := w.Body.Bytes()
	switch w.Header().Get("Content-Encoding") {
	case "gzip":
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatalf("an answer that is no gzip: %v", err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(z); err != nil {
			t.Fatalf("an answer that is no gzip: %v", err)
		}
		text = b.Bytes()
	case "zstd":
		return // unpacked where compression is tested
	}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream") {
		return // read where streams are tested
	}
	var answer struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("an answer that is no JSON: %v: %.300s", err, text)
	}
	if answer.Data == nil && len(answer.Errors) == 0 {
		t.Errorf("neither data nor errors: %.300s", text)
	}
	for _, e := range answer.Errors {
		if e.Message == "" || e.Extensions.Code == "" || e.Extensions.Code == "INTERNAL" || strings.Contains(e.Message, ".go:") {
			t.Errorf("an error as none should be: %.600s", text)
		}
	}
}

// A document made from choices is valid, whatever the choices are: the schema
// refuses none for its form.
func TestGenerator(t *testing.T) {
	t.Parallel()
	x := newTarget(t)
	codes := map[string]int{}
	for i := range 3000 {
		choices := make([]byte, 40+i%200)
		for j := range choices {
			choices[j] = byte(i*7919 + j*j*31 + i*j)
		}
		r := request("POST", "/graphql", "Content-Type: application/json", nil)
		x.gen.fill(r, choices)
		before := x.rec.Head().Seq
		w := x.do(r)
		x.check(t, r, w, before)
		var got struct {
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil && w.Code != 401 {
			t.Fatalf("%d: %.300s", w.Code, w.Body)
		}
		code := "none"
		if len(got.Errors) > 0 {
			code = got.Errors[0].Extensions.Code
		}
		if codes[code]++; code == "GRAPHQL_VALIDATION_FAILED" || code == "GRAPHQL_PARSE_FAILED" {
			t.Fatalf("%s: %s\n%s", code, got.Errors[0].Message, x.gen.last)
		}
	}
	if codes["none"] < 500 || x.rec.Head().Seq < 20 {
		t.Errorf("too few are answered: %v, at revision %d", codes, x.rec.Head().Seq)
	}
	t.Log(codes, x.rec.Head().Seq)
}
