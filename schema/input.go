package schema

import (
	"fmt"
	"maps"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// inputs are the types of what is written. Those of the kinds follow from the
// vocabulary; a field that is left out keeps what stands, null takes it away.
type inputs struct {
	date, span, name, gap, mark *graphql.InputObject
	properties, link            *graphql.InputObject
}

func fieldsOf(pairs ...any) graphql.InputObjectConfigFieldMap {
	out := graphql.InputObjectConfigFieldMap{}
	for i := 0; i < len(pairs); i += 3 {
		out[pairs[i].(string)] = &graphql.InputObjectFieldConfig{Type: pairs[i+1].(graphql.Input), Description: pairs[i+2].(string)}
	}
	return out
}

func inputObject(name, doc string, fields graphql.InputObjectConfigFieldMap) *graphql.InputObject {
	return graphql.NewInputObject(graphql.InputObjectConfig{Name: name, Description: doc, Fields: fields})
}

// listOf is a list that may be null, of what may not.
func listOf(t graphql.Type) graphql.Input { return graphql.NewList(graphql.NewNonNull(t)) }

func (b *builder) inputTypes() {
	str, required := graphql.String, graphql.NewNonNull(graphql.String)
	b.in.date = inputObject("FuzzyDateInput", "A date as a source has it, and what is known of it.", fieldsOf(
		"written", str, `As the source has it: "May 8", "Monday".`,
		"edtf", str, `What it says by itself, ISO 8601-2: "2018-07-30", "XXXX-05-08".`,
		"weekday", graphql.Int, "1 Monday to 7 Sunday, where the source names one.",
		"notBefore", str, "EDTF: what follows from the order in which the source tells of events.",
		"notAfter", str, "EDTF: what follows from the order in which the source tells of events.",
		"resolution", inputObject("DateResolutionInput", "A closer date than the source gives, and what it rests on.", fieldsOf(
			"edtf", required, "The date.",
			"rule", str, "The rule by which it follows.",
			"source", str, "What else says so: an address, the id of a source.",
		)), "A closer date, by a rule or by another source.",
	))
	b.in.span = inputObject("SpanInput", "A place in a text: by its offsets, or by its words. Words that stand there more than once are told apart by what stands around them.", fieldsOf(
		"capture", graphql.ID, "The text; left out where the other end of the edge, or the node itself, is one.",
		"start", graphql.Int, "In code points.",
		"end", graphql.Int, "In code points, exclusive.",
		"exact", str, "The words. Beside offsets they are compared with what stands there.",
		"prefix", str, "What stands before the words.",
		"suffix", str, "What stands behind the words.",
	))
	b.in.name = inputObject("NameInput", "One name of a speaker.", fieldsOf("value", required, "The name as written.", "language", str, "BCP 47.", "script", str, "ISO 15924: Latn, Arab."))
	b.in.gap = inputObject("GapInput", "Something that is not known.", fieldsOf("kind", graphql.NewNonNull(b.enums["GapKind"]), "What kind of thing.", "note", str, "What it is, in words."))
	b.in.mark = inputObject("TimeExpressionInput", "An expression of time in a text.", fieldsOf(
		"when", graphql.NewNonNull(b.in.date), "What it says.", "place", graphql.NewNonNull(b.in.span), "Where it stands.",
		"genre", str, "What kind of expression: weekday, duration, deictic.", "note", str, "An editor's remark."))
	b.in.properties = inputObject("EdgePropertiesInput", "The values that are an edge kind's own. A kind takes only those that it has.", b.ownProperties())
	b.in.link = inputObject("LinkedInput", "An edge between the node that is put and another.", b.edgeInput(fieldsOf(
		"to", graphql.ID, "The other node, where the edge leads to it.",
		"from", graphql.ID, "The other node, where the edge comes from it.",
	)))
}

// linkInput is the input of an edge.
func (b *builder) linkInput() *graphql.InputObject {
	return inputObject("LinkInput", "An edge, new or as it shall be. Which edge it is follows from its kind, its ends and, for an office or a part, the role.",
		b.always(b.edgeInput(fieldsOf(
			"from", graphql.NewNonNull(graphql.ID), "The first end.",
			"to", graphql.NewNonNull(graphql.ID), "The second end.",
		)), "if nothing stands yet"))
}

// edgeInput adds what every edge takes.
func (b *builder) edgeInput(fields graphql.InputObjectConfigFieldMap) graphql.InputObjectConfigFieldMap {
	fields["kind"] = &graphql.InputObjectFieldConfig{Type: graphql.NewNonNull(b.edgeKind), Description: "How the two are related."}
	fields["properties"] = &graphql.InputObjectFieldConfig{Type: b.in.properties, Description: "The values that are the kind's own."}
	for _, p := range vocab.CommonEdge {
		doc := p.Doc
		if p.Name == "status" {
			doc += " EXPLICIT unless said; what a contributor writes is a CANDIDATE."
		}
		fields[p.Name] = &graphql.InputObjectFieldConfig{Type: b.inputType(&p), Description: doc}
	}
	return fields
}

// always adds what every mutation takes.
func (b *builder) always(fields graphql.InputObjectConfigFieldMap, zero string) graphql.InputObjectConfigFieldMap {
	doc := "The newest revision of it that is known to you: if there is a newer one, nothing is written."
	if zero != "" {
		doc += " 0 " + zero + "."
	}
	maps.Copy(fields, fieldsOf(
		"ifRevision", graphql.Int, doc,
		"reason", graphql.String, "Why. Required where something stands already.",
		"clientMutationId", graphql.String, "Chosen by the client and given back. What is sent again with the same one is written once, and answered as the first time.",
	))
	if fields["method"] == nil {
		fields["method"] = &graphql.InputObjectFieldConfig{Type: graphql.String, Description: "How it is made: human unless said; rule:NAME, model:NAME@VERSION, import:FORMAT."}
	}
	return fields
}

// ownProperties are the properties of all kinds of edges together. Those of one
// name are of one type.
func (b *builder) ownProperties() graphql.InputObjectConfigFieldMap {
	fields := graphql.InputObjectConfigFieldMap{}
	for i := range vocab.Edges {
		e := &vocab.Edges[i]
		for _, p := range e.Properties {
			t := b.inputType(&p)
			switch f := fields[p.Name]; {
			case f == nil:
				fields[p.Name] = &graphql.InputObjectFieldConfig{Type: t, Description: e.Name + ": " + p.Doc}
			case f.Type.String() != t.String():
				b.failed = fmt.Errorf("edge property %s has two types", p.Name)
			default:
				f.Description = e.Name + ", " + f.Description
			}
		}
	}
	return fields
}

// inputType is the type of what is written to a property.
func (b *builder) inputType(p *vocab.Property) graphql.Input {
	switch p.Type {
	case vocab.Enum:
		return b.enums[p.Values.Name]
	case vocab.Number:
		return graphql.Float
	case vocab.Instant:
		return b.dateTime
	case vocab.When:
		return b.in.date
	case vocab.Whens:
		return listOf(b.in.mark)
	case vocab.Texts, vocab.URLs:
		return listOf(graphql.String)
	case vocab.Names:
		return listOf(b.in.name)
	case vocab.Spans:
		return listOf(b.in.span)
	case vocab.Gaps:
		return listOf(b.in.gap)
	}
	return graphql.String
}

// linkedWay is an edge that a node has at most one of, so that the other node is
// named in the node's own input.
type linkedWay struct {
	field string
	kind  vocab.EdgeKind
	dir   graph.Direction
	doc   string
}

// waysOf lists the ways of a kind of node that lead to one other.
func waysOf(k vocab.NodeKind) (ways []linkedWay) {
	for i := range vocab.Edges {
		e := &vocab.Edges[i]
		if e.Out.Many == vocab.One && contains(e.From, k) {
			ways = append(ways, linkedWay{e.Out.Field, e.Kind, graph.Out, e.Out.Doc})
		}
		if e.In.Many == vocab.One && contains(e.To, k) {
			ways = append(ways, linkedWay{e.In.Field, e.Kind, graph.In, e.In.Doc})
		}
	}
	return ways
}

// putInput is the input of a kind of node.
func (b *builder) putInput(n *vocab.Node) *graphql.InputObject {
	fields := graphql.InputObjectConfigFieldMap{}
	for _, p := range n.All() {
		if p.Name == "status" {
			continue // follows from who writes, and from what was decided
		}
		fields[p.Name] = &graphql.InputObjectFieldConfig{Type: b.inputType(&p), Description: p.Doc}
	}
	for _, w := range waysOf(n.Kind) {
		fields[w.field] = &graphql.InputObjectFieldConfig{Type: graphql.ID, Description: w.doc}
	}
	fields["id"] = &graphql.InputObjectFieldConfig{Type: graphql.ID, Description: "The node to revise; a new one is made where it is left out. With ifRevision 0 a new one is made with this id."}
	fields["links"] = &graphql.InputObjectFieldConfig{Type: listOf(b.in.link), Description: "Further edges of the node, written with it."}
	return inputObject("Put"+n.Type+"Input", "A "+n.Type+", new or as it shall be. A field that is left out keeps what stands, null takes it away.", b.always(fields, "if nothing stands yet"))
}
