package schema_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

func speaker(name, called string) graph.Change {
	return put(vocab.Speaker, name, graph.Props{"type": "PERSON", "names": []graph.Name{{Value: called}}})
}

// six is a record of six revisions: Ann and a topic; Ann's new name; Bob; that
// Ann is a member of Bob; the topic's new name, and Bob's; the end of Ann.
func six(t *testing.T) *graph.Record {
	t.Helper()
	rec := graphtest.Open(t)
	write(t, rec, put(vocab.Topic, "war", graph.Props{"name": "War"}), speaker("ann", "Ann"))
	write(t, rec, speaker("ann", "Anna"))
	write(t, rec, speaker("bob", "Bob"))
	write(t, rec, graph.Connect(&graph.Edge{Kind: vocab.MemberOf, From: graphtest.ID("ann"), To: graphtest.ID("bob")}))
	write(t, rec, put(vocab.Topic, "war", graph.Props{"name": "Peace"}), speaker("bob", "Bobby"))
	write(t, rec, graph.Change{Op: graph.Retract, ID: graphtest.ID("ann")})
	return rec
}

// TestRevisions subscribes to a record of six revisions and compares what comes.
func TestRevisions(t *testing.T) {
	t.Parallel()
	rec, e := six(t), engineOf(t)
	ids := strings.NewReplacer("$ann", graphtest.ID("ann").String(), "$war", graphtest.ID("war").String(), "$bob", graphtest.ID("bob").String())
	for name, c := range map[string]struct {
		args, fields, last string
		want               []string // the answers' data, or the beginning of the refusal
	}{
		"all": {"after: 0, first: 6", "seq node { label }", "", []string{
			`{"seq":1,"node":{"label":"War"}}`, `{"seq":2,"node":{"label":"Anna"}}`, `{"seq":3,"node":{"label":"Bob"}}`,
			`{"seq":4,"node":null}`, `{"seq":5,"node":{"label":"Peace"}}`, `{"seq":6,"node":{"label":"Anna"}}`,
		}},
		"from the middle":  {"after: 4, first: 1", "seq agent method reason", "", []string{`{"seq":5,"agent":"a","method":"human","reason":"r"}`}},
		"behind the event": {"after: 0, first: 1", "seq", "5", []string{`{"seq":6}`}},
		"of one, as each revision left it": {`of: "$ann", after: 0, first: 4`, "seq node { label retracted ... on Speaker { memberOf { name } } }", "", []string{
			`{"seq":1,"node":{"label":"Ann","retracted":false,"memberOf":[]}}`, `{"seq":2,"node":{"label":"Anna","retracted":false,"memberOf":[]}}`,
			`{"seq":4,"node":{"label":"Anna","retracted":false,"memberOf":[{"name":"Bob"}]}}`, `{"seq":6,"node":{"label":"Anna","retracted":true,"memberOf":[]}}`,
		}},
		"of kinds": {"kinds: [SPEAKER, CLAIM], after: 2, first: 3", "seq node { label }", "", []string{
			`{"seq":3,"node":{"label":"Bob"}}`, `{"seq":5,"node":{"label":"Bobby"}}`, `{"seq":6,"node":{"label":"Anna"}}`,
		}},
		"of one and of kinds": {`of: "$bob", kinds: [TOPIC], after: 0, first: 1`, "seq node { label }", "", []string{`{"seq":5,"node":{"label":"Bobby"}}`}},
		"what was done": {"after: 0, first: 6", "changes { totalCount nodes { action node { label } edge { from { label } to { label } } } }", "", []string{
			`{"changes":{"totalCount":2,"nodes":[{"action":"PUT","node":{"label":"War"},"edge":null},{"action":"PUT","node":{"label":"Ann"},"edge":null}]}}`,
			`{"changes":{"totalCount":1,"nodes":[{"action":"PUT","node":{"label":"Anna"},"edge":null}]}}`,
			`{"changes":{"totalCount":1,"nodes":[{"action":"PUT","node":{"label":"Bob"},"edge":null}]}}`,
			`{"changes":{"totalCount":1,"nodes":[{"action":"PUT","node":null,"edge":{"from":{"label":"Anna"},"to":{"label":"Bob"}}}]}}`,
			`{"changes":{"totalCount":2,"nodes":[{"action":"PUT","node":{"label":"Peace"},"edge":null},{"action":"PUT","node":{"label":"Bobby"},"edge":null}]}}`,
			`{"changes":{"totalCount":1,"nodes":[{"action":"RETRACT","node":{"label":"Anna"},"edge":null}]}}`,
		}},
		"no such id":        {`of: "00000000-0000-4000-8000-000000000000"`, "seq", "", []string{"NOT_FOUND: of: not found"}},
		"no id":             {`of: "nonsense"`, "seq", "", []string{`BAD_USER_INPUT: of: "nonsense" is no id`}},
		"before the first":  {"after: -1", "seq", "", []string{"BAD_USER_INPUT: after: -1 is below 0"}},
		"beyond the head":   {"after: 7", "seq", "", []string{"BAD_USER_INPUT: after: there is no revision 7 yet; the newest is 6"}},
		"none at most":      {"first: 0", "seq", "", []string{"BAD_USER_INPUT: first: 0 is below 1"}},
		"no event":          {"first: 1", "seq", "abc", []string{`BAD_USER_INPUT: the last event: "abc" is no revision`}},
		"an event to come":  {"first: 1", "seq", "7", []string{"BAD_USER_INPUT: after: there is no revision 7 yet"}},
		"too much for each": {"after: 0", "changes(first: 500) { nodes { node { edges(first: 500) { nodes { id } } } } }", "", []string{"MAX_COST_EXCEEDED: the query costs"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			query := ids.Replace(fmt.Sprintf("subscription { revisions(%s) { %s } }", c.args, c.fields))
			answers, refused := e.Subscribe(ctx, engine.Request{Query: query, Root: schema.Live(rec), LastEvent: c.last})
			if refused != nil {
				if got := refused.Code() + ": " + refused.Errors[0].Message; len(c.want) != 1 || !strings.HasPrefix(got, c.want[0]) {
					t.Errorf("refused with %s", got)
				}
				return
			}
			var got []string
			for a := range answers {
				var data struct {
					Data   struct{ Revisions json.RawMessage }
					Errors json.RawMessage
				}
				if err := json.Unmarshal(a.AppendJSON(nil), &data); err != nil || data.Errors != nil {
					t.Fatalf("%s, %v", data.Errors, err)
				}
				got = append(got, string(data.Data.Revisions))
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// Who subscribes without saying from where is given what is written from then
// on, named so that it can be gone on from.
func TestRevisionsToCome(t *testing.T) {
	t.Parallel()
	rec, e := six(t), engineOf(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	answers, refused := e.Subscribe(ctx, engine.Request{Query: `subscription { revisions(first: 2) { seq node { label } } }`, Root: schema.Live(rec)})
	if refused != nil {
		t.Fatal(refused.Errors)
	}
	write(t, rec, speaker("bob", "Robert"))
	write(t, rec, speaker("bob", "Rob"))
	var got []string
	for a := range answers {
		got = append(got, a.Event+" "+string(a.AppendJSON(nil)))
	}
	want := []string{`7 {"data":{"revisions":{"seq":7,"node":{"label":"Robert"}}}}`, `8 {"data":{"revisions":{"seq":8,"node":{"label":"Rob"}}}}`}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
