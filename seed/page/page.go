package page

import (
	"strings"
	"unicode"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
)

// Bounds of one document.
const (
	MaxBytes = 20 << 20 // of a document, unpacked
	// MaxHTML bounds a page by itself: a tree takes many times its bytes, and
	// the extractor goes through it often.
	MaxHTML  = 8 << 20
	maxNodes = 200_000
)

// The extractors. A version is raised whenever the text made from the same
// bytes may differ, so that it becomes another capture.
const (
	HTMLExtractor = "onrecord/page@1 go-trafilatura@1.12.2"
	TextExtractor = "onrecord/plain@1"
)

// Hints are what is known of a document from elsewhere. All may be empty.
type Hints struct {
	URL         string // where it was fetched, or stands
	Name        string // of the file; only how it ends is looked at
	ContentType string // as a server stated it: text/html; charset=utf-8
	Charset     string // what the caller insists on
}

// Field is a value and where it came from: jsonld:NewsArticle.headline,
// meta:og:title, link:canonical, html:h1, hint:url. The zero Field is absent.
type Field struct {
	Value string `json:"value"`
	From  string `json:"from"`
}

// Date is a date and where it came from.
type Date struct {
	When edtf.When
	From string
}

// Document is what was made of the bytes.
type Document struct {
	MediaType   string // text/html or text/plain: of the bytes
	Charset     string // of the bytes: utf-8, windows-1251
	CharsetFrom string // bom, hint, http, meta, bytes or default
	Extractor   string // made the text; with its version

	Text       string
	Headline   []span.Span // where the heading stands; empty where there is none
	Paragraphs []span.Span // the body, in order

	Title     Field
	URL       Field // absolute, without fragment
	Canonical Field // what the page calls its address, on this site or another
	Publisher Field
	Language  Field // BCP 47
	Authors   []Field
	Published Date
}

// Body is the text below the heading.
func (d *Document) Body() string {
	if len(d.Paragraphs) == 0 {
		return ""
	}
	return d.Text[d.Paragraphs[0].ByteStart:]
}

// Read makes a document of bytes. The error is an [*Error].
func Read(b []byte, h Hints) (*Document, error) {
	switch {
	case len(b) == 0:
		return nil, refuse(Empty, "", "no bytes")
	case len(b) > MaxBytes:
		return nil, refuse(TooLarge, "", "%d bytes, and %d are read", len(b), MaxBytes)
	}
	html, err := isHTML(b, h)
	if err != nil {
		return nil, err
	}
	t, err := decode(b, h, html)
	if err != nil {
		return nil, err
	}
	if html {
		if len(t.text) > MaxHTML {
			return nil, refuse(TooLarge, "", "a page of %d bytes, and %d are read", len(t.text), MaxHTML)
		}
		return readHTML(t, h)
	}
	return readPlain(t, h)
}

// readPlain takes the text as it is.
func readPlain(t *decoded, h Hints) (*Document, error) {
	if strings.TrimSpace(t.text) == "" {
		return nil, refuse(Empty, "", "white space alone")
	}
	if t.bad >= 0 {
		return nil, t.refusal()
	}
	if at := strings.IndexFunc(t.text, isBinary); at >= 0 {
		return nil, refuse(Binary, "", "a control character at byte %d", at)
	}
	d := t.document("text/plain", TextExtractor)
	d.Text = t.text
	if u := absolute(h.URL, nil); u != "" {
		d.URL = Field{u, "hint:url"}
	}
	text, err := span.NewText(d.Text)
	if err != nil {
		return nil, t.refusal()
	}
	var places [][2]int
	for from := 0; from < len(d.Text); {
		line := d.Text[from:]
		next := len(d.Text)
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, next = line[:i], from+i+1
		}
		if s := strings.TrimSpace(line); s != "" {
			at := from + strings.Index(line, s)
			places = append(places, [2]int{at, at + len(s)})
		}
		from = next
	}
	if len(places) > 1 && heading(d.Text[places[0][0]:places[0][1]]) {
		d.Title = Field{d.Text[places[0][0]:places[0][1]], "text:line 1"}
		d.Headline = spansOf(text, places[:1])
		places = places[1:]
	}
	d.Paragraphs = spansOf(text, places)
	return d, nil
}

// heading reports whether the first line of a plain text is its heading: short,
// and no sentence.
func heading(line string) bool {
	if len(line) > 200 {
		return false
	}
	last := []rune(line)
	return !strings.ContainsRune(".;:,。؛،", last[len(last)-1])
}

// isBinary reports whether a character is in no text.
func isBinary(r rune) bool {
	return unicode.IsControl(r) && !strings.ContainsRune("\t\n\v\f\r\u0085\u001b", r) && (r < 0x80 || r > 0x9f)
}

// spansOf turns places in bytes into spans, in one walk.
func spansOf(text *span.Text, places [][2]int) []span.Span {
	out := make([]span.Span, 0, len(places))
	for _, p := range places {
		if s, err := text.AtBytes(p[0], p[1]); err == nil {
			out = append(out, s)
		}
	}
	return out
}
