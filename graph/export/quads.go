package export

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// quad is one statement of RDF about an entity, which is a node or an edge. Its
// subject is the entity, or a part of it that has a fragment of its name. The
// quad that an edge itself is has the edge's name for its graph, and ends of its
// own: see link.
type quad struct {
	sub  string // the fragment; "" for the entity itself
	pred string // a whole address
	obj  term
	link bool // from the edge's first end to its second
}

// term is the object of a quad.
type term struct {
	kind     termKind
	value    string // of a literal: the text; of an address: all of it; of a part: its fragment
	datatype string // of a literal: a whole address, or "" for a text
	language string
	id       graph.ID // of an entity
}

type termKind uint8

const (
	literal termKind = iota
	address
	entity
	part // of the same entity
)

// entityQuads are the quads of one entity.
type entityQuads struct {
	id       graph.ID
	from, to graph.ID // of an edge
	edge     bool
	quads    []quad
}

const (
	nsRDF  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsRDFS = "http://www.w3.org/2000/01/rdf-schema#"
	nsXSD  = "http://www.w3.org/2001/XMLSchema#"
	nsEDTF = "http://id.loc.gov/datatypes/edtf/"

	rdfType  = nsRDF + "type"
	rdfValue = nsRDF + "value"
	xsdInt   = nsXSD + "integer"
)

var (
	nsOR = vocab.Prefixes["or"]
	nsOA = vocab.Prefixes["oa"]
)

// whole is a term of the vocabulary, as prefix:name, as an address.
func whole(term string) string {
	prefix, name, _ := strings.Cut(term, ":")
	return vocab.Prefixes[prefix] + name
}

// terms are the addresses of kinds and properties, made once.
type terms struct {
	kind, own  string // the standard term, and ours
	properties []propertyTerms
}

type propertyTerms struct {
	decl     *vocab.Property
	standard string
	own      string
}

var (
	nodeTerms = make([]terms, len(vocab.Nodes)+1)
	edgeTerms = make([]terms, len(vocab.Edges)+1)
)

func init() {
	of := func(term, own string, all []vocab.Property) terms {
		t := terms{kind: whole(term), own: nsOR + own}
		for i := range all {
			t.properties = append(t.properties, propertyTerms{&all[i], whole(all[i].Term), nsOR + all[i].Name})
		}
		return t
	}
	for i := range vocab.Nodes {
		n := &vocab.Nodes[i]
		nodeTerms[n.Kind] = of(n.Term, n.Type, n.All())
	}
	for i := range vocab.Edges {
		e := &vocab.Edges[i]
		edgeTerms[e.Kind] = of(e.Term, e.Name, e.All())
	}
}

// ofNode makes the quads of a node.
func (q *entityQuads) ofNode(n *graph.Node) {
	*q = entityQuads{id: n.ID, quads: q.quads[:0]}
	t := &nodeTerms[n.Kind]
	q.add("", rdfType, term{kind: address, value: t.kind})
	if t.own != t.kind {
		q.add("", rdfType, term{kind: address, value: t.own})
	}
	q.add("", nsRDFS+"label", term{value: n.Label()})
	if n.Redacted {
		q.add("", nsOR+"redacted", term{value: "true", datatype: nsXSD + "boolean"})
	}
	q.properties(t, n.Props)
}

// ofEdge makes the quads of an edge.
func (q *entityQuads) ofEdge(e *graph.Edge) {
	*q = entityQuads{id: e.ID, from: e.From, to: e.To, edge: true, quads: q.quads[:0]}
	t := &edgeTerms[e.Kind]
	q.quads = append(q.quads, quad{pred: t.kind, obj: term{kind: entity, id: e.To}, link: true})
	q.add("", rdfType, term{kind: address, value: t.own})
	q.properties(t, e.Props)
}

func (q *entityQuads) add(sub, pred string, obj term) {
	q.quads = append(q.quads, quad{sub: sub, pred: pred, obj: obj})
}

func (q *entityQuads) text(sub, pred, value string) {
	if value != "" {
		q.add(sub, pred, term{value: value})
	}
}

func (q *entityQuads) number(sub, pred string, n int) {
	q.add(sub, pred, term{value: strconv.Itoa(n), datatype: xsdInt})
}

func (q *entityQuads) properties(t *terms, props graph.Props) {
	for i := range t.properties {
		p := &t.properties[i]
		v, ok := props[p.decl.Name]
		if !ok && p.decl.Required && p.decl.Default != "" {
			v = p.decl.Default
		}
		switch v := v.(type) {
		case string:
			q.add("", p.standard, plain(p.decl.Type, v))
		case float64:
			q.add("", p.standard, term{value: strconv.FormatFloat(v, 'g', -1, 64), datatype: nsXSD + "double"})
		case time.Time:
			q.add("", p.standard, term{value: v.UTC().Format(time.RFC3339Nano), datatype: nsXSD + "dateTime"})
		case edtf.When:
			q.when(p, v)
		case []string:
			listed(q, p, v, func(s string) (term, string) { return plain(p.decl.Type, s), "" })
		case []graph.Name:
			listed(q, p, v, func(n graph.Name) (term, string) {
				return term{value: n.Value, language: n.Language}, n.Script
			})
		case []graph.GapNote:
			for i, g := range v {
				sub := q.nth(p, i)
				q.text(sub, nsOR+"gapKind", g.Kind)
				q.text(sub, nsOR+"note", g.Note)
			}
		case []graph.Span:
			for i := range v {
				q.span(q.nth(p, i), &v[i])
			}
		case []graph.Marked:
			for i := range v {
				sub := q.nth(p, i)
				q.span(sub, &v[i].Place)
				q.parts(sub, v[i].When)
				q.text(sub, nsOR+"genre", v[i].Genre)
				q.text(sub, nsOR+"note", v[i].Note)
			}
		}
	}
}

// nth names the i-th value of a property, which has parts of its own.
func (q *entityQuads) nth(p *propertyTerms, i int) string {
	sub := p.decl.Name + "-" + strconv.Itoa(i+1)
	q.add("", p.standard, term{kind: part, value: sub})
	return sub
}

// listed writes a list of plain values: each, and their order where that is not
// plain from there being one.
func listed[T any](q *entityQuads, p *propertyTerms, list []T, one func(T) (value term, script string)) {
	ordered := len(list) > 1
	from := len(q.quads)
	for _, x := range list {
		v, script := one(x)
		if said := (quad{pred: p.standard, obj: v}); !slices.Contains(q.quads[from:], said) { // a set has nothing twice
			q.quads = append(q.quads, said)
		}
		ordered = ordered || script != ""
	}
	if !ordered {
		return
	}
	for i, x := range list {
		v, script := one(x)
		sub := p.decl.Name + "-" + strconv.Itoa(i+1)
		q.add("", p.own, term{kind: part, value: sub})
		q.add(sub, rdfValue, v)
		q.number(sub, nsOR+"position", i+1)
		q.text(sub, nsOR+"script", script)
	}
}

func plain(t vocab.Type, s string) term {
	if t == vocab.URL || t == vocab.URLs {
		if isIRI(s) {
			return term{kind: address, value: s}
		}
		return term{value: s, datatype: nsXSD + "anyURI"}
	}
	return term{value: s}
}

// isIRI reports whether an http address can stand between < and >.
func isIRI(s string) bool {
	if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
		return false
	}
	for _, r := range s {
		if r <= ' ' || r == 0x7f || strings.ContainsRune("<>\"{}|^`\\", r) || r >= 0x80 && r < 0xa0 || r >= 0xe000 && r < 0xf900 || r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef || r == '\uFFFD' {
			return false
		}
	}
	// A percent sign that begins no escape is refused by strict readers.
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			return false
		}
	}
	return strings.Count(s, "#") <= 1 && !strings.ContainsAny(s, "[]")
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

var calendar = regexp.MustCompile(`^[0-9]{4}(-[0-9]{2}){0,2}$`)

// date is a date in the narrowest type that it has: a day, a month, a year, else EDTF.
func date(d edtf.Date) term {
	s := d.String()
	t := term{value: s, datatype: nsEDTF + "EDTF"}
	if calendar.MatchString(s) && !(len(s) > 4 && s[5:7] > "12") { // 2018-21 is a season
		t.datatype = nsXSD + [...]string{4: "gYear", 7: "gYearMonth", 10: "date"}[len(s)]
	}
	return t
}

// when writes a date to go by, and what more is known of it.
func (q *entityQuads) when(p *propertyTerms, w edtf.When) {
	if w.IsZero() {
		return
	}
	if d := w.Effective(); !d.IsZero() {
		q.add("", p.standard, date(d))
	}
	if w.Equal(edtf.When{EDTF: w.EDTF}) {
		return
	}
	q.add("", p.own, term{kind: part, value: p.decl.Name})
	q.parts(p.decl.Name, w)
}

// parts writes the parts of a date.
func (q *entityQuads) parts(sub string, w edtf.When) {
	q.text(sub, nsOR+"written", w.Written)
	for _, x := range []struct {
		pred string
		date edtf.Date
	}{{"edtf", w.EDTF}, {"notBefore", w.NotBefore}, {"notAfter", w.NotAfter}} {
		if !x.date.IsZero() {
			q.add(sub, nsOR+x.pred, date(x.date))
		}
	}
	if w.Weekday != 0 {
		q.number(sub, nsOR+"weekday", w.Weekday)
	}
	if r := w.Resolution; r != nil {
		q.add(sub, nsOR+"resolved", date(r.EDTF))
		q.text(sub, nsOR+"rule", r.Rule)
		q.text(sub, nsOR+"ruleSource", r.Source)
	}
}

// span writes a place as the Web Annotation model has it: a resource with its
// source, a selector by position in code points, and one by the words.
func (q *entityQuads) span(sub string, s *graph.Span) {
	position, quote := sub+".position", sub+".quote"
	q.add(sub, nsOA+"hasSource", term{kind: entity, id: s.Capture})
	q.add(sub, nsOA+"hasSelector", term{kind: part, value: position})
	q.add(sub, nsOA+"hasSelector", term{kind: part, value: quote})
	q.add(position, rdfType, term{kind: address, value: nsOA + "TextPositionSelector"})
	q.number(position, nsOA+"start", s.Start)
	q.number(position, nsOA+"end", s.End)
	q.add(quote, rdfType, term{kind: address, value: nsOA + "TextQuoteSelector"})
	q.add(quote, nsOA+"exact", term{value: s.Exact})
}
