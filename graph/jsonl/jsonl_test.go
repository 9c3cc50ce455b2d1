package jsonl

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

const head = `{"onrecord": 1, "namespace": "test"}` + "\n" + `{"revision": {"key": "k", "agent": "me", "method": "human", "reason": "why"}}` + "\n"

func read(s string) (revs []graph.Revision, err error) {
	files := fstest.MapFS{"a.txt": {Data: []byte("Hello.")}}
	for rev, e := range Read(strings.NewReader(s), Options{Files: files}) {
		if e != nil {
			return revs, e
		}
		revs = append(revs, rev)
	}
	return revs, nil
}

func TestRead(t *testing.T) {
	revs, err := read(head + `
{"comment": "a text and a statement in it"}
{"capture": "text"}
{"node": "text", "kind": "CAPTURE", "text": {"file": "a.txt"}, "times": [{"place": [0, 5, "Hello"], "when": {"written": "Monday", "weekday": 1}, "genre": "weekday"}]}
{"node": "p", "kind": "SPEAKER", "names": ["A", {"value": "ا", "language": "fa", "script": "Arab"}], "type": "PERSON", "gaps": [{"kind": "OTHER", "note": "who"}]}
{"edge": "QUOTED_IN", "from": "s", "to": "text", "content": [[0, 5, "Hello"]], "status": "INFERRED", "method": "human", "confidence": 0.5}
{"edge": "PARTY_TO", "from": "p", "to": "a", "since": "2015", "until": {"written": "May 8"}}
{"revision": {"agent": "me", "method": "human"}}
{"retract": "0190163d-8694-739b-aea5-966c26f8ad90"}
`)
	if err != nil {
		t.Fatal(err)
	}
	if len(revs) != 2 || len(revs[0].Changes) != 4 || revs[0].Key != "k" || revs[1].Changes[0].ID.String() != "0190163d-8694-739b-aea5-966c26f8ad90" {
		t.Fatalf("got %+v", revs)
	}
	c := revs[0].Changes
	if n := c[0].Node; n.ID != graph.KeyID("test", "text") || n.Kind != vocab.Capture || n.Text("text") != "Hello." {
		t.Errorf("capture %+v", n)
	}
	if names, _ := c[1].Node.Props["names"].([]graph.Name); len(names) != 2 || names[1].Script != "Arab" {
		t.Errorf("speaker %+v", c[1].Node)
	}
	if s := c[2].Edge.Spans("content"); len(s) != 1 || s[0].Capture != graph.KeyID("test", "text") || s[0].End != 5 || s[0].Exact != "Hello" {
		t.Errorf("spans %+v", s)
	}
	if p := c[3].Edge.Props; p["from"] == nil || p["to"] == nil {
		t.Errorf("period %+v", p)
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"no header", `{"node": "a", "kind": "TOPIC"}`, `line 1: not this format`},
		{"no JSON", head + `{"node": `, "line 3: no JSON object"},
		{"two objects", head + `{"comment": "a"} {"comment": "b"}`, "line 3: more than one JSON object"},
		{"nothing known", head + `{"knot": "a"}`, "line 3: none of comment"},
		{"no revision", `{"onrecord": 1, "namespace": ""}` + "\n" + `{"node": "a", "kind": "TOPIC", "name": "x"}`, "line 2: node before the first revision"},
		{"unknown kind", head + `{"node": "a", "kind": "TOPIK"}`, `kind: no kind of node is called "TOPIK"`},
		{"unknown property", head + `{"node": "a", "kind": "TOPIC", "colour": "red"}`, `TOPIC a: no property is called "colour"`},
		{"wrong type", head + `{"node": "a", "kind": "TOPIC", "name": 5}`, "name: no text"},
		{"bad date", head + `{"node": "a", "kind": "EVENT", "name": "x", "when": "yesterday"}`, "when: "},
		{"bad span", head + `{"edge": "QUOTED_IN", "from": "a", "to": "b", "content": [["x", 2]]}`, "content: 1: a span begins with two numbers"},
		{"unknown member of a gap", head + `{"node": "a", "kind": "TOPIC", "name": "x", "gaps": [{"kind": "OTHER", "note": "", "colour": 1}]}`, "gaps: 1: "},
		{"no file", head + `{"node": "a", "kind": "CAPTURE", "text": {"file": "b.txt"}}`, "b.txt"},
		{"no name", head + `{"edge": "SAID", "from": "a"}`, "SAID: to: no id and no name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(c.in)
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(head + `{"node": "p", "kind": "SPEAKER", "names": ["A"], "type": "PERSON"}`)
	f.Add(head + `{"capture": "t"}` + "\n" + `{"edge": "QUOTED_IN", "from": "s", "to": "t", "content": [[0, 5]]}`)
	f.Add(head + `{"node": "e", "kind": "EVENT", "when": {"written": "May 8", "edtf": "XXXX-05-08"}}`)
	f.Fuzz(func(t *testing.T, s string) { _, _ = read(s) })
}
