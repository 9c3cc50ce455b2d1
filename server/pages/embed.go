package pages

import (
	"bytes"
	"context"
	"errors"
	"html"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An embed is a page that others show in a frame: a statement as a card, a claim
// with its timeline. Its style stands in it and it loads nothing, so that it
// looks the same in a frame that is fenced off. Who may show it is in
// [Options.Embed]; no other page may be shown in a frame.
const embedPath = "/embed/"

// embeds are the pages for frames, by the first part of the address that they
// stand for.
var embeds = map[string]*view{
	"statement": {
		name: "embed-statement", kind: "STATEMENT",
		variables: func(_ *Site, r *Request) (map[string]any, error) { return map[string]any{"id": r.ID}, nil },
		prepare: func(_ context.Context, _ *Site, m *Model) error {
			m.Title = statementTitle(m.Node)
			return nil
		},
	},
	"claim": {
		name: "embed-claim", kind: "CLAIM",
		variables: func(_ *Site, r *Request) (map[string]any, error) { return map[string]any{"id": r.ID}, nil },
		prepare: func(_ context.Context, _ *Site, m *Model) error {
			b := &claimBody{}
			for i := range m.Timeline.Edges {
				b.Entries = append(b.Entries, &m.Timeline.Edges[i].Node)
			}
			b.Chart = m.chart(b.Entries)
			m.Title, m.Body = m.Node.Label, b
			return nil
		},
	},
}

// EmbedSheet is the style sheet of an embed.
func (m *errorModel) EmbedSheet() template.CSS { return m.sheet }

// EmbedSheet is the style sheet of an embed.
func (m *Model) EmbedSheet() template.CSS { return m.site.sheets.sheet("embed") }

// embedPolicy is the content security policy of an embed.
func (s *Site) embedPolicy() string {
	who := "*"
	if len(s.opts.Embed) > 0 {
		who = strings.Join(s.opts.Embed, " ")
	}
	return "default-src 'none'; style-src " + hashOf(s.sheets.sheet("embed")) + "; base-uri 'none'; form-action 'none'; frame-ancestors " + who
}

func (s *Site) embed(v *view) http.HandlerFunc {
	policy := s.embedPolicy()
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Cache-Control", s.caching())
		m, status, err := s.embedded(r, v)
		name := v.name + ".html"
		var model any = m
		if err != nil {
			h.Set("Cache-Control", "no-store")
			var known *refusal
			if !errors.As(err, &known) {
				s.opts.Log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
				known = &refusal{http.StatusInternalServerError, "Something went wrong", "It cannot be shown now."}
			}
			e := &errorModel{Status: known.status, Message: known.message, sheet: s.sheets.sheet("embed")}
			e.Title, e.View, e.Answer, e.Base = known.title, "error", &Answer{}, s.base(r)
			e.Request = &Request{Path: r.URL.Path, Form: r.URL.Query()}
			name, model, status = "embed-error.html", e, known.status
		} else if m.Node.Kind != v.kind {
			http.Redirect(w, r, embedPath+strings.TrimPrefix(m.Node.Path(), "/")+query(r.URL.RawQuery), http.StatusMovedPermanently)
			return
		}
		var out bytes.Buffer
		if err := s.templates.ExecuteTemplate(&out, name, model); err != nil {
			s.opts.Log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
			http.Error(w, "it cannot be shown now", http.StatusInternalServerError)
			return
		}
		send(w, r, "text/html; charset=utf-8", status, out.Bytes())
	}
}

func (s *Site) embedded(r *http.Request, v *view) (*Model, int, error) {
	req := &Request{Path: r.URL.Path, ID: r.PathValue("id"), Form: r.URL.Query()}
	var err error
	if req.AsOf, err = parseAsOf(req.Form.Get("asOf")); err != nil {
		return nil, 0, err
	}
	m, _, err := s.load(r, v, req)
	if err != nil {
		return nil, 0, err
	}
	if m.Node.Kind != v.kind && embeds[strings.ToLower(m.Node.Kind)] == nil {
		return nil, 0, &refusal{http.StatusNotFound, "Not to be embedded", "Statements and claims can be embedded, and this is neither."}
	}
	return m, standing(m.Node), nil
}

// EmbedPath is the address of the page as an embed; "" where there is none.
func (m *Model) EmbedPath() string {
	if m.Node == nil || embeds[strings.ToLower(m.Node.Kind)] == nil || m.Node.Retracted {
		return ""
	}
	return embedPath + strings.TrimPrefix(m.As(m.Node), "/")
}

// OfflinePath is the address of the page as one file; "" where there is none.
func (m *Model) OfflinePath() string {
	if m.site == nil || m.view == nil || !m.site.has(m.view, "html") {
		return ""
	}
	form := cloneForm(m.Request.Form)
	form.Del("after")
	form.Del("before")
	return m.Request.Path + ".html" + query(strings.TrimPrefix(form.Encode()+"&download", "&"))
}

// Snippet is what to put into another page to show this one there.
func (m *Model) Snippet() string {
	if m.EmbedPath() == "" {
		return ""
	}
	width, height := embedSize(m.Node, m.Timeline.TotalCount, 600, 0)
	return frame(m.Base+m.EmbedPath(), m.Title, width, height)
}

func frame(src, title string, width, height int) string {
	return `<iframe src="` + html.EscapeString(src) + `" title="` + html.EscapeString(title) + `" width="` + strconv.Itoa(width) + `" height="` + strconv.Itoa(height) +
		`" loading="lazy" frameborder="0"></iframe>`
}

// embedSize is how large a frame should be: as wide as may be up to 600, and as
// high as the text is likely to need, since no script tells it. What does not fit
// is scrolled to. 0 is no bound.
func embedSize(n *Node, entries, widest, highest int) (width, height int) {
	width = 600
	if widest > 0 {
		width = min(width, widest)
	}
	lines := func(text string, perLine int) int { return utf8.RuneCountInString(text)/max(perLine, 1) + 1 }
	if n.Kind == "CLAIM" {
		height = 170 + 28*lines(n.Label, (width-50)/11) + 95*min(entries, 5) + 60
		if entries > 1 {
			height += 150
		}
		height = min(height, 720)
	} else {
		height = min(112+29*lines(n.Text, (width-50)/10)+22*lines(n.Standfirst(), (width-50)/8), 640)
	}
	if highest > 0 {
		height = min(height, highest)
	}
	return width, height
}

// Discovery are the addresses by which other programs find how to embed the page.
func (m *Model) Discovery() []Format {
	if m.EmbedPath() == "" {
		return nil
	}
	form := url.Values{"url": {m.Base + m.As(m.Node)}}
	address := func(format string) string {
		form.Set("format", format)
		return m.Base + "/oembed?" + form.Encode()
	}
	return []Format{
		{Name: "oEmbed", Media: "application/json+oembed", Address: address("json")},
		{Name: "oEmbed", Media: "text/xml+oembed", Address: address("xml")},
	}
}
