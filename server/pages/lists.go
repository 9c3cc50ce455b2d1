package pages

// list is what a page of a list holds, however its document asked for it.
func (c *Connection[T]) list() []T {
	if len(c.Nodes) > 0 || len(c.Edges) == 0 {
		return c.Nodes
	}
	out := make([]T, len(c.Edges))
	for i := range c.Edges {
		out[i] = c.Edges[i].Node
	}
	return out
}

// next is the cursor behind a page; "" where nothing is behind it.
func (c *Connection[T]) next() string {
	if !c.PageInfo.HasNextPage {
		return ""
	}
	return c.PageInfo.EndCursor
}

// nodeList is a list of nodes of an answer, by the name of its field.
func (a *Answer) nodeList(field string) *Connection[*Node] {
	return map[string]*Connection[*Node]{
		"statements": &a.Statements, "claims": &a.Claims, "predictions": &a.Predictions, "speakers": &a.Speakers, "events": &a.Events,
		"sources": &a.Sources, "topics": &a.Topics, "agreements": &a.Agreements, "places": &a.Places, "reviews": &a.Reviews, "stances": &a.Stances,
	}[field]
}

// mainField is the field of the page's main list.
func (m *Model) mainField() string {
	if m.site == nil || m.view == nil {
		return ""
	}
	if d := m.site.documents[m.view.name]; d != nil && d.list != nil {
		return d.list.field
	}
	return ""
}

// listedNodes are the nodes of a page's list, and how many the whole list has;
// -1 where the page has no list of nodes.
func (m *Model) listedNodes() ([]*Node, int) {
	var out []*Node
	switch field := m.mainField(); field {
	case "search":
		for _, h := range m.Search.list() {
			out = append(out, h.Node)
		}
		return out, m.Search.TotalCount
	case "gaps":
		for _, g := range m.Answer.Gaps.list() {
			out = append(out, g.Node)
		}
		return out, m.Answer.Gaps.TotalCount
	case "":
		if m.View == "front" {
			return m.Statements.list(), m.Statements.TotalCount
		}
	default:
		if c := m.nodeList(field); c != nil {
			return c.list(), c.TotalCount
		}
	}
	return nil, -1
}

// more is the address of the page behind this one; "" where there is none.
func (m *Model) more() string {
	var next string
	switch field := m.mainField(); field {
	case "timeline":
		next = m.Timeline.next()
	case "search":
		next = m.Search.next()
	case "gaps":
		next = m.Answer.Gaps.next()
	case "contradictions":
		next = m.Contradictions.next()
	default:
		if c := m.nodeList(field); c != nil && m.Node == nil {
			next = c.next()
		}
	}
	if next == "" {
		return ""
	}
	return m.Base + m.With("after", next)
}
