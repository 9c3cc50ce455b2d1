package pages

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// format is one form in which a page is there as data.
type format struct {
	Ext   string // behind the page's address
	Name  string
	Media string
}

// formats are all of them. Which a page has follows from its document: a table
// needs a list, a feed one whose items are nodes.
var formats = []format{
	{"json", "JSON", "application/json"},
	{"csv", "CSV", "text/csv"},
	{"jsonld", "JSON-LD", "application/ld+json"},
	{"atom", "Atom feed", "application/atom+xml"},
	{"feed.json", "JSON feed", "application/feed+json"},
	{"html", "one file, for offline", "text/html"},
}

func formatOf(ext string) (format, bool) {
	for _, f := range formats {
		if f.Ext == ext {
			return f, true
		}
	}
	return format{}, false
}

// listOf is how the main list of a kind of page is asked for; nil for none.
func (s *Site) listOf(v *view) *listing {
	name := v.name
	if v.list != "" {
		name = v.list
	}
	return s.documents[name].list
}

// has reports whether a page is there in a format.
func (s *Site) has(v *view, ext string) bool {
	l := s.listOf(v)
	switch ext {
	case "", "json", "jsonld":
		return true
	case "csv":
		return l != nil
	case "atom", "feed.json":
		return l != nil && l.keys != nil
	case "html":
		return l != nil && l.field == "timeline"
	}
	return false
}

// Format is a page as data, with its address.
type Format struct {
	Name, Media, Address string
	Feed, Download       bool
}

// Formats are the forms in which the page is there as data.
func (m *Model) Formats() []Format {
	var out []Format
	for _, f := range formats {
		if m.site == nil || m.view == nil || m.view == desk || !m.site.has(m.view, f.Ext) {
			continue
		}
		out = append(out, Format{f.Name, f.Media, m.InFormat(f.Ext), f.Ext == "atom" || f.Ext == "feed.json", f.Ext == "html"})
	}
	return out
}

// extension is the format that an address asks for: what stands behind the first
// dot of its last part.
func extension(address string) string {
	_, ext, _ := strings.Cut(path.Base(address), ".")
	return ext
}

// split takes an address apart into that of the page and the format. The front
// page as data is /index.json, since "/" has no name to put it behind.
func split(address string) (page, ext string) {
	if ext = extension(address); ext == "" {
		return address, ""
	}
	if page = strings.TrimSuffix(address, "."+ext); page == "/index" {
		page = "/"
	}
	return page, ext
}

// InFormat is the address of the page as data. All of a list is meant, and not
// the part that the page shows.
func (m *Model) InFormat(ext string) string {
	page := m.Request.Path
	if page == "/" {
		page = "/index"
	}
	form := cloneForm(m.Request.Form)
	if ext != "json" && ext != "jsonld" {
		form.Del("after")
		form.Del("before")
	}
	return page + "." + ext + query(form.Encode())
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
	case "jsonld":
		out, err := m.linkedData("  ")
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		send(w, r, "application/ld+json", status, append(out, '\n'))
	}
}

// noFormat is the answer where a page is not there in a format.
func (s *Site) noFormat(v *view, ext string) error {
	var there []string
	for _, f := range formats {
		if s.has(v, f.Ext) {
			there = append(there, "."+f.Ext)
		}
	}
	return &refusal{http.StatusNotFound, "No such format", "This page is there as " + strings.Join(there, ", ") + ", and not as ." + clip(ext) + "."}
}

// begin asks for the first part of a page's main list.
func (s *Site) begin(r *http.Request, v *view, req *Request, l *listing, d *document, page map[string]any) (*listed, map[string]any, error) {
	variables, err := v.variables(s, req)
	if err != nil {
		return nil, nil, err
	}
	if variables == nil { // the address asks for nothing yet
		a, err := s.ask(r.Context(), &Model{Request: req}, "state", nil)
		if err != nil {
			return nil, nil, err
		}
		return &listed{Record: a.Record}, nil, nil
	}
	first, err := s.list(r.Context(), l, d, req.AsOf, variables, page)
	if err == nil && v.kind != "" && first.Node == nil {
		err = notOnRecord(req.ID)
	}
	return first, variables, err
}

// elsewhere leads on to the address that a node has by its kind.
func (s *Site) elsewhere(w http.ResponseWriter, r *http.Request, v *view, req *Request, l *listed) bool {
	if l.Node == nil || v.kind == "" || l.Node.Kind == v.kind {
		return false
	}
	http.Redirect(w, r, l.Node.Path()+suffix(req.Format)+query(r.URL.RawQuery), http.StatusMovedPermanently)
	return true
}

// standing is the status of a page about a node.
func standing(n *Node) int {
	if n != nil && n.Retracted {
		return http.StatusGone
	}
	return http.StatusOK
}

// pinned keeps what is asked in several parts to one state of the record.
func pinned(at asOf, seq int) asOf {
	if at.given() || seq == 0 {
		return at
	}
	return asOf{Seq: seq, raw: strconv.Itoa(seq)}
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// filename is what a page as data is called where it is kept.
func filename(req *Request) string {
	name := strings.Trim(strings.ReplaceAll(req.Path, "/", "-"), "-")
	if name == "" {
		name = "newest"
	}
	name = "onrecord-" + name
	if req.AsOf.Seq > 0 {
		name += "-at-" + strconv.Itoa(req.AsOf.Seq)
	}
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
}
