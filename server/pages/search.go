package pages

import (
	"context"
	"slices"
	"strings"
)

var search = &view{name: "search", variables: searchVariables, prepare: prepareSearch}

// searchKinds are the kinds of nodes that a search can be narrowed to.
var searchKinds = []string{"STATEMENT", "CLAIM", "SPEAKER", "EVENT", "AGREEMENT", "SOURCE", "TOPIC", "CAPTURE"}

// searchVariables are a search's words and filters: q, kind, from, to, by, order,
// after. Without words nothing is asked.
func searchVariables(_ *Site, r *Request) (map[string]any, error) {
	words := strings.TrimSpace(r.Form.Get("q"))
	if words == "" {
		return nil, nil
	}
	v := map[string]any{"text": words, "first": 25}
	if kinds := given(r.Form["kind"]); len(kinds) > 0 {
		for i, k := range kinds {
			kinds[i] = strings.ToUpper(k)
		}
		v["kinds"] = kinds
	}
	said := map[string]any{}
	for _, name := range []string{"from", "to"} {
		if s := strings.TrimSpace(r.Form.Get(name)); s != "" {
			said[name] = s
		}
	}
	if len(said) > 0 {
		v["said"] = said
	}
	if s := r.Form.Get("by"); s != "" {
		v["speaker"] = s
	}
	if strings.EqualFold(r.Form.Get("order"), "newest") {
		v["order"] = "NEWEST"
	}
	if s := r.Form.Get("after"); s != "" {
		v["after"] = s
	}
	return v, nil
}

// searchBody is what a search's page shows beyond its answer.
type searchBody struct {
	Words string
	Kinds []searchKind
	Hits  []found
}

type searchKind struct {
	Kind    string
	Checked bool
}

type found struct {
	*Node
	Snippet []Segment
}

func prepareSearch(_ context.Context, _ *Site, m *Model) error {
	b := &searchBody{Words: strings.TrimSpace(m.Request.Form.Get("q"))}
	for _, k := range searchKinds {
		b.Kinds = append(b.Kinds, searchKind{k, slices.ContainsFunc(m.Request.Form["kind"], func(s string) bool { return strings.EqualFold(s, k) })})
	}
	for _, h := range m.Search.Nodes {
		if h.Node == nil {
			continue
		}
		b.Hits = append(b.Hits, found{h.Node, h.segments()})
	}
	m.Title, m.Body = "Search", b
	if b.Words != "" {
		m.Title = "“" + clip(b.Words) + "”"
	}
	return nil
}
