package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/seed/corpus"
	"github.com/onrecord/onrecord/server"
)

// seeded serves a record that holds the seed article.
func seeded(t *testing.T) *httptest.Server {
	t.Helper()
	rec, err := graph.Open(context.Background(), memkv.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := corpus.Load(context.Background(), rec); err != nil {
		t.Fatal(err)
	}
	h, err := server.New(rec, server.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.Close()
		if err := rec.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// serveHandler serves until the test ends.
func serveHandler(t *testing.T, h http.Handler) (url string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

var named = regexp.MustCompile(`\$\{([\w-]+)\}`)

// TestQuestions asks what a reader of the article asks, over HTTP: each file of
// testdata/questions holds a question in words, the query, and the answer.
// ${name} in a query is the id of what the annotation calls name.
func TestQuestions(t *testing.T) {
	s := seeded(t)
	files, err := filepath.Glob("testdata/questions/*.txt")
	if err != nil || len(files) != 15 {
		t.Fatalf("%d questions, %v", len(files), err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		question, rest, _ := strings.Cut(string(b), "\n-- query --\n")
		query, answer, ok := strings.Cut(rest, "-- answer --\n")
		if !ok {
			t.Fatalf("%s: no query and answer", file)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			query = named.ReplaceAllStringFunc(query, func(x string) string { return corpus.ID(x[2 : len(x)-1]).String() })
			body, _ := json.Marshal(map[string]string{"query": query})
			res, err := http.Post(s.URL+"/graphql", "application/json", bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var got struct {
				Data   any
				Errors any
			}
			if err := json.NewDecoder(res.Body).Decode(&got); err != nil || got.Errors != nil {
				t.Fatalf("%s\n%v, %v", question, err, got.Errors)
			}
			var want any
			if err := json.Unmarshal([]byte(answer), &want); err != nil {
				t.Fatalf("the answer in %s: %v", file, err)
			}
			if diff := cmp.Diff(want, got.Data); diff != "" {
				t.Errorf("%s (-want +got)\n%s", question, diff)
			}
		})
	}
}
