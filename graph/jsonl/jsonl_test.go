package jsonl_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/jsonl"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

const text = "He said “hello wörld” 🀫 again, and hello."

func read(s string, o jsonl.Options) (revs []graph.Revision, err error) {
	for rev, err := range jsonl.Read(strings.NewReader(s), o) {
		if err != nil {
			return revs, err
		}
		revs = append(revs, rev)
	}
	return revs, nil
}

// compare compares revisions; dates hold what cmp cannot look into.
var compare = cmp.Options{
	cmp.Comparer(func(a, b edtf.When) bool { return a.Equal(b) }),
}

const head = `{"onrecord":1,"namespace":"t"}
{"revision":{"key":"k","agent":"a","method":"human"}}
{"node":"text","kind":"CAPTURE","text":"` + text + `","mediaType":"text/plain"}
{"capture":"text"}
`

func TestRead(t *testing.T) {
	t.Parallel()
	revs, err := read(head+`
{"comment":"what is said"}
{"node":"s","kind":"STATEMENT","text":"hello wörld","mode":"DIRECT","said":{"written":"Monday","weekday":1}}
{ "edge" : "QUOTED_IN" , "to" : "text" , "from" : "s", "content": [[ 9, 20, "hello wörld" ]], "cue":[{"capture":"text","start":3,"end":7,"exact":"said"}]}
{"edge":"PARTY_TO","from":"p","to":"a","since":"2015","until":{"written":"May 8","edtf":"XXXX-05-08","notBefore":"2015"},"ifAbsent":true}
{"revision":{"agent":"b","method":"rule:x","reason":"because"}}
{"retract":"s","ifSeq":1}
{"redact":"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}`, jsonl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	id := func(s string) graph.ID { return graph.KeyID("t", s) }
	one := uint64(1)
	other, _ := graph.ParseID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	quoted := &graph.Edge{Kind: vocab.QuotedIn, From: id("s"), To: id("text"), Props: graph.Props{
		"content": []graph.Span{{Capture: id("text"), Span: span.Span{Start: 9, End: 20, ByteStart: 11, ByteEnd: 23}, Exact: "hello wörld"}},
		"cue":     []graph.Span{{Capture: id("text"), Span: span.Span{Start: 3, End: 7, ByteStart: 3, ByteEnd: 7}, Exact: "said"}},
	}}
	party := &graph.Edge{Kind: vocab.PartyTo, From: id("p"), To: id("a"), Props: graph.Props{
		"from": edtf.When{EDTF: edtf.MustParse("2015")},
		"to":   edtf.When{Written: "May 8", EDTF: edtf.MustParse("XXXX-05-08"), NotBefore: edtf.MustParse("2015")},
	}}
	quoted.ID, party.ID = graph.EdgeID(quoted), graph.EdgeID(party)
	want := []graph.Revision{
		{Key: "k", Agent: "a", Method: "human", Changes: []graph.Change{
			graph.Put(&graph.Node{ID: id("text"), Kind: vocab.Capture, Props: graph.Props{"text": text, "mediaType": "text/plain"}}),
			graph.Put(&graph.Node{ID: id("s"), Kind: vocab.Statement, Props: graph.Props{"text": "hello wörld", "mode": "DIRECT", "said": edtf.When{Written: "Monday", Weekday: 1}}}),
			graph.Connect(quoted),
			{Op: graph.PutEdge, Edge: party, IfAbsent: true},
		}},
		{Agent: "b", Method: "rule:x", Reason: "because", Changes: []graph.Change{
			{Op: graph.Retract, ID: id("s"), IfSeq: &one},
			{Op: graph.Redact, ID: other},
		}},
	}
	if diff := cmp.Diff(want, revs, compare); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

// TestRefused has one line for each way in which a stream can be wrong. The
// message names the line, the record, the field, and the way out.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, line, want string }{
		{"no JSON", `{"node":`, `line 5: the JSON ends too early`},
		{"no object", `[1]`, `line 5: a list where an object is wanted`},
		{"two objects", `{"comment":"a"} {"comment":"b"}`, `line 5: something follows the end of the JSON value`},
		{"key twice", `{"node":"s","kind":"TOPIC","name":"a","name":"b"}`, `line 5: "name" stands twice`},
		{"unknown line", `{"nod":"s"}`, `line 5: a line begins with one of revision, node, edge, retract, redact, capture, comment, not with "nod"`},
		{"second header", `{"onrecord":1}`, `line 5: a second header`},
		{"unknown node kind", `{"node":"s","kind":"SONG"}`, `line 5: node "s": kind: no kind of node is called "SONG"; there are SOURCE, CAPTURE,`},
		{"kind not second", `{"node":"s","name":"x","kind":"TOPIC"}`, `line 5: node "s": "kind" is missing: the second key of a node`},
		{"unknown edge kind", `{"edge":"SANG","from":"a","to":"b"}`, `line 5: edge: no kind of edge is called "SANG"; there are SAID,`},
		{"unknown property", `{"node":"s","kind":"TOPIC","title":"x"}`, `line 5: node "s" (TOPIC): title: no property is called so; there are name, gaps, note`},
		{"unknown value", `{"node":"s","kind":"STATEMENT","mode":"LOUD"}`, `line 5: node "s" (STATEMENT): mode: "LOUD" is no SpeechMode; there are DIRECT, PARTIAL,`},
		{"null", `{"node":"s","kind":"TOPIC","name":null}`, `name: null is no value; leave the property out`},
		{"wrong type", `{"node":"s","kind":"TOPIC","name":7}`, `name: a number where a text is wanted`},
		{"no end", `{"edge":"SAID","from":"a"}`, `line 5: edge SAID from "a": to: missing: where the edge ends`},
		{"date for an end", `{"edge":"PARTY_TO","from":"a","to":{"edtf":"2015"}}`, `edge PARTY_TO from "a" to {"edtf":"2015"}: to: an object where a text is wanted; the date of that name is called "until" here`},
		{"upper-case id", `{"retract":"6BA7B810-9DAD-11D1-80B4-00C04FD430C8"}`, `is an id in upper case`},
		{"bad date", `{"node":"e","kind":"EVENT","name":"x","when":"2018-02-30"}`, `line 5: node "e" (EVENT): when: `},
		{"date that disagrees", `{"node":"e","kind":"EVENT","name":"x","when":{"edtf":"2018-08-13","weekday":2}}`, `has no Tuesday`},
		{"unknown key of a date", `{"node":"e","kind":"EVENT","name":"x","when":{"Edtf":"2018"}}`, `unknown key "Edtf" in a date`},
		{"key of a date twice", `{"node":"e","kind":"EVENT","name":"x","when":{"edtf":"2018","edtf":"2019"}}`, `"edtf" stands twice`},
		{"unknown gap", `{"node":"e","kind":"EVENT","name":"x","gaps":[{"kind":"HOLE","note":"y"}]}`, `gaps: 1: "HOLE" is no GapKind; there are DATE_UNRESOLVED,`},
		{"span of two", `{"edge":"QUOTED_IN","from":"s","to":"text","content":[[9,20]]}`, `content: 1: [9,20] has 2 parts; a span is [start,end,"exact text"]`},
		{"words elsewhere", `{"edge":"QUOTED_IN","from":"s","to":"text","content":[[8,15,"hello w"]]}`, `the capture has "“hello " at 8-15, not "hello w"; it stands at 9-16`},
		{"words at two places", `{"edge":"QUOTED_IN","from":"s","to":"text","content":[[0,5,"hello"]]}`, `it stands at 2 other places`},
		{"words nowhere", `{"edge":"QUOTED_IN","from":"s","to":"text","content":[[0,2,"She"]]}`, `it stands nowhere in the text`},
		{"span outside", `{"edge":"QUOTED_IN","from":"s","to":"text","content":[[0,4000,"x"]]}`, `content: 1: `},
		{"span of an unknown capture", `{"edge":"SAID","from":"a","to":"b","evidence":[{"capture":"other","start":0,"end":1,"exact":"x"}]}`, `is not known; put the capture before what lies in it`},
		{"offset that is no number", `{"edge":"QUOTED_IN","from":"s","to":"text","content":[[0.5,2,"He"]]}`, `start: 0.5 where a whole number from 0 is wanted`},
		{"half a surrogate", `{"node":"s","kind":"TOPIC","name":"\ud800"}`, `half of a surrogate pair`},
		{"not UTF-8", "{\"node\":\"s\",\"kind\":\"TOPIC\",\"name\":\"\xff\"}", `line 5: not UTF-8`},
		{"no files", `{"node":"c","kind":"CAPTURE","text":{"file":"a.txt"}}`, `file "a.txt": the reader was given no files`},
		{"revision without agent", `{"revision":{"method":"human"}}`, `line 5: revision: agent: missing`},
		{"revision of nothing", "{\"revision\":{\"agent\":\"a\",\"method\":\"human\"}}", `line 5: revision: no change follows it`},
		{"unknown key of a revision", `{"revision":{"agent":"a","method":"human","why":"x"}}`, `unknown key "why"; there are key, agent, method, reason, seq, time`},
		{"more in a comment", `{"comment":"x","node":"s"}`, `comment: unknown key "node"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := read(head+tc.line, jsonl.Options{})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
			if err != nil && graph.KindOf(err) != graph.Invalid {
				t.Errorf("kind %v", graph.KindOf(err))
			}
		})
	}
	for name, tc := range map[string]struct{ stream, want string }{
		"empty":           {"", `line 1: the stream begins with its header`},
		"no header":       {`{"revision":{"agent":"a","method":"human"}}`, `line 1: the stream begins with its header`},
		"newer":           {`{"onrecord":2}`, `line 1: header: onrecord: the stream has format 2, and this program reads 1`},
		"no namespace":    {"{\"onrecord\":1}\n{\"capture\":\"x\"}", `line 2: capture: "x" is no id, and the header gives no namespace`},
		"change too soon": {"{\"onrecord\":1,\"namespace\":\"t\"}\n\n{\"retract\":\"x\"}", `line 3: a change before any revision`},
		"no capture":      {"{\"onrecord\":1,\"namespace\":\"t\"}\n{\"revision\":{\"agent\":\"a\",\"method\":\"human\"}}\n{\"edge\":\"SAID\",\"from\":\"a\",\"to\":\"b\",\"evidence\":[[0,1,\"x\"]]}", `line 3: edge SAID from "a" to "b": evidence: 1: it lies in no capture`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := read(tc.stream, jsonl.Options{}); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestLongLine(t *testing.T) {
	t.Parallel()
	_, err := read(head+`{"comment":"`+strings.Repeat("x", 300)+`"}`, jsonl.Options{MaxLine: 256})
	if err == nil || !strings.Contains(err.Error(), "line 5: longer than 256 bytes") || graph.KindOf(err) != graph.TooLarge {
		t.Errorf("got %v", err)
	}
	if _, err := read(head+`{"comment":"`+strings.Repeat("x", 200)+`"}`, jsonl.Options{MaxLine: 256}); err != nil {
		t.Error(err)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"a.txt": {Data: []byte(text)}, "bad.txt": {Data: []byte{0xff}}}
	stream := `{"onrecord":1,"namespace":"t"}
{"revision":{"agent":"a","method":"human"}}
{"node":"c","kind":"CAPTURE","text":{"file":"NAME"},"mediaType":"text/plain","headline":[[9,14,"hello"]]}`
	revs, err := read(strings.Replace(stream, "NAME", "a.txt", 1), jsonl.Options{Files: files})
	if err != nil || revs[0].Changes[0].Node.Props["text"] != text {
		t.Errorf("%v, %v", revs, err)
	}
	for name, want := range map[string]string{"none.txt": "does not exist", "../a.txt": "a path leads", "bad.txt": "not UTF-8"} {
		if _, err := read(strings.Replace(stream, "NAME", name, 1), jsonl.Options{Files: files}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTexts reads spans whose capture stands not in the stream.
func TestTexts(t *testing.T) {
	t.Parallel()
	known, err := span.NewText(text)
	if err != nil {
		t.Fatal(err)
	}
	texts := func(id graph.ID) (*span.Text, error) {
		if id == graph.KeyID("t", "text") {
			return known, nil
		}
		return nil, nil
	}
	_, err = read(`{"onrecord":1,"namespace":"t","capture":"text"}
{"revision":{"agent":"a","method":"human"}}
{"edge":"SAID","from":"a","to":"b","evidence":[[3,7,"said"]]}`, jsonl.Options{Texts: texts})
	if err != nil {
		t.Error(err)
	}
}

// TestStops checks that a consumer who has had enough gets no more.
func TestStops(t *testing.T) {
	t.Parallel()
	stream := head + strings.Repeat("{\"revision\":{\"agent\":\"a\",\"method\":\"human\"}}\n{\"retract\":\"x\"}\n", 10)
	n := 0
	for range jsonl.Read(strings.NewReader(stream), jsonl.Options{}) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d revisions", n)
	}
	broken := errors.New("broken")
	for _, err := range jsonl.Read(io.MultiReader(strings.NewReader(head), broke{broken}), jsonl.Options{}) {
		if !errors.Is(err, broken) {
			t.Errorf("%v", err)
		}
	}
}

type broke struct{ err error }

func (b broke) Read([]byte) (int, error) { return 0, b.err }

// TestWriteRefused checks that a revision that cannot be written leaves the
// stream as it was.
func TestWriteRefused(t *testing.T) {
	t.Parallel()
	id := graph.KeyID("x")
	topic := func(props graph.Props) graph.Revision {
		return graph.Revision{Agent: "a", Method: "human", Changes: []graph.Change{
			graph.Put(&graph.Node{ID: id, Kind: vocab.Topic, Props: graph.Props{"name": "fine"}}),
			graph.Put(&graph.Node{ID: id, Kind: vocab.Topic, Props: props}),
		}}
	}
	var b bytes.Buffer
	w := jsonl.NewWriter(&b, jsonl.WriterOptions{})
	if err := w.Comment("begun"); err != nil {
		t.Fatal(err)
	}
	before := b.String()
	for want, rev := range map[string]graph.Revision{
		"no property is called so": topic(graph.Props{"title": "x"}),
		"is not UTF-8":             topic(graph.Props{"name": "\xff"}),
		"int where string":         topic(graph.Props{"name": 7}),
		"an agent, a method and":   {Agent: "a", Method: "human"},
		"an id is missing":         {Agent: "a", Method: "human", Changes: []graph.Change{{Op: graph.Retract}}},
		"is not known": {Agent: "a", Method: "human", Changes: []graph.Change{graph.Connect(&graph.Edge{
			Kind: vocab.Said, From: id, To: id,
			Props: graph.Props{"evidence": []graph.Span{{Capture: id, Span: span.Span{Start: 0, End: 1}}}},
		})}},
	} {
		if err := w.Write(rev); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		if b.String() != before {
			t.Errorf("%s: written %q", want, strings.TrimPrefix(b.String(), before))
		}
	}
}

func TestAppendChange(t *testing.T) {
	t.Parallel()
	from, to := graph.KeyID("s"), graph.KeyID("c")
	e := func(capture graph.ID) graph.Change {
		return graph.Connect(&graph.Edge{Kind: vocab.QuotedIn, From: from, To: to, Props: graph.Props{"content": []graph.Span{{Capture: capture, Span: span.Span{Start: 1, End: 2}}}}})
	}
	a, err := jsonl.AppendChange(nil, e(graph.ID{}))
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := jsonl.AppendChange(nil, e(to)); !bytes.Equal(a, b) {
		t.Errorf("a capture that is left out: %s, stated: %s", a, b)
	}
	if b, _ := jsonl.AppendChange(nil, e(from)); bytes.Equal(a, b) {
		t.Errorf("two captures give the same: %s", a)
	}
}
