package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"sync"
)

//go:embed all:islands/dist
var islandsDist embed.FS

const islandsPrefix = "/islands/"

// loadIslands reads the embedded scripts once: by the path that they are served
// at, and where each is by its name.
var loadIslands = sync.OnceValues(func() (files map[string]*file, at map[string]string) {
	root, err := fs.Sub(islandsDist, "islands/dist")
	if err != nil {
		panic(err) // the directory is named in the embed directive
	}
	files, at = make(map[string]*file), make(map[string]string)
	for name, f := range readAll(root) {
		served := islandsPrefix + name
		if island, ok := strings.CutSuffix(name, ".js"); ok {
			sum := sha256.Sum256(f.body)
			served = islandsPrefix + island + "." + hex.EncodeToString(sum[:6]) + ".js"
			f.immutable = true
			at[island] = served
		}
		files[served] = f
	}
	return files, at
})

// Island is the path of one of the pages' small scripts, such as "graph". The
// path holds a hash of the content, and may be kept for ever.
func Island(name string) (string, error) {
	_, at := loadIslands()
	path, ok := at[name]
	if !ok {
		return "", fmt.Errorf("island %s: no such script", name)
	}
	return path, nil
}

// Islands serves the pages' small scripts below /islands/, and the licences of
// what they contain as /islands/THIRD-PARTY.txt.
func Islands() http.Handler {
	files, _ := loadIslands()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		f := files[r.URL.Path]
		switch {
		case f == nil:
			http.Error(w, "not found", http.StatusNotFound)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed: a script is read with GET", http.StatusMethodNotAllowed)
		default:
			f.serve(w, r)
		}
	})
}
