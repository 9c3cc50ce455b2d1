package pages

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// narrow is a field of a list's form, and the variable of its document that it
// fills.
type narrow struct {
	Param, Label string
	variable     string
	form         narrowing
	Options      []selectable
}

type narrowing int

const (
	oneText    narrowing = iota // the variable is the text
	oneOf                       // the variable is a list of the value chosen
	rangeFrom                   // a date, "from" of the variable
	rangeTo                     // a date, "to" of the variable
	filterOne                   // a value in a list in a member of the variable $filter
	filterFrom                  // a date, filter.said.from
	filterTo                    // a date, filter.said.to
)

type selectable struct{ Value, Text string }

// browse is a page that lists all nodes of a kind, or what is known of many.
type browse struct {
	name, title, lead string
	filters           []narrow
	preset            map[string]any // variables that no field of the form fills
}

func options(words map[string]string, values ...string) []selectable {
	out := make([]selectable, len(values))
	for i, v := range values {
		out[i] = selectable{v, words[v]}
	}
	return out
}

var said = []narrow{
	{Param: "from", Label: "From", variable: "said", form: filterFrom},
	{Param: "to", Label: "To", variable: "said", form: filterTo},
	{Param: "mode", Label: "Words", variable: "mode", form: filterOne, Options: options(modeWords, "DIRECT", "PARTIAL", "INDIRECT", "SPEECH_ACT", "HEADLINE", "TRANSCRIPT")},
}

var gapWords = map[string]string{
	"DATE_UNRESOLVED": "when", "YEAR_UNKNOWN": "in which year", "SPEAKER_UNNAMED": "who", "ORIGINAL_WORDING": "in which words", "PLACE_UNKNOWN": "where",
	"EARLIER_OCCURRENCE": "whether it was said before", "SOURCE_UNDATED": "when it was published", "ORDER_UNKNOWN": "in which order", "OTHER": "something else",
}

// browses are the lists, in the order of the site's navigation.
var browses = []*browse{
	{name: "claims", title: "Claims", lead: "What can be asserted or denied, apart from the words it was said in.", filters: []narrow{
		{Param: "type", Label: "Kind", variable: "type", form: oneOf, Options: options(typeWords, "FACT", "PREDICTION", "COMMITMENT", "POSITION")},
	}},
	{name: "speakers", title: "Speakers", lead: "People, organisations, groups and states that said something or are spoken of.", filters: []narrow{
		{Param: "name", Label: "Any of their names", variable: "name", form: oneText},
		{Param: "type", Label: "Kind", variable: "type", form: oneOf, Options: options(typeWords, "PERSON", "ORGANIZATION", "GROUP", "STATE")},
	}},
	{name: "statements", title: "Statements", lead: "What was said, as its source renders it, in the order in which it was said.", filters: said},
	{name: "events", title: "Events", lead: "What happened, in the order of time. What has no date stands at the end.", filters: []narrow{
		{Param: "from", Label: "From", variable: "when", form: rangeFrom}, {Param: "to", Label: "To", variable: "when", form: rangeTo},
	}},
	{name: "sources", title: "Sources", lead: "What was published, each with its text as it was archived."},
	{name: "topics", title: "Topics", lead: "What statements and claims are about.", filters: []narrow{{Param: "name", Label: "Name", variable: "name", form: oneText}}},
	{name: "agreements", title: "Agreements", lead: "Accords and their parties."},
	{name: "places", title: "Places", lead: "Where things were said and happened."},
	{name: "stances", title: "Stances", lead: "Who is for and against what, by what they said or did.", filters: []narrow{
		{Param: "polarity", Label: "Only", variable: "polarity", form: oneOf, Options: options(polarityWords, "SUPPORTS", "OPPOSES", "NEUTRAL", "MIXED")},
	}},
	{name: "reviews", title: "Reviews", lead: "Verdicts, each its reviewer’s own, with the label as it was printed."},
	{name: "predictions", title: "Predictions and commitments", lead: "What was foretold or promised, and what became of it by a reviewer’s word.", filters: []narrow{
		{Param: "resolution", Label: "Which", variable: "resolution", form: oneOf, Options: options(resolutionWords, "OPEN", "CAME_TRUE", "CAME_FALSE", "LAPSED")},
	}},
	{name: "contradictions", title: "Contradictions", lead: "Statements whose claims cannot both hold. A candidate is a finding that no person has decided on.", filters: []narrow{
		{Param: "status", Label: "Only", variable: "status", form: oneOf, Options: []selectable{{"CONFIRMED", "confirmed"}, {"CANDIDATE", "candidates"}}},
	}, preset: map[string]any{"status": []string{"EXPLICIT", "INFERRED", "CONFIRMED", "CANDIDATE"}}},
	{name: "gaps", title: "Not known", lead: "What the record knows that it does not know.", filters: []narrow{
		{Param: "kind", Label: "Not known is", variable: "kind", form: oneOf, Options: options(gapWords, "DATE_UNRESOLVED", "YEAR_UNKNOWN", "SPEAKER_UNNAMED", "ORIGINAL_WORDING", "PLACE_UNKNOWN", "EARLIER_OCCURRENCE", "SOURCE_UNDATED", "ORDER_UNKNOWN", "OTHER")},
	}},
}

// view is the list as a kind of page.
func (b *browse) view() *view {
	return &view{
		name: b.name, template: "list",
		variables: func(_ *Site, r *Request) (map[string]any, error) {
			v := make(map[string]any)
			maps.Copy(v, b.preset)
			paging(v, r.Form)
			fill(v, b.filters, r)
			return v, nil
		},
		prepare: func(_ context.Context, _ *Site, m *Model) error {
			m.Title, m.Summary, m.Body = b.title, b.lead, &listBody{browse: b, Fields: fields(b.filters, m.Request)}
			return nil
		},
	}
}

// fill puts what a form was sent with into a document's variables.
func fill(v map[string]any, filters []narrow, r *Request) {
	member := func(name string) map[string]any {
		m, ok := v[name].(map[string]any)
		if !ok {
			m = make(map[string]any)
			v[name] = m
		}
		return m
	}
	for _, f := range filters {
		s := strings.TrimSpace(r.Form.Get(f.Param))
		if s == "" {
			continue
		}
		switch f.form {
		case oneText:
			v[f.variable] = s
		case oneOf:
			v[f.variable] = []string{strings.ToUpper(s)}
		case rangeFrom:
			member(f.variable)["from"] = s
		case rangeTo:
			member(f.variable)["to"] = s
		case filterOne:
			member("filter")[f.variable] = []any{s}
		case filterFrom, filterTo:
			in := member("filter")
			within, ok := in[f.variable].(map[string]any)
			if !ok {
				within = make(map[string]any)
				in[f.variable] = within
			}
			within[strings.ToLower(f.Param)] = s
		}
	}
}

// field is a narrow as a form shows it.
type field struct {
	narrow
	Value string
}

func fields(filters []narrow, r *Request) []field {
	out := make([]field, len(filters))
	for i, f := range filters {
		out[i] = field{f, r.Form.Get(f.Param)}
	}
	return out
}

// listBody is what a list's page shows beyond its answer.
type listBody struct {
	*browse
	Fields []field
}

// Title is what the list is called.
func (b *listBody) Title() string { return b.title }

// Lead says what is in the list.
func (b *listBody) Lead() string { return b.lead }

// Filtered reports whether the list is narrowed.
func (b *listBody) Filtered() bool {
	return slices.ContainsFunc(b.Fields, func(f field) bool { return strings.TrimSpace(f.Value) != "" })
}

// Listed is the main list of a list's page, where its items are nodes.
func (m *Model) Listed() *Connection[*Node] {
	return map[string]*Connection[*Node]{
		"claims": &m.Claims, "speakers": &m.Speakers, "statements": &m.Statements, "events": &m.Events, "sources": &m.Sources, "topics": &m.Topics,
		"agreements": &m.Agreements, "places": &m.Places, "stances": &m.Stances, "reviews": &m.Reviews, "predictions": &m.Predictions,
	}[m.View]
}
