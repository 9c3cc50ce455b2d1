package analyse

import (
	"cmp"
	"context"
	"io"
	"slices"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Report is what is told of a part of the record.
type Report struct {
	Query      string        `json:"query"` // the selection as an address has it
	Seq        uint64        `json:"seq"`
	Content    string        `json:"content"` // the content hash of the part
	Nodes      int           `json:"nodes"`
	Edges      int           `json:"edges"`
	Degrees    []DegreeCount `json:"degrees"`
	Components []int         `json:"components"` // sizes, the largest first
	Ranks      []Ranked      `json:"pageRank"`   // the greatest
	Groups     []Group       `json:"communities"`
	GroupCount int           `json:"communityCount"`
	Modularity float64       `json:"modularity"` // of the communities
	Repeated   []Repeated    `json:"repeatedClaims"`
	Disagree   []Disagreeing `json:"disagreeingSpeakers"`
}

// Named is a node with what it is called.
type Named struct {
	ID    graph.ID `json:"id"`
	Kind  string   `json:"kind"`
	Label string   `json:"label"`
}

// Ranked is a node with its PageRank.
type Ranked struct {
	Named
	Rank float64 `json:"rank"`
}

// Group is a community, named by the node in it that has most links.
type Group struct {
	Named
	Size int `json:"size"`
}

// Repeated is a claim that more than one statement expresses.
type Repeated struct {
	Named
	Statements int `json:"statements"`
	Speakers   int `json:"speakers"`
}

// Disagreeing is a speaker who says the opposite of what others say.
type Disagreeing struct {
	Named
	Subjects int `json:"subjects"` // claims and targets of stances
	Others   int `json:"others"`   // speakers
}

// Of tells of a selection, with at most so many entries in each list.
func Of(ctx context.Context, v *graph.View, sel export.Selection, most int, progress func(nodes, edges int64)) (*Report, error) {
	c := &collector{at: make(map[graph.ID]int32)}
	f := export.Format{Name: "analysis", Open: func(*export.Output) (export.Writer, error) { return c, nil }}
	m, err := export.Export(ctx, v, sel, f, export.Options{Progress: progress}, io.Discard)
	if err != nil {
		return nil, err
	}
	t := NewNet(len(c.nodes), c.links)
	r := &Report{
		Query: m.Onrecord.Query, Seq: m.Onrecord.Seq, Content: m.Onrecord.Content, Nodes: len(c.nodes), Edges: len(c.links),
		Degrees: t.Degrees(), Components: t.Components(),
		// In JSON an empty list, not null.
		Ranks: []Ranked{}, Groups: []Group{}, Repeated: []Repeated{}, Disagree: []Disagreeing{},
	}
	rank := t.PageRank()
	for _, i := range greatest(len(rank), most, func(i int) float64 { return rank[i] }) {
		r.Ranks = append(r.Ranks, Ranked{c.nodes[i].named(), rank[i]})
	}
	groups := t.Communities()
	r.Modularity = t.Modularity(groups)
	r.groups(c, t, groups, most)
	r.Repeated = append(r.Repeated, c.repeated(most)...)
	r.Disagree = append(r.Disagree, c.disagreeing(most)...)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return r, r.name(ctx, v)
}

// groups tells of the largest communities.
func (r *Report) groups(c *collector, t *Net, groups []int32, most int) {
	var size, middle []int32
	for i, g := range groups {
		if int(g) == len(size) {
			size, middle = append(size, 0), append(middle, int32(i))
		}
		size[g]++
		if t.Degree(i) > t.Degree(int(middle[g])) {
			middle[g] = int32(i)
		}
	}
	r.GroupCount = len(size)
	for _, g := range greatest(len(size), most, func(i int) float64 { return float64(size[i]) }) {
		r.Groups = append(r.Groups, Group{c.nodes[middle[g]].named(), int(size[g])})
	}
}

// greatest are the numbers below n of the greatest values, the first of equals first.
func greatest(n, most int, value func(int) float64) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(value(b), value(a)) })
	return all[:min(n, most)]
}

// name reads what the nodes in the report are called.
func (r *Report) name(ctx context.Context, v *graph.View) error {
	var all []*Named
	for i := range r.Ranks {
		all = append(all, &r.Ranks[i].Named)
	}
	for i := range r.Groups {
		all = append(all, &r.Groups[i].Named)
	}
	for i := range r.Repeated {
		all = append(all, &r.Repeated[i].Named)
	}
	for i := range r.Disagree {
		all = append(all, &r.Disagree[i].Named)
	}
	then, err := v.AsOf(ctx, graph.At{Seq: r.Seq})
	if err != nil {
		return err
	}
	ids := make([]graph.ID, len(all))
	for i, n := range all {
		ids[i] = n.ID
	}
	nodes, err := then.NodesByID(ctx, ids)
	if err != nil {
		return err
	}
	for i, n := range nodes {
		if n != nil {
			all[i].Label = n.Label()
		}
	}
	return nil
}

// collector keeps of an export what is analysed.
type collector struct {
	nodes []member
	at    map[graph.ID]int32
	links [][2]int32
	said  []said // what edges say that are looked at
	views map[int32]string
}

type member struct {
	id   graph.ID
	kind vocab.NodeKind
}

func (m member) named() Named { return Named{ID: m.id, Kind: m.kind.String()} }

// said is an edge of which more is known than its ends.
type said struct {
	from, to int32
	kind     vocab.EdgeKind
	word     string // polarity of what is expressed
}

// Node takes a node.
func (c *collector) Node(n *graph.Node) error {
	i := int32(len(c.nodes))
	c.at[n.ID] = i
	c.nodes = append(c.nodes, member{n.ID, n.Kind})
	if n.Kind == vocab.Stance {
		if c.views == nil {
			c.views = make(map[int32]string)
		}
		c.views[i] = n.Text("polarity")
	}
	return nil
}

// Edge takes an edge.
func (c *collector) Edge(e *graph.Edge) error {
	from, to := c.at[e.From], c.at[e.To]
	c.links = append(c.links, [2]int32{from, to})
	switch e.Kind {
	case vocab.Said, vocab.Expresses, vocab.Holds, vocab.Toward, vocab.Contradicts:
		word, _ := e.Props["polarity"].(string)
		c.said = append(c.said, said{from, to, e.Kind, word})
	}
	return nil
}

// End ends the export.
func (c *collector) End(*export.Manifest) error { return nil }
