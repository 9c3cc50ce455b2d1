package pages_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/server/pages"
)

const (
	many     = 10_000  // statements of the one claim, speaker and source of large
	mostPage = 150_000 // bytes of a page, however much there is of what it shows
)

// large is a record of one claim, one speaker and one source with many statements.
func large(t testing.TB) *graph.Record {
	t.Helper()
	rec := graphtest.Open(t)
	const words = "There will be no talks."
	day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := 0; i < many; {
		b := graphtest.Build().Capture("article", words).Speaker("speaker", "Anna Alder")
		var names []string
		for range 500 {
			name := fmt.Sprintf("s%d", i)
			b.Statement(name, "speaker", "article", words, day.AddDate(0, 0, i).Format(time.DateOnly))
			names = append(names, name)
			i++
		}
		b.Claim("claim", "There are no talks.", names...).Write(t, rec)
	}
	return rec
}

// largePages are the pages that have all of it.
var largePages = []struct{ name, path string }{
	{"claim", "/claim/" + graphtest.ID("claim").String()},
	{"speaker", "/speaker/" + graphtest.ID("speaker").String()},
	{"source", "/source/" + graphtest.ID("article source").String()},
	{"capture", "/capture/" + graphtest.ID("article").String()},
	{"statements", "/statements"},
}

// A page stays small however much there is of what it shows.
func TestLargePages(t *testing.T) {
	t.Parallel()
	h, _ := serve(t, large(t), pages.Options{Base: base})
	for _, c := range largePages {
		w := get(t, h, c.path)
		if w.Code != http.StatusOK || w.Body.Len() > mostPage {
			t.Errorf("%s: got status %d, %d bytes, want 200 and %d at most", c.name, w.Code, w.Body.Len(), mostPage)
		}
	}
}

// BenchmarkPage is the time of the pages of much, without the network.
func BenchmarkPage(b *testing.B) {
	h, _ := serve(b, large(b), pages.Options{Base: base})
	for _, c := range largePages {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				body(b, h, c.path)
			}
		})
	}
}
