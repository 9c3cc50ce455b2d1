package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// clock is a time that a test moves.
type clock struct{ now time.Time }

func (c *clock) in(d time.Duration) { c.now = c.now.Add(d) }

func newTestBudgets(perSecond, burst, most int) (*budgets, *clock) {
	c := &clock{time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	b := newBudgets(perSecond, burst, most)
	b.now = func() time.Time { return c.now }
	return b, c
}

// A client spends what it has, is told how it stands all along, and has it back
// after a while; another has its own.
func TestBudgets(t *testing.T) {
	t.Parallel()
	b, clock := newTestBudgets(100, 1000, 5)
	for _, step := range []struct {
		name   string
		after  time.Duration
		client string
		cost   int
		ok     bool
		left   string // RateLimit
		wait   string // Retry-After
	}{
		{"the first", 0, "a", 100, true, `"cost";r=900;t=1, "concurrent";r=4`, ""},
		{"nearly all", 0, "a", 890, true, `"cost";r=10;t=10, "concurrent";r=4`, ""},
		{"what is too much", 0, "a", 510, false, `"cost";r=0;t=10, "concurrent";r=4`, "5"},
		{"another client", 0, "b", 510, true, `"cost";r=490;t=6, "concurrent";r=4`, ""},
		{"nothing is left, not even the least", 0, "a", 0, false, `"cost";r=0;t=10, "concurrent";r=4`, "1"},
		{"after a second", time.Second, "a", 100, true, `"cost";r=0;t=10, "concurrent";r=4`, ""},
		{"the least for what costs nothing", time.Minute, "a", 0, true, `"cost";r=990;t=1, "concurrent";r=4`, ""},
		{"never more than all", time.Hour, "a", 1000, true, `"cost";r=0;t=10, "concurrent";r=4`, ""},
	} {
		clock.in(step.after)
		h := http.Header{}
		account, refused := b.begin(h, step.client)
		if refused == nil {
			refused = account.spend(step.cost)
			account.end()
		}
		if (refused == nil) != step.ok || h.Get("RateLimit") != step.left {
			t.Errorf("%s: refused %v, RateLimit %s; want ok %t, %s", step.name, refused, h.Get("RateLimit"), step.ok, step.left)
		}
		if want := `"cost";q=1000;qu="cost";w=10, "concurrent";q=5;qu="concurrent-requests"`; h.Get("RateLimit-Policy") != want {
			t.Errorf("%s: RateLimit-Policy %s, want %s", step.name, h.Get("RateLimit-Policy"), want)
		}
		if refused != nil && (refused.status != 429 || refused.code != codeLimited || refused.header != [2]string{"Retry-After", step.wait}) {
			t.Errorf("%s: got %d, %s, %s; want Retry-After %s", step.name, refused.status, refused.code, refused.header, step.wait)
		}
	}
}

// A client has so many requests under way, and no more.
func TestConcurrentRequests(t *testing.T) {
	t.Parallel()
	b, _ := newTestBudgets(100, 1000, 2)
	first, refused := b.begin(http.Header{}, "a")
	second, also := b.begin(http.Header{}, "a")
	if refused != nil || also != nil {
		t.Fatalf("two of two were refused: %v, %v", refused, also)
	}
	h := http.Header{}
	if _, refused := b.begin(h, "a"); refused == nil || refused.status != 429 || h.Get("RateLimit") != `"cost";r=980;t=1, "concurrent";r=0` {
		t.Errorf("the third: %v, RateLimit %s", refused, h.Get("RateLimit"))
	}
	if _, refused := b.begin(http.Header{}, "b"); refused != nil {
		t.Errorf("another client: %v", refused)
	}
	first.end()
	if _, refused := b.begin(http.Header{}, "a"); refused != nil {
		t.Errorf("after one ended: %v", refused)
	}
	second.end()
}

// However many clients there are, few are kept; those that are under way are.
func TestClientsAreBounded(t *testing.T) {
	t.Parallel()
	b, clock := newTestBudgets(100, 1000, 2)
	busy, refused := b.begin(http.Header{}, "busy")
	if refused != nil {
		t.Fatal(refused)
	}
	for i := range 2 * maxClients {
		account, refused := b.begin(http.Header{}, fmt.Sprint("client ", i))
		if refused != nil {
			t.Fatal(refused)
		}
		account.end()
	}
	if n := len(b.clients); n > maxClients+1 || n != b.byUse.Len() || b.clients["busy"] == nil {
		t.Errorf("%d clients, %d by use, that under way kept %t; want at most %d", n, b.byUse.Len(), b.clients["busy"] != nil, maxClients)
	}
	busy.end()
	clock.in(11 * time.Second) // until every account is full
	if account, refused := b.begin(http.Header{}, "late"); refused != nil || len(b.clients) != 1 {
		t.Errorf("%d clients are kept whose accounts are full, refused %v", len(b.clients)-1, refused)
	} else {
		account.end()
	}
}

// What is over the number of executions waits, and what is over the number that
// wait is sent away.
func TestSlots(t *testing.T) {
	t.Parallel()
	s := newSlots(1, 1)
	release, refused := s.take(t.Context())
	if refused != nil {
		t.Fatal(refused)
	}
	waited := make(chan *refusal)
	go func() {
		release, refused := s.take(context.Background())
		if refused == nil {
			release()
		}
		waited <- refused
	}()
	for len(s.waiting) == 0 {
		time.Sleep(time.Millisecond)
	}
	if _, refused := s.take(t.Context()); refused == nil || refused.status != 503 || refused.code != codeOverloaded {
		t.Errorf("the third was not sent away: %v", refused)
	}
	release()
	if refused := <-waited; refused != nil {
		t.Errorf("the second: %v", refused)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if release, refused = s.take(ctx); refused != nil {
		t.Fatal(refused)
	}
	cancel()
	if _, refused := s.take(ctx); refused == nil {
		t.Error("one that nobody waits for is executed")
	}
	release()
}

// Over HTTP: whoever asks for somebody else has the budget of that address, and
// is told so; a program on this machine meets no limit that nobody set.
func TestLimits(t *testing.T) {
	t.Parallel()
	// 10,201 each, of 100,000 at once: there are nine in it, and a rest.
	const dear = `{"query":"{statements(first:100){nodes{claims(first:100){nodes{id}}}}}"}`
	proxied, _, _, _ := started(t, Options{Rate: 1, TrustedProxies: prefixes(t, "127.0.0.0/8")}, nil)
	unset, _, _, _ := started(t, Options{}, nil)
	any, _, _, _ := started(t, Options{Rate: -1}, nil)
	for _, c := range []struct {
		name, addr, header string
		limited            bool
	}{
		{"one client", proxied, "X-Forwarded-For: 192.0.2.1", true},
		{"another", proxied, "X-Forwarded-For: 192.0.2.2", true},
		{"with its own letters before it", proxied, "X-Forwarded-For: 10.9.8.7, 192.0.2.3", true},
		{"a network", proxied, "X-Forwarded-For: 2001:db8::1", true},
		{"this machine, where a rate was given", proxied, "", true},
		{"this machine", unset, "", false},
		{"no limit", any, "X-Forwarded-For: 192.0.2.1", false},
	} {
		for i := range 12 {
			lines := []string{strings.TrimSuffix(head, "\r\n"), "Connection: close", fmt.Sprint("Content-Length: ", len(dear))}
			if c.header != "" {
				lines = append(lines, c.header)
			}
			res, body := raw(t, c.addr, strings.Join(lines, "\r\n")+"\r\n\r\n"+dear)
			if c.limited != (res.Header.Get("RateLimit") != "") || c.limited != (res.Header.Get("RateLimit-Policy") != "") {
				t.Errorf("%s, %d: RateLimit %q, RateLimit-Policy %q", c.name, i, res.Header.Get("RateLimit"), res.Header.Get("RateLimit-Policy"))
			}
			switch over := c.limited && i >= 9; {
			case !over && res.StatusCode != 200:
				t.Errorf("%s, %d: got %d, %s", c.name, i, res.StatusCode, body)
			case over && (res.StatusCode != 429 || res.Header.Get("Retry-After") == "" || !strings.Contains(body, `"code":"RATE_LIMITED"`) || strings.Contains(body, `"data"`)):
				t.Errorf("%s, %d: got %d, Retry-After %q, %s; want 429", c.name, i, res.StatusCode, res.Header.Get("Retry-After"), body)
			}
		}
	}
	// The whole network of an address was spent by it; its neighbour was not asked.
	for header, want := range map[string]int{"X-Forwarded-For: 2001:db8::2": 429, "X-Forwarded-For: 2001:db8:0:1::1": 200} {
		if status, body := ask(t, proxied, "", dear, header); status != want {
			t.Errorf("%s: got %d, %s; want %d", header, status, body, want)
		}
	}
}

// The price is told to who asks for it, and to who is refused for it.
func TestCostIsTold(t *testing.T) {
	t.Parallel()
	addr, _, _, _ := started(t, Options{}, nil)
	const tooDear = `"query":"{statements(first:500){nodes{claims(first:500){nodes{id}}}}}"`
	for _, c := range []struct{ name, body, want string }{
		{"not asked for", `{"query":"{__typename}"}`, `{"data":{"__typename":"Query"}}`},
		{"asked for", `{"query":"{__typename}","extensions":{"cost":true}}`, `{"data":{"__typename":"Query"},"extensions":{"cost":{"requested":0,"max":100000}}}`},
		{"not wanted", `{"query":"{__typename}","extensions":{"cost":false}}`, `{"data":{"__typename":"Query"}}`},
		{"a page", `{"query":"{statements(first:7){totalCount nodes{id}}}","extensions":{"cost":true}}`, `{"data":{"statements":{"totalCount":0,"nodes":[]}},"extensions":{"cost":{"requested":8,"max":100000}}}`},
		{"too dear", `{` + tooDear + `}`, `"code":"MAX_COST_EXCEEDED","cost":251001,"maxCost":100000}}]}`},
		{"too dear, and asked for", `{` + tooDear + `,"extensions":{"cost":true}}`, `}}],"extensions":{"cost":{"requested":251001,"max":100000}}}`},
		{"not valid", `{"query":"{nope}","extensions":{"cost":true}}`, `"GRAPHQL_VALIDATION_FAILED"}}]}`},
	} {
		if _, body := ask(t, addr, "", c.body); !strings.HasSuffix(body, c.want) {
			t.Errorf("%s: got  %s\nwant %s", c.name, body, c.want)
		}
	}
	if _, body := ask(t, addr, "?query={__typename}&extensions={%22cost%22:true}", ""); !strings.HasSuffix(body, `"extensions":{"cost":{"requested":0,"max":100000}}}`) {
		t.Errorf("by GET: got %s", body)
	}
}
