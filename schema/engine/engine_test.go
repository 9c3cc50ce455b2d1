package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/graphql-go/graphql"
)

// TestBatch checks that a level is asked once, whatever its width, and that the
// thunks of a loader that is wrapped, so that the engine does not know it, gather
// all the same.
func TestBatch(t *testing.T) {
	t.Parallel()
	toy := newToy(t)
	e, err := New(toy.schema, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := do(e, `{ items { next { next { number } } } }`, ""), `{"data":{"items":[{"next":{"next":{"number":3}}},{"next":{"next":{"number":4}}},{"next":{"next":{"number":5}}}]}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if n := toy.batches.Load(); n != 2 {
		t.Errorf("two levels of three objects took %d batches", n)
	}

	toy = newToy(t)
	loaded := toy.schema.TypeMap()["Item"].(*graphql.Object).Fields()["loaded"]
	inner := loaded.Resolve
	loaded.Resolve = func(p graphql.ResolveParams) (any, error) { return inner(p) }
	if e, err = New(toy.schema, Options{}); err != nil {
		t.Fatal(err)
	}
	if got, want := do(e, `{ items { loaded } loose { loaded } }`, ""), `{"data":{"items":[{"loaded":10},{"loaded":20},{"loaded":30}],"loose":[{"loaded":120},null,{"loaded":130}]}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if n := toy.thunks.Load(); n != 1 {
		t.Errorf("two lists of one level took %d batches of thunks", n)
	}
}

// TestNoProbe checks that making an engine calls no resolver.
func TestNoProbe(t *testing.T) {
	t.Parallel()
	called := false
	q := graphql.NewObject(graphql.ObjectConfig{Name: "Query", Fields: graphql.Fields{"a": {Type: graphql.Int, Resolve: func(graphql.ResolveParams) (any, error) {
		called = true
		return 1, nil
	}}}})
	s, err := graphql.NewSchema(graphql.SchemaConfig{Query: q})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(s, Options{}); err != nil || called {
		t.Errorf("called: %v, %v", called, err)
	}
}

// TestMasks checks what is reported of an error that the client is not shown.
func TestMasks(t *testing.T) {
	t.Parallel()
	var ids []string
	var errs []error
	e := toyEngine(t, Options{OnInternal: func(_ context.Context, id string, err error) {
		ids, errs = append(ids, id), append(errs, err)
	}})
	r := e.Do(t.Context(), Request{Query: `{ item { secret panics } items { fails } }`})
	var p *PanicError
	if len(errs) != 3 || errs[0].Error() != "batch" || errs[1].Error() != "password 1234" || !errors.As(errs[2], &p) || p.Value != "at the disco" || len(p.Stack) == 0 {
		// A level is resolved group by group; the fields of one group in the
		// order of the query, the groups in that of their first object.
		if len(errs) != 3 || errs[0].Error() != "password 1234" || !errors.As(errs[1], &p) || errs[2].Error() != "batch" {
			t.Fatalf("reported %q", errs)
		}
	}
	if len(r.Errors) != 5 {
		t.Errorf("got %d errors, want one for each place", len(r.Errors))
	}
	for _, err := range r.Errors {
		if err.Extensions["requestId"] != ids[0] || ids[0] == "" || err.Message != "internal error" {
			t.Errorf("%v with %v, want the id %q", err, err.Extensions, ids[0])
		}
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	two := `query A { int } mutation B { count { number } } query C { a: int }`
	for _, c := range []struct {
		name, query, operation string
		safe                   bool
		code                   string
		executed               bool
	}{
		{"named", two, "C", false, "", true},
		{"not named", two, "", false, CodeOperation, false},
		{"unknown", two, "D", false, CodeOperation, false},
		{"mutation", two, "B", false, "", true},
		{"mutation by GET", two, "B", true, MethodNotAllowed, false},
		{"query beside a mutation by GET", two, "A", true, "", true},
		{"invalid mutation by GET", `mutation { nope }`, "", true, MethodNotAllowed, false},
		{"invalid", `{ nope }`, "", true, CodeValidation, false},
		{"an error of a field", `{ item { unlucky } }`, "", true, "NO_LUCK", true},
	} {
		r := e.Do(t.Context(), Request{Query: c.query, OperationName: c.operation, Safe: c.safe})
		if r.Code() != c.code || r.Executed != c.executed {
			t.Errorf("%s: got %q, executed %v; want %q, %v", c.name, r.Code(), r.Executed, c.code, c.executed)
		}
	}
}

func TestRequestFromJSON(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{})
	var r Request
	if err := json.Unmarshal([]byte(`{"query":"query($a:ID,$b:Int){id(a:$a) int(a:$b)}","variables":{"a":12345678901234567890,"b":1},"operationName":null}`), &r); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := e.Do(t.Context(), r).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if want := `{"data":{"id":"\"12345678901234567890\"","int":"1"}}`; b.String() != want {
		t.Errorf("got  %s\nwant %s", &b, want)
	}
	// Go's own numbers are taken too.
	got := string(e.Do(t.Context(), Request{Query: r.Query, Variables: map[string]any{"a": 1234567.0, "b": int64(3)}}).AppendJSON(nil))
	if want := `{"data":{"id":"\"1234567\"","int":"3"}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCost(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{MaxCost: 1000, Cost: func(parent, field string, args map[string]any) (int, int) {
		if field == "many" {
			n, _ := args["n"].(int)
			return 1, n
		}
		return 1, 1
	}})
	for _, c := range []struct {
		query, variables string
		cost             int
	}{
		{`{ int }`, "", 1},
		{`{ __typename }`, "", 0},
		{`{ __typename __type(name: "Item") { name fields { name } } }`, "", 10},
		{`{ int __schema { types { name } } }`, "", 1 + 10*(1+len(e.defs.Types))},
		{`{ item { id number } }`, "", 3},
		{`{ item { id } item { id number } }`, "", 3},
		{`{ many(n: 100) { id number } }`, "", 201},
		{`query($n: Int!) { many(n: $n) { id } }`, `{"n": 7}`, 8},
		{`query($n: Int!) { many(n: $n) { id } }`, `{"n": 2000000000}`, 2000000001},
		{`{ node { id ... on Item { number } ... on Box { label item { id } } } }`, "", 5},
		{`{ many(n: 2147483647) { ` + strings.Repeat("items { ", 20) + "id" + strings.Repeat(" }", 20) + ` } }`, "", 1 + math.MaxInt32*21},
	} {
		r := e.Do(t.Context(), Request{Query: c.query, RawVariables: json.RawMessage(c.variables)})
		if r.Cost != c.cost || r.Executed != (c.cost <= 1000) {
			t.Errorf("%s: cost %d, executed %v; want %d", c.query, r.Cost, r.Executed, c.cost)
		}
		if !r.Executed && (r.Code() != CodeCost || r.Errors[0].Extensions["cost"] != c.cost) {
			t.Errorf("%s: %v", c.query, r.Errors)
		}
	}
}

func TestResponseLimit(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{MaxResponseBytes: 10_000})
	for query, want := range map[string]string{
		`{ many(n: 100) { id } }`:       "",
		`{ many(n: 2000000) { id } }`:   CodeResponse,
		`{ many(n: 5000) { id } }`:      CodeResponse,
		`{ many(n: 1500) { unlucky } }`: CodeResponse,
	} {
		if r := e.Do(t.Context(), Request{Query: query}); r.Code() != want || !r.Executed {
			t.Errorf("%s: got %q, want %q", query, r.Code(), want)
		}
	}
}

func TestStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		slow := func(p graphql.ResolveParams) (any, error) {
			calls++
			select {
			case <-p.Context.Done():
				return nil, p.Context.Err()
			case <-time.After(time.Second):
				return 1, nil
			}
		}
		q := graphql.NewObject(graphql.ObjectConfig{Name: "Query", Fields: graphql.Fields{"slow": {Type: graphql.Int, Resolve: slow}}})
		s, err := graphql.NewSchema(graphql.SchemaConfig{Query: q})
		if err != nil {
			t.Fatal(err)
		}
		e, err := New(s, Options{Timeout: 2500 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		got := do(e, `{ a: slow b: slow }`, "")
		if want := `{"data":{"a":1,"b":1}}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		calls = 0
		got = do(e, `{ a: slow b: slow c: slow d: slow }`, "")
		if want := `{"errors":[{"message":"the request took too long","extensions":{"code":"TIMEOUT"}}],"data":null}`; got != want || calls != 3 {
			t.Errorf("got %s after %d calls, want %s after 3", got, calls, want)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if r := e.Do(ctx, Request{Query: "{ slow }"}); r.Code() != CodeCancelled {
			t.Errorf("got %v, want %s", r.Errors, CodeCancelled)
		}
	})
}

// TestCache checks that documents are kept up to both limits.
func TestCache(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{Documents: 3, DocumentBytes: 100})
	for i := range 10 {
		do(e, fmt.Sprintf("{ a%d: int }", i), "")
	}
	if n := e.docs.byAge.Len(); n != 3 || len(e.docs.docs) != 3 {
		t.Errorf("%d documents are kept, want 3", n)
	}
	do(e, "{ int } #"+strings.Repeat("x", 200), "")
	if n := e.docs.byAge.Len(); n != 0 || e.docs.size != 0 {
		t.Errorf("%d documents of %d bytes are kept beside a large one, want none", n, e.docs.size)
	}
	q := `query($a: Boolean!) { int @skip(if: $a) x: int }`
	for _, v := range []string{`{"a": true}`, `{"a": false}`, `{"a": true}`} {
		do(e, q, v)
	}
	if n := len(e.docs.get(q).plans); n != 2 {
		t.Errorf("%d plans for two values of a condition", n)
	}
}

// TestConcurrent lets many requests share documents. It is for the race
// detector.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	e := toyEngine(t, Options{Documents: 2})
	for i := range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for j := range 50 {
				q := []string{`query($a: Boolean!, $n: Int) { items { next(by: $n) { id } x: id @skip(if: $a) } }`, `{ nodes { id } }`, `{ __schema { types { name } } }`}[j%3]
				if got := do(e, q, fmt.Sprintf(`{"a": %v, "n": %d}`, i%2 == 0, j)); strings.Contains(got, "errors") {
					t.Error(got)
				}
			}
		})
	}
}

// FuzzDo sends whatever there is through the whole path of a request. Nothing
// may panic, and what comes out is JSON that says what it must.
func FuzzDo(f *testing.F) {
	for _, s := range []string{
		`{ item { id } }`, `query($a: Int = 1) { int(a: $a) }`, `{ in(a: {n: 1, s: null, list: [RED]}) }`, `{ __schema { types { name fields { args { defaultValue } } } } }`,
		"{ a: int(a: 1) ...F } fragment F on Query { int }", "\"\"\"x\"\"\" query { int }", `mutation { count { id } }`, `subscription { tick { id } }`,
		`{ nodes { ... on Item { next(by: 2) { thunk odd } } ... on Box { label } } }`, `{ item { secret never nevers holes matrix } }`,
		`query A($a: Boolean!) { int @skip(if: $a) } query B { int }`, `{ json(a: {a: [1, $a]}) one(a: {a: 1}) even(a: 2) }`,
	} {
		f.Add(s, `{"a": 1}`, "")
		f.Add(s, `{"a": true}`, "A")
	}
	for _, c := range hostile() {
		if len(c.query) < 5000 && len(c.variables) < 5000 {
			f.Add(c.query, c.variables, "")
		}
	}
	var mistake error
	e := toyEngine(f, Options{OnInternal: func(_ context.Context, _ string, err error) {
		var p *PanicError
		if errors.As(err, &p) && p.Value != "at the disco" {
			mistake = err
		}
	}})
	f.Fuzz(func(t *testing.T, query, variables, operation string) {
		r := e.Do(t.Context(), Request{Query: query, RawVariables: json.RawMessage(variables), OperationName: operation})
		var got map[string]any
		if err := json.Unmarshal(r.AppendJSON(nil), &got); err != nil {
			t.Fatalf("no JSON: %v", err)
		}
		if _, ok := got["data"]; ok != r.Executed {
			t.Errorf("executed %v, data %v", r.Executed, ok)
		}
		if !r.Executed && len(r.Errors) == 0 {
			t.Error("refused without an error")
		}
		for _, err := range r.Errors {
			if err.Message == "" || err.Extensions["code"] == nil {
				t.Errorf("an error without a message or a code: %+v", err)
			}
		}
		if mistake != nil {
			t.Error(mistake)
			mistake = nil
		}
	})
}
