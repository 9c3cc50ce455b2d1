package pages_test

import (
	"encoding/json"
	"encoding/xml"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/server/pages"
)

// routes are the patterns that the pages register for GET, without the method.
func routes(t testing.TB) []string {
	t.Helper()
	site, err := pages.New(pages.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	site.Register(func(pattern string, _ http.Handler) {
		if path, ok := strings.CutPrefix(pattern, "GET "); ok {
			out = append(out, strings.Replace(path, "{$}", "", 1))
		}
	})
	slices.Sort(out)
	return out
}

var idForm = regexp.MustCompile(`^/(embed/)?([a-z]+)/\{id\}$`)

// forms are the endings by which a page of a node is asked for as data.
var forms = []string{"", ".json", ".csv", ".jsonld", ".atom", ".feed.json", ".html"}

// Each page of a node, in each form, refuses an id that it does not have, and
// says so in words that the form allows.
func TestUnknownIDs(t *testing.T) {
	t.Parallel()
	h, _ := seeded(t)
	found := 0
	for _, route := range routes(t) {
		m := idForm.FindStringSubmatch(route)
		if m == nil {
			continue
		}
		found++
		endings := forms
		if m[1] != "" {
			endings = forms[:1]
		}
		for _, c := range []struct{ name, id string }{
			{"unknown", graphtest.ID("nobody put this").String()},
			{"a word", "nonsense"},
			{"too short", "01903b5e-0000"},
			{"a letter more", graphtest.ID("x").String() + "0"},
			{"markup", "%3Cscript%3Ealert(1)%3C%2Fscript%3E"},
			{"no UTF-8", "%ff%fe"},
			{"a NUL", "%00"},
			{"very long", strings.Repeat("a", 5000)},
		} {
			for _, ending := range endings {
				path := strings.Replace(route, "{id}", c.id, 1) + ending
				w := get(t, h, path)
				if w.Code != http.StatusNotFound && (c.name == "unknown" || w.Code != http.StatusBadRequest) {
					t.Errorf("%s%s, %s id: got status %d, want 404: %.200s", route, ending, c.name, w.Code, w.Body)
					continue
				}
				refused(t, path, w.Header().Get("Content-Type"), w.Body.String(), m[1] == "")
			}
		}
	}
	if found < 13 {
		t.Errorf("got %d routes with an id, want 11 kinds and 2 embeds at least", found)
	}
}

// refused checks that a refusal is of its type, holds no markup of the address,
// and, where it is a page, leads on.
func refused(t *testing.T, path, media, body string, leads bool) {
	t.Helper()
	path = path[:min(len(path), 120)]
	if strings.TrimSpace(body) == "" {
		t.Errorf("%s: refused without a word", path)
	}
	switch {
	case strings.HasPrefix(media, "text/html"):
		if strings.Contains(body, "<script>alert") {
			t.Errorf("%s: the address is markup of the page", path)
		}
		if leads && !strings.Contains(body, `<a href="/">`) {
			t.Errorf("%s: no link leads on: %.300s", path, body)
		}
	case strings.HasPrefix(media, "application/json"):
		if !json.Valid([]byte(body)) {
			t.Errorf("%s: no JSON: %.200s", path, body)
		}
	case !strings.HasPrefix(media, "text/plain"):
		t.Errorf("%s: refused as %s", path, media)
	}
}

// Whatever an address asks for, the answer is a page or says what is wrong: it is
// never a failure of the server and never empty.
func TestAbsurdAddresses(t *testing.T) {
	t.Parallel()
	h, ask := seeded(t)
	statement := find(t, ask, "statements", "I'm ready to meet")
	claims := find(t, ask, "claims", "forbidden for Iran")
	var cursors struct {
		Data map[string]struct{ PageInfo struct{ EndCursor string } }
	}
	if err := json.Unmarshal(ask(pages.Question{Query: "{ topics(first: 1) { pageInfo { endCursor } } speakers(first: 500) { pageInfo { endCursor } } }"}), &cursors); err != nil {
		t.Fatal(err)
	}
	questions := []string{
		"asOf=0", "asOf=1", "asOf=-1", "asOf=99999", "asOf=999999999999999", "asOf=now", "asOf=1066-10-14", "asOf=9999-12-31", "asOf=2018-13-45", "asOf=%00", "asOf=%ff",
		"from=yesterday&to=never", "from=2018-02-30", "from=2019&to=2017", "from=%3Cscript%3Ealert(1)%3C/script%3E", "mode=SHOUTED", "type=nonsense", "polarity=%00", "resolution=MAYBE",
		"kind=nonsense", "kind=%ff", "status=NONE", "by=nobody", "by=" + statement, "q=%00", "q=%ff", "q=" + strings.Repeat("a", 4000), "q=%22", "q=((((", "name=%ff",
		"after=nonsense", "before=nonsense", "after=%00", "after=" + cursors.Data["topics"].PageInfo.EndCursor, "after=" + cursors.Data["speakers"].PageInfo.EndCursor,
		"first=-1", "first=999999999", "id=nonsense", "id=" + claims + "&depth=99", "url=nonsense", "url=https://other.example/", "seq=-1", "list=nonsense", "field=nonsense&list=statements",
		"%zz", "a;b", "download",
	}
	for _, route := range routes(t) {
		if strings.HasSuffix(route, "/") && route != "/" {
			continue // files that are built in
		}
		path := route
		if m := idForm.FindStringSubmatch(route); m != nil {
			id := statement // another kind's address leads on
			if m[2] == "claim" {
				id = claims
			}
			path = strings.Replace(route, "{id}", id, 1)
		}
		path = strings.Replace(path, "{part}", "claims.xml", 1)
		t.Run(route, func(t *testing.T) {
			t.Parallel()
			for _, q := range questions {
				address := path + "?" + q
				w := get(t, h, address)
				media, body := w.Header().Get("Content-Type"), w.Body.String()
				switch {
				case w.Code >= http.StatusInternalServerError:
					t.Errorf("%.120s: got status %d: %.200s", address, w.Code, body)
				case w.Code >= http.StatusBadRequest:
					if route != "/oembed" {
						refused(t, address, media, body, !strings.HasPrefix(route, "/embed/") && !strings.HasSuffix(route, "/suggest"))
					}
				case w.Code == http.StatusOK && route != "/suggest" && strings.TrimSpace(body) == "": // no suggestion is no text
					t.Errorf("%.120s: got 200 and nothing", address)
				case w.Code == http.StatusOK && strings.Contains(media, "xml"):
					if err := xml.Unmarshal(w.Body.Bytes(), new(any)); err != nil {
						t.Errorf("%.120s: %v", address, err)
					}
				case w.Code == http.StatusOK && strings.Contains(media, "json"):
					if !json.Valid(w.Body.Bytes()) {
						t.Errorf("%.120s: no JSON: %.200s", address, body)
					}
				}
			}
		})
	}
}

// A node of each kind that was taken back keeps its page, struck and with the
// reason, and is gone by its status; earlier states show it as it was.
func TestRetractedPages(t *testing.T) {
	t.Parallel()
	names := map[string]string{
		"claim": "c1", "statement": "s1", "speaker": "anna", "event": "talks", "agreement": "deal", "topic": "peace", "place": "vienna",
		"source": "article source", "capture": "article", "stance": "stance", "review": "review",
	}
	// What cannot stand without a node goes with it.
	dependents := map[string][]string{
		"claim": {"review"}, "speaker": {"stance", "s1"}, "agreement": {"stance"}, "source": {"article", "s1", "s2"}, "capture": {"s1", "s2"},
	}
	for _, route := range routes(t) {
		m := idForm.FindStringSubmatch(route)
		if m == nil || m[1] != "" {
			continue
		}
		kind := m[2]
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			if names[kind] == "" {
				t.Fatalf("the kind %s is not in this test: give it a node of graphtest.Article", kind)
			}
			id := graphtest.ID(names[kind])
			path := "/" + kind + "/" + id.String()
			for _, c := range []struct {
				op     graph.Op
				status int
				says   string
			}{{graph.Retract, http.StatusGone, ` struck"`}, {graph.Redact, http.StatusOK, "redacted"}} {
				rec := graphtest.Open(t)
				graphtest.Article().Write(t, rec)
				h, _ := serve(t, rec, pages.Options{Base: base})
				was := heading(t, body(t, h, path+"?asOf=1"))
				b := graphtest.Build().Change(graph.Change{Op: c.op, ID: id})
				for _, name := range dependents[kind] {
					if c.op == graph.Retract {
						b.Change(graph.Change{Op: c.op, ID: graphtest.ID(name)})
					}
				}
				rev := b.Revision()
				rev.Reason = "printed <b>in error</b>"
				if _, err := rec.Write(t.Context(), rev); err != nil {
					t.Fatalf("%v: %v", c.op, err)
				}
				w := get(t, h, path)
				page := w.Body.String()
				if kind == "stance" && c.op == graph.Redact {
					c.says = "supports" // it has no text of its own to drop
				}
				if w.Code != c.status || !strings.Contains(page, c.says) {
					t.Errorf("%v: got status %d, want %d and %q: %.4000s", c.op, w.Code, c.status, c.says, heading(t, page))
				}
				if !strings.Contains(page, "printed &lt;b&gt;in error&lt;/b&gt;") || strings.Contains(page, "<b>in error") {
					t.Errorf("%v: the page does not tell the reason, or as markup", c.op)
				}
				then := body(t, h, path+"?asOf=1")
				if c.op == graph.Retract && heading(t, then) != was {
					t.Errorf("as of the revision before: got %q, want %q", heading(t, then), was)
				}
			}
		})
	}
}

var headingForm = regexp.MustCompile(`(?s)<h1[^>]*>(.*?)</h1>`)

// heading is the heading of a page.
func heading(t testing.TB, page string) string {
	t.Helper()
	m := headingForm.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no heading: %.300s", page)
	}
	return m[1]
}
