package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed"
	"github.com/onrecord/onrecord/seed/page"
)

// ErrUntitled is a document that does not say what it is called.
var ErrUntitled = errors.New("it has no title; give one with --title")

// Archived says where a document stands on record.
type Archived struct {
	Source, Capture graph.ID
	Changes         int  // written; 0 where it was there
	Known           bool // the source had another text before
}

// Archive puts a document on record: its source, its text, and who published it.
// A source is known by its address, or by its text where it has none; a text by
// its source and its digest. So a document that is there adds nothing, and a page
// that was changed becomes a second capture of its source.
func Archive(ctx context.Context, rec Record, d *page.Document, agent string) (Archived, error) {
	if d.Title.Value == "" {
		return Archived{}, ErrUntitled
	}
	sum := sha256.Sum256([]byte(d.Text))
	digest := hex.EncodeToString(sum[:])
	a := Archived{Source: graph.KeyID("source", "sha256", digest)}
	if d.URL.Value != "" {
		a.Source = graph.KeyID("source", "url", d.URL.Value)
	}
	a.Capture = graph.KeyID("capture", a.Source.String(), digest)

	v, err := rec.View(ctx)
	if err != nil {
		return a, err
	}
	there, err := v.NodesByID(ctx, []graph.ID{a.Source, a.Capture})
	v.Close()
	if err != nil {
		return a, err
	}
	a.Known = there[0] != nil && there[1] == nil
	loaded, err := seed.Load(ctx, rec, seed.Batches(one(document(d, a, digest)), seed.Batch{
		Source: "page/" + a.Capture.String(), Agent: agent, Method: "import:" + strings.TrimPrefix(d.MediaType, "text/"),
		Reason: "archive the text of " + named(d),
	}), nil)
	a.Changes = loaded.Changes
	return a, err
}

func one(unit []graph.Change) iter.Seq2[[]graph.Change, error] {
	return func(yield func([]graph.Change, error) bool) { yield(unit, nil) }
}

func named(d *page.Document) string {
	if d.URL.Value != "" {
		return d.URL.Value
	}
	return "“" + d.Title.Value + "”"
}

// document is what a document is on record. What is there stays as it is.
func document(d *page.Document, a Archived, digest string) (unit []graph.Change) {
	put := func(n *graph.Node) {
		c := graph.Put(n)
		c.IfAbsent = true
		unit = append(unit, c)
	}
	link := func(kind vocab.EdgeKind, from, to graph.ID, props graph.Props) {
		e := &graph.Edge{Kind: kind, From: from, To: to, Props: props}
		e.ID = graph.EdgeID(e)
		c := graph.Connect(e)
		c.IfAbsent = true
		unit = append(unit, c)
	}
	source := graph.Props{"title": d.Title.Value, "genre": "ARTICLE"}
	var gaps []graph.GapNote
	given := func(name, value, gap string) {
		if value != "" {
			source[name] = value
		} else {
			gaps = append(gaps, graph.GapNote{Kind: "OTHER", Note: gap})
		}
	}
	given("url", d.URL.Value, "where it was published")
	given("language", d.Language.Value, "in which language it is")
	if d.Published.When.IsZero() {
		gaps = append(gaps, graph.GapNote{Kind: "OTHER", Note: "when it was published"})
	} else {
		source["published"] = d.Published.When
	}
	if d.Publisher.Value == "" {
		gaps = append(gaps, graph.GapNote{Kind: "OTHER", Note: "who published it"})
	}
	if len(gaps) > 0 {
		source["gaps"] = gaps
	}
	put(&graph.Node{ID: a.Source, Kind: vocab.Source, Props: source})

	capture := graph.Props{"sha256": digest, "mediaType": "text/plain; charset=utf-8", "text": d.Text, "note": "read from " + d.MediaType + " by " + d.Extractor}
	for name, at := range map[string][]span.Span{"headline": d.Headline, "paragraphs": d.Paragraphs} {
		var places []graph.Span
		for _, p := range at {
			places = append(places, graph.Span{Capture: a.Capture, Span: p, Exact: d.Text[p.ByteStart:p.ByteEnd]})
		}
		if len(places) > 0 {
			capture[name] = places
		}
	}
	put(&graph.Node{ID: a.Capture, Kind: vocab.Capture, Props: capture})
	link(vocab.CaptureOf, a.Capture, a.Source, nil)

	if name := d.Publisher.Value; name != "" {
		id := graph.KeyID("publisher", text.Fold(name))
		put(&graph.Node{ID: id, Kind: vocab.Speaker, Props: graph.Props{"names": []graph.Name{{Value: name}}, "type": "ORGANIZATION"}})
		link(vocab.Published, id, a.Source, graph.Props{"note": "as " + d.Publisher.From + " says"})
	}
	return unit
}
