package graph_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/graph/vocab"
)

var ctx = context.Background()

// written is a revision that was accepted, with its time.
type written struct {
	rev graph.Revision
	at  time.Time
}

// run is a record beside its model.
type run struct {
	t     *rapid.T
	store kv.Store
	rec   *graph.Record
	clock *graphtest.Clock
	world graphtest.World
	m     *model
	log   []written
	tried map[string]int // how many revisions of each fate there were
}

// checks sets how many histories rapid draws, unless the command line does.
func checks(t *testing.T, n int) {
	t.Helper()
	if testing.Short() {
		n = max(1, n/5)
	}
	set := false
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == "rapid.checks" })
	if !set {
		flag.Set("rapid.checks", fmt.Sprint(n))
	}
}

func open(t graphtest.TB, s kv.Store, o graph.Options) *graph.Record {
	t.Helper()
	r, err := graph.Open(ctx, s, o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return r
}

// A random history, compared with a naive model of it as of any earlier moment.
func TestHistories(t *testing.T) {
	checks(t, 60)
	fates := make(map[string]int)
	rapid.Check(t, func(rt *rapid.T) {
		r := &run{t: rt, store: memkv.New(), clock: new(graphtest.Clock), m: newModel(), tried: fates}
		r.rec = open(rt, r.store, graph.Options{Now: r.clock.Now})
		defer r.rec.Close()
		for range rapid.IntRange(5, 30).Draw(rt, "revisions") {
			r.step()
		}
		r.compare()
		graphtest.Verify(r.t, r.rec)
		before := graphtest.Dump(rt, r.store)
		if err := r.rec.Reindex(ctx, nil); err != nil {
			rt.Fatalf("reindex: %v", err)
		}
		if d := graphtest.Diff(before, graphtest.Dump(rt, r.store)); d != "" {
			rt.Fatalf("reindex changed:\n%s", d)
		}
		graphtest.Verify(r.t, r.rec)
		r.replay(memkv.New(), before)
	})
	t.Logf("revisions: %v", fates)
}

// The same log gives the same bytes on disk.
func TestHistoriesOnDisk(t *testing.T) {
	checks(t, 6)
	rapid.Check(t, func(rt *rapid.T) {
		r := &run{t: rt, store: memkv.New(), clock: new(graphtest.Clock), m: newModel(), tried: make(map[string]int)}
		r.rec = open(rt, r.store, graph.Options{Now: r.clock.Now})
		defer r.rec.Close()
		for range 25 {
			r.step()
		}
		r.replay(graphtest.Badger(t, t.TempDir()), graphtest.Dump(rt, r.store))
	})
}

// step writes one random revision to the record and to the model.
func (r *run) step() {
	d := r.world.Revision(r.t)
	before := r.rec.Head()
	var dump map[string]string
	if d.Broken != "" {
		dump = graphtest.Dump(r.t, r.store)
	}
	res, err := r.rec.Write(ctx, d.Revision)
	if err != nil {
		switch k := graph.KindOf(err); {
		case d.Fresh:
			r.t.Fatalf("refused, and it breaks no rule: %v", err)
		case k == graph.Internal || k == graph.Corrupt || k == graph.Unavailable || k == graph.TooLarge:
			r.t.Fatalf("error of kind %s: %v", k, err)
		case r.rec.Head() != before:
			r.t.Fatalf("refused (%v), and the head moved", err)
		}
		r.tried["refused"]++
		if dump != nil {
			if diff := graphtest.Diff(dump, graphtest.Dump(r.t, r.store)); diff != "" {
				r.t.Fatalf("refused (%v), and it changed:\n%s", err, diff)
			}
		}
		return
	}
	if d.Broken != "" && r.m.keys[d.Key] == 0 {
		r.t.Fatalf("accepted, and it breaks a rule: %s", d.Broken)
	}
	head := r.rec.Head()
	if applied := r.m.apply(&d.Revision, head.Time); applied != res.Applied {
		r.t.Fatalf("applied is %v, and should be %v", res.Applied, applied)
	}
	if !res.Applied {
		r.tried["nothing new"]++
		return
	}
	r.tried["written"]++
	if res.Seq != r.m.seq || head.Seq != r.m.seq || int(head.Next) != len(r.m.all)+1 {
		r.t.Fatalf("revision %d, head %+v; the model has %d and %d things", res.Seq, head, r.m.seq, len(r.m.all))
	}
	r.world.Accept(&d.Revision, res.Seq)
	r.log = append(r.log, written{d.Revision, head.Time})
}

// replay writes the log to another store and compares all bytes.
func (r *run) replay(s kv.Store, want map[string]string) {
	var now time.Time
	rec := open(r.t, s, graph.Options{Now: func() time.Time { return now }})
	defer rec.Close()
	for i, w := range r.log {
		now = w.at
		if res, err := rec.Write(ctx, w.rev); err != nil || res.Seq != uint64(i)+1 {
			r.t.Fatalf("replaying revision %d gives %d, %v", i+1, res.Seq, err)
		}
	}
	if d := graphtest.Diff(want, graphtest.Dump(r.t, s)); d != "" {
		r.t.Fatalf("the same log gives other bytes:\n%s", d)
	}
	graphtest.Verify(r.t, rec)
}

// compare compares every read with the model, now and as of earlier moments.
func (r *run) compare() {
	v, err := r.rec.View(ctx)
	if err != nil {
		r.t.Fatalf("view: %v", err)
	}
	defer v.Close()
	c := comparison{r.t, v, state{r.m, r.m.seq}}
	c.everything()
	for range 3 {
		if r.m.seq == 0 {
			return
		}
		seq := rapid.Uint64Range(1, r.m.seq).Draw(r.t, "as of")
		at := graph.At{Seq: seq}
		if rapid.Bool().Draw(r.t, "by time") {
			at = graph.At{Time: r.m.times[seq-1].Add(time.Duration(rapid.Int64Range(-1, 1).Draw(r.t, "off by")) * time.Microsecond)}
			seq = r.m.seqAt(at.Time)
		}
		old, err := v.AsOf(ctx, at)
		if err != nil {
			r.t.Fatalf("as of %+v: %v", at, err)
		}
		if old.Head().Seq != seq {
			r.t.Fatalf("as of %+v is revision %d, want %d", at, old.Head().Seq, seq)
		}
		comparison{r.t, old, state{r.m, seq}}.everything()
	}
}

// comparison is a view beside the state that it must show.
type comparison struct {
	t *rapid.T
	v *graph.View
	s state
}

func (c comparison) same(what string, got, want any) {
	if d := gocmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		c.t.Fatalf("as of %d: %s (-want +got):\n%s", c.s.seq, what, d)
	}
}

func (c comparison) ok(err error) {
	if err != nil {
		c.t.Fatalf("as of %d: %v", c.s.seq, err)
	}
}

var (
	shown = []string{"EXPLICIT", "INFERRED", "CONFIRMED"}
	any5  = []string{"EXPLICIT", "INFERRED", "CANDIDATE", "CONFIRMED", "REJECTED"}
)

func (c comparison) everything() {
	c.nodesAndEdges()
	for i := range vocab.Nodes {
		k := vocab.Nodes[i].Kind
		c.list("all "+k.String(), func() *graph.List { return c.v.All(k) }, c.s.listed(k))
		c.list("proposed "+k.String(), func() *graph.List { return c.v.Proposed(k) }, refsOf(c.s.nodesOf(k, []string{"CANDIDATE"})))
		for _, name := range []string{"a", "Bela", "ana", "der h", "X", ""} {
			if name != "" {
				c.list("named "+name, func() *graph.List { return c.v.Named(k, name) }, c.s.named(k, name))
			}
		}
	}
	c.gaps()
	c.totals()
	c.listedEdges()
	var nodes []*mthing
	for _, x := range c.s.m.all {
		if x.node != 0 {
			nodes = append(nodes, x)
		}
	}
	if len(nodes) == 0 {
		return
	}
	for range 3 {
		c.around(rapid.SampledFrom(nodes).Draw(c.t, "node"), rapid.SampledFrom(nodes).Draw(c.t, "other"))
	}
}

// as is a version of a thing as the record must give it.
func (x *mthing) as(v *mversion) (*graph.Node, *graph.Edge) {
	switch {
	case v == nil:
		return nil, nil
	case x.node != 0:
		return &graph.Node{ID: x.id, Kind: x.node, Props: v.props, Ref: x.ref, Seq: v.seq, Retracted: v.retracted, Redacted: x.redacted}, nil
	}
	return nil, &graph.Edge{
		ID: x.id, Kind: x.edge, From: x.from.id, To: x.to.id, Props: v.props,
		Ref: x.ref, FromRef: x.from.ref, ToRef: x.to.ref, Seq: v.seq, Retracted: v.retracted,
	}
}

func (c comparison) nodesAndEdges() {
	var ids []graph.ID
	var refs []graph.Ref
	for _, x := range c.s.m.all {
		ids, refs = append(ids, x.id), append(refs, x.ref)
	}
	got, err := c.v.Refs(ctx, ids)
	c.ok(err)
	c.same("refs", got, refs)
	nodes, err := c.v.NodesByID(ctx, ids)
	c.ok(err)
	edges, err := c.v.Edges(ctx, refs)
	c.ok(err)
	logs, err := c.v.Histories(ctx, refs)
	c.ok(err)
	var versions []graph.Version
	for i, x := range c.s.m.all {
		v := c.s.version(x)
		node, edge := x.as(v)
		c.same("node "+x.id.String(), nodes[i], node)
		c.same("edge "+x.id.String(), edges[i], edge)
		var seqs []uint64
		for _, l := range logs[i] {
			seqs = append(seqs, l.Seq)
			c.same("time of a revision", l.Time, c.s.m.times[l.Seq-1])
			versions = append(versions, graph.Version{Ref: x.ref, Seq: l.Seq})
		}
		c.same("history", seqs, c.s.history(x))
	}
	things, err := c.v.Things(ctx, versions)
	c.ok(err)
	for i, w := range versions {
		x := c.s.m.all[w.Ref-1]
		v := state{c.s.m, w.Seq}.version(x)
		node, edge := x.as(v)
		c.same("version of a node", things[i].Node, node)
		c.same("version of an edge", things[i].Edge, edge)
		c.same("view of a version", things[i].View.Head().Seq, w.Seq)
	}
	var captures []graph.Ref
	for _, x := range c.s.m.all {
		if x.node == vocab.Capture && c.s.version(x) != nil {
			captures = append(captures, x.ref)
		}
	}
	texts, err := c.v.Texts(ctx, captures)
	c.ok(err)
	for i, r := range captures {
		c.same("text", texts[i].String(), c.s.m.texts[c.s.m.all[r-1].id])
	}
}

// list compares a list with what must be in it, read forward and backward, in
// pages of any size.
func (c comparison) list(what string, l func() *graph.List, want []graph.Ref) {
	c.pages(what, l, want, func(it graph.Item) graph.Ref { return it.Ref })
}

func (c comparison) pages(what string, l func() *graph.List, want []graph.Ref, of func(graph.Item) graph.Ref) {
	sizes := []int{graph.MaxPage}
	if len(want) > 0 {
		sizes = append(sizes, rapid.IntRange(1, len(want)+1).Draw(c.t, "page size"))
	}
	for _, size := range sizes {
		c.same(fmt.Sprintf("%s in pages of %d", what, size), c.forward(l, size, of), want)
		c.same(fmt.Sprintf("%s in pages of %d, backward", what, size), c.backward(l, size, of), want)
		turned := func() *graph.List { return l().NewestFirst() }
		reversed := slices.Clone(want)
		slices.Reverse(reversed)
		c.same(fmt.Sprintf("%s newest first in pages of %d", what, size), c.forward(turned, size, of), reversed)
		c.same(fmt.Sprintf("%s newest first in pages of %d, backward", what, size), c.backward(turned, size, of), reversed)
	}
	n, err := c.v.Count(ctx, l())
	c.ok(err)
	c.same("count of "+what, n, int64(len(want)))
}

func (c comparison) forward(l func() *graph.List, size int, of func(graph.Item) graph.Ref) (out []graph.Ref) {
	p := graph.Page{First: &size}
	for first := true; ; first = false {
		f, err := c.v.Page(ctx, l(), p)
		c.ok(err)
		if f.HasPrev == first {
			c.t.Fatalf("page %+v: has a previous one: %v", p, f.HasPrev)
		}
		for _, it := range f.Items {
			out = append(out, of(it))
		}
		if !f.HasNext {
			return out
		}
		p.After = f.Items[len(f.Items)-1].Cursor
	}
}

func (c comparison) backward(l func() *graph.List, size int, of func(graph.Item) graph.Ref) (out []graph.Ref) {
	p := graph.Page{Last: &size}
	for first := true; ; first = false {
		f, err := c.v.Page(ctx, l(), p)
		c.ok(err)
		if f.HasNext == first {
			c.t.Fatalf("page %+v: has a next one: %v", p, f.HasNext)
		}
		for _, it := range slices.Backward(f.Items) {
			out = append(out, of(it))
		}
		if !f.HasPrev {
			slices.Reverse(out)
			return out
		}
		p.Before = f.Items[0].Cursor
	}
}

func (c comparison) gaps() {
	size := rapid.IntRange(1, 5).Draw(c.t, "gaps a page")
	var got []string
	p := graph.Page{First: &size}
	for {
		gaps, f, err := c.v.Gaps(ctx, nil, nil, p)
		c.ok(err)
		for _, g := range gaps {
			got = append(got, g.Node.ID.String()+" "+g.Kind)
		}
		if !f.HasNext {
			break
		}
		p.After = f.Items[len(f.Items)-1].Cursor
	}
	want := c.s.gaps()
	c.same("gaps", got, want)
	n, err := c.v.CountGaps(ctx, nil, nil)
	c.ok(err)
	c.same("count of gaps", n, int64(len(want)))
}

func (c comparison) totals() {
	got, err := c.v.Totals(ctx)
	c.ok(err)
	want := graph.Totals{Nodes: make(map[vocab.NodeKind]int64), Edges: make(map[vocab.EdgeKind]int64)}
	for _, x := range c.s.nodes(0) {
		want.Nodes[x.node]++
	}
	c.s.edges(func(e *mthing) { want.Edges[e.edge]++ })
	for k, n := range got.Nodes {
		if n == 0 {
			delete(got.Nodes, k)
		}
	}
	for k, n := range got.Edges {
		if n == 0 {
			delete(got.Edges, k)
		}
	}
	c.same("totals", got, want)
}

func (c comparison) listedEdges() {
	var kinds []vocab.EdgeKind
	for i := range vocab.Edges {
		kinds = append(kinds, vocab.Edges[i].Kind)
	}
	c.list("edges that are listed", func() *graph.List { return c.v.Listed(graph.StatusesOf(any5...), kinds...) }, c.s.listedEdges(any5, kinds...))
	c.list("contradictions", func() *graph.List { return c.v.Listed(graph.Shown, vocab.Contradicts) }, c.s.listedEdges(shown, vocab.Contradicts))
}

// around compares what is linked to two nodes.
func (c comparison) around(x, y *mthing) {
	which, names := graph.Shown, shown
	if rapid.Bool().Draw(c.t, "any status") {
		which, names = graph.StatusesOf(any5...), any5
	}
	refs := []graph.Ref{x.ref, y.ref}
	for i := range vocab.Edges {
		k := vocab.Edges[i].Kind
		for _, d := range []graph.Direction{graph.Out, graph.In} {
			var want [][]graph.Ref
			var others []graph.Ref
			for _, of := range []*mthing{x, y} {
				var es []graph.Ref
				for _, l := range c.s.links(of, names, k, d) {
					es, others = append(es, l.edge.ref), append(others, l.other.ref)
				}
				want = append(want, es)
			}
			links, err := c.v.Links(ctx, refs, which, graph.Way{Kind: k, Dir: d})
			c.ok(err)
			for j, ls := range links {
				var es []graph.Ref
				for _, l := range ls {
					es = append(es, l.Edge)
					e := c.s.m.all[l.Edge-1]
					c.same("status of a link", l.Status(), c.s.status(e))
				}
				c.same(fmt.Sprintf("links %s %d", k, d), es, want[j])
			}
			degrees, err := c.v.Degrees(ctx, refs, which, k, d)
			c.ok(err)
			c.same("degrees", degrees, []int64{int64(len(want[0])), int64(len(want[1]))})
			if len(others) == 0 {
				continue
			}
			c.list(fmt.Sprintf("link list %s %d", k, d), func() *graph.List { return c.v.LinkList(x.ref, which, k, d) }, others[:len(want[0])])
			both := []*mthing{x}
			if x != y {
				both = append(both, y)
			}
			if len(both) > 1 {
				c.list(fmt.Sprintf("link union %s %d", k, d), func() *graph.List { return c.v.LinkUnion(refs, which, k, d) }, c.s.union(both, names, k, d))
			}
			pages, err := c.v.Pages(ctx, []*graph.List{c.v.LinkList(x.ref, which, k, d), c.v.LinkList(y.ref, which, k, d)}, graph.Page{})
			c.ok(err)
			for j, f := range pages {
				c.same("pages together", len(f.Items), len(want[j]))
			}
			counts, err := c.v.Counts(ctx, []*graph.List{c.v.LinkList(x.ref, which, k, d), c.v.LinkList(y.ref, which, k, d)})
			c.ok(err)
			c.same("counts together", counts, degrees)
		}
	}
	edgeOf := func(it graph.Item) graph.Ref { return it.Link.Edge }
	for _, d := range []graph.Direction{graph.Out, graph.In, graph.Both} {
		c.pages("edges", func() *graph.List { return c.v.EdgeList(x.ref, which, nil, d) }, c.s.edgeList(x, names, nil, d), edgeOf)
		kinds := []vocab.EdgeKind{vocab.About, vocab.Said, vocab.Before}
		c.pages("edges of kinds", func() *graph.List { return c.v.EdgeList(x.ref, which, kinds, d) }, c.s.edgeList(x, names, kinds, d), edgeOf)
	}
	c.timeline(x, which, names)
	depth := rapid.IntRange(0, 3).Draw(c.t, "depth")
	g, err := c.v.Neighborhood(ctx, refs, depth, nil, which, graph.MaxSubgraph)
	c.ok(err)
	both := []*mthing{x, y}
	nodes, edges := c.s.around(both, depth, names)
	got := nodeRefs(g)
	slices.Sort(got)
	c.same("neighborhood", got, nodes)
	c.same("its edges", edgeRefs(g), edges)
	c.path(x, y, which, names)
}

func nodeRefs(g *graph.Subgraph) (out []graph.Ref) {
	for _, n := range g.Nodes {
		out = append(out, n.Ref)
	}
	return out
}

func edgeRefs(g *graph.Subgraph) (out []graph.Ref) {
	for _, e := range g.Edges {
		out = append(out, e.Ref)
	}
	return out
}

func (c comparison) timeline(x *mthing, which graph.Statuses, names []string) {
	nodes, err := c.v.Nodes(ctx, []graph.Ref{x.ref})
	c.ok(err)
	if nodes[0] == nil {
		return
	}
	for _, date := range []string{"", "2018", "2018-07-30/..", "../2015"} {
		q := edtf.Always()
		if date != "" {
			q = edtf.MustParse(date).Interval()
		}
		c.list("timeline within "+date, func() *graph.List { return c.v.Timeline(ctx, nodes[0], which, q) }, c.s.timeline(x, names, q))
	}
}

func (c comparison) path(x, y *mthing, which graph.Statuses, names []string) {
	if x == y {
		return
	}
	longest := rapid.IntRange(1, 6).Draw(c.t, "longest path")
	g, err := c.v.Path(ctx, x.ref, y.ref, longest, which)
	c.ok(err)
	want := c.s.distance(x, y, names)
	if want > longest {
		want = -1
	}
	if g == nil {
		c.same("length of a path", -1, want)
		return
	}
	c.same("length of a path", len(g.Edges), want)
	c.same("nodes of a path", len(g.Nodes), want+1)
	c.same("its beginning", g.Nodes[0].Ref, x.ref)
	c.same("its end", g.Nodes[want].Ref, y.ref)
	for i := range want {
		a, b := g.Nodes[i].Ref, g.Nodes[i+1].Ref
		if !slices.ContainsFunc(g.Edges, func(e *graph.Edge) bool {
			return e.FromRef == a && e.ToRef == b || e.FromRef == b && e.ToRef == a
		}) {
			c.t.Fatalf("as of %d: no edge of the path leads from %d to %d", c.s.seq, a, b)
		}
	}
}
