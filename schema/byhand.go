package schema

import (
	"context"
	"slices"
	"strings"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	cut "github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// byHand are the fields of a kind that follow from more than one property or
// edge.
func (b *builder) byHand(k vocab.NodeKind) graphql.Fields {
	switch k {
	case vocab.Speaker:
		return graphql.Fields{
			"name": plain(nonNull(graphql.String), "Its best name, or how the unnamed is described.", func(n *node) any { return n.Label() }),
			"statements": b.statementsOfSame("What it said, the newest said first.", graphql.FieldConfigArgument{"filter": arg(b.statementFilter, "What they must meet.")},
				func(c call[*node], same []graph.Ref) (*graph.List, error) {
					if c.args["filter"] == nil {
						return linksOf(c.view, same, vocab.Said, graph.Out).NewestFirst(), nil
					}
					l, err := statementList(c.ctx, c.view, c.args["filter"], same)
					if err != nil {
						return nil, err
					}
					return l.NewestFirst(), nil
				}),
			"stances": fieldOf(nonNull(b.connection(b.objects[vocab.Stance], "Stance")), "The positions it holds, in the order of time.", pageArgs(graphql.FieldConfigArgument{"target": arg(graphql.ID, "Only on it.")}),
				func(c call[*node]) ([]any, error) {
					target, given, err := one(c.ctx, c.view, c.args, "target", false)
					if err != nil {
						return nil, err
					}
					return pagesOfSame(c, func(same []graph.Ref) (*graph.List, error) {
						l := linksOf(c.view, same, vocab.Holds, graph.Out)
						switch {
						case given && target == nil:
							return none(c.view), nil
						case given:
							keepLinked(c.view, l, []graph.Ref{target.Ref}, graph.Way{Kind: vocab.Toward, Dir: graph.Out})
						}
						return l, nil
					})
				}),
		}
	case vocab.Topic:
		return graphql.Fields{"statements": b.statementsOf("What was said about it, the oldest said first.", nil, func(c call[*node], n *node) (*graph.List, error) {
			return c.view.LinkList(n.Ref, graph.Shown, vocab.About, graph.In).KeepKind(vocab.Statement), nil
		})}
	case vocab.Event:
		return graphql.Fields{"responses": b.statementsOf("The statements that answer it, the oldest said first.", nil, func(c call[*node], n *node) (*graph.List, error) {
			return c.view.LinkList(n.Ref, graph.Shown, vocab.RespondsTo, graph.In).KeepKind(vocab.Statement), nil
		})}
	case vocab.Source:
		return graphql.Fields{"statements": fieldOf(nonNull(b.connection(b.objects[vocab.Statement], "Statement")), "The statements that stand in it, the oldest said first.", pageArgs(nil), sourceStatements)}
	case vocab.Capture:
		return graphql.Fields{
			"length": fieldOf(nonNull(graphql.Int), "Of the text, in code points.", nil, func(c call[*node]) ([]any, error) {
				texts, err := c.view.Texts(c.ctx, refs(c.of))
				return each(texts, func(t *cut.Text) any { return t.Len() }), err
			}),
			"part": fieldOf(nonNull(b.span), "A part of the text; what reaches beyond an end of the text is left out.", graphql.FieldConfigArgument{
				"start": arg(graphql.NewNonNull(graphql.Int), "Its first code point."),
				"end":   arg(graphql.NewNonNull(graphql.Int), "The code point behind its last."),
			}, part),
		}
	case vocab.Review:
		return graphql.Fields{"reviewer": fieldOf(nonNull(b.objects[vocab.Speaker]), "Whose verdict it is.", nil, endField(reviewerOf))}
	case vocab.Statement:
		return b.statementFields()
	case vocab.Claim:
		return b.claimFields()
	}
	return nil
}

func (b *builder) statementsOf(doc string, args graphql.FieldConfigArgument, listOf func(call[*node], *node) (*graph.List, error)) *graphql.Field {
	return fieldOf(nonNull(b.connection(b.objects[vocab.Statement], "Statement")), doc, pageArgs(args), func(c call[*node]) ([]any, error) {
		return pages(c, func(n *node) (*graph.List, error) { return listOf(c, n) })
	})
}

// statementsOfSame is statementsOf for speakers, each with those that are judged
// to be the same.
func (b *builder) statementsOfSame(doc string, args graphql.FieldConfigArgument, listOf func(call[*node], []graph.Ref) (*graph.List, error)) *graphql.Field {
	return fieldOf(nonNull(b.connection(b.objects[vocab.Statement], "Statement")), doc, pageArgs(args), func(c call[*node]) ([]any, error) {
		return pagesOfSame(c, func(same []graph.Ref) (*graph.List, error) { return listOf(c, same) })
	})
}

func pagesOfSame(c call[*node], listOf func([]graph.Ref) (*graph.List, error)) ([]any, error) {
	same, err := c.view.Identities(c.ctx, refs(c.of))
	if err != nil {
		return nil, err
	}
	i := -1
	return pages(c, func(*node) (*graph.List, error) {
		i++
		return listOf(same[i])
	})
}

// linksOf is the list of what is linked to nodes that are one.
func linksOf(v *graph.View, same []graph.Ref, kind vocab.EdgeKind, dir graph.Direction) *graph.List {
	if len(same) == 1 {
		return v.LinkList(same[0], graph.Shown, kind, dir) // its length is kept
	}
	return v.LinkUnion(same, graph.Shown, kind, dir)
}

// part answers with a window of a text.
func part(c call[*node]) ([]any, error) {
	start, _ := c.args["start"].(int)
	end, _ := c.args["end"].(int)
	if start >= end {
		return nil, graph.Invalidf("part: nothing stands from %d to %d", start, end)
	}
	texts, err := c.view.Texts(c.ctx, refs(c.of))
	if err != nil {
		return nil, err
	}
	out := make([]any, len(c.of))
	for i, t := range texts {
		within := func(n int) int { return max(0, min(n, t.Len())) }
		if within(start) == within(end) {
			out[i] = graph.Invalidf("part: the text has %d code points, none of them from %d to %d", t.Len(), start, end)
			continue
		}
		s, err := t.At(within(start), within(end))
		if err != nil {
			return nil, err
		}
		out[i] = &span{graph.Span{Capture: c.of[i].ID, Span: s}, c.view}
	}
	return out, nil
}

func sourceStatements(c call[*node]) ([]any, error) {
	captures, err := c.view.Links(c.ctx, refs(c.of), graph.Shown, graph.Way{Kind: vocab.CaptureOf, Dir: graph.In})
	if err != nil {
		return nil, err
	}
	i := -1
	return pages(c, func(*node) (*graph.List, error) {
		i++
		return c.view.LinkUnion(others(captures[i]), graph.Shown, vocab.QuotedIn, graph.In), nil
	})
}

// firstOf returns the first of each node's others, 0 where it has none.
func firstOf(each [][]graph.Link) []graph.Ref {
	out := make([]graph.Ref, len(each))
	for i, ls := range each {
		if len(ls) > 0 {
			out[i] = ls[0].Other
		}
	}
	return out
}

func others(links []graph.Link) []graph.Ref {
	out := make([]graph.Ref, len(links))
	for i, l := range links {
		out[i] = l.Other
	}
	return out
}

// statementList is the list of the statements that meet a filter; those of the
// speakers that are one where any are given. One member of the filter gives the list, the
// others are compared.
func statementList(ctx context.Context, v *graph.View, filter any, speaker []graph.Ref) (*graph.List, error) {
	f, _ := filter.(map[string]any)
	within, err := dateRange(f["said"])
	if err != nil {
		return nil, err
	}
	type member struct {
		refs []graph.Ref
		kind vocab.EdgeKind
		dir  graph.Direction // as seen from refs
	}
	var members []member
	for _, m := range []struct {
		name string
		kind vocab.EdgeKind
		dir  graph.Direction
	}{{"claim", vocab.Expresses, graph.In}, {"source", vocab.QuotedIn, graph.In}, {"speaker", vocab.Said, graph.Out}, {"topic", vocab.About, graph.In}} {
		list, given := f[m.name].([]any)
		if !given {
			continue
		}
		refs, err := refsOf(ctx, v, m.name, list)
		if err != nil {
			return nil, err
		}
		switch m.name {
		case "speaker":
			if refs, err = identity(ctx, v, refs); err != nil {
				return nil, err
			}
		case "source":
			links, err := v.Links(ctx, refs, graph.Shown, graph.Way{Kind: vocab.CaptureOf, Dir: graph.In})
			if err != nil {
				return nil, err
			}
			refs = nil
			for _, ls := range links {
				refs = append(refs, others(ls)...)
			}
		}
		members = append(members, member{refs, m.kind, m.dir})
	}
	if len(speaker) > 0 {
		members = append(members, member{speaker, vocab.Said, graph.Out})
	}
	l := v.All(vocab.Statement)
	if len(members) > 0 {
		best, fewest := 0, int64(-1)
		for i, m := range members {
			degrees, err := v.Degrees(ctx, m.refs, graph.Shown, m.kind, m.dir)
			if err != nil {
				return nil, err
			}
			var n int64
			for _, d := range degrees {
				n += d
			}
			if fewest < 0 || n < fewest {
				best, fewest = i, n
			}
		}
		m := members[best]
		l = linksOf(v, m.refs, m.kind, m.dir)
		if m.kind == vocab.About {
			l.KeepKind(vocab.Statement)
		}
		for i, m := range members {
			if i != best {
				keepLinked(v, l, m.refs, graph.Way{Kind: m.kind, Dir: 1 - m.dir})
			}
		}
	}
	return keepValues(v, l.Within(within), "mode", stringsArg(f, "mode")), nil
}

// refsOf returns the numbers of the ids that are on record.
func refsOf(ctx context.Context, v *graph.View, name string, list []any) ([]graph.Ref, error) {
	ids := make([]graph.ID, len(list))
	for i, x := range list {
		s, _ := x.(string)
		id, err := graph.ParseID(s)
		if err != nil {
			return nil, graph.Invalidf("%s: %w", name, err)
		}
		ids[i] = id
	}
	refs, err := v.Refs(ctx, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(refs, func(r graph.Ref) bool { return r == 0 }), nil
}

func (b *builder) statementFields() graphql.Fields {
	spans := func(doc, name string) *graphql.Field {
		return fieldOf(list(b.span), doc, nil, func(c call[*node]) ([]any, error) {
			return quoted(c, func(es []*graph.Edge) any {
				out := []any{}
				for _, e := range es {
					out = append(out, spansIn(c.view, e.Spans(name))...)
				}
				return out
			})
		})
	}
	first := func(doc, name string) *graphql.Field {
		return fieldOf(b.span, doc, nil, func(c call[*node]) ([]any, error) {
			return quoted(c, func(es []*graph.Edge) any {
				for _, e := range es {
					if s := e.Spans(name); len(s) > 0 {
						return &span{s[0], c.view}
					}
				}
				return nil
			})
		})
	}
	return graphql.Fields{
		"words": fieldOf(graphql.String, "The speaker's own words only: what is quoted, without the editor's insertions; null for INDIRECT, SPEECH_ACT and HEADLINE.", nil, words),
		"quotedIn": fieldOf(list(b.span), "Every place where it stands.", nil, func(c call[*node]) ([]any, error) {
			return quoted(c, func(es []*graph.Edge) any {
				out := []any{}
				for _, e := range es {
					out = append(out, spansIn(c.view, append(slices.Clip(e.Spans("content")), e.Spans("repeated")...))...)
				}
				return out
			})
		}),
		"quotations":       spans("The places inside quotation marks.", "quotations"),
		"insertions":       spans("The editor's words inside a quotation.", "insertions"),
		"nestedQuotations": spans("Quotation marks inside a quotation.", "nested"),
		"narration":        spans("The narrator's own colouring around it, not the speaker's words.", "narration"),
		"cue":              first("The word that reports it: said, warned.", "cue"),
		"mention":          first("How the source names the speaker here: the Leader.", "mention"),
		"source": fieldOf(b.objects[vocab.Source], "What it stands in first.", nil, func(c call[*node]) ([]any, error) {
			captures, err := c.view.Links(c.ctx, refs(c.of), graph.Shown, graph.Way{Kind: vocab.QuotedIn, Dir: graph.Out})
			if err != nil {
				return nil, err
			}
			sources, err := c.view.Others(c.ctx, firstOf(captures), graph.Shown, graph.Way{Kind: vocab.CaptureOf, Dir: graph.Out})
			return each(sources, func(ns []*graph.Node) any {
				if len(ns) == 0 {
					return nil
				}
				return wrap(c.view, ns[0])
			}), err
		}),
	}
}

// quoted answers by the edges that say where statements stand.
func quoted(c call[*node], answer func([]*graph.Edge) any) ([]any, error) {
	lists, err := quotedEdges(c)
	return each(lists, func(es []*graph.Edge) any { return answer(es) }), err
}

func quotedEdges(c call[*node]) ([][]*graph.Edge, error) {
	links, err := c.view.Links(c.ctx, refs(c.of), graph.Shown, graph.Way{Kind: vocab.QuotedIn, Dir: graph.Out})
	if err != nil {
		return nil, err
	}
	var refs []graph.Ref
	for _, ls := range links {
		for _, l := range ls {
			refs = append(refs, l.Edge)
		}
	}
	edges, err := c.view.Edges(c.ctx, refs)
	if err != nil {
		return nil, err
	}
	out := make([][]*graph.Edge, len(links))
	for i, ls := range links {
		out[i], edges = edges[:len(ls):len(ls)], edges[len(ls):]
	}
	return out, nil
}

// words answers with the words between the quotation marks that are the
// statement's, without what an editor put in. Fragments are joined by " … ".
func words(c call[*node]) ([]any, error) {
	lists, err := quotedEdges(c)
	if err != nil {
		return nil, err
	}
	first := make([]graph.Ref, len(c.of))
	for i, es := range lists {
		if len(es) > 0 {
			first[i] = es[0].ToRef
		}
	}
	texts, err := c.view.Texts(c.ctx, first)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(c.of))
	for i, n := range c.of {
		mode := n.Text("mode")
		if len(lists[i]) == 0 || n.Redacted || !slices.Contains([]string{"DIRECT", "PARTIAL", "TRANSCRIPT"}, mode) {
			continue
		}
		e := lists[i][0]
		content, remove := bare(e.Spans("content")), bare(e.Spans("insertions"))
		if mode != "PARTIAL" {
			out[i] = cut.Cut(texts[i], content, remove)
			continue
		}
		var parts []string
		for _, q := range bare(e.Spans("quotations")) {
			parts = append(parts, cut.Cut(texts[i], []cut.Span{q}, remove))
		}
		out[i] = strings.Join(parts, " … ")
	}
	return out, nil
}

func bare(list []graph.Span) []cut.Span {
	out := make([]cut.Span, len(list))
	for i, s := range list {
		out[i] = s.Span
	}
	return out
}

func (b *builder) claimFields() graphql.Fields {
	number := func(doc string, pick func(statements, utterances, sources int) int) *graphql.Field {
		return fieldOf(nonNull(graphql.Int), doc, nil, func(c call[*node]) ([]any, error) {
			counts, err := occurrences(c)
			return each(counts, func(n [3]int) any { return pick(n[0], n[1], n[2]) }), err
		})
	}
	return graphql.Fields{
		"resolution": fieldOf(b.enums["Resolution"], "What became of a prediction or a commitment, by the newest review that says so; null for other claims.", nil, func(c call[*node]) ([]any, error) {
			got, err := resolutions(c.ctx, c.view, refs(c.of))
			if err != nil {
				return nil, err
			}
			out := make([]any, len(got))
			for i, n := range c.of {
				if t := n.Text("type"); t == "PREDICTION" || t == "COMMITMENT" {
					out[i] = got[i]
				}
			}
			return out, nil
		}),
		"statements": b.statementsOf("The statements that put it forward, the oldest said first.", graphql.FieldConfigArgument{
			"polarity": arg(b.enums["Polarity"], "Only those that do this with it."),
		}, func(c call[*node], n *node) (*graph.List, error) {
			l := c.view.LinkList(n.Ref, graph.Shown, vocab.Expresses, graph.In)
			if p, ok := c.args["polarity"].(string); ok {
				l.Keep(func(it *graph.Item) bool { return it.Link.First() == p })
			}
			return l, nil
		}),
		"statementCount": fieldOf(nonNull(graphql.Int), "How often it is repeated: the statements that put it forward.", nil, func(c call[*node]) ([]any, error) {
			n, err := c.view.Degrees(c.ctx, refs(c.of), graph.Shown, vocab.Expresses, graph.In)
			return each(n, func(n int64) any { return int(n) }), err
		}),
		"utteranceCount": number("How often it was said: statements, renderings of one utterance counted once.", func(_, n, _ int) int { return n }),
		"sourceCount":    number("How often it was printed: the sources of those statements.", func(_, _, n int) int { return n }),
	}
}

// occurrences counts the statements, utterances and sources of claims.
func occurrences(c call[*node]) ([][3]int, error) {
	links, err := c.view.Links(c.ctx, refs(c.of), graph.Shown, graph.Way{Kind: vocab.Expresses, Dir: graph.In})
	if err != nil {
		return nil, err
	}
	var statements []graph.Ref
	for _, ls := range links {
		statements = append(statements, others(ls)...)
	}
	renders, err := c.view.Links(c.ctx, statements, graph.Shown, graph.Way{Kind: vocab.Renders, Dir: graph.Both})
	if err != nil {
		return nil, err
	}
	quotedIn, err := c.view.Links(c.ctx, statements, graph.Shown, graph.Way{Kind: vocab.QuotedIn, Dir: graph.Out})
	if err != nil {
		return nil, err
	}
	var captures []graph.Ref
	for _, ls := range quotedIn {
		captures = append(captures, others(ls)...)
	}
	captureOf, err := c.view.Links(c.ctx, captures, graph.Shown, graph.Way{Kind: vocab.CaptureOf, Dir: graph.Out})
	if err != nil {
		return nil, err
	}
	out := make([][3]int, len(c.of))
	for i, ls := range links {
		same := make(map[graph.Ref]graph.Ref) // renderings of one utterance lead to one of them
		var root func(graph.Ref) graph.Ref
		root = func(r graph.Ref) graph.Ref {
			if p, ok := same[r]; ok && p != r {
				return root(p)
			}
			return r
		}
		sources := make(map[graph.Ref]bool)
		for j, l := range ls {
			for _, x := range renders[j] {
				same[root(l.Other)] = root(x.Other)
			}
			for range quotedIn[j] {
				for _, x := range captureOf[0] {
					sources[x.Other] = true
				}
				captureOf = captureOf[1:]
			}
		}
		utterances := make(map[graph.Ref]bool)
		for _, l := range ls {
			utterances[root(l.Other)] = true
		}
		renders, quotedIn = renders[len(ls):], quotedIn[len(ls):]
		out[i] = [3]int{len(ls), len(utterances), len(sources)}
	}
	return out, nil
}

// resolutions returns what reviews say became of claims: the newest that says
// so, OPEN where none does.
func resolutions(ctx context.Context, v *graph.View, claims []graph.Ref) ([]string, error) {
	reviews, err := v.Others(ctx, claims, graph.Shown, graph.Way{Kind: vocab.Reviews, Dir: graph.In})
	if err != nil {
		return nil, err
	}
	out := make([]string, len(claims))
	for i, rs := range reviews {
		out[i] = "OPEN"
		for _, r := range rs { // in the order of time
			if s := r.Text("resolution"); s != "" {
				out[i] = s
			}
		}
	}
	return out, nil
}
