package pages

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// wantsJSON reports whether an address asks for a page as data.
func wantsJSON(r *http.Request) bool {
	for _, s := range []string{".json", ".jsonld"} {
		if strings.HasSuffix(r.URL.Path, s) {
			return true
		}
	}
	return false
}

// data answers with a page as data.
func (s *Site) data(w http.ResponseWriter, r *http.Request, m *Model, body []byte, status int) {
	switch m.Request.Format {
	case "json":
		var out bytes.Buffer
		if err := json.Indent(&out, body, "", "  "); err != nil {
			s.refuse(w, r, err)
			return
		}
		out.WriteByte('\n')
		send(w, r, "application/json", status, out.Bytes())
	default:
		s.refuse(w, r, &refusal{http.StatusNotFound, "No such format", "A page is there as .json, .csv and .jsonld, and not as ." + clip(m.Request.Format) + "."})
	}
}
