package pages_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/server/pages"
)

// long is a record with a claim that many statements put forward, each on the
// day after the last.
func long(t testing.TB, statements int) *graph.Record {
	t.Helper()
	rec := graphtest.Open(t)
	words := make([]string, statements)
	names := make([]string, statements)
	for i := range words {
		words[i], names[i] = fmt.Sprintf("word %04d", i), fmt.Sprintf("s%04d", i)
	}
	b := graphtest.Build().Capture("article", strings.Join(words, " ")).Speaker("anna", "Anna Alder")
	day := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range words {
		b.Statement(names[i], "anna", "article", words[i], day.AddDate(0, 0, i).Format(time.DateOnly))
	}
	b.Claim("c1", "It is said again and again.", names...).Write(t, rec)
	return rec
}

func column(t *testing.T, text, name string) []string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], name)
	if at < 0 {
		t.Fatalf("no column %s in %q", name, rows[0])
	}
	var out []string
	for _, row := range rows[1:] {
		out = append(out, row[at])
	}
	return out
}

// A list is complete as CSV however many questions it takes, in its order, and
// from one state of the record although it is written while it is read.
func TestCSVIsComplete(t *testing.T) {
	t.Parallel()
	const n = 1203
	rec := long(t, n)
	h, _ := serve(t, rec, pages.Options{Base: base})
	path := "/claim/" + graphtest.ID("c1").String() + ".csv"
	got := column(t, body(t, h, path), "node.text")
	want := make([]string, n)
	for i := range want {
		want[i] = fmt.Sprintf("word %04d", i)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := column(t, body(t, h, path+"?from=2018-01-02&to=2018-01-03"), "node.text"); len(got) != 2 {
		t.Errorf("two days: got %q", got)
	}
	if got := column(t, body(t, h, "/search.csv?q=word&kind=statement"), "node.text"); len(got) != n {
		t.Errorf("a search: got %d rows, want %d", len(got), n)
	}
	if got := column(t, body(t, h, "/build.csv?list=statements&field=text"), "text"); !slices.Equal(got, want) {
		t.Errorf("what was built: got %d rows, want %d", len(got), n)
	}
}

// What is too long is refused and never cut.
func TestCSVRefused(t *testing.T) {
	t.Parallel()
	rec := long(t, 12)
	h, _ := serve(t, rec, pages.Options{Base: base, MaxRows: 10})
	for path, want := range map[string]int{
		"/claim/" + graphtest.ID("c1").String() + ".csv":              http.StatusBadRequest,
		"/claim/" + graphtest.ID("c1").String() + ".csv?from=2018-13": http.StatusBadRequest,
		"/claim/" + graphtest.ID("s0001").String() + ".csv":           http.StatusMovedPermanently,
		"/claim/" + graphtest.ID("none").String() + ".csv":            http.StatusNotFound,
		"/claim/" + graphtest.ID("c1").String() + ".pdf":              http.StatusNotFound,
		"/statement/" + graphtest.ID("s0001").String() + ".atom":      http.StatusNotFound,
		"/statement/" + graphtest.ID("s0001").String() + ".csv":       http.StatusOK,
		"/build.csv": http.StatusBadRequest,
		"/build.csv?list=statements&filter.speaker=Nobody": http.StatusBadRequest,
	} {
		w := get(t, h, path)
		if w.Code != want {
			t.Errorf("%s: got status %d, want %d: %.200s", path, w.Code, want, w.Body)
		}
		if want >= 400 && (!strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") || w.Header().Get("Cache-Control") != "no-store") && !strings.HasSuffix(path, ".pdf") {
			t.Errorf("%s: got type %s, caching %s", path, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"))
		}
	}
}

// What breaks off does not look whole.
func TestCSVBreaksOff(t *testing.T) {
	t.Parallel()
	rec := long(t, 1203)
	h, _ := serve(t, rec, pages.Options{Base: base})
	ctx, cancel := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/claim/"+graphtest.ID("c1").String()+".csv", nil)
	defer func() {
		p := recover()
		if err, ok := p.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("got %v, want the connection to be cut", p)
		}
	}()
	h.ServeHTTP(&cutting{httptest.NewRecorder(), cancel}, r)
	t.Error("it ended well")
}

// cutting cuts a question off when the first rows are written.
type cutting struct {
	*httptest.ResponseRecorder
	cut func()
}

func (c *cutting) Write(b []byte) (int, error) {
	c.cut()
	return c.ResponseRecorder.Write(b)
}

// What stands in a CSV can be taken back to what is on record.
func TestCSVIsReversible(t *testing.T) {
	t.Parallel()
	rec := hostile(t)
	h, ask := serve(t, rec, pages.Options{Base: base})
	var want struct {
		Data struct {
			Statements struct{ Nodes []struct{ Text string } }
		}
	}
	if err := json.Unmarshal(ask(pages.Question{Query: "{ statements { nodes { text } } }"}), &want); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(body(t, h, "/build.csv?list=statements&field=text"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range want.Data.Statements.Nodes {
		got := strings.TrimPrefix(rows[i+1][0], "'")
		text := strings.ReplaceAll(strings.ReplaceAll(n.Text, "\x00", "\uFFFD"), "\r\n", "\n") // the reader of encoding/csv makes one of two
		if got != text {
			t.Errorf("row %d: got %q, want %q", i, got, text)
		}
	}
	if len(rows)-1 != len(want.Data.Statements.Nodes) {
		t.Errorf("got %d rows, want %d", len(rows)-1, len(want.Data.Statements.Nodes))
	}
}

// A reader who has the newest is told so.
func TestConditional(t *testing.T) {
	t.Parallel()
	rec := long(t, 3)
	h, _ := serve(t, rec, pages.Options{Base: base})
	id := graphtest.ID("c1").String()
	paths := []string{"/claim/" + id + ".csv", "/claim/" + id + ".atom", "/claim/" + id + ".feed.json", "/claim/" + id + ".jsonld", "/index.atom", "/sitemap.xml", "/embed/claim/" + id}
	tags := make(map[string]string)
	for _, path := range paths {
		w := get(t, h, path)
		tags[path] = w.Header().Get("ETag")
		if again := get(t, h, path, "If-None-Match", tags[path]); tags[path] == "" || again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s: got status %d with %d bytes for tag %s, want 304", path, again.Code, again.Body.Len(), tags[path])
		}
		if changed := w.Header().Get("Last-Modified"); changed != "" {
			if again := get(t, h, path, "If-Modified-Since", changed); again.Code != http.StatusNotModified {
				t.Errorf("%s: got status %d since %s, want 304", path, again.Code, changed)
			}
		} else if strings.HasSuffix(path, "atom") {
			t.Errorf("%s: no Last-Modified", path)
		}
	}
	graphtest.Build().Capture("second", "Once more.").Statement("s9", "anna", "second", "Once more.", "1999").Edge(vocab.Expresses, "s9", "c1").Write(t, rec)
	for _, path := range paths {
		if path == "/sitemap.xml" {
			continue // it is made once an hour
		}
		if w := get(t, h, path, "If-None-Match", tags[path]); w.Code != http.StatusOK {
			t.Errorf("%s: got status %d after a revision, want 200", path, w.Code)
		}
	}
	// A revision that adds nothing to a feed leaves it as it is.
	feed := get(t, h, paths[1]).Header().Get("ETag")
	graphtest.Build().Node(vocab.Topic, "peace", graph.Props{"name": "Peace"}).Write(t, rec)
	if w := get(t, h, paths[1], "If-None-Match", feed); w.Code != http.StatusNotModified {
		t.Errorf("a feed that nothing was added to: got status %d, want 304", w.Code)
	}
}

type readFeed struct {
	Updated string `xml:"updated"`
	Entries []struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Updated string `xml:"updated"`
	} `xml:"entry"`
}

func feed(t *testing.T, h http.Handler, path string) (f readFeed) {
	t.Helper()
	if err := xml.Unmarshal([]byte(body(t, h, path)), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// A feed begins with what was recorded last, whenever it was said.
func TestFeedOrder(t *testing.T) {
	t.Parallel()
	rec := long(t, 120)
	h, _ := serve(t, rec, pages.Options{Base: base})
	graphtest.Build().Capture("second", "In the old days.").Statement("old", "anna", "second", "In the old days.", "1960").Edge(vocab.Expresses, "old", "c1").Write(t, rec)
	old := "urn:uuid:" + graphtest.ID("old").String()
	for _, path := range []string{"/claim/" + graphtest.ID("c1").String() + ".atom", "/index.atom", "/search.atom?q=old"} {
		f := feed(t, h, path)
		if len(f.Entries) == 0 || f.Entries[0].ID != old || f.Updated != f.Entries[0].Updated {
			t.Errorf("%s: got %d entries, updated %s, first %+v; want %s first", path, len(f.Entries), f.Updated, f.Entries[:min(1, len(f.Entries))], old)
		}
		if !strings.HasPrefix(path, "/search") && len(f.Entries) != 50 {
			t.Errorf("%s: got %d entries, want 50", path, len(f.Entries))
		}
	}
	empty, _ := serve(t, graphtest.Open(t), pages.Options{Base: base})
	validAtom(t, body(t, empty, "/index.atom"))
	validAtom(t, body(t, empty, "/search.atom?q=x"))
	validJSONFeed(t, body(t, empty, "/index.feed.json"))

	graphtest.Build().Change(graph.Change{Op: graph.Retract, ID: graphtest.ID("c1")}).Write(t, rec)
	if w := get(t, h, "/claim/"+graphtest.ID("c1").String()+".atom"); w.Code != http.StatusGone {
		t.Errorf("of a retracted claim: got status %d, want 410", w.Code)
	}
}

// The parts of a sitemap hold each page once.
func TestSitemap(t *testing.T) {
	t.Parallel()
	rec := long(t, 25)
	h, _ := serve(t, rec, pages.Options{Base: base, MaxLocations: 10})
	type locations struct {
		Parts []string `xml:"sitemap>loc"`
		Pages []string `xml:"url>loc"`
	}
	read := func(path string) (l locations) {
		t.Helper()
		text := body(t, h, path)
		validXML(t, text)
		if err := xml.Unmarshal([]byte(text), &l); err != nil {
			t.Fatal(err)
		}
		return l
	}
	index := read("/sitemap.xml")
	if len(index.Parts) != 7 { // pages, one each of claims, sources and speakers, three of statements
		t.Fatalf("got parts %q, want 7", index.Parts)
	}
	// What is recorded between the index and its parts changes neither.
	graphtest.Build().Capture("second", "In between.").Statement("s00001", "anna", "second", "In between.", "2018-01-03").Write(t, rec)
	seen := make(map[string]int)
	for _, part := range index.Parts {
		l := read(strings.TrimPrefix(part, base))
		if len(l.Pages) > 10 && !strings.HasSuffix(part, "/pages.xml") { // the lists are few and stand in one part
			t.Errorf("%s: got %d pages, want 10 at most", part, len(l.Pages))
		}
		for _, p := range l.Pages {
			seen[p]++
		}
	}
	for i := range 25 {
		if p := base + "/statement/" + graphtest.ID(fmt.Sprintf("s%04d", i)).String(); seen[p] != 1 {
			t.Errorf("%s: got %d times, want once", p, seen[p])
		}
	}
	if seen[base+"/claim/"+graphtest.ID("c1").String()] != 1 || seen[base+"/"] != 1 || seen[base+"/search"] != 0 {
		t.Errorf("got pages %v", seen)
	}
}
