// Package metrics counts what a server does, in the form that Prometheus reads.
//
// A [Metrics] is told of each request by Answered, and asks for the rest when it
// is read: how large the record is, how documents were kept, what the process
// takes. Every name begins with onrecord_, but those of Go and of the process.
//
// # Promises
//
// No label has a value that a client can choose: neither the name of an
// operation, nor a path, nor who asked. What is counted costs an answer less
// than a microsecond. Names and labels are added to, and not changed.
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Options say where the metrics get what they are not told.
type Options struct {
	Version string // of the program

	// State reads the record. Nil leaves it out.
	State func(context.Context) (State, error)

	// Documents says how parsed documents were kept. Nil leaves it out.
	Documents func() Documents
}

// State is what the record holds.
type State struct {
	Seq   uint64
	Nodes map[string]int64 // by kind
	Edges map[string]int64 // by kind
	Bytes map[string]int64 // on disk, by what for; nil where nobody knows
}

// Documents is the use of the documents that are kept parsed.
type Documents struct {
	Hits, Misses uint64
	Kept         int
}

// Metrics are those of one server. They are safe for concurrent use.
type Metrics struct {
	handler   http.Handler
	requests  *prometheus.CounterVec
	duration  *prometheus.HistogramVec
	cost      prometheus.Histogram
	active    prometheus.Gauge
	refused   *prometheus.CounterVec
	documents *prometheus.CounterVec
	followers prometheus.Gauge

	mu    sync.Mutex // guards codes
	codes map[string]bool
}

// maxCodes is how many codes of errors are told apart. They are written in the
// source, so there are fewer; this is for the mistake of making one up.
const maxCodes = 100

// New makes metrics in which nothing was counted yet.
func New(o Options) *Metrics {
	m := &Metrics{
		codes: make(map[string]bool),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "onrecord_graphql_requests_total",
			Help: "Requests to /graphql, by type of operation (none where there is none that is valid), HTTP status, and extensions.code of the first error.",
		}, []string{"type", "status", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "onrecord_graphql_request_duration_seconds",
			Help: "From the header of a request to the end of its answer, by type of operation.", Buckets: prometheus.ExponentialBuckets(0.0005, 2.5, 13),
		}, []string{"type"}),
		cost: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "onrecord_graphql_cost",
			Help: "The price of requests, executed or not.", Buckets: prometheus.ExponentialBuckets(10, 3, 10),
		}),
		active: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "onrecord_graphql_requests_in_flight", Help: "Requests to /graphql that are being answered.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "onrecord_refused_requests_total",
			Help: "Requests to any address that were refused before anything was executed, by code.",
		}, []string{"code"}),
		followers: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "onrecord_graphql_subscriptions", Help: "Subscriptions that are being answered.",
		}),
		documents: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "onrecord_persisted_documents_total",
			Help: "How requests came by their document: from the list, learned before, sent, or not at all.",
		}, []string{"way"}),
	}
	registry := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "onrecord_build_info", Help: "1, for the version.", ConstLabels: prometheus.Labels{"version": o.Version},
	})
	build.Set(1)
	registry.MustRegister(
		m.requests, m.duration, m.cost, m.active, m.refused, m.documents, m.followers, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	if o.State != nil {
		registry.MustRegister(recordCollector{o.State})
	}
	if o.Documents != nil {
		registry.MustRegister(documentCollector{o.Documents})
	}
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorHandling:       promhttp.ContinueOnError, // what is there is worth more than nothing
		MaxRequestsInFlight: 4,
		Timeout:             10 * time.Second,
	})
	return m
}

// ServeHTTP answers with all that was counted.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// Begun counts a request as being answered until the func is called.
func (m *Metrics) Begun() (ended func()) {
	m.active.Inc()
	return m.active.Dec
}

// Subscribed counts a subscription until the func is called.
func (m *Metrics) Subscribed() (ended func()) {
	m.followers.Inc()
	return m.followers.Dec
}

// Refused counts a request that was refused.
func (m *Metrics) Refused(code string) { m.refused.WithLabelValues(m.known(code)).Inc() }

// Answered counts an answer. The type is empty where there was no operation, the
// code where there was no error.
func (m *Metrics) Answered(typ string, status int, code string, took time.Duration, cost int) {
	if typ == "" {
		typ = "none"
	}
	m.requests.WithLabelValues(typ, strconv.Itoa(status), m.known(code)).Inc()
	m.duration.WithLabelValues(typ).Observe(took.Seconds())
	if typ != "none" {
		m.cost.Observe(float64(cost))
	}
}

// Document counts how a request came by its document.
func (m *Metrics) Document(way string) { m.documents.WithLabelValues(way).Inc() }

// known bounds the values of the label for codes.
func (m *Metrics) known(code string) string {
	if code == "" {
		return "OK"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.codes[code] {
		if len(m.codes) == maxCodes {
			return "OTHER"
		}
		m.codes[code] = true
	}
	return code
}

var (
	seqDesc   = prometheus.NewDesc("onrecord_record_seq", "The last revision of the record.", nil, nil)
	nodesDesc = prometheus.NewDesc("onrecord_record_nodes", "Nodes that are not retracted, by kind.", []string{"kind"}, nil)
	edgesDesc = prometheus.NewDesc("onrecord_record_edges", "Edges of every status, by kind.", []string{"kind"}, nil)
	bytesDesc = prometheus.NewDesc("onrecord_store_bytes", "What the record takes on disk, by what for.", []string{"part"}, nil)
	hitsDesc  = prometheus.NewDesc("onrecord_parsed_documents_total", "Queries whose document was there parsed and valid already, or was not.", []string{"hit"}, nil)
	keptDesc  = prometheus.NewDesc("onrecord_parsed_documents", "Documents that are kept parsed and planned.", nil, nil)
)

// recordCollector reads the record when the metrics are read.
type recordCollector struct {
	state func(context.Context) (State, error)
}

// Describe implements [prometheus.Collector].
func (recordCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{seqDesc, nodesDesc, edgesDesc, bytesDesc} {
		ch <- d
	}
}

// Collect implements [prometheus.Collector].
func (c recordCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s, err := c.state(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(seqDesc, err)
		return
	}
	ch <- prometheus.MustNewConstMetric(seqDesc, prometheus.GaugeValue, float64(s.Seq))
	for kind, n := range s.Nodes {
		ch <- prometheus.MustNewConstMetric(nodesDesc, prometheus.GaugeValue, float64(n), kind)
	}
	for kind, n := range s.Edges {
		ch <- prometheus.MustNewConstMetric(edgesDesc, prometheus.GaugeValue, float64(n), kind)
	}
	for part, n := range s.Bytes {
		ch <- prometheus.MustNewConstMetric(bytesDesc, prometheus.GaugeValue, float64(n), part)
	}
}

// documentCollector reads how documents were kept.
type documentCollector struct {
	use func() Documents
}

// Describe implements [prometheus.Collector].
func (documentCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- hitsDesc
	ch <- keptDesc
}

// Collect implements [prometheus.Collector].
func (c documentCollector) Collect(ch chan<- prometheus.Metric) {
	d := c.use()
	ch <- prometheus.MustNewConstMetric(hitsDesc, prometheus.CounterValue, float64(d.Hits), "true")
	ch <- prometheus.MustNewConstMetric(hitsDesc, prometheus.CounterValue, float64(d.Misses), "false")
	ch <- prometheus.MustNewConstMetric(keptDesc, prometheus.GaugeValue, float64(d.Kept))
}
