package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/server/token"
)

// person is somebody who sends requests with a token.
type person struct {
	t          *testing.T
	g          *guarded
	id, secret string
}

func (g *guarded) person(t *testing.T, agent string, role schema.Role) person {
	t.Helper()
	id, secret := g.token(t, agent, role, time.Time{})
	return person{t, g, id, secret}
}

// asks sends a document and returns the status and the answer.
func (p person) asks(query string, args ...any) (int, string) {
	p.t.Helper()
	body, err := json.Marshal(map[string]string{"query": fmt.Sprintf(query, args...)})
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), "POST", p.g.url+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", typeJSON)
	if p.secret != "" {
		req.Header.Set("Authorization", "Bearer "+p.secret)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(answer)
}

// gets has the answer hold what is wanted.
func (p person) gets(want, query string, args ...any) string {
	p.t.Helper()
	status, got := p.asks(query, args...)
	if status != 200 || !strings.Contains(got, want) {
		p.t.Errorf("%s\ngot  %d, %s\nwant %s", fmt.Sprintf(query, args...), status, got, want)
	}
	return got
}

const (
	putClaim = `mutation { put: putClaim(input: {text: "Rain is wet.", type: FACT%s}) { node { id status } revision { agent } userErrors { code } } }`
	decide   = `mutation { decide(input: {id: %q, status: CONFIRMED, reason: "I looked"}) { node { status } revision { agent } userErrors { code } } }`
	redact   = `mutation { redact(input: {id: %q, reason: "a court says so"}) { node { label } revision { agent } userErrors { code } } }`
)

// TestRoles has one claim proposed, decided and redacted over HTTP, each by whose
// role allows it, and tried before by who may not.
func TestRoles(t *testing.T) {
	t.Parallel()
	g := guard(t, false)
	anyone := person{t: t, g: g}
	reader, contributor := g.person(t, "Rea Der", schema.Reader), g.person(t, "Con Tributor", schema.Contributor)
	editor, admin := g.person(t, "Edith Or", schema.Editor), g.person(t, "Ada Min", schema.Admin)

	anyone.gets(`"code":"UNAUTHENTICATED"`, putClaim, "")
	reader.gets(`"code":"FORBIDDEN"`, putClaim, "")
	reader.gets(`{"data":{"record":{"seq":0}}}`, `{ record { seq } }`)

	var put struct {
		Data struct {
			Put struct{ Node struct{ ID string } }
		}
	}
	got := contributor.gets(`"status":"CANDIDATE"},"revision":{"agent":"Con Tributor"},"userErrors":[]`, putClaim, "")
	if err := json.Unmarshal([]byte(got), &put); err != nil {
		t.Fatal(err)
	}
	claim := put.Data.Put.Node.ID
	anyone.gets(`"totalCount":0`, `{ claims { totalCount } }`)

	contributor.gets(`"code":"FORBIDDEN"`, decide, claim)
	editor.gets(`{"node":{"status":"CONFIRMED"},"revision":{"agent":"Edith Or"},"userErrors":[]}`, decide, claim)
	anyone.gets(`"totalCount":1`, `{ claims { totalCount } }`)
	contributor.gets(`"code":"FORBIDDEN"`, putClaim, `, id: "`+claim+`"`)

	editor.gets(`"code":"FORBIDDEN"`, redact, claim)
	admin.gets(`{"node":{"label":"redacted Claim"},"revision":{"agent":"Ada Min"},"userErrors":[]}`, redact, claim)
	anyone.gets(`{"data":{"record":{"seq":3}}}`, `{ record { seq } }`)

	// A token never writes by an address that a page could make a browser open.
	if res, body := g.ask(t, "GET", "/graphql?query=mutation{redact(input:{id:%22"+claim+"%22}){revision{seq}}}", "Bearer "+admin.secret); res.StatusCode != 405 {
		t.Errorf("a mutation by GET: got %d, %s, want 405", res.StatusCode, body)
	}
	for _, p := range []person{reader, contributor, editor, admin} {
		if strings.Contains(g.log.String(), p.secret) {
			t.Errorf("the log holds a secret:\n%s", g.log)
		}
	}
}

// TestHistoryNamesAgents reads who did what from the history of a node.
func TestHistoryNamesAgents(t *testing.T) {
	t.Parallel()
	g := guard(t, false)
	const id = "7d8e0f6a-0d0c-4b8e-9d5e-0d0a3f2b1c00"
	const put = `mutation { putTopic(input: {id: "` + id + `", name: %q%s}) { userErrors { message } } }`
	g.person(t, "Con Tributor", schema.Contributor).gets(`"userErrors":[]`, put, "one", ", ifRevision: 0")
	g.person(t, "Edith Or", schema.Editor).gets(`"userErrors":[]`, put, "two", `, reason: "better"`)
	g.person(t, "李 明", schema.Admin).gets(`"userErrors":[]`, put, "three", `, reason: "best"`)
	_, got := person{t: t, g: g}.asks(`{ node(id: %q) { history(first: 9) { nodes { agent node { label } } } } }`, id)
	var history struct {
		Data struct {
			Node struct {
				History struct {
					Nodes []struct {
						Agent string
						Node  struct{ Label string }
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(got), &history); err != nil {
		t.Fatal(err)
	}
	of := make(map[string]string)
	for _, r := range history.Data.Node.History.Nodes {
		of[r.Node.Label] = r.Agent
	}
	if diff := cmp.Diff(map[string]string{"one": "Con Tributor", "two": "Edith Or", "three": "李 明"}, of); diff != "" {
		t.Errorf("who wrote what is not as wanted (-want +got):\n%s\n%s", diff, got)
	}
}

// TestSentAtOnce sends one mutation eight times at the same moment, as a client
// does that loses patience. It is written once for each agent, and all are
// answered the same.
func TestSentAtOnce(t *testing.T) {
	t.Parallel()
	g := guard(t, false)
	for i, p := range []person{g.person(t, "Edith Or", schema.Editor), g.person(t, "Edgar Or", schema.Editor)} {
		answers := make([]string, 8)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { _, answers[i] = p.asks(putClaim, `, clientMutationId: "1"`) })
		}
		all.Wait()
		for _, a := range answers {
			if a != answers[0] || !strings.Contains(a, `"userErrors":[]`) {
				t.Errorf("got %s and %s", answers[0], a)
			}
		}
		p.gets(fmt.Sprintf(`{"data":{"record":{"seq":%d,"nodes":%d}}}`, i+1, i+1), `{ record { seq nodes } }`)
	}
}

// TestRevokedWhileWriting revokes a token between two mutations.
func TestRevokedWhileWriting(t *testing.T) {
	t.Parallel()
	g := guard(t, false)
	p := g.person(t, "Edith Or", schema.Editor)
	p.gets(`"userErrors":[]`, putClaim, "")
	if _, err := token.Revoke(t.Context(), g.dir, p.id, time.Now()); err != nil {
		t.Fatal(err)
	}
	if status, got := p.asks(putClaim, ""); status != 401 || !strings.Contains(got, "UNAUTHENTICATED") {
		t.Errorf("got %d, %s, want 401", status, got)
	}
	person{t: t, g: g}.gets(`{"data":{"record":{"seq":1}}}`, `{ record { seq } }`)
}
