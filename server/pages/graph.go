package pages

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Bounds of a picture: what a person can still look at, and what a browser lays
// out without a pause.
const (
	graphEach  = 25  // new nodes that one node brings
	graphLimit = 150 // nodes in all
	graphDepth = 3   // steps
	graphGiven = 60  // nodes that an address names, or names again
)

// graphView is the graph around nodes: of, depth, hide, from, to, candidates.
// Who expands a node adds it to of; who wants more of it adds it again, so that
// the address is the whole picture.
var graphView = &view{name: "graph", variables: graphVariables, prepare: prepareGraph}

// graphsView is where to begin.
var graphsView = &view{
	name: "graphs",
	variables: func(_ *Site, r *Request) (map[string]any, error) {
		words := strings.TrimSpace(r.Form.Get("q"))
		return map[string]any{"words": words, "asked": words != ""}, nil
	},
	prepare: func(_ context.Context, _ *Site, m *Model) error {
		m.Title, m.Body = "The graph", strings.TrimSpace(m.Request.Form.Get("q"))
		return nil
	},
}

// graph answers with a part of the graph, or asks where to begin.
func (s *Site) graph() http.HandlerFunc {
	begin, shown := s.page(graphsView), s.page(graphView)
	return func(w http.ResponseWriter, r *http.Request) {
		if form := r.URL.Query(); len(given(form["of"])) > 0 || form.Get("from") != "" {
			shown(w, r)
			return
		}
		begin(w, r)
	}
}

// graphState is what an address of the graph asks for.
type graphState struct {
	Of         []string // ids, some of them several times
	Depth      int
	Hide       []string // kinds of nodes and of edges
	From, To   string   // the ends of a path: ids, or words that are looked for
	Candidates bool
}

var idWithin = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

// idIn is the id in what somebody gives for a node: an id, or a page's address.
func idIn(s string) string { return strings.ToLower(idWithin.FindString(s)) }

// commaList reads a parameter that may be given several times, and with commas.
func commaList(values []string) (out []string) {
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

func readGraph(form url.Values) (*graphState, error) {
	g := &graphState{Depth: 1, From: strings.TrimSpace(form.Get("from")), To: strings.TrimSpace(form.Get("to")), Candidates: form.Get("candidates") != ""}
	for _, s := range commaList(form["of"]) {
		id := idIn(s)
		if id == "" {
			return nil, badGraph("of is the ids of nodes, separated by commas, and not “" + clip(s) + "”.")
		}
		g.Of = append(g.Of, id)
	}
	if len(g.Of) > graphGiven {
		return nil, badGraph("A picture is made of at most " + strconv.Itoa(graphGiven) + " expanded nodes. Fold some, or begin at another one.")
	}
	if s := form.Get("depth"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > graphDepth {
			return nil, badGraph("depth is a number of steps from 0 to " + strconv.Itoa(graphDepth) + ", and not “" + clip(s) + "”.")
		}
		g.Depth = n
	}
	for _, s := range commaList(form["hide"]) {
		kind := strings.ToUpper(s)
		if kindWords[kind][0] == "" && edgeWords[kind][0] == "" {
			return nil, badGraph("Nothing in the graph is of the kind “" + clip(s) + "”, so that it could be hidden.")
		}
		if !slices.Contains(g.Hide, kind) {
			g.Hide = append(g.Hide, kind)
		}
	}
	if s := strings.TrimSpace(form.Get("find")); s != "" { // the form's words for an end that is not in the picture
		g.To = s
	}
	for _, end := range []*string{&g.From, &g.To} {
		if id := idIn(*end); id != "" {
			*end = id
		}
	}
	if g.From == "" && g.To != "" && len(g.Of) > 0 {
		g.From = g.Of[0]
	}
	return g, nil
}

func badGraph(message string) error {
	return &refusal{http.StatusBadRequest, "The graph cannot be shown", message}
}

// linked reports whether a path can be asked for: both of its ends are known.
func (g *graphState) linked() bool { return idIn(g.From) != "" && idIn(g.To) != "" }

func graphVariables(_ *Site, r *Request) (map[string]any, error) {
	g, err := readGraph(r.Form)
	if err != nil {
		return nil, err
	}
	v := map[string]any{"of": append([]string{}, g.Of...), "depth": g.Depth, "each": graphEach, "limit": graphLimit, "from": "", "to": "", "linked": g.linked()}
	if g.linked() {
		v["from"], v["to"] = g.From, g.To
	}
	if g.Candidates {
		v["status"] = []string{"EXPLICIT", "INFERRED", "CONFIRMED", "CANDIDATE"}
	}
	var without, kinds []string
	for _, k := range g.Hide {
		if kindWords[k][0] != "" {
			without = append(without, k)
		}
	}
	if len(without) > 0 {
		v["without"] = without
	}
	if len(without) < len(g.Hide) {
		for _, k := range edgeKinds {
			if !slices.Contains(g.Hide, k) {
				kinds = append(kinds, k)
			}
		}
		v["kinds"] = kinds
	}
	return v, nil
}

// address is the page's address for another state.
func (g *graphState) address(asOf string) string {
	v := url.Values{}
	if g.Depth != 1 {
		v.Set("depth", strconv.Itoa(g.Depth))
	}
	if g.Candidates {
		v.Set("candidates", "1")
	}
	if asOf != "" {
		v.Set("asOf", asOf)
	}
	out := "/graph?of=" + strings.Join(g.Of, ",")
	if len(g.Hide) > 0 {
		out += "&hide=" + strings.ToLower(strings.Join(g.Hide, ","))
	}
	if g.From != "" {
		v.Set("from", g.From)
	}
	if g.To != "" {
		v.Set("to", g.To)
	}
	if rest := v.Encode(); rest != "" {
		out += "&" + rest
	}
	return out
}

// with is a state that differs by one change.
func (g graphState) with(change func(*graphState)) *graphState {
	g.Of, g.Hide = slices.Clone(g.Of), slices.Clone(g.Hide)
	change(&g)
	return &g
}

// graphPath is the address of the graph around a node. It begins without the
// archived texts: every statement of a source stands in the same one, and is
// drawn to it.
func graphPath(n *Node, asOf string) string {
	g := &graphState{Of: []string{n.ID}, Depth: 1}
	if n.Kind != "CAPTURE" {
		g.Hide = []string{"CAPTURE"}
	}
	return g.address(asOf)
}

// InGraph is the address of the graph around the page's node.
func (m *Model) InGraph(n *Node) string {
	if m.Request == nil {
		return graphPath(n, "")
	}
	return graphPath(n, m.Request.AsOf.String())
}
