package engine

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// What is asked before a request is executed is told its price, and what it
// refuses is not executed. It is not asked of what is refused without it.
func TestAdmit(t *testing.T) {
	t.Parallel()
	var masked error
	opts := Options{MaxCost: 100, Cost: func(string, string, map[string]any) (int, int) { return 7, 1 }}
	opts.OnInternal = func(_ context.Context, _ string, err error) { masked = err }
	e := toyEngine(t, opts)
	refused, broken := &Error{Code: "TOO_DEAR", Message: "too dear"}, errors.New("the secret")
	for _, c := range []struct {
		name, query string
		err         error
		asked       int // the price; -1 for not asked
		want        string
	}{
		{"admitted", "{ int }", nil, 7, `{"data":{"int":"absent"}}`},
		{"refused", "{ int }", refused, 7, `{"errors":[{"message":"too dear","extensions":{"code":"TOO_DEAR"}}]}`},
		{"an error of its own", "{ int }", broken, 7, `{"errors":[{"message":"internal error","extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":"r"}}]}`},
		{"not valid", "{ nope }", refused, -1, `{"errors":[{"message":"Cannot query field \"nope\" on type \"Query\".","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`},
	} {
		asked := -1
		r := e.Do(t.Context(), Request{Query: c.query, ID: "r", Admit: func(cost int) error {
			asked = cost
			return c.err
		}})
		if got := string(r.AppendJSON(nil)); got != c.want || asked != c.asked || r.Executed != (c.name == "admitted") {
			t.Errorf("%s: asked for %d, got  %s\nwant %d, %s", c.name, asked, got, c.asked, c.want)
		}
		if c.asked >= 0 && (r.Cost != c.asked || r.Type != "query") {
			t.Errorf("%s: cost %d of a %q, want %d of a query", c.name, r.Cost, r.Type, c.asked)
		}
	}
	if !errors.Is(masked, broken) {
		t.Errorf("logged %v, want %v", masked, broken)
	}
}

// An answer says what was executed, and what else the client is told.
func TestAnswered(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	for _, c := range []struct{ query, name, typ, want string }{
		{"{ int }", "", "query", `{"data":{"int":"absent"},"extensions":{"a":1}}`},
		{"query Named { int }", "Named", "query", `{"data":{"int":"absent"},"extensions":{"a":1}}`},
		{"query Named($v: Int!) { many(n: $v) { id } }", "Named", "query", ""},
		{"mutation Change { __typename }", "Change", "mutation", `{"data":{"__typename":"Mutation"},"extensions":{"a":1}}`},
		{"{ nope }", "", "", ""},
		{"{", "", "", ""},
	} {
		r := e.Do(t.Context(), Request{Query: c.query})
		r.Extensions = map[string]int{"a": 1}
		if got := string(r.AppendJSON(nil)); c.want != "" && got != c.want {
			t.Errorf("%s: got  %s\nwant %s", c.query, got, c.want)
		}
		if r.Operation != c.name || r.Type != c.typ {
			t.Errorf("%s: %q, a %q; want %q, a %q", c.query, r.Operation, r.Type, c.name, c.typ)
		}
	}
	none := &Response{Extensions: 1}
	if got := string(none.AppendJSON([]byte("x"))); got != `x{"extensions":1}` {
		t.Errorf("without errors and data: %s", got)
	}
}

// Codes are told each once, in their order.
func TestCodes(t *testing.T) {
	t.Parallel()
	r := &Response{Errors: gqlerror.List{coded("B", "one"), {Message: "without a code"}, coded("A", "two"), coded("B", "three")}}
	if got := r.Codes(); !slices.Equal(got, []string{"B", "A"}) {
		t.Errorf("got %q, want B and A", got)
	}
	if got := (&Response{}).Codes(); got != nil {
		t.Errorf("got %q without an error", got)
	}
}

// Check finds what no request with a document can mend, and a document that was
// used is known.
func TestCheck(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	for query, ok := range map[string]bool{
		"{ int }":                         true,
		"query A { int } query B { int }": true,
		"query($n: Int!) { int }":         false, // never used
		"{ nope }":                        false,
		"{":                               false,
		"fragment F on Query { int }":     false,
	} {
		if err := e.Check(query); (err == nil) != ok {
			t.Errorf("%s: got %v", query, err)
		}
	}
	before := e.CacheUse()
	e.Do(t.Context(), Request{Query: "{ int }"})
	e.Do(t.Context(), Request{Query: "{ text }"})
	after := e.CacheUse()
	if after.Hits != before.Hits+1 || after.Misses != before.Misses+1 || after.Documents < 2 {
		t.Errorf("from %+v to %+v, want a hit and a miss", before, after)
	}
}
