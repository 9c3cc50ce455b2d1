package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/onrecord/onrecord/schema"
)

// conn is a WebSocket as a client uses it.
type conn struct {
	t *testing.T
	*websocket.Conn
}

// dial opens a socket, with headers by name and value.
func (x *live) dial(header ...string) *conn {
	x.t.Helper()
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	ctx, cancel := context.WithTimeout(x.t.Context(), 30*time.Second)
	defer cancel()
	c, _, err := websocket.Dial(ctx, "ws://"+x.addr+"/graphql", &websocket.DialOptions{Subprotocols: []string{wsProtocol}, HTTPHeader: h})
	if err != nil {
		x.t.Fatal(err)
	}
	c.SetReadLimit(8 << 20)
	x.t.Cleanup(func() { _ = c.CloseNow() })
	return &conn{x.t, c}
}

// ready opens a socket and initialises it.
func (x *live) ready(header ...string) *conn {
	x.t.Helper()
	c := x.dial(header...)
	c.say(`{"type":"connection_init"}`)
	c.want(`{"type":"connection_ack"}`)
	return c
}

func (c *conn) say(messages ...string) {
	c.t.Helper()
	for _, m := range messages {
		if err := c.Write(c.t.Context(), websocket.MessageText, []byte(m)); err != nil {
			c.t.Fatal(err)
		}
	}
}

// hear reads a message; of a socket that was closed, the code and the reason.
func (c *conn) hear() string {
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*time.Second)
	defer cancel()
	_, b, err := c.Read(ctx)
	var closed websocket.CloseError
	switch {
	case err == nil:
		return string(b)
	case errors.As(err, &closed):
		return fmt.Sprintf("%d %s", closed.Code, closed.Reason)
	}
	return err.Error()
}

func (c *conn) want(messages ...string) {
	c.t.Helper()
	for _, want := range messages {
		if got := c.hear(); got != want {
			c.t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// subscribeTo is the message that asks something.
func subscribeTo(id, query string) string {
	b, _ := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": map[string]string{"query": query}})
	return string(b)
}

// someTokens are good until they are revoked.
type someTokens struct{ revoked atomic.Bool }

func (s *someTokens) Authenticate(secret string) (schema.Caller, error) {
	switch {
	case secret != "good":
		return schema.Caller{}, errors.New("unknown")
	case s.revoked.Load():
		return schema.Caller{}, errors.New("revoked")
	}
	return schema.Caller{Agent: "Edith Or", Role: schema.Editor}, nil
}

// TestSocketCodes does what the protocol forbids, and compares the code and the
// reason with which the socket is closed.
func TestSocketCodes(t *testing.T) {
	t.Parallel()
	late := serveLive(t, Options{InitTimeout: 300 * time.Millisecond})
	x := serveLive(t, Options{InitTimeout: time.Minute, MaxBody: 10_000, Tokens: &someTokens{}, Closed: true})
	open := serveLive(t, Options{InitTimeout: time.Minute})
	const init, sub = `{"type":"connection_init"}`, `subscription { revisions { seq } }`
	const good = `{"type":"connection_init","payload":{"Authorization":"Bearer good"}}`
	for name, c := range map[string]struct {
		on   *live
		say  []string
		want string
	}{
		"silence":                     {late, nil, "4408 Connection initialisation timeout"},
		"a ping and then silence":     {late, []string{`{"type":"ping"}`}, "4408 Connection initialisation timeout"},
		"too early":                   {open, []string{subscribeTo("1", sub)}, "4401 Unauthorized"},
		"twice":                       {open, []string{init, init}, "4429 Too many initialisation requests"},
		"no token":                    {x, []string{init}, "4403 Forbidden: reading needs a token here: send Authorization: Bearer TOKEN"},
		"a wrong token":               {x, []string{`{"type":"connection_init","payload":{"authorization":"Bearer bad"}}`}, "4403 Forbidden: unknown"},
		"a token that is a number":    {x, []string{`{"type":"connection_init","payload":{"authorization":1}}`}, "4400 Invalid message: payload.authorization: no text"},
		"no JSON":                     {open, []string{"hello"}, "4400 Invalid message: the message: no JSON"},
		"a list":                      {open, []string{"[]"}, "4400 Invalid message: the message: a list; send one request at a time"},
		"deep":                        {open, []string{strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)}, "4400 Invalid message: the message: nested deeper than 64"},
		"no type":                     {open, []string{"{}"}, "4400 Invalid message: there is no type  that a client sends"},
		"a type of the server's":      {open, []string{init, `{"id":"1","type":"next","payload":{}}`}, "4400 Invalid message: there is no type next that a client sends"},
		"a payload that is no object": {open, []string{`{"type":"ping","payload":1}`}, "4400 Invalid message: payload: no object"},
		"no id":                       {open, []string{init, `{"type":"subscribe","payload":{"query":"{__typename}"}}`}, "4400 Invalid message: id: missing"},
		"an id that is a number":      {open, []string{init, `{"id":1,"type":"subscribe","payload":{"query":"{__typename}"}}`}, "4400 Invalid message: id: missing"},
		"no id to complete":           {open, []string{init, `{"type":"complete"}`}, "4400 Invalid message: id: missing"},
		"no payload":                  {open, []string{init, `{"id":"1","type":"subscribe"}`}, "4400 Invalid message: payload: missing"},
		"no query":                    {open, []string{init, `{"id":"1","type":"subscribe","payload":{}}`}, "4400 Invalid message: payload: query: missing"},
		"variables that are a list":   {open, []string{init, `{"id":"1","type":"subscribe","payload":{"query":"{__typename}","variables":[]}}`}, "4400 Invalid message: payload: variables: no object"},
		"an id that is taken":         {open, []string{init, subscribeTo("a", sub), subscribeTo("a", sub)}, "4409 Subscriber for a already exists"},
		"one that ends soon":          {open, []string{init, subscribeTo("a", `subscription { revisions(after: 0, first: 1) { seq } }`), subscribeTo("a", sub)}, "4409 Subscriber for a already exists"},
		"a long reason":               {open, []string{init, subscribeTo(strings.Repeat("ä", 100), sub), subscribeTo(strings.Repeat("ä", 100), sub)}, "4409 Subscriber for " + strings.Repeat("ä", 54)},
		"a large message":             {x, []string{good, `{"id":"` + strings.Repeat("x", 20_000) + `"}`}, "1009 "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := c.on.in(t).dial()
			for _, m := range c.say {
				_ = s.Write(t.Context(), websocket.MessageText, []byte(m)) // it may be closed by now
			}
			got := s.hear()
			for strings.HasPrefix(got, "{") {
				got = s.hear()
			}
			if got != c.want && !(strings.HasSuffix(c.want, " ") && strings.HasPrefix(got, c.want)) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	t.Run("bytes", func(t *testing.T) {
		t.Parallel()
		c := open.in(t).dial()
		if err := c.Write(t.Context(), websocket.MessageBinary, []byte(init)); err != nil {
			t.Fatal(err)
		}
		c.want("4400 Invalid message: send text")
	})
	t.Run("another protocol", func(t *testing.T) {
		t.Parallel()
		for _, protocols := range [][]string{nil, {"graphql-ws"}} {
			c, _, err := websocket.Dial(t.Context(), "ws://"+open.addr+"/graphql", &websocket.DialOptions{Subprotocols: protocols})
			if err != nil {
				t.Fatal(err)
			}
			(&conn{t, c}).want("4406 Subprotocol not acceptable: speak graphql-transport-ws")
		}
	})
	t.Run("a page of another site", func(t *testing.T) {
		t.Parallel()
		_, res, err := websocket.Dial(t.Context(), "ws://"+open.addr+"/graphql", &websocket.DialOptions{Subprotocols: []string{wsProtocol}, HTTPHeader: http.Header{"Origin": {"https://evil.example"}}})
		if err == nil || res.StatusCode != http.StatusForbidden {
			t.Fatalf("got %v", err)
		}
		if b, _ := io.ReadAll(res.Body); !strings.Contains(string(b), "FOREIGN_ORIGIN") {
			t.Errorf("got %s", b)
		}
		open.in(t).dial("Origin", "http://"+open.addr).say(init) // its own page
	})
}

// TestSocket asks for everything on one socket, and compares each message.
func TestSocket(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{Tokens: &someTokens{}, Heartbeat: 50 * time.Millisecond, InitTimeout: 500 * time.Millisecond})
	x.write(2, "r")
	c := x.dial()
	c.say(`{"type":"connection_init","payload":{"Authorization":"Bearer good","x":1}}`, `{"type":"ping"}`, `{"type":"ping","payload":{"a":[1]}}`, `{"type":"pong"}`, `{"id":"nobody","type":"complete"}`)
	c.want(`{"type":"connection_ack"}`, `{"type":"pong"}`, `{"payload":{"a":[1]},"type":"pong"}`)
	for _, step := range []struct {
		name, say string
		want      []string
	}{
		{"a query", subscribeTo("1", "{ __typename }"), []string{`{"id":"1","type":"next","payload":{"data":{"__typename":"Query"}}}`, `{"id":"1","type":"complete"}`}},
		{"its id again", subscribeTo("1", "{ a: __typename }"), []string{`{"id":"1","type":"next","payload":{"data":{"a":"Query"}}}`, `{"id":"1","type":"complete"}`}},
		{"an id to be quoted", subscribeTo("\"\n", "{ __typename }"), []string{`{"id":"\"\n","type":"next","payload":{"data":{"__typename":"Query"}}}`, `{"id":"\"\n","type":"complete"}`}},
		{
			"variables and an operation", `{"id":"1","type":"subscribe","payload":{"query":"query A{__typename} query B($n:Int){asOf(seq:$n){record{seq}}}","operationName":"B","variables":{"n":1},"extensions":{"cost":true}}}`,
			[]string{`{"id":"1","type":"next","payload":{"data":{"asOf":{"record":{"seq":1}}},"extensions":{"cost":{"requested":2,"max":100000}}}}`, `{"id":"1","type":"complete"}`},
		},
		{"an error in it", subscribeTo("1", "{ asOf(seq: 9) { record { seq } } }"), []string{`{"id":"1","type":"next","payload":{"errors":[`, `{"id":"1","type":"complete"}`}},
		{"a mutation", subscribeTo("1", `mutation { putTopic(input: {name: "War", reason: "r"}) { revision { seq agent } } }`), []string{`{"id":"1","type":"next","payload":{"data":{"putTopic":{"revision":{"seq":3,"agent":"Edith Or"}}}}}`, `{"id":"1","type":"complete"}`}},
		{"no field", subscribeTo("1", "{ nope }"), []string{`{"id":"1","type":"error","payload":[{"message":`}},
		{"no operation", `{"id":"1","type":"subscribe","payload":{"query":"{__typename}","operationName":"X"}}`, []string{`{"id":"1","type":"error","payload":[{"message":`}},
		{"a hash that nothing has", `{"id":"1","type":"subscribe","payload":{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}}`, []string{`{"id":"1","type":"error","payload":[{"extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"},"message":"PersistedQueryNotFound"}]}`}},
		{"a subscription", subscribeTo("1", `subscription { revisions(after: 1, first: 2) { seq agent } }`), []string{`{"id":"1","type":"next","payload":{"data":{"revisions":{"seq":2,"agent":"a"}}}}`, `{"id":"1","type":"next","payload":{"data":{"revisions":{"seq":3,"agent":"Edith Or"}}}}`, `{"id":"1","type":"complete"}`}},
		{"one that is refused", subscribeTo("1", `subscription { revisions(after: 9) { seq } }`), []string{`{"id":"1","type":"error","payload":[{"message":"after: there is no revision 9 yet; the newest is 3"`}},
	} {
		c.say(step.say)
		for _, want := range step.want {
			if got := c.hear(); got != want && (strings.HasSuffix(want, "}") || !strings.HasPrefix(got, want)) {
				t.Errorf("%s: got  %s\nwant %s", step.name, got, want)
			}
		}
	}
	// What was subscribed to holds what the same client writes behind it.
	c.say(subscribeTo("s", `subscription { revisions { seq reason } }`), subscribeTo("m", `mutation { putTopic(input: {name: "Peace", reason: "mine"}) { revision { seq } } }`))
	got := map[string]bool{c.hear(): true, c.hear(): true, c.hear(): true}
	for _, want := range []string{`{"id":"m","type":"complete"}`, `{"id":"m","type":"next","payload":{"data":{"putTopic":{"revision":{"seq":4}}}}}`, `{"id":"s","type":"next","payload":{"data":{"revisions":{"seq":4,"reason":"mine"}}}}`} {
		if !got[want] {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	// Whoever wants no more gets no more, and its id is free.
	c.say(`{"id":"s","type":"complete"}`, subscribeTo("s", `subscription { revisions(first: 1) { reason } }`), `{"type":"ping"}`)
	c.want(`{"type":"pong"}`) // so it has subscribed
	x.write(1, "late")
	c.want(`{"id":"s","type":"next","payload":{"data":{"revisions":{"reason":"late"}}}}`, `{"id":"s","type":"complete"}`)
	time.Sleep(600 * time.Millisecond) // past some signs of life, and the time to initialise
	c.say(`{"type":"ping"}`)
	c.want(`{"type":"pong"}`)
	if err := c.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
	x.open(0)
}

// A socket carries so many operations and no more.
func TestSocketOperations(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{})
	c := x.ready()
	for i := range maxOperations {
		c.say(subscribeTo(fmt.Sprint(i), `subscription { revisions { seq } }`))
	}
	c.say(subscribeTo("more", `{ __typename }`))
	c.want(`{"id":"more","type":"error","payload":[{"extensions":{"code":"TOO_MANY_STREAMS"},"message":"there are 128 operations under way on this socket, and no more are taken: open another"}]}`)
	c.say(`{"id":"5","type":"complete"}`, subscribeTo("more", `{ __typename }`))
	c.want(`{"id":"more","type":"next","payload":{"data":{"__typename":"Query"}}}`)
}

// A budget holds for what is asked on a socket, and a token is only what it is.
func TestSocketLimits(t *testing.T) {
	t.Parallel()
	x := serveLive(t, Options{Rate: 1, Concurrent: 2, Tokens: &someTokens{}})
	c := x.ready()
	c.say(subscribeTo("1", `subscription { revisions { seq } }`))
	x.open(2)
	c.say(subscribeTo("2", `{ __typename }`))
	if got := c.hear(); !strings.HasPrefix(got, `{"id":"2","type":"error","payload":[{"extensions":{"code":"RATE_LIMITED"}`) {
		t.Errorf("got %s", got)
	}
	c.say(`{"id":"1","type":"complete"}`)
	x.open(1)
	c.say(subscribeTo("3", `mutation { putTopic(input: {name: "War", reason: "r"}) { revision { seq } } }`))
	if got := c.hear(); !strings.Contains(got, `"UNAUTHENTICATED"`) {
		t.Errorf("got %s", got)
	}
}
