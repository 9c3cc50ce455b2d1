package pages

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// offlineRows is how many entries a file of a timeline holds at most. What is left
// out is said in it.
const offlineRows = 2000

// filePolicy is what a kept file tells the browser: load nothing. Its style and
// its fonts stand in it.
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"

// sheetPlace is where the style will stand.
const sheetPlace = "/* style */"

// FilePolicy is [filePolicy] for the file itself.
func (m *Model) FilePolicy() string { return filePolicy }

// offlineBody is what a kept file shows beyond its answer.
type offlineBody struct {
	Entries []*Entry
	Chart   *Chart
	Filters string
	Made    string // when
	Sheet   template.CSS
}

// offline answers with a timeline as one file that needs nothing beside it.
func (s *Site) offline(w http.ResponseWriter, r *http.Request, v *view, req *Request) {
	m, err := s.kept(r, v, req)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if m.Node.Kind != v.kind {
		http.Redirect(w, r, m.Node.Path()+suffix(req.Format)+query(r.URL.RawQuery), http.StatusMovedPermanently)
		return
	}
	b := m.Body.(*offlineBody)
	b.Sheet = sheetPlace
	var out bytes.Buffer
	if err := s.templates.ExecuteTemplate(&out, "offline.html", m); err != nil {
		s.refuse(w, r, err)
		return
	}
	// Which fonts are needed is known once all of the text is. The style's place is
	// before any text that could look like it.
	sheet := s.sheets.withFonts("offline", out.String())
	file := bytes.Replace(out.Bytes(), []byte(sheetPlace), []byte(sheet), 1)
	h := w.Header()
	h.Set("Content-Security-Policy", filePolicy+"; frame-ancestors 'none'")
	h.Set("X-Robots-Tag", "noindex")
	if req.Download {
		h.Set("Content-Disposition", `attachment; filename="`+filename(req)+`.html"`)
	}
	send(w, r, "text/html; charset=utf-8", standing(m.Node), file)
}

// kept asks for all of a timeline, from one state of the record.
func (s *Site) kept(r *http.Request, v *view, req *Request) (*Model, error) {
	variables, err := v.variables(s, req)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"last", "before", "after"} {
		delete(variables, name)
	}
	most := min(offlineRows, s.maxRows())
	variables["first"] = min(most, chunk/2) // an entry with its proof is dear
	d := s.documents["offline"]
	m := &Model{Request: req, View: "offline", Assets: s.assets, Base: s.base(r), site: s, view: v, kept: true, Question: d.question(req.AsOf, variables)}
	if m.Answer, err = s.ask(r.Context(), m, "offline", variables); err != nil {
		return nil, err
	}
	if m.Node == nil {
		return nil, notOnRecord(req.ID)
	}
	b := &offlineBody{Made: s.opts.Now().UTC().Format("2 January 2006"), Filters: filters(req.Form)}
	at := pinned(req.AsOf, m.Record.Seq)
	for part := &m.Timeline; part.PageInfo.HasNextPage && len(m.Timeline.Edges) < most; {
		variables["first"] = min(most-len(m.Timeline.Edges), chunk/2)
		variables["after"] = part.PageInfo.EndCursor
		a, err := s.ask(r.Context(), &Model{Request: &Request{AsOf: at}}, "offline", variables)
		if err != nil {
			return nil, err
		}
		part = &a.Timeline
		m.Timeline.Edges = append(m.Timeline.Edges, part.Edges...)
		m.Timeline.PageInfo = part.PageInfo
	}
	delete(variables, "after")
	for i := range m.Timeline.Edges {
		b.Entries = append(b.Entries, &m.Timeline.Edges[i].Node)
	}
	b.Chart = m.chart(b.Entries)
	m.Title, m.Body, m.Summary = m.Node.Label, b, m.Node.Standfirst()
	return m, nil
}

// chart draws a timeline whose marks lead to where the page's links lead.
func (m *Model) chart(entries []*Entry) *Chart {
	c := newChart(entries)
	if c == nil {
		return nil
	}
	base, tail := "", ""
	switch {
	case m.kept:
		base, tail = m.Base, "?asOf="+strconv.Itoa(m.Record.Seq)
	case m.Request.AsOf.Given():
		tail = "?asOf=" + url.QueryEscape(m.Request.AsOf.String())
	}
	for i := range c.Marks {
		c.Marks[i].Path = base + c.Marks[i].Path + tail
	}
	return c
}

// filters are those of a timeline, in words.
func filters(form url.Values) string {
	var parts []string
	for _, name := range []string{"from", "to", "by", "mode", "kinds"} {
		if list := given(form[name]); len(list) > 0 {
			parts = append(parts, name+" "+strings.Join(list, ", "))
		}
	}
	return strings.Join(parts, "; ")
}
