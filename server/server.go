// Package server answers HTTP for a record: GraphQL, GraphiQL, and whether it is
// well. The command is in server/onrecord.
//
//	/graphql          GraphQL over HTTP, GET and POST
//	/graphiql         the query editor
//	/schema.graphql   the schema
//	/healthz          {"status": "ok", "seq": 4}
//
// # Promises
//
// A request reads one state of the record. What it may cost is bounded before it
// is executed: the body, the query, its depth, its time. A client is told what it
// did wrong and nothing of what went wrong here: that is logged under an id that
// the client is given.
package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
	"github.com/onrecord/onrecord/server/web"
)

// Options configure a server. The zero value is ready for use.
type Options struct {
	Version string
	// Log is told of what is masked from clients. If nil, slog.Default().
	Log *slog.Logger
	// MaxBody is how many bytes a request's body has at most; 0 means 1 MiB.
	MaxBody int64
	// Timeout bounds the execution of a request; 0 means 30 seconds.
	Timeout time.Duration
}

// Server is the handler of a record.
type Server struct {
	rec    *graph.Record
	opts   Options
	engine *engine.Engine
	sdl    []byte
	mux    *http.ServeMux
}

// New returns the handler of a record, which stays the caller's to close.
func New(rec *graph.Record, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	types, err := schema.Build(schema.Options{Version: o.Version})
	if err != nil {
		return nil, err
	}
	s := &Server{rec: rec, opts: o, sdl: []byte(engine.SDL(types)), mux: http.NewServeMux()}
	s.engine, err = engine.New(types, engine.Options{Cost: schema.Cost(types), OnInternal: func(ctx context.Context, id string, err error) {
		o.Log.ErrorContext(ctx, "internal error", "id", id, "err", err)
	}})
	if err != nil {
		return nil, err
	}
	page := web.Handler()
	s.mux.HandleFunc("/graphql", s.graphql)
	s.mux.Handle("/graphiql", page)
	s.mux.Handle("/graphiql/", page)
	s.mux.HandleFunc("GET /schema.graphql", s.schema)
	s.mux.HandleFunc("GET /healthz", s.health)
	s.mux.Handle("GET /{$}", http.RedirectHandler("/graphiql", http.StatusFound))
	return s, nil
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	defer func() {
		if p := recover(); p != nil {
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			s.opts.Log.ErrorContext(r.Context(), "panic", "path", r.URL.Path, "value", p)
			http.Error(w, "internal error", http.StatusInternalServerError)
		}
	}()
	s.mux.ServeHTTP(w, r)
}

func (s *Server) schema(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(s.sdl)
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	v, err := s.rec.View(r.Context())
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = json.NewEncoder(w).Encode(map[string]any{"status": "unavailable", "reason": err.Error()})
		return
	}
	defer v.Close()
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "ok", "seq": v.Head().Seq})
}

// Serve answers on a listener until ctx ends, then finishes the requests under
// way for up to ten seconds.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		return errors.Join(err, srv.Close())
	}
	return nil
}
