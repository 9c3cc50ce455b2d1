package pages

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A page as CSV (RFC 4180) is its main list: one entry a line, all of them, from
// one state of the record. The first line names the values as GraphQL does, by
// their path: said.edtf, speaker.label. Beside a node's id stands its permalink.
//
// Records end with CR LF; a value is quoted where it must be, and is otherwise
// as it is on record, line ends included. Two things are changed:
//
//   - A value that begins with = + - @, a tab, a line end, one of their full-width
//     forms or an apostrophe has an apostrophe before it, because spreadsheets
//     execute what begins so. Whoever takes one apostrophe from the beginning of
//     each value that has one gets back what is on record.
//   - U+0000, which many readers take for the end, is U+FFFD.
//
// Several values in one are separated by "; ". A list of more than maxRows is
// refused and never cut. A list that breaks off on its way breaks the
// connection, so that a part is never taken for the whole.
const maxRows = 100_000

// chunk is how many rows are asked for at once.
const chunk = 500

// chunkTime is how long a reader may take for as many.
const chunkTime = time.Minute

var mediaCSV = "text/csv; charset=utf-8; header=present"

// csv answers with a page's main list.
func (s *Site) csv(w http.ResponseWriter, r *http.Request, v *view, req *Request) {
	l := s.listOf(v)
	if l == nil {
		s.refuse(w, r, &refusal{http.StatusNotFound, "No such format", "This page has no list that could be a table. It is there as .json and .jsonld."})
		return
	}
	first, variables, err := s.begin(r, v, req, l, l.rows, map[string]any{"first": chunk, "after": orNil(req.Form.Get("after"))})
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if s.elsewhere(w, r, v, req, first) {
		return
	}
	s.table(w, r, req, l, variables, first)
}

// table answers with a list, whose first part is there already.
func (s *Site) table(w http.ResponseWriter, r *http.Request, req *Request, l *listing, variables map[string]any, first *listed) {
	if most := s.maxRows(); first.Total > most {
		s.refuse(w, r, &refusal{http.StatusBadRequest, "That is too much for one table", "The list has " + number(first.Total) + " entries, and a table has at most " + number(most) +
			": narrow it by a filter such as from and to, and ask for its parts one by one."})
		return
	}
	tag := `"` + strconv.Itoa(first.Record.Seq) + "-" + digest(first.Record.Version+" "+s.base(r)+r.URL.RequestURI()) + `"`
	h := w.Header()
	h.Set("Content-Type", mediaCSV)
	h.Set("Content-Disposition", `attachment; filename="`+filename(req)+`.csv"`)
	h.Set("ETag", tag)
	if hasTag(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.WriteHeader(standing(first.Node))
	if r.Method == http.MethodHead {
		return
	}
	t := &table{columns: l.columns, kinds: l.kinds, base: s.base(r), seq: first.Record.Seq}
	t.head()
	at := pinned(req.AsOf, first.Record.Seq)
	rc := http.NewResponseController(w)
	rows := 0
	for page := first; ; {
		for _, item := range page.Items {
			if err := t.row(item); err != nil {
				s.broken(r, err)
			}
			rows++
		}
		_ = rc.SetWriteDeadline(time.Now().Add(chunkTime)) // a writer that has no deadline needs none
		if _, err := w.Write(t.out.Bytes()); err != nil {
			return // the reader has gone
		}
		t.out.Reset()
		if !page.Page.HasNextPage {
			return
		}
		if rows >= s.maxRows() { // a search counts no further than ten thousand
			s.broken(r, &refusal{message: "more rows than were counted"})
		}
		var err error
		if page, err = s.list(r.Context(), l, l.rows, at, variables, map[string]any{"first": chunk, "after": page.Page.EndCursor}); err != nil {
			s.broken(r, err)
		}
	}
}

// hasTag reports whether who asks has what a tag stands for. The comparison is
// weak, as RFC 9110 wants for this header.
func hasTag(r *http.Request, tag string) bool {
	for item := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		if strings.TrimPrefix(strings.TrimSpace(item), "W/") == tag {
			return true
		}
	}
	return false
}

// broken ends an answer that was begun, so that it does not look whole.
func (s *Site) broken(r *http.Request, err error) {
	if r.Context().Err() == nil {
		s.opts.Log.ErrorContext(r.Context(), "a list breaks off", "path", r.URL.Path, "error", err)
	}
	panic(http.ErrAbortHandler)
}

func (s *Site) maxRows() int {
	if s.opts.MaxRows > 0 {
		return s.opts.MaxRows
	}
	return maxRows
}

// orNil is a parameter that was given; nil where it was not.
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// table is a CSV table on its way.
type table struct {
	columns []string
	kinds   map[string]string
	base    string
	seq     int
	out     bytes.Buffer
	begun   bool // a value of the record stands already
}

// permalinked reports whether a permalink stands beside a column: the ids of nodes
// whose kind is known, or is in the column whose path it returns.
func (t *table) permalinked(column string) (kind string, ok bool) {
	if t.kinds[column] != "" {
		return "", true
	}
	prefix, ok := strings.CutSuffix(column, "id")
	if !ok || prefix != "" && !strings.HasSuffix(prefix, ".") || !slices.Contains(t.columns, prefix+"kind") {
		return "", false
	}
	return prefix + "kind", true
}

func (t *table) head() {
	for _, c := range t.columns {
		t.value(c)
		if _, ok := t.permalinked(c); ok {
			t.value(strings.TrimSuffix(c, "id") + "permalink")
		}
	}
	t.end()
}

func (t *table) row(item json.RawMessage) error {
	d := json.NewDecoder(bytes.NewReader(item))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return err
	}
	for _, c := range t.columns {
		text := at(v, c)
		t.value(text)
		if kind, ok := t.permalinked(c); ok {
			link, k := "", t.kinds[c]
			if k == "" {
				k = at(v, kind)
			}
			if k != "" && text != "" {
				link = t.base + pathOf(k, text)
				if t.seq > 0 {
					link += "?asOf=" + strconv.Itoa(t.seq)
				}
			}
			t.value(link)
		}
	}
	t.end()
	return nil
}

// at is the value at a path as text: of a list all of them, of nothing none.
func at(v any, path string) string {
	switch x := v.(type) {
	case nil:
		return ""
	case []any:
		all := make([]string, 0, len(x))
		for _, e := range x {
			if s := at(e, path); s != "" {
				all = append(all, s)
			}
		}
		return strings.Join(all, "; ")
	case map[string]any:
		name, rest, _ := strings.Cut(path, ".")
		return at(x[name], rest)
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case json.Number:
		return x.String()
	}
	return ""
}

// harmless has an apostrophe before what a spreadsheet would execute.
func harmless(s string) string {
	s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠'", first) {
		return "'" + s
	}
	return s
}

func (t *table) value(s string) {
	if t.begun {
		t.out.WriteByte(',')
	}
	t.begun = true
	s = harmless(s)
	if !strings.ContainsAny(s, "\",\r\n") && strings.TrimSpace(s) == s {
		t.out.WriteString(s)
		return
	}
	t.out.WriteByte('"')
	t.out.WriteString(strings.ReplaceAll(s, `"`, `""`))
	t.out.WriteByte('"')
}

func (t *table) end() {
	t.out.WriteString("\r\n")
	t.begun = false
}
