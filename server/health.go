package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/server/metrics"
)

// health answers whether the server is well. It reads the head of the record, so
// that a store that has failed shows.
func (s *Server) health(w http.ResponseWriter, r *http.Request) { s.state(w, r, "ok") }

// ready answers whether requests should be sent here. A record is open before
// its server is, so this differs from health by its word alone.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) { s.state(w, r, "ready") }

func (s *Server) state(w http.ResponseWriter, r *http.Request, word string) {
	w.Header().Set("Cache-Control", "no-store")
	v, err := s.rec.View(r.Context())
	if err != nil {
		refused := s.refusalOf(r.Context(), err)
		body, _ := json.Marshal(map[string]string{"status": "unavailable", "reason": refused.message}) // texts are always JSON
		write(w, typeJSON, http.StatusServiceUnavailable, body)
		return
	}
	defer v.Close()
	write(w, typeJSON, http.StatusOK, []byte(`{"status":"`+word+`","seq":`+strconv.FormatUint(v.Head().Seq, 10)+"}\n"))
}

// metered answers /metrics: to programs on this machine, unless the options open
// it. What stands there is how the server is used.
func (s *Server) metered(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if !s.opts.MetricsOpen && !s.addressOf(r).local {
		s.refuse(w, typeJSON, &refusal{
			status: http.StatusForbidden, code: "FORBIDDEN",
			message: "the metrics are for this machine alone; to open them, start the server with --metrics-open",
		})
		return
	}
	s.metrics.ServeHTTP(w, r)
}

// counted reads what the metrics tell of the record.
func (s *Server) counted(ctx context.Context) (metrics.State, error) {
	out := metrics.State{Nodes: make(map[string]int64), Edges: make(map[string]int64)}
	v, err := s.rec.View(ctx)
	if err != nil {
		return out, err
	}
	defer v.Close()
	out.Seq = v.Head().Seq
	totals, err := v.Totals(ctx)
	if err != nil {
		return out, err
	}
	for i := range vocab.Nodes {
		out.Nodes[vocab.Nodes[i].Name] = totals.Nodes[vocab.Nodes[i].Kind]
	}
	for i := range vocab.Edges {
		out.Edges[vocab.Edges[i].Name] = totals.Edges[vocab.Edges[i].Kind]
	}
	if s.opts.StoreUsage != nil {
		out.Bytes, err = s.opts.StoreUsage()
	}
	return out, err
}

// documentUse is how the engine's documents were of use.
func (s *Server) documentUse() metrics.Documents {
	use := s.engine.CacheUse()
	return metrics.Documents{Hits: use.Hits, Misses: use.Misses, Kept: use.Documents}
}
