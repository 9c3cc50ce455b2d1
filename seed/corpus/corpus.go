// Package corpus is the record's first document: an article with quotations,
// reported speech, claims, predictions, events and dates without a year, and
// its annotation by hand.
//
// The annotation is data, in the project's own format (see graph/jsonl), and is
// loaded as any document is. It comes in five revisions, so that the record can
// be asked what was known after each: the text as archived; what it says; the
// date of publication, which the article's own address carries; the dates that
// follow from it by a rule; and what is known from elsewhere.
package corpus

import (
	"context"
	"embed"
	"iter"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/jsonl"
	"github.com/onrecord/onrecord/seed"
)

// Namespace is the name space of the annotation's names: graph.KeyID(Namespace,
// "p-trump") is the id of the speaker that it calls p-trump.
const Namespace = "corpus/tasnim-1801595"

//go:embed article.txt annotation.jsonl
var files embed.FS

// Revisions yields the corpus as revisions.
func Revisions() iter.Seq2[graph.Revision, error] {
	return func(yield func(graph.Revision, error) bool) {
		f, err := files.Open("annotation.jsonl")
		if err != nil {
			yield(graph.Revision{}, err)
			return
		}
		defer f.Close()
		for rev, err := range jsonl.Read(f, jsonl.Options{Files: files}) {
			if !yield(rev, err) {
				return
			}
		}
	}
}

// Load writes the corpus into a record. Loading it again adds nothing.
func Load(ctx context.Context, w seed.Writer) (seed.Loaded, error) {
	return seed.Load(ctx, w, Revisions(), nil)
}

// ID returns the id of what the annotation calls name.
func ID(name string) graph.ID { return graph.KeyID(Namespace, name) }
