package pages

import (
	"encoding/json"
	"html/template"
)

// A page as JSON-LD 1.1 says what the page says, in the words of schema.org where
// it has them: Claim, Quotation, ClaimReview, NewsArticle, Person. Where a
// statement stands is told in those of Web Annotation, what a text was taken from
// in those of PROV; what none of them has a word for is our own (or:). The context
// stands in the document, so that nothing has to be fetched to read it.
//
// A thing's @id is the address of its page without a state of the record; the
// page itself, which names the state, is one more node.
var linkedContext = map[string]any{
	"@version": 1.1,
	"@vocab":   "https://schema.org/",
	"oa":       "http://www.w3.org/ns/oa#",
	"or":       "https://onrecord.dev/ns#",
	"prov":     "http://www.w3.org/ns/prov#",
	"skos":     "http://www.w3.org/2004/02/skos/core#",
	"xsd":      "http://www.w3.org/2001/XMLSchema#",

	"additionalType": map[string]any{"@type": "@id"},
	"sameAs":         map[string]any{"@type": "@id"},
	"url":            map[string]any{"@type": "@id"},
	"or:next":        map[string]any{"@type": "@id"},
	"or:edtf":        map[string]any{"@type": "http://id.loc.gov/datatypes/edtf/EDTF"},
	"or:recordedAt":  map[string]any{"@type": "xsd:dateTime"},

	"prov:generatedAtTime": map[string]any{"@type": "xsd:dateTime"},
}

// LinkedData is the page as JSON-LD for the page itself; "" for a page that says
// nothing of the record. No text in it can end the element that it stands in:
// encoding/json writes < > & as \u003c \u003e \u0026.
func (m *Model) LinkedData() (template.JS, error) {
	if m.Question.Query == "" || m.view == nil {
		return "", nil
	}
	b, err := m.linkedData("")
	return template.JS(b), err
}

func (m *Model) linkedData(indent string) ([]byte, error) {
	doc := map[string]any{"@context": linkedContext, "@graph": m.linkedGraph()}
	if indent == "" {
		return json.Marshal(doc)
	}
	return json.MarshalIndent(doc, "", indent)
}

// object is a node of JSON-LD. What is empty is left out.
type object map[string]any

func (o object) set(name string, v any) {
	switch x := v.(type) {
	case string:
		if x == "" {
			return
		}
	case int:
		if x == 0 {
			return
		}
	case object:
		if x == nil {
			return
		}
	case []any:
		switch len(x) {
		case 0:
			return
		case 1:
			v = x[0]
		}
	}
	o[name] = v
}

// linked writes the nodes of a page.
type linked struct {
	base  string
	graph []any
	seen  map[string]bool
}

func (m *Model) linkedGraph() []any {
	l := &linked{base: m.Base, seen: make(map[string]bool)}
	page := object{"@type": "WebPage", "@id": m.Address() + "#page", "isPartOf": object{"@type": "WebSite", "@id": m.Base + "/", "name": "onrecord"}}
	page.set("url", m.Address())
	page.set("name", m.Title)
	page.set("description", m.Summary)
	page.set("dateModified", m.Record.Time)
	page.set("or:revision", m.Record.Seq)
	page.set("or:rootHash", m.Record.RootHash)
	l.graph = append(l.graph, page)
	if m.Node != nil {
		page["mainEntity"] = l.reference(m.Node)
		main := l.describe(m.Node)
		l.ends(main, m.Node)
		if list := l.timeline(m); list != nil {
			main["subjectOf"] = list
		}
		main.set("or:contradiction", l.contradictions(m))
	} else {
		page.set("or:contradiction", l.contradictions(m))
		if list := l.list(m); list != nil {
			page["@type"] = "CollectionPage"
			if m.View == "search" {
				page["@type"] = "SearchResultsPage"
			}
			page["mainEntity"] = list
		}
	}
	if m.more() != "" {
		page["or:next"] = m.more()
	}
	return l.graph
}

// timeline is a timeline as a list in its order. The statements that put a claim
// forward are its appearances.
func (l *linked) timeline(m *Model) object {
	if len(m.Timeline.Edges) == 0 {
		return nil
	}
	items := make([]any, 0, len(m.Timeline.Edges))
	for i := range m.Timeline.Edges {
		e := &m.Timeline.Edges[i].Node
		if e.Node == nil {
			continue
		}
		item := object{"@type": "ListItem", "position": i + 1, "item": object{"@id": l.id(e.Node)}}
		item.set("or:relation", e.Relation)
		item.set("or:polarity", e.Polarity)
		item.set("or:order", e.Order)
		if e.Status != "EXPLICIT" {
			item.set("or:status", e.Status)
		}
		items = append(items, item)
		if !l.seen[e.Node.ID] {
			o := l.describe(e.Node)
			if e.Node.Kind == "REVIEW" && m.Node.Kind == "CLAIM" {
				l.review(o, e.Node, m.Node)
			}
		}
	}
	return object{"@type": "ItemList", "name": "Timeline", "numberOfItems": m.Timeline.TotalCount, "itemListOrder": "https://schema.org/ItemListOrderAscending", "itemListElement": items}
}

// ends adds to a claim where it is put forward, and to any node the statements
// that its page lists.
func (l *linked) ends(main object, n *Node) {
	for _, s := range n.Statements.list() {
		if !l.seen[s.ID] {
			l.describe(s)
		}
	}
	if n.Kind == "CLAIM" {
		return
	}
	main.set("or:statement", l.references(n.Statements.list()))
}

func (l *linked) contradictions(m *Model) []any {
	var out []any
	for _, c := range m.Contradictions.list() {
		o := object{"@type": "or:Contradiction", "@id": "urn:uuid:" + c.ID}
		o.set("or:status", c.Status)
		o.set("or:reason", c.Reason)
		o.set("or:first", l.reference(c.First))
		o.set("or:second", l.reference(c.Second))
		out = append(out, o)
	}
	return out
}

// list is the list of a page that is of no node.
func (l *linked) list(m *Model) object {
	nodes, total := m.listedNodes()
	if total < 0 {
		return nil
	}
	items := make([]any, 0, len(nodes))
	for _, n := range nodes {
		if n == nil || n.ID == "" {
			continue
		}
		items = append(items, object{"@type": "ListItem", "position": len(items) + 1, "item": object{"@id": l.id(n)}})
		if !l.seen[n.ID] {
			l.describe(n)
		}
	}
	return object{"@type": "ItemList", "numberOfItems": total, "itemListElement": items}
}

// Address is the page's own, with the state of the record that it shows.
func (m *Model) Address() string {
	return m.Base + m.Request.Path + query(m.Request.Form.Encode())
}

// Canonical is the address under which the page is to be known: in the present.
func (m *Model) Canonical() string {
	form := cloneForm(m.Request.Form)
	form.Del("asOf")
	return m.Base + m.Request.Path + query(form.Encode())
}

// Indexed reports whether the page is for those who search the web: a state of
// the record and what a reader searched for are not.
func (m *Model) Indexed() bool {
	return m.View != "error" && m.View != "search" && m.View != "build" && !m.Request.AsOf.Given()
}
