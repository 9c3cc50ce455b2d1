package pages

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// built is a question that the builder wrote.
type built struct {
	source  source
	args    []string // as GraphQL: name: value
	first   int
	items   []*selection
	columns []string
	kinds   map[string]string // of an id's column: the kind of its node, where the type says it
}

// choose asks for fields of an item.
func (b *built) choose(types map[string]*schemaType, names []string) {
	b.kinds = make(map[string]string)
	kindOf := func(prefix string, t *schemaType) {
		if isNode(t) && t.Name != "Node" {
			b.kinds[prefix+"id"] = strings.ToUpper(t.Name)
		}
	}
	kindOf("", b.source.item)
	for _, f := range choosable(types, b.source.item) {
		if !slices.Contains(names, f.Name) {
			continue
		}
		name, kind, _, _ := f.Type.named()
		s := &selection{name: f.Name}
		if kind != "SCALAR" && kind != "ENUM" {
			s.sub = below(types, types[name])
			kindOf(f.Name+".", types[name])
			if name == "Node" {
				b.kinds[f.Name+".speaker.id"], b.kinds[f.Name+".source.id"] = "SPEAKER", "SOURCE"
			}
		}
		b.items = append(b.items, s)
	}
	b.columns = leaves(b.items, nil)
}

// usualFields are those that are asked for where none is chosen.
func usualFields(types map[string]*schemaType, item *schemaType) []string {
	var out []string
	for _, f := range choosable(types, item) {
		if slices.Contains(usual, f.Name) && !slices.Contains(unusual[item.Name], f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// question is the question as a person would write it.
func (b *built) question(at asOf) string {
	var w strings.Builder
	depth := 0
	line := func(text string) {
		w.WriteString(strings.Repeat("  ", depth) + text + "\n")
	}
	open := func(text string) {
		line(text + " {")
		depth++
	}
	closed := func() {
		depth--
		line("}")
	}
	open("query Built")
	switch {
	case at.Seq > 0:
		open("asOf(seq: " + strconv.Itoa(at.Seq) + ")")
	case at.given():
		open("asOf(time: " + literal(at.Time) + ")")
	}
	if len(b.args) == 0 {
		open(b.source.field.Name + "(first: " + strconv.Itoa(b.first) + ")")
	} else {
		line(b.source.field.Name + "(")
		for _, a := range append(slices.Clone(b.args), "first: "+strconv.Itoa(b.first)) {
			line("  " + a)
		}
		open(")")
	}
	line("totalCount")
	line("pageInfo { hasNextPage endCursor }")
	open("nodes")
	for _, s := range b.items {
		line(s.String())
	}
	for depth > 0 {
		closed()
	}
	return strings.TrimSpace(w.String())
}

// listing asks the question for all pages of its list.
func (b *built) listing(common map[string]string) (*listing, error) {
	items := make([]string, len(b.items))
	for i, s := range b.items {
		items[i] = s.String()
	}
	args := strings.Join(append(slices.Clone(b.args), "first: $first", "after: $after"), ", ")
	d, err := newDocument("query Built($first: Int, $after: String) { ...BuiltPage }\n\nfragment BuiltPage on Query { ...State rows: "+b.source.field.Name+"("+args+
		") { totalCount pageInfo { ...Paging } edges { node { "+strings.Join(items, " ")+" } } } }\n", common)
	if err != nil {
		return nil, err
	}
	return &listing{field: b.source.field.Name, rows: d, columns: b.columns, kinds: b.kinds, declared: []string{"first", "after"}}, nil
}

// literal is a text as GraphQL writes it, which is as JSON does.
func literal(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text is always JSON
	return strings.TrimSpace(b.String())
}

var (
	enumForm   = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
	numberForm = regexp.MustCompile(`^-?[0-9]{1,9}$`)
)

// value writes what a form gave for one value of a type; "" for what is no value
// of it.
func value(kind, name, given string) string {
	switch {
	case kind == "ENUM":
		if enumForm.MatchString(given) {
			return given
		}
		return ""
	case name == "Int":
		if numberForm.MatchString(given) {
			return given
		}
		return ""
	case name == "Boolean":
		if given == "true" || given == "false" {
			return given
		}
		return ""
	}
	return literal(given)
}
