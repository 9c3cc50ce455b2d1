package export

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Selection says which part of the record. The zero Selection is all of it.
//
// It begins somewhere, goes on from there, and leaves out. It begins with the
// IDs, or with what a search finds; where neither is given, with the statements
// that fit Speakers, Topics and Said; where none of those is given, everything
// is selected. It goes on Depth steps along edges of the kinds in Edges with one
// of the Statuses, in both directions. Left out, on the way too, is every node
// that is of none of the kinds in Nodes, and every statement that does not fit.
// Edges are those of the kinds and statuses among the nodes that remain: both
// ends of an edge are always inside.
//
// A part that begins somewhere is then made whole, unless Nodes or Edges is given: the
// captures that its spans lie in and what these nodes cannot be on record
// without (the source of a capture, the holder and the target of a stance, the
// claim and the reviewer of a review) are in it too, so that every quotation
// comes with the text that proves it.
type Selection struct {
	IDs    []graph.ID
	Search string
	Depth  int // steps; below 0 none, 0 means DefaultDepth

	Nodes    []vocab.NodeKind // empty means all
	Edges    []vocab.EdgeKind // empty means all
	Statuses []string         // of nodes and edges; empty means EXPLICIT, INFERRED and CONFIRMED

	From, To edtf.Date  // statements certainly said within; zero for no bound
	Topics   []graph.ID // statements about one of them, or expressing a claim that is
	Speakers []graph.ID // statements said by one of them, or by whoever is judged to be the same

	AsOf uint64 // the record after this revision; 0 means the newest
}

// Bounds of a selection.
const (
	DefaultDepth = 1
	MaxDepth     = graph.MaxDepth
	maxStart     = 10_000 // ids that are given
)

// names of the parameters, as in an address and, with dashes before, in a command.
const (
	paramID      = "id"
	paramSearch  = "search"
	paramDepth   = "depth"
	paramNode    = "node"
	paramEdge    = "edge"
	paramStatus  = "status"
	paramFrom    = "from"
	paramTo      = "to"
	paramTopic   = "topic"
	paramSpeaker = "speaker"
	paramAsOf    = "asOf"
)

// Params are the names of what [ParseSelection] reads.
var Params = []string{
	paramID, paramSearch, paramDepth, paramNode, paramEdge, paramStatus, paramFrom, paramTo, paramTopic, paramSpeaker, paramAsOf,
}

// ParseSelection reads a selection as an address has it: id, search, depth, node,
// edge, status, from, to, topic, speaker, asOf. All but search, depth, from, to
// and asOf may be given again and again, or as a list with commas. It does not
// look at other parameters.
func ParseSelection(q url.Values) (s Selection, err error) {
	for _, name := range []string{paramSearch, paramDepth, paramFrom, paramTo, paramAsOf} {
		if len(q[name]) > 1 {
			return s, graph.Invalidf("%s: given %d times, and once is what makes sense", name, len(q[name]))
		}
	}
	list := func(name string) (out []string) {
		for _, v := range q[name] {
			for part := range strings.SplitSeq(v, ",") {
				if part = strings.TrimSpace(part); part != "" {
					out = append(out, part)
				}
			}
		}
		return out
	}
	for _, x := range []struct {
		name string
		to   *[]graph.ID
	}{{paramID, &s.IDs}, {paramTopic, &s.Topics}, {paramSpeaker, &s.Speakers}} {
		for _, written := range list(x.name) {
			id, err := graph.ParseID(written)
			if err != nil {
				return s, graph.Invalidf("%s: %w", x.name, err)
			}
			*x.to = append(*x.to, id)
		}
		if len(*x.to) > maxStart {
			return s, graph.Invalidf("%s: %d ids, at most %d", x.name, len(*x.to), maxStart)
		}
	}
	for _, name := range list(paramNode) {
		k, ok := vocab.ParseNodeKind(strings.ToUpper(name))
		if !ok {
			return s, graph.Invalidf("node: no kind of node is called %q; there are %s", name, kindNames(len(vocab.Nodes), func(i int) string { return vocab.Nodes[i].Name }))
		}
		s.Nodes = append(s.Nodes, k)
	}
	for _, name := range list(paramEdge) {
		k, ok := vocab.ParseEdgeKind(strings.ToUpper(name))
		if !ok {
			return s, graph.Invalidf("edge: no kind of edge is called %q; there are %s", name, kindNames(len(vocab.Edges), func(i int) string { return vocab.Edges[i].Name }))
		}
		s.Edges = append(s.Edges, k)
	}
	for _, name := range list(paramStatus) {
		if vocab.Status.Index(strings.ToUpper(name)) < 0 {
			return s, graph.Invalidf("status: no status is called %q; there are %s", name, strings.Join(vocab.Status.Names, ", "))
		}
		s.Statuses = append(s.Statuses, strings.ToUpper(name))
	}
	s.Search = strings.TrimSpace(q.Get(paramSearch))
	for _, x := range []struct {
		name string
		to   *edtf.Date
	}{{paramFrom, &s.From}, {paramTo, &s.To}} {
		if written := q.Get(x.name); written != "" {
			if *x.to, err = edtf.Parse(written); err != nil {
				return s, graph.Invalidf("%s: %w", x.name, err)
			}
		}
	}
	if written := q.Get(paramDepth); written != "" {
		n, err := strconv.Atoi(written)
		if err != nil || n < 0 || n > MaxDepth {
			return s, graph.Invalidf("depth: %q is not between 0 and %d", written, MaxDepth)
		}
		if s.Depth = n; n == 0 {
			s.Depth = -1
		}
	}
	if written := q.Get(paramAsOf); written != "" {
		if s.AsOf, err = strconv.ParseUint(written, 10, 63); err != nil || s.AsOf == 0 {
			return s, graph.Invalidf("asOf: %q is no number of a revision; they begin with 1", written)
		}
	}
	return s, s.check()
}

func kindNames(n int, name func(int) string) string {
	names := make([]string, n)
	for i := range names {
		names[i] = name(i)
	}
	return strings.Join(names, ", ")
}

func (s *Selection) check() error {
	switch {
	case len(s.IDs) > 0 && s.Search != "":
		return graph.Invalidf("search: a selection begins with ids or with a search, not with both")
	case s.Depth > MaxDepth:
		return graph.Invalidf("depth: %d is more than %d", s.Depth, MaxDepth)
	}
	if _, err := edtf.Between(s.From, s.To); err != nil {
		return graph.Invalidf("from, to: %w", err)
	}
	return nil
}

// Values is the selection as an address has it, in one form: the same selection
// is the same values. asOf is in it always: seq, where the selection has none, but
// for the empty record's 0.
func (s *Selection) Values(seq uint64) url.Values {
	q := make(url.Values)
	add := func(name string, list []string) {
		slices.Sort(list)
		if list = slices.Compact(list); len(list) > 0 {
			q.Set(name, strings.Join(list, ","))
		}
	}
	add(paramID, texts(s.IDs))
	add(paramTopic, texts(s.Topics))
	add(paramSpeaker, texts(s.Speakers))
	add(paramNode, texts(s.Nodes))
	add(paramEdge, texts(s.Edges))
	add(paramStatus, slices.Clone(s.Statuses))
	if s.Search != "" {
		q.Set(paramSearch, s.Search)
	}
	if !s.From.IsZero() {
		q.Set(paramFrom, s.From.String())
	}
	if !s.To.IsZero() {
		q.Set(paramTo, s.To.String())
	}
	if s.begins() {
		q.Set(paramDepth, strconv.Itoa(s.depth()))
	}
	if s.AsOf != 0 {
		seq = s.AsOf
	}
	if seq > 0 { // an empty record has no revision to name
		q.Set(paramAsOf, strconv.FormatUint(seq, 10))
	}
	return q
}

func texts[T fmt.Stringer](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = x.String()
	}
	return out
}

func (s *Selection) depth() int {
	switch {
	case s.Depth < 0:
		return 0
	case s.Depth == 0:
		return DefaultDepth
	}
	return s.Depth
}

func (s *Selection) statuses() graph.Statuses {
	if len(s.Statuses) == 0 {
		return graph.Shown
	}
	return graph.StatusesOf(s.Statuses...)
}

// said is the range of what was said; check has seen that it is one.
func (s *Selection) said() edtf.Interval {
	i, err := edtf.Between(s.From, s.To)
	if err != nil {
		return edtf.Always()
	}
	return i
}

// narrows reports whether some statements do not fit.
func (s *Selection) narrows() bool {
	return len(s.Topics) > 0 || len(s.Speakers) > 0 || !s.said().Unbounded()
}

// begins reports whether the selection begins somewhere, and is not everything.
func (s *Selection) begins() bool { return len(s.IDs) > 0 || s.Search != "" || s.narrows() }

// takes reports whether nodes of a kind are in.
func (s *Selection) takes(k vocab.NodeKind) bool {
	return len(s.Nodes) == 0 || slices.Contains(s.Nodes, k)
}

// takesEdge reports whether edges of a kind are in.
func (s *Selection) takesEdge(k vocab.EdgeKind) bool {
	return len(s.Edges) == 0 || slices.Contains(s.Edges, k)
}
