package server

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/onrecord/onrecord/schema/engine"
)

// note is what is written down of a request: for the access log and the metrics.
// It never holds a query, a variable or a token.
type note struct {
	client    string
	graphql   bool
	operation string // its name
	kind      string // query, mutation or subscription
	document  string // its hash, shortened
	cost      int
	codes     []string // of the errors, each once
	refused   bool     // what was sent is no answer, only one of codes
}

// noted returns the note of the request that w answers.
func noted(w http.ResponseWriter) *note {
	for {
		switch v := w.(type) {
		case *sentWriter:
			return &v.note
		case interface{ Unwrap() http.ResponseWriter }:
			w = v.Unwrap()
		default:
			return &note{}
		}
	}
}

// took writes down what became of a request that the engine was given.
func (n *note) took(req *request, res *engine.Response) {
	n.document = req.sum[:16]
	n.operation, n.kind, n.cost, n.codes = res.Operation, res.Type, res.Cost, res.Codes()
}

// sentWriter knows what was sent of an answer.
type sentWriter struct {
	http.ResponseWriter
	note   note
	begun  bool
	status int
	bytes  int64
}

func (w *sentWriter) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.begun = true
		if w.status == 0 {
			w.status = status
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *sentWriter) Write(b []byte) (int, error) {
	w.begun = true
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets [http.ResponseController] find the connection.
func (w *sentWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// done counts and logs a request that was answered.
func (s *Server) done(r *http.Request, w *sentWriter, id string, begun time.Time) {
	took := time.Since(begun)
	n := &w.note
	status := w.status
	if status == 0 {
		status = http.StatusOK // an answer without a body
	}
	code := ""
	if len(n.codes) > 0 {
		code = n.codes[0]
	}
	if n.graphql {
		s.metrics.Answered(n.kind, status, code, took, n.cost)
	}
	if n.refused {
		s.metrics.Refused(code)
	}
	if s.opts.Access == nil {
		return
	}
	if r.Method == http.MethodHead {
		w.bytes = 0 // they are counted, and not sent
	}
	attrs := []slog.Attr{
		slog.String("method", short(r.Method, 16)), slog.String("path", short(r.URL.Path, 100)),
		slog.Int("status", status), slog.Int64("bytes", w.bytes),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("id", id), slog.String("client", n.client),
	}
	if n.document != "" {
		attrs = append(attrs, slog.String("document", n.document), slog.Int("cost", n.cost))
	}
	if n.kind != "" {
		attrs = append(attrs, slog.String("type", n.kind))
	}
	if n.operation != "" {
		attrs = append(attrs, slog.String("operation", short(n.operation, 100)))
	}
	if len(n.codes) > 0 {
		attrs = append(attrs, slog.String("codes", strings.Join(n.codes[:min(len(n.codes), 8)], ",")))
	}
	s.opts.Access.LogAttrs(context.WithoutCancel(r.Context()), slog.LevelInfo, "request", attrs...)
}

// short cuts what a client may make as long as it likes.
func short(s string, most int) string {
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
