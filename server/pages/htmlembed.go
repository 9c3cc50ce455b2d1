package pages

import (
	"html"
	"strings"

	"github.com/onrecord/onrecord/graph/cite"
)

// htmlEmbed is a statement as a piece of HTML for another page: it says who and
// where, links to the proof, and needs neither a script nor this host to be read.
func htmlEmbed(base string, n *Node, text, who string, item *cite.Item) string {
	var b strings.Builder
	esc := html.EscapeString
	b.WriteString(`<blockquote cite="` + esc(item.URL) + `"`)
	if n.Language != "" {
		b.WriteString(` lang="` + esc(n.Language) + `"`)
	}
	b.WriteString(` dir="auto"><p>` + esc(text) + "</p></blockquote>\n<p>— " + `<a href="` + esc(base+n.Path()) + `">` + esc(who) + "</a>")
	if n.Said != nil {
		b.WriteString(", " + esc(n.Said.String()))
	}
	if item.ContainerTitle != "" {
		b.WriteString(", in <cite>" + esc(item.ContainerTitle) + "</cite>")
	}
	b.WriteString("</p>")
	return b.String()
}
