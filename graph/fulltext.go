package graph

import (
	"context"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

type fullText struct{}

func openFullText(ctx context.Context, r *Record) (*fullText, error) { return &fullText{}, nil }
func (f *fullText) follow(seq uint64)                                {}
func (f *fullText) close() error                                     { return nil }
func (f *fullText) rebuild(ctx context.Context) error                { return nil }
func (v *verifier) fullText() error                                  { return nil }

// Hit is a node that a search found.
type Hit struct {
	Node       *Node
	Score      float64
	Snippet    string
	Highlights [][2]int // half-open, in code points of the snippet
	Cursor     string
}

// SearchQuery is what a search asks.
type SearchQuery struct {
	Text    string
	Kinds   []vocab.NodeKind
	Said    edtf.Interval // only what is certainly dated within; Always for all
	Speaker Ref           // only what this speaker said; 0 for all
	Newest  bool          // the newest first, in place of the best
}

// Search finds nodes by the words of their texts.
func (v *View) Search(ctx context.Context, q SearchQuery, p Page) ([]Hit, *Found, error) {
	return nil, &Found{}, nil
}

// CountHits counts what a search finds.
func (v *View) CountHits(ctx context.Context, q SearchQuery) (int64, error) { return 0, nil }
