package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/export/formats"
)

// exportCost is what an export of a part is charged. That of everything is
// charged what the dearest request costs.
const exportCost = 1000

// The trailers of an export, which say what was sent once that is known.
const (
	trailerContent = "Onrecord-Content"
	trailerNodes   = "Onrecord-Nodes"
	trailerEdges   = "Onrecord-Edges"
)

// export answers /export?format=NAME with a file, and the parameters of a
// selection (see [export.ParseSelection]); compress=gzip or zstd packs it,
// neo4j=true and history=true are as in the command.
//
// It is sent as it is read. What goes wrong before its first byte is refused as
// ever; what goes wrong later cuts the connection, so that no client takes a part
// for the whole.
func (s *Server) export(w http.ResponseWriter, r *http.Request) {
	if !s.originAllowed(r) {
		s.refuse(w, typeJSON, wrongOrigin(r))
		return
	}
	account, refused := s.begin(w, r)
	if refused != nil {
		s.refuse(w, typeJSON, refused)
		return
	}
	defer account.end()
	asked, err := s.exportOf(r.URL.RawQuery)
	if err != nil {
		s.refuse(w, typeJSON, s.refusalOf(r.Context(), err))
		return
	}
	cost := exportCost
	if asked.everything {
		cost = s.engine.MaxCost()
	}
	if refused := account.spend(cost); refused != nil {
		s.refuse(w, typeJSON, refused)
		return
	}
	release, refused := s.exportSlot(r.Context())
	if refused != nil {
		s.refuse(w, typeJSON, refused)
		return
	}
	defer release()
	view, err := s.rec.View(r.Context())
	if err != nil {
		s.refuse(w, typeJSON, s.refusalOf(r.Context(), err))
		return
	}
	defer view.Close()
	s.sendExport(w, r, view, asked)
}

// exportSlot waits until there is room for one more export.
func (s *Server) exportSlot(ctx context.Context) (release func(), refused *refusal) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	defer cancel()
	return s.exports.take(ctx)
}

// askedExport is what a request for an export asks.
type askedExport struct {
	selection  export.Selection
	format     export.Format
	options    export.Options
	compress   string
	everything bool
	query      url.Values
}

func (s *Server) exportOf(raw string) (*askedExport, error) {
	q, err := url.ParseQuery(raw)
	if err != nil {
		return nil, graph.Invalidf("the address is malformed: %w", err)
	}
	known := append([]string{"format", "compress", "neo4j", "history"}, export.Params...)
	for name, values := range q {
		if !slices.Contains(known, name) {
			return nil, graph.Invalidf("there is no parameter %q; there are %s", name, strings.Join(known, ", "))
		}
		if len(values) > 1 && slices.Index(known, name) < 4 {
			return nil, graph.Invalidf("%s: given %d times, and once is what makes sense", name, len(values))
		}
	}
	a := &askedExport{query: q, compress: q.Get("compress"), options: export.Options{Version: s.opts.Version}}
	if a.format, err = formats.Named(q.Get("format")); err != nil {
		return nil, err
	}
	if a.selection, err = export.ParseSelection(q); err != nil {
		return nil, err
	}
	for name, to := range map[string]*bool{"neo4j": &a.options.Neo4j, "history": &a.options.History} {
		if written := q.Get(name); written != "" {
			if *to, err = strconv.ParseBool(written); err != nil {
				return nil, graph.Invalidf("%s: %q is neither true nor false", name, written)
			}
		}
	}
	switch {
	case a.compress != "" && a.format.Package:
		return nil, graph.Invalidf("compress: %s is packed already", a.format.Name)
	case !slices.Contains([]string{"", "gzip", "zstd"}, a.compress):
		return nil, graph.Invalidf("compress: no way is called %q; there are gzip and zstd", a.compress)
	}
	a.everything = len(q["id"])+len(q["search"])+len(q["speaker"])+len(q["topic"])+len(q["from"])+len(q["to"]) == 0
	return a, nil
}

func (s *Server) sendExport(w http.ResponseWriter, r *http.Request, view *graph.View, a *askedExport) {
	seq := a.selection.AsOf
	if seq == 0 {
		seq = view.Head().Seq
	}
	out := &exportWriter{w: w, wait: s.opts.SendTimeout, control: http.NewResponseController(w), begin: func() {
		h := w.Header()
		name, media := fmt.Sprintf("onrecord-%d%s", seq, a.format.Extension), a.format.MediaType
		switch a.compress {
		case "gzip":
			name, media = name+".gz", "application/gzip"
		case "zstd":
			name, media = name+".zst", "application/zstd"
		}
		h.Set("Content-Type", media)
		h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Location", "/export?"+permanent(a, seq))
		h.Set("Trailer", strings.Join([]string{trailerContent, trailerNodes, trailerEdges}, ", "))
		w.WriteHeader(http.StatusOK)
	}}
	if r.Method == http.MethodHead {
		out.begin()
		return
	}
	packed, err := export.Compress(out, a.compress)
	var m *export.Manifest
	if err == nil {
		m, err = export.Export(r.Context(), view, a.selection, a.format, a.options, packed)
	}
	if err == nil {
		err = packed.Close()
	}
	if err == nil {
		h := w.Header()
		h.Set(trailerContent, m.Onrecord.Content)
		h.Set(trailerNodes, strconv.FormatInt(m.Onrecord.Nodes, 10))
		h.Set(trailerEdges, strconv.FormatInt(m.Onrecord.Edges, 10))
		return
	}
	if !out.begun {
		s.refuse(w, typeJSON, s.refusalOf(r.Context(), err))
		return
	}
	if !out.gone && !errors.Is(err, context.Canceled) {
		s.opts.Log.ErrorContext(r.Context(), "an export is cut off", "id", idOf(r.Context()), "err", err)
	}
	noted(w).codes = []string{"CUT_OFF"}
	panic(http.ErrAbortHandler) // a part must not look like the whole
}

// permanent is the query by which the same export is had again.
func permanent(a *askedExport, seq uint64) string {
	q := a.selection.Values(seq)
	for _, name := range []string{"format", "compress", "neo4j", "history"} {
		if v := a.query.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	return strings.ReplaceAll(q.Encode(), "%2C", ",")
}

// exportWriter begins the answer with its first byte. A client has as long for
// each piece of it as for a whole answer of another kind, since nobody can say
// how long all of it takes.
type exportWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	wait    time.Duration
	begin   func()
	begun   bool
	gone    bool // the client is
}

func (e *exportWriter) Write(b []byte) (int, error) {
	if !e.begun {
		e.begun = true
		e.begin()
	}
	_ = e.control.SetWriteDeadline(time.Now().Add(e.wait)) // where there is a connection
	n, err := e.w.Write(b)
	e.gone = e.gone || err != nil
	return n, err
}
