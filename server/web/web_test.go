package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func get(t *testing.T, method, target string, header http.Header) *http.Response {
	t.Helper()
	request := httptest.NewRequest(method, target, nil)
	if header != nil {
		request.Header = header
	}
	recorder := httptest.NewRecorder()
	Handler().ServeHTTP(recorder, request)
	return recorder.Result()
}

func body(t *testing.T, response *http.Response) []byte {
	t.Helper()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func gunzip(t *testing.T, data []byte) []byte {
	t.Helper()
	reader, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestPage(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/graphiql", "/graphiql/", "/graphiql?query=%7Brecord%7Bseq%7D%7D"} {
		response := get(t, http.MethodGet, target, nil)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("GET %s = %d, want 200", target, response.StatusCode)
		}
		text := string(body(t, response))
		if !strings.Contains(text, "<title>onrecord · GraphiQL</title>") {
			t.Errorf("GET %s: no title in\n%s", target, text)
		}
		if regexp.MustCompile(`<script(?:[^>]*)>[^<]`).MatchString(text) {
			t.Errorf("GET %s: an inline script, which the policy forbids:\n%s", target, text)
		}
		for name, want := range map[string]string{
			"Content-Type":            "text/html; charset=utf-8",
			"Content-Security-Policy": policy,
			"X-Content-Type-Options":  "nosniff",
			"Referrer-Policy":         "no-referrer",
			"Cache-Control":           "no-cache",
			"Content-Length":          strconv.Itoa(len(text)),
		} {
			if got := response.Header.Get(name); got != want {
				t.Errorf("GET %s: %s = %q, want %q", target, name, got, want)
			}
		}
	}
}

// Every file that the page names must be there, and none must be elsewhere.
func TestPageNamesOnlyOwnFiles(t *testing.T) {
	t.Parallel()
	text := string(body(t, get(t, http.MethodGet, "/graphiql", nil)))
	named := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(text, -1)
	scripts := 0
	for _, match := range named {
		target := match[1]
		if target == "/graphql" || strings.HasPrefix(target, "data:") {
			continue
		}
		response := get(t, http.MethodGet, target, nil)
		if response.StatusCode != http.StatusOK {
			t.Errorf("the page names %s: %d, want 200", target, response.StatusCode)
		}
		if strings.HasSuffix(target, ".js") {
			scripts++
		}
	}
	if scripts == 0 {
		t.Errorf("no script named in\n%s", text)
	}
}

// Every embedded file is served compressed and plain with the same content.
func TestEveryFile(t *testing.T) {
	t.Parallel()
	kinds := make(map[string]int)
	for name, f := range load() {
		target := "/graphiql/" + name
		plain := get(t, http.MethodGet, target, nil)
		data := body(t, plain)
		if got := plain.Header.Get("Content-Length"); got != strconv.Itoa(len(data)) {
			t.Errorf("%s: Content-Length %s, body of %d", name, got, len(data))
		}
		if plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: encoded although nothing was accepted", name)
		}
		if got := plain.Header.Get("Content-Type"); strings.HasPrefix(got, "application/octet-stream") {
			t.Errorf("%s: no content type of its own", name)
		} else {
			kinds[got]++
		}
		if !f.gzipped {
			continue
		}
		packed := get(t, http.MethodGet, target, http.Header{"Accept-Encoding": {"br, gzip"}})
		if packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: with gzip accepted: headers %v", name, packed.Header)
		}
		if !bytes.Equal(gunzip(t, body(t, packed)), data) {
			t.Errorf("%s: gzip and plain content differ", name)
		}
		if packed.Header.Get("ETag") == plain.Header.Get("ETag") {
			t.Errorf("%s: one strong ETag for two encodings", name)
		}
		if want := strings.HasPrefix(name, "assets/"); strings.Contains(plain.Header.Get("Cache-Control"), "immutable") != want {
			t.Errorf("%s: Cache-Control %q", name, plain.Header.Get("Cache-Control"))
		}
	}
	for _, kind := range []string{"text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/css; charset=utf-8", "text/plain; charset=utf-8"} {
		if kinds[kind] == 0 {
			t.Errorf("no file of type %s: %v", kind, kinds)
		}
	}
}

func TestMethodsAndPaths(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		method, target string
		want           int
	}{
		{http.MethodGet, "/graphiql/THIRD-PARTY.txt", 200},
		{http.MethodHead, "/graphiql", 200},
		{http.MethodPost, "/graphiql", 405},
		{http.MethodDelete, "/graphiql/", 405},
		{http.MethodOptions, "/graphiql", 405},
		{http.MethodGet, "/", 404},
		{http.MethodGet, "/graphiqlx", 404},
		{http.MethodGet, "/graphiql/index.html.gz", 404},
		{http.MethodGet, "/graphiql/assets", 404},
		{http.MethodGet, "/graphiql/assets/", 404},
		{http.MethodGet, "/graphiql/assets/none.js", 404},
		{http.MethodGet, "/graphiql/../web.go", 404},
		{http.MethodGet, "/graphiql/%2e%2e/web.go", 404},
		{http.MethodGet, "/graphiql//", 404},
		{http.MethodPost, "/graphiql/none", 404},
	} {
		t.Run(fmt.Sprint(test.method, " ", test.target), func(t *testing.T) {
			t.Parallel()
			response := get(t, test.method, test.target, nil)
			if response.StatusCode != test.want {
				t.Errorf("got %d, want %d", response.StatusCode, test.want)
			}
			if got := response.Header.Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("X-Content-Type-Options = %q, want nosniff", got)
			}
			if test.want == 405 && response.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("Allow = %q, want GET, HEAD", response.Header.Get("Allow"))
			}
			if test.method == http.MethodHead && len(body(t, response)) != 0 {
				t.Error("HEAD was answered with a body")
			}
		})
	}
}

func TestNotModified(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"gzip", "identity"} {
		header := http.Header{"Accept-Encoding": {encoding}}
		tag := get(t, http.MethodGet, "/graphiql", header).Header.Get("ETag")
		if !strings.HasPrefix(tag, `"`) {
			t.Fatalf("ETag = %s, want a strong one", tag)
		}
		for sent, want := range map[string]int{
			tag:                    304,
			"W/" + tag:             304,
			`"other", ` + tag:      304,
			"*":                    304,
			`"other"`:              200,
			strings.Trim(tag, `"`): 200,
		} {
			response := get(t, http.MethodGet, "/graphiql", http.Header{"Accept-Encoding": {encoding}, "If-None-Match": {sent}})
			if response.StatusCode != want {
				t.Errorf("%s, If-None-Match %s: got %d, want %d", encoding, sent, response.StatusCode, want)
			}
			if want == 304 && (len(body(t, response)) != 0 || response.Header.Get("ETag") != tag) {
				t.Errorf("%s, If-None-Match %s: 304 with a body or without its ETag", encoding, sent)
			}
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"":                       false,
		"gzip":                   true,
		"GZIP":                   true,
		"br, gzip;q=0.5":         true,
		"gzip;q=0":               false,
		"gzip; q=0.0":            false,
		"*":                      true,
		"*;q=0":                  false,
		"gzip;q=0, *":            false,
		"*;q=0, gzip":            true,
		"identity":               false,
		"deflate, br":            false,
		"x-gzip":                 false,
		"gzip;q=nonsense, x":     true,
		"identity;q=1, *;q=0.5":  true,
		"br;q=1.0,gzip;q=0.8, *": true,
	} {
		if got := acceptsGzip([]string{header}); got != want {
			t.Errorf("Accept-Encoding %q: got %t, want %t", header, got, want)
		}
	}
}
