package export

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Column is a column of a table of nodes or of edges, or an attribute where a
// format has those. The columns follow from the vocabulary: a property is a
// column of its name, whatever kinds have it. A date is four: the date to go by
// in EDTF, what was written, and the first and the last day that it can mean. A
// list is JSON, also where it has one element.
type Column struct {
	Name    string
	Number  bool
	Boolean bool
	Term    string // an address; "" where there is no one term for it
	Doc     string

	property string
	form     form
	lists    bool // holds JSON
}

// list reports whether the column holds lists, which are JSON.
func (c *Column) list() bool { return c.lists }

type form uint8

const (
	asValue form = iota
	asWritten
	asEarliest
	asLatest
	asFixed
)

// The names of the columns that do not come from the vocabulary.
const (
	ColID           = "id"
	ColKind         = "kind"
	ColLabel        = "label"
	ColRedacted     = "redacted"
	ColSource       = "src"
	ColTarget       = "dst"
	ColRelationship = "relationship"
)

// NodeColumns are the columns of nodes, behind id, kind, label and redacted;
// EdgeColumns those of edges, behind id, src, dst and relationship. The dates
// from and to of an edge are called since and until, as in jsonl.
var NodeColumns, EdgeColumns []Column

func init() {
	var nodes, edges []vocab.Property
	for i := range vocab.Nodes {
		nodes = append(nodes, vocab.Nodes[i].Properties...)
	}
	for i := range vocab.Edges {
		edges = append(edges, vocab.Edges[i].Properties...)
	}
	NodeColumns = columns(slices.Concat(nodes, vocab.Common), nil)
	EdgeColumns = columns(slices.Concat(vocab.CommonEdge, edges), map[string]string{"from": "since", "to": "until"})
}

// columns makes the columns of properties. Of those that share a name the first
// says the column's term, unless they differ in it.
func columns(all []vocab.Property, renamed map[string]string) (out []Column) {
	at := make(map[string]int)
	for _, p := range all {
		name := p.Name
		if other, ok := renamed[name]; ok {
			name = other
		}
		if i, ok := at[p.Name]; ok {
			if c := &out[i]; c.Term != whole(p.Term) {
				c.Term = ""
			}
			out[i].Number = out[i].Number && p.Type == vocab.Number
			out[i].lists = out[i].lists && isList(p.Type)
			continue
		}
		at[p.Name] = len(out)
		out = append(out, Column{Name: name, Number: p.Type == vocab.Number, Term: whole(p.Term), Doc: p.Doc, property: p.Name, lists: isList(p.Type)})
		if p.Type == vocab.When {
			out = append(
				out,
				Column{Name: name + "Written", Doc: "The source's words for it.", property: p.Name, form: asWritten},
				Column{Name: name + "Earliest", Doc: "The first day that it can mean.", property: p.Name, form: asEarliest},
				Column{Name: name + "Latest", Doc: "The last day that it can mean.", property: p.Name, form: asLatest},
			)
		}
	}
	return out
}

func isList(t vocab.Type) bool {
	switch t {
	case vocab.Texts, vocab.URLs, vocab.Names, vocab.Spans, vocab.Whens, vocab.Gaps:
		return true
	}
	return false
}

// ColumnsOf are the columns of nodes of one kind.
func ColumnsOf(k vocab.NodeKind) []Column { return columns(k.Node().All(), nil) }

// Value is what a column holds of some values: "" where there is nothing.
func (c *Column) Value(props graph.Props) string {
	switch v := props[c.property].(type) {
	case string:
		if c.form == asValue {
			return v
		}
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case edtf.When:
		return c.date(v)
	case []string:
		return string(encodeJSON(v, ""))
	case []graph.Name:
		return string(encodeJSON(v, ""))
	case []graph.GapNote:
		type gap struct {
			Kind string `json:"kind"`
			Note string `json:"note,omitempty"`
		}
		list := make([]gap, len(v))
		for i, g := range v {
			list[i] = gap(g)
		}
		return string(encodeJSON(list, ""))
	case []graph.Span:
		list := make([]place, len(v))
		for i := range v {
			list[i] = placeOf(&v[i])
		}
		return string(encodeJSON(list, ""))
	case []graph.Marked:
		type marked struct {
			When  *edtf.When `json:"when,omitempty"`
			Place place      `json:"place"`
			Genre string     `json:"genre,omitempty"`
			Note  string     `json:"note,omitempty"`
		}
		list := make([]marked, len(v))
		for i := range v {
			list[i] = marked{nil, placeOf(&v[i].Place), v[i].Genre, v[i].Note}
			if !v[i].When.IsZero() {
				list[i].When = &v[i].When
			}
		}
		return string(encodeJSON(list, ""))
	}
	return ""
}

// place is a span as a table has it.
type place struct {
	Capture graph.ID `json:"capture"`
	Start   int      `json:"start"` // code points
	End     int      `json:"end"`
	Exact   string   `json:"exact"`
}

func placeOf(s *graph.Span) place { return place{s.Capture, s.Start, s.End, s.Exact} }

func (c *Column) date(w edtf.When) string {
	switch i := w.Interval(); c.form {
	case asWritten:
		return w.Written
	case asEarliest:
		return i.Earliest.Day()
	case asLatest:
		return i.Latest.Day()
	}
	return w.Effective().String()
}

// Row is one row of a table: values beside the columns, the fixed ones first. It
// is used again for the next.
type Row struct{ Values []string }

// Node fills the row with a node, by [NodeColumns] or those given.
func (r *Row) Node(n *graph.Node, columns []Column) []string {
	redacted := ""
	if n.Redacted {
		redacted = "true"
	}
	r.Values = append(r.Values[:0], n.ID.String(), n.Kind.String(), n.Label(), redacted)
	return r.rest(columns, withDefaults(n.Kind.Node().All(), n.Props))
}

// Edge fills the row with an edge, by [EdgeColumns] or those given.
func (r *Row) Edge(e *graph.Edge, columns []Column) []string {
	r.Values = append(r.Values[:0], e.ID.String(), e.From.String(), e.To.String(), e.Kind.String())
	return r.rest(columns, withDefaults(e.Kind.Edge().All(), e.Props))
}

func (r *Row) rest(columns []Column, props graph.Props) []string {
	for i := range columns {
		r.Values = append(r.Values, columns[i].Value(props))
	}
	return r.Values
}

// withDefaults fills in what an absent value means. It is the caller's map.
func withDefaults(all []vocab.Property, props graph.Props) graph.Props {
	for i := range all {
		if p := &all[i]; p.Required && p.Default != "" {
			if _, ok := props[p.Name]; !ok {
				props[p.Name] = p.Default
			}
		}
	}
	return props
}

// FixedNode and FixedEdge are the columns that stand first.
var (
	FixedNode = []Column{
		{Name: ColID, Doc: "UUID; the same everywhere.", form: asFixed},
		{Name: ColKind, Doc: "The kind of the node.", form: asFixed},
		{Name: ColLabel, Doc: "What a person would call it.", form: asFixed},
		{Name: ColRedacted, Boolean: true, Doc: "true where its texts were removed.", form: asFixed},
	}
	FixedEdge = []Column{
		{Name: ColID, Doc: "UUID; the same everywhere.", form: asFixed},
		{Name: ColSource, Doc: "The id of the node that it leads from.", form: asFixed},
		{Name: ColTarget, Doc: "The id of the node that it leads to.", form: asFixed},
		{Name: ColRelationship, Doc: "The kind of the edge.", form: asFixed},
	}
)

// xmlText replaces what XML 1.0 cannot hold by U+FFFD: control characters but
// for tab and line breaks, and U+FFFE and U+FFFF.
func xmlText(s string) string {
	ok := func(r rune) bool {
		return (r >= ' ' || r == '\t' || r == '\n' || r == '\r') && r != 0xfffe && r != 0xffff
	}
	for i, r := range s {
		if !ok(r) || r == utf8.RuneError {
			return s[:i] + strings.Map(func(r rune) rune {
				if ok(r) {
					return r
				}
				return unicode.ReplacementChar
			}, s[i:])
		}
	}
	return s
}
