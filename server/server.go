package server

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/tree"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
	"github.com/onrecord/onrecord/server/metrics"
	"github.com/onrecord/onrecord/server/web"
)

// Options configure a server. The zero value is ready for use.
type Options struct {
	// Version of the program, as RecordInfo gives it.
	Version string
	// Log is told of what is masked from clients. If nil, slog.Default().
	Log *slog.Logger
	// Access is told of every request that was answered. If nil, nobody is.
	Access *slog.Logger

	// Documents, if not nil, are the only ones that are executed. Clients may name
	// them in place of sending them, by their ids here or by the sums of their
	// texts. If nil, any is executed, and clients may name what they have sent.
	Documents map[string]string

	// Hosts are the names by which this server is called, beside localhost.
	// If empty, any name will do, but for a listener on the loopback interface.
	Hosts []string
	// Origins are those whose pages may ask and read, as https://example.org.
	// If empty, no page but those of this server may.
	Origins []string
	// TrustedProxies are believed when they say for whom they ask.
	TrustedProxies []netip.Prefix
	// MetricsOpen answers /metrics to everybody, not to this machine alone.
	MetricsOpen bool
	// StoreUsage says how many bytes the record takes on disk, by what for. If
	// nil, the metrics do not.
	StoreUsage func() (map[string]int64, error)

	// Rate is the cost that a client may spend each second in the long run. 0
	// means 10,000, and nothing for programs on this machine; below 0 it means
	// that nobody is limited.
	Rate       int
	Burst      int // the cost that a client may spend at once; 0 means 20 seconds of Rate, and never less than one request may cost
	Concurrent int // requests of a client at a time; 0 means 32
	Executions int // of all clients at a time; 0 means 16 for each processor, and at least 64
	Waiting    int // for an execution; 0 means 16 for each execution
	Streams    int // of events, WebSockets, and what is under way on those, of all clients at a time; 0 means 4,096

	// Tokens tells whose a token is. If nil, there is none, and nobody may write.
	Tokens Tokens
	// Closed says that reading needs a token too. It needs Tokens.
	Closed bool

	// Base is the address by which others reach this server, as in
	// https://record.example.org. If empty, a request's own host is taken.
	Base string
	// Embed lists who may show the pages for embedding in a frame; anyone if empty.
	Embed []string
	// Signer signs the state of the log. If nil, no checkpoints are served.
	Signer *tree.Signer
	// ReadOnly says that nobody can write here, not even with a token.
	ReadOnly bool

	MaxBody       int64         // bytes of a request's body; 0 means 1 MiB
	Timeout       time.Duration // of the execution of a request; 0 means 30 seconds
	HeaderTimeout time.Duration // until a request's header is there; 0 means 10 seconds
	BodyTimeout   time.Duration // until the whole request is there; 0 means 30 seconds
	SendTimeout   time.Duration // until a client has read its answer; 0 means 30 seconds
	IdleTimeout   time.Duration // of a connection between two requests; 0 means 2 minutes
	InitTimeout   time.Duration // until a WebSocket was initialised; 0 means 3 seconds
	SlowTimeout   time.Duration // until a subscriber has taken an event, before it is told to come again; 0 means 10 seconds
	Heartbeat     time.Duration // between two signs of life on a stream; 0 means 15 seconds
	StopTimeout   time.Duration // for the requests under way when the server is stopped; 0 means 10 seconds

	rateDefault bool // Rate was not given
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 1 << 20
	}
	def := func(d *time.Duration, seconds time.Duration) {
		if *d <= 0 {
			*d = seconds * time.Second
		}
	}
	def(&o.Timeout, 30)
	def(&o.HeaderTimeout, 10)
	def(&o.BodyTimeout, 30)
	def(&o.SendTimeout, 30)
	def(&o.IdleTimeout, 120)
	def(&o.InitTimeout, 3)
	def(&o.SlowTimeout, 10)
	def(&o.Heartbeat, 15)
	def(&o.StopTimeout, 10)
	count := func(n *int, without int) {
		if *n <= 0 {
			*n = without
		}
	}
	if o.rateDefault = o.Rate == 0; o.rateDefault {
		o.Rate = 10_000
	}
	count(&o.Burst, 20*o.Rate)
	count(&o.Concurrent, 32)
	count(&o.Executions, max(64, 16*runtime.GOMAXPROCS(0)))
	count(&o.Waiting, 16*o.Executions)
	count(&o.Streams, 4096)
	return o
}

// Server is the handler of a record.
type Server struct {
	rec    *graph.Record
	opts   Options
	engine *engine.Engine
	sdl    []byte
	sdlTag string
	mux    *http.ServeMux

	handler   http.Handler // mux, with what is done for every page
	metrics   *metrics.Metrics
	documents *documents
	budgets   *budgets // nil where nobody is limited
	slots     *slots
	streams   *streams
	exports   *slots
	newest    newest
	failed    failures
}

// New returns the handler of a record, which stays the caller's to close.
func New(rec *graph.Record, o Options) (*Server, error) {
	o = o.withDefaults()
	if o.Closed && o.Tokens == nil {
		return nil, errors.New("server: closed, and without tokens: nobody could ask")
	}
	types, err := schema.Build(schema.Options{Version: o.Version})
	if err != nil {
		return nil, err
	}
	s := &Server{rec: rec, opts: o, sdl: []byte(engine.SDL(types)), mux: http.NewServeMux()}
	s.sdlTag = `W/"` + sumOf(string(s.sdl))[:32] + `"`
	mutate := schema.Writer(rec)
	if o.ReadOnly {
		mutate = schema.ReadOnly
	}
	s.engine, err = engine.New(types, engine.Options{Cost: schema.Cost(types), Mutate: mutate, Timeout: o.Timeout, OnInternal: s.internal})
	if err != nil {
		return nil, err
	}
	if s.opts.Hosts, err = checkHosts(o.Hosts); err != nil {
		return nil, err
	}
	if s.opts.Origins, err = checkOrigins(o.Origins); err != nil {
		return nil, err
	}
	if s.documents, err = newDocuments(o.Documents, s.engine.Check); err != nil {
		return nil, err
	}
	if o.Rate > 0 {
		s.budgets = newBudgets(o.Rate, max(o.Burst, s.engine.MaxCost()), o.Concurrent)
	}
	s.slots, s.streams = newSlots(o.Executions, o.Waiting), newStreams(o.Streams)
	s.exports = newSlots(max(2, o.Executions/16), o.Executions)
	s.metrics = metrics.New(metrics.Options{Version: o.Version, State: s.counted, Documents: s.documentUse})
	return s, s.routes()
}

// Check says what is wrong with options, for who has no record yet.
func Check(o Options) error {
	_, err := New(nil, o)
	return err
}

// routes lists the addresses.
func (s *Server) routes() error {
	for path, h := range map[string]http.HandlerFunc{graphqlPath: s.admitted(s.graphql), "GET /schema.graphql": s.schema} {
		packed, err := compressed(h)
		if err != nil {
			return err
		}
		s.mux.Handle(path, packed)
	}
	page := web.Handler()
	s.mux.Handle("/graphiql", page)
	s.mux.Handle("/graphiql/", page)
	s.mux.HandleFunc("GET /export", s.admitted(s.export))
	s.mux.HandleFunc("GET /checkpoint", s.logged(checkpointCost, s.checkpoint))
	s.mux.HandleFunc("GET /checkpoint/key", s.logged(leastCost, s.checkpointKey))
	s.mux.HandleFunc("GET /cite/{id}", s.logged(citeCost, s.cite))
	s.mux.HandleFunc("GET /tile/", s.logged(hashTileCost, s.tile))
	s.mux.HandleFunc("GET /tile/entries/", s.logged(leafTileCost, s.tile))
	s.mux.HandleFunc("GET /healthz", s.health)
	s.mux.HandleFunc("GET /readyz", s.ready)
	s.mux.HandleFunc("GET /metrics", s.metered)
	s.handler = withCORS(s.mux, s.opts.Origins)
	return s.site()
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begun := time.Now()
	id := requestID(r)
	h := w.Header()
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'") // a page sets its own
	sent := &sentWriter{ResponseWriter: w}
	sent.note.client = s.addressOf(r).ip.String()
	defer func() {
		p := recover()
		if p == nil {
			s.done(r, sent, id, begun)
			return
		}
		sent.note.codes = []string{engine.CodeInternal}
		err, ok := p.(error)
		cut := ok && errors.Is(err, http.ErrAbortHandler)
		if !cut {
			s.opts.Log.ErrorContext(r.Context(), "panic", "id", id, "path", r.URL.Path, "value", p, "stack", string(debug.Stack()))
			if cut = sent.begun; !cut {
				s.refuse(sent, typeJSON, &refusal{status: http.StatusInternalServerError, code: engine.CodeInternal, message: "internal error"})
			}
		}
		s.done(r, sent, id, begun)
		if cut {
			panic(http.ErrAbortHandler) // half an answer must not look like a whole one
		}
	}()
	if !s.hostAllowed(r) {
		s.refuse(sent, typeJSON, wrongHost(r.Host))
		return
	}
	s.handler.ServeHTTP(sent, r.WithContext(withPeer(withID(r.Context(), id), s.addressOf(r).ip)))
}

// schema answers with the SDL. Its ETag is weak, so that it is right for every
// content encoding.
func (s *Server) schema(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("ETag", s.sdlTag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.sdl))
}
