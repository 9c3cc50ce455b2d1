package schema

import (
	"strings"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/schema/engine"
)

// operation is one field of the mutation's root.
type operation struct {
	field, doc string
	least      Role // who may call it
	plan       func(p *planner, in map[string]any, primary graph.ID) error
	// primary is what the answer shows, as far as it follows from the input.
	primary func(in map[string]any) (graph.ID, error)
	// puts is the kind of node that it writes: what has no id in the input is new.
	puts vocab.NodeKind
}

func byID(in map[string]any) (graph.ID, error) { return idIn(inputPath, in, "id") }

func firstID(in map[string]any) (graph.ID, error) {
	list, _ := in["ids"].([]any)
	if len(list) == 0 {
		return graph.ID{}, wrong(at(inputPath, "ids"), "none given")
	}
	return idIn(inputPath, map[string]any{"ids": list[0]}, "ids")
}

// operations are all mutations, by field. Those that put follow from the
// vocabulary.
var operations = func() map[string]*operation {
	all := []*operation{
		{
			field: "link", doc: "Writes an edge, new or as it shall be.", least: Contributor,
			primary: func(in map[string]any) (graph.ID, error) {
				e, err := linkIn(in)
				if err != nil {
					return graph.ID{}, err
				}
				return graph.EdgeID(e), nil
			},
			plan: func(p *planner, in map[string]any, _ graph.ID) error {
				e, err := linkIn(in)
				if err != nil {
					return err
				}
				return p.linkTo(inputPath, e, in, in)
			},
		},
		{field: "retract", doc: "Hides a node or an edge from the present. Its past stays readable.", least: Editor, primary: byID, plan: (*planner).retract},
		{field: "redact", doc: "Drops a node's texts everywhere, also from its past, and keeps their hash.", least: Admin, primary: byID, plan: (*planner).redact},
		{field: "decide", doc: "Confirms or rejects a candidate, or takes such a decision back. What was proposed with a node is decided with it.", least: Editor, primary: byID, plan: (*planner).decide},
		{field: "mergeSpeakers", doc: "Judges that speakers are one: whoever asks for one of them is answered for all. Ids are never rewritten.", least: Editor, primary: firstID, plan: (*planner).merge},
		{field: "unmergeSpeakers", doc: "Takes that judgement back, and keeps that they are not the same.", least: Editor, primary: firstID, plan: (*planner).unmerge},
	}
	for i := range vocab.Nodes {
		n := &vocab.Nodes[i]
		all = append(all, &operation{
			field: "put" + n.Type, doc: "Writes a " + n.Type + ", new or as it shall be.", least: Contributor, puts: n.Kind, primary: byID,
			plan: func(p *planner, in map[string]any, id graph.ID) error { return p.put(n.Kind, in, id) },
		})
	}
	out := make(map[string]*operation, len(all))
	for _, op := range all {
		out[op.field] = op
	}
	return out
}()

// typesOf returns the input and the payload of a mutation.
func (b *builder) typesOf(op *operation) (*graphql.InputObject, *graphql.Object) {
	if op.puts != 0 {
		n := op.puts.Node()
		return b.putInput(n), b.payload("Put"+n.Type+"Payload", graphql.Fields{"node": payloadNode(b.objects[n.Kind])})
	}
	if op.field == "link" {
		return b.linkInput(), b.payload("LinkPayload", graphql.Fields{"edge": b.payloadEdge()})
	}
	if b.revisionPayload == nil {
		b.revisionPayload = b.payload("RevisionPayload", graphql.Fields{"node": payloadNode(b.node), "edge": b.payloadEdge()})
	}
	id := graphql.NewNonNull(graphql.ID)
	fields := fieldsOf("id", id, "Of a node or an edge.")
	switch op.field {
	case "redact":
		fields = fieldsOf("id", id, "Of a node.")
	case "decide":
		fields = fieldsOf("id", id, "Of a candidate: a node or an edge.", "status", graphql.NewNonNull(b.enums["Status"]), "CONFIRMED or REJECTED.")
	case "mergeSpeakers", "unmergeSpeakers":
		fields = fieldsOf("ids", graphql.NewNonNull(listOf(graphql.ID)), "Of two speakers or more.")
	}
	return inputObject(strings.ToUpper(op.field[:1])+op.field[1:]+"Input", "What to "+op.field+".", b.always(fields, "")), b.revisionPayload
}

// linkIn is the edge that an input names.
func linkIn(in map[string]any) (*graph.Edge, error) {
	e := &graph.Edge{Props: graph.Props{}}
	e.Kind, _ = vocab.ParseEdgeKind(text(in, "kind"))
	var err error
	if e.From, err = idIn(inputPath, in, "from"); err != nil {
		return nil, err
	}
	if e.To, err = idIn(inputPath, in, "to"); err != nil {
		return nil, err
	}
	own, _ := in["properties"].(map[string]any)
	for _, key := range e.Kind.Edge().Key {
		if v := own[key]; v != nil {
			e.Props[key] = v
		}
	}
	return e, nil
}

// mutation is the root of what writes. Its fields are executed by [Writer], which
// sees all of a request; who has none can only be told so.
func (b *builder) mutation() *graphql.Object {
	fields := graphql.Fields{}
	for _, op := range operations {
		input, payload := b.typesOf(op)
		fields[op.field] = &graphql.Field{
			Type: nonNull(payload), Description: op.doc + " For a role of " + op.least.String() + " or more.",
			Args: graphql.FieldConfigArgument{"input": {Type: graphql.NewNonNull(input), Description: "What to write."}},
			Resolve: func(graphql.ResolveParams) (any, error) {
				return nil, &engine.Error{Code: codes[graph.Permission], Message: "nothing is written here: send mutations to onrecord serve"}
			},
		}
	}
	return graphql.NewObject(graphql.ObjectConfig{
		Name: "Mutation", Description: "What can be written. Each field is one revision of the record, or all of an operation with @transaction together.", Fields: fields,
	})
}

// transactionDirective makes one revision of a whole operation.
var transactionDirective = graphql.NewDirective(graphql.DirectiveConfig{
	Name: "transaction", Description: "Writes all fields of the mutation as one revision, or none of them.", Locations: []string{"MUTATION"},
})
