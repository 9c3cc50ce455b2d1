package page

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/markusmobius/go-htmldate"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/onrecord/onrecord/graph/span"
)

// readHTML finds the article of a page.
func readHTML(t *decoded, h Hints) (*Document, error) {
	d := t.document("text/html", HTMLExtractor)
	root, err := html.Parse(strings.NewReader(t.text))
	if err != nil {
		return nil, refuse(TooLarge, "", "%v", err)
	}
	nodes := 0
	for range root.Descendants() {
		if nodes++; nodes > maxNodes {
			return nil, refuse(TooLarge, "", "a page of more than %d elements", maxNodes)
		}
	}
	headings := d.readMetadata(root, h)
	paragraphs, err := mainText(root)
	if err != nil {
		return nil, err
	}
	if err := d.lay(paragraphs, headings); err != nil {
		return nil, err
	}
	if t.bad >= 0 && strings.ContainsRune(d.Text, '\ufffd') {
		return nil, t.refusal()
	}
	return d, nil
}

// mainText is the article's paragraphs. The extractor is given nothing to guess
// a date or fall back on: neither is used.
func mainText(root *html.Node) (paragraphs []string, err error) {
	// The extractor is other people's code that walks whatever tree the Web
	// has; should it fail on one, the document is refused and not the batch.
	defer func() {
		if r := recover(); r != nil {
			paragraphs, err = nil, refuse(NoText, "", "the extractor failed on it: %.200s", fmt.Sprint(r))
		}
	}()
	printQuotes(root)
	got, err := trafilatura.ExtractDocument(root, trafilatura.Options{
		ExcludeComments:  true,
		HtmlDateOverride: &htmldate.Result{},
	})
	if err != nil {
		return nil, refuse(NoText, "", "no article found in the page")
	}
	w := walker{}
	w.walk(got.ContentNode, false)
	w.end()
	if letters(w.out) < minLetters {
		return nil, refuse(NoText, "", "no article found in the page")
	}
	return w.out, nil
}

// minLetters is the least that is an article: a page of less is a link, a notice
// or a menu that the extractor had nothing better than.
const minLetters = 40

func letters(paragraphs []string) (n int) {
	for _, p := range paragraphs {
		for _, r := range p {
			if unicode.IsLetter(r) {
				n++
			}
		}
	}
	return n
}

// printQuotes puts the marks that a browser prints around q elements into the
// text, and gives the elements up: an extractor takes them for block quotations.
func printQuotes(root *html.Node) {
	var quotes []*html.Node
	for n := range root.Descendants() {
		if n.DataAtom == atom.Q {
			quotes = append(quotes, n)
		}
	}
	for _, q := range quotes {
		q.DataAtom, q.Data = atom.Span, "span"
		q.InsertBefore(&html.Node{Type: html.TextNode, Data: "“"}, q.FirstChild)
		q.AppendChild(&html.Node{Type: html.TextNode, Data: "”"})
	}
}

// walker writes paragraphs from a tree.
type walker struct {
	out   []string
	line  strings.Builder
	space bool // white space is due
}

var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Blockquote: true, atom.Pre: true,
	atom.Table: true, atom.Tr: true, atom.Td: true, atom.Th: true, atom.Section: true, atom.Article: true, atom.Main: true,
	atom.Figure: true, atom.Figcaption: true, atom.Header: true, atom.Footer: true, atom.Hr: true, atom.Body: true, atom.Address: true,
}

func (w *walker) walk(n *html.Node, pre bool) {
	if n == nil {
		return
	}
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
		return
	case html.ElementNode:
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe:
			return
		case atom.Br:
			// A line break inside a paragraph; two of them end it.
			if s := w.line.String(); strings.HasSuffix(s, "\n") {
				w.end()
			} else if s != "" {
				w.line.WriteByte('\n')
			}
			w.space = false
			return
		}
	}
	kind := n.DataAtom
	if kind == 0 {
		kind = atom.Lookup([]byte(n.Data)) // nodes that the extractor made
	}
	block := blocks[kind]
	if block {
		w.end()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c, pre)
	}
	if block {
		w.end()
	}
}

// text adds a text with its white space collapsed, as a browser prints it.
func (w *walker) text(s string) {
	for _, r := range s {
		switch {
		case strings.ContainsRune(" \t\n\r\f", r):
			w.space = true
			continue
		case isBinary(r), r == 0:
			continue
		}
		if w.space && w.line.Len() > 0 && !strings.HasSuffix(w.line.String(), "\n") {
			w.line.WriteByte(' ')
		}
		w.space = false
		w.line.WriteRune(r)
	}
}

func (w *walker) end() {
	if s := strings.Trim(w.line.String(), " \n\u00a0\u200b"); s != "" {
		w.out = append(w.out, s)
	}
	w.line.Reset()
	w.space = false
}

// lay puts the heading and the paragraphs one below the other and notes where
// each stands.
func (d *Document) lay(paragraphs, headings []string) error {
	heading := ""
	switch {
	case d.Title.Value == "":
	case len(paragraphs) > 1 && sameWords(paragraphs[0], d.Title.Value):
		heading, paragraphs = paragraphs[0], paragraphs[1:]
	default:
		heading = d.Title.Value
		for _, h := range headings {
			if sameWords(h, heading) {
				heading = h // as printed
			}
		}
	}
	var b strings.Builder
	var places [][2]int
	put := func(s string) {
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		places = append(places, [2]int{b.Len(), b.Len() + len(s)})
		b.WriteString(s)
	}
	if heading != "" {
		put(heading)
	}
	for _, p := range paragraphs {
		put(p)
	}
	d.Text = b.String()
	text, err := span.NewText(d.Text)
	if err != nil {
		return refuse(Charset, "", "%v", err)
	}
	spans := spansOf(text, places)
	if heading != "" {
		d.Headline, spans = spans[:1], spans[1:]
		// Some pages print the heading again above the text.
		for i, p := range paragraphs {
			if i < 3 && p == heading {
				d.Headline = append(d.Headline, spans[i])
			}
		}
	}
	d.Paragraphs = spans
	return nil
}
