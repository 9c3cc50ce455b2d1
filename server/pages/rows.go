package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// listing is how the main list of a page is asked for by itself. It follows from
// the page's document: the main list is the field that takes $after. What stands
// beside it is left out, and its items are asked for as rows (rows.graphql).
type listing struct {
	field       string // of the list; "" where the page's node is its only row
	rows        *document
	keys        *document         // its items' ids and times alone; nil where they are no nodes
	columns     []string          // the paths to the values of a row
	kinds       map[string]string // of a column of ids: the kind of their nodes, where the row does not say it
	forward     bool              // it has no pages from its end
	newestFirst bool
	declared    []string // the variables that both documents take
}

// rowFragments are the rows of a list, by the name of its field. The items of
// any other are nodes of any kind.
var rowFragments = map[string]string{
	"timeline": "TimelineRow", "search": "SearchRow", "gaps": "GapRow", "contradictions": "ContradictionRow", "newest": "NewestRow",
	"statements": "StatementRow", "responses": "StatementRow", "addressed": "StatementRow", "citedBy": "StatementRow", "statementsAt": "StatementRow",
	"claims": "ClaimRow", "predictions": "ClaimRow", "speakers": "SpeakerRow", "participants": "SpeakerRow", "officers": "SpeakerRow",
	"events": "EventRow", "participatedIn": "EventRow", "stances": "StanceRow", "stancesToward": "StanceRow", "reviews": "ReviewRow",
	"sources": "SourceRow", "agreements": "AgreementRow", "topics": "TopicRow", "places": "PlaceRow",
}

// keyFields are what tells the items of a list apart, and when they were
// recorded.
func keyFields(field string) string {
	switch field {
	case "timeline":
		return "relation polarity status node { id recordedAt }"
	case "search":
		return "node { id recordedAt }"
	case "gaps", "contradictions":
		return ""
	}
	return "... on Node { id recordedAt }"
}

var afterForm = regexp.MustCompile(`\$after\b`)

var variableForm = regexp.MustCompile(`\$(\w+)\s*:\s*([\w\[\]! ]*[\w\]!])`)

// newListing reads the main list out of a page's document; nil where it has none.
func newListing(text string, common map[string]string, fragments map[string]*selection) (*listing, error) {
	head := headForm.FindStringSubmatch(text)
	own, err := parseFragments(text)
	if err != nil {
		return nil, err
	}
	page := own[strings.TrimPrefix(head[3], "...")]
	if page == nil {
		return nil, fmt.Errorf("it has no fragment %s", head[3])
	}
	l := &listing{}
	path, of := findList(page.sub), findNode(page.sub)
	switch {
	case path != nil:
		last := path[len(path)-1]
		l.field = last.name
		l.forward = !strings.Contains(last.args, "$last")
		l.newestFirst = last.name == "newest" || last.name == "statements" && len(path) > 1 && path[len(path)-2].on == "Speaker"
	case afterForm.MatchString(head[2]):
		return nil, fmt.Errorf("its list, which takes $after, does not stand in %s itself", head[3])
	case strings.Contains(head[2], "$id"):
		path = of
	}
	if path == nil {
		return nil, nil
	}
	build := func(suffix, items string) (*document, error) {
		root := "...State " + wayTo(path, items)
		if of != nil && path[0] != of[0] {
			root = "...State node(" + of[0].args + ") { ...Name recordedAt } " + wayTo(path, items)
		}
		var variables []string
		for _, m := range variableForm.FindAllStringSubmatch(head[2], -1) {
			if regexp.MustCompile(`\$` + m[1] + `\b`).MatchString(root) {
				variables = append(variables, "$"+m[1]+": "+m[2])
				if !slices.Contains(l.declared, m[1]) {
					l.declared = append(l.declared, m[1])
				}
			}
		}
		name := head[1] + suffix
		takes := ""
		if len(variables) > 0 {
			takes = "(" + strings.Join(variables, ", ") + ")"
		}
		return newDocument("query "+name+takes+" { ..."+name+"Page }\n\nfragment "+name+"Page on Query { "+root+" }\n", common)
	}
	row := "NodeRow"
	if l.field == "" {
		for _, s := range path[0].sub {
			if s.on != "" && fragments[s.on+"Row"] != nil {
				row = s.on + "Row"
			}
		}
		l.rows, err = build("Rows", "..."+row)
	} else {
		if r, ok := rowFragments[l.field]; ok {
			row = r
		}
		l.rows, err = build("Rows", "..."+row)
		if keys := keyFields(l.field); keys != "" && err == nil {
			l.keys, err = build("Keys", keys)
		}
	}
	if err != nil {
		return nil, err
	}
	l.columns = leaves([]*selection{{spread: row}}, fragments)
	return l, nil
}

// findList is the way to the field that takes $after.
func findList(set []*selection) []*selection {
	for _, s := range set {
		if afterForm.MatchString(s.args) {
			return []*selection{s}
		}
		if path := findList(s.sub); path != nil {
			return append([]*selection{s}, path...)
		}
	}
	return nil
}

func findNode(set []*selection) []*selection {
	for _, s := range set {
		if s.name == "node" {
			return []*selection{s}
		}
	}
	return nil
}

// wayTo writes the way to a list, with its items as given.
func wayTo(path []*selection, items string) string {
	s := *path[0]
	switch {
	case s.on != "":
		return "... on " + s.on + " { " + wayTo(path[1:], items) + " }"
	case len(path) > 1:
		s.sub = nil
		return s.String() + " { ...Name recordedAt " + wayTo(path[1:], items) + " }"
	case s.name == "node" && !afterForm.MatchString(s.args):
		s.sub = nil
		return s.String() + " { ...Name recordedAt " + items + " }"
	}
	return "rows: " + s.name + "(" + s.args + ") { totalCount pageInfo { ...Paging } edges { cursor node { " + items + " } } }"
}

// listed is an answer to the question for a list alone.
type listed struct {
	Record Record
	Node   *Node // whose list it is; nil for a list of the record
	Total  int
	Page   struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       string
	}
	Items []json.RawMessage
}

// list asks for a part of a page's main list. Paging is given by page, the rest
// by variables.
func (s *Site) list(ctx context.Context, l *listing, d *document, at asOf, variables, page map[string]any) (*listed, error) {
	all := make(map[string]any)
	maps.Copy(all, variables)
	for _, name := range []string{"first", "last", "after", "before"} {
		delete(all, name)
	}
	maps.Copy(all, page)
	maps.DeleteFunc(all, func(name string, _ any) bool { return !slices.Contains(l.declared, name) })
	body, err := s.opts.Ask(ctx, d.question(at, all))
	if err != nil {
		return nil, err
	}
	type connection struct {
		TotalCount int
		PageInfo   struct {
			HasNextPage, HasPreviousPage bool
			StartCursor, EndCursor       string
		}
		Edges []struct{ Node json.RawMessage }
	}
	type answer struct {
		Record Record
		Node   json.RawMessage
		Rows   *connection
	}
	var got struct {
		Data *struct {
			answer
			AsOf *answer
		}
		Errors []problem
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return nil, fmt.Errorf("an answer that cannot be read: %w", err)
	}
	if len(got.Errors) > 0 {
		return nil, refusalOf(got.Errors[0])
	}
	if got.Data == nil {
		return nil, fmt.Errorf("an answer without data")
	}
	a := &got.Data.answer
	if got.Data.AsOf != nil {
		a = got.Data.AsOf
	}
	out := &listed{Record: a.Record}
	rows := a.Rows
	if len(a.Node) > 0 && !bytes.Equal(a.Node, []byte("null")) {
		var below struct{ Rows *connection }
		if err := json.Unmarshal(a.Node, &out.Node); err != nil {
			return nil, fmt.Errorf("an answer that cannot be read: %w", err)
		}
		if err := json.Unmarshal(a.Node, &below); err != nil {
			return nil, fmt.Errorf("an answer that cannot be read: %w", err)
		}
		if rows == nil {
			rows = below.Rows
		}
	}
	switch {
	case rows != nil:
		out.Total = rows.TotalCount
		out.Page = rows.PageInfo
		for _, e := range rows.Edges {
			out.Items = append(out.Items, e.Node)
		}
	case out.Node != nil && l.field == "":
		out.Total, out.Items = 1, []json.RawMessage{a.Node}
	}
	return out, nil
}
