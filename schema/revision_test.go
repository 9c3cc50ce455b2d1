package schema_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

func engineOf(t *testing.T) *engine.Engine {
	t.Helper()
	types, err := schema.Build(schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(types, engine.Options{Cost: schema.Cost(types), OnInternal: func(_ context.Context, _ string, err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func put(kind vocab.NodeKind, name string, p graph.Props) graph.Change {
	return graph.Put(&graph.Node{ID: graphtest.ID(name), Kind: kind, Props: p})
}

func write(t *testing.T, rec *graph.Record, changes ...graph.Change) {
	t.Helper()
	if _, err := rec.Write(context.Background(), graph.Revision{Agent: "a", Method: "human", Reason: "r", Changes: changes}); err != nil {
		t.Fatal(err)
	}
}

// TestChanges pages through what one revision did.
func TestChanges(t *testing.T) {
	t.Parallel()
	rec, e := graphtest.Open(t), engineOf(t)
	var all []graph.Change
	for i := range 7 {
		all = append(all, put(vocab.Topic, fmt.Sprint(i), graph.Props{"name": fmt.Sprint(i)}))
	}
	write(t, rec, all...)
	v := graphtest.View(t, rec)
	page := func(args string) (names, first, last string, next, prev bool, failed string) {
		t.Helper()
		q := fmt.Sprintf(`{ topics(first: 1) { nodes { history { nodes { changes(%s) { totalCount nodes { node { label } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } } } } } }`, args)
		var out struct {
			Data struct {
				Topics struct {
					Nodes []struct {
						History struct {
							Nodes []struct {
								Changes struct {
									TotalCount int
									Nodes      []struct{ Node struct{ Label string } }
									PageInfo   struct {
										StartCursor, EndCursor       string
										HasNextPage, HasPreviousPage bool
									}
								}
							}
						}
					}
				}
			}
			Errors []struct{ Message string }
		}
		b := e.Do(t.Context(), engine.Request{Query: q, Root: schema.Root(v)}).AppendJSON(nil)
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatal(err)
		}
		if len(out.Errors) > 0 {
			return "", "", "", false, false, out.Errors[0].Message
		}
		c := out.Data.Topics.Nodes[0].History.Nodes[0].Changes
		for _, n := range c.Nodes {
			names += n.Node.Label
		}
		if c.TotalCount != 7 {
			t.Errorf("%s: %d in all", args, c.TotalCount)
		}
		return names, c.PageInfo.StartCursor, c.PageInfo.EndCursor, c.PageInfo.HasNextPage, c.PageInfo.HasPreviousPage, ""
	}
	var got string
	for after := ""; ; {
		names, _, last, next, prev, _ := page(`first: 3` + after)
		if prev != (after != "") {
			t.Errorf("%s%s: a page before: %v", got, after, prev)
		}
		if got += names + "|"; !next {
			break
		}
		after = `, after: "` + last + `"`
	}
	if got != "012|345|6|" {
		t.Errorf("forward: %s", got)
	}
	got = ""
	for before := ""; ; {
		names, first, _, _, prev, _ := page(`last: 3` + before)
		if got += names + "|"; !prev {
			break
		}
		before = `, before: "` + first + `"`
	}
	if got != "456|123|0|" {
		t.Errorf("backward: %s", got)
	}
	for args, want := range map[string]string{`first: 501`: "500", `after: "x"`: "no cursor of this list", `before: "c2VxOjE"`: "no cursor of this list", `first: -1`: "-1"} {
		if _, _, _, _, _, failed := page(args); !strings.Contains(failed, want) {
			t.Errorf("%s: %q, want %q", args, failed, want)
		}
	}
}
