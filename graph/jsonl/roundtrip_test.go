package jsonl_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/jsonl"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// made makes a random value of a property.
func made(r *rand.Rand, p *vocab.Property, captures map[graph.ID]*span.Text, ids []graph.ID) any {
	word := func() string {
		return []string{"hello", "wörld", "🀫", "<a> & \u2028", "خامنه\u200cای", "\ufffd", "\x00\t\"\\", "é"}[r.IntN(8)]
	}
	when := func() edtf.When {
		return []edtf.When{
			{EDTF: edtf.MustParse("2015")},
			{Written: "May 8 <x>", EDTF: edtf.MustParse("XXXX-05-08"), NotBefore: edtf.MustParse("2015"), NotAfter: edtf.MustParse("2019")},
			{Written: "Monday", Weekday: 1, Resolution: &edtf.Resolution{EDTF: edtf.MustParse("2018-08-13"), Rule: word(), Source: "x"}},
			{Written: "recent weeks"},
		}[r.IntN(4)]
	}
	place := func() graph.Span {
		id := ids[r.IntN(len(ids))]
		start := r.IntN(captures[id].Len() - 1)
		at, err := captures[id].At(start, start+1+r.IntN(captures[id].Len()-start-1))
		if err != nil {
			panic(err) // the numbers are within the text
		}
		exact, _ := captures[id].Exact(at)
		return graph.Span{Capture: id, Span: at, Exact: exact}
	}
	switch p.Type {
	case vocab.Text, vocab.URL, vocab.Language, vocab.Digest:
		return word()
	case vocab.Enum:
		return p.Values.Names[r.IntN(len(p.Values.Names))]
	case vocab.Number:
		return r.NormFloat64()
	case vocab.Instant:
		return time.UnixMicro(r.Int64N(1 << 50)).UTC()
	case vocab.When:
		return when()
	case vocab.Texts, vocab.URLs:
		return []string{word(), word()}
	case vocab.Names:
		return []graph.Name{{Value: word()}, {Value: word(), Language: "fa", Script: "Arab"}}
	case vocab.Gaps:
		return []graph.GapNote{{Kind: "OTHER", Note: word()}, {Kind: "YEAR_UNKNOWN"}}
	case vocab.Spans:
		return []graph.Span{place(), place()}
	case vocab.Whens:
		return []graph.Marked{{When: when(), Place: place(), Genre: word()}, {Place: place(), Note: word()}}
	}
	panic(fmt.Sprintf("no value is made of type %d", p.Type)) // a type without a test
}

// TestRoundTrip writes random changes of every kind with every property, reads
// them and writes them again.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		captures := make(map[graph.ID]*span.Text)
		var ids []graph.ID
		var changes []graph.Change
		for _, name := range []string{"a", "b"} {
			id := graph.KeyID("t", name)
			captures[id], _ = span.NewText(text + name)
			ids = append(ids, id)
			changes = append(changes, graph.Put(&graph.Node{ID: id, Kind: vocab.Capture, Props: graph.Props{"text": text + name}}))
		}
		props := func(all []vocab.Property) graph.Props {
			out := make(graph.Props)
			for i := range all {
				p := &all[i]
				if v := made(r, p, captures, ids); r.IntN(3) > 0 && v != p.Default {
					out[p.Name] = v
				}
			}
			return out
		}
		for i := range vocab.Nodes {
			n := &graph.Node{ID: graph.NewID(), Kind: vocab.Nodes[i].Kind, Props: props(vocab.Nodes[i].All())}
			if n.Kind == vocab.Capture { // its text is another capture's otherwise
				n.ID, n.Props["text"] = ids[0], text+"a"
			}
			changes = append(changes, graph.Put(n))
		}
		for i := range vocab.Edges {
			e := &graph.Edge{Kind: vocab.Edges[i].Kind, From: graph.NewID(), To: ids[r.IntN(2)], Props: props(vocab.Edges[i].All())}
			if e.ID = graph.EdgeID(e); r.IntN(4) == 0 {
				e.ID = graph.NewID()
			}
			seq := r.Uint64N(9)
			changes = append(changes, graph.Change{Op: graph.PutEdge, Edge: e, IfAbsent: r.IntN(2) == 0, IfSeq: &seq})
		}
		changes = append(changes, graph.Change{Op: graph.Retract, ID: ids[0]}, graph.Change{Op: graph.Redact, ID: ids[1]})
		want := []graph.Revision{
			{Key: "k<1>", Agent: "a", Method: "human", Reason: "r", Changes: changes},
			{Agent: "a", Method: "human", Seq: 7, Time: time.UnixMicro(1534152600000001).UTC(), Changes: changes[len(changes)-3:]},
		}
		write := func(revs []graph.Revision) string {
			var b bytes.Buffer
			w := jsonl.NewWriter(&b, jsonl.WriterOptions{Namespace: "t", Name: func(id graph.ID) string {
				if id == ids[0] {
					return "a"
				}
				return ""
			}})
			for _, rev := range revs {
				if err := w.Comment("what\nfollows"); err != nil {
					t.Fatal(err)
				}
				if err := w.Write(rev); err != nil {
					t.Fatal(err)
				}
			}
			return b.String()
		}
		first := write(want)
		got, err := read(first, jsonl.Options{})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, first)
		}
		if diff := cmp.Diff(want, got, compare); diff != "" {
			t.Fatalf("seed %d: (-written +read):\n%s", seed, diff)
		}
		if second := write(got); first != second {
			t.Fatalf("seed %d: (-first +second):\n%s", seed, cmp.Diff(first, second))
		}
	}
}

// FuzzRead checks that reading never panics, and that what was read is written
// and read again as it is.
func FuzzRead(f *testing.F) {
	f.Add([]byte(head + `{"edge":"QUOTED_IN","from":"s","to":"text","content":[[9,20,"hello wörld"]]}`))
	f.Add([]byte(head + `{"node":"e","kind":"EVENT","name":"x","when":{"written":"May 8","edtf":"XXXX-05-08","resolved":{"edtf":"2018-05-08","rule":"r"}}}`))
	f.Add([]byte(head + `{"node":"x","kind":"SPEAKER","type":"PERSON","names":["a",{"value":"b","language":"fa"}],"gaps":[{"kind":"OTHER"}]}`))
	f.Add([]byte(head + `{"node":"text","kind":"CAPTURE","times":[{"when":"2015","place":[0,2,"He"]}]}`))
	f.Add([]byte(head + `{"edge":"PARTY_TO","from":"a","to":"b","since":"2015","confidence":0.5,"ifSeq":3}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var revs []graph.Revision
		for rev, err := range jsonl.Read(bytes.NewReader(b), jsonl.Options{MaxLine: 1 << 16}) {
			if err != nil {
				return
			}
			revs = append(revs, rev)
		}
		var out bytes.Buffer
		w := jsonl.NewWriter(&out, jsonl.WriterOptions{})
		for _, rev := range revs {
			if err := w.Write(rev); err != nil {
				t.Fatalf("%v\n%s", err, b)
			}
		}
		if len(revs) == 0 {
			return
		}
		i := 0
		again := jsonl.NewWriter(io.Discard, jsonl.WriterOptions{})
		for rev, err := range jsonl.Read(bytes.NewReader(out.Bytes()), jsonl.Options{}) {
			if err != nil {
				t.Fatalf("%v\n%s", err, out.Bytes())
			}
			for j, c := range rev.Changes {
				x, err := jsonl.AppendChange(nil, c)
				if err != nil {
					t.Fatal(err)
				}
				if y, _ := jsonl.AppendChange(nil, revs[i].Changes[j]); !bytes.Equal(x, y) {
					t.Fatalf("read %s, written and read %s", y, x)
				}
			}
			if err := again.Write(rev); err != nil {
				t.Fatal(err)
			}
			i++
		}
		if i != len(revs) {
			t.Fatalf("%d revisions, then %d", len(revs), i)
		}
	})
}
