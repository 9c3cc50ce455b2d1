package server

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// packed returns n bytes of a text, by gzip.
func packed(t *testing.T, text string, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for n > 0 {
		part := text[:min(n, len(text))]
		if _, err := io.WriteString(z, part); err != nil {
			t.Fatal(err)
		}
		n -= len(part)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Answers are compressed as the client would have them, from a size on, and are
// the same when they are read.
func TestCompression(t *testing.T) {
	t.Parallel()
	addr, _, _, _ := started(t, Options{}, nil)
	const small, large = "/graphql?query={__typename}", "/graphql?query={__schema{types{name+description}}}"
	plain := map[string]string{}
	for _, c := range []struct{ name, method, path, accept, coding string }{
		{"small", "GET", small, "identity", ""},
		{"small by gzip", "GET", small, "gzip, zstd", ""},
		{"large", "GET", large, "identity", ""},
		{"large, nothing said", "GET", large, "", ""},
		{"large by gzip", "GET", large, "gzip", "gzip"},
		{"large by deflate", "GET", large, "deflate, br", ""},
		{"large, gzip refused", "GET", large, "gzip;q=0", ""},
		{"large by zstd", "GET", large, "gzip, zstd", "zstd"},
		{"large by gzip rather", "GET", large, "gzip, zstd;q=0.5", "gzip"},
		{"large, head", "HEAD", large, "gzip", ""},
		{"schema", "GET", "/schema.graphql", "identity", ""},
		{"schema by gzip", "GET", "/schema.graphql", "gzip", "gzip"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, "http://"+addr+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", c.accept) // so that the client leaves the answer as it is
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body := io.Reader(res.Body)
		switch coding := res.Header.Get("Content-Encoding"); {
		case coding != c.coding:
			t.Errorf("%s: Content-Encoding %q, want %q", c.name, coding, c.coding)
		case coding == "gzip":
			if body, err = gzip.NewReader(body); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		case coding == "zstd":
			z, err := zstd.NewReader(body)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			defer z.Close()
			body = z
		}
		b, err := io.ReadAll(body)
		if err != nil || res.StatusCode != 200 {
			t.Errorf("%s: %d, %v", c.name, res.StatusCode, err)
		}
		res.Body.Close()
		if !strings.Contains(res.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: Vary %q", c.name, res.Header.Values("Vary"))
		}
		if c.method == "HEAD" {
			if n := res.ContentLength; n != int64(len(plain[c.path])) {
				t.Errorf("%s: Content-Length %d, want %d", c.name, n, len(plain[c.path]))
			}
			continue
		}
		if c.accept == "identity" {
			plain[c.path] = string(b)
		} else if string(b) != plain[c.path] {
			t.Errorf("%s: %.100q…, want %.100q…", c.name, b, plain[c.path])
		}
	}
}

// A schema that a client has is not sent again, whatever it was sent as.
func TestSchemaTag(t *testing.T) {
	t.Parallel()
	addr, _, _, _ := started(t, Options{}, nil)
	get := func(header string) *http.Response {
		res, _ := raw(t, addr, "GET /schema.graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"+header+"\r\n\r\n")
		return res
	}
	plain, small := get("Accept: */*"), get("Accept-Encoding: gzip")
	tag := plain.Header.Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) || small.Header.Get("ETag") != tag || small.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("plain %q, gzip %q: want one weak tag, which stands for both", tag, small.Header.Get("ETag"))
	}
	for header, want := range map[string]int{
		"If-None-Match: " + tag:                                  304,
		"Accept-Encoding: gzip\r\nIf-None-Match: " + tag:         304,
		"If-None-Match: \"x\", " + strings.TrimPrefix(tag, "W/"): 304,
		"If-None-Match: \"x\"":                                   200,
	} {
		res := get(header)
		if res.StatusCode != want || res.Header.Get("ETag") != tag || !strings.Contains(res.Header.Get("Vary"), "Accept-Encoding") || res.StatusCode == 304 && res.Header.Get("Content-Encoding") != "" {
			t.Errorf("%q: got %d, %v; want %d", header, res.StatusCode, res.Header, want)
		}
	}
}

// Events are sent when they happen, and a connection that changes its protocol is
// the handler's own.
func TestStreamsAreNotCompressed(t *testing.T) {
	t.Parallel()
	h, err := compressed(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, strings.Repeat("data: x\n\n", 1000))
		_ = http.NewResponseController(w).Flush()
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range [][2]string{{"Accept", "application/json, text/event-stream"}, {"Upgrade", "websocket"}, {"Accept", "*/*"}} {
		r := httptest.NewRequest("GET", "/graphql", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		r.Header.Set(header[0], header[1])
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Body.Len() != 9000 || !w.Flushed || w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: %d bytes, flushed %t, %q", header, w.Body.Len(), w.Flushed, w.Header().Get("Content-Encoding"))
		}
	}
}

// A request may come by gzip; a small one that becomes large is refused before
// it does.
func TestCompressedRequests(t *testing.T) {
	t.Parallel()
	addr, _, _, _ := started(t, Options{}, nil)
	const query = `{"query":"{__typename}"}`
	whole := packed(t, query, len(query))
	for _, c := range []struct {
		name, coding string
		body         []byte
		status       int
		text         string
	}{
		{"a query", "gzip", whole, 200, `{"data":{"__typename":"Query"}}`},
		{"a query, shouted", "GZIP", whole, 200, `{"data":{"__typename":"Query"}}`},
		{"as it is", "identity", []byte(query), 200, `{"data":{"__typename":"Query"}}`},
		{"half of one", "gzip", whole[:len(whole)/2], 400, "not all of it"},
		{"with letters behind it", "gzip", append(bytes.Clone(whole), "more"...), 400, "no gzip"},
		{"said and not done", "gzip", []byte(query), 400, "no gzip"},
		{"of another kind", "br", whole, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"twice", "gzip, gzip", whole, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"a bomb", "gzip", bytes.Repeat(packed(t, strings.Repeat(" ", 1<<20), 1<<20), 128), 413, "BODY_TOO_LARGE"},
		{"a bomb in brackets", "gzip", packed(t, strings.Repeat("[", 1<<20), 8<<20), 413, "BODY_TOO_LARGE"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", "http://"+addr+"/graphql", bytes.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Content-Encoding", c.coding)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != c.status || !strings.Contains(string(b), c.text) {
			t.Errorf("%s: got %d, %s; want %d, %s", c.name, res.StatusCode, b, c.status, c.text)
		}
		if c.status == 415 && res.Header.Get("Accept-Encoding") != "gzip, identity" {
			t.Errorf("%s: Accept-Encoding %q", c.name, res.Header.Get("Accept-Encoding"))
		}
	}
}

// What unpacking takes does not depend on what is packed.
func TestUnpackTakesLittle(t *testing.T) {
	bomb := bytes.Repeat(packed(t, strings.Repeat(" ", 1<<20), 1<<20), 256)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := unpack(bomb, 1<<20)
	runtime.ReadMemStats(&after)
	if err != errTooLarge {
		t.Errorf("got %v, want %v", err, errTooLarge)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
		t.Errorf("256 MiB of spaces in %d bytes took %d bytes to refuse", len(bomb), took)
	}
}
