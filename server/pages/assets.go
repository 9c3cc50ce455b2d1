package pages

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed static
var static embed.FS

const assetsPath = "/static/"

// IsAsset reports whether an address is that of a file that pages load, which
// says nothing of the record.
func IsAsset(path string) bool {
	return strings.HasPrefix(path, assetsPath) || strings.HasPrefix(path, islandsPath)
}

// assets are the files that pages load. Each is served under a name that holds a
// hash of its content, so that it may be kept for ever.
type assets struct {
	named map[string]string // site.css: /static/site.1f2e….css
	files map[string]asset
}

type asset struct {
	body  []byte
	media string
}

var mediaOf = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
}

// newAssets reads static/. Style sheets come last: they name fonts, and are given
// the names that these are served under.
func newAssets() (*assets, error) {
	a := &assets{make(map[string]string), make(map[string]asset)}
	root, err := fs.Sub(static, "static")
	if err != nil {
		return nil, err
	}
	var sheets []string
	err = fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if path.Ext(name) == ".css" {
			sheets = append(sheets, name)
			return nil
		}
		body, err := fs.ReadFile(root, name)
		if err == nil {
			a.add(name, body)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, name := range sheets {
		body, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, err
		}
		for file, at := range a.named {
			body = bytes.ReplaceAll(body, []byte("url("+file+")"), []byte("url("+at+")"))
		}
		if i := bytes.Index(body, []byte("url(")); i >= 0 && !bytes.Contains(body, []byte("url("+assetsPath)) {
			return nil, fmt.Errorf("static/%s: %.40s names no file of static/", name, body[i:])
		}
		a.add(name, body)
	}
	return a, nil
}

func (a *assets) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	at := assetsPath + strings.TrimSuffix(path.Base(name), ext) + "." + hex.EncodeToString(sum[:6]) + ext
	a.named[name], a.files[at] = at, asset{body, mediaOf[ext]}
}

// Path is where a file of static/ is served.
func (a *assets) Path(name string) (string, error) {
	at, ok := a.named[name]
	if !ok {
		return "", fmt.Errorf("static/%s: no such file", name)
	}
	return at, nil
}

// ServeHTTP implements [http.Handler].
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := a.files[r.URL.Path]
	if !ok {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
}
