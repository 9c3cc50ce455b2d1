package server

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
)

// However many subscribe, each is given every revision, once and in order; and
// nobody who writes waits for them.
func TestThousandSubscribers(t *testing.T) {
	if testing.Short() {
		t.Skip("a thousand connections")
	}
	const each, revisions = 500, 10
	x := serveLive(t, Options{InitTimeout: time.Minute, SlowTimeout: time.Minute})
	x.write(5, "before")
	var listening, done sync.WaitGroup
	var failed sync.Map
	listening.Add(2 * each)
	check := func(name string, next func() (seq int, err error)) {
		done.Go(func() {
			heard := sync.OnceFunc(listening.Done)
			defer heard()
			for want := 1; want <= 5+revisions; want++ {
				if want == 6 {
					heard()
				}
				if got, err := next(); err != nil || got != want {
					failed.Store(name, fmt.Sprintf("got revision %d, %v; want %d", got, err, want))
					return
				}
			}
		})
	}
	const query = `subscription { revisions(after: 0) { seq } }`
	for i := range each {
		e, c := x.subscribe(query), x.ready()
		c.say(subscribeTo("1", query))
		check(fmt.Sprint("stream ", i), func() (seq int, err error) {
			ev, ok, err := e.next()
			if _, scan := fmt.Sscanf(ev.data, `{"data":{"revisions":{"seq":%d`, &seq); scan != nil || !ok {
				return seq, errors.Join(err, scan)
			}
			return seq, nil
		})
		check(fmt.Sprint("socket ", i), func() (seq int, err error) {
			_, err = fmt.Sscanf(c.hear(), `{"id":"1","type":"next","payload":{"data":{"revisions":{"seq":%d`, &seq)
			return seq, err
		})
	}
	listening.Wait()
	begun := time.Now()
	x.write(revisions, "live")
	wrote := time.Since(begun)
	done.Wait()
	t.Logf("%d subscribers; %d revisions written in %v, received by all in %v", 2*each, revisions, wrote, time.Since(begun))
	failed.Range(func(name, what any) bool {
		t.Errorf("%s: %s", name, what)
		return true
	})
	if limit := 10 * time.Second; wrote > limit {
		t.Errorf("the writer took %v", wrote)
	}
	x.open(2*each + each) // a socket is one, and what is on it
}

// A server takes so many streams and no more, and what has ended makes room.
func TestMaxStreams(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{Streams: 3})
	const query = `subscription { revisions { seq } }`
	first := x.subscribe(query)
	c := x.ready()
	c.say(subscribeTo("1", query))
	x.open(3)
	e := x.subscribe(query)
	if e.res.StatusCode != 503 || e.res.Header.Get("Retry-After") == "" || e.res.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("a stream too many: %d, %v", e.res.StatusCode, e.res.Header)
	}
	c.say(subscribeTo("2", query))
	c.want(`{"id":"2","type":"error","payload":[{"extensions":{"code":"TOO_MANY_STREAMS"},"message":"this server has as many streams open as it may: 3; try again later"}]}`)
	first.res.Body.Close()
	x.open(2)
	c.say(subscribeTo("2", query))
	x.open(3)
	_ = c.CloseNow()
	x.open(0)
}

// A server that is stopped ends what goes on and finishes what has an end. A
// stream ends without its last event, so that a browser comes again; a socket
// with a code that clients come again after.
func TestStopEndsStreams(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{})
	const query = `subscription { revisions(after: 0) { seq } }`
	x.write(1, "r")
	e, c, idle := x.subscribe(query), x.ready(), x.dial()
	c.say(subscribeTo("1", query))
	c.want(`{"id":"1","type":"next","payload":{"data":{"revisions":{"seq":1}}}}`)
	x.open(4)
	begun := time.Now()
	x.stop()
	for name, got := range map[string]string{"a socket": c.hear(), "a socket that was not initialised": idle.hear()} {
		if got != "1001 the server is stopping" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := e.rest(); len(got) != 1 || got[0] != `next 1 {"data":{"revisions":{"seq":1}}}` {
		t.Errorf("the stream: %q", got)
	}
	if err := <-x.ended; err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if strings.Contains(x.log.String(), "cut off") {
		t.Errorf("logged: %s", x.log)
	}
	if _, refused := x.srv.streams.enter(func() {}); refused == nil || refused.status != 503 {
		t.Errorf("a stream after the end: %v", refused)
	}
}

// What was begun on a socket is answered before the server stops.
func TestStopAnswers(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{Executions: 1})
	free, refused := x.srv.slots.take(t.Context())
	if refused != nil {
		t.Fatal(refused)
	}
	c := x.ready()
	c.say(subscribeTo("1", `{ __typename }`))
	x.open(2)
	x.stop()
	for end := time.Now().Add(10 * time.Second); !x.srv.streams.stops() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	c.say(subscribeTo("2", `{ __typename }`)) // too late
	c.want(`{"id":"2","type":"error","payload":[{"extensions":{"code":"UNAVAILABLE"},"message":"the server is stopping"}]}`)
	free()
	c.want(`{"id":"1","type":"next","payload":{"data":{"__typename":"Query"}}}`, `{"id":"1","type":"complete"}`, "1001 the server is stopping")
	if err := <-x.ended; err != nil {
		t.Error(err)
	}
}

func (s *streams) stops() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// A client that takes nothing is told so as soon as it takes something again, and
// where to go on; meanwhile nobody waits for it.
func TestSlow(t *testing.T) {
	t.Parallel()
	const query = `subscription { revisions(after: 0) { seq reason } }`
	reason := strings.Repeat("x", graph.MaxReason)
	resume := func(x *live, data string, last int) {
		t.Helper()
		if want := fmt.Sprintf(`"resumeAfter":%d`, last); !strings.Contains(data, want) || !strings.Contains(data, codeSlow) || last < 1 {
			t.Errorf("got %s, want %s", data, want)
		}
		e := x.subscribe(fmt.Sprintf(`subscription { revisions(after: %d, first: 1) { seq } }`, last))
		if got, want := e.rest()[0], fmt.Sprintf(`next %d {"data":{"revisions":{"seq":%[1]d}}}`, last+1); got != want {
			t.Errorf("behind it: %s, want %s", got, want)
		}
	}
	// More than what the kernel takes for a client that does not read.
	fill := func(x *live) {
		begun := time.Now()
		x.write(4000, reason)
		t.Logf("16 MB in %v", time.Since(begun))
	}
	t.Run("stream", func(t *testing.T) {
		t.Parallel()
		x := serveLive(t, Options{SlowTimeout: 200 * time.Millisecond})
		e := x.subscribe(query)
		fill(x)
		time.Sleep(400 * time.Millisecond)
		last, data := 0, ""
		for {
			ev, ok, err := e.next()
			if err != nil || !ok {
				t.Fatalf("after %d: %v", last, err)
			}
			if data = ev.data; strings.HasPrefix(data, `{"errors"`) {
				break
			}
			last++
			if ev.id != fmt.Sprint(last) {
				t.Fatalf("got %s after %d", ev.id, last-1)
			}
		}
		if got := e.rest(); len(got) != 1 || got[0] != "complete" {
			t.Errorf("the end: %q", got)
		}
		resume(x, data, last)
		x.open(0)
	})
	t.Run("socket", func(t *testing.T) {
		t.Parallel()
		x := serveLive(t, Options{SlowTimeout: 200 * time.Millisecond})
		c := x.ready()
		c.say(subscribeTo("1", query))
		fill(x)
		time.Sleep(400 * time.Millisecond)
		last, got := 0, ""
		for {
			if got = c.hear(); !strings.Contains(got, `"type":"next"`) {
				break
			}
			last++
		}
		if !strings.HasPrefix(got, `{"id":"1","type":"error","payload":[{`) {
			t.Errorf("got %s", got)
		}
		resume(x, got, last)
		c.say(subscribeTo("1", `{ __typename }`)) // the socket is as good as before
		c.want(`{"id":"1","type":"next","payload":{"data":{"__typename":"Query"}}}`)
	})
	t.Run("never again", func(t *testing.T) {
		t.Parallel()
		x := serveLive(t, Options{SlowTimeout: 100 * time.Millisecond, SendTimeout: 200 * time.Millisecond})
		x.subscribe(query)
		x.ready().say(subscribeTo("1", query))
		fill(x)
		x.open(0)
	})
}

// Where too much was sent that nobody has taken, whoever is next goes on later.
func TestUnsent(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{})
	x.write(2, "r")
	x.srv.streams.unsent.Store(maxUnsent)
	const want = `{"extensions":{"code":"OVERLOADED"},"message":"too many clients have not taken what they were sent: subscribe again behind the last event"}`
	if got := x.subscribe(`subscription { revisions(after: 0) { seq } }`).rest(); len(got) != 2 || got[0] != `next  {"errors":[`+want+`]}` {
		t.Errorf("a stream: %q", got)
	}
	c := x.ready()
	c.say(subscribeTo("1", `subscription { revisions(after: 0) { seq } }`))
	c.want(`{"id":"1","type":"error","payload":[` + want + `]}`)
	if n := x.srv.streams.unsent.Load(); n != maxUnsent {
		t.Errorf("%d bytes are counted, want %d", n, maxUnsent)
	}
}

// A client pays for each event: one that has spent what it has waits, and is
// given all of them in the end.
func TestEventsArePaid(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{Rate: 1000, Burst: 1})
	var ahead atomic.Int64
	begun := time.Now()
	x.srv.budgets.now = func() time.Time { return begun.Add(time.Duration(ahead.Load())) }
	x.write(2, "r")
	const dear = `subscription { revisions(after: 0, first: 2) { seq changes(first: 500) { nodes { node { edges(first: 100) { nodes { id } } } } } } }`
	e := x.subscribe(dear)
	if ev, ok, err := e.next(); !ok || ev.id != "1" || e.res.Header.Get("RateLimit") == "" {
		t.Fatalf("got %+v, %v, %v", ev, err, e.res.Header)
	}
	rest := make(chan []string)
	go func() { rest <- e.rest() }()
	select {
	case got := <-rest:
		t.Errorf("nobody paid for %q", got)
	case <-time.After(4 * breath):
	}
	ahead.Store(int64(time.Hour))
	if got := <-rest; len(got) != 2 || !strings.HasPrefix(got[0], "next 2 ") || got[1] != "complete" {
		t.Errorf("got %q", got)
	}
	if status, body := ask(t, x.addr, "?query="+strings.ReplaceAll(dear, " ", "+"), "", "Accept: text/event-stream"); status != 429 || !strings.Contains(body, codeLimited) {
		t.Errorf("got %d, %s; want 429", status, body)
	}
}

// A subscription ends when its token is revoked, though nobody asks anything.
func TestRevokedToken(t *testing.T) {
	t.Parallel()
	tokens := &someTokens{}
	x := serveLive(t, Options{Tokens: tokens, Closed: true, Heartbeat: 20 * time.Millisecond})
	const query = `subscription { revisions { seq } }`
	e := x.subscribe(query, "Authorization", "Bearer good")
	c := x.dial()
	c.say(`{"type":"connection_init","payload":{"authorization":"Bearer good"}}`)
	c.want(`{"type":"connection_ack"}`)
	c.say(subscribeTo("1", query))
	x.open(3)
	time.Sleep(100 * time.Millisecond)
	tokens.revoked.Store(true)
	c.want("4403 Forbidden: revoked")
	if got := e.rest(); len(got) != 2 || got[0] != `next  {"errors":[{"extensions":{"code":"UNAUTHENTICATED"},"message":"revoked"}]}` {
		t.Errorf("the stream: %q", got)
	}
	if e.beats == 0 {
		t.Error("no sign of life")
	}
	x.open(0)
}

// The log has a line for each operation on a socket, and one for the socket; and a
// mistake of ours ends a socket and not the program.
func TestSocketLog(t *testing.T) {
	t.Parallel()
	access := &logged{}
	x := serveLive(t, Options{Access: slog.New(slog.NewTextHandler(access, nil))})
	x.write(1, "r")
	c := x.ready()
	c.say(subscribeTo("1", `query Q { __typename }`))
	c.want(`{"id":"1","type":"next","payload":{"data":{"__typename":"Query"}}}`, `{"id":"1","type":"complete"}`)
	c.say(subscribeTo("2", `subscription S { revisions(after: 0, first: 1) { seq } }`))
	c.want(`{"id":"2","type":"next","payload":{"data":{"revisions":{"seq":1}}}}`, `{"id":"2","type":"complete"}`)
	c.say(subscribeTo("3", `{ nope }`))
	c.hear()
	x.open(1)
	x.srv.slots = nil
	c.say(subscribeTo("4", `{ __typename }`))
	c.want("4500 Internal server error")
	x.open(0)
	x.stop()
	<-x.ended
	for _, want := range []string{"status=200 bytes=66 ", "type=query operation=Q", "type=subscription operation=S", "codes=GRAPHQL_VALIDATION_FAILED", "status=101 "} {
		if !strings.Contains(access.String(), want) {
			t.Errorf("nothing of %q was logged: %s", want, access)
		}
	}
	if got := strings.Count(access.String(), "\n"); got != 5 {
		t.Errorf("%d lines, want 5: %s", got, access)
	}
	if got := x.log.String(); !strings.Contains(got, "panic") || !strings.Contains(got, "nil pointer") {
		t.Errorf("logged: %s", got)
	}
}
