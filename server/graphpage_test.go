package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// The pages of the graph, and what is found while one types, over the seeded
// record.
func TestGraphPages(t *testing.T) {
	t.Parallel()
	srv := seeded(t)
	get := func(t *testing.T, path string) (int, string) {
		t.Helper()
		res, err := http.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	_, answer := get(t, "/graphql?"+url.Values{"query": {`{ speakers(name: "Khamenei") { nodes { id } } claims(first: 1) { nodes { id } } sources(first: 1) { nodes { captures { id } } } }`}}.Encode())
	var found struct {
		Data struct {
			Speakers, Claims struct{ Nodes []struct{ ID string } }
			Sources          struct {
				Nodes []struct{ Captures []struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal([]byte(answer), &found); err != nil {
		t.Fatalf("%v: %s", err, answer)
	}
	who, claim, text := found.Data.Speakers.Nodes[0].ID, found.Data.Claims.Nodes[0].ID, found.Data.Sources.Nodes[0].Captures[0].ID
	for _, test := range []struct {
		name, path string
		status     int
		has, not   []string // patterns
	}{
		{"a node's page leads to it", "/claim/" + claim, 200, []string{`href="/graph\?of=` + claim + `&amp;hide=capture"`}, nil},
		{"around one", "/graph?of=" + text, 200, []string{`<strong>26 nodes</strong>`, `\+40 more`, `"given":true`}, nil},
		{"more of it", "/graph?of=" + text + "," + text, 200, []string{`<strong>51 nodes</strong>`}, nil},
		{"without kinds", "/graph?of=" + who + "&hide=statement,stance&depth=2", 200, []string{`name="hide" value="statement" checked`}, []string{`class="kind k-statement"`, `class="kind k-stance"`}},
		{"without links of a kind", "/graph?of=" + who + "&hide=said", 200, []string{`Hidden links: said`}, []string{`"kind":"SAID"`}},
		{"a path", "/graph?of=&hide=capture&from=" + who + "&to=" + claim, 200, []string{`How <a.* are linked`, `class="steps-list"`}, []string{`class="kind k-capture"`}},
		{"a path to words", "/graph?of=" + who + "&find=trump", 200, []string{`which is meant`, `class="choices"><li>`}, nil},
		{"a path to words that are nowhere", "/graph?of=" + who + "&find=xyzzy", 200, []string{`Nothing on record holds these words`}, nil},
		{"earlier, when it was not there", "/graph?of=" + who + "&asOf=1", 404, nil, nil},
		{"at a state, which its links keep", "/graph?of=" + who + "&asOf=4", 200, []string{`An earlier state of the record`, `asOf=4`}, nil},
		{"where to begin", "/graph", 200, []string{`Where to begin`, `/graph\?of=`}, nil},
		{"what is found for words to begin with", "/graph?q=trump", 200, []string{`class="choices"><li>`}, nil},
		{"no such node", "/graph?of=00000000-0000-4000-8000-000000000000", 404, nil, nil},
		{"found while one types", "/suggest?q=nego", 200, []string{`role="group"`, `role="option"`, `m-hit`}, []string{`<html`}},
		{"a phrase that is not closed", "/suggest?q=%22Islamic+Rep", 200, nil, nil},
		{"nothing typed", "/suggest?q=", 200, nil, []string{`option`}},
		{"a timeline by one speaker", "/claim/" + claim + "?by=" + who, 200, []string{`class="timeline"`}, nil},
		{"a search for one kind", "/search?q=iran&kind=claim", 200, []string{`class="hits"`}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			status, body := get(t, test.path)
			if status != test.status {
				t.Errorf("GET %s = %d, want %d", test.path, status, test.status)
			}
			for _, pattern := range test.has {
				if !regexp.MustCompile(pattern).MatchString(body) {
					t.Errorf("GET %s: no %q", test.path, pattern)
				}
			}
			for _, pattern := range test.not {
				if found := regexp.MustCompile(pattern).FindString(body); found != "" {
					t.Errorf("GET %s: %q, want none", test.path, found)
				}
			}
			if strings.Contains(body, "<script>") || strings.Contains(body, "style=") {
				t.Errorf("GET %s: an inline script or style, which the policy forbids", test.path)
			}
		})
	}
}
