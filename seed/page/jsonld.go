package page

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// article is what the JSON-LD of a page says of its article.
type article struct {
	headline, publisher, language, published Field
	authors                                  []Field
}

// Bounds of JSON-LD, which a hostile page may fill with anything.
const (
	maxLD      = 2 << 20 // bytes of one script
	maxLDNodes = 2000
	maxLDDepth = 8
)

// articles are the types that are the page's article; a ClaimReview is a verdict
// on what somebody else said, and its author is not the article's.
var articles = map[string]int{
	"NewsArticle": 3, "ReportageNewsArticle": 3, "AnalysisNewsArticle": 3, "OpinionNewsArticle": 3, "BackgroundNewsArticle": 3,
	"ReviewNewsArticle": 3, "AskPublicNewsArticle": 3, "LiveBlogPosting": 2, "BlogPosting": 2, "Article": 2, "TechArticle": 2, "Report": 2,
	"SocialMediaPosting": 1, "WebPage": 0,
}

type object = map[string]any

// graphOf is the nodes of a page's JSON-LD.
type graphOf struct {
	byID map[string]object
	list []object // those that stand at the top, or that a page is about
	seen int
}

// article picks the node that is the article of this page.
func (h *head) article(d *Document) article {
	g := graphOf{byID: make(map[string]object)}
	for _, script := range h.ld {
		if len(script) > maxLD {
			continue
		}
		v, ok := parseLD(script)
		if ok {
			g.add(v, true, 0)
		}
	}
	var best object
	var bestScore int
	for _, o := range g.list {
		rank, ok := rankOf(o)
		if !ok {
			continue
		}
		score := rank*10 + 1
		if a, ok := mainAddress(o); ok && d.URL.Value != "" {
			if sameAddress(a, d.URL.Value) || sameAddress(a, d.Canonical.Value) {
				score += 100
			} else {
				score -= 5
			}
		}
		headline := textOf(o["headline"])
		for _, printed := range append([]string{first(h.meta["og:title"]), h.title}, h.headings...) {
			if headline != "" && printed != "" && (sameWords(headline, printed) || startsWith(printed, headline)) {
				score += 50
				break
			}
		}
		if best == nil || score > bestScore {
			best, bestScore = o, score
		}
	}
	if best == nil {
		return article{}
	}
	return g.read(best)
}

// parseLD reads a script; the wrappings and raw line ends that real pages have
// inside strings are forgiven.
func parseLD(s string) (v any, ok bool) {
	s = strings.TrimSpace(s)
	for _, cut := range [][2]string{{"<!--", "-->"}, {"//<![CDATA[", "//]]>"}, {"/*<![CDATA[*/", "/*]]>*/"}, {"<![CDATA[", "]]>"}} {
		s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, cut[0]), cut[1]))
	}
	s = strings.TrimSuffix(s, ";")
	if json.Unmarshal([]byte(s), &v) == nil {
		return v, true
	}
	s = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
	return v, json.Unmarshal([]byte(s), &v) == nil
}

// add notes the nodes below v. Those that other nodes merely link to, such as
// related articles, are known by their ids and are no candidates.
func (g *graphOf) add(v any, top bool, depth int) {
	if depth > maxLDDepth || g.seen > maxLDNodes {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			g.add(e, top, depth+1)
		}
	case object:
		g.seen++
		if id, ok := v["@id"].(string); ok && len(v) > 1 {
			if _, known := g.byID[id]; !known {
				g.byID[id] = v
			}
		}
		if top {
			g.list = append(g.list, v)
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			switch v[key].(type) {
			case []any, object:
				g.add(v[key], top && (key == "@graph" || key == "mainEntity" || key == "mainEntityOfPage"), depth+1)
			}
		}
	}
}

func rankOf(o object) (best int, ok bool) {
	best = -1
	for _, t := range typesOf(o) {
		if rank, known := articles[t]; known && rank > best {
			best = rank
		}
		if t == "ClaimReview" {
			return 0, false
		}
	}
	return best, best >= 0
}

func typesOf(o object) (out []string) {
	list, isList := o["@type"].([]any)
	if !isList {
		list = []any{o["@type"]}
	}
	for _, v := range list {
		if s, ok := v.(string); ok {
			s = s[strings.LastIndexAny(s, "/:#")+1:]
			out = append(out, s)
		}
	}
	return out
}

// mainAddress is where a node says that it stands.
func mainAddress(o object) (string, bool) {
	for _, key := range []string{"mainEntityOfPage", "url", "@id"} {
		switch v := o[key].(type) {
		case string:
			if strings.Contains(v, "://") {
				return v, true
			}
		case object:
			if s, ok := v["@id"].(string); ok && strings.Contains(s, "://") {
				return s, true
			}
		}
	}
	return "", false
}

func sameAddress(a, b string) bool {
	ua, err1 := url.Parse(a)
	ub, err2 := url.Parse(b)
	if err1 != nil || err2 != nil || a == "" || b == "" {
		return false
	}
	return site(ua) == site(ub) && strings.Trim(ua.Path, "/") == strings.Trim(ub.Path, "/") && ua.RawQuery == ub.RawQuery
}

// read takes the fields of the article's node.
func (g *graphOf) read(o object) article {
	kind := ""
	for _, t := range typesOf(o) {
		if _, ok := articles[t]; ok {
			kind = t
			break
		}
	}
	from := func(key string) string { return "jsonld:" + kind + "." + key }
	field := func(key string) Field {
		if s := textOf(o[key]); s != "" {
			return Field{s, from(key)}
		}
		return Field{}
	}
	a := article{headline: field("headline"), published: field("datePublished"), language: field("inLanguage")}
	if names := g.names(o["publisher"], 0); len(names) > 0 {
		a.publisher = Field{names[0], from("publisher")}
	}
	for _, name := range g.names(o["author"], 0) {
		a.authors = append(a.authors, Field{name, from("author")})
	}
	return a
}

// names are the names of people and organisations: texts, nodes, or ids of
// nodes elsewhere on the page.
func (g *graphOf) names(v any, depth int) (out []string) {
	if depth > maxLDDepth {
		return nil
	}
	switch v := v.(type) {
	case string:
		if o, ok := g.byID[v]; ok {
			return g.names(o, depth+1)
		}
		if s := textOf(v); s != "" && !strings.Contains(s, "://") {
			return []string{s}
		}
	case []any:
		for _, e := range v {
			if len(out) >= maxHead {
				break
			}
			out = append(out, g.names(e, depth+1)...)
		}
	case object:
		switch name := v["name"].(type) {
		case string, []any:
			return g.names(name, depth+1)
		}
		if id, ok := v["@id"].(string); ok && len(v) == 1 {
			if o, ok := g.byID[id]; ok {
				return g.names(o, depth+1)
			}
		}
	}
	return out
}

// textOf is a text of JSON-LD: pages escape them for HTML once more.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return oneLine(html.UnescapeString(v))
	case []any:
		if len(v) > 0 {
			return textOf(v[0])
		}
	case object:
		for _, key := range []string{"@value", "alternateName", "name"} {
			if s, ok := v[key].(string); ok {
				return oneLine(html.UnescapeString(s))
			}
		}
	}
	return ""
}

func first(list []string) string {
	if len(list) > 0 {
		return list[0]
	}
	return ""
}
