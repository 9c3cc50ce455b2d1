package schema

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// query is the root type. Its object is a view.
func (b *builder) query() *graphql.Object {
	b.queryType = graphql.NewObject(graphql.ObjectConfig{
		Name: "Query", Description: "What can be asked of the record.",
		Fields: graphql.FieldsThunk(b.queryFields),
	})
	return b.queryType
}

// ask declares a field of the root.
func ask(t graphql.Output, doc string, args graphql.FieldConfigArgument, answer func(ctx context.Context, v *graph.View, args map[string]any) (any, error)) *graphql.Field {
	return fieldOf(t, doc, args, func(c call[*graph.View]) ([]any, error) {
		got, err := answer(c.ctx, c.view, c.args)
		if err != nil {
			return nil, err
		}
		out := make([]any, len(c.of))
		for i := range out {
			out[i] = got
		}
		return out, nil
	})
}

// lists declares a connection of the root.
func (b *builder) lists(kind vocab.NodeKind, doc string, args graphql.FieldConfigArgument, listOf func(ctx context.Context, v *graph.View, args map[string]any) (*graph.List, error)) *graphql.Field {
	t := nonNull(b.connection(b.objects[kind], kind.Node().Type))
	return fieldOf(t, doc, pageArgs(args), func(c call[*graph.View]) ([]any, error) {
		return pages(c, func(v *graph.View) (*graph.List, error) { return listOf(c.ctx, v, c.args) })
	})
}

func arg(t graphql.Input, doc string) *graphql.ArgumentConfig {
	return &graphql.ArgumentConfig{Type: t, Description: doc}
}

func listArg(t graphql.Type, doc string) *graphql.ArgumentConfig {
	return arg(graphql.NewList(graphql.NewNonNull(t)), doc)
}

func (b *builder) queryFields() graphql.Fields {
	id := graphql.NewNonNull(graphql.ID)
	fields := graphql.Fields{
		"record": ask(nonNull(b.recordInfo()), "The state of the record.", nil, b.record),
		"node": ask(b.node, "The node with an id; null where there is none.", graphql.FieldConfigArgument{"id": arg(id, "Its UUID.")},
			func(ctx context.Context, v *graph.View, args map[string]any) (any, error) {
				ns, err := nodesByID(ctx, v, []any{args["id"]})
				if err != nil {
					return nil, err
				}
				return wrap(v, ns[0]), nil
			}),
		"nodes": ask(nonNull(graphql.NewList(b.node)), "The nodes with ids, in their order; null for each that there is none of.", graphql.FieldConfigArgument{"ids": arg(graphql.NewNonNull(graphql.NewList(id)), "Their UUIDs.")},
			func(ctx context.Context, v *graph.View, args map[string]any) (any, error) {
				ids, _ := args["ids"].([]any)
				if len(ids) > graph.MaxPage {
					return nil, graph.Invalidf("ids: %d of them, at most %d", len(ids), graph.MaxPage)
				}
				ns, err := nodesByID(ctx, v, ids)
				if err != nil {
					return nil, err
				}
				return each(ns, func(n *graph.Node) any { return wrap(v, n) }), nil
			}),
		"statements": b.lists(vocab.Statement, "Statements, the oldest said first.", graphql.FieldConfigArgument{"filter": arg(b.statementFilter, "What they must meet.")},
			func(ctx context.Context, v *graph.View, args map[string]any) (*graph.List, error) {
				return statementList(ctx, v, args["filter"], nil)
			}),
		"speakers": b.lists(vocab.Speaker, "Speakers, as they were recorded.", graphql.FieldConfigArgument{
			"name": arg(graphql.String, "Any of their names, or its beginning, or that of one of its words; case and accents do not matter."),
			"type": listArg(b.enums["SpeakerType"], "Only these types."),
		}, func(ctx context.Context, v *graph.View, args map[string]any) (*graph.List, error) {
			return keepValues(v, named(v, vocab.Speaker, args), "type", stringsArg(args, "type")), nil
		}),
		"topics": b.lists(vocab.Topic, "Topics, as they were recorded.", graphql.FieldConfigArgument{
			"name": arg(graphql.String, "Its beginning, or that of one of its words; case and accents do not matter."),
		}, func(ctx context.Context, v *graph.View, args map[string]any) (*graph.List, error) {
			return named(v, vocab.Topic, args), nil
		}),
		"claims": b.lists(vocab.Claim, "Claims, as they were recorded.", graphql.FieldConfigArgument{
			"type":  listArg(b.enums["ClaimType"], "Only these types."),
			"topic": arg(graphql.ID, "Only those about it."),
		}, claimList),
		"events": b.lists(vocab.Event, "Events in the order of time, the undated last.", graphql.FieldConfigArgument{
			"when":        arg(b.dateRange, "Only those certainly within it."),
			"participant": arg(graphql.ID, "Only those that this speaker took part in."),
		}, eventList),
		"stances": b.lists(vocab.Stance, "Stances in the order of time, the undated last.", graphql.FieldConfigArgument{
			"holder":   arg(graphql.ID, "Only this speaker's."),
			"target":   arg(graphql.ID, "Only those on it."),
			"polarity": listArg(b.enums["StancePolarity"], "Only these."),
		}, stanceList),
		"sources": b.lists(vocab.Source, "Sources in the order of publication, the undated last.", graphql.FieldConfigArgument{
			"publisher": arg(graphql.ID, "Only this speaker's."),
		}, sourceList),
		"agreements": b.lists(vocab.Agreement, "Agreements in the order of time.", nil, all(vocab.Agreement)),
		"places":     b.lists(vocab.Place, "Places, as they were recorded.", nil, all(vocab.Place)),
		"reviews":    b.lists(vocab.Review, "Reviews in the order of time.", nil, all(vocab.Review)),
		"predictions": b.lists(vocab.Claim, "Predictions and commitments, as they were recorded.", graphql.FieldConfigArgument{
			"speaker":    arg(graphql.ID, "Only those that this speaker asserted."),
			"resolution": listArg(b.enums["Resolution"], "Only what became of them so."),
		}, predictionList),
		"search":   b.searchField(),
		"timeline": b.timelineField(),
		"newest":   b.newestField(),
		"contradictions": fieldOf(nonNull(b.contradictionConnection()), "Pairs of statements whose claims cannot both hold.", pageArgs(graphql.FieldConfigArgument{
			"speaker": arg(graphql.ID, "Only where one of the two is this speaker's."),
			"claim":   arg(graphql.ID, "Only where one of the claims is this."),
			"status":  b.statusArg(),
		}), contradictions),
		"queue": b.queue(),
		"gaps": fieldOf(nonNull(b.gapConnection()), "What is not known.", pageArgs(graphql.FieldConfigArgument{
			"of":   arg(graphql.ID, "Only of it and of what it is directly linked to."),
			"kind": listArg(b.enums["GapKind"], "Only these kinds."),
		}), gaps),
		"neighborhood": ask(nonNull(b.subgraph), "What lies around nodes, nearest first.", graphql.FieldConfigArgument{
			"of":    arg(graphql.NewNonNull(graphql.NewList(id)), "Where to begin."),
			"depth": {Type: graphql.Int, DefaultValue: 1, Description: "How many steps, 6 at most."},
			"kinds": listArg(b.edgeKind, "Along edges of these kinds only."),
			"limit": {Type: graphql.Int, DefaultValue: 200, Description: "At most so many nodes, 2000 at most."},
			"each": arg(graphql.Int, "At most so many new nodes by each node, in turn from each kind of edge; by a node that is given twice, twice as many. "+
				"Without it, the nearest first until the limit."),
			"without": listArg(b.nodeKind, "Not by way of nodes of these kinds, but for those that are given."),
			"status":  b.statusArg(),
		}, neighborhood),
		"path": ask(b.subgraph, "A shortest path between two nodes; null where there is none.", graphql.FieldConfigArgument{
			"from": arg(id, "One end."), "to": arg(id, "The other end."),
			"maxLength": {Type: graphql.Int, DefaultValue: 6, Description: "At most so many edges, 12 at most."},
			"kinds":     listArg(b.edgeKind, "Along edges of these kinds only."),
			"without":   listArg(b.nodeKind, "Not by way of nodes of these kinds."),
			"status":    b.statusArg(),
		}, path),
		"asOf": ask(nonNull(b.queryType), "The same questions, answered with what was on record then.", graphql.FieldConfigArgument{
			"time": arg(b.dateTime, "At this time of recording."),
			"seq":  arg(graphql.Int, "After this revision; 0 is before the first."),
		}, asOf),
	}
	for i := range vocab.Nodes {
		n := &vocab.Nodes[i]
		fields[strings.ToLower(n.Type[:1])+n.Type[1:]] = ask(b.objects[n.Kind], "The "+strings.ToLower(n.Type)+" with an id; null where there is none.",
			graphql.FieldConfigArgument{"id": arg(id, "Its UUID.")},
			func(ctx context.Context, v *graph.View, args map[string]any) (any, error) {
				ns, err := nodesByID(ctx, v, []any{args["id"]})
				if err != nil || ns[0] == nil || ns[0].Kind != n.Kind {
					return nil, err
				}
				return wrap(v, ns[0]), nil
			})
	}
	return fields
}

// nodesByID reads nodes; what is no id has none.
func nodesByID(ctx context.Context, v *graph.View, ids []any) ([]*graph.Node, error) {
	parsed := make([]graph.ID, len(ids))
	for i, x := range ids {
		s, _ := x.(string)
		if id, err := graph.ParseID(s); err == nil {
			parsed[i] = id
		}
	}
	return v.NodesByID(ctx, parsed)
}

// one reads the node that an argument names: nil where the argument is absent.
// What is no id is an error; an id that nothing has is one where must is set.
func one(ctx context.Context, v *graph.View, args map[string]any, name string, must bool) (*graph.Node, bool, error) {
	s, ok := args[name].(string)
	if !ok {
		return nil, false, nil
	}
	id, err := graph.ParseID(s)
	if err != nil {
		return nil, true, graph.Invalidf("%s: %w", name, err)
	}
	ns, err := v.NodesByID(ctx, []graph.ID{id})
	if err != nil {
		return nil, true, err
	}
	if ns[0] == nil && must {
		return nil, true, &graph.Error{Kind: graph.NotFound, Subject: name, Hint: "the id is well formed, and nothing on record has it"}
	}
	return ns[0], true, nil
}

// none is a list of nothing: of links of a node that is not there.
func none(v *graph.View) *graph.List { return v.LinkUnion(nil, graph.Shown, vocab.Said, graph.Out) }

func all(kind vocab.NodeKind) func(context.Context, *graph.View, map[string]any) (*graph.List, error) {
	return func(_ context.Context, v *graph.View, _ map[string]any) (*graph.List, error) { return v.All(kind), nil }
}

func named(v *graph.View, kind vocab.NodeKind, args map[string]any) *graph.List {
	if name, ok := args["name"].(string); ok {
		return v.Named(kind, name)
	}
	return v.All(kind)
}

// linkedOr is the list of what is linked to the node that an argument names, or
// all nodes of the kind where the argument is absent.
func linkedOr(ctx context.Context, v *graph.View, args map[string]any, name string, edge vocab.EdgeKind, dir graph.Direction, kind vocab.NodeKind) (*graph.List, error) {
	n, given, err := one(ctx, v, args, name, false)
	switch {
	case err != nil:
		return nil, err
	case !given:
		return v.All(kind), nil
	case n == nil:
		return none(v), nil
	}
	same, err := v.Identity(ctx, n)
	if err != nil {
		return nil, err
	}
	l := linksOf(v, same, edge, dir)
	if others := map[graph.Direction][]vocab.NodeKind{graph.Out: edge.Edge().To, graph.In: edge.Edge().From}[dir]; len(others) > 1 {
		l.KeepKind(kind)
	}
	return l, nil
}

// keepValues keeps the nodes of which a property has one of the values; all
// where no value is given.
func keepValues(v *graph.View, l *graph.List, property string, values []string) *graph.List {
	if len(values) == 0 {
		return l
	}
	return l.Filter(func(ctx context.Context, items []graph.Item) ([]bool, error) {
		nodes, err := v.Nodes(ctx, itemRefs(items))
		if err != nil {
			return nil, err
		}
		ok := make([]bool, len(items))
		for i, n := range nodes {
			ok[i] = n != nil && slices.Contains(values, n.Text(property))
		}
		return ok, nil
	})
}

func itemRefs(items []graph.Item) []graph.Ref {
	out := make([]graph.Ref, len(items))
	for i, it := range items {
		out[i] = it.Ref
	}
	return out
}

// keepLinked keeps the nodes that are linked along one of the ways to one of
// others.
func keepLinked(v *graph.View, l *graph.List, others []graph.Ref, ways ...graph.Way) *graph.List {
	return l.Filter(func(ctx context.Context, items []graph.Item) ([]bool, error) {
		links, err := v.Links(ctx, itemRefs(items), graph.Shown, ways...)
		if err != nil {
			return nil, err
		}
		ok := make([]bool, len(items))
		for i, ls := range links {
			ok[i] = slices.ContainsFunc(ls, func(l graph.Link) bool { return slices.Contains(others, l.Other) })
		}
		return ok, nil
	})
}

func dateRange(arg any) (edtf.Interval, error) {
	m, _ := arg.(map[string]any)
	from, _ := m["from"].(string)
	to, _ := m["to"].(string)
	return between(from, to)
}

func between(from, to string) (edtf.Interval, error) {
	var dates [2]edtf.Date
	for i, s := range []string{from, to} {
		if s == "" {
			continue
		}
		d, err := edtf.Parse(s)
		if err != nil {
			return edtf.Interval{}, graph.Invalidf("%s: %w", []string{"from", "to"}[i], err)
		}
		dates[i] = d
	}
	q, err := edtf.Between(dates[0], dates[1])
	if err != nil {
		return q, graph.Invalidf("%w", err)
	}
	return q, nil
}

func claimList(ctx context.Context, v *graph.View, args map[string]any) (*graph.List, error) {
	l, err := linkedOr(ctx, v, args, "topic", vocab.About, graph.In, vocab.Claim)
	if err != nil {
		return nil, err
	}
	return keepValues(v, l, "type", stringsArg(args, "type")), nil
}

func eventList(ctx context.Context, v *graph.View, args map[string]any) (*graph.List, error) {
	l, err := linkedOr(ctx, v, args, "participant", vocab.ParticipatedIn, graph.Out, vocab.Event)
	if err != nil {
		return nil, err
	}
	q, err := dateRange(args["when"])
	if err != nil {
		return nil, err
	}
	return l.Within(q), nil
}

func stanceList(ctx context.Context, v *graph.View, args map[string]any) (*graph.List, error) {
	l, err := linkedOr(ctx, v, args, "holder", vocab.Holds, graph.Out, vocab.Stance)
	if err != nil {
		return nil, err
	}
	target, given, err := one(ctx, v, args, "target", false)
	if err != nil {
		return nil, err
	}
	_, byHolder := args["holder"].(string)
	switch {
	case given && target == nil:
		return none(v), nil
	case given && byHolder:
		keepLinked(v, l, []graph.Ref{target.Ref}, graph.Way{Kind: vocab.Toward, Dir: graph.Out})
	case given:
		l = v.LinkList(target.Ref, graph.Shown, vocab.Toward, graph.In)
	}
	return keepValues(v, l, "polarity", stringsArg(args, "polarity")), nil
}

func sourceList(ctx context.Context, v *graph.View, args map[string]any) (*graph.List, error) {
	return linkedOr(ctx, v, args, "publisher", vocab.Published, graph.Out, vocab.Source)
}

func predictionList(ctx context.Context, v *graph.View, args map[string]any) (*graph.List, error) {
	speaker, given, err := one(ctx, v, args, "speaker", false)
	if err != nil {
		return nil, err
	}
	if given && speaker == nil {
		return none(v), nil
	}
	l := keepValues(v, v.All(vocab.Claim), "type", []string{"PREDICTION", "COMMITMENT"})
	if given {
		same, err := v.Identity(ctx, speaker)
		if err != nil {
			return nil, err
		}
		l.Filter(func(ctx context.Context, items []graph.Item) ([]bool, error) {
			speakers, err := claimants(ctx, v, itemRefs(items))
			if err != nil {
				return nil, err
			}
			ok := make([]bool, len(items))
			for i := range items {
				ok[i] = slices.ContainsFunc(speakers[i], func(r graph.Ref) bool { return slices.Contains(same, r) })
			}
			return ok, nil
		})
	}
	if want := stringsArg(args, "resolution"); len(want) > 0 {
		l.Filter(func(ctx context.Context, items []graph.Item) ([]bool, error) {
			got, err := resolutions(ctx, v, itemRefs(items))
			if err != nil {
				return nil, err
			}
			ok := make([]bool, len(items))
			for i, r := range got {
				ok[i] = slices.Contains(want, r)
			}
			return ok, nil
		})
	}
	return l, nil
}

// claimants returns who asserted each claim.
func claimants(ctx context.Context, v *graph.View, claims []graph.Ref) ([][]graph.Ref, error) {
	links, err := v.Links(ctx, claims, graph.Shown, graph.Way{Kind: vocab.Expresses, Dir: graph.In})
	if err != nil {
		return nil, err
	}
	var statements []graph.Ref
	for _, ls := range links {
		for _, l := range ls {
			statements = append(statements, l.Other)
		}
	}
	said, err := v.Links(ctx, statements, graph.Shown, graph.Way{Kind: vocab.Said, Dir: graph.In})
	if err != nil {
		return nil, err
	}
	out := make([][]graph.Ref, len(claims))
	for i, ls := range links {
		for j, l := range ls {
			if l.First() != "ASSERTS" {
				continue
			}
			for _, s := range said[j] {
				out[i] = append(out[i], s.Other)
			}
		}
		said = said[len(ls):]
	}
	return out, nil
}

func neighborhood(ctx context.Context, v *graph.View, args map[string]any) (any, error) {
	ids, _ := args["of"].([]any)
	var of []graph.Ref
	for _, x := range ids {
		n, _, err := one(ctx, v, map[string]any{"of": x}, "of", true)
		if err != nil {
			return nil, err
		}
		of = append(of, n.Ref)
	}
	depth, err := bounded(args, "depth", 0, graph.MaxDepth)
	if err != nil {
		return nil, err
	}
	limit, err := bounded(args, "limit", 1, graph.MaxSubgraph)
	if err != nil {
		return nil, err
	}
	each, without := limit, nodeKindsArg(args, "without")
	if args["each"] != nil {
		if each, err = bounded(args, "each", 1, limit); err != nil {
			return nil, err
		}
	}
	var g *graph.Subgraph
	if args["each"] == nil && len(without) == 0 {
		g, err = v.Neighborhood(ctx, of, depth, kindsArg(args, "kinds"), statuses(args), limit)
	} else {
		g, err = v.Spread(ctx, of, graph.Spread{Depth: depth, Each: each, Limit: limit, Kinds: kindsArg(args, "kinds"), Without: without, Which: statuses(args)})
	}
	if err != nil {
		return nil, err
	}
	return &subgraph{g, v}, nil
}

// maxPath is the longest path that is looked for.
const maxPath = 12

func path(ctx context.Context, v *graph.View, args map[string]any) (any, error) {
	from, _, err := one(ctx, v, args, "from", true)
	if err != nil {
		return nil, err
	}
	to, _, err := one(ctx, v, args, "to", true)
	if err != nil {
		return nil, err
	}
	length, err := bounded(args, "maxLength", 0, maxPath)
	if err != nil {
		return nil, err
	}
	g, err := v.PathAlong(ctx, from.Ref, to.Ref, length, graph.Along{Kinds: kindsArg(args, "kinds"), Without: nodeKindsArg(args, "without"), Which: statuses(args)})
	if g == nil || err != nil {
		return nil, err
	}
	return &subgraph{g, v}, nil
}

func bounded(args map[string]any, name string, low, high int) (int, error) {
	n, _ := args[name].(int)
	if n < low || n > high {
		return 0, graph.Invalidf("%s: %d is not between %d and %d", name, n, low, high)
	}
	return n, nil
}

func asOf(ctx context.Context, v *graph.View, args map[string]any) (any, error) {
	var at graph.At
	t, byTime := args["time"].(time.Time)
	seq, bySeq := args["seq"].(int)
	switch {
	case byTime == bySeq:
		return nil, graph.Invalidf("asOf: give either a time or a seq")
	case bySeq && seq < 0:
		return nil, graph.Invalidf("asOf: seq %d is before the record began, which is 0", seq)
	case byTime:
		at.Time = t
	case seq == 0:
		at.Time = time.Unix(0, 0).UTC()
	default:
		at.Seq = uint64(seq)
	}
	return v.AsOf(ctx, at)
}

// times returns when revisions were recorded. A page is often of one revision: its
// entry of the log, which names all that it changed, is read once.
func times(ctx context.Context, v *graph.View, seqs []uint64) ([]any, error) {
	once := slices.Compact(slices.Sorted(slices.Values(seqs)))
	logs, err := v.Log(ctx, once)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(seqs))
	for i, s := range seqs {
		at, _ := slices.BinarySearch(once, s)
		out[i] = logs[at].Time
	}
	return out, nil
}

type recordInfo struct {
	graph.Head
	totals graph.Totals
}

func (b *builder) record(ctx context.Context, v *graph.View, _ map[string]any) (any, error) {
	t, err := v.Totals(ctx)
	return &recordInfo{v.Head(), t}, err
}

func (b *builder) recordInfo() *graphql.Object {
	sum := func(n int, count int64) int { return n + int(count) }
	return graphql.NewObject(graphql.ObjectConfig{
		Name: "RecordInfo", Description: "The state of a record.",
		Fields: graphql.Fields{
			"seq": plain(nonNull(graphql.Int), "The newest revision.", func(r *recordInfo) any { return int(r.Seq) }),
			"time": plain(b.dateTime, "When it was recorded; null for an empty record.", func(r *recordInfo) any {
				if r.Time.IsZero() {
					return nil
				}
				return r.Time
			}),
			"rootHash": plain(nonNull(graphql.String), "The hash by which the newest revision commits to all before it.", func(r *recordInfo) any { return r.Root() }),
			"nodes": plain(nonNull(graphql.Int), "How many nodes there are.", func(r *recordInfo) any {
				n := 0
				for _, c := range r.totals.Nodes {
					n = sum(n, c)
				}
				return n
			}),
			"edges": plain(nonNull(graphql.Int), "How many edges there are, of every status.", func(r *recordInfo) any {
				n := 0
				for _, c := range r.totals.Edges {
					n = sum(n, c)
				}
				return n
			}),
			"version": plain(nonNull(graphql.String), "The program's.", func(*recordInfo) any { return b.opts.Version }),
		},
	})
}
