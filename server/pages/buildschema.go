package pages

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// What the query builder offers is read from the schema itself, so that a filter
// that is added there is in the form without a line here.

// typeRef is a type as introspection gives it.
type typeRef struct {
	Kind   string
	Name   string
	OfType *typeRef
}

// named is the type without lists and non-null, whether it is a list, and whether
// a value is required.
func (t *typeRef) named() (name, kind string, list, required bool) {
	required = t.Kind == "NON_NULL"
	for t.OfType != nil {
		list = list || t.Kind == "LIST"
		t = t.OfType
	}
	return t.Name, t.Kind, list, required
}

type schemaArg struct {
	Name, Description string
	Type              *typeRef
}

type schemaField struct {
	Name, Description string
	Args              []schemaArg
	Type              *typeRef
}

type schemaType struct {
	Name, Kind  string
	EnumValues  []struct{ Name, Description string }
	InputFields []schemaArg
	Fields      []schemaField
}

func (t *schemaType) field(name string) *schemaField {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// schema is the schema of the record, read once.
type schema struct {
	mu    sync.Mutex // guards types
	types map[string]*schemaType
}

func (c *schema) read(ctx context.Context, s *Site) (map[string]*schemaType, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.types != nil {
		return c.types, nil
	}
	body, err := s.opts.Ask(ctx, s.documents["schema"].question(asOf{}, nil))
	if err != nil {
		return nil, err
	}
	var got struct {
		Data struct {
			Schema struct{ Types []*schemaType } `json:"__schema"`
		}
		Errors []problem
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return nil, err
	}
	if len(got.Errors) > 0 {
		return nil, refusalOf(got.Errors[0])
	}
	types := make(map[string]*schemaType, len(got.Data.Schema.Types))
	for _, t := range got.Data.Schema.Types {
		types[t.Name] = t
	}
	c.types = types
	return types, nil
}

// source is a list that the builder can ask for: a field of the root that is a
// connection.
type source struct {
	field *schemaField
	item  *schemaType
}

// sourcesOf are the lists of a schema, those that people ask for first in front.
func sourcesOf(types map[string]*schemaType) []source {
	var out []source
	root := types["Query"]
	if root == nil {
		return nil
	}
	for i := range root.Fields {
		f := &root.Fields[i]
		name, _, list, _ := f.Type.named()
		c := types[name]
		if list || c == nil || !strings.HasSuffix(name, "Connection") || c.field("nodes") == nil {
			continue
		}
		item, _, _, _ := c.field("nodes").Type.named()
		if types[item] != nil {
			out = append(out, source{f, types[item]})
		}
	}
	first := []string{"statements", "claims", "speakers", "events", "sources", "topics", "predictions", "stances", "reviews", "contradictions", "timeline", "search", "gaps"}
	place := func(s source) int {
		if i := slices.Index(first, s.field.Name); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(out, func(a, b source) int { return place(a) - place(b) })
	return out
}

// isNode reports whether a type has an id and a label, and so a page.
func isNode(t *schemaType) bool {
	return t != nil && t.field("id") != nil && t.field("label") != nil && t.field("kind") != nil
}

// below is what the builder asks of an object: enough to tell it apart. It is nil
// for what cannot be asked for without more words than a form has.
func below(types map[string]*schemaType, t *schemaType) []*selection {
	fields := func(names ...string) []*selection {
		out := make([]*selection, len(names))
		for i, n := range names {
			out[i] = &selection{name: n}
		}
		return out
	}
	switch {
	case t == nil:
		return nil
	case t.Name == "Node":
		deep := &selection{on: "Statement", sub: fields("text", "mode")}
		deep.sub = append(deep.sub, &selection{name: "said", sub: fields("edtf")}, &selection{name: "speaker", sub: fields("id", "label")}, &selection{name: "source", sub: fields("id", "label")})
		return append(fields("id", "kind", "label"), deep)
	case isNode(t):
		return fields("id", "label")
	case t.Name == "FuzzyDate":
		return fields("edtf", "written")
	case t.Name == "Span":
		return fields("start", "end", "exact")
	case t.Name == "Name":
		return fields("value", "language")
	case t.Name == "Edge":
		return []*selection{{name: "id"}, {name: "kind"}, {name: "from", sub: fields("id", "kind", "label")}, {name: "to", sub: fields("id", "kind", "label")}}
	case strings.HasSuffix(t.Name, "Connection"):
		if t.field("totalCount") != nil {
			return fields("totalCount")
		}
	}
	return nil
}

// choosable are the fields of an item that the builder offers.
func choosable(types map[string]*schemaType, item *schemaType) []*schemaField {
	var out []*schemaField
	for i := range item.Fields {
		f := &item.Fields[i]
		name, kind, _, _ := f.Type.named()
		needs := slices.ContainsFunc(f.Args, func(a schemaArg) bool { return a.Type.Kind == "NON_NULL" })
		if needs || kind != "SCALAR" && kind != "ENUM" && below(types, types[name]) == nil {
			continue
		}
		out = append(out, f)
	}
	place := func(f *schemaField) int {
		if i := slices.Index(usual, f.Name); i >= 0 {
			return i
		}
		return len(usual)
	}
	slices.SortStableFunc(out, func(a, b *schemaField) int { return place(a) - place(b) })
	return out
}

// usual are the fields that a question asks for unless others are chosen, in the
// order in which they are shown.
var usual = []string{
	"id", "text", "name", "title", "label", "rating", "kind", "relation", "node", "first", "second", "snippet", "note", "reason", "type", "mode", "polarity",
	"said", "when", "date", "published", "horizon", "speaker", "holder", "target", "reviewer", "claim", "publisher", "source", "url", "status", "condition",
	"basis", "statementCount",
}

// unusual are those of them that a kind does without.
var unusual = map[string][]string{
	"Statement": {"label", "kind", "status", "note"}, "Claim": {"label", "kind", "status", "note"}, "Speaker": {"name", "kind", "status", "note"}, "Event": {"label", "kind", "status", "note"},
	"Source": {"label", "kind", "status", "note"}, "Review": {"label", "kind", "status", "note"}, "Stance": {"kind", "status", "note"}, "Agreement": {"label", "kind", "status", "note"},
	"Topic": {"label", "kind", "status", "note"}, "Place": {"label", "kind", "status", "note"}, "Node": {"status", "note"},
}

// asked are the arguments that people ask by first.
var asked = []string{"text", "name", "of", "speaker", "holder", "participant", "publisher", "by", "target", "topic", "said", "when", "from", "to", "type", "polarity", "mode", "resolution", "kinds", "kind", "claim", "source"}

// inOrder are arguments in the order in which a form has them.
func inOrder(args []schemaArg) []schemaArg {
	place := func(a schemaArg) int {
		if i := slices.Index(asked, a.Name); i >= 0 {
			return i
		}
		return len(asked)
	}
	out := slices.Clone(args)
	slices.SortStableFunc(out, func(a, b schemaArg) int { return place(a) - place(b) })
	return out
}
