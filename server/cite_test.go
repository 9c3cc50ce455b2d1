package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/proof"
	"github.com/onrecord/onrecord/graph/tree"
	"github.com/onrecord/onrecord/server"
)

// A citation that is served is checked by the key that is served.
func TestCite(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	graphtest.Article().Write(t, rec)
	private, public, err := tree.NewKey("record.example.org/log")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := tree.ParseSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	key, err := tree.ParseVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(rec, server.Options{Signer: signer, Base: "https://record.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	at := srv.URL + "/cite/" + graphtest.ID("s1").String()
	for _, c := range []struct {
		query, media, has string
		status            int
	}{
		{"", "application/vnd.citationstyles.csl+json; charset=utf-8", `"onrecord": {`, 200},
		{"?format=csl-json&asOf=1", "application/vnd.citationstyles.csl+json; charset=utf-8", "?asOf=1", 200},
		{"?format=bibtex", "application/x-bibtex; charset=utf-8", "@misc{", 200},
		{"?format=text", "text/plain; charset=utf-8", "sha256:", 200},
		{"?format=pdf", "application/json; charset=utf-8", "there are csl-json", 400},
		{"?asOf=0", "application/json; charset=utf-8", "no number of a revision", 400},
		{"?asOf=2", "application/json; charset=utf-8", "no revision 2 yet", 404},
		{"?style=apa", "application/json; charset=utf-8", "there are format and asOf", 400},
	} {
		res, b, err := asked(t, "GET", at+c.query)
		if err != nil || res.StatusCode != c.status || res.Header.Get("Content-Type") != c.media || !strings.Contains(string(b), c.has) {
			t.Errorf("%q: %d, %s, %v\n%s", c.query, res.StatusCode, res.Header.Get("Content-Type"), err, b)
		}
		if strings.Contains(c.media, "csl") {
			if got := proof.Check(b, key); len(got.Problems) > 0 || got.Citation.Custom.Proof.Base != "https://record.example.org" {
				t.Errorf("%q: %q", c.query, got.Problems)
			}
		}
	}
	if _, b, _ := asked(t, "GET", srv.URL+"/statement/"+graphtest.ID("s1").String()); !strings.Contains(string(b), `href="https://record.example.org/cite/`+graphtest.ID("s1").String()+`?asOf=1"`) {
		t.Errorf("the page does not lead to the citation:\n%s", b)
	}
	if res, _, _ := asked(t, "GET", srv.URL+"/cite/"+graphtest.ID("nobody").String()); res.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown id: %d", res.StatusCode)
	}
	if res, _, _ := asked(t, "GET", served(t, rec).URL+"/cite/"+graphtest.ID("s1").String()); res.StatusCode != http.StatusNotFound {
		t.Errorf("without a key: %d", res.StatusCode)
	}
}
