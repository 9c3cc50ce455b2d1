package engine

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

// TestSubscribe compares every answer of subscriptions, and what their internal
// errors were.
func TestSubscribe(t *testing.T) {
	const failed = `{"errors":[{"message":"internal error","path":["tick"],"locations":[{"line":1,"column":16}],"extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":"r1"}}]}`
	tick := func(s string) string { return `{"data":{"tick":` + s + `}}` }
	for name, c := range map[string]struct {
		query, variables, last string
		want                   []string // the last one where nothing was subscribed to
		internal               string
	}{
		"three":              {`subscription { tick { id } }`, "", "", []string{tick(`{"id":"1"}`), tick(`{"id":"2"}`), tick(`{"id":"3"}`)}, ""},
		"with arguments":     {`subscription($n: Int) { tick(to: $n) { id } }`, `{"n":1}`, "", []string{tick(`{"id":"1"}`)}, ""},
		"none":               {`subscription { tick(to: 0) { id } }`, "", "", nil, ""},
		"behind an event":    {`subscription { tick { id } }`, "", "2", []string{tick(`{"id":"3"}`)}, ""},
		"by a fragment":      {`subscription { ...F tick { number } } fragment F on Subscription { tick(to: 1) { id } }`, "", "", nil, ""},
		"of two fragments":   {`subscription { ...F tick(to: 1) { number } } fragment F on Subscription { tick(to: 1) { id } }`, "", "", []string{tick(`{"id":"1","number":1}`)}, ""},
		"level by level":     {`subscription { tick(to: 1) { items { next { id } } } }`, "", "", []string{tick(`{"items":[{"next":{"id":"2"}},{"next":{"id":"3"}},null]}`)}, ""},
		"an error in one":    {`subscription { tick(to: 2) { odd } }`, "", "", []string{tick(`{"odd":1}`), `{"errors":[{"message":"even","path":["tick","odd"],"locations":[{"line":1,"column":30}],"extensions":{"code":"EVEN","n":2}}],"data":{"tick":{"odd":null}}}`}, ""},
		"a source that ends": {`subscription { tick(to: 1 end: "failed") { id } }`, "", "", []string{tick(`{"id":"1"}`), failed}, "password 1234"},
		"a source that dies": {`subscription { tick(to: 1 end: "panicked") { id } }`, "", "", []string{tick(`{"id":"1"}`), failed}, "panic: at the disco"},
		"one that never was": {`subscription { tick(end: "never began") { id } }`, "", "", []string{failed}, "password 1234"},
		"one that was not":   {`subscription { tick(end: "panicked at once") { id } }`, "", "", []string{failed}, "panic: at the disco"},
		"refused":            {`subscription { tick(end: "refused") { id } }`, "", "", []string{strings.NewReplacer("internal error", "no ticks today", CodeInternal, "NO_LUCK", `,"requestId":"r1"`, "").Replace(failed)}, ""},
		"a bad argument":     {`subscription { tick(to: 1.5) { id } }`, "", "", []string{`{"errors":[{"message":"1.5 is given, where Int is wanted","locations":[{"line":1,"column":25}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`}, ""},
		"a query":            {`{ item { id } }`, "", "", []string{`{"errors":[{"message":"only a subscription is subscribed to","locations":[{"line":1,"column":1}],"extensions":{"code":"OPERATION_RESOLUTION_FAILURE"}}]}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			toy := newToy(t)
			var internal error
			e, err := New(toy.schema, Options{OnInternal: func(_ context.Context, _ string, err error) { internal = err }})
			if err != nil {
				t.Fatal(err)
			}
			r := Request{Query: c.query, LastEvent: c.last, ID: "r1", RawVariables: json.RawMessage(c.variables)}
			answers, refused := e.Subscribe(t.Context(), r)
			var got []string
			if refused != nil {
				got = append(got, string(refused.AppendJSON(nil)))
				if refused.Executed || answers != nil {
					t.Errorf("refused and executed: %v, with answers: %v", refused.Executed, answers != nil)
				}
			} else {
				for a := range answers {
					if n := toy.open.Load(); n != 0 {
						t.Errorf("%d events are held while the client reads", n)
					}
					if a.Executed != (a.Event != "") {
						t.Errorf("the answer to event %q was executed: %v", a.Event, a.Executed)
					}
					got = append(got, string(a.AppendJSON(nil)))
				}
			}
			if name == "by a fragment" { // with other arguments
				if len(got) != 1 || refused.Code() != CodeValidation {
					t.Errorf("got %s", got)
				}
				return
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if (internal != nil) != (c.internal != "") || internal != nil && !strings.HasPrefix(internal.Error(), c.internal) {
				t.Errorf("internal error %v, want %s", internal, c.internal)
			}
		})
	}
}

// What is given up ends without a word, and what is slow has a time for each
// event and not for all.
func TestSubscribeEnds(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	e, err := New(toy.schema, Options{Timeout: time.Minute, OnInternal: func(_ context.Context, _ string, err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := Request{Query: `subscription { tick(to: 2 end: "waits") { id } }`}
	answers, refused := e.Subscribe(ctx, r)
	if refused != nil {
		t.Fatal(refused.Errors)
	}
	n := 0
	for range answers {
		if n++; n == 2 {
			time.AfterFunc(10*time.Millisecond, cancel)
		}
	}
	if n != 2 {
		t.Errorf("%d answers, want 2", n)
	}
	answers, _ = e.Subscribe(t.Context(), r)
	for range answers {
		break
	}
	if toy.open.Load() != 0 {
		t.Error("an event is held by who left")
	}
}

// A request is known for a subscription by its operation, if it is valid.
func TestSubscribes(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	const both = `query Q { item { id } } subscription S { tick { id } }`
	for _, c := range []struct {
		query, name string
		want        bool
	}{
		{`subscription { tick { id } }`, "", true},
		{`subscription { tick }`, "", false},
		{`{ item { id } }`, "", false},
		{both, "S", true},
		{both, "Q", false},
		{both, "", false},
		{"{", "", false},
	} {
		if got := e.Subscribes(&Request{Query: c.query, OperationName: c.name}); got != c.want {
			t.Errorf("%s %q: %v", c.query, c.name, got)
		}
	}
}

// A panic of who takes an answer is his own.
func TestSubscriberPanics(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	mine := errors.New("mine")
	defer func() {
		if p := recover(); p != mine {
			t.Errorf("recovered %v", p)
		}
	}()
	answers, _ := e.Subscribe(t.Context(), Request{Query: `subscription { tick { id } }`})
	for range answers {
		panic(mine)
	}
}

// A subscription is asked for admission once, before it begins.
func TestSubscribeAdmit(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	e, err := New(toy.schema, Options{Cost: func(string, string, map[string]any) (int, int) { return 7, 1 }})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	r := Request{Query: `subscription S { tick { id } }`, Admit: func(cost int) error { asked += cost; return nil }}
	answers, refused := e.Subscribe(t.Context(), r)
	if refused != nil {
		t.Fatal(refused.Errors)
	}
	for a := range answers {
		if a.Cost == 0 || a.Cost != asked || a.Operation != "S" || a.Type != "subscription" {
			t.Errorf("asked for %d, answered at %d by %s of type %s", asked, a.Cost, a.Operation, a.Type)
		}
	}
	r.Admit = func(int) error { return publicErr("spent") }
	if _, refused = e.Subscribe(t.Context(), r); refused.Code() != "NO_LUCK" || refused.Type != "subscription" {
		t.Errorf("refused with %s as %q", refused.Code(), refused.Type)
	}
}
