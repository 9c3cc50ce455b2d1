package page

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/onrecord/onrecord/graph/text"
)

// head is what the elements of a page say, before it is judged.
type head struct {
	meta      map[string][]string // by property, name or itemprop, lower case
	lang      string
	canonical string
	base      string
	title     string
	headings  []string // of h1
	times     []string // datetime of what is marked as the date of publication
	ld        []string // JSON-LD scripts
}

// maxHead bounds how much of each is kept: a page has a few, a hostile one
// thousands.
const maxHead = 200

func readHead(root *html.Node) *head {
	h := &head{meta: make(map[string][]string)}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Html:
			h.lang = attr(n, "lang")
			if h.lang == "" {
				h.lang = attr(n, "xml:lang")
			}
		case atom.Base:
			if h.base == "" {
				h.base = attr(n, "href")
			}
		case atom.Title:
			if h.title == "" && (n.Parent == nil || n.Parent.DataAtom != atom.Svg) {
				h.title = flat(n)
			}
		case atom.Link:
			if h.canonical == "" && strings.EqualFold(strings.TrimSpace(attr(n, "rel")), "canonical") {
				h.canonical = attr(n, "href")
			}
		case atom.Meta:
			h.addMeta(n)
		case atom.H1:
			if s := flat(n); s != "" && len(h.headings) < maxHead {
				h.headings = append(h.headings, s)
			}
		case atom.Time:
			prop := attr(n, "itemprop")
			if has(n, "pubdate") || strings.EqualFold(prop, "datePublished") {
				h.addTime(attr(n, "datetime"))
			}
		case atom.Script:
			if kind, _, _ := strings.Cut(attr(n, "type"), ";"); strings.EqualFold(strings.TrimSpace(kind), "application/ld+json") && n.FirstChild != nil && len(h.ld) < maxHead {
				h.ld = append(h.ld, n.FirstChild.Data)
			}
		}
	}
	return h
}

func (h *head) addMeta(n *html.Node) {
	content := strings.TrimSpace(attr(n, "content"))
	if content == "" {
		return
	}
	for _, by := range []string{"property", "name", "itemprop", "http-equiv"} {
		key := strings.ToLower(strings.TrimSpace(attr(n, by)))
		if key == "" {
			continue
		}
		if by == "itemprop" {
			key = "itemprop:" + key
		}
		if len(h.meta) < maxHead*5 && len(h.meta[key]) < maxHead {
			h.meta[key] = append(h.meta[key], content)
		}
	}
}

func (h *head) addTime(s string) {
	if s = strings.TrimSpace(s); s != "" && len(h.times) < maxHead {
		h.times = append(h.times, s)
	}
}

// first is the first value of the first key that has one.
func (h *head) first(keys ...string) Field {
	for _, k := range keys {
		if v := h.meta[k]; len(v) > 0 {
			return Field{oneLine(html.UnescapeString(v[0])), "meta:" + k}
		}
	}
	return Field{}
}

// readMetadata fills in what the page says of itself, and returns its headings
// as printed.
func (d *Document) readMetadata(root *html.Node, hints Hints) []string {
	h := readHead(root)
	d.readAddress(h, hints)
	ld := h.article(d)
	d.Title = h.titleOf(ld)
	for _, f := range []Field{ld.publisher, h.first("og:site_name"), h.first("dc.publisher", "dcterms.publisher"), h.first("application-name")} {
		if f.Value != "" && !strings.Contains(f.Value, "://") {
			d.Publisher = f
			break
		}
	}
	d.Language = h.languageOf(ld)
	d.Authors = h.authorsOf(ld)
	d.Published = h.publishedOf(ld)
	return h.headings
}

// readAddress decides where the page stands. What a page calls canonical is
// believed on its own site; a page that names one elsewhere says that it is a
// copy, and it is not for a copy to say what stands there.
func (d *Document) readAddress(h *head, hints Hints) {
	var base *url.URL
	if u, err := url.Parse(hints.URL); err == nil && u.IsAbs() {
		base = u
	}
	if h.base != "" && base != nil {
		if u, err := base.Parse(h.base); err == nil {
			base = u
		}
	}
	for _, f := range []Field{
		{h.canonical, "link:canonical"},
		h.first("og:url"),
	} {
		if u := absolute(f.Value, base); u != "" && d.Canonical.Value == "" {
			d.Canonical = Field{u, f.From}
		}
	}
	own := absolute(hints.URL, nil)
	switch {
	case own == "":
		d.URL = d.Canonical
	case d.Canonical.Value != "" && sameSite(own, d.Canonical.Value):
		d.URL = d.Canonical
	default:
		d.URL = Field{own, "hint:url"}
	}
}

// absolute is an http or https address without its fragment; empty if it is none.
func absolute(s string, base *url.URL) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || s == "" {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return ""
	}
	u.Host = strings.ToLower(u.Host)
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	if out := u.String(); len(out) <= 2048 {
		return out
	}
	return ""
}

// sameSite reports whether a page at one address may say that it stands at the
// other: the same host but for www, m and amp, and not the front page.
func sameSite(own, canonical string) bool {
	a, err1 := url.Parse(own)
	b, err2 := url.Parse(canonical)
	if err1 != nil || err2 != nil || site(a) != site(b) {
		return false
	}
	return strings.Trim(b.Path, "/") != "" || strings.Trim(a.Path, "/") == ""
}

func site(u *url.URL) string {
	host := strings.ToLower(u.Host)
	for _, prefix := range []string{"www.", "m.", "mobile.", "amp."} {
		host = strings.TrimPrefix(host, prefix)
	}
	return host
}

// titleOf is the heading of the article: as printed, if one of the headings is
// what the metadata says.
func (h *head) titleOf(ld article) Field {
	best := firstOf(ld.headline, h.first("og:title", "dc.title", "dcterms.title", "citation_title", "twitter:title", "title"))
	if best.Value == "" && h.title != "" {
		best = Field{h.title, "html:title"}
	}
	for _, printed := range h.headings {
		if best.Value == "" || sameWords(printed, best.Value) || len(h.headings) == 1 && startsWith(best.Value, printed) {
			return Field{printed, "html:h1"}
		}
	}
	return best
}

func (h *head) languageOf(ld article) Field {
	for _, f := range []Field{
		{h.lang, "html:lang"}, ld.language, h.first("og:locale"), h.first("content-language", "dc.language", "language"),
	} {
		tag, _, _ := strings.Cut(f.Value, ",")
		tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
		if tag != "" && text.IsLanguage(tag) {
			return Field{tag, f.From}
		}
	}
	return Field{}
}

// authorsOf are those who wrote the article, as far as the page says so by
// name; an address is no name.
func (h *head) authorsOf(ld article) []Field {
	if len(ld.authors) > 0 {
		return ld.authors
	}
	for _, key := range []string{"author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "citation_author", "byl", "itemprop:author"} {
		var out []Field
		for _, v := range h.meta[key] {
			v = oneLine(html.UnescapeString(v))
			if len(v) > 3 && strings.EqualFold(v[:3], "by ") {
				v = strings.TrimSpace(v[3:])
			}
			if v != "" && !strings.Contains(v, "://") {
				out = append(out, Field{v, "meta:" + key})
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func (h *head) publishedOf(ld article) Date {
	candidates := []Field{ld.published}
	for _, key := range []string{
		"article:published_time", "og:article:published_time", "itemprop:datepublished", "datepublished", "parsely-pub-date", "sailthru.date",
		"dc.date.issued", "dcterms.issued", "dcterms.created", "citation_publication_date", "publish-date", "publishdate", "publication_date",
		"pubdate", "dc.date", "date",
	} {
		candidates = append(candidates, h.first(key))
	}
	for _, t := range h.times {
		candidates = append(candidates, Field{t, "html:time"})
	}
	for _, f := range candidates {
		if w, ok := dated(f.Value); ok {
			return Date{w, f.From}
		}
	}
	return Date{}
}

func firstOf(fields ...Field) Field {
	for _, f := range fields {
		if f.Value != "" {
			return f
		}
	}
	return Field{}
}

// sameWords reports whether two headings differ in letter case, white space and
// punctuation alone.
func sameWords(a, b string) bool {
	if len(a) > 2000 || len(b) > 2000 {
		return false
	}
	return strings.Join(text.Words(a), " ") == strings.Join(text.Words(b), " ")
}

// startsWith reports whether a title is the heading with the site's name behind it.
func startsWith(title, heading string) bool {
	if len(title) > 2000 || len(heading) > 2000 {
		return false
	}
	t, h := strings.Join(text.Words(title), " "), strings.Join(text.Words(heading), " ")
	return h != "" && strings.HasPrefix(t+" ", h+" ")
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// flat is the text of an element in one line.
func flat(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
		if b.Len() > 8<<10 {
			break
		}
	}
	return oneLine(b.String())
}

// oneLine collapses white space, and drops what is no text.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if isBinary(r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n\r\f", r) }), " ")
}
