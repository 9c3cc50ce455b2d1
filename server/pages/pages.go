package pages

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/onrecord/onrecord/server/web"
)

// Options configure the pages.
type Options struct {
	// Ask puts a question to the record and returns the answer as GraphQL gives
	// it: {"data": …, "errors": […]}. On whose behalf is in the context.
	Ask func(context.Context, Question) ([]byte, error)
	// SignIn returns the context of whom a token's secret was given to, or why it
	// is refused, in words for the reader. If nil, nobody can sign in.
	SignIn func(ctx context.Context, secret string) (context.Context, Who, error)
	// Log is told of what is masked from readers. If nil, slog.Default().
	Log *slog.Logger
	// Live says that Ask's record can be followed, by a subscription to
	// revisions over server-sent events at /graphql.
	Live bool
	// Now is the time of day. If nil, time.Now.
	Now func() time.Time
	// Base is the address by which others reach the pages, as in
	// https://record.example.org. If empty, a request's own host is taken.
	Base string
	// Embed lists who may show the embeds in a frame, as frame-ancestors of a
	// content security policy lists them: https://news.example. If empty, anyone.
	Embed []string
	// Proofs says that /cite/ID answers with a citation that carries its proof.
	Proofs bool
	// Shared says that a page is the same for whoever asks, without SignIn then:
	// caches on the way may keep it for a minute.
	Shared bool
	// Closed says that reading needs a token. Then no cache on the way may keep
	// what it was shown on behalf of one.
	Closed bool
	// MaxRows is how many rows a list may have as CSV; 0 means 100,000. A kept
	// timeline has no more of them either, and 2,000 at most.
	MaxRows int
	// MaxLocations is how many addresses a part of the sitemap has; 0 means 50,000.
	MaxLocations int
}

// Site answers with pages.
type Site struct {
	opts      Options
	documents map[string]*document
	templates *template.Template
	assets    *assets
	sessions  sessions
	decision  string // the mutation that the desk sends
	guard     *http.CrossOriginProtection
	sheets    *sheets
	sitemap   *sitemap
	schema    schema
	lists     []string // the pages that are of no node
}

// New prepares the pages.
func New(o Options) (*Site, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Site{opts: o, guard: http.NewCrossOriginProtection()}
	err := o.check()
	if err != nil {
		return nil, err
	}
	mutation, err := queries.ReadFile("queries/decide.graphql")
	if err != nil {
		return nil, err
	}
	s.decision = string(mutation)
	if s.documents, err = documents(); err != nil {
		return nil, err
	}
	if s.assets, err = newAssets(); err != nil {
		return nil, err
	}
	if s.sheets, err = newSheets(); err != nil {
		return nil, err
	}
	if s.templates, err = s.parse(); err != nil {
		return nil, err
	}
	s.sitemap, err = newSitemap(s)
	return s, err
}

// Mux takes a page with the pattern, of a [http.ServeMux], that it answers.
type Mux func(pattern string, h http.Handler)

// Handle adds a page.
func (m Mux) Handle(pattern string, h http.Handler) { m(pattern, h) }

// HandleFunc adds a page.
func (m Mux) HandleFunc(pattern string, h http.HandlerFunc) { m(pattern, h) }

// Register adds the pages to a mux.
func (s *Site) Register(mux Mux) {
	get := func(path string, v *view) { mux.HandleFunc("GET "+path, s.page(v)) }
	s.listed(mux, "/{$}", front)
	s.listed(mux, "/search", search)
	for _, ext := range []string{"", ".json", ".jsonld"} {
		mux.HandleFunc("GET /graph"+ext, s.graph())
	}
	get("/suggest", suggestView)
	mux.Handle(islandsPath, web.Islands())
	for _, b := range browses {
		s.listed(mux, "/"+b.name, b.view())
	}
	for kind, v := range nodeViews {
		get("/"+kind+"/{id}", v)
	}
	get(deskPath, desk)
	for path, f := range map[string]http.HandlerFunc{deskPath: s.decide, "/sign-in": s.signIn, "/sign-out": s.signOut} {
		mux.Handle("POST "+path, s.guard.Handler(limited(f)))
	}
	mux.HandleFunc("GET /build", s.build)
	mux.HandleFunc("GET /build.json", s.build)
	mux.HandleFunc("GET /build.csv", s.build)
	for kind, v := range embeds {
		mux.HandleFunc("GET "+embedPath+kind+"/{id}", s.embed(v))
	}
	mux.HandleFunc("GET /oembed", s.oembed)
	mux.HandleFunc("GET /sitemap.xml", s.sitemap.index)
	mux.HandleFunc("GET /sitemap/{part}", s.sitemap.one)
	mux.HandleFunc("GET /robots.txt", s.robots)
	mux.Handle("GET "+assetsPath, s.assets)
}

// listed adds a page that is of no node, and the same page as data.
func (s *Site) listed(mux Mux, path string, v *view) {
	h := s.page(v)
	mux.HandleFunc("GET "+path, h)
	s.lists = append(s.lists, strings.TrimSuffix(path, "{$}"))
	for _, f := range formats {
		mux.HandleFunc("GET "+strings.Replace(path, "/{$}", "/index", 1)+"."+f.Ext, h)
	}
}

// pathOf is the address of a node's page.
func pathOf(kind, id string) string { return "/" + strings.ToLower(kind) + "/" + id }

// view is a kind of page.
type view struct {
	name string // of its document and its template
	kind string // of its node, in upper case; "" where it is of none
	list string // the document of its main list; "" where its own holds it
	// template fills the page; "" where it is called as the document is.
	template string
	// variables are what the document asks with, from the address; nil where the
	// address asks for nothing yet.
	variables func(*Site, *Request) (map[string]any, error)
	// prepare computes what the template needs beyond the answer.
	prepare func(context.Context, *Site, *Model) error
}

// nodeViews are the pages of nodes, by the first part of their address.
var nodeViews = map[string]*view{
	"claim": claim, "statement": statement, "speaker": speaker, "event": event, "agreement": agreement, "topic": topic, "place": place,
	"source": published, "capture": archived, "stance": stance, "review": review,
}

// kindOf is the kind that the first part of a node's address names.
func kindOf(name string) string { return strings.ToUpper(name) }

// Request is what an address asks for.
type Request struct {
	Path   string // of the page, without the format
	ID     string
	Format string // "", or one of formats
	Form   url.Values
	AsOf   asOf

	Download bool // the file is to be kept
}

// Model is what a template is filled with.
type Model struct {
	*Answer
	Request  *Request
	View     string
	Title    string
	Summary  string // one line, for those who share the page
	Question Question
	Body     any // what prepare made
	Assets   *assets
	Base     string
	Who      *Who // who has signed in, if anybody

	site *Site
	view *view
	live bool
	kept bool // it is read away from here, so that its links are whole and permanent
}

// limited bounds what a form may send.
func limited(f http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		f(w, r)
	}
}

// policy is the content security policy of the pages: this origin alone, no
// inline script, no inline style.
const policy = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func (s *Site) page(v *view) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", s.caching())
		req, err := s.request(r, v)
		if err == nil && !s.has(v, req.Format) {
			err = s.noFormat(v, req.Format)
		}
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		switch req.Format {
		case "csv":
			s.csv(w, r, v, req)
			return
		case "atom", "feed.json":
			s.feed(w, r, v, req)
			return
		case "html":
			s.offline(w, r, v, req)
			return
		}
		m, body, err := s.load(r, v, req)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		if m.Node != nil && v.kind != "" && m.Node.Kind != v.kind {
			http.Redirect(w, r, m.Node.Path()+suffix(m.Request.Format)+query(r.URL.RawQuery), http.StatusMovedPermanently)
			return
		}
		status := standing(m.Node)
		if m.Request.Format != "" {
			s.data(w, r, m, body, status)
			return
		}
		var out bytes.Buffer
		if err := s.templates.ExecuteTemplate(&out, cmp.Or(v.template, v.name)+".html", m); err != nil {
			s.refuse(w, r, err)
			return
		}
		send(w, r, "text/html; charset=utf-8", status, out.Bytes())
	}
}

// caching is how long a page may be kept without asking for it again.
func (s *Site) caching() string {
	switch {
	case s.opts.Closed:
		return "private, no-cache"
	case s.opts.Shared:
		return "public, max-age=60"
	}
	return "no-cache"
}

func suffix(format string) string {
	if format == "" {
		return ""
	}
	return "." + format
}

func query(raw string) string {
	if raw == "" {
		return ""
	}
	return "?" + raw
}

// load asks a page's question.
func (s *Site) load(r *http.Request, v *view, req *Request) (*Model, []byte, error) {
	variables, err := v.variables(s, req)
	if err != nil {
		return nil, nil, err
	}
	document := s.documents[v.name]
	if variables == nil {
		document = s.documents["state"] // nothing is asked yet
	}
	m := &Model{Request: req, View: v.name, Assets: s.assets, Base: s.base(r), site: s, view: v, live: s.opts.Live, Question: document.question(req.AsOf, variables)}
	var ctx context.Context
	ctx, m.Who = s.signed(r)
	body, err := s.opts.Ask(ctx, m.Question)
	if err != nil {
		return nil, nil, err
	}
	if m.Answer, err = decode(body); err != nil {
		return nil, nil, err
	}
	if v.kind != "" && m.Node == nil {
		return nil, nil, notOnRecord(req.ID)
	}
	if v.kind != "" && m.Node.Kind != v.kind {
		return m, body, nil
	}
	return m, body, v.prepare(ctx, s, m)
}

// ask puts a question of a page beyond its first.
func (s *Site) ask(ctx context.Context, m *Model, document string, variables map[string]any) (*Answer, error) {
	body, err := s.opts.Ask(ctx, s.documents[document].question(m.Request.AsOf, variables))
	if err != nil {
		return nil, err
	}
	return decode(body)
}

func (s *Site) request(r *http.Request, v *view) (*Request, error) {
	req := &Request{Form: r.URL.Query()}
	if req.Path, req.Format = split(r.URL.Path); v.kind != "" {
		req.ID, _, _ = strings.Cut(r.PathValue("id"), ".")
	}
	req.Download = req.Form.Has("download")
	req.Form.Del("download")
	var err error
	req.AsOf, err = parseAsOf(req.Form.Get("asOf"))
	return req, err
}

// base is the address that others reach the pages by.
func (s *Site) base(r *http.Request) string {
	if s.opts.Base != "" {
		return strings.TrimRight(s.opts.Base, "/")
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// send answers with a body, or with 304 to who has it.
func send(w http.ResponseWriter, r *http.Request, media string, status int, body []byte) {
	sendAt(w, r, media, status, body, time.Time{})
}

// sendAt is send with the time of the last change, for who asks by it.
func sendAt(w http.ResponseWriter, r *http.Request, media string, status int, body []byte, changed time.Time) {
	sum := sha256.Sum256(body)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
	h := w.Header()
	h.Set("Content-Type", media)
	if status != http.StatusOK {
		w.WriteHeader(status)
		_, _ = w.Write(body) // that a reader has gone is no error
		return
	}
	h.Set("ETag", tag)
	http.ServeContent(w, r, "", changed, bytes.NewReader(body))
}
