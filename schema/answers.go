package schema

import (
	"context"
	"slices"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// itemConnection declares a connection of something that is no node: its items
// are T, each with a cursor.
func itemConnection[T any](b *builder, name string, t graphql.Output, cursor func(T) string, itemsOf func(*page) []T) *graphql.Object {
	if c := b.connections[name]; c != nil {
		return c
	}
	item := graphql.NewObject(graphql.ObjectConfig{
		Name: name + "Edge", Description: "One item of a list.",
		Fields: graphql.Fields{
			"cursor": plain(nonNull(graphql.String), "Its place in the list.", func(x T) any { return cursor(x) }),
			"node":   plain(nonNull(t), "The item.", func(x T) any { return x }),
		},
	})
	items := func(p *page) any { return each(itemsOf(p), func(x T) any { return x }) }
	return b.connectionOf(name, item, func() graphql.Fields {
		return graphql.Fields{
			"edges": plain(list(item), "The items with their cursors.", items),
			"nodes": plain(list(t), "The items.", items),
		}
	})
}

// A timeline.

func (b *builder) timelineField() *graphql.Field {
	entry := graphql.NewObject(graphql.ObjectConfig{
		Name: "TimelineEntry", Description: "One thing that bears on what a timeline is of.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			return graphql.Fields{
				"when":     plain(b.fuzzyDate, "Its place in time.", func(i *item) any { return whenOf(i.node) }),
				"node":     plain(nonNull(b.node), "A statement, an event, a review or a stance.", func(i *item) any { return wrap(i.view, i.node) }),
				"relation": plain(nonNull(b.edgeKind), "How it bears on what the timeline is of.", func(i *item) any { return i.Link.Kind.String() }),
				"polarity": plain(b.enums["Polarity"], "What a statement does with a claim.", func(i *item) any {
					if i.Link.Kind != vocab.Expresses {
						return nil
					}
					return i.Link.First()
				}),
				"status": plain(nonNull(b.enums["Status"]), "How sure the record is of the relation.", func(i *item) any { return i.Link.Status() }),
				"order": plain(nonNull(b.order), "Does its place in the sequence follow from the record?", func(i *item) any {
					w, _ := i.node.When()
					return w.Interval().Order().String()
				}),
			}
		}),
	})
	connection := itemConnection(b, "Timeline", entry, func(i *item) string { return i.Cursor }, func(p *page) []*item {
		out := make([]*item, len(p.found.Items))
		for i := range p.found.Items {
			out[i] = &item{&p.found.Items[i], p.view, p.nodes[i]}
		}
		return out
	})
	return fieldOf(nonNull(connection), "What bears on a node, in the order of time, the undated last.", pageArgs(graphql.FieldConfigArgument{
		"of":     arg(graphql.NewNonNull(graphql.ID), "What the timeline is of."),
		"from":   arg(graphql.String, "EDTF. What is not certainly within the range is left out."),
		"to":     arg(graphql.String, "EDTF."),
		"status": b.statusArg(),
		"kinds":  listArg(b.nodeKind, "Only entries of these kinds."),
		"by":     listArg(graphql.ID, "Only what these speakers said, held, gave or took part in."),
		"mode":   listArg(b.enums["SpeechMode"], "Only statements that are rendered so."),
	}), func(c call[*graph.View]) ([]any, error) {
		of, _, err := one(c.ctx, c.view, c.args, "of", true)
		if err != nil {
			return nil, err
		}
		from, _ := c.args["from"].(string)
		to, _ := c.args["to"].(string)
		within, err := between(from, to)
		if err != nil {
			return nil, err
		}
		same, err := c.view.Identity(c.ctx, of)
		if err != nil {
			return nil, err
		}
		return pages(c, func(v *graph.View) (*graph.List, error) {
			return timelineFilter(c.ctx, v, c.args, v.Timeline(c.ctx, of, statuses(c.args), within, same...))
		})
	})
}

// ways by which a speaker stands behind an entry of a timeline.
var behind = []graph.Way{
	{Kind: vocab.Said, Dir: graph.In},
	{Kind: vocab.Holds, Dir: graph.In},
	{Kind: vocab.Published, Dir: graph.In},
	{Kind: vocab.ParticipatedIn, Dir: graph.In},
}

func timelineFilter(ctx context.Context, v *graph.View, args map[string]any, l *graph.List) (*graph.List, error) {
	if names := stringsArg(args, "kinds"); len(names) > 0 {
		l.Keep(func(it *graph.Item) bool { return slices.Contains(names, it.Link.OtherKind.String()) })
	}
	if ids, given := args["by"].([]any); given {
		refs, err := refsOf(ctx, v, "by", ids)
		if err != nil {
			return nil, err
		}
		if refs, err = identity(ctx, v, refs); err != nil {
			return nil, err
		}
		keepLinked(v, l, refs, behind...)
	}
	return keepValues(v, l, "mode", stringsArg(args, "mode")), nil
}

func whenOf(n *graph.Node) any {
	if w, ok := n.When(); ok {
		return w
	}
	return nil
}

// Gaps.

func (b *builder) gapConnection() *graphql.Object {
	return itemConnection(b, "Gap", b.gap, func(g *gap) string { return g.Cursor }, func(p *page) []*gap {
		out := make([]*gap, len(p.gaps))
		for i := range p.gaps {
			out[i] = &gap{p.gaps[i], p.view}
		}
		return out
	})
}

func gaps(c call[*graph.View]) ([]any, error) {
	v := c.view
	kinds := stringsArg(c.args, "kind")
	n, given, err := one(c.ctx, v, c.args, "of", true)
	if err != nil {
		return nil, err
	}
	var of []graph.Ref
	if given {
		if of, err = around(c.ctx, v, n); err != nil {
			return nil, err
		}
	}
	got, found, err := v.Gaps(c.ctx, of, kinds, pageOf(c.args))
	if err != nil {
		return nil, err
	}
	p := &page{view: v, found: found, gaps: got, count: func(x call[*page]) (int64, error) { return x.view.CountGaps(x.ctx, of, kinds) }}
	return each(c.of, func(*graph.View) any { return p }), nil
}

// maxAround is how many linked nodes a question about one node takes along.
const maxAround = 5_000

// around returns a node and what it is directly linked to; of a source, what its
// texts are linked to as well.
func around(ctx context.Context, v *graph.View, n *graph.Node) ([]graph.Ref, error) {
	centre := []graph.Ref{n.Ref}
	if n.Kind == vocab.Source {
		links, err := v.Links(ctx, centre, graph.Shown, graph.Way{Kind: vocab.CaptureOf, Dir: graph.In})
		if err != nil {
			return nil, err
		}
		centre = append(centre, others(links[0])...)
	}
	g, err := v.Neighbors(ctx, centre, graph.Shown, maxAround)
	return append(centre, g...), err
}

// Contradictions.

// contradiction is a pair of claims that cannot both hold, with the statements
// that put them forward first.
type contradiction struct {
	*graph.Edge
	view          *graph.View
	cursor        string
	first, second *graph.Node
	sameSpeaker   bool
}

func (b *builder) contradictionConnection() *graphql.Object {
	b.contradiction = graphql.NewObject(graphql.ObjectConfig{
		Name: "Contradiction", Description: "Two statements whose claims cannot both hold.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			return graphql.Fields{
				"id":          plain(nonNull(graphql.ID), "The edge's between the two claims.", func(x *contradiction) any { return x.ID.String() }),
				"status":      plain(nonNull(b.enums["Status"]), "A machine's finding is a CANDIDATE until a person decides.", func(x *contradiction) any { return x.Text("status") }),
				"first":       plain(nonNull(b.objects[vocab.Statement]), "The earliest statement of one claim.", func(x *contradiction) any { return wrap(x.view, x.first) }),
				"second":      plain(nonNull(b.objects[vocab.Statement]), "The earliest statement of the other.", func(x *contradiction) any { return wrap(x.view, x.second) }),
				"sameSpeaker": plain(nonNull(graphql.Boolean), "Whether one speaker said both.", func(x *contradiction) any { return x.sameSpeaker }),
				"reason": plain(nonNull(graphql.String), "Why the two are held against each other.", func(x *contradiction) any {
					if s := x.Text("note"); s != "" {
						return s
					}
					return "The record holds that both claims cannot stand together."
				}),
				"edge": plain(nonNull(b.edge), "The edge between the two claims.", func(x *contradiction) any { return &edge{x.Edge, x.view} }),
			}
		}),
	})
	return itemConnection(b, "Contradiction", b.contradiction, func(x *contradiction) string { return x.cursor }, func(p *page) []*contradiction {
		return p.pairs
	})
}

func contradictions(c call[*graph.View]) ([]any, error) {
	v := c.view
	speaker, bySpeaker, err := one(c.ctx, v, c.args, "speaker", false)
	if err != nil {
		return nil, err
	}
	claim, byClaim, err := one(c.ctx, v, c.args, "claim", false)
	if err != nil {
		return nil, err
	}
	var want []graph.Ref
	if speaker != nil {
		if want, err = v.Identity(c.ctx, speaker); err != nil {
			return nil, err
		}
	}
	l := v.Listed(statuses(c.args), vocab.Contradicts)
	if byClaim {
		l.Filter(func(ctx context.Context, items []graph.Item) ([]bool, error) {
			edges, err := v.Edges(ctx, itemRefs(items))
			if err != nil {
				return nil, err
			}
			ok := make([]bool, len(items))
			for i, e := range edges {
				ok[i] = claim != nil && e != nil && (e.FromRef == claim.Ref || e.ToRef == claim.Ref)
			}
			return ok, nil
		})
	}
	l.Filter(func(ctx context.Context, items []graph.Item) ([]bool, error) {
		pairs, err := pairsOf(ctx, v, items)
		if err != nil {
			return nil, err
		}
		ok := make([]bool, len(items))
		for i, p := range pairs {
			ok[i] = p != nil && (!bySpeaker || slices.ContainsFunc(p.speakers, func(r graph.Ref) bool { return slices.Contains(want, r) }))
		}
		return ok, nil
	})
	found, err := v.Page(c.ctx, l, pageOf(c.args))
	if err != nil {
		return nil, err
	}
	pairs, err := pairsOf(c.ctx, v, found.Items)
	if err != nil {
		return nil, err
	}
	p := &page{view: v, list: l, found: found}
	for i, x := range pairs {
		x.cursor = found.Items[i].Cursor
		p.pairs = append(p.pairs, x.contradiction)
	}
	return each(c.of, func(*graph.View) any { return p }), nil
}

// pair is a contradiction and who said its statements.
type pair struct {
	*contradiction
	speakers []graph.Ref
}

// pairsOf reads the statements behind edges between claims: for each the
// earliest that puts either claim forward; nil where a claim has none.
func pairsOf(ctx context.Context, v *graph.View, items []graph.Item) ([]*pair, error) {
	edges, err := v.Edges(ctx, itemRefs(items))
	if err != nil {
		return nil, err
	}
	var claims []graph.Ref
	for _, e := range edges {
		claims = append(claims, e.FromRef, e.ToRef)
	}
	links, err := v.Links(ctx, claims, graph.Shown, graph.Way{Kind: vocab.Expresses, Dir: graph.In})
	if err != nil {
		return nil, err
	}
	first := make([]graph.Ref, len(claims))
	for i, ls := range links {
		for _, l := range ls { // in the order of time
			if l.First() != "QUESTIONS" {
				first[i] = l.Other
				break
			}
		}
	}
	statements, err := v.Nodes(ctx, first)
	if err != nil {
		return nil, err
	}
	said, err := v.Links(ctx, first, graph.Shown, graph.Way{Kind: vocab.Said, Dir: graph.In})
	if err != nil {
		return nil, err
	}
	one, err := v.Identities(ctx, firstOf(said))
	if err != nil {
		return nil, err
	}
	out := make([]*pair, len(items))
	for i, e := range edges {
		a, z := 2*i, 2*i+1
		if statements[a] == nil || statements[z] == nil {
			continue
		}
		p := &pair{contradiction: &contradiction{Edge: e, view: v, first: statements[a], second: statements[z]}}
		p.speakers = append(others(said[a]), others(said[z])...)
		p.sameSpeaker = len(said[a]) > 0 && len(said[z]) > 0 && slices.Contains(one[a], said[z][0].Other)
		out[i] = p
	}
	return out, nil
}

// Search.

// hit is a search's hit in an answer.
type hit struct {
	graph.Hit
	view *graph.View
}

func (b *builder) searchField() *graphql.Field {
	found := graphql.NewObject(graphql.ObjectConfig{
		Name: "SearchHit", Description: "One thing that a search found.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			return graphql.Fields{
				"score":   plain(nonNull(graphql.Float), "How well it fits; of use for comparing hits of one search.", func(h *hit) any { return h.Score }),
				"node":    plain(nonNull(b.node), "What was found.", func(h *hit) any { return wrap(h.view, h.Node) }),
				"snippet": plain(nonNull(graphql.String), "The part of its text that fits best.", func(h *hit) any { return h.Snippet }),
				"highlights": plain(nonNull(graphql.NewList(nonNull(graphql.NewList(nonNull(graphql.Int))))),
					"Where the words stand in the snippet: pairs of start and end, in code points, half-open.",
					func(h *hit) any {
						return each(h.Highlights, func(p [2]int) any { return []any{p[0], p[1]} })
					}),
			}
		}),
	})
	connection := itemConnection(b, "Search", found, func(h *hit) string { return h.Cursor }, func(p *page) []*hit {
		out := make([]*hit, len(p.hits))
		for i := range p.hits {
			out[i] = &hit{p.hits[i], p.view}
		}
		return out
	})
	order := enum("SearchOrder", "What a search gives first.", []any{"BEST", "NEWEST"}, func(i int) string {
		return []string{"What fits best.", "What is dated latest."}[i]
	})
	return fieldOf(nonNull(connection), "What holds all of the words; \"in quotes\" a phrase, -without, and begin* for a beginning. Case, accents and endings do not matter.",
		pageArgs(graphql.FieldConfigArgument{
			"text":    arg(graphql.NewNonNull(graphql.String), "The words."),
			"kinds":   listArg(b.nodeKind, "Only nodes of these kinds."),
			"said":    arg(b.dateRange, "Only what is certainly dated within it."),
			"speaker": arg(graphql.ID, "Only what this speaker said."),
			"order":   {Type: order, DefaultValue: "BEST", Description: "What comes first."},
		}), search)
}

func search(c call[*graph.View]) ([]any, error) {
	v := c.view
	q := graph.SearchQuery{Newest: c.args["order"] == "NEWEST"}
	q.Text, _ = c.args["text"].(string)
	for _, s := range stringsArg(c.args, "kinds") {
		if k, ok := vocab.ParseNodeKind(s); ok {
			q.Kinds = append(q.Kinds, k)
		}
	}
	var err error
	if q.Said, err = dateRange(c.args["said"]); err != nil {
		return nil, err
	}
	speaker, given, err := one(c.ctx, v, c.args, "speaker", true)
	if err != nil {
		return nil, err
	}
	if given {
		if q.Speakers, err = v.Identity(c.ctx, speaker); err != nil {
			return nil, err
		}
	}
	hits, found, err := v.Search(c.ctx, q, pageOf(c.args))
	if err != nil {
		return nil, err
	}
	p := &page{view: v, found: found, hits: hits, count: func(x call[*page]) (int64, error) { return x.view.CountHits(x.ctx, q) }}
	return each(c.of, func(*graph.View) any { return p }), nil
}
