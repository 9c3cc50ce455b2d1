package server_test

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// fetched is a page of a running server.
func fetched(t *testing.T, address string) string {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: got status %d, %v, want 200: %.300s", address, res.StatusCode, err, b)
	}
	return string(b)
}

// answered asks for JSON and fails where it is no answer without errors.
func answered(t *testing.T, body []byte) string {
	t.Helper()
	var got struct {
		Data   json.RawMessage
		Errors []any
	}
	if err := json.Unmarshal(body, &got); err != nil || len(got.Errors) > 0 || len(got.Data) == 0 {
		t.Fatalf("got %.300s, %v, want an answer without errors", body, err)
	}
	return string(got.Data)
}

func post(t *testing.T, address string, body []byte) []byte {
	t.Helper()
	res, err := http.Post(address, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	copied      = regexp.MustCompile(`(?s)<h2>As (GraphQL|curl)</h2>\s*<pre tabindex="0">(.*?)</pre>`)
	graphiqlRef = regexp.MustCompile(`href="(/graphiql/\?[^"]*)"`)
)

// What a page offers to be copied is asked again, in each of its three forms, and
// answered with what the page as JSON says.
func TestCopiedQuestionsRun(t *testing.T) {
	s := seeded(t)
	front := fetched(t, s.URL+"/")
	paths := []string{"/", "/?asOf=3", "/search?q=it's+%22ready%22", "/search?q=talks&kind=claim&kind=statement", "/build?list=statements&filter.speaker=Trump&filter.mode=DIRECT&asOf=4"}
	for _, kind := range []string{"claim", "statement"} {
		path := regexp.MustCompile(`/` + kind + `/[0-9a-f-]{36}`).FindString(front)
		paths = append(paths, path, path+"?asOf=4", path+"?asOf=2099-01-01")
		if kind == "claim" {
			speaker := regexp.MustCompile(`<option value="([0-9a-f-]{36})"`).FindStringSubmatch(fetched(t, s.URL+path))
			paths = append(paths, path+"?from=2018&mode=INDIRECT&by="+speaker[1])
		}
	}
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			page := fetched(t, s.URL+path)
			dot := strings.Replace(path, "?", ".json?", 1)
			if !strings.Contains(dot, "?") {
				dot += ".json"
			}
			want := answered(t, []byte(fetched(t, s.URL+strings.Replace(dot, "/.json", "/index.json", 1))))
			same := func(form string, body []byte) {
				t.Helper()
				got := answered(t, body)
				var a, b bytes.Buffer
				if json.Compact(&a, []byte(got)) != nil || json.Compact(&b, []byte(want)) != nil || a.String() != b.String() {
					t.Errorf("as %s: got %.200s, want %.200s", form, a.String(), b.String())
				}
			}
			forms := make(map[string]string)
			for _, m := range copied.FindAllStringSubmatch(page, -1) {
				forms[m[1]] = html.UnescapeString(m[2])
			}
			// The shell takes the command apart, as it would for curl.
			out, err := exec.CommandContext(t.Context(), "sh", "-c", `curl() { printf '%s\0' "$@"; }`+"\n"+forms["curl"]).Output()
			if err != nil {
				t.Fatal(err)
			}
			args := strings.Split(string(out), "\x00")
			if len(args) != 6 || args[0] != s.URL+"/graphql" || args[1] != "-H" || args[2] != "content-type: application/json" || args[3] != "-d" {
				t.Fatalf("got the arguments %q", args)
			}
			same("curl", post(t, args[0], []byte(args[4])))

			link := graphiqlRef.FindStringSubmatch(page)
			if link == nil {
				t.Fatal("no link to GraphiQL")
			}
			u, err := url.Parse(html.UnescapeString(link[1]))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(forms["GraphQL"]); got != u.Query().Get("query") {
				t.Errorf("the GraphQL that is shown is not that of the link: %s", got)
			}
			// The parameters are those of GraphQL over HTTP.
			same("a link to GraphiQL", []byte(fetched(t, s.URL+"/graphql?"+u.RawQuery)))
			fetched(t, s.URL+u.Path)
		})
	}
}

// A list over the wire is whole, whatever stands between.
func TestDataOverTheWire(t *testing.T) {
	s := seeded(t)
	for path, media := range map[string]string{
		"/index.csv": "text/csv", "/index.atom": "application/atom+xml", "/index.jsonld": "application/ld+json", "/sitemap.xml": "application/xml", "/robots.txt": "text/plain",
		"/search.feed.json?q=talks": "application/feed+json", "/build.csv?list=topics": "text/csv",
	} {
		res, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK || len(b) == 0 || !strings.HasPrefix(res.Header.Get("Content-Type"), media) {
			t.Errorf("%s: got status %d, %s, %d bytes, %v", path, res.StatusCode, res.Header.Get("Content-Type"), len(b), err)
		}
		head, err := http.Head(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = head.Body.Close()
		if head.StatusCode != http.StatusOK || head.Header.Get("Content-Type") != res.Header.Get("Content-Type") {
			t.Errorf("%s: HEAD got status %d, %s", path, head.StatusCode, head.Header.Get("Content-Type"))
		}
	}
}
