package server

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/server/pages"
)

// openToAll are the addresses of a closed server that answer without a token, and
// why they may: they hold nothing of the record.
var openToAll = map[string]string{
	"/robots.txt":     "says what crawlers may ask for",
	"/sitemap/{part}": "its part pages.xml lists the lists",
	"/assets/":        "files that are built in",
	"/islands/":       "files that are built in",
	"/schema.graphql": "the same on every server",
	"/graphiql/":      "files that are built in",
	"/healthz":        "says that the server runs",
	"/readyz":         "says that the server is ready",
}

// Each address of a closed server, as the pages register it, wants a token, and
// says no word of the record without one.
func TestClosed(t *testing.T) {
	t.Parallel()
	g := guard(t, true)
	const word = "Kakapo"
	graphtest.Build().Capture("article", word+" said: "+word+" will win.").Speaker("speaker", word+" Party").
		Statement("statement", "speaker", "article", word+" will win.", "2018-05-08").Claim("claim", word+" wins.", "statement").Write(t, g.rec)
	_, secret := g.token(t, "reader", schema.Reader, time.Time{})

	site, err := pages.New(pages.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	patterns := []string{"GET /export", "GET /graphql", "GET /schema.graphql", "GET /graphiql/", "GET /healthz", "GET /readyz"}
	site.Register(func(pattern string, _ http.Handler) { patterns = append(patterns, pattern) })
	told := 0
	for _, pattern := range patterns {
		path, ok := strings.CutPrefix(pattern, "GET ")
		if !ok {
			continue // a form that is sent: with a token, or for one
		}
		name := path
		path = strings.NewReplacer("{$}", "", "{part}", "claims.xml").Replace(path)
		id := graphtest.ID("claim").String()
		if strings.HasPrefix(strings.TrimPrefix(path, "/embed"), "/statement/") {
			id = graphtest.ID("statement").String()
		}
		path = strings.Replace(path, "{id}", id, 1)
		endings := []string{""}
		if strings.Contains(name, "{id}") && !strings.HasPrefix(name, "/embed/") {
			endings = append(endings, ".json", ".csv", ".jsonld", ".atom", ".feed.json", ".html")
		}
		for _, ending := range endings {
			address := path + ending
			switch name {
			case "/search", "/suggest":
				address += "?q=win*" // what is asked for stands on the page of a refusal
			case "/graph":
				address += "?id=" + id
			case "/graphql":
				address += "?query={claims{nodes{text}}}"
			case "/build.json", "/build.csv", "/build":
				address += "?list=claims"
			case "/oembed":
				address += "?url=" + g.url + "/claim/" + id
			}
			res, body := g.ask(t, "GET", address)
			with, whole := g.ask(t, "GET", address, "Bearer "+secret)
			if strings.Contains(whole, word) {
				told++
			}
			if strings.Contains(body, word) {
				t.Errorf("%s, without a token: got a word of the record: %.300s", address, body)
			}
			// A form that a page does not have is none for anybody.
			none := res.StatusCode == http.StatusNotFound && with.StatusCode == http.StatusNotFound
			if res.StatusCode != http.StatusUnauthorized && !none && openToAll[name] == "" {
				t.Errorf("%s, without a token: got status %d, want 401: %.200s", address, res.StatusCode, body)
			}
			if cached := res.Header.Get("Cache-Control"); res.StatusCode == http.StatusUnauthorized && cached != "no-store" {
				t.Errorf("%s, without a token: got Cache-Control %q, want no-store", address, cached)
			}
			if cached := with.Header.Get("Cache-Control"); strings.Contains(cached, "public") && (openToAll[name] == "" || name == "/sitemap/{part}") {
				t.Errorf("%s, with a token: got Cache-Control %q: a cache on the way would answer anybody with it", address, cached)
			}
		}
	}
	if told < 10 {
		t.Errorf("with a token, %d addresses say a word of the record, want 10 at least", told)
	}
}
