package graph

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"math"
	"slices"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/postings"
	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/graph/vocab"
)

// SearchQuery is what a search asks.
type SearchQuery struct {
	Text     string           // words, "phrases", -exclusions, beginnings*
	Kinds    []vocab.NodeKind // none means all
	Said     edtf.Interval    // only what is certainly dated within; edtf.Always() for all
	Speakers []Ref            // only what one of them said, the one asked for first; none means all
	Newest   bool             // the newest first, in place of the best
}

// Hit is a node that a search found.
type Hit struct {
	Node       *Node
	Score      float64
	Snippet    string
	Highlights [][2]int // half-open, in code points of the snippet
	Cursor     string
}

// snippetSize is about how many code points a snippet shows around its words.
const snippetSize = 90

// Search finds the nodes whose texts hold all of the words asked for, best first
// unless the query says otherwise. It pages forward only.
func (v *View) Search(ctx context.Context, q SearchQuery, p Page) ([]Hit, *Found, error) {
	n, err := p.Size()
	if err != nil {
		return nil, nil, err
	}
	if p.Last != nil || p.Before != "" {
		return nil, nil, errorf(Invalid, "search", "last", "a search pages forward only; use first and after")
	}
	s, err := v.prepare(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	if s.query.After, err = s.cursor(p.After); err != nil {
		return nil, nil, err
	}
	s.query.Limit = n + 1
	got, err := v.rec.full.index.Load().Search(ctx, v.Reader, s.query)
	if err != nil {
		return nil, nil, stored("search", err)
	}
	found := &Found{HasPrev: p.After != "", HasNext: len(got.Hits) > n}
	hits, err := s.hits(ctx, got.Hits[:min(n, len(got.Hits))])
	for i := range hits {
		found.Items = append(found.Items, Item{Ref: hits[i].Node.Ref, Cursor: hits[i].Cursor})
	}
	return hits, found, err
}

// maxCounted is how far hits are counted.
const maxCounted = 10_000

// CountHits counts what a search finds, as far as ten thousand.
func (v *View) CountHits(ctx context.Context, q SearchQuery) (int64, error) {
	s, err := v.prepare(ctx, q)
	if err != nil {
		return 0, err
	}
	s.query.Limit = 1000
	var n int64
	for n < maxCounted {
		got, err := v.rec.full.index.Load().Search(ctx, v.Reader, s.query)
		if err != nil {
			return 0, stored("search", err)
		}
		n += int64(len(got.Hits))
		if got.Next == nil || len(got.Hits) == 0 {
			break
		}
		s.query.After = got.Next
	}
	return n, nil
}

// searching is a search on its way.
type searching struct {
	v      *View
	q      SearchQuery
	parsed postings.Parsed
	query  postings.Query
	latest []byte // the sort key's latest end that the range allows; nil for any
}

func (v *View) prepare(ctx context.Context, q SearchQuery) (*searching, error) {
	parsed, err := postings.ParseQuery(q.Text)
	if err != nil {
		return nil, errorf(Invalid, "search", "text", "%w", err)
	}
	if err := v.rec.full.reach(ctx, v.head.Seq); err != nil {
		return nil, err
	}
	s := &searching{v: v, q: q, parsed: parsed, query: parsed.Query()}
	s.query.MaxVersion = v.head.Seq
	if v.head.Seq == 0 {
		s.query.MaxVersion = 1 // no document has it: the record is empty then
		s.query.Kinds = []uint8{0xff}
	}
	for _, k := range q.Kinds {
		s.query.Kinds = append(s.query.Kinds, uint8(k))
	}
	if q.Newest {
		s.query.Order = postings.Newest
	}
	if !q.Said.Unbounded() {
		from, to := edtf.StartKeys(q.Said)
		copy(s.query.From[:], from)
		copy(s.query.To[:], to)
		s.latest = edtf.AppendSortKey(nil, q.Said)[edtf.SortKeySize/2:]
	}
	s.query.Live = s.live
	return s, nil
}

// live tells which hits may be shown: those of the version that the view shows,
// neither retracted nor proposed, dated within the range, said by one of the
// speakers, with the phrases in their text.
func (s *searching) live(ctx context.Context, hits []postings.Hit) ([]bool, error) {
	refs := make([]Ref, len(hits))
	for i, h := range hits {
		refs[i] = Ref(h.ID)
	}
	nodes, err := s.v.Nodes(ctx, refs)
	if err != nil {
		return nil, err
	}
	ok := make([]bool, len(hits))
	for i, h := range hits {
		n := nodes[i]
		ok[i] = n != nil && n.Seq == h.Version && n.Stands() && !n.Redacted &&
			(s.latest == nil || bytes.Compare(h.Key[edtf.SortKeySize/2:], s.latest) <= 0)
	}
	if len(s.q.Speakers) > 0 {
		links, err := s.v.Links(ctx, refs, Shown, Way{vocab.Said, In})
		if err != nil {
			return nil, err
		}
		for i, ls := range links {
			ok[i] = ok[i] && slices.ContainsFunc(ls, func(l Link) bool { return slices.Contains(s.q.Speakers, l.Other) })
		}
	}
	if len(s.parsed.Phrases) == 0 {
		return ok, nil
	}
	texts, err := s.v.searchTexts(ctx, nodes)
	if err != nil {
		return nil, err
	}
	for i := range hits {
		ok[i] = ok[i] && s.parsed.Accepts(texts[i]...)
	}
	return ok, nil
}

// searchTexts returns the texts by which nodes are found.
func (v *View) searchTexts(ctx context.Context, nodes []*Node) ([][]string, error) {
	out := make([][]string, len(nodes))
	var captures []Ref
	for i, n := range nodes {
		if n == nil {
			continue
		}
		if n.Kind == vocab.Capture {
			captures = append(captures, n.Ref)
			continue
		}
		for _, p := range n.Kind.Node().Properties {
			if p.Search {
				out[i] = append(out[i], namesIn(n.Props[p.Name])...)
			}
		}
	}
	if len(captures) == 0 {
		return out, nil
	}
	texts, err := v.Texts(ctx, captures)
	if err != nil {
		return nil, err
	}
	for i, n := range nodes {
		if n != nil && n.Kind == vocab.Capture {
			out[i] = []string{texts[0].String()}
			texts = texts[1:]
		}
	}
	return out, nil
}

// hits reads what was found and cuts its snippets.
func (s *searching) hits(ctx context.Context, found []postings.Hit) ([]Hit, error) {
	refs := make([]Ref, len(found))
	for i, h := range found {
		refs[i] = Ref(h.ID)
	}
	nodes, err := s.v.Nodes(ctx, refs)
	if err != nil {
		return nil, err
	}
	texts, err := s.v.searchTexts(ctx, nodes)
	if err != nil {
		return nil, err
	}
	out := make([]Hit, len(found))
	for i, h := range found {
		out[i] = Hit{Node: nodes[i], Score: h.Score, Cursor: s.cursorAt(h)}
		for j, t := range texts[i] {
			snippet, marks := text.Snippet(t, s.parsed.Highlights, snippetSize)
			if j == 0 || len(marks) > len(out[i].Highlights) {
				out[i].Snippet, out[i].Highlights = snippet, marks
			}
		}
	}
	return out, nil
}

// A cursor of a search is the checksum of what was asked and the place of a hit.
//
//	checksum 4 | score 8 | key 10 | id 8 | version 8
const searchCursorSize = 4 + 8 + edtf.SortKeySize + 8 + 8

func (s *searching) checksum() []byte {
	b := []byte(s.q.Text)
	for _, k := range s.q.Kinds {
		b = append(b, byte(k))
	}
	b = edtf.AppendSortKey(b, s.q.Said)
	if len(s.q.Speakers) > 0 {
		b = appendRef(b, s.q.Speakers[0]) // whoever is judged to be the same later
	}
	if s.q.Newest {
		b = append(b, 1)
	}
	return binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(b))
}

func (s *searching) cursorAt(h postings.Hit) string {
	b := s.checksum()
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(h.Score))
	b = append(b, h.Key[:]...)
	b = binary.BigEndian.AppendUint64(b, h.ID)
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(b, h.Version))
}

func (s *searching) cursor(written string) (*postings.Cursor, error) {
	if written == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(written)
	if err != nil || len(b) != searchCursorSize {
		return nil, errorf(Invalid, "", "after", "%.80q is no cursor of a search; take one from an answer", written)
	}
	if !bytes.Equal(b[:4], s.checksum()) {
		return nil, errorf(Invalid, "", "after", "%.80q is the cursor of another search", written)
	}
	c := &postings.Cursor{Score: math.Float64frombits(binary.BigEndian.Uint64(b[4:]))}
	b = b[12:]
	b = b[copy(c.Key[:], b):]
	c.ID, c.Version = binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	return c, nil
}
