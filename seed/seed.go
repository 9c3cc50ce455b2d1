// Package seed brings documents and data sets into a record. Every importer ends
// here: it gives revisions, each with a key, and they are written one after the
// other.
//
// # A document's way in
//
// An importer reads its format and makes changes: nodes with ids that follow
// from the source's own keys ([graph.KeyID]), edges, spans. [Batches] groups them
// into revisions of bounded size. [Load] writes these by [Writer.Write], which
// validates each against the vocabulary and the archived texts and writes all of
// it or nothing.
//
// # Promises
//
// Loading twice adds nothing: a revision whose key is on record is skipped. A
// load that was stopped is continued by running it again. A revision that is
// refused ends the load with an error that names it; what came before it stays.
package seed

import (
	"context"
	"fmt"
	"iter"

	"github.com/onrecord/onrecord/graph"
)

// Writer is what seed needs of a record: [graph.Record] is one.
type Writer interface {
	Write(context.Context, graph.Revision) (graph.Result, error)
}

// Loaded counts what became of a load.
type Loaded struct {
	Revisions int    // written
	Skipped   int    // that were on record already, or changed nothing
	Changes   int    // in the revisions written
	First     uint64 // sequence numbers of the first and the last that were written; 0 if none
	Last      uint64
}

// Load writes revisions. progress, unless nil, is called after each. The context
// is looked at between two revisions.
func Load(ctx context.Context, w Writer, revisions iter.Seq2[graph.Revision, error], progress func(Loaded)) (Loaded, error) {
	var done Loaded
	for rev, err := range revisions {
		if err != nil {
			return done, err
		}
		if err := ctx.Err(); err != nil {
			return done, err
		}
		res, err := w.Write(ctx, rev)
		if err != nil {
			return done, fmt.Errorf("revision %q: %w", rev.Key, err)
		}
		if res.Applied {
			done.Revisions++
			done.Changes += len(rev.Changes)
			if done.First == 0 {
				done.First = res.Seq
			}
			done.Last = res.Seq
		} else {
			done.Skipped++
		}
		if progress != nil {
			progress(done)
		}
	}
	return done, nil
}
