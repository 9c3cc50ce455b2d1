package pages_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/server/pages"
)

var graphqlForm = regexp.MustCompile(`(?s)<pre tabindex="0" class="graphql">(.*?)</pre>`)

// written is the GraphQL beside the builder's form; "" for none.
func written(page string) string {
	found := graphqlForm.FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// Each form is what it says as GraphQL, and is answered by the engine.
func TestBuild(t *testing.T) {
	t.Parallel()
	h, ask := seeded(t)
	trump := find(t, ask, "speakers", "Donald Trump")
	claim := find(t, ask, "claims", "forbidden for Iran")
	for _, c := range []struct {
		name, form, holds string
	}{
		{"a list", "list=statements", "statements(first: 50) {"},
		{"a name", "list=statements&filter.speaker=trump", `filter: {speaker: ["` + trump + `"]}`},
		{"an id", "list=statements&filter.speaker=" + trump, `filter: {speaker: ["` + trump + `"]}`},
		{"two of them", "list=statements&filter.speaker=" + trump + ",+Khamenei", `filter: {speaker: ["` + trump + `", "`},
		{"dates and modes", "list=statements&filter.said.from=2018-01&filter.mode=DIRECT&filter.mode=PARTIAL", `filter: {said: {from: "2018-01"}, mode: [DIRECT, PARTIAL]}`},
		{"fields", "list=claims&field=text&field=horizon", "      text\n      horizon { edtf written }\n"},
		{"fields that are none", "list=claims&field=nope&field=text", "nodes {\n      text\n    }"},
		{"a size", "list=topics&first=7", "topics(first: 7)"},
		{"a size that is none", "list=topics&first=7000", "topics(first: 50)"},
		{"a timeline", "list=timeline&of=" + claim, `of: "` + claim + `"`},
		{"a search", "list=search&text=" + url.QueryEscape(`"say" \ </pre>`+"\x01"), `text: "\"say\" \\ </pre>\u0001"`},
		{"not yet decided", "list=contradictions&status=CANDIDATE", "status: [CANDIDATE]"},
		{"then", "list=events&asOf=2", "asOf(seq: 2) {"},
		{"then by a day", "list=events&asOf=2026-11-01", `asOf(time: "2026-11-01T23:59:59.999999999Z") {`},
		{"required and missing", "list=timeline", ""},
		{"a name that nobody has", "list=statements&filter.speaker=Nobody", ""},
		{"no list", "list=secrets", ""},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := body(t, h, "/build?"+c.form)
			got := written(page)
			if c.holds == "" {
				if got != "" {
					t.Errorf("got %s, want no question", got)
				}
				return
			}
			if !strings.Contains(got, c.holds) {
				t.Fatalf("got %s, want %s in it", got, c.holds)
			}
			var answer struct {
				Data   map[string]any
				Errors []any
			}
			if err := json.Unmarshal(ask(pages.Question{Query: got}), &answer); err != nil || len(answer.Errors) > 0 || answer.Data == nil {
				t.Errorf("%s: got %v, %v", got, answer.Errors, err)
			}
			for _, ext := range []string{".json", ".csv"} {
				if w := get(t, h, "/build"+ext+"?"+c.form); w.Code != http.StatusOK {
					t.Errorf("as %s: got status %d: %.200s", ext, w.Code, w.Body)
				}
			}
		})
	}
	if w := get(t, h, "/build?list=statements&filter.said.from=someday"); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "EDTF date") {
		t.Errorf("a date that is none: got status %d, want 400 and what is wrong", w.Code)
	}
	if w := get(t, h, "/build.atom?list=statements"); w.Code != http.StatusNotFound {
		t.Errorf("as a feed: got status %d, want 404", w.Code)
	}
}

// A name that may mean several is offered and not guessed.
func TestBuildMeaning(t *testing.T) {
	t.Parallel()
	rec := graphtest.Open(t)
	graphtest.Build().Speaker("a", "Anna Alder").Speaker("b", "Bela Alder").Node(vocab.Topic, "t", graph.Props{"name": "Alder trees"}).Write(t, rec)
	h, _ := serve(t, rec, pages.Options{Base: base})
	page := body(t, h, "/build?list=statements&filter.speaker=Alder")
	if written(page) != "" || !strings.Contains(page, "Anna Alder") || !strings.Contains(page, "Bela Alder") || strings.Contains(page, "Alder trees") {
		t.Errorf("got question %q, want the two speakers to be chosen from", written(page))
	}
	for _, n := range []string{"a", "b"} {
		id := graphtest.ID(n).String()
		if want := html.EscapeString("/build?filter.speaker=" + id + "&list=statements"); !strings.Contains(page, want) {
			t.Errorf("it does not lead to %s", want)
		}
	}
	if got := written(body(t, h, "/build?list=statements&filter.speaker=Anna+Alder")); !strings.Contains(got, graphtest.ID("a").String()) {
		t.Errorf("got %s, want Anna Alder's", got)
	}
	if got := written(body(t, h, "/build?list=statements&filter.topic=Alder+trees")); !strings.Contains(got, graphtest.ID("t").String()) {
		t.Errorf("got %s, want the topic", got)
	}
}

// Every list of the schema can be built and asked with all of its fields.
func TestBuildEverything(t *testing.T) {
	t.Parallel()
	h, ask := seeded(t)
	claim := find(t, ask, "claims", "forbidden for Iran")
	lists := regexp.MustCompile(`<option value="(\w+)"`).FindAllStringSubmatch(body(t, h, "/build"), -1)
	if len(lists) < 15 {
		t.Fatalf("got %d lists, want all of the schema", len(lists))
	}
	for _, l := range lists {
		t.Run(l[1], func(t *testing.T) {
			path := "/build?list=" + l[1] + "&text=talks&of=" + claim
			form := url.Values{}
			for _, f := range regexp.MustCompile(`name="field" value="(\w+)"`).FindAllStringSubmatch(body(t, h, path), -1) {
				form.Add("field", f[1])
			}
			if len(form["field"]) == 0 {
				t.Fatal("no fields")
			}
			page := body(t, h, path+"&first=20&"+form.Encode())
			if written(page) == "" || strings.Contains(page, `role="alert"`) {
				t.Errorf("got %s", written(page))
			}
		})
	}
}
