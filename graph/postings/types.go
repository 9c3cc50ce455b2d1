package postings

import (
	"bytes"
	"cmp"
	"context"

	"github.com/onrecord/onrecord/graph/text"
)

// Key is a date in a form that sorts bytewise.
type Key [10]byte

// Undated is the key of a document without a date. It comes last in either
// order of dates.
var Undated = Key{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// Doc is the text of one revision of a node, as terms.
type Doc struct {
	ID      uint64 // the record's number of the node
	Version uint64 // the log sequence number of the revision
	Kind    uint8
	Key     Key
	Terms   []TermFreq // each term once, in any order
	Len     int        // in tokens
}

// TermFreq is a term and how often a document has it.
type TermFreq struct {
	Term string
	Freq int
}

// Terms returns the terms of texts that are one document, and its length.
func Terms(texts ...string) (terms []TermFreq, length int) {
	at := make(map[string]int, 32)
	for _, s := range texts {
		for t := range text.Tokens(s) {
			length++
			i, ok := at[t.Term]
			if !ok {
				i = len(terms)
				at[t.Term] = i
				terms = append(terms, TermFreq{Term: t.Term})
			}
			terms[i].Freq++
		}
	}
	return terms, length
}

// Order is the order of a search's hits.
type Order uint8

const (
	// ByScore puts the best match first, then the newest.
	ByScore Order = iota
	// Newest puts the latest date first, then the greatest ID; the undated last.
	Newest
	// Oldest puts the earliest date first, then the least ID; the undated last.
	Oldest
)

// Query says what to find. Its terms are those that [text.Tokens] makes;
// [ParseQuery] makes them from what a person types.
type Query struct {
	All    []string   // every one of these terms
	Any    [][]string // and of every one of these groups at least one term
	Prefix []Prefix   // and for every one of these a term that it finds
	Not    []string   // and none of these

	Kinds    []uint8 // only these kinds; none means all
	From, To Key     // only dates in [From, To); zero is no bound. A bound excludes the undated.

	// MaxVersion hides later revisions: the index as of that entry of the
	// log. Zero hides none.
	MaxVersion uint64

	Order Order
	After *Cursor // begin behind this place
	Limit int     // at most so many hits; 0 means 20

	// Live tells for each hit whether it may be shown: whether Version is the
	// revision that the reader sees, and whatever else the owner checks, such
	// as phrases. It is called with many hits at once. Nil shows all.
	Live func(ctx context.Context, hits []Hit) ([]bool, error)
}

// Prefix finds the terms that begin with Start and the terms of Also; see
// [text.Prefix].
type Prefix struct {
	Start string
	Also  []string
}

// Hit is a document found.
type Hit struct {
	ID, Version uint64
	Kind        uint8
	Key         Key
	Score       float64 // zero unless ordered by score
}

// Cursor is a place in a list of hits: behind one of them.
type Cursor struct {
	Score       float64
	Key         Key
	ID, Version uint64
}

// Page is a stretch of a list of hits.
type Page struct {
	Hits []Hit
	// Next is where the list goes on. It is nil where the list has ended; it
	// may be set where nothing follows.
	Next *Cursor
}

// doc is what is kept of a document beside its terms.
type doc struct {
	id, version uint64
	len         uint32
	key         Key
	kind        uint8
	removed     bool // its terms were removed; it stays until a merge
}

// compare puts documents in the order in which segments hold them: latest date
// first, undated last, then by descending ID and version.
func (d *doc) compare(o *doc) int {
	if c := compareKeys(d.key, o.key); c != 0 {
		return c
	}
	if c := cmp.Compare(o.id, d.id); c != 0 {
		return c
	}
	return cmp.Compare(o.version, d.version)
}

func compareKeys(a, b Key) int {
	c := bytes.Compare(b[:], a[:])
	if c != 0 && (a == Undated || b == Undated) {
		return -c
	}
	return c
}

// compareOldest is compare for the other order of dates: the undated are last there too.
func (d *doc) compareOldest(o *doc) int {
	if (d.key == Undated) != (o.key == Undated) {
		return d.compare(o)
	}
	return o.compare(d)
}

func (d *doc) hit(score float64) Hit {
	return Hit{ID: d.id, Version: d.version, Kind: d.kind, Key: d.key, Score: score}
}
