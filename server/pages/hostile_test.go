package pages_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed/corpus"
	"github.com/onrecord/onrecord/server/pages"
)

// hostileWords break out of an element, an attribute, a script, a comment and a
// template, wherever they are let.
const hostileWords = " \u202e</title></textarea><probe-x a=1>\" probe-x=1 ' probe-x=2 > ]]> --> {{.Probe}} </script><script>probe()</script> javascript:probe() \u200b𐍈 \x01\x7f"

// overwritten is the seed with a review, and with those words behind every text
// that a person or an importer writes, on every kind of node. It returns the
// addresses of all nodes.
func overwritten(t *testing.T) (*graph.Record, []string) {
	t.Helper()
	rec := graphtest.Open(t)
	if _, err := corpus.Load(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	all := nodesOf(t, rec)
	var claim, speaker graph.ID
	for _, n := range all {
		switch n.Kind {
		case vocab.Claim:
			claim = n.ID
		case vocab.Speaker:
			speaker = n.ID
		}
	}
	review := graphtest.ID("review")
	reviews := &graph.Edge{Kind: vocab.Reviews, From: review, To: claim}
	published := &graph.Edge{Kind: vocab.Published, From: speaker, To: review}
	reviews.ID, published.ID = graph.EdgeID(reviews), graph.EdgeID(published)
	graphtest.Build().Change(graph.Put(&graph.Node{ID: review, Kind: vocab.Review, Props: graph.Props{"rating": "False", "scale": "none", "url": "https://desk.example/"}})).
		Change(graph.Connect(reviews)).Change(graph.Connect(published)).Write(t, rec)

	b, addresses, seen := graphtest.Build(), []string{}, map[vocab.NodeKind]bool{}
	for _, n := range nodesOf(t, rec) {
		seen[n.Kind] = true
		kind := n.Kind.Node()
		addresses = append(addresses, "/"+strings.ToLower(kind.Name)+"/"+n.ID.String())
		for _, p := range kind.Properties {
			if p.Apart || kind.Kind == vocab.Statement && p.Name == "text" {
				continue // what is quoted stays as it is quoted
			}
			switch v := n.Props[p.Name].(type) {
			case string:
				if p.Type == vocab.Text {
					n.Props[p.Name] = v + hostileWords
				}
			case []graph.Name:
				for i := range v {
					v[i].Value += hostileWords
				}
			}
		}
		n.Props["note"] = hostileWords
		b.Change(graph.Put(&graph.Node{ID: n.ID, Kind: n.Kind, Props: n.Props}))
	}
	b.Write(t, rec)
	for i := range vocab.Nodes {
		if k := vocab.Nodes[i]; !seen[k.Kind] {
			t.Errorf("nothing of kind %s is looked at", k.Name)
		}
	}
	return rec, addresses
}

// nodesOf reads all nodes of a record, with their texts' properties.
func nodesOf(t *testing.T, rec *graph.Record) []*graph.Node {
	t.Helper()
	v := graphtest.View(t, rec)
	most := graph.MaxPage
	var out []*graph.Node
	for i := range vocab.Nodes {
		page, err := v.Page(t.Context(), v.All(vocab.Nodes[i].Kind), graph.Page{First: &most})
		if err != nil {
			t.Fatal(err)
		}
		refs := make([]graph.Ref, len(page.Items))
		for j, it := range page.Items {
			refs[j] = it.Ref
		}
		nodes, err := v.Nodes(t.Context(), refs)
		if err != nil {
			t.Fatal(err)
		}
		for j, n := range nodes {
			if n.Kind == vocab.Capture { // its text is kept apart
				texts, err := v.Texts(t.Context(), refs[j:j+1])
				if err != nil {
					t.Fatal(err)
				}
				n.Props["text"] = texts[0].String()
			}
			out = append(out, n)
		}
	}
	return out
}

// Whatever names, titles, labels and notes hold, they are text on every page: no
// element, attribute or address comes of them.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	rec, addresses := overwritten(t)
	h, _ := serve(t, rec, pages.Options{Base: base})
	for _, route := range routes(t) {
		if !strings.ContainsAny(route, "{.") || strings.HasSuffix(route, ".html") {
			addresses = append(addresses, route)
		}
	}
	addresses = append(addresses, "/search?q=negotiations", "/graph?of="+graphtest.ID("review").String())
	for _, address := range addresses {
		for _, path := range []string{address, strings.Replace(address, "/claim/", "/embed/claim/", 1), strings.Replace(address, "/statement/", "/embed/statement/", 1)} {
			w := get(t, h, path)
			if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				continue
			}
			inert(t, path, w.Body.String())
		}
	}
	if page := body(t, h, "/review/"+graphtest.ID("review").String()); !strings.Contains(page, html.EscapeString("<probe-x a=1>")) {
		t.Errorf("the words of the review are not on its page")
	}
}

// inert checks that nothing of a page comes from hostileWords but text.
func inert(t *testing.T, path, page string) {
	t.Helper()
	wrong := func(format string, args ...any) { t.Errorf("%s: %s", path, fmt.Sprintf(format, args...)) }
	z := html.NewTokenizer(strings.NewReader(page))
	script := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			if token.Data == "probe-x" {
				wrong("it has an element of a text")
			}
			script = token.Data == "script"
			for _, a := range token.Attr {
				switch value := strings.ToLower(strings.TrimSpace(a.Val)); {
				case strings.Contains(a.Key, "probe") || strings.HasPrefix(a.Key, "on"):
					wrong("<%s> has an attribute %s of a text", token.Data, a.Key)
				case (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.HasPrefix(value, "javascript:"):
					wrong("<%s> leads to %.40s", token.Data, a.Val)
				}
			}
		case html.TextToken:
			if text := string(z.Raw()); script && strings.TrimSpace(text) == "probe()" {
				wrong("it has a script of a text")
			}
		}
	}
}
