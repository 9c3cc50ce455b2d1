package pages

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// pageSize is how many entries a page of a list has.
const pageSize = 50

var claim = &view{name: "claim", kind: "CLAIM", variables: timelineVariables, prepare: prepareClaim}

// timelineVariables are a timeline's filters and page, from the address: from,
// to, by, mode, kinds, after, before.
func timelineVariables(_ *Site, r *Request) (map[string]any, error) {
	v := map[string]any{"id": r.ID}
	paging(v, r.Form)
	for _, name := range []string{"from", "to"} {
		if s := strings.TrimSpace(r.Form.Get(name)); s != "" {
			v[name] = s
		}
	}
	for _, name := range []string{"by", "mode", "kinds"} {
		if list := given(r.Form[name]); len(list) > 0 {
			v[name] = list
		}
	}
	return v, nil
}

// paging takes a page's cursors from an address.
func paging(v map[string]any, form url.Values) {
	switch {
	case form.Get("before") != "":
		v["last"], v["before"] = pageSize, form.Get("before")
	case form.Get("after") != "":
		v["first"], v["after"] = pageSize, form.Get("after")
	default:
		v["first"] = pageSize
	}
}

// given leaves out what a form sends for a field that was left empty.
func given(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// claimBody is what a claim's page shows beyond its answer.
type claimBody struct {
	Entries              []*Entry
	Chart                *Chart
	First, Last          *Node // the first and the last time that it was put forward, of what is dated
	Confirmed, Candidate []*Contradiction
	Speakers             []*Node // on this page of the timeline, for the filter
	Filtered             bool
}

func prepareClaim(_ context.Context, _ *Site, m *Model) error {
	b := &claimBody{}
	for i := range m.Timeline.Edges {
		b.Entries = append(b.Entries, &m.Timeline.Edges[i].Node)
	}
	b.Chart = newChart(b.Entries)
	for _, n := range m.Node.Oldest.Nodes {
		if n.Said != nil && n.Said.Earliest != "" {
			b.First = n
		}
	}
	for _, n := range m.Node.Newest.Nodes { // in the order of time, the undated last
		if n.Said != nil && n.Said.Latest != "" {
			b.Last = n
		}
	}
	for _, c := range m.Contradictions.Nodes {
		if c.Status == "CANDIDATE" {
			b.Candidate = append(b.Candidate, c)
		} else {
			b.Confirmed = append(b.Confirmed, c)
		}
	}
	seen := make(map[string]bool)
	for _, e := range b.Entries {
		for _, who := range []*Node{e.Node.Speaker, e.Node.Holder, e.Node.Reviewer} {
			if who != nil && !seen[who.ID] {
				seen[who.ID] = true
				b.Speakers = append(b.Speakers, who)
			}
		}
	}
	b.Filtered = filtered(m.Request.Form, "from", "to", "by", "mode", "kinds")
	m.Title, m.Body = m.Node.Label, b
	m.Summary = claimSummary(m.Node)
	return nil
}

func filtered(form url.Values, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return len(given(form[name])) > 0 })
}

func claimSummary(n *Node) string {
	return typeWords[n.Type] + ", put forward in " + count(n.StatementCount, "statement", "statements") + " and " + count(n.SourceCount, "source", "sources")
}
