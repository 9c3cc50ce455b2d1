package page

import (
	"bytes"
	"mime"
	"path"
	"strings"
)

// signatures begin files that are no text.
var signatures = []struct{ begins, what string }{
	{"%PDF-", "a PDF"},
	{"PK\x03\x04", "a ZIP archive, such as a document of an office program"},
	{"\xd0\xcf\x11\xe0", "a document of an old office program"},
	{"\x89PNG", "a PNG image"},
	{"\xff\xd8\xff", "a JPEG image"},
	{"GIF8", "a GIF image"},
	{"RIFF", "a WebP image, or sound"},
	{"\x1f\x8b", "packed by gzip"},
	{"\x28\xb5\x2f\xfd", "packed by zstd"},
	{"BZh", "packed by bzip2"},
	{"\xfd7zXZ", "packed by xz"},
	{"\x7fELF", "a program"},
	{"\x00\x00\x00", "sound or a film"},
	{"ID3", "sound"},
	{"OggS", "sound or a film"},
	{"SQLite format 3\x00", "a database"},
	{"{\\rtf", "an RTF document"},
}

// isHTML decides between HTML and plain text.
func isHTML(b []byte, h Hints) (bool, error) {
	head := bytes.TrimLeft(b, "\ufeff \t\r\n\f")
	if len(head) == 0 {
		return false, refuse(Empty, "", "white space alone")
	}
	for _, s := range signatures {
		if bytes.HasPrefix(b, []byte(s.begins)) {
			return false, refuse(Binary, "", "%s", s.what)
		}
	}
	if !wide(b) {
		if at := bytes.IndexByte(b[:min(len(b), 8<<10)], 0); at >= 0 {
			return false, refuse(Binary, "", "a zero at byte %d", at)
		}
	}
	stated, _, err := mime.ParseMediaType(h.ContentType)
	if err != nil && h.ContentType != "" {
		stated, _, _ = strings.Cut(h.ContentType, ";")
		stated = strings.ToLower(strings.TrimSpace(stated))
	}
	looks := beginsAsHTML(head)
	switch stated {
	case "text/html", "application/xhtml+xml":
		return true, hasElement(b)
	case "text/plain":
		return false, nil
	case "", "application/octet-stream", "application/xml", "text/xml":
		// Says nothing, or what some XHTML is called.
	default:
		return false, refuse(MediaType, "", "%q, and HTML and plain text are read", stated)
	}
	switch ext := extension(h.Name); {
	case looks:
		return true, nil
	case ext == ".html", ext == ".htm", ext == ".xhtml":
		return true, hasElement(b)
	case bytes.HasPrefix(head, []byte("<?xml")), stated == "application/xml", stated == "text/xml":
		return false, refuse(NotHTML, "", "XML of another kind")
	}
	return false, nil
}

// extension is how the name of a document ends, below its packing.
func extension(name string) string {
	name = strings.ToLower(name)
	return path.Ext(strings.TrimSuffix(name, ".gz"))
}

// wide reports whether every character takes two bytes or more, so that zeros
// are to be expected.
func wide(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff"))
}

// beginsAsHTML reports whether a document without a name is HTML.
func beginsAsHTML(head []byte) bool {
	if wide(head) {
		head = bytes.ReplaceAll(head[2:min(len(head), 1<<10)], []byte{0}, nil)
	}
	low := bytes.ToLower(head[:min(len(head), 4<<10)])
	for bytes.HasPrefix(low, []byte("<!--")) || bytes.HasPrefix(low, []byte("<?xml")) {
		end := bytes.IndexByte(low, '>')
		if end < 0 {
			return false
		}
		low = bytes.TrimLeft(low[end+1:], " \t\r\n\f")
		if i := bytes.IndexByte(low, '<'); i > 0 {
			low = low[i:] // the rest of a comment with a tag in it
		}
	}
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<meta", "<title", "<article", "<div", "<p>", "<h1"} {
		if bytes.HasPrefix(low, []byte(tag)) {
			return true
		}
	}
	return false
}

// hasElement refuses what is called HTML and holds no element of it.
func hasElement(b []byte) error {
	if wide(b) {
		b = bytes.ReplaceAll(b, []byte{0}, nil)
	}
	low := b
	for {
		i := bytes.IndexByte(low, '<')
		if i < 0 {
			return refuse(NotHTML, "name it .txt if it is plain text", "no element in it")
		}
		low = low[i+1:]
		name := bytes.ToLower(low[:min(len(low), 8)])
		for _, tag := range []string{"!doctype", "html", "body", "p>", "p ", "div", "article", "h1", "title", "br", "span", "section", "main", "table"} {
			if bytes.HasPrefix(name, []byte(tag)) {
				return nil
			}
		}
	}
}
