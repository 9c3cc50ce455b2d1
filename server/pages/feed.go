package pages

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A feed gives what was recorded last of a page's main list: a speech of 1990
// that comes on record today is new. An entry's id is that of the node, so that
// a reader who takes two feeds is shown it once; it changes when the node is
// revised.
//
// Lists are in the order of what happened. So a feed looks through feedDepth
// entries from the list's late end for those that were recorded last; what is
// recorded today and was said before all of these is not in the feed.
const (
	feedSize  = 50
	feedDepth = 2000
)

// entry is one entry of a feed.
type entry struct {
	*Node
	Polarity string // what it does with the claim whose feed it is
}

// feed answers with a page as Atom (RFC 4287) or as JSON Feed 1.1.
func (s *Site) feed(w http.ResponseWriter, r *http.Request, v *view, req *Request) {
	list, entries, err := s.latest(r, v, req)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if s.elsewhere(w, r, v, req, list) {
		return
	}
	f := feedOf(s.base(r), v, req, list, entries)
	var body []byte
	media := "application/feed+json"
	if req.Format == "atom" {
		media = "application/atom+xml; charset=utf-8"
		body, err = f.atom()
	} else {
		body, err = f.json()
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	// The time of the newest revision of all: what was retracted leaves no time of
	// its own in a feed.
	changed, _ := time.Parse(time.RFC3339, list.Record.Time)
	sendAt(w, r, media, standing(list.Node), body, changed)
}

// latest finds what was recorded last of a page's list.
func (s *Site) latest(r *http.Request, v *view, req *Request) (*listed, []entry, error) {
	l := s.listOf(v)
	size, cursor := "last", "before"
	if l.forward || l.newestFirst {
		size, cursor = "first", "after"
	}
	if v == search {
		asked := *req
		asked.Form = cloneForm(req.Form)
		asked.Form.Set("order", "newest")
		req = &asked
	}
	list, variables, err := s.begin(r, v, req, l, l.keys, map[string]any{size: chunk})
	if err != nil {
		return nil, nil, err
	}
	at := pinned(req.AsOf, list.Record.Seq)
	type key struct {
		ID, Polarity string
		RecordedAt   time.Time
		Node         *key
	}
	var keys []key
	for part := list; ; {
		here := make([]key, 0, len(part.Items))
		for _, item := range part.Items {
			var k key
			if err := json.Unmarshal(item, &k); err != nil {
				return nil, nil, err
			}
			if k.Node != nil {
				k.ID, k.RecordedAt = k.Node.ID, k.Node.RecordedAt
			}
			here = append(here, k)
		}
		more, next := part.Page.HasNextPage, part.Page.EndCursor
		if size == "last" {
			slices.Reverse(here)
			more, next = part.Page.HasPreviousPage, part.Page.StartCursor
		}
		keys = append(keys, here...)
		if !more || len(keys) >= feedDepth {
			break
		}
		if part, err = s.list(r.Context(), l, l.keys, at, variables, map[string]any{size: chunk, cursor: next}); err != nil {
			return nil, nil, err
		}
	}
	slices.SortStableFunc(keys, func(a, b key) int { return b.RecordedAt.Compare(a.RecordedAt) })
	entries := make([]entry, 0, feedSize)
	ids := make([]any, 0, feedSize)
	for _, k := range keys {
		if len(ids) < feedSize && !slices.Contains(ids, any(k.ID)) {
			ids = append(ids, k.ID)
			entries = append(entries, entry{Polarity: k.Polarity})
		}
	}
	if len(ids) == 0 {
		return list, nil, nil
	}
	nodes, err := s.nodes(r.Context(), at, ids)
	if err != nil {
		return nil, nil, err
	}
	for i, n := range nodes {
		entries[i].Node = n
	}
	return list, slices.DeleteFunc(entries, func(e entry) bool { return e.Node == nil }), nil
}

// nodes are the nodes with ids, as entries of a list show them.
func (s *Site) nodes(ctx context.Context, at asOf, ids []any) ([]*Node, error) {
	a, err := s.ask(ctx, &Model{Request: &Request{AsOf: at}}, "entries", map[string]any{"ids": ids})
	if err != nil {
		return nil, err
	}
	return a.Nodes, nil
}

// feedModel is a feed, apart from its form.
type feedModel struct {
	base    string
	Title   string
	Page    string // the page's address
	Self    string
	Updated string
	Entries []feedEntry
}

type feedEntry struct {
	ID, Title, Link, Updated string
	Summary, HTML            string
	Author, AuthorLink       string
	Language                 string
	Tags                     []string
	Node                     *Node
	Polarity                 string
}

func feedOf(base string, v *view, req *Request, list *listed, entries []entry) *feedModel {
	tail := query(req.Form.Encode())
	page := req.Path
	if page == "/" {
		page = "/index"
	}
	f := &feedModel{base: base, Title: feedTitle(v, req, list), Page: base + req.Path + tail, Self: base + page + "." + req.Format + tail}
	// The newest entry, or what there is else; an empty record has no time.
	f.Updated = "1970-01-01T00:00:00Z"
	if list.Node != nil {
		f.Updated = list.Node.RecordedAt
	} else if len(entries) == 0 && list.Record.Time != "" {
		f.Updated = list.Record.Time
	}
	latest, _ := time.Parse(time.RFC3339, f.Updated)
	for _, e := range entries {
		if t, err := time.Parse(time.RFC3339, e.RecordedAt); err == nil && t.After(latest) {
			latest, f.Updated = t, e.RecordedAt
		}
		f.Entries = append(f.Entries, newFeedEntry(base, e))
	}
	return f
}

func feedTitle(v *view, req *Request, list *listed) string {
	switch {
	case list.Node != nil:
		return list.Node.Label + " · onrecord"
	case v == search:
		return "“" + clip(req.Form.Get("q")) + "” · onrecord"
	case v == front:
		return "Newest on record · onrecord"
	}
	return capital(strings.Trim(req.Path, "/")) + " · onrecord"
}

func newFeedEntry(base string, e entry) feedEntry {
	n := e.Node
	out := feedEntry{ID: "urn:uuid:" + n.ID, Title: n.Heading(), Link: base + n.Path(), Updated: n.RecordedAt, Language: n.Language, Node: n, Polarity: e.Polarity}
	out.Summary = n.Standfirst()
	out.Tags = []string{kindWords[n.Kind][0]}
	if w := polarityWords[e.Polarity]; w != "" {
		out.Tags = append(out.Tags, w)
		out.Summary = capital(w) + ". " + out.Summary
	}
	if who := n.Voice(); who != nil {
		out.Author, out.AuthorLink = who.Label, base+who.Path()
	}
	esc := html.EscapeString
	var b strings.Builder
	if n.Kind == "STATEMENT" && n.Text != "" {
		q := n.Quotation()
		b.WriteString("<blockquote")
		if n.Language != "" {
			b.WriteString(` lang="` + esc(n.Language) + `"`)
		}
		b.WriteString(` dir="auto"><p>` + esc(q.Open+n.Text+q.Close) + "</p></blockquote>")
	} else {
		b.WriteString(`<p dir="auto">` + esc(n.Heading()) + "</p>")
	}
	b.WriteString("<p>")
	if out.Author != "" {
		b.WriteString(`<a href="` + esc(out.AuthorLink) + `">` + esc(out.Author) + "</a>. ")
	}
	b.WriteString(esc(out.Summary))
	if n.Claim != nil {
		b.WriteString(` On: <a href="` + esc(base+n.Claim.Path()) + `">` + esc(n.Claim.Label) + "</a>.")
	}
	b.WriteString("</p>")
	out.HTML = b.String()
	return out
}

// Atom, RFC 4287. encoding/xml puts U+FFFD where XML 1.0 has no form for a
// character.
type (
	atomFeed struct {
		XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		ID        string      `xml:"id"`
		Title     string      `xml:"title"`
		Updated   string      `xml:"updated"`
		Links     []atomLink  `xml:"link"`
		Author    atomPerson  `xml:"author"`
		Generator string      `xml:"generator"`
		Entries   []atomEntry `xml:"entry"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	atomPerson struct {
		Name string `xml:"name"`
		URI  string `xml:"uri,omitempty"`
	}
	atomText struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
	atomCategory struct {
		Term string `xml:"term,attr"`
	}
	atomEntry struct {
		Lang       string         `xml:"xml:lang,attr,omitempty"`
		ID         string         `xml:"id"`
		Title      string         `xml:"title"`
		Updated    string         `xml:"updated"`
		Links      []atomLink     `xml:"link"`
		Author     *atomPerson    `xml:"author"`
		Categories []atomCategory `xml:"category"`
		Summary    string         `xml:"summary"`
		Content    atomText       `xml:"content"`
	}
)

func (f *feedModel) atom() ([]byte, error) {
	a := atomFeed{
		ID: f.Self, Title: f.Title, Updated: f.Updated, Generator: "onrecord", Author: atomPerson{"onrecord", f.base + "/"},
		Links: []atomLink{{"self", "application/atom+xml", f.Self}, {"alternate", "text/html", f.Page}},
	}
	for _, e := range f.Entries {
		x := atomEntry{
			Lang: e.Language, ID: e.ID, Title: filled(e.Title), Updated: e.Updated, Summary: e.Summary, Content: atomText{"html", e.HTML},
			Links: []atomLink{{"alternate", "text/html", e.Link}},
		}
		if e.Author != "" {
			x.Author = &atomPerson{e.Author, e.AuthorLink}
		}
		for _, t := range e.Tags {
			x.Categories = append(x.Categories, atomCategory{t})
		}
		a.Entries = append(a.Entries, x)
	}
	body, err := xml.MarshalIndent(a, "", " ")
	return append([]byte(xml.Header), append(body, '\n')...), err
}

// filled is a text that must not be empty.
func filled(s string) string {
	if strings.TrimSpace(s) == "" {
		return "(no text)"
	}
	return s
}

// JSON Feed 1.1.
type (
	jsonFeed struct {
		Version     string         `json:"version"`
		Title       string         `json:"title"`
		HomePageURL string         `json:"home_page_url"`
		FeedURL     string         `json:"feed_url"`
		Authors     []jsonAuthor   `json:"authors"`
		Items       []jsonFeedItem `json:"items"`
	}
	jsonAuthor struct {
		Name string `json:"name"`
		URL  string `json:"url,omitempty"`
	}
	jsonFeedItem struct {
		ID           string       `json:"id"`
		URL          string       `json:"url"`
		Title        string       `json:"title"`
		Summary      string       `json:"summary"`
		ContentHTML  string       `json:"content_html"`
		DateModified string       `json:"date_modified"`
		Authors      []jsonAuthor `json:"authors,omitempty"`
		Tags         []string     `json:"tags"`
		Language     string       `json:"language,omitempty"`
		Ours         jsonOurs     `json:"_onrecord"`
	}
	// jsonOurs is what the record knows beyond JSON Feed.
	jsonOurs struct {
		About    string `json:"about"`
		Kind     string `json:"kind"`
		Mode     string `json:"mode,omitempty"`
		Polarity string `json:"polarity,omitempty"`
		Said     string `json:"said,omitempty"` // EDTF
	}
)

func (f *feedModel) json() ([]byte, error) {
	out := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, HomePageURL: f.Page, FeedURL: f.Self,
		Authors: []jsonAuthor{{"onrecord", f.base + "/"}}, Items: []jsonFeedItem{},
	}
	for _, e := range f.Entries {
		item := jsonFeedItem{
			ID: e.ID, URL: e.Link, Title: filled(e.Title), Summary: e.Summary, ContentHTML: e.HTML, DateModified: e.Updated, Tags: e.Tags, Language: e.Language,
			Ours: jsonOurs{About: f.base + "/schema.graphql", Kind: e.Node.Kind, Mode: e.Node.Mode, Polarity: e.Polarity},
		}
		if e.Author != "" {
			item.Authors = []jsonAuthor{{e.Author, e.AuthorLink}}
		}
		if d := e.Node.Said; d != nil {
			item.Ours.Said = d.EDTF
		}
		out.Items = append(out.Items, item)
	}
	body, err := json.MarshalIndent(out, "", "  ")
	return append(body, '\n'), err
}
