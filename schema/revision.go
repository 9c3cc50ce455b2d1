package schema

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// logged is a log entry in an answer. Its view shows it, and maybe more.
type logged struct {
	*graph.Logged
	view  *graph.View
	of    graph.Ref        // the node that it is seen from; 0 for none
	kinds []vocab.NodeKind // that its node is looked for among, where it is seen from none
}

func (l *logged) readFrom() *graph.View { return l.view }

func (b *builder) revisionFields() graphql.Fields {
	return graphql.Fields{
		"seq":    plain(nonNull(graphql.Int), "Its place in the log.", func(l *logged) any { return int(l.Seq) }),
		"time":   plain(nonNull(b.dateTime), "When it was recorded.", func(l *logged) any { return l.Time }),
		"agent":  plain(nonNull(graphql.String), "Who made it.", func(l *logged) any { return l.Agent }),
		"method": plain(nonNull(graphql.String), "How: human, rule:NAME, model:NAME@VERSION, import:FORMAT.", func(l *logged) any { return l.Method }),
		"reason": plain(graphql.String, "Why.", func(l *logged) any { return orNil(l.Reason) }),
		"node": fieldOf(b.node, "The node, as the revision left it: the one whose history this is, or that is subscribed to. "+
			"Where there is none, the first node that the revision changed, of the kinds asked for; null where it changed none.", nil, seenFrom),
		"changes": fieldOf(nonNull(b.changeConnection()), "What it did, step by step.", pageArgs(nil), changes),
	}
}

// seenFrom answers with the nodes that revisions are seen from: the versions of
// a history, and the nodes of a revision that is followed, which the revision
// need not have changed, since it may have changed an edge at them.
func seenFrom(c call[*logged]) ([]any, error) {
	out := make([]any, len(c.of))
	var which []graph.Version
	var standing []graph.Ref
	for i, l := range c.of {
		switch {
		case l.of == 0:
			v := c.view.AsLeftBy(l.Logged)
			n, err := v.FirstNode(c.ctx, l.Logged, l.kinds...)
			if err != nil {
				return nil, err
			}
			out[i] = wrap(v, n)
		case l.Seq == c.view.Head().Seq:
			standing = append(standing, l.of)
		default:
			which = append(which, graph.Version{Ref: l.of, Seq: l.Seq})
		}
	}
	things, err := c.view.Things(c.ctx, which)
	if err != nil {
		return nil, err
	}
	nodes, err := c.view.Nodes(c.ctx, standing)
	if err != nil {
		return nil, err
	}
	for i, l := range c.of {
		switch {
		case l.of == 0:
		case l.Seq == c.view.Head().Seq:
			out[i], nodes = wrap(c.view, nodes[0]), nodes[1:]
		default:
			out[i], things = wrap(things[0].View, things[0].Node), things[1:]
		}
	}
	return out, nil
}

// change is one step of a revision in an answer.
type change struct {
	graph.Thing
	op     graph.Op
	cursor string
}

func (x *change) readFrom() *graph.View { return x.View }

func (b *builder) changeConnection() *graphql.Object {
	if c := b.connections["Change"]; c != nil {
		return c
	}
	docs := []string{"Wrote it, whole.", "Hid it from the present.", "Dropped its texts, in all of its versions."}
	action := enum("ChangeAction", "What a revision did to a node or an edge.", []any{"PUT", "RETRACT", "REDACT"}, func(i int) string { return docs[i] })
	step := graphql.NewObject(graphql.ObjectConfig{
		Name: "Change", Description: "What a revision did to one node or edge.",
		Fields: graphql.FieldsThunk(func() graphql.Fields {
			return graphql.Fields{
				"action": plain(nonNull(action), "What was done.", func(x *change) any {
					switch x.op {
					case graph.Retract:
						return "RETRACT"
					case graph.Redact:
						return "REDACT"
					}
					return "PUT"
				}),
				"node": plain(b.node, "The node, as the revision left it; null where it is an edge.", func(x *change) any { return wrap(x.View, x.Node) }),
				"edge": plain(b.edge, "The edge, as the revision left it; null where it is a node.", func(x *change) any {
					if x.Edge == nil {
						return nil
					}
					return &edge{x.Edge, x.View}
				}),
			}
		}),
	})
	return itemConnection(b, "Change", step, func(x *change) string { return x.cursor }, func(p *page) []*change { return p.changes })
}

func changeCursor(i int) string {
	return base64.RawURLEncoding.EncodeToString([]byte("change:" + strconv.Itoa(i)))
}

func cursorChange(field, cursor string) (int, error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	rest, ok := strings.CutPrefix(string(b), "change:")
	i, err2 := strconv.Atoi(rest)
	if err != nil || !ok || err2 != nil || i < 0 {
		return 0, graph.Invalidf("%s: %.80q is no cursor of this list; take one from an answer", field, cursor)
	}
	return i, nil
}

// changes pages through what revisions did. The pages of all are read together.
func changes(c call[*logged]) ([]any, error) {
	p := pageOf(c.args)
	size, err := p.Size()
	if err != nil {
		return nil, err
	}
	from, to := 0, int(^uint(0)>>1)
	if p.After != "" {
		if from, err = cursorChange("after", p.After); err != nil {
			return nil, err
		}
		from++
	}
	if p.Before != "" {
		if to, err = cursorChange("before", p.Before); err != nil {
			return nil, err
		}
	}
	var which []graph.Version
	pages := make([]*page, len(c.of))
	for i, l := range c.of {
		n := len(l.Changes)
		end := min(to, n)
		start := min(from, end)
		if p.Last != nil {
			start = max(start, end-size)
		} else {
			end = min(end, start+size)
		}
		pages[i] = &page{
			view: c.view, found: &graph.Found{HasPrev: start > 0, HasNext: end < n},
			count: func(call[*page]) (int64, error) { return int64(n), nil },
		}
		for j := start; j < end; j++ {
			x := &change{op: l.Changes[j].Op, cursor: changeCursor(j)}
			pages[i].found.Items = append(pages[i].found.Items, graph.Item{Cursor: x.cursor})
			pages[i].changes = append(pages[i].changes, x)
			which = append(which, graph.Version{Ref: l.Changes[j].Ref, Seq: l.Seq})
		}
	}
	things, err := c.view.Things(c.ctx, which)
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		for i := range p.changes {
			p.changes[i].Thing, things = things[0], things[1:]
		}
	}
	return each(pages, func(p *page) any { return p }), nil
}
