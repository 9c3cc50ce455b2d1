package page_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/seed/page"
)

// Whatever the bytes are, there is a document whose places are in its text, or
// a refusal with its reason.
func FuzzRead(f *testing.F) {
	f.Add([]byte(article), "text/html", "https://daily.example/a")
	f.Add([]byte("<!doctype html>"+body), "", "")
	f.Add([]byte("A heading\n\nText."), "text/plain; charset=windows-1251", "x")
	f.Add([]byte("<html><meta charset=utf-16><q>x</q><q></q><br><br><p>\x00"), "", "")
	f.Add([]byte("<!--<p>--><table><svg><title>x</title><math><q>"), "text/html; charset=gb18030", "http://[::1]:99/%zz")
	f.Fuzz(func(t *testing.T, b []byte, contentType, url string) {
		d, err := page.Read(b, page.Hints{ContentType: contentType, URL: url})
		if err != nil {
			var refused *page.Error
			if !errors.As(err, &refused) || refused.Reason == "" {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		text, err := span.NewText(d.Text)
		if err != nil || d.Text == "" {
			t.Fatalf("text %.80q: %v", d.Text, err)
		}
		for _, s := range append(d.Headline, d.Paragraphs...) {
			if _, err := text.Exact(s); err != nil {
				t.Fatalf("place %v: %v", s, err)
			}
		}
		for _, field := range append(d.Authors, d.Title, d.URL, d.Canonical, d.Publisher, d.Language) {
			if (field.Value == "") != (field.From == "") || !utf8.ValidString(field.Value) {
				t.Fatalf("field %+v", field)
			}
		}
		if err := d.Published.When.Validate(); err != nil {
			t.Fatalf("published %v: %v", d.Published, err)
		}
	})
}

// The metadata of a page that is otherwise in order.
func FuzzMetadata(f *testing.F) {
	f.Add(`<script type="application/ld+json">{"@type":"NewsArticle","author":{"@id":"#a"},"@graph":[{"@id":"#a","name":"#a"}]}</script>`)
	f.Add(`<script type="application/ld+json">[[{"@type":["Article"],"headline":["x"],"datePublished":"2020-01-01"}]]</script>`)
	f.Add(`<meta property="og:title" content="&#0;"><link rel=canonical href="//e.example:x/"><html lang=x-y_z>`)
	f.Add(`<time pubdate datetime="2020-W01">`)
	f.Fuzz(func(t *testing.T, head string) {
		d, err := page.Read([]byte("<!doctype html><head>"+head+"</head>"+body), page.Hints{URL: "https://e.example/a", ContentType: "text/html; charset=utf-8"})
		if err != nil {
			return
		}
		for _, field := range append(d.Authors, d.Title, d.URL, d.Canonical, d.Publisher, d.Language) {
			if (field.Value == "") != (field.From == "") || !utf8.ValidString(field.Value) {
				t.Fatalf("field %+v", field)
			}
		}
	})
}
