package metrics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

func read(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// What is counted is there to be read, and is written as Prometheus would have
// it.
func TestMetrics(t *testing.T) {
	t.Parallel()
	m := New(Options{
		Version: "v1",
		State: func(context.Context) (State, error) {
			return State{Seq: 5, Nodes: map[string]int64{"CLAIM": 3}, Edges: map[string]int64{"SAID": 4}, Bytes: map[string]int64{"tables": 6}}, nil
		},
		Documents: func() Documents { return Documents{Hits: 7, Misses: 8, Kept: 9} },
	})
	m.Begun()
	m.Answered("query", 200, "", time.Millisecond, 50)
	m.Answered("", 429, "RATE_LIMITED", time.Millisecond, 0)
	m.Refused("WRONG_HOST")
	m.Document("learned")
	m.Subscribed()
	m.Subscribed()()
	text := read(t, m)
	for _, want := range []string{
		`onrecord_graphql_requests_total{code="OK",status="200",type="query"} 1`,
		`onrecord_graphql_requests_total{code="RATE_LIMITED",status="429",type="none"} 1`,
		`onrecord_graphql_request_duration_seconds_count{type="query"} 1`,
		`onrecord_graphql_cost_sum 50`,
		`onrecord_graphql_requests_in_flight 1`,
		`onrecord_persisted_documents_total{way="learned"} 1`,
		`onrecord_refused_requests_total{code="WRONG_HOST"} 1`,
		`onrecord_graphql_subscriptions 1`,
		`onrecord_build_info{version="v1"} 1`,
		`onrecord_record_seq 5`,
		`onrecord_record_nodes{kind="CLAIM"} 3`,
		`onrecord_record_edges{kind="SAID"} 4`,
		`onrecord_store_bytes{part="tables"} 6`,
		`onrecord_parsed_documents_total{hit="true"} 7`,
		`onrecord_parsed_documents 9`,
		`go_goroutines `,
		`process_start_time_seconds `,
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("no %s", want)
		}
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Errorf("it cannot be parsed: %v", err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "onrecord_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// A record that cannot be read leaves the rest readable.
func TestWithoutRecord(t *testing.T) {
	t.Parallel()
	m := New(Options{State: func(context.Context) (State, error) { return State{}, errors.New("gone") }})
	if text := read(t, m); !strings.Contains(text, "go_goroutines") || strings.Contains(text, "onrecord_record_seq") {
		t.Errorf("got %.300s", text)
	}
}

// However many codes there are, the label has few values.
func TestCodesAreBounded(t *testing.T) {
	t.Parallel()
	m := New(Options{})
	for i := range 1000 {
		m.Answered("query", 200, fmt.Sprint("CODE_", i), 0, 0)
	}
	text := read(t, m)
	if n := strings.Count(text, "\nonrecord_graphql_requests_total{"); n != maxCodes+1 {
		t.Errorf("%d values of code, want %d and OTHER", n, maxCodes)
	}
	if !strings.Contains(text, `code="OTHER",status="200",type="query"} 900`) {
		t.Error("what is beyond them is not counted as OTHER")
	}
}
