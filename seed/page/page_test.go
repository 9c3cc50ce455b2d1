package page_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/seed/page"
)

// article is a page as newspapers make them, with what surrounds the text.
const article = `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>Harbour will stay open, mayor says | The Daily Example</title>
<link rel="canonical" href="/2024/03/harbour.html">
<meta property="og:title" content="Harbour will stay open, mayor says">
<meta property="og:site_name" content="The Daily Example">
<meta name="author" content="By Ann Author">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
 {"@type":"NewsArticle","@id":"#a","headline":"Harbour will stay open, mayor says","datePublished":"2024-03-05T23:30:00-05:00",
  "author":[{"@id":"#ann"},{"@type":"Person","name":"Bob Byline"}],"publisher":{"@type":"NewsMediaOrganization","name":"Daily Example Ltd"}},
 {"@type":"Person","@id":"#ann","name":"Ann Author","url":"https://daily.example/ann"}]}</script>
</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>Harbour will stay
 open, mayor says</h1>
<p>The harbour will stay open through the winter, the mayor told the council on Tuesday, although the ferry company has asked for a rest.</p>
<p>“We will not close it,” she said,   and <q>not for a day</q>.&nbsp;The councillors applauded, and the harbour master promised to sweep the ice himself.</p>
<p>Fishermen had feared that the quay would be shut after a storm broke two of its cranes in the last days of February.</p>
</article></main>
<footer><p>Copyright The Daily Example. All rights reserved.</p></footer></body></html>`

func read(t *testing.T, s string, h page.Hints) *page.Document {
	t.Helper()
	d, err := page.Read([]byte(s), h)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestArticle(t *testing.T) {
	t.Parallel()
	d := read(t, article, page.Hints{URL: "https://www.daily.example/2024/03/harbour.html?from=feed#top"})
	const want = "Harbour will stay open, mayor says\n\n" +
		"The harbour will stay open through the winter, the mayor told the council on Tuesday, although the ferry company has asked for a rest.\n\n" +
		"“We will not close it,” she said, and “not for a day”. The councillors applauded, and the harbour master promised to sweep the ice himself.\n\n" +
		"Fishermen had feared that the quay would be shut after a storm broke two of its cranes in the last days of February."
	if diff := cmp.Diff(want, d.Text); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if got := d.Text[d.Headline[0].ByteStart:d.Headline[0].ByteEnd]; got != "Harbour will stay open, mayor says" || len(d.Paragraphs) != 3 {
		t.Errorf("heading %q, %d paragraphs", got, len(d.Paragraphs))
	}
	second := d.Paragraphs[1]
	if r := []rune(d.Text); string(r[second.Start:second.End]) != d.Text[second.ByteStart:second.ByteEnd] {
		t.Errorf("code points and bytes of %v differ", second)
	}
	got := []page.Field{d.Title, d.URL, d.Publisher, d.Language, {Value: d.Published.When.EDTF.String(), From: d.Published.From}}
	if diff := cmp.Diff([]page.Field{
		{Value: "Harbour will stay open, mayor says", From: "html:h1"},
		{Value: "https://www.daily.example/2024/03/harbour.html", From: "link:canonical"},
		{Value: "Daily Example Ltd", From: "jsonld:NewsArticle.publisher"},
		{Value: "en-GB", From: "html:lang"},
		{Value: "2024-03-05", From: "jsonld:NewsArticle.datePublished"},
	}, got); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
	if len(d.Authors) != 2 || d.Authors[0].Value != "Ann Author" || d.Authors[1].Value != "Bob Byline" {
		t.Errorf("authors %v", d.Authors)
	}
	if d.MediaType != "text/html" || d.Charset != "utf-8" || d.CharsetFrom != "meta" || d.Extractor != page.HTMLExtractor {
		t.Errorf("%s %s %s %s", d.MediaType, d.Charset, d.CharsetFrom, d.Extractor)
	}
}

// body is enough text for an article.
const body = "<article><p>The committee met for two hours on Thursday and heard nine witnesses, of whom three spoke against the plan.</p>" +
	"<p>Its chairwoman said that a vote would follow in the autumn, once the costs are known and the towns have been asked.</p></article>"

func TestMetadata(t *testing.T) {
	t.Parallel()
	ld := func(s string) string { return `<script type="application/ld+json">` + s + `</script>` }
	for _, tc := range []struct {
		name, head, url string
		title, at, by   string // what is wanted
		published, from string
	}{
		{
			name: "a fact check's claimant is not its author",
			head: ld(`[{"@type":"ClaimReview","datePublished":"2020-01-01","author":{"name":"Checkers"},"claimReviewed":"x","itemReviewed":{"@type":"Claim","author":{"name":"Senator Claimant"},"datePublished":"2019-12-24"}},` +
				`{"@type":["NewsArticle"],"headline":"Did the senator say it?","datePublished":"2020-01-02","author":"Carla Checker"}]`),
			title: "Did the senator say it?", by: "Carla Checker", published: "2020-01-02", from: "jsonld:NewsArticle.datePublished",
		},
		{name: "a ClaimReview alone says nothing of the article", head: ld(`{"@type":"ClaimReview","datePublished":"2020-01-01","author":{"name":"Checkers"}}`)},
		{
			name: "related articles are not this one",
			head: `<meta property="og:title" content="This one">` + ld(`[{"@type":"NewsArticle","headline":"Another","url":"https://e.example/other","datePublished":"2001-01-01"},`+
				`{"@type":"NewsArticle","headline":"This one","url":"https://e.example/this","datePublished":"2002-02-02"},{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"This one","datePublished":"2003-03-03"}]}]`),
			url: "https://e.example/this", title: "This one", at: "https://e.example/this", published: "2002-02-02", from: "jsonld:NewsArticle.datePublished",
		},
		{
			name: "line ends in strings, a comment around and entities",
			head: ld("<!-- {\"@type\":\"Article\",\"headline\":\"War &amp;\n peace\",\"author\":[{\"@type\":\"Person\",\"name\":\"A. B.\"}]} -->"), title: "War & peace", by: "A. B.",
		},
		{name: "broken JSON-LD", head: ld(`{"@type":`) + `<meta name="dc.title" content="T">`, title: "T"},
		{name: "a copy does not say what stands elsewhere", head: `<link rel=canonical href="https://original.example/a">`, url: "https://copy.example/b", at: "https://copy.example/b"},
		{name: "a front page is no article's address", head: `<link rel=canonical href="https://e.example/">`, url: "https://e.example/b", at: "https://e.example/b"},
		{name: "m and www are one site", head: `<link rel=canonical href="https://www.e.example/b">`, url: "https://m.e.example/b?x=1", at: "https://www.e.example/b"},
		{name: "a file goes by its canonical address", head: `<link rel=canonical href="https://e.example/b">`, at: "https://e.example/b"},
		{name: "no address of another scheme", head: `<link rel=canonical href="javascript:alert(1)"><meta property="og:url" content="/relative">`},
		{name: "a day in English", head: `<meta name="date" content="5 March 2024">`, published: "2024-03-05", from: "meta:date"},
		{name: "a month", head: `<meta name="citation_publication_date" content="2024-03">`, published: "2024-03", from: "meta:citation_publication_date"},
		{name: "two readings are none", head: `<meta name="date" content="03/04/2024">`},
		{name: "no such day", head: `<meta name="date" content="2023-02-30">`},
		{name: "a program's word for none", head: `<meta name="date" content="0001-01-01T00:00:00Z">`},
		{name: "when it was changed is not when it was published", head: `<meta property="article:modified_time" content="2024-03-05">`},
		{name: "marked in the text", head: `<time itemprop="datePublished" datetime="2024-03-05 10:00">today</time>`, published: "2024-03-05", from: "html:time"},
		{name: "an address is no author", head: `<meta name="author" content="https://e.example/ann"><meta name="byl" content="By Ann">`, by: "Ann"},
	} {
		d := read(t, "<!doctype html><head>"+tc.head+"</head><body>"+body, page.Hints{URL: tc.url})
		by := ""
		if len(d.Authors) > 0 {
			by = d.Authors[0].Value
		}
		got := []string{d.Title.Value, d.URL.Value, by, d.Published.When.EDTF.String(), d.Published.From}
		if diff := cmp.Diff([]string{tc.title, tc.at, tc.by, tc.published, tc.from}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	const text = "A heading\r\n\r\nFirst  line. \r\n\tSecond <b>line</b>.\n"
	d := read(t, text, page.Hints{Name: "a.txt"})
	var got []string
	for _, s := range append(d.Headline, d.Paragraphs...) {
		got = append(got, d.Text[s.ByteStart:s.ByteEnd])
	}
	if diff := cmp.Diff([]string{"A heading", "First  line.", "Second <b>line</b>."}, got); diff != "" || d.Text != text || d.MediaType != "text/plain" {
		t.Errorf("%q (-want +got):\n%s", d.Text, diff)
	}
}

func TestCharset(t *testing.T) {
	t.Parallel()
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune("“So” né.")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for _, tc := range []struct {
		name, in          string
		h                 page.Hints
		text, set, from   string
		refused           page.Reason
		wantCharsetInText bool
	}{
		{name: "a mark", in: "\xef\xbb\xbfn\u00e9", text: "né", set: "utf-8", from: "bom"},
		{name: "sixteen bits with a mark", in: string(wide), text: "“So” né.", set: "utf-16le", from: "bom"},
		{name: "as served", in: "\xcf\xf0\xe8", h: page.Hints{ContentType: "text/plain; charset=windows-1251"}, text: "При", set: "windows-1251", from: "http"},
		{name: "valid UTF-8 is no one-byte set", in: "“so”", h: page.Hints{ContentType: "text/plain; charset=iso-8859-1"}, text: "“so”", set: "utf-8", from: "bytes"},
		{name: "unless somebody insists", in: "\xc3\xa9", h: page.Hints{Charset: "latin1"}, text: "Ã©", set: "windows-1252", from: "hint"},
		{name: "stated by nobody", in: "n\u00e9", text: "né", set: "utf-8", from: "bytes"},
		{name: "the old default", in: "\x93so\x94", text: "“so”", set: "windows-1252", from: "default"},
		{name: "not what it is said to be", in: "caf\xe9 noir", h: page.Hints{ContentType: "text/plain; charset=utf-8"}, refused: page.Charset},
		{name: "unknown", in: "x", h: page.Hints{Charset: "klingon"}, refused: page.Charset},
	} {
		d, err := page.Read([]byte(tc.in), tc.h)
		if tc.refused != "" {
			if !errors.Is(err, &page.Error{Reason: tc.refused}) {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.refused)
			}
			continue
		}
		if err != nil || d.Text != tc.text || d.Charset != tc.set || d.CharsetFrom != tc.from {
			t.Errorf("%s: %+v, %v; want %q, %s by %s", tc.name, d, err, tc.text, tc.set, tc.from)
		}
	}
	// A page says so itself; a stray byte outside of the text is no matter.
	d := read(t, "<!doctype html><meta charset=windows-1251><script>//\xff</script>"+strings.ReplaceAll(body, "committee", "\xcf\xf0\xe8"), page.Hints{})
	if !strings.Contains(d.Text, "При") {
		t.Errorf("%.80q", d.Text)
	}
	read(t, "<!doctype html><meta charset=utf-8><script>//\xff</script>"+body, page.Hints{})
	if _, err := page.Read([]byte("<!doctype html><meta charset=utf-8>"+strings.ReplaceAll(body, "committee", "caf\xe9")), page.Hints{}); !errors.Is(err, &page.Error{Reason: page.Charset}) {
		t.Errorf("a bad byte in the text: %v", err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, in string
		h        page.Hints
		want     page.Reason
	}{
		{"nothing", "", page.Hints{}, page.Empty},
		{"white space", " \n\t ", page.Hints{}, page.Empty},
		{"white space beyond ASCII", "\u00a0\u2003\n", page.Hints{}, page.Empty},
		{"a PDF", "%PDF-1.4 x", page.Hints{Name: "a.html"}, page.Binary},
		{"an office document", "PK\x03\x04xxxx", page.Hints{}, page.Binary},
		{"zeros", "text\x00text", page.Hints{Name: "a.txt"}, page.Binary},
		{"a control character", "text\x01text", page.Hints{Name: "a.txt"}, page.Binary},
		{"packed twice", "\x1f\x8b\x08\x00", page.Hints{}, page.Binary},
		{"JSON as served", `{"a":1}`, page.Hints{ContentType: "application/json"}, page.MediaType},
		{"an image as served", "x", page.Hints{ContentType: "image/png"}, page.MediaType},
		{"JSON called HTML", `{"a":1}`, page.Hints{Name: "a.html"}, page.NotHTML},
		{"text called HTML", "1 < 2 and so on", page.Hints{ContentType: "text/html"}, page.NotHTML},
		{"a feed", `<?xml version="1.0"?><rss><channel><title>x</title></channel></rss>`, page.Hints{}, page.NotHTML},
		{"a page without text", "<!doctype html><title>x</title><body><nav><a href=/>Home</a></nav>", page.Hints{}, page.NoText},
		{"deep", "<!doctype html>" + strings.Repeat("<div>", 600) + body, page.Hints{}, page.TooLarge},
		{"many elements", "<!doctype html><p>" + strings.Repeat("<b></b>", page.MaxHTML/40), page.Hints{}, page.TooLarge},
		{"a large page", "<!doctype html><p>" + strings.Repeat("x", page.MaxHTML), page.Hints{}, page.TooLarge},
		{"a large text", strings.Repeat("x", page.MaxBytes+1), page.Hints{}, page.TooLarge},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d, err := page.Read([]byte(tc.in), tc.h)
			if !errors.Is(err, &page.Error{Reason: tc.want}) {
				t.Errorf("%v, %v, want %s", d, err, tc.want)
			}
		})
	}
}

// One line of ten megabytes is a text like others.
func TestLongLine(t *testing.T) {
	t.Parallel()
	d := read(t, strings.Repeat("слово ", 10<<20/11), page.Hints{Name: "long.txt"})
	if len(d.Paragraphs) != 1 || len(d.Text) < 10_000_000 {
		t.Errorf("%d paragraphs in %d bytes", len(d.Paragraphs), len(d.Text))
	}
}

func TestSameAgain(t *testing.T) {
	t.Parallel()
	first := read(t, article, page.Hints{})
	for range 5 {
		if diff := cmp.Diff(first, read(t, article, page.Hints{}), cmp.AllowUnexported(first.Published.When.EDTF)); diff != "" {
			t.Fatalf("the same bytes, another document:\n%s", diff)
		}
	}
}
