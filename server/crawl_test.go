package server_test

import (
	"cmp"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/seed/corpus"
	"github.com/onrecord/onrecord/server"
)

// media are the types that addresses are answered with, by how their paths end.
var media = map[string]string{
	".json": "application/json", ".jsonld": "application/ld+json", ".csv": "text/csv", ".atom": "application/atom+xml",
	".feed.json": "application/feed+json", ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".xml": "application/xml", ".svg": "image/svg+xml",
}

// Whatever a page of this server leads to on this server is there, and is what
// its address says. Of addresses that differ in the values of their query alone,
// one is followed: the others are the same page of something else.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	if _, err := corpus.Load(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	s, err := server.New(rec, server.Options{Rate: -1})
	if err != nil {
		t.Fatal(err)
	}
	type link struct{ from, to string }
	queue := []link{{"", "/"}, {"", "/robots.txt"}, {"", "/sitemap.xml"}}
	seen := map[string]bool{}
	pages := 0
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		u, err := url.Parse(at.to)
		if err != nil {
			t.Errorf("%s leads to %q, which is no address: %v", at.from, at.to, err)
			continue
		}
		key := u.Path + "?" + strings.Join(slices.Sorted(maps.Keys(u.Query())), "&")
		if seen[key] {
			continue
		}
		seen[key] = true
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, at.to, nil)
		r.Host = "localhost"
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code == http.StatusMovedPermanently || w.Code == http.StatusFound || w.Code == http.StatusSeeOther {
			queue = append(queue, link{at.to, w.Header().Get("Location")})
			continue
		}
		got := w.Header().Get("Content-Type")
		if w.Code != http.StatusOK {
			t.Errorf("%s leads to %s: got status %d: %.200s", at.from, at.to, w.Code, w.Body)
			continue
		}
		name := u.Path[strings.LastIndexByte(u.Path, '/')+1:]
		if i := strings.IndexByte(name, '.'); i >= 0 {
			ending := name[i:]
			if want := cmp.Or(media[ending], media[ending[strings.LastIndexByte(ending, '.'):]]); want != "" && !strings.HasPrefix(got, want) {
				t.Errorf("%s leads to %s: it is %s, want %s", at.from, at.to, got, want)
			}
		}
		if !strings.HasPrefix(got, "text/html") || strings.HasPrefix(u.Path, "/graphiql") {
			continue
		}
		pages++
		for _, to := range linksOf(w.Body.String()) {
			v, err := u.Parse(to)
			if err != nil || v.Host != "" && v.Host != "localhost" || v.Scheme != "" && v.Scheme != "http" {
				continue
			}
			v.Scheme, v.Host, v.Fragment = "", "", ""
			queue = append(queue, link{at.to, v.String()})
		}
	}
	if pages < 150 {
		t.Errorf("got %d pages, want all of the seed's", pages)
	}
	t.Logf("%d addresses, %d pages", len(seen), pages)
}

// linksOf are the addresses that a page leads to or needs.
func linksOf(page string) (out []string) {
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			post := slices.ContainsFunc(token.Attr, func(a html.Attribute) bool { return a.Key == "method" && a.Val == "post" })
			for _, a := range token.Attr {
				if a.Key == "href" || a.Key == "src" || a.Key == "action" && !post {
					out = append(out, a.Val)
				}
			}
		}
	}
}
