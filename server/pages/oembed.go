package pages

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// embeddable is a page of ours, as its address names it.
type embeddable struct {
	Kind string // the first part of its address
	ID   string
	AsOf string // as in the address; "" for the present
}

// address is that of the page.
func (e embeddable) address(base string) string {
	s := base + "/" + e.Kind + "/" + e.ID
	if e.AsOf != "" {
		s += "?asOf=" + url.QueryEscape(e.AsOf)
	}
	return s
}

var idForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

var errNotOurs = errors.New("no address of a statement or a claim here")

// parseEmbeddable reads the address of a page that can be embedded. It is the
// page's own or that of its embed, with any format behind it; http and https are
// one. What else stands in the address is left out.
func parseEmbeddable(base, address string) (embeddable, error) {
	var none embeddable
	ours, err := url.Parse(base)
	if err != nil {
		return none, errNotOurs
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || !strings.EqualFold(u.Host, ours.Host) {
		return none, errNotOurs
	}
	path := strings.TrimSuffix(u.Path, "/")
	if rest, ok := strings.CutPrefix(path, strings.TrimSuffix(embedPath, "/")); ok {
		path = rest
	}
	parts := strings.Split(path, "/")
	if len(parts) != 3 || parts[0] != "" || embeds[parts[1]] == nil {
		return none, errNotOurs
	}
	id, ext, _ := strings.Cut(parts[2], ".")
	if _, known := formatOf(ext); ext != "" && !known {
		return none, errNotOurs
	}
	id = strings.ToLower(id)
	if !idForm.MatchString(id) {
		return none, errNotOurs
	}
	e := embeddable{Kind: parts[1], ID: id}
	if at, err := parseAsOf(u.Query().Get("asOf")); err == nil {
		e.AsOf = at.raw
	}
	return e, nil
}

// oembedAnswer is an answer of oEmbed 1.0 (https://oembed.com).
type oembedAnswer struct {
	XMLName      xml.Name `json:"-" xml:"oembed"`
	Type         string   `json:"type" xml:"type"`
	Version      string   `json:"version" xml:"version"`
	Title        string   `json:"title" xml:"title"`
	AuthorName   string   `json:"author_name,omitempty" xml:"author_name,omitempty"`
	AuthorURL    string   `json:"author_url,omitempty" xml:"author_url,omitempty"`
	ProviderName string   `json:"provider_name" xml:"provider_name"`
	ProviderURL  string   `json:"provider_url" xml:"provider_url"`
	CacheAge     int      `json:"cache_age" xml:"cache_age"`
	HTML         string   `json:"html" xml:"html"`
	Width        int      `json:"width" xml:"width"`
	Height       int      `json:"height" xml:"height"`
}

// oembed tells other programs how to embed a page: /oembed?url=ADDRESS.
func (s *Site) oembed(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", s.caching())
	refuse := func(status int, text string) {
		h.Set("Cache-Control", "no-store")
		send(w, r, "text/plain; charset=utf-8", status, []byte(text+"\n"))
	}
	form := r.URL.Query()
	format := strings.ToLower(form.Get("format"))
	if format != "" && format != "json" && format != "xml" {
		refuse(http.StatusNotImplemented, "format is json or xml, and not "+strconv.Quote(clip(format)))
		return
	}
	var bounds [2]int
	for i, name := range []string{"maxwidth", "maxheight"} {
		if text := form.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n <= 0 {
				refuse(http.StatusBadRequest, name+" is a number of pixels, and not "+strconv.Quote(clip(text)))
				return
			}
			bounds[i] = n
		}
	}
	if form.Get("url") == "" {
		refuse(http.StatusBadRequest, "url is missing: the address of a statement or a claim")
		return
	}
	base := s.base(r)
	page, err := parseEmbeddable(base, form.Get("url"))
	if err != nil {
		refuse(http.StatusNotFound, err.Error())
		return
	}
	v := embeds[page.Kind]
	req := &Request{Path: "/" + page.Kind + "/" + page.ID, ID: page.ID, Form: url.Values{}}
	if page.AsOf != "" {
		req.AsOf, _ = parseAsOf(page.AsOf) // it was read once already
		req.Form.Set("asOf", page.AsOf)
	}
	m, _, err := s.load(r, v, req)
	var known *refusal
	switch {
	case errors.As(err, &known):
		refuse(known.status, known.message)
		return
	case err != nil:
		s.refuse(w, r, err)
		return
	case m.Node.Kind != v.kind || m.Node.Retracted:
		refuse(http.StatusNotFound, errNotOurs.Error())
		return
	}
	width, height := embedSize(m.Node, m.Timeline.TotalCount, bounds[0], bounds[1])
	a := oembedAnswer{
		Type: "rich", Version: "1.0", Title: m.Title, ProviderName: "onrecord", ProviderURL: base + "/", CacheAge: 3600, Width: width, Height: height,
		HTML: frame(base+m.EmbedPath(), m.Title, width, height),
	}
	if who := m.Node.Voice(); who != nil {
		a.AuthorName, a.AuthorURL = who.Label, base+who.Path()
	}
	if format == "xml" {
		body, err := xml.MarshalIndent(a, "", " ")
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		send(w, r, "text/xml; charset=utf-8", http.StatusOK, append([]byte(xml.Header), append(body, '\n')...))
		return
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(a); err != nil {
		s.refuse(w, r, err)
		return
	}
	send(w, r, "application/json", http.StatusOK, out.Bytes())
}
