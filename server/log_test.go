package server_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/tree"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/server"
)

// What is served of the log is what a client of any such log checks it by: the
// checkpoint is signed by the key that is served, and the tiles give its hash.
func TestLog(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	for i := range 300 {
		graphtest.Build().Node(vocab.Topic, "t"+string(rune('a'+i)), graph.Props{"name": "Topic"}).Write(t, rec)
	}
	private, public, err := tree.NewKey("record.example.org/log")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := tree.ParseSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(rec, server.Options{Signer: signer})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	get := func(path string) []byte {
		t.Helper()
		res, b, err := asked(t, "GET", srv.URL+path)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v\n%s", path, res.StatusCode, err, b)
		}
		want := [2]string{"application/octet-stream", "public, max-age=31536000, immutable"}
		if strings.HasPrefix(path, "/checkpoint") {
			want = [2]string{"text/plain; charset=utf-8", "no-cache"}
		}
		if got := [2]string{res.Header.Get("Content-Type"), res.Header.Get("Cache-Control")}; got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
		return b
	}
	if got := string(get("/checkpoint/key")); got != public+"\n" {
		t.Errorf("the key is %q, want %q", got, public)
	}
	v, err := tree.ParseVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	c, err := tree.ParseCheckpoint(get("/checkpoint"), v)
	if err != nil || c.Size != 300 {
		t.Fatalf("the checkpoint is %+v, %v", c, err)
	}
	row, top := get("/tile/0/000"), get("/tile/1/000.p/1")
	hashOf := func(b []byte) tree.Hash { return tree.Hash(b[:32]) }
	if rest := get("/tile/0/001.p/44"); len(row) != 256*32 || len(rest) != 44*32 {
		t.Errorf("the tiles have %d and %d bytes", len(row), len(rest))
	}
	ls, err := tree.ParseBundle(get("/tile/entries/000"))
	if err != nil || len(ls) != 256 || ls[0].Hash() != hashOf(row) || ls[255].Hash() != hashOf(row[255*32:]) {
		t.Errorf("the leaves are not those of the hashes: %d, %v", len(ls), err)
	}
	old, err := graphtest.View(t, rec).AsOf(t.Context(), graph.At{Seq: 256})
	if err != nil {
		t.Fatal(err)
	}
	if want, err := old.Root(t.Context()); err != nil || hashOf(top) != want.Hash {
		t.Errorf("tile/1/000 is %v, want %v, %v", hashOf(top), want.Hash, err)
	}
	for _, path := range []string{"/tile/0/001", "/tile/0/001.p/45", "/tile/entries/001", "/tile/2/000.p/1", "/tile/0/x/000", "/tile/data/000", "/tile/9/000", "/tile/"} {
		res, b, _ := asked(t, "GET", srv.URL+path)
		if res.StatusCode != http.StatusNotFound || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %s\n%s", path, res.StatusCode, res.Header.Get("Cache-Control"), b)
		}
	}
	if res, _, _ := asked(t, "POST", srv.URL+"/checkpoint"); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", res.StatusCode)
	}
}

// Who has no token is shown nothing of a closed record's log.
func TestLogOfClosedRecord(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	graphtest.Article().Write(t, rec)
	s, err := server.New(rec, server.Options{Closed: true, Tokens: noTokens{}})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	for _, path := range []string{"/checkpoint", "/checkpoint/key", "/tile/0/000.p/1", "/tile/entries/000.p/1"} {
		res, b, _ := asked(t, "GET", srv.URL+path)
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d\n%s", path, res.StatusCode, b)
		}
	}
	open := served(t, rec) // and no key
	if res, b, _ := asked(t, "GET", open.URL+"/checkpoint"); res.StatusCode != http.StatusNotFound || !strings.Contains(string(b), "no key") {
		t.Errorf("without a key: %d\n%s", res.StatusCode, b)
	}
}

type noTokens struct{}

func (noTokens) Authenticate(string) (schema.Caller, error) {
	return schema.Caller{}, errors.New("there is none")
}
