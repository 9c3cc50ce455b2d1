package graph_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/graph/vocab"
)

// model is the record as a reader of the design would build it who has never
// heard of indexes: it keeps every version and answers by looking at all of them.
type model struct {
	byID  map[graph.ID]*mthing
	all   []*mthing // by number
	seq   uint64
	times []time.Time // of the revisions
	keys  map[string]uint64
	texts map[graph.ID]string // of captures, covered where redacted
}

// mthing is a node or an edge.
type mthing struct {
	id       graph.ID
	ref      graph.Ref
	node     vocab.NodeKind
	edge     vocab.EdgeKind
	from, to *mthing
	redacted bool
	versions []mversion
}

type mversion struct {
	seq       uint64
	props     graph.Props
	retracted bool
}

func newModel() *model {
	return &model{byID: make(map[graph.ID]*mthing), keys: make(map[string]uint64), texts: make(map[graph.ID]string)}
}

// apply does what a revision that was accepted says. It returns whether
// anything changed.
func (m *model) apply(rev *graph.Revision, at time.Time) bool {
	if rev.Key != "" && m.keys[rev.Key] != 0 {
		return false
	}
	changed := false
	var redacted []*mthing
	write := func(x *mthing, props graph.Props, retracted bool) {
		if x.ref == 0 {
			x.ref = graph.Ref(len(m.all) + 1)
			m.all = append(m.all, x)
			m.byID[x.id] = x
		}
		x.versions = append(x.versions, mversion{m.seq + 1, props, retracted})
		changed = true
	}
	for _, c := range rev.Changes {
		switch c.Op {
		case graph.PutNode:
			x := m.byID[c.Node.ID]
			if x != nil && c.IfAbsent {
				continue
			}
			if x == nil {
				x = &mthing{id: c.Node.ID, node: c.Node.Kind}
			}
			m.put(x, m.nodeProps(c.Node), write)
		case graph.PutEdge:
			id := c.Edge.ID
			x := m.byID[id]
			if x != nil && c.IfAbsent {
				continue
			}
			if x == nil {
				x = &mthing{id: id, edge: c.Edge.Kind, from: m.byID[c.Edge.From], to: m.byID[c.Edge.To]}
			}
			home := graph.ID{}
			if x.to.node == vocab.Capture {
				home = x.to.id
			}
			m.put(x, m.normal(x.edge.Edge().All(), c.Edge.Props, home), write)
		case graph.Retract:
			if x := m.byID[c.ID]; !x.last().retracted {
				write(x, x.last().props, true)
			}
		case graph.Redact:
			if x := m.byID[c.ID]; !x.redacted {
				write(x, x.last().props, x.last().retracted)
				redacted = append(redacted, x)
			}
		}
	}
	for _, x := range redacted {
		m.redact(x)
	}
	if !changed {
		return false
	}
	m.seq++
	m.times = append(m.times, at)
	if rev.Key != "" {
		m.keys[rev.Key] = m.seq
	}
	return true
}

func (m *model) put(x *mthing, props graph.Props, write func(*mthing, graph.Props, bool)) {
	if len(x.versions) > 0 && !x.last().retracted && gocmp.Equal(x.last().props, props) {
		return
	}
	write(x, props, false)
}

func (m *model) nodeProps(n *graph.Node) graph.Props {
	props, home := maps.Clone(n.Props), graph.ID{}
	if n.Kind == vocab.Capture {
		home = n.ID
		if s, ok := props["text"].(string); ok && m.texts[n.ID] == "" {
			m.texts[n.ID] = s
		}
		delete(props, "text")
		if x := m.byID[n.ID]; x != nil {
			props["sha256"] = x.last().props["sha256"]
		} else {
			sum := sha256.Sum256([]byte(m.texts[n.ID]))
			props["sha256"] = hex.EncodeToString(sum[:])
		}
	}
	return m.normal(n.Kind.Node().All(), props, home)
}

// normal is how values read that were written as p.
func (m *model) normal(all []vocab.Property, p graph.Props, home graph.ID) graph.Props {
	out := make(graph.Props)
	for _, d := range all {
		v, ok := p[d.Name]
		switch {
		case !ok && d.Required && d.Default != "":
			out[d.Name] = d.Default
		case !ok:
		case d.Type == vocab.Spans:
			var list []graph.Span
			for _, s := range v.([]graph.Span) {
				list = append(list, m.normalSpan(s, home))
			}
			out[d.Name] = list
		case d.Type == vocab.Whens:
			var list []graph.Marked
			for _, x := range v.([]graph.Marked) {
				x.Place = m.normalSpan(x.Place, home)
				list = append(list, x)
			}
			out[d.Name] = list
		default:
			out[d.Name] = v
		}
	}
	return out
}

func (m *model) normalSpan(s graph.Span, home graph.ID) graph.Span {
	if s.Capture.IsZero() {
		s.Capture = home
	}
	s.Exact, s.Hash = "", span.Hash(m.texts[s.Capture][s.ByteStart:s.ByteEnd])
	return s
}

// redact drops the texts of a node from all of its versions, and a statement's
// words, or a capture's text, from where they stand.
func (m *model) redact(x *mthing) {
	x.redacted = true
	for i := range x.versions {
		props := make(graph.Props)
		for _, d := range x.node.Node().All() {
			v, ok := x.versions[i].props[d.Name]
			if gaps, is := v.([]graph.GapNote); is {
				gaps = slices.Clone(gaps)
				for j := range gaps {
					gaps[j].Note = ""
				}
				v = gaps
			} else if !d.Type.Remains() {
				continue
			}
			if ok {
				props[d.Name] = v
			}
		}
		x.versions[i].props = props
	}
	if x.node == vocab.Capture {
		m.cover(x.id, 0, len(m.texts[x.id]))
	}
	for _, e := range m.all {
		if e.edge != vocab.QuotedIn || e.from != x {
			continue
		}
		for _, v := range e.versions {
			for _, name := range []string{"content", "repeated", "quotations"} {
				list, _ := v.props[name].([]graph.Span)
				for _, s := range list {
					m.cover(e.to.id, s.ByteStart, s.ByteEnd)
				}
			}
		}
	}
}

func (m *model) cover(capture graph.ID, from, to int) {
	s := m.texts[capture]
	var b strings.Builder
	for _, r := range s[from:to] {
		b.WriteString([]string{"#", "¤", "█", "🀫"}[utf8.RuneLen(r)-1])
	}
	m.texts[capture] = s[:from] + b.String() + s[to:]
}

func (x *mthing) last() *mversion { return &x.versions[len(x.versions)-1] }

// state is the model as of one revision.
type state struct {
	m   *model
	seq uint64
}

func (s state) version(x *mthing) *mversion {
	for _, v := range slices.Backward(x.versions) {
		if v.seq <= s.seq {
			return &v
		}
	}
	return nil
}

// there reports whether a node or an edge is shown, which an edge is between
// nodes that are.
func (s state) there(x *mthing) bool {
	v := s.version(x)
	if v == nil || v.retracted {
		return false
	}
	return x.edge == 0 || s.there(x.from) && s.there(x.to)
}

func (s state) props(x *mthing) graph.Props { return s.version(x).props }

func (s state) when(x *mthing) string {
	i := edtf.Always()
	if name := x.node.Node().When; name != "" {
		if w, ok := s.props(x)[name].(edtf.When); ok {
			i = w.Interval()
		}
	}
	return string(edtf.AppendSortKey(nil, i))
}

func (s state) status(e *mthing) string { return s.props(e)["status"].(string) }

// each calls f for every edge that is shown.
func (s state) edges(f func(e *mthing)) {
	for _, x := range s.m.all {
		if x.edge != 0 && s.there(x) {
			f(x)
		}
	}
}

// nodes are those that stand.
func (s state) nodes(kind vocab.NodeKind) []*mthing { return s.nodesOf(kind, shown) }

func (s state) nodesOf(kind vocab.NodeKind, which []string) (out []*mthing) {
	for _, x := range s.m.all {
		if x.node != 0 && (kind == 0 || x.node == kind) && s.there(x) {
			status, _ := s.props(x)["status"].(string)
			if slices.Contains(which, cmp.Or(status, "EXPLICIT")) {
				out = append(out, x)
			}
		}
	}
	return out
}

func refsOf(xs []*mthing) []graph.Ref {
	out := make([]graph.Ref, len(xs))
	for i, x := range xs {
		out[i] = x.ref
	}
	return out
}

// listed is All.
func (s state) listed(kind vocab.NodeKind) []graph.Ref {
	xs := s.nodes(kind)
	slices.SortStableFunc(xs, func(a, b *mthing) int { return cmp.Compare(s.when(a), s.when(b)) })
	return refsOf(xs)
}

// mlink is an edge as seen from one end.
type mlink struct {
	of, other, edge *mthing
	dir             graph.Direction
}

func inTime(k vocab.EdgeKind, d graph.Direction) bool {
	if d == graph.Out {
		return k.Edge().Out.InTime
	}
	return k.Edge().In.InTime
}

// links are the links of a node along one way, in their order.
func (s state) links(of *mthing, which []string, kind vocab.EdgeKind, dir graph.Direction) (out []mlink) {
	s.edges(func(e *mthing) {
		if kind != e.edge || !slices.Contains(which, s.status(e)) {
			return
		}
		if dir == graph.Out && e.from == of {
			out = append(out, mlink{of, e.to, e, graph.Out})
		}
		if dir == graph.In && e.to == of {
			out = append(out, mlink{of, e.from, e, graph.In})
		}
	})
	if inTime(kind, dir) {
		slices.SortStableFunc(out, func(a, b mlink) int {
			return cmp.Or(cmp.Compare(s.when(a.other), s.when(b.other)), cmp.Compare(a.other.ref, b.other.ref))
		})
	}
	return out
}

// union is LinkUnion: as of several nodes, each other node once in a list that is
// in time.
func (s state) union(of []*mthing, which []string, kind vocab.EdgeKind, dir graph.Direction) (out []graph.Ref) {
	var ls []mlink
	for _, x := range of {
		ls = append(ls, s.links(x, which, kind, dir)...)
	}
	if !inTime(kind, dir) {
		slices.SortStableFunc(ls, func(a, b mlink) int { return cmp.Compare(a.edge.ref, b.edge.ref) })
		for _, l := range ls {
			out = append(out, l.other.ref)
		}
		return out
	}
	var xs []*mthing
	for _, l := range ls {
		if !slices.Contains(xs, l.other) {
			xs = append(xs, l.other)
		}
	}
	slices.SortFunc(xs, func(a, b *mthing) int {
		return cmp.Or(cmp.Compare(s.when(a), s.when(b)), cmp.Compare(a.ref, b.ref))
	})
	return refsOf(xs)
}

func (s state) timeline(of *mthing, which []string, q edtf.Interval) []graph.Ref {
	var xs []*mthing
	s.edges(func(e *mthing) {
		if !slices.Contains(which, s.status(e)) || e.from != of && e.to != of {
			return
		}
		other := e.from
		if other == of {
			other = e.to
		}
		switch other.node {
		case vocab.Statement, vocab.Event, vocab.Review, vocab.Stance:
		default:
			return
		}
		w, _ := s.props(other)[other.node.Node().When].(edtf.When)
		i := edtf.Always()
		if !w.IsZero() {
			i = w.Interval()
		}
		if within := q.Contains(i) && !i.Unbounded(); (within || q.Unbounded()) && !slices.Contains(xs, other) {
			xs = append(xs, other)
		}
	})
	slices.SortFunc(xs, func(a, b *mthing) int {
		return cmp.Or(cmp.Compare(s.when(a), s.when(b)), cmp.Compare(a.ref, b.ref))
	})
	return refsOf(xs)
}

// named is Named: the nodes of which any name begins so, from any word on.
func (s state) named(kind vocab.NodeKind, name string) []graph.Ref {
	name = text.Fold(name)
	var out []graph.Ref
	for _, x := range s.nodes(kind) {
		for _, d := range kind.Node().All() {
			if !d.Lookup {
				continue
			}
			var names []string
			switch v := s.props(x)[d.Name].(type) {
			case string:
				names = []string{v}
			case []string:
				names = v
			case []graph.Name:
				for _, n := range v {
					names = append(names, n.Value)
				}
			}
			for _, n := range names {
				f := " " + text.Fold(n)
				if strings.Contains(f, " "+name) && !slices.Contains(out, x.ref) {
					out = append(out, x.ref)
				}
			}
		}
	}
	return out
}

// gaps is Gaps: pairs of a node and a kind.
func (s state) gaps() (out []string) {
	for _, x := range s.nodes(0) {
		var kinds []string
		noted, _ := s.props(x)["gaps"].([]graph.GapNote)
		for _, g := range noted {
			kinds = append(kinds, g.Kind)
		}
		for _, d := range x.node.Node().All() {
			w, _ := s.props(x)[d.Name].(edtf.When)
			switch {
			case w.YearUnknown():
				kinds = append(kinds, "YEAR_UNKNOWN")
			case w.Unresolved():
				kinds = append(kinds, "DATE_UNRESOLVED")
			}
		}
		if x.node == vocab.Source && s.props(x)["published"] == nil {
			kinds = append(kinds, "SOURCE_UNDATED")
		}
		for _, k := range kinds {
			out = append(out, x.id.String()+" "+k)
		}
	}
	return out
}

// edgeList is EdgeList, as numbers of edges.
func (s state) edgeList(of *mthing, which []string, kinds []vocab.EdgeKind, dir graph.Direction) (out []graph.Ref) {
	for i := range vocab.Edges {
		k := vocab.Edges[i].Kind
		if len(kinds) > 0 && !slices.Contains(kinds, k) {
			continue
		}
		for _, d := range []graph.Direction{graph.Out, graph.In} {
			if dir != graph.Both && dir != d {
				continue
			}
			for _, l := range s.links(of, which, k, d) {
				out = append(out, l.edge.ref)
			}
		}
	}
	return out
}

func (s state) listedEdges(which []string, kinds ...vocab.EdgeKind) (out []graph.Ref) {
	var es []*mthing
	s.edges(func(e *mthing) {
		if slices.Contains(kinds, e.edge) && (e.edge.Edge().Listed || s.status(e) == "CANDIDATE") && slices.Contains(which, s.status(e)) {
			es = append(es, e)
		}
	})
	slices.SortStableFunc(es, func(a, b *mthing) int { return cmp.Compare(a.edge, b.edge) })
	return refsOf(es)
}

// around returns the nodes within depth steps, and the edges among them.
func (s state) around(of []*mthing, depth int, which []string) (nodes, edges []graph.Ref) {
	in := make(map[*mthing]bool)
	for _, x := range of {
		in[x] = true
	}
	for range depth {
		more := maps.Clone(in)
		s.edges(func(e *mthing) {
			if slices.Contains(which, s.status(e)) && (in[e.from] || in[e.to]) {
				more[e.from], more[e.to] = true, true
			}
		})
		in = more
	}
	for x := range in {
		if s.version(x) != nil {
			nodes = append(nodes, x.ref)
		}
	}
	s.edges(func(e *mthing) {
		if slices.Contains(which, s.status(e)) && in[e.from] && in[e.to] && depth > 0 {
			edges = append(edges, e.ref)
		}
	})
	slices.Sort(nodes)
	return nodes, edges
}

// distance is the length of a shortest path; -1 if there is none.
func (s state) distance(from, to *mthing, which []string) int {
	for d, level := 0, []*mthing{from}; d < 50; d++ {
		if slices.Contains(level, to) {
			return d
		}
		next := slices.Clone(level)
		s.edges(func(e *mthing) {
			if slices.Contains(which, s.status(e)) {
				if slices.Contains(level, e.from) && !slices.Contains(next, e.to) {
					next = append(next, e.to)
				}
				if slices.Contains(level, e.to) && !slices.Contains(next, e.from) {
					next = append(next, e.from)
				}
			}
		})
		if len(next) == len(level) {
			return -1
		}
		level = next
	}
	return -1
}

// history returns the revisions that made versions, newest first.
func (s state) history(x *mthing) (out []uint64) {
	for _, v := range slices.Backward(x.versions) {
		if v.seq <= s.seq {
			out = append(out, v.seq)
		}
	}
	return out
}

// seqAt is the newest revision that was recorded by t.
func (m *model) seqAt(t time.Time) (seq uint64) {
	for i, at := range m.times {
		if !at.After(t) {
			seq = uint64(i) + 1
		}
	}
	return seq
}
