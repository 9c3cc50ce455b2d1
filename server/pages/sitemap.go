package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A sitemap (sitemaps.org) is an index and its parts, one list of nodes each, of
// at most sitemapPart addresses. A part is named by the state of the record and
// by the cursor behind which it begins. So it is found by key however far down
// the list it begins, and index and parts speak of one state; to find the cursors
// each list is walked once, and then once an hour where something changed.
const (
	sitemapPart = 50_000
	sitemapAge  = time.Hour
)

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

type sitemap struct {
	site  *Site
	lists map[string]*listing // by the plural of the kind
	kinds map[string]string   // of a plural
	part  int                 // addresses in a part

	// mu guards what follows, and lets one walk at a time.
	mu    sync.Mutex
	seq   int
	made  time.Time
	parts []sitemapOf
}

// sitemapOf is one part: a list from behind a cursor.
type sitemapOf struct{ plural, after string }

func newSitemap(s *Site) (*sitemap, error) {
	m := &sitemap{site: s, lists: make(map[string]*listing), kinds: make(map[string]string), part: sitemapPart}
	if n := s.opts.MaxLocations; n > 0 {
		m.part = min(n, sitemapPart)
	}
	for kind := range nodeViews {
		if kind == "capture" {
			continue // there is no list of them; they are reached from their sources
		}
		plural := kind + "s"
		d, err := newDocument("query Sitemap($first: Int, $after: String) { ...SitemapPage }\n\nfragment SitemapPage on Query { ...State rows: "+
			plural+"(first: $first, after: $after) { totalCount pageInfo { ...Paging } edges { node { id recordedAt } } } }\n", s.documents["state"].common)
		if err != nil {
			return nil, err
		}
		m.lists[plural] = &listing{field: plural, rows: d, declared: []string{"first", "after"}}
		m.kinds[plural] = kind
	}
	return m, nil
}

// index answers /sitemap.xml.
func (m *sitemap) index(w http.ResponseWriter, r *http.Request) {
	parts, seq, err := m.find(r.Context())
	if err != nil {
		m.site.refuse(w, r, err)
		return
	}
	base := m.site.base(r)
	var out bytes.Buffer
	out.WriteString(xml.Header + `<sitemapindex xmlns="` + sitemapSpace + `">` + "\n")
	write := func(address string) {
		out.WriteString("<sitemap><loc>")
		_ = xml.EscapeText(&out, []byte(base+address)) // a buffer takes everything
		out.WriteString("</loc></sitemap>\n")
	}
	write("/sitemap/pages.xml")
	for _, p := range parts {
		form := url.Values{"seq": {strconv.Itoa(seq)}}
		if p.after != "" {
			form.Set("after", p.after)
		}
		write("/sitemap/" + p.plural + ".xml?" + form.Encode())
	}
	out.WriteString("</sitemapindex>\n")
	w.Header().Set("Cache-Control", m.site.caching())
	send(w, r, "application/xml; charset=utf-8", http.StatusOK, out.Bytes())
}

// find walks the lists for the beginnings of their parts.
func (m *sitemap) find(ctx context.Context) ([]sitemapOf, int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	state, err := m.site.ask(ctx, &Model{Request: &Request{}}, "state", nil)
	if err != nil {
		return nil, 0, err
	}
	now := m.site.opts.Now()
	if m.parts != nil && (m.seq == state.Record.Seq || now.Sub(m.made) < sitemapAge) {
		return m.parts, m.seq, nil
	}
	parts := []sitemapOf{}
	at := pinned(asOf{}, state.Record.Seq)
	plurals := make([]string, 0, len(m.lists))
	for plural := range m.lists {
		plurals = append(plurals, plural)
	}
	slices.Sort(plurals)
	for _, plural := range plurals {
		l := m.lists[plural]
		seen, after := 0, ""
		for {
			page, err := m.site.list(ctx, l, l.rows, at, nil, map[string]any{"first": min(chunk, m.part), "after": orNil(after)})
			if err != nil {
				return nil, 0, err
			}
			if len(page.Items) > 0 && seen%m.part == 0 {
				parts = append(parts, sitemapOf{plural, after})
			}
			seen += len(page.Items)
			if !page.Page.HasNextPage {
				break
			}
			if seen == len(page.Items) && page.Total <= m.part {
				break // all of it is in one part
			}
			after = page.Page.EndCursor
		}
	}
	m.parts, m.seq, m.made = parts, state.Record.Seq, now
	return parts, m.seq, nil
}

// one answers with a part.
func (m *sitemap) one(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutSuffix(r.PathValue("part"), ".xml")
	base := m.site.base(r)
	h := w.Header()
	if name == "pages" && ok {
		var out bytes.Buffer
		begin(&out)
		for _, path := range m.site.lists {
			if path != "/search" {
				location(&out, base+path, "")
			}
		}
		out.WriteString("</urlset>\n")
		h.Set("Cache-Control", m.site.caching())
		send(w, r, "application/xml; charset=utf-8", http.StatusOK, out.Bytes())
		return
	}
	l := m.lists[name]
	if l == nil || !ok {
		m.site.refuse(w, r, &refusal{http.StatusNotFound, "No such part", "The parts of the sitemap are those that /sitemap.xml lists."})
		return
	}
	at, err := parseAsOf(r.URL.Query().Get("seq"))
	if err != nil {
		m.site.refuse(w, r, err)
		return
	}
	var out bytes.Buffer
	begin(&out)
	after := r.URL.Query().Get("after")
	for left := m.part; ; {
		page, err := m.site.list(r.Context(), l, l.rows, at, nil, map[string]any{"first": min(chunk, left), "after": orNil(after)})
		switch {
		case err != nil && left == m.part:
			m.site.refuse(w, r, err)
			return
		case err != nil:
			m.site.broken(r, err)
		case left == m.part:
			h.Set("Content-Type", "application/xml; charset=utf-8")
			h.Set("Cache-Control", m.site.caching())
			if !m.site.opts.Closed {
				h.Set("Cache-Control", "public, max-age=3600") // it is of a fixed revision
			}
		}
		if r.Method == http.MethodHead {
			return
		}
		at = pinned(at, page.Record.Seq)
		for _, item := range page.Items {
			var n Node
			if err := json.Unmarshal(item, &n); err != nil {
				m.site.broken(r, err)
			}
			location(&out, base+pathOf(m.kinds[name], n.ID), n.RecordedAt)
		}
		left -= len(page.Items)
		last := left <= 0 || !page.Page.HasNextPage
		if last {
			out.WriteString("</urlset>\n")
		}
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(chunkTime)) // a writer that has no deadline needs none
		if _, err := w.Write(out.Bytes()); err != nil || last {
			return // it is whole, or the reader has gone
		}
		out.Reset()
		after = page.Page.EndCursor
	}
}

func begin(out *bytes.Buffer) {
	out.WriteString(xml.Header + `<urlset xmlns="` + sitemapSpace + `">` + "\n")
}

func location(out *bytes.Buffer, address, changed string) {
	out.WriteString("<url><loc>")
	_ = xml.EscapeText(out, []byte(address)) // a buffer takes everything
	out.WriteString("</loc>")
	if changed != "" {
		out.WriteString("<lastmod>")
		_ = xml.EscapeText(out, []byte(changed))
		out.WriteString("</lastmod>")
	}
	out.WriteString("</url>\n")
}

// robots answers /robots.txt (RFC 9309): what every search engine may read is
// the pages of the present, each once.
func (s *Site) robots(w http.ResponseWriter, r *http.Request) {
	text := "User-agent: *\nDisallow: /graphql\nDisallow: /graphiql\nDisallow: /search\nDisallow: /build\nDisallow: /embed/\nDisallow: /oembed\n" +
		"Disallow: /*?asOf=\nDisallow: /*&asOf=\n\nSitemap: " + s.base(r) + "/sitemap.xml\n"
	w.Header().Set("Cache-Control", s.caching())
	send(w, r, "text/plain; charset=utf-8", http.StatusOK, []byte(text))
}
