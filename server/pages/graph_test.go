package pages

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph/vocab"
)

const (
	idA = "01903b5e-0000-7000-8000-00000000000a"
	idB = "01903b5e-0000-7000-8000-00000000000b"
)

func TestReadGraph(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, address string
		want          *graphState
		refused       string
	}{
		{"one node", "of=" + idA, &graphState{Of: []string{idA}, Depth: 1}, ""},
		{"several, with commas and without", "of=" + idA + "," + idB + "&of=" + idA, &graphState{Of: []string{idA, idB, idA}, Depth: 1}, ""},
		{"an address for an id", "of=https://example.org/claim/" + idA + "?asOf=3", &graphState{Of: []string{idA}, Depth: 1}, ""},
		{"an id in capitals", "of=" + strings.ToUpper(idA), &graphState{Of: []string{idA}, Depth: 1}, ""},
		{"hidden kinds of nodes and links, each once", "of=" + idA + "&hide=capture,SAID&hide=capture", &graphState{Of: []string{idA}, Depth: 1, Hide: []string{"CAPTURE", "SAID"}}, ""},
		{"a path begins at the first", "of=" + idA + "&to=" + idB, &graphState{Of: []string{idA}, Depth: 1, From: idA, To: idB}, ""},
		{"words for an end go before a choice", "of=" + idA + "&to=" + idB + "&find=trade", &graphState{Of: []string{idA}, Depth: 1, From: idA, To: "trade"}, ""},
		{"no id", "of=x", nil, "ids of nodes"},
		{"too many steps", "of=" + idA + "&depth=4", nil, "from 0 to 3"},
		{"steps that are no number", "of=" + idA + "&depth=two", nil, "from 0 to 3"},
		{"an unknown kind", "of=" + idA + "&hide=tune", nil, "tune"},
		{"too many nodes", "of=" + strings.Repeat(idA+",", 61), nil, "at most 60"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			form, err := url.ParseQuery(test.address)
			if err != nil {
				t.Fatal(err)
			}
			got, err := readGraph(form)
			if test.refused != "" {
				if err == nil || !strings.Contains(err.Error(), test.refused) {
					t.Errorf("got %v and error %v, want an error with %q", got, err, test.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			// The state's own address means the same.
			again, err := url.Parse(got.address(""))
			if err != nil {
				t.Fatal(err)
			}
			if back, err := readGraph(again.Query()); err != nil || cmp.Diff(got, back) != "" {
				t.Errorf("%s means %v (%v), want %v", again, back, err, got)
			}
		})
	}
}

// Every kind of the vocabulary has its words, its shape and its colour.
func TestGraphKnowsEveryKind(t *testing.T) {
	t.Parallel()
	css, err := static.ReadFile("static/graph.css")
	if err != nil {
		t.Fatal(err)
	}
	for i := range vocab.Nodes {
		kind := vocab.Nodes[i].Name
		if !slices.Contains(kindOrder, kind) {
			t.Errorf("%s is not in the legend", kind)
		}
		if len(kindShapes[kind]) < 6 {
			t.Errorf("%s has no shape", kind)
		}
		if strings.Count(string(css), "--k-"+lower(kind)+":") != 2 {
			t.Errorf("%s has not a colour in light and one in dark", kind)
		}
	}
	for i := range vocab.Edges {
		if kind := vocab.Edges[i].Name; edgeWords[kind][0] == "" || edgeWords[kind][1] == "" {
			t.Errorf("%s has no words", kind)
		}
	}
	if got, want := len(edgeWords), len(vocab.Edges); got != want {
		t.Errorf("words for %d kinds of links, want %d", got, want)
	}
}

func TestBegun(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"nego": "nego*", "the war": "the war*", "nego*": "nego*", `"a phrase`: `"a phrase"`, `"a phrase"`: `"a phrase"`, "مذاکره": "مذاکره*", "no.": "no.",
	} {
		if got := begun(words); got != want {
			t.Errorf("begun(%q) = %q, want %q", words, got, want)
		}
	}
}
