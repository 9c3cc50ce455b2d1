package pages_test

import (
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
	"github.com/onrecord/onrecord/seed/corpus"
	"github.com/onrecord/onrecord/server/pages"
)

var update = flag.Bool("update", false, "rewrite testdata/data")

// today is when the tests look at the record.
var today = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// serve returns the pages of a record, as a server answers with them, and the way
// to ask it.
func serve(t testing.TB, rec *graph.Record, o pages.Options) (http.Handler, func(pages.Question) []byte) {
	t.Helper()
	types, err := schema.Build(schema.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(types, engine.Options{Cost: schema.Cost(types)})
	if err != nil {
		t.Fatal(err)
	}
	o.Ask = func(ctx context.Context, q pages.Question) ([]byte, error) {
		view, err := rec.View(ctx)
		if err != nil {
			return nil, err
		}
		defer view.Close()
		return e.Do(ctx, engine.Request{Query: q.Query, Variables: q.Variables, Root: schema.Root(view), Safe: true}).AppendJSON(nil), nil
	}
	if o.Now == nil {
		o.Now = func() time.Time { return today }
	}
	site, err := pages.New(o)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	site.Register(mux.Handle)
	return mux, func(q pages.Question) []byte {
		t.Helper()
		b, err := o.Ask(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

const base = "https://record.example"

// seeded serves the seed article.
func seeded(t testing.TB) (http.Handler, func(pages.Question) []byte) {
	t.Helper()
	rec := graphtest.Open(t)
	if _, err := corpus.Load(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	return serve(t, rec, pages.Options{Base: base})
}

// get asks for a page.
func get(t testing.TB, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// body is a page that must be there.
func body(t testing.TB, h http.Handler, path string) string {
	t.Helper()
	w := get(t, h, path)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: got status %d, want 200: %.300s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// golden compares with a file of testdata/data.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "data", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test ./server/pages -update writes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got); if it is meant so: go test ./server/pages -update\n%s", file, diff)
	}
}

// find returns the id of the first node whose label holds a text.
func find(t testing.TB, ask func(pages.Question) []byte, list, holds string) string {
	t.Helper()
	var got struct {
		Data map[string]struct {
			Nodes []struct{ ID, Label string }
		}
	}
	if err := json.Unmarshal(ask(pages.Question{Query: "{ " + list + "(first: 500) { nodes { id label } } }"}), &got); err != nil {
		t.Fatal(err)
	}
	for _, n := range got.Data[list].Nodes {
		if strings.Contains(n.Label, holds) {
			return n.ID
		}
	}
	t.Fatalf("%s: none is called %q", list, holds)
	return ""
}
