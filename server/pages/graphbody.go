package pages

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Part is a part of the graph, as a document asks for it.
type Part struct {
	Truncated bool
	Nodes     []*Node
	Edges     []*Edge
}

// Edge is a link between two nodes.
type Edge struct {
	ID, Kind, Status string
	Properties       []struct{ Name, Value string }
	From, To         struct{ ID string }
}

// words are the words for the link, from its first end and from its second.
func (e *Edge) words() [2]string {
	for _, p := range e.Properties {
		if p.Name == "polarity" && e.Kind == "EXPRESSES" {
			return polarityLinks[p.Value]
		}
	}
	return edgeWords[e.Kind]
}

// graphBody is what the graph's page shows beyond its answer.
type graphBody struct {
	*graphState
	Given     []*vertex // the expanded nodes, in their order, each once
	All       []*vertex
	Vertices  int
	Links     int
	Rows      []*vertex // of this page of the table
	Lines     []*graphLine
	RowPages  tablePages
	LinePages tablePages
	Kinds     []graphKind
	Steps     []*graphLine // of the path that was asked for
	NoPath    bool
	Ends      []choice // what words given for an end of the path may mean
	Full      bool     // no more nodes than this are shown
	Limit     int
	Data      graphData
	asOf      string
}

// vertex is a node of the picture.
type vertex struct {
	*Node
	Links  int  // of all that it has, by their status
	Shown  int  // of those, in the picture
	Given  bool // it is one of those that were expanded
	OnPath bool
	Detail string // how it is told from others of its kind
	Expand string // the address of the picture with more of it; "" where there is no more
	Fold   string // the address of the picture without what it brought
}

// Short is its label where there is little room.
func (v *vertex) Short() string { return clip(v.Label) }

// More is how many of its links lead to what is not shown.
func (v *vertex) More() int { return max(0, v.Links-v.Shown) }

// graphLine is a link of the picture.
type graphLine struct {
	From, To *vertex
	Words    string
	Back     bool // it is read against its direction
	Status   string
	edge     *Edge
}

type graphKind struct {
	Kind   string
	Count  int
	Hidden bool
}

// choice is what was found for words that were given for an end of a path.
type choice struct {
	End, Words string
	Hits       []choiceHit
}

type choiceHit struct {
	*Node
	Address string
}

// graphData is the picture as the script draws it.
type graphData struct {
	Of    []string   `json:"of"`
	Kinds []dataKind `json:"kinds"`
	Nodes []dataNode `json:"nodes"`
	Links []dataLink `json:"links"`
	Path  []string   `json:"path"`
	Full  bool       `json:"full"`
}

type dataKind struct {
	Kind   string    `json:"kind"`
	Word   string    `json:"word"`
	Points []float64 `json:"points"`
}

type dataNode struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Label     string `json:"label"`
	Detail    string `json:"detail"`
	Href      string `json:"href"`
	More      int    `json:"more"`
	MoreText  string `json:"moreText"`
	Given     bool   `json:"given"`
	OnPath    bool   `json:"onPath"`
	Candidate bool   `json:"candidate"`
	Expand    string `json:"expand"`
	Fold      string `json:"fold"`
}

type dataLink struct {
	ID        string    `json:"id"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Kind      string    `json:"kind"`
	Words     [2]string `json:"words"`
	Candidate bool      `json:"candidate"`
	OnPath    bool      `json:"onPath"`
}

func prepareGraph(ctx context.Context, s *Site, m *Model) error {
	state, err := readGraph(m.Request.Form)
	if err != nil {
		return err
	}
	b := &graphBody{graphState: state, Limit: graphLimit, asOf: m.Request.AsOf.String()}
	all, links := b.collect(m.Answer)
	b.All, b.Vertices, b.Links = all, len(all), len(links)
	b.Full = len(all) >= graphLimit
	b.addresses(all)
	b.legend(all)
	b.data(m, all, links)
	b.Rows, b.RowPages = tablePage(all, m, "nodes")
	b.Lines, b.LinePages = tablePage(links, m, "links")
	for _, end := range [][2]string{{"from", b.From}, {"to", b.To}} {
		if err := b.choices(ctx, s, m, end[0], end[1]); err != nil {
			return err
		}
	}
	m.Title, m.Body = b.title(), b
	m.Summary = count(b.Vertices, "node", "nodes") + " and " + count(b.Links, "link", "links") + " of the record"
	return nil
}

// collect puts the neighbourhood and the path together.
func (b *graphBody) collect(a *Answer) ([]*vertex, []*graphLine) {
	var all []*vertex
	at := make(map[string]*vertex)
	var links []*graphLine
	met := make(map[string]*graphLine)
	add := func(p *Part) {
		for _, n := range p.Nodes {
			if at[n.ID] == nil {
				at[n.ID] = &vertex{Node: n, Links: n.Edges.TotalCount, Detail: detail(n), Given: slices.Contains(b.Of, n.ID)}
				all = append(all, at[n.ID])
			}
		}
		for _, e := range p.Edges {
			from, to := at[e.From.ID], at[e.To.ID]
			if from == nil || to == nil || met[e.ID] != nil {
				continue
			}
			met[e.ID] = &graphLine{From: from, To: to, Words: e.words()[0], Status: e.Status, edge: e}
			links = append(links, met[e.ID])
			from.Shown++
			to.Shown++
		}
	}
	if a.Neighborhood != nil {
		add(a.Neighborhood)
	}
	if a.Path != nil {
		add(a.Path)
		b.steps(a.Path, at, met)
	}
	b.NoPath = b.linked() && a.Path == nil
	for _, id := range b.Of {
		if v := at[id]; v != nil && !slices.Contains(b.Given, v) {
			b.Given = append(b.Given, v)
		}
	}
	return all, links
}

// steps reads a path from its beginning to its end.
func (b *graphBody) steps(p *Part, at map[string]*vertex, met map[string]*graphLine) {
	for i, n := range p.Nodes {
		at[n.ID].OnPath = true
		if i == 0 {
			continue
		}
		for _, e := range p.Edges {
			l := &graphLine{From: at[p.Nodes[i-1].ID], To: at[n.ID], Status: e.Status, edge: e}
			switch {
			case e.From.ID == l.From.ID && e.To.ID == l.To.ID:
				l.Words = e.words()[0]
			case e.To.ID == l.From.ID && e.From.ID == l.To.ID:
				l.Words, l.Back = e.words()[1], true
			default:
				continue
			}
			b.Steps = append(b.Steps, l)
			break
		}
	}
}

// detail tells a node from others of its kind.
func detail(n *Node) string {
	var parts []string
	if n.Speaker != nil {
		parts = append(parts, n.Speaker.Label)
	}
	for _, word := range []string{modeWords[n.Mode], typeWords[n.Type]} {
		if word != "" {
			parts = append(parts, word)
		}
	}
	for _, d := range []*Date{n.Said, n.When, n.PublishedOn()} {
		if d != nil {
			parts = append(parts, d.String())
		}
	}
	return strings.Join(parts, " · ")
}

// addresses says where each node can be expanded and folded.
func (b *graphBody) addresses(all []*vertex) {
	for _, v := range all {
		if v.More() > 0 && len(b.Of) < graphGiven && !b.Full {
			v.Expand = b.with(func(g *graphState) { g.Of = append(g.Of, v.ID) }).address(b.asOf)
		}
		if v.Given && len(b.Given) > 1 {
			v.Fold = b.with(func(g *graphState) {
				g.Of = slices.DeleteFunc(g.Of, func(id string) bool { return id == v.ID })
			}).address(b.asOf)
		}
	}
}

// legend counts the kinds of nodes. Those of which there is none stay in it, so
// that it does not move under the reader's hand.
func (b *graphBody) legend(all []*vertex) {
	counts := make(map[string]int)
	for _, v := range all {
		counts[v.Kind]++
	}
	for _, k := range kindOrder {
		b.Kinds = append(b.Kinds, graphKind{k, counts[k], slices.Contains(b.Hide, k)})
	}
}

// End is where the path ends.
func (b *graphBody) End() *vertex { return b.Steps[len(b.Steps)-1].To }

// Begins reports whether the path's form begins at a node unless the reader says
// otherwise.
func (b *graphBody) Begins(id string) bool {
	if b.From == "" && len(b.Of) > 0 {
		return id == b.Of[0]
	}
	return id == b.From
}

// HiddenLinks are the kinds of links that are hidden.
func (b *graphBody) HiddenLinks() []string {
	return slices.DeleteFunc(slices.Clone(b.Hide), func(k string) bool { return kindWords[k][0] != "" })
}

// WithLinks is the address of the picture with the links that are hidden.
func (b *graphBody) WithLinks() string {
	return b.with(func(g *graphState) {
		g.Hide = slices.DeleteFunc(g.Hide, func(k string) bool { return kindWords[k][0] == "" })
	}).address(b.asOf)
}

// WithoutPath is the address of the picture without the path; of what the path
// began at, where nothing else is shown.
func (b *graphBody) WithoutPath() string {
	return b.with(func(g *graphState) {
		if len(g.Of) == 0 {
			g.Of = []string{idIn(g.From)}
		}
		g.From, g.To = "", ""
	}).address(b.asOf)
}

func (b *graphBody) data(m *Model, all []*vertex, links []*graphLine) {
	d := graphData{Of: append([]string{}, b.Of...), Nodes: []dataNode{}, Links: []dataLink{}, Path: []string{}, Full: b.Full}
	for _, k := range kindOrder {
		d.Kinds = append(d.Kinds, dataKind{k, kindWords[k][0], kindShapes[k]})
	}
	onPath := make(map[string]bool)
	for i, l := range b.Steps {
		if i == 0 {
			d.Path = append(d.Path, l.From.ID)
		}
		d.Path, onPath[l.edge.ID] = append(d.Path, l.To.ID), true
	}
	for _, v := range all {
		d.Nodes = append(d.Nodes, dataNode{
			v.ID, v.Kind, v.Label, v.Detail, m.As(v.Node), v.More(), "+" + number(v.More()) + " more",
			v.Given, v.OnPath, v.Status == "CANDIDATE", v.Expand, v.Fold,
		})
	}
	for _, l := range links {
		d.Links = append(d.Links, dataLink{l.edge.ID, l.From.ID, l.To.ID, l.edge.Kind, l.edge.words(), l.Status == "CANDIDATE", onPath[l.edge.ID]})
	}
	b.Data = d
}

// choices looks for the words that were given for an end of a path.
func (b *graphBody) choices(ctx context.Context, s *Site, m *Model, end, words string) error {
	if words == "" || idIn(words) != "" {
		return nil
	}
	a, err := s.ask(ctx, m, "graphs", map[string]any{"words": words, "asked": true})
	if err != nil {
		return err
	}
	c := choice{End: end, Words: words}
	for _, h := range a.Search.Nodes {
		if h.Node == nil {
			continue
		}
		address := b.with(func(g *graphState) {
			if end == "from" {
				g.From = h.Node.ID
			} else {
				g.To = h.Node.ID
			}
		}).address(b.asOf)
		c.Hits = append(c.Hits, choiceHit{h.Node, address})
	}
	b.Ends = append(b.Ends, c)
	return nil
}

func (b *graphBody) title() string {
	switch {
	case len(b.Steps) > 0:
		return "From " + b.Steps[0].From.Label + " to " + b.Steps[len(b.Steps)-1].To.Label
	case len(b.Given) == 0:
		return "The graph"
	case len(b.Given) == 1:
		return "Around " + b.Given[0].Label
	}
	return "Around " + b.Given[0].Label + " and " + count(len(b.Given)-1, "other node", "other nodes")
}

// tablePages leads through a table.
type tablePages struct {
	Page, Pages, Total, First, Last int
	Prev, Next                      string
}

// tablePage is a page of a table; name is its parameter in the address.
func tablePage[T any](list []T, m *Model, name string) ([]T, tablePages) {
	p := tablePages{Page: 1, Pages: max(1, (len(list)+pageSize-1)/pageSize), Total: len(list)}
	if n, err := strconv.Atoi(m.Request.Form.Get(name)); err == nil {
		p.Page = min(max(1, n), p.Pages)
	}
	start := (p.Page - 1) * pageSize
	end := min(start+pageSize, len(list))
	p.First, p.Last = start+1, end
	if p.Page > 1 {
		p.Prev = m.With(name, strconv.Itoa(p.Page-1)) + "#" + name
	}
	if p.Page < p.Pages {
		p.Next = m.With(name, strconv.Itoa(p.Page+1)) + "#" + name
	}
	return list[start:end], p
}
