package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/export/formats"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/graphtest/gen"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/server"
)

func served(t *testing.T, rec *graph.Record) *httptest.Server {
	t.Helper()
	s, err := server.New(rec, server.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return srv
}

func asked(t *testing.T, method, url string) (*http.Response, []byte, error) {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res, b, err
}

// Every format is served, and is what the package writes.
func TestExport(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	graphtest.Article().Write(t, rec)
	srv, v := served(t, rec), graphtest.View(t, rec)
	for _, f := range formats.All() {
		res, got, err := asked(t, "GET", srv.URL+"/export?format="+f.Name)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v\n%s", f.Name, res.StatusCode, err, got)
		}
		var want bytes.Buffer
		m, err := export.Export(t.Context(), v, export.Selection{}, f, export.Options{}, &want)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s: got %d bytes that are not the %d of the package", f.Name, len(got), want.Len())
		}
		for name, want := range map[string]string{
			"Content-Type": f.MediaType, "Content-Disposition": `attachment; filename="onrecord-1` + f.Extension + `"`,
			"Content-Location": "/export?asOf=1&format=" + f.Name,
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s: got %q, want %q", f.Name, name, got, want)
			}
		}
		if got := res.Trailer.Get("Onrecord-Content"); got != m.Onrecord.Content {
			t.Errorf("%s: trailer: got %q, want %q", f.Name, got, m.Onrecord.Content)
		}
		again, b, err := asked(t, "GET", srv.URL+res.Header.Get("Content-Location"))
		if err != nil || again.StatusCode != http.StatusOK || !bytes.Equal(b, got) {
			t.Errorf("%s: its own address gives other bytes (%d, %v)", f.Name, again.StatusCode, err)
		}
	}
	if res, b, err := asked(t, "HEAD", srv.URL+"/export?format=csv"); err != nil || res.StatusCode != http.StatusOK || len(b) > 0 {
		t.Errorf("HEAD: %d, %d bytes, %v", res.StatusCode, len(b), err)
	}
	if res, b, err := asked(t, "GET", srv.URL+"/export?format=nquads&compress=zstd"); err != nil || res.Header.Get("Content-Type") != "application/zstd" || !bytes.HasPrefix(b, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
		t.Errorf("zstd: %v, %.4x, %v", res.Header, b, err)
	}
}

func TestExportRefused(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	graphtest.Article().Write(t, rec)
	srv := served(t, rec)
	for _, c := range []struct {
		name, query string
		status      int
		says        string
	}{
		{"no format", "", 400, "format: none is called"},
		{"no such format", "format=pdf", 400, `none is called \"pdf\"; there are jsonl,`},
		{"a parameter that is none", "format=csv&limit=3", 400, `there is no parameter \"limit\"`},
		{"unknown id", "format=csv&id=0190163d-8694-739b-aea5-966c26f8ad90", 404, "nothing on record has this id"},
		{"a revision to come", "format=csv&asOf=7", 404, "the newest is 1"},
		{"packed twice", "format=csv&compress=gzip", 400, "packed already"},
		{"packed by what is not there", "format=nquads&compress=br", 400, "there are gzip and zstd"},
		{"neither true nor false", "format=csv&neo4j=maybe", 400, "neither true nor false"},
		{"format twice", "format=csv&format=ftm", 400, "given 2 times"},
		{"a broken escape", "format=%zz", 400, "malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			res, b, err := asked(t, "GET", srv.URL+"/export?"+c.query)
			if err != nil || res.StatusCode != c.status || !strings.Contains(string(b), c.says) || !json.Valid(b) {
				t.Errorf("got %d, %s, %v; want %d with %q", res.StatusCode, b, err, c.status, c.says)
			}
		})
	}
}

// An export of which the record turns out to be damaged is never a short file
// that looks whole.
func TestExportCutOff(t *testing.T) {
	t.Parallel()
	store := memkv.New()
	rec := graphtest.OpenStore(t, store, graph.Options{})
	for rev := range gen.New(gen.Options{Statements: 600}).Revisions() {
		if _, err := rec.Write(t.Context(), rev); err != nil {
			t.Fatal(err)
		}
	}
	snap, err := store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	damage := new(kv.Batch)
	for p, err := range snap.Scan(t.Context(), kv.Range{Start: []byte("X"), End: []byte("Y"), Reverse: true, Limit: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		damage.Delete(bytes.Clone(p.Key)) // the text that was archived last
	}
	if err := errors.Join(snap.Close(), store.Apply(t.Context(), damage)); err != nil {
		t.Fatal(err)
	}
	srv := served(t, rec)
	for _, f := range []string{"nquads", "csv", "jsonl", "graphml"} {
		res, b, err := asked(t, "GET", srv.URL+"/export?format="+f)
		if err == nil && res.StatusCode == http.StatusOK {
			t.Errorf("%s: got %d bytes as if they were all", f, len(b))
		}
	}
}
