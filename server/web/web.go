// Package web holds what runs in the browser and serves it.
//
// There is one page: GraphiQL, at /graphiql, for asking the record in GraphQL
// with completion, documentation and five example questions. Its sources are in
// app/ (TypeScript, built by Vite); what `make web` builds lies compressed in
// dist/, is committed, and is embedded here, because `go install` runs no build
// step. The licences of what the bundle contains are served at
// /graphiql/THIRD-PARTY.txt.
//
// And there are the islands, at /islands/: small scripts that add to the pages of
// the server, which all work without them. Each is one file that loads nothing
// further; their sources are in islands/, built and embedded in the same way.
//
// # Promises
//
// The pages load nothing from any other host, and say so to the browser: the
// content security policy allows this origin alone, and no inline script. The
// files under assets/ carry a hash of their content in their name and may be
// cached for ever; the page itself is revalidated on each visit.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/binary"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// The only file in dist that is not compressed is THIRD-PARTY.txt, which is
// there to be read in the repository too.
//
//go:embed all:dist
var dist embed.FS

// policy is the content security policy of the page. Monaco, the editor inside
// GraphiQL, sets style attributes and holds its icon font as a data URL; scripts
// and workers come from files only.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"font-src 'self' data:; img-src 'self' data:; connect-src 'self'; worker-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const prefix = "/graphiql"

// file is one embedded file, ready to be sent.
type file struct {
	body        []byte // as embedded
	gzipped     bool   // body is gzip
	size        int    // of the content, uncompressed
	contentType string
	tag         string // ETag of body without its quotes
	immutable   bool
}

// load reads the embedded files once; they never change while the program runs.
var load = sync.OnceValue(func() map[string]*file {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the directory is named in the embed directive
	}
	return readAll(root)
})

// readAll returns the files of a dist directory by the path they are served
// at, relative to /graphiql/.
func readAll(root fs.FS) map[string]*file {
	files := make(map[string]*file)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		served, gzipped := strings.CutSuffix(name, ".gz")
		sum := sha256.Sum256(body)
		f := &file{
			body:        body,
			gzipped:     gzipped,
			size:        len(body),
			contentType: contentType(served),
			tag:         base64.RawURLEncoding.EncodeToString(sum[:12]),
			immutable:   strings.HasPrefix(served, "assets/"),
		}
		if gzipped {
			// A gzip file ends with the size of its content (RFC 1952).
			f.size = int(binary.LittleEndian.Uint32(body[len(body)-4:]))
		}
		files[served] = f
		return nil
	})
	if err != nil {
		panic(err) // reading from memory does not fail
	}
	return files
}

// contentType is a list of our own, not package mime: that one reads the
// machine's tables, and a wrong type for a script is a page that does not start.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".ttf":
		return "font/ttf"
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	default:
		return "application/octet-stream"
	}
}

// Handler serves /graphiql, /graphiql/ and the files below it. It answers any
// other path with 404 and any method but GET and HEAD with 405, so it can be
// registered for both "/graphiql" and "/graphiql/".
func Handler() http.Handler {
	files := load()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")

		f := files[name(r.URL.Path)]
		switch {
		case f == nil:
			http.Error(w, "not found", http.StatusNotFound)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			header.Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed: the page is read with GET", http.StatusMethodNotAllowed)
		default:
			f.serve(w, r)
		}
	})
}

// name is the embedded file that a path asks for, "" for none.
func name(urlPath string) string {
	rest, ok := strings.CutPrefix(urlPath, prefix)
	switch {
	case !ok:
		return ""
	case rest == "" || rest == "/":
		return "index.html"
	case rest[0] != '/':
		return ""
	}
	return rest[1:]
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("Cache-Control", "no-cache")
	if f.immutable {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}

	// A strong ETag names exact bytes, so each encoding has its own.
	tag, size, plain := `"`+f.tag+`"`, f.size, true
	if f.gzipped {
		header.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Values("Accept-Encoding")) {
			header.Set("Content-Encoding", "gzip")
			tag, size, plain = `"`+f.tag+`-gzip"`, len(f.body), false
		}
	}
	header.Set("ETag", tag)
	if matches(r.Header.Values("If-None-Match"), tag) {
		header.Del("Content-Encoding")
		header.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(size))
	if r.Method == http.MethodHead {
		return
	}
	// A failed write means that the client has gone; nobody is left to tell.
	if !f.gzipped || !plain {
		_, _ = w.Write(f.body)
		return
	}
	reader, err := gzip.NewReader(bytes.NewReader(f.body))
	if err != nil {
		panic(err) // the embedded file is read in the tests
	}
	_, _ = io.Copy(w, reader)
}

// acceptsGzip reports whether Accept-Encoding allows gzip: named, or "*", with
// a weight above zero. A client that says nothing gets the content as it is.
func acceptsGzip(headers []string) bool {
	accepted := false
	for item := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		coding, params, _ := strings.Cut(item, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "gzip" && coding != "*" {
			continue
		}
		accepted = weight(params) > 0
		if coding == "gzip" {
			return accepted // the name decides over the star
		}
	}
	return accepted
}

// weight reads "q=0.5"; anything else is 1.
func weight(params string) float64 {
	value, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(params)), "q=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 1
	}
	return q
}

// matches reports whether If-None-Match names the tag. The comparison is weak,
// as RFC 9110 wants for this header: a proxy may have added W/.
func matches(headers []string, tag string) bool {
	for item := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		item = strings.TrimSpace(item)
		if item == "*" || strings.TrimPrefix(item, "W/") == tag {
			return true
		}
	}
	return false
}
