package graph_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/graph/vocab"
)

// encodings are the ways in which words could hide in a store.
func encodings(s string) map[string]string {
	var utf16le strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		utf16le.WriteString(string([]byte{byte(u), byte(u >> 8)}))
	}
	return map[string]string{
		"UTF-8": s, "folded": text.Fold(s), "upper case": strings.ToUpper(s), "UTF-16": utf16le.String(),
		"hexadecimal": hex.EncodeToString([]byte(s)), "base64": base64.RawStdEncoding.EncodeToString([]byte(s)),
	}
}

// After a redaction the words are nowhere in the store, now or as of earlier, and
// what proved everything else still does.
func TestRedactLeavesNoWords(t *testing.T) {
	store := memkv.New()
	rec := graphtest.OpenStore(t, store, graph.Options{Now: new(graphtest.Clock).Now})
	const secret = "Zyxomma swore 🤫 quietly."
	const before = "Vwxyz said 🗞️ first. "
	graphtest.Build().Capture("c", before+secret+" Later words. Zyxomma former wording.").
		Node(vocab.Statement, "s", graph.Props{"text": "Zyxomma former wording.", "mode": "DIRECT", "gaps": []graph.GapNote{{Kind: "OTHER", Note: "Zyxomma's gap"}}}).
		Change(graph.Connect(&graph.Edge{Kind: vocab.QuotedIn, From: graphtest.ID("s"), To: graphtest.ID("c"), Props: graph.Props{"content": place(before+secret+" Later words. Zyxomma former wording.", "Zyxomma former wording.")}})).
		Node(vocab.Statement, "other", graph.Props{"text": "Later words.", "mode": "DIRECT"}).
		Change(graph.Connect(&graph.Edge{Kind: vocab.QuotedIn, From: graphtest.ID("other"), To: graphtest.ID("c"), Props: graph.Props{"content": place(before+secret+" Later words.", "Later words.")}})).
		Node(vocab.Speaker, "zy", graph.Props{"type": "PERSON", "names": []graph.Name{{Value: "Zyxomma Qwe"}}, "description": "Zyxomma the first"}).
		Node(vocab.Topic, "t", graph.Props{"name": "Zyxomma topic", "note": "of Zyxomma"}).
		Write(t, rec)
	// A second version of each, so that there is a history to redact.
	graphtest.Build().
		Node(vocab.Statement, "s", graph.Props{"text": secret, "mode": "DIRECT"}).
		Change(graph.Connect(&graph.Edge{Kind: vocab.QuotedIn, From: graphtest.ID("s"), To: graphtest.ID("c"), Props: graph.Props{"content": place(before+secret, secret)}})).
		Node(vocab.Speaker, "zy", graph.Props{"type": "PERSON", "names": []graph.Name{{Value: "Zyxomma Renamed"}, {Value: "Ana Zyxomma"}}}).
		Node(vocab.Topic, "t", graph.Props{"name": "Renamed Zyxomma"}).
		Write(t, rec)
	root := rec.Head().Root()
	graphtest.Build().Change(redact("s")).Change(redact("zy")).Change(redact("t")).Write(t, rec)

	graphtest.Verify(t, rec) // also waits for the full-text index
	if rec.Head().Root() == root {
		t.Error("the chain did not go on")
	}
	if err := rec.Close(); err != nil { // writes the index out
		t.Fatal(err)
	}
	for k, v := range graphtest.DumpAll(t, store) {
		for _, word := range []string{"Zyxomma", "swore", "quietly", "former wording"} {
			for encoding, bytes := range encodings(word) {
				if strings.Contains(k, bytes) || strings.Contains(v, bytes) {
					t.Errorf("%q stands at key %q, as %s: %q", word, k, encoding, v)
				}
			}
		}
	}

	rec = graphtest.OpenStore(t, store, graph.Options{Now: new(graphtest.Clock).Now})
	graphtest.Verify(t, rec)
	now := graphtest.View(t, rec)
	for _, at := range []uint64{1, 2, 3} {
		v, err := now.AsOf(ctx, graph.At{Seq: at})
		if err != nil {
			t.Fatal(err)
		}
		ns, err := v.NodesByID(ctx, []graph.ID{graphtest.ID("s"), graphtest.ID("zy"), graphtest.ID("t"), graphtest.ID("other"), graphtest.ID("c")})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range ns[:3] {
			if !n.Redacted || n.Text("text") != "" || n.Text("name") != "" || n.Props["names"] != nil || n.Label() != "redacted "+n.Kind.Node().Type {
				t.Errorf("as of %d: %+v", at, n)
			}
		}
		if ns[3].Text("text") != "Later words." {
			t.Errorf("as of %d: the other statement says %q", at, ns[3].Text("text"))
		}
		texts, err := v.Texts(ctx, []graph.Ref{ns[4].Ref})
		if err != nil {
			t.Fatal(err)
		}
		if s := texts[0].String(); !strings.HasPrefix(s, before+"#") || !strings.Contains(s, " Later words. ") || len(s) != len(before+secret+" Later words. Zyxomma former wording.") {
			t.Errorf("as of %d: the text is %q", at, s)
		}
		for _, name := range []string{"zyxomma", "renamed", "ana", "zyxomma qwe"} {
			for _, k := range []vocab.NodeKind{vocab.Speaker, vocab.Topic} {
				if items := graphtest.Collect(t, v, v.Named(k, name), 10); len(items) > 0 {
					t.Errorf("as of %d: %q is found", at, name)
				}
			}
		}
		for _, words := range []string{"zyxomma", "swore", "former"} {
			hits, _, err := v.Search(ctx, graph.SearchQuery{Text: words, Said: edtf.Always()}, graph.Page{})
			if err != nil || len(hits) > 0 {
				t.Errorf("as of %d: a search for %q finds %v, %v", at, words, hits, err)
			}
		}
		hits, _, err := v.Search(ctx, graph.SearchQuery{Text: "later", Said: edtf.Always()}, graph.Page{})
		if err != nil || len(hits) != 2 {
			t.Errorf("as of %d: a search for what is left finds %v, %v", at, hits, err)
		}
	}
	all := graphtest.Dump(t, store)
	if err := rec.Reindex(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if d := graphtest.Diff(all, graphtest.Dump(t, store)); d != "" {
		t.Errorf("reindex changed:\n%s", d)
	}
	graphtest.Verify(t, rec)
}

// place is where words first stand in a text whose beginning is given.
func place(beginning, words string) []graph.Span {
	at := strings.Index(beginning, words)
	s := graph.Span{Exact: words}
	s.Start = len([]rune(beginning[:at]))
	s.End = s.Start + len([]rune(words))
	return []graph.Span{s}
}

// A redaction within a group of revisions holds for those that come behind it:
// whether they are written together must make no difference.
func TestRedactIsSeenByItsGroup(t *testing.T) {
	t.Parallel()
	for range 20 {
		rec := graphtest.Open(t)
		graphtest.Article().Write(t, rec)
		results := make(chan error, 3)
		quote := func() {
			rev := graphtest.Build().Change(edge(vocab.MentionedIn, "bela", "article", graph.Props{"evidence": []graph.Span{graphtest.Article().Place("article", "We will 🤝 the deal,")}})).Revision()
			rev.Method = "human"
			_, err := rec.Write(ctx, rev)
			results <- err
		}
		go quote()
		go func() {
			_, err := rec.Write(ctx, graphtest.Build().Change(redact("s1")).Revision())
			results <- err
		}()
		go quote()
		for range 3 {
			if err := <-results; err != nil && graph.KindOf(err) != graph.Invalid {
				t.Error(err)
			}
		}
		if _, err := rec.Write(ctx, graphtest.Build().Change(edge(vocab.MentionedIn, "desk", "article", graph.Props{"evidence": []graph.Span{graphtest.Article().Place("article", "We will 🤝 the deal,")}})).Revision()); graph.KindOf(err) != graph.Invalid {
			t.Errorf("words that are covered can be quoted: %v", err)
		}
		graphtest.Verify(t, rec)
	}
}
