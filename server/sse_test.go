package server

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestEvents asks for streams of events: what may be streamed is, to the byte,
// and what is no request has a status that says so.
func TestEvents(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{Heartbeat: time.Hour})
	x.write(3, "r")
	const events = "Accept: text/event-stream"
	// As urql sends it, whatever it asks.
	const any = "Accept: application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
	const two = `subscription($n:Int){revisions(after:$n,first:2){seq+reason}}`
	for _, c := range []struct {
		name, address, body string
		header              []string
		status              int
		want                string // holds
	}{
		{"a subscription", "?query=" + two + `&variables={"n":0}`, "", []string{events}, 200, "event: next\nid: 1\ndata: {\"data\":{\"revisions\":{\"seq\":1,\"reason\":\"r\"}}}\n\n" +
			"event: next\nid: 2\ndata: {\"data\":{\"revisions\":{\"seq\":2,\"reason\":\"r\"}}}\n\nevent: complete\ndata:\n\n"},
		{"by POST", "", `{"query":"subscription{revisions(after:2,first:1){seq}}"}`, []string{events}, 200, "event: next\nid: 3\ndata: {\"data\":{\"revisions\":{\"seq\":3}}}\n\nevent: complete\ndata:\n\n"},
		{"among others", "", `{"query":"subscription{revisions(after:2,first:1){seq}}"}`, []string{any}, 200, "event: next\nid: 3\n"},
		{"resumed", "?query=subscription{revisions(after:0,first:1){seq}}", "", []string{events, "Last-Event-ID: 2"}, 200, "event: next\nid: 3\n"},
		{"with its price", "", `{"query":"subscription{revisions(after:2,first:1){seq}}","extensions":{"cost":true}}`, []string{events}, 200, `{"data":{"revisions":{"seq":3}},"extensions":{"cost":{"requested":1,"max":100000}}}`},
		{"a query", "", `{"query":"{__typename}"}`, []string{events}, 200, "event: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: complete\ndata:\n\n"},
		{"a query among others", "", `{"query":"{__typename}"}`, []string{any}, 200, `{"data":{"__typename":"Query"}}`},
		{"no field", "", `{"query":"{nope}"}`, []string{events}, 200, "event: next\ndata: {\"errors\":[{\"message\":"},
		{"no field of a subscription", "", `{"query":"subscription{nope}"}`, []string{events}, 200, "event: next\ndata: {\"errors\":[{\"message\":"},
		{"no such revision", "", `{"query":"subscription{revisions(after:9){seq}}"}`, []string{events}, 200, "there is no revision 9 yet; the newest is 3"},
		{"too dear", "", `{"query":"subscription{revisions{changes(first:500){nodes{node{edges(first:500){nodes{id}}}}}}}"}`, []string{events}, 200, "MAX_COST_EXCEEDED"},
		{"resumed behind nonsense", "?query=subscription{revisions{seq}}", "", []string{events, "Last-Event-ID: x"}, 200, "BAD_USER_INPUT"},
		{"a hash that nothing has", "?extensions={\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"x\"}}", "", []string{events}, 200, "event: next\ndata: {\"errors\":[{\"extensions\":{\"code\":\"PERSISTED_QUERY_NOT_FOUND\"}"},
		{"no JSON", "", `{"query":`, []string{events}, 400, `{"errors":[{`},
		{"a mutation by GET", "?query=mutation{__typename}", "", []string{events}, 405, `{"errors":[{`},
		{"a subscription as JSON", "", `{"query":"subscription{revisions{seq}}"}`, []string{"Accept: application/json"}, 406, "a subscription is answered as text/event-stream, or on a WebSocket"},
		{"a subscription as anything", "", `{"query":"subscription{revisions{seq}}"}`, nil, 406, "NOT_ACCEPTABLE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			res, body := askFor(t, x, c.address, c.body, c.header...)
			if res.StatusCode != c.status || !strings.Contains(body, c.want) {
				t.Errorf("got  %d %q\nwant %d %q", res.StatusCode, body, c.status, c.want)
			}
			stream := strings.HasPrefix(c.want, "event:")
			if got := res.Header.Get("Content-Type"); strings.HasPrefix(got, typeEvents) != strings.HasPrefix(body, "event:") || stream && got != "text/event-stream; charset=utf-8" {
				t.Errorf("Content-Type: %s", got)
			}
			if res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("Cache-Control: %s", res.Header.Get("Cache-Control"))
			}
		})
	}
	t.Run("the header alone", func(t *testing.T) {
		t.Parallel()
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodHead, "http://"+x.addr+"/graphql?query=subscription{revisions{seq}}", nil)
		req.Header.Set("Accept", typeEvents)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Content-Type"); res.StatusCode != 200 || got != "text/event-stream; charset=utf-8" {
			t.Errorf("%d, %s", res.StatusCode, got)
		}
	})
}

func askFor(t *testing.T, x *live, address, body string, header ...string) (*http.Response, string) {
	t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+x.addr+"/graphql"+strings.NewReplacer(`"`, "%22", "$", "%24").Replace(address), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	if body != "" {
		req.Header.Set("Content-Type", typeJSON)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// While four write, a client is cut off again and again and comes back as a
// browser does: it is given every revision once.
func TestEventsResume(t *testing.T) {
	t.Parallel()
	const writers, each = 4, 100
	x := serveLive(t, Options{})
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() { x.write(each, "r") })
	}
	var got []string
	for cut := 1; len(got) < writers*each; cut = cut%7 + 1 {
		var header []string
		if len(got) > 0 {
			header = []string{"Last-Event-ID", got[len(got)-1]}
		}
		e := x.subscribe(`subscription { revisions(after: 0) { seq } }`, header...)
		for range cut * 10 {
			if len(got) == writers*each {
				break
			}
			ev, ok, err := e.next()
			if !ok || err != nil {
				t.Fatalf("after %d: %v", len(got), err)
			}
			got = append(got, ev.id)
		}
		e.res.Body.Close()
	}
	wg.Wait()
	for i, id := range got {
		if id != fmt.Sprint(i+1) {
			t.Fatalf("revision %s comes as the %d.", id, i+1)
		}
	}
	x.open(0)
}

// A stream outlives the times of a request, and shows that it lives.
func TestEventsLive(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{Timeout: 50 * time.Millisecond, BodyTimeout: 50 * time.Millisecond, SendTimeout: 100 * time.Millisecond, Heartbeat: 30 * time.Millisecond})
	e := x.subscribe(`subscription { revisions { seq } }`)
	c := x.ready()
	c.say(subscribeTo("1", `subscription { revisions { seq } }`))
	x.open(3)
	time.AfterFunc(500*time.Millisecond, func() { x.write(1, "r") })
	c.want(`{"id":"1","type":"next","payload":{"data":{"revisions":{"seq":1}}}}`)
	if ev, ok, err := e.next(); !ok || ev.id != "1" || e.beats < 5 {
		t.Errorf("got %+v, %v after %d signs of life", ev, err, e.beats)
	}
	metrics := func() string {
		_, body := raw(t, x.addr, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		return body
	}
	if got := metrics(); !strings.Contains(got, "onrecord_graphql_subscriptions 2") {
		t.Errorf("the metrics lack 2 subscriptions: %s", got)
	}
	e.res.Body.Close()
	c.say(`{"id":"1","type":"complete"}`)
	x.open(1)
	if got := metrics(); !strings.Contains(got, "onrecord_graphql_subscriptions 0") {
		t.Errorf("the metrics still count: %s", got)
	}
}

// A record that is closed ends its subscriptions, with the reason.
func TestEventsOfClosedRecord(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{})
	e := x.subscribe(`subscription { revisions { seq } }`)
	c := x.ready()
	c.say(subscribeTo("1", `subscription { revisions { seq } }`))
	x.open(3)
	if err := x.rec.Close(); err != nil {
		t.Fatal(err)
	}
	if got := e.rest(); len(got) != 2 || !strings.Contains(got[0], `"UNAVAILABLE"`) || got[1] != "complete" {
		t.Errorf("the stream: %q", got)
	}
	if got := c.hear(); !strings.HasPrefix(got, `{"id":"1","type":"error","payload":[{`) || !strings.Contains(got, `"UNAVAILABLE"`) {
		t.Errorf("the socket: %s", got)
	}
}
