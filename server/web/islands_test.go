package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func askIsland(t *testing.T, method, target string, header http.Header) *http.Response {
	t.Helper()
	request := httptest.NewRequest(method, target, nil)
	if header != nil {
		request.Header = header
	}
	recorder := httptest.NewRecorder()
	Islands().ServeHTTP(recorder, request)
	return recorder.Result()
}

// An island is one file that loads nothing further and runs under a policy
// without eval.
func TestIslands(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		most int // bytes, compressed: what a page may cost its reader
	}{
		{"copy", 2 << 10},
		{"live", 2 << 10},
		{"review", 2 << 10},
		{"suggest", 4 << 10},
		{"graph", 200 << 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path, err := Island(test.name)
			if err != nil {
				t.Fatal(err)
			}
			packed := askIsland(t, http.MethodGet, path, http.Header{"Accept-Encoding": {"gzip"}})
			data := body(t, packed)
			if packed.StatusCode != http.StatusOK || packed.Header.Get("Content-Encoding") != "gzip" {
				t.Fatalf("GET %s = %d, headers %v", path, packed.StatusCode, packed.Header)
			}
			if got := packed.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
				t.Errorf("Cache-Control = %q, want immutable", got)
			}
			if got := packed.Header.Get("Content-Type"); got != "text/javascript; charset=utf-8" {
				t.Errorf("Content-Type = %q", got)
			}
			if len(data) > test.most {
				t.Errorf("%d bytes compressed, want at most %d", len(data), test.most)
			}
			plain := body(t, askIsland(t, http.MethodGet, path, nil))
			if !bytes.Equal(gunzip(t, data), plain) {
				t.Error("gzip and plain content differ")
			}
			if found := regexp.MustCompile(`(?m)\bimport\s*[({"'*]|\bimport\s+\w+\s+from|\bnew Function\(|(^|[^.\w])eval\(`).Find(plain); found != nil {
				t.Errorf("it loads or evaluates further code: %q", found)
			}
		})
	}
}

func TestIslandsPaths(t *testing.T) {
	t.Parallel()
	graph, err := Island("graph")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		method, target string
		want           int
	}{
		{http.MethodGet, "/islands/THIRD-PARTY.txt", 200},
		{http.MethodHead, graph, 200},
		{http.MethodPost, graph, 405},
		{http.MethodGet, "/islands/graph.js", 404},
		{http.MethodGet, "/islands/graph.js.gz", 404},
		{http.MethodGet, "/islands/", 404},
		{http.MethodGet, "/islands/none.js", 404},
	} {
		t.Run(test.method+" "+test.target, func(t *testing.T) {
			t.Parallel()
			if got := askIsland(t, test.method, test.target, nil).StatusCode; got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
	if path, err := Island("none"); err == nil {
		t.Errorf("Island(none) = %q, want an error", path)
	}
}
