package page

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// decoded is a document as UTF-8.
type decoded struct {
	text    string
	charset string
	from    string
	bad     int // the first byte, of those given, that is not of the charset; -1 if all are
}

func (t *decoded) document(mediaType, extractor string) *Document {
	return &Document{MediaType: mediaType, Charset: t.charset, CharsetFrom: t.from, Extractor: extractor}
}

func (t *decoded) refusal() error {
	return refuse(Charset, "say which it is", "it is said to be %s (%s), and byte %d is not", t.charset, t.from, max(t.bad, 0))
}

var marks = []struct{ mark, charset string }{
	{"\xef\xbb\xbf", "utf-8"},
	{"\xff\xfe", "utf-16le"},
	{"\xfe\xff", "utf-16be"},
}

// decode finds the character set and makes UTF-8 of the bytes.
func decode(b []byte, h Hints, html bool) (*decoded, error) {
	label, from := "", ""
	for _, m := range marks {
		if bytes.HasPrefix(b, []byte(m.mark)) {
			b, label, from = b[len(m.mark):], m.charset, "bom"
			break
		}
	}
	stated := ""
	if _, p, err := mime.ParseMediaType(h.ContentType); err == nil {
		stated = p["charset"]
	}
	choices := []struct{ label, from string }{{h.Charset, "hint"}, {stated, "http"}, {"", "meta"}}
	for _, c := range choices {
		if label != "" {
			break
		}
		if c.from == "meta" && html {
			c.label = metaCharset(b)
		}
		if c.label == "" {
			continue
		}
		_, name := charset.Lookup(c.label)
		switch {
		case name == "":
			if c.from == "meta" {
				continue // as a browser does
			}
			return nil, refuse(Charset, "give the name of one in use on the Web", "nothing is called %q", c.label)
		case name == "replacement":
			return nil, refuse(Charset, "", "%q is not safe to read", c.label)
		}
		label, from = name, c.from
	}
	valid := utf8.Valid(b)
	switch {
	case label == "" && valid:
		label, from = "utf-8", "bytes"
	case label == "":
		label, from = "windows-1252", "default"
	case valid && from != "hint" && from != "bom" && oneByte(label) && beyondASCII(b):
		label, from = "utf-8", "bytes"
	}
	t := &decoded{charset: label, from: from, bad: -1}
	if label == "utf-8" {
		if !valid {
			t.bad = invalidAt(b)
			b = bytes.ToValidUTF8(b, []byte("\ufffd"))
		}
		t.text = string(b)
		return t, nil
	}
	e, _ := charset.Lookup(label)
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return nil, refuse(Charset, "say which it is", "it is said to be %s (%s): %v", label, from, err)
	}
	t.text = string(bytes.TrimPrefix(out, []byte("\ufeff")))
	if i := strings.IndexRune(t.text, '\ufffd'); i >= 0 {
		t.bad = i
	}
	return t, nil
}

// metaCharset is what a page says in its first bytes, where browsers look too.
func metaCharset(b []byte) string {
	z := html.NewTokenizer(bytes.NewReader(b[:min(len(b), 4<<10)]))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			if string(name) != "meta" {
				continue
			}
			var content string
			var isType bool
			for more {
				var k, v []byte
				k, v, more = z.TagAttr()
				switch string(k) {
				case "charset":
					return strings.TrimSpace(string(v))
				case "http-equiv":
					isType = strings.EqualFold(string(v), "content-type")
				case "content":
					content = string(v)
				}
			}
			if _, label, ok := strings.Cut(strings.ToLower(content), "charset="); ok && isType {
				label, _, _ = strings.Cut(label, ";")
				return strings.Trim(label, " \"'")
			}
		}
	}
}

// oneByte reports whether every byte is a character by itself in a charset.
func oneByte(label string) bool {
	for _, prefix := range []string{"windows-", "iso-8859-", "koi8-", "ibm866", "macintosh", "x-mac-"} {
		if strings.HasPrefix(label, prefix) {
			return true
		}
	}
	return false
}

func beyondASCII(b []byte) bool {
	return bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0
}

// invalidAt is the first byte that is not UTF-8.
func invalidAt(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}
