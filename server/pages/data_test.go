package pages_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/server/pages"
)

// Every form of a page over the seed, as it is sent.
func TestDataGolden(t *testing.T) {
	t.Parallel()
	h, ask := seeded(t)
	claim := "/claim/" + find(t, ask, "claims", "forbidden for Iran")
	statement := "/statement/" + find(t, ask, "statements", "I'm ready to meet")
	for _, c := range []struct{ name, path string }{
		{"claim.json", claim + ".json"},
		{"claim.csv", claim + ".csv"},
		{"claim.jsonld", claim + ".jsonld"},
		{"claim.atom", claim + ".atom"},
		{"claim.feed.json", claim + ".feed.json"},
		{"claim-then.csv", claim + ".csv?asOf=3&by=" + find(t, ask, "speakers", "Khamenei")},
		{"statement.csv", statement + ".csv"},
		{"statement.jsonld", statement + ".jsonld"},
		{"search.csv", "/search.csv?q=talks"},
		{"search.jsonld", "/search.jsonld?q=talks&kind=claim"},
		{"search.atom", "/search.atom?q=ready"},
		{"index.jsonld", "/index.jsonld"},
		{"index.atom", "/index.atom"},
		{"sitemap.xml", "/sitemap.xml"},
		{"sitemap-pages.xml", "/sitemap/pages.xml"},
		{"sitemap-claims.xml", "/sitemap/claims.xml?seq=5"},
		{"robots.txt", "/robots.txt"},
		{"oembed.json", "/oembed?url=" + url.QueryEscape(base+statement)},
		{"oembed.xml", "/oembed?format=xml&maxwidth=320&maxheight=200&url=" + url.QueryEscape(base+claim)},
		{"embed-statement.html", "/embed" + statement},
		{"embed-claim.html", "/embed" + claim},
		{"build.csv", "/build.csv?list=statements&filter.speaker=Trump&field=id&field=said&field=text"},
		{"build.json", "/build.json?list=contradictions&status=CANDIDATE&first=1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			golden(t, c.name, inlineForm.ReplaceAllString(body(t, h, c.path), "<style>…</style>"))
		})
	}
}

var inlineForm = regexp.MustCompile(`(?s)<style>.*?</style>`)

// Whatever page there is, each form that it names is there, is of the type that it
// names, and keeps to the rules of its format.
func TestFormatsAreValid(t *testing.T) {
	t.Parallel()
	rec := hostile(t)
	h, ask := serve(t, rec, pages.Options{Base: base})
	seedH, seedAsk := seeded(t)
	for _, c := range []struct {
		name string
		h    http.Handler
		path string
	}{
		{"the front page", seedH, "/"},
		{"a claim", seedH, "/claim/" + find(t, seedAsk, "claims", "forbidden for Iran")},
		{"a claim, filtered", seedH, "/claim/" + find(t, seedAsk, "claims", "forbidden for Iran") + "?from=2018&asOf=4"},
		{"a statement", seedH, "/statement/" + find(t, seedAsk, "statements", "ready to meet")},
		{"a search", seedH, "/search?q=negotiat*"},
		{"a search for nothing", seedH, "/search"},
		{"hostile front page", h, "/"},
		{"hostile claim", h, "/claim/" + graphtest.ID("c1").String()},
		{"hostile statement", h, "/statement/" + find(t, ask, "statements", "</script>")},
		{"hostile search", h, "/search?q=" + url.QueryEscape(`alert "</script>"`)},
		{"hostile search for all", h, "/search?q=evil"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			page := body(t, c.h, c.path)
			validLinkedData(t, scriptOf(t, page))
			links := alternates(page)
			if len(links) < 2 {
				t.Fatalf("got %d data links, want some: %.500s", len(links), page)
			}
			for media, address := range links {
				path := strings.TrimPrefix(address, base)
				w := get(t, c.h, path)
				if w.Code != http.StatusOK {
					t.Errorf("%s: got status %d, want 200: %.200s", path, w.Code, w.Body)
					continue
				}
				if got, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";"); got != media && !strings.HasSuffix(media, "+oembed") {
					t.Errorf("%s: got type %s, want %s", path, got, media)
				}
				switch media {
				case "application/json", "application/json+oembed":
					if !json.Valid(w.Body.Bytes()) {
						t.Errorf("%s: no JSON", path)
					}
				case "text/csv":
					validCSV(t, w.Body.String())
				case "application/ld+json":
					validLinkedData(t, w.Body.String())
				case "application/atom+xml":
					validAtom(t, w.Body.String())
				case "application/feed+json":
					validJSONFeed(t, w.Body.String())
				case "text/xml+oembed":
					validXML(t, w.Body.String())
				default:
					t.Errorf("%s: nobody knows whether %s is valid", path, media)
				}
			}
		})
	}
}

// hostile is a record whose texts try to be something else than texts.
func hostile(t testing.TB) *graph.Record {
	t.Helper()
	rec := graphtest.Open(t)
	evil := []string{
		`</script><script>alert(1)</script>`, `=cmd|' /C calc'!A0`, "a \"quoted\", text\r\nover two lines", "evil \x01\x1f\x7f controls", "@SUM(1)", "'=1", "\u202eright to left\u2066",
		`]]><!-- --><evil attr="`, "＝1+1", "x\ty", "nul \x00 inside",
	}
	text := strings.Join(evil, " | ")
	b := graphtest.Build().Capture("article", text).Speaker("mallory", "Mallory </title><script>evil()</script> =1+1 \x02")
	names := make([]string, len(evil))
	for i, s := range evil {
		names[i] = fmt.Sprintf("s%d", i)
		b.Statement(names[i], "mallory", "article", s, "2018-05-0"+fmt.Sprint(1+i%9))
	}
	b.Claim("c1", "evil claim </script>", names...)
	b.Speaker("desk", "The </script> Desk")
	b.Node(vocab.Review, "review", graph.Props{"rating": "False </script>\x03", "scale": "-1..1", "url": "https://desk.example/?a=1&b=</script>", "date": graphtest.When("2018-06")})
	b.Edge(vocab.Reviews, "review", "c1").Edge(vocab.Published, "desk", "review")
	b.Write(t, rec)
	return rec
}

var (
	scriptForm    = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)
	anyScript     = regexp.MustCompile(`(?i)<script`)
	alternateForm = regexp.MustCompile(`<link rel="alternate" type="([^"]+)" href="([^"]+)"`)
)

// scriptOf is the only script element of a page.
var islandForm = regexp.MustCompile(`<script type="module" src="/islands/[a-z]+\.[0-9a-f]+\.js"></script>`)

func scriptOf(t *testing.T, page string) string {
	t.Helper()
	found := scriptForm.FindStringSubmatch(page)
	if n := len(anyScript.FindAllString(page, -1)) - len(islandForm.FindAllString(page, -1)); found == nil || n != 1 {
		t.Fatalf("got %d script elements beside the islands, want one of JSON-LD", n)
	}
	return found[1]
}

func alternates(page string) map[string]string {
	out := make(map[string]string)
	for _, m := range alternateForm.FindAllStringSubmatch(page, -1) {
		out[html.UnescapeString(m[1])] = html.UnescapeString(m[2])
	}
	return out
}

// RFC 4180: every record has as many values as the first, lines end with CR LF,
// and no value begins with what a spreadsheet executes.
func validCSV(t *testing.T, text string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Errorf("got %v, want rows of one length: %.200s", err, text)
		return
	}
	if !strings.HasSuffix(text, "\r\n") {
		t.Error("the last line does not end with CR LF")
	}
	if !slices.IsSorted([]int{0, len(rows[0])}) || !slices.ContainsFunc(rows[0], func(s string) bool { return s == "permalink" || strings.HasSuffix(s, ".permalink") }) {
		t.Errorf("got header %q, want one with a permalink", rows[0])
	}
	for _, row := range rows {
		for _, v := range row {
			if v != "" && strings.ContainsAny(v[:1], "=+-@\t\r\n\x00") || strings.HasPrefix(v, "＝") {
				t.Errorf("the value %q can be executed", v)
			}
		}
	}
}

func validXML(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = true
	for {
		if _, err := d.Token(); err != nil {
			if err.Error() != "EOF" {
				t.Errorf("no XML: %v", err)
			}
			return
		}
	}
}

// RFC 4287, 4.1.1 and 4.1.2.
func validAtom(t *testing.T, text string) {
	t.Helper()
	validXML(t, text)
	type link struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	type common struct {
		ID      []string `xml:"id"`
		Title   []string `xml:"title"`
		Updated []string `xml:"updated"`
		Author  []struct {
			Name string `xml:"name"`
		} `xml:"author"`
		Link []link `xml:"link"`
	}
	var f struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		common
		Entry []struct {
			common
			Content []string `xml:"content"`
			Summary []string `xml:"summary"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(text), &f); err != nil {
		t.Errorf("no feed: %v", err)
		return
	}
	one := func(what string, c common) {
		t.Helper()
		if len(c.ID) != 1 || len(c.Title) != 1 || len(c.Updated) != 1 {
			t.Errorf("%s: got %d ids, %d titles, %d times, want one of each", what, len(c.ID), len(c.Title), len(c.Updated))
			return
		}
		if u, err := url.Parse(c.ID[0]); err != nil || !u.IsAbs() {
			t.Errorf("%s: got id %q, want an IRI", what, c.ID[0])
		}
		if _, err := time.Parse(time.RFC3339, c.Updated[0]); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if strings.TrimSpace(c.Title[0]) == "" {
			t.Errorf("%s: an empty title", what)
		}
	}
	one("the feed", f.common)
	if len(f.Author) != 1 || f.Author[0].Name == "" {
		t.Errorf("got authors %v, want one", f.Author)
	}
	if !slices.ContainsFunc(f.Link, func(l link) bool { return l.Rel == "self" && strings.HasPrefix(l.Href, base) }) {
		t.Errorf("got links %v, want one to the feed itself", f.Link)
	}
	seen := make(map[string]bool)
	for i, e := range f.Entry {
		one(fmt.Sprintf("entry %d", i), e.common)
		if len(e.Content) != 1 || len(e.Summary) != 1 || !slices.ContainsFunc(e.Link, func(l link) bool { return l.Rel == "alternate" }) {
			t.Errorf("entry %d: got %d contents, %d summaries, links %v", i, len(e.Content), len(e.Summary), e.Link)
		}
		if seen[e.ID[0]] {
			t.Errorf("entry %d: its id came before", i)
		}
		seen[e.ID[0]] = true
		if strings.Contains(strings.ToLower(e.Content[0]), "<script") {
			t.Errorf("entry %d: a script: %s", i, e.Content[0])
		}
	}
}

// JSON Feed 1.1.
func validJSONFeed(t *testing.T, text string) {
	t.Helper()
	var f struct {
		Version, Title string
		HomePageURL    string `json:"home_page_url"`
		FeedURL        string `json:"feed_url"`
		Items          *[]struct {
			ID, URL, Title string
			ContentHTML    string `json:"content_html"`
			DateModified   string `json:"date_modified"`
		}
	}
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		t.Errorf("no feed: %v", err)
		return
	}
	if f.Version != "https://jsonfeed.org/version/1.1" || f.Title == "" || f.Items == nil || !strings.HasPrefix(f.FeedURL, base) || !strings.HasPrefix(f.HomePageURL, base) {
		t.Errorf("got version %q, title %q, feed %q, page %q, items %v", f.Version, f.Title, f.FeedURL, f.HomePageURL, f.Items != nil)
		return
	}
	for i, item := range *f.Items {
		if _, err := time.Parse(time.RFC3339, item.DateModified); err != nil || item.ID == "" || item.ContentHTML == "" || !strings.HasPrefix(item.URL, base) {
			t.Errorf("item %d: got %+v, %v", i, item, err)
		}
	}
}

// JSON-LD that can be read without fetching anything: the context is an object,
// every name in it resolves, every node and address is absolute.
func validLinkedData(t *testing.T, text string) {
	t.Helper()
	var doc struct {
		Context map[string]any   `json:"@context"`
		Graph   []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Errorf("no JSON-LD: %v: %.200s", err, text)
		return
	}
	if len(doc.Context) == 0 || len(doc.Graph) == 0 {
		t.Errorf("got a context of %d terms and a graph of %d nodes, want both", len(doc.Context), len(doc.Graph))
	}
	term := func(name string) {
		t.Helper()
		if prefix, rest, ok := strings.Cut(name, ":"); ok && !strings.HasPrefix(rest, "//") {
			if _, ok := doc.Context[prefix].(string); !ok {
				t.Errorf("%s: no such prefix", name)
			}
		} else if name == "" || strings.ContainsAny(name, " /") && !ok {
			t.Errorf("%q is no term", name)
		}
	}
	ids := make(map[string]int)
	var walk func(v any, top bool)
	walk = func(v any, top bool) {
		switch x := v.(type) {
		case []any:
			for _, e := range x {
				walk(e, false)
			}
		case map[string]any:
			if id, ok := x["@id"].(string); ok {
				if u, err := url.Parse(id); err != nil || !u.IsAbs() {
					t.Errorf("the node %q is not absolute", id)
				}
				if top {
					ids[id]++
				}
			}
			for name, below := range x {
				switch name {
				case "@id", "@value", "@language":
				case "@type":
					types, ok := below.([]any)
					if !ok {
						types = []any{below}
					}
					for _, one := range types {
						s, _ := one.(string)
						term(s)
					}
				default:
					term(name)
					walk(below, false)
				}
			}
		case nil:
			t.Error("null says nothing")
		}
	}
	for _, n := range doc.Graph {
		if n["@type"] == nil {
			t.Errorf("a node without a type: %v", n)
		}
		walk(n, true)
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%s is described %d times", id, n)
		}
	}
}
