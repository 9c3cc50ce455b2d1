package pages_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/server/pages"
)

var styleForm = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

// An embed may stand in a frame and no other page may; its style is the one that
// its policy allows, and it loads nothing.
func TestEmbedPolicy(t *testing.T) {
	t.Parallel()
	rec := hostile(t)
	open, ask := serve(t, rec, pages.Options{Base: base})
	listed, _ := serve(t, rec, pages.Options{Base: base, Embed: []string{"https://news.example", "https://*.press.example:8443"}})
	claim, statement := "/embed/claim/"+graphtest.ID("c1").String(), "/embed/statement/"+find(t, ask, "statements", "</script>")
	for _, c := range []struct {
		name   string
		h      http.Handler
		path   string
		status int
		who    string
	}{
		{"a claim", open, claim, 200, "*"},
		{"a statement", open, statement, 200, "*"},
		{"then", open, statement + "?asOf=1", 200, "*"},
		{"for some", listed, claim, 200, "https://news.example https://*.press.example:8443"},
		{"not there", open, "/embed/claim/" + graphtest.ID("none").String(), 404, "*"},
		{"no state", open, claim + "?asOf=x", 400, "*"},
		{"a review", open, "/embed/claim/" + graphtest.ID("review").String(), 404, "*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(t, c.h, c.path)
			if w.Code != c.status {
				t.Fatalf("got status %d, want %d", w.Code, c.status)
			}
			policy := w.Header().Get("Content-Security-Policy")
			style := styleForm.FindStringSubmatch(w.Body.String())
			if style == nil {
				t.Fatal("no style")
			}
			sum := sha256.Sum256([]byte(style[1]))
			for _, want := range []string{"frame-ancestors " + c.who, "default-src 'none'", "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"} {
				if !strings.Contains(policy, want) {
					t.Errorf("got policy %q, want %q in it", policy, want)
				}
			}
			loadsNothing(t, w.Body.String())
		})
	}
	if w := get(t, open, strings.Replace(claim, "claim", "statement", 1)); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != claim {
		t.Errorf("a claim as a statement: got status %d to %q, want to %q", w.Code, w.Header().Get("Location"), claim)
	}
	for _, path := range []string{"/", "/search", "/claim/" + graphtest.ID("c1").String(), "/build", "/claim/" + graphtest.ID("c1").String() + ".html"} {
		if policy := get(t, open, path).Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: got policy %q, want no frame", path, policy)
		}
	}
}

var (
	loadForm  = regexp.MustCompile(`(?i)<(script|link|img|iframe|object|embed|audio|video|source|form)\b[^>]*>|\bon\w+\s*=\s*"|url\(([^)]{0,40})|@import`)
	addressIn = regexp.MustCompile(`(?:href|src|xlink:href)="([^"]*)"`)
)

// loadsNothing fails where a page would ask for something beside itself.
func loadsNothing(t *testing.T, page string) {
	t.Helper()
	for _, found := range loadForm.FindAllStringSubmatch(page, -1) {
		if found[0] != `<script type="application/ld+json">` && !strings.HasPrefix(found[2], "data:font/woff2;base64,") {
			t.Errorf("it loads something: %.80s", found[0])
		}
	}
}

// A kept timeline needs nothing and leads to permanent addresses.
func TestOffline(t *testing.T) {
	t.Parallel()
	h, ask := seeded(t)
	path := "/claim/" + find(t, ask, "claims", "forbidden for Iran") + ".html"
	w := get(t, h, path+"?download")
	page := w.Body.String()
	if got := w.Header().Get("Content-Disposition"); w.Code != http.StatusOK || !strings.HasPrefix(got, `attachment; filename="onrecord-claim-`) {
		t.Fatalf("got status %d, disposition %q", w.Code, got)
	}
	loadsNothing(t, page)
	for _, m := range addressIn.FindAllStringSubmatch(page, -1) {
		address := html.UnescapeString(m[1])
		u, err := url.Parse(address)
		if err != nil || !u.IsAbs() {
			t.Errorf("the address %q leads nowhere from a file", address)
		}
		if err == nil && u.Host == "record.example" && u.Path != "/" && u.Query().Get("asOf") == "" {
			t.Errorf("the address %q is not permanent", address)
		}
	}
	for _, want := range []string{
		"411193ea489b42d8e3e714ec429fe45a4392b3394d18d363290f6d4bb3d3bcad", "code points 1,110 to 1,206", "<mark>But at present, negotiations (with the US)",
		`<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;`, "root hash",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not hold %q", want)
		}
	}
	validLinkedData(t, scriptOf(t, page))
	if strings.Contains(page, "U+0400-045F") {
		t.Error("it holds the Cyrillic letters, which nothing in it needs")
	}
	if size := len(page); size > 400_000 {
		t.Errorf("got %d bytes, want less than 400,000", size)
	}

	rec := long(t, 300) // more than are asked for at once
	const entry = `class="entry statement`
	claim := "/claim/" + graphtest.ID("c1").String() + ".html"
	whole, _ := serve(t, rec, pages.Options{Base: base})
	if page = body(t, whole, claim); strings.Count(page, entry) != 300 || strings.Contains(page, "These are the first") {
		t.Errorf("of 300 entries it shows %d", strings.Count(page, entry))
	}
	if page = body(t, whole, claim+"?to=2018-03-01"); !strings.Contains(page, "Only to 2018-03-01.") || strings.Count(page, entry) != 60 {
		t.Errorf("filtered it shows %d entries, want 60, and says by what", strings.Count(page, entry))
	}
	cut, _ := serve(t, rec, pages.Options{Base: base, MaxRows: 270})
	if page = body(t, cut, claim); !strings.Contains(page, "the first 270 of 300 entries") || strings.Count(page, entry) != 270 {
		t.Errorf("of 300 entries it shows %d, want 270, and says so", strings.Count(page, entry))
	}
	evil, _ := serve(t, hostile(t), pages.Options{Base: base})
	loadsNothing(t, body(t, evil, "/claim/"+graphtest.ID("c1").String()+".html"))
}

func TestOEmbed(t *testing.T) {
	t.Parallel()
	rec := hostile(t)
	h, ask := serve(t, rec, pages.Options{Base: base})
	claim, statement := "/claim/"+graphtest.ID("c1").String(), "/statement/"+find(t, ask, "statements", "</script>")
	for _, c := range []struct {
		name, query string
		status      int
	}{
		{"a claim", "url=" + base + claim, 200},
		{"a statement as XML", "format=xml&url=" + base + statement, 200},
		{"an embed", "url=" + base + "/embed" + statement, 200},
		{"http", "url=http://record.example" + claim, 200},
		{"small", "maxwidth=100&maxheight=50&url=" + base + claim, 200},
		{"then", "url=" + url.QueryEscape(base+claim+"?asOf=1"), 200},
		{"no address", "", 400},
		{"another host", "url=https://elsewhere.example" + claim, 404},
		{"another page", "url=" + base + "/search?q=x", 404},
		{"a review", "url=" + base + "/claim/" + graphtest.ID("review").String(), 404},
		{"nothing", "url=" + base + "/claim/" + graphtest.ID("none").String(), 404},
		{"a format that is none", "format=yaml&url=" + base + claim, 501},
		{"no width", "maxwidth=wide&url=" + base + claim, 400},
		{"a width below all", "maxwidth=-1&url=" + base + claim, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(t, h, "/oembed?"+c.query)
			if w.Code != c.status {
				t.Fatalf("got status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if c.status != 200 {
				return
			}
			var a struct {
				XMLName       xml.Name `xml:"oembed" json:"-"`
				Type          string   `xml:"type"`
				Version       string   `xml:"version"`
				HTML          string   `xml:"html"`
				Width, Height int
				W             int `xml:"width" json:"-"`
				H             int `xml:"height" json:"-"`
			}
			var err error
			if strings.HasPrefix(w.Header().Get("Content-Type"), "text/xml") {
				err = xml.Unmarshal(w.Body.Bytes(), &a)
				a.Width, a.Height = a.W, a.H
			} else {
				err = json.Unmarshal(w.Body.Bytes(), &a)
			}
			if err != nil || a.Type != "rich" || a.Version != "1.0" || a.Width <= 0 || a.Height <= 0 {
				t.Fatalf("got %+v, %v", a, err)
			}
			if c.name == "small" && (a.Width > 100 || a.Height > 50) {
				t.Errorf("got %d by %d, want 100 by 50 at most", a.Width, a.Height)
			}
			src := regexp.MustCompile(`^<iframe src="([^"]+)"[^<>]*></iframe>$`).FindStringSubmatch(a.HTML)
			if src == nil {
				t.Fatalf("got HTML %s, want one frame", a.HTML)
			}
			address := html.UnescapeString(src[1])
			if c.name == "then" && !strings.HasSuffix(address, "?asOf=1") {
				t.Errorf("got frame %s, want it as of revision 1", address)
			}
			body(t, h, strings.TrimPrefix(address, base))
		})
	}
	graphtest.Build().Change(graph.Change{Op: graph.Retract, ID: graphtest.ID("c1")}).Change(graph.Change{Op: graph.Retract, ID: graphtest.ID("review")}).Write(t, rec)
	if w := get(t, h, "/oembed?url="+base+claim); w.Code != http.StatusNotFound {
		t.Errorf("a retracted claim: got status %d, want 404", w.Code)
	}
	w := get(t, h, "/embed"+claim)
	if w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "Retracted") || strings.Contains(w.Body.String(), `class="entry`) {
		t.Errorf("its frame: got status %d, want 410 and no entries", w.Code)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		o    pages.Options
		ok   bool
	}{
		{"none", pages.Options{}, true},
		{"a base", pages.Options{Base: "https://record.example/"}, true},
		{"a base without a scheme", pages.Options{Base: "record.example"}, false},
		{"a base with a path", pages.Options{Base: "https://record.example/onrecord"}, false},
		{"origins", pages.Options{Embed: []string{"https://news.example", "https://*.news.example:*", "'self'", "*", "https:"}}, true},
		{"a directive for an origin", pages.Options{Embed: []string{"https://news.example; script-src *"}}, false},
		{"two in one", pages.Options{Embed: []string{"https://a.example https://b.example"}}, false},
		{"a path", pages.Options{Embed: []string{"https://a.example/x"}}, false},
	} {
		if _, err := pages.New(c.o); (err == nil) != c.ok {
			t.Errorf("%s: got %v, want ok %t", c.name, err, c.ok)
		}
	}
	rec := graphtest.Open(t)
	public, _ := serve(t, rec, pages.Options{Base: base, Shared: true})
	private, _ := serve(t, rec, pages.Options{Base: base})
	for path, want := range map[string]string{"/": "public, max-age=60", "/robots.txt": "public, max-age=60", "/search?asOf=x": "no-store"} {
		if got := get(t, public, path).Header().Get("Cache-Control"); got != want {
			t.Errorf("public, %s: got %q, want %q", path, got, want)
		}
	}
	if got := get(t, private, "/").Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("got %q, want no-cache", got)
	}
}
