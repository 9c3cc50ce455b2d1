package graph_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// The full-text index forgets what was retracted before it was redacted, and
// keeps of a capture's earlier versions what is left.
func TestRedactReachesWhatWasRetracted(t *testing.T) {
	for _, first := range []string{"statement", "edge", "capture", "capture changed"} {
		t.Run(first, func(t *testing.T) {
			store := memkv.New()
			rec := graphtest.OpenStore(t, store, graph.Options{Now: new(graphtest.Clock).Now})
			graphtest.Build().Capture("c", "Before. Zyxomma swore quietly. Behind.").Speaker("a", "Anna").
				Write(t, rec)
			write(t, rec, node(vocab.Statement, "s", graph.Props{"text": "Zyxomma swore quietly.", "mode": "DIRECT"}),
				edge(vocab.QuotedIn, "s", "c", graph.Props{"content": place("Before. Zyxomma swore quietly.", "Zyxomma swore quietly.")}))
			switch first {
			case "statement":
				write(t, rec, retract("s"))
			case "edge":
				write(t, rec, graph.Change{Op: graph.Retract, ID: edgeID(vocab.QuotedIn, "s", "c")})
			case "capture":
				write(t, rec, retract("c"))
			case "capture changed":
				write(t, rec, node(vocab.Capture, "c", graph.Props{"mediaType": "text/html"}))
			}
			write(t, rec, redact("s"))
			graphtest.Verify(t, rec)
			v := graphtest.View(t, rec)
			for at := uint64(1); at <= rec.Head().Seq; at++ {
				old, err := v.AsOf(ctx, graph.At{Seq: at})
				if err != nil {
					t.Fatal(err)
				}
				for words, want := range map[string]int{"zyxomma": 0, "behind": 1} {
					if first == "capture" && at >= 3 {
						want = 0
					}
					hits, _, err := old.Search(ctx, graph.SearchQuery{Text: words, Said: edtf.Always()}, graph.Page{})
					if err != nil || len(hits) != want {
						t.Errorf("as of %d: a search for %q finds %d, %v", at, words, len(hits), err)
					}
				}
			}
			if err := rec.Close(); err != nil {
				t.Fatal(err)
			}
			for k, v := range graphtest.DumpAll(t, store) {
				if s := strings.ToLower(k + v); strings.Contains(s, "zyxomma") || strings.Contains(s, "swore") {
					t.Errorf("key %q still has %q", k, v)
				}
			}
		})
	}
}
