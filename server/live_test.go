package server

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// live is a server whose record a test writes.
type live struct {
	t     *testing.T
	rec   *graph.Record
	srv   *Server
	addr  string
	log   *logged
	stop  context.CancelFunc
	ended chan error
}

// serveLive serves an empty record until the test ends.
func serveLive(t *testing.T, o Options) *live {
	t.Helper()
	rec, err := graph.Open(t.Context(), memkv.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := &live{t: t, rec: rec, log: &logged{}, ended: make(chan error, 1)}
	o.Log = slog.New(slog.NewTextHandler(x.log, nil))
	if x.srv, err = New(rec, o); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x.addr = l.Addr().String()
	var ctx context.Context
	ctx, x.stop = context.WithCancel(context.Background())
	go func() {
		x.ended <- Serve(ctx, l, x.srv)
		close(x.ended)
	}()
	t.Cleanup(func() {
		x.stop()
		<-x.ended
		if err := rec.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// in is the same server in a test within the test.
func (x *live) in(t *testing.T) *live {
	y := *x
	y.t = t
	return &y
}

// write writes revisions, each of a topic of its own with a reason.
func (x *live) write(n int, reason string) {
	x.t.Helper()
	for range n {
		if _, err := x.rec.Write(context.Background(), graph.Revision{Agent: "a", Method: "human", Reason: reason, Changes: []graph.Change{
			graph.Put(&graph.Node{ID: graph.NewID(), Kind: vocab.Topic, Props: graph.Props{"name": "T"}}),
		}}); err != nil {
			x.t.Error(err)
			return
		}
	}
}

// open waits until so many streams are open.
func (x *live) open(want int) {
	x.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		x.srv.streams.mu.Lock()
		n := len(x.srv.streams.open)
		x.srv.streams.mu.Unlock()
		if n == want {
			return
		}
		if time.Now().After(end) {
			x.t.Fatalf("%d streams are open, want %d", n, want)
		}
	}
}

// event is one event of a stream.
type event struct{ name, id, data string }

// events is a stream of events as a client reads it.
type events struct {
	t     *testing.T
	res   *http.Response
	lines *bufio.Scanner
	beats int // comments so far
}

// subscribe asks for a stream of events.
func (x *live) subscribe(query string, header ...string) *events {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.t.Context(), time.Minute)
	x.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+x.addr+"/graphql?query="+url.QueryEscape(query), nil)
	if err != nil {
		x.t.Fatal(err)
	}
	req.Header.Set("Accept", typeEvents)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	tr := &http.Transport{DisableKeepAlives: true}
	res, err := tr.RoundTrip(req)
	if err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() { res.Body.Close() })
	e := &events{t: x.t, res: res, lines: bufio.NewScanner(res.Body)}
	e.lines.Buffer(nil, 8<<20)
	return e
}

// next reads an event. It answers false at the end, and says whether the end was
// a clean one.
func (e *events) next() (ev event, ok bool, err error) {
	for e.lines.Scan() {
		line := e.lines.Text()
		name, value, _ := strings.Cut(line, ":")
		switch value = strings.TrimPrefix(value, " "); {
		case line == "" && ev != event{}:
			return ev, true, nil
		case line == "":
		case name == "":
			e.beats++
		case name == "event":
			ev.name = value
		case name == "id":
			ev.id = value
		case name == "data":
			ev.data = value
		}
	}
	return ev, false, e.lines.Err()
}

// rest reads all that comes, as one line for each event.
func (e *events) rest() (out []string) {
	e.t.Helper()
	for {
		ev, ok, err := e.next()
		if err != nil {
			out = append(out, "cut off")
		}
		if err != nil || !ok {
			return out
		}
		out = append(out, strings.TrimSpace(ev.name+" "+ev.id+" "+ev.data))
	}
}
