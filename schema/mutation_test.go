package schema_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

// desk is a record that callers of several roles write to.
type desk struct {
	t   testing.TB
	rec *graph.Record
	e   *engine.Engine
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	rec, err := graph.Open(context.Background(), memkv.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rec.Close() })
	types, err := schema.Build(schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, rec: rec}
	d.e, err = engine.New(types, engine.Options{
		Cost: schema.Cost(types), Mutate: schema.Writer(rec),
		OnInternal: func(_ context.Context, _ string, err error) { t.Errorf("internal error: %v", err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var (
	editor      = schema.Caller{Agent: "Edith Or", Role: schema.Editor}
	contributor = schema.Caller{Agent: "Con Tributor", Role: schema.Contributor}
	admin       = schema.Caller{Agent: "Ada Min", Role: schema.Admin}
	reader      = schema.Caller{Agent: "Rea Der", Role: schema.Reader}
)

// ask executes a query on behalf of a caller and returns the answer as JSON.
func (d *desk) ask(c schema.Caller, query string, args ...any) string {
	d.t.Helper()
	ctx := schema.WithCaller(context.Background(), c)
	v, err := d.rec.View(ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	defer v.Close()
	b, err := d.e.Do(ctx, engine.Request{Query: fmt.Sprintf(query, args...), Root: schema.Root(v)}).MarshalJSON()
	if err != nil {
		d.t.Fatal(err)
	}
	return string(b)
}

// at returns the value at a path of an answer: data.putTopic.node.id.
func (d *desk) at(answer, path string) any {
	d.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(answer), &v); err != nil {
		d.t.Fatal(err)
	}
	for name := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(x) {
				d.t.Fatalf("no %s in %s", path, answer)
			}
			v = x[i]
		default:
			d.t.Fatalf("no %s in %s", path, answer)
		}
	}
	return v
}

// id puts a node and returns its id.
func (d *desk) id(c schema.Caller, kind, input string, args ...any) string {
	d.t.Helper()
	input = fmt.Sprintf(input, args...)
	got := d.ask(c, `mutation { put: put%s(input: {%s}) { node { id } userErrors { path message } } }`, kind, input)
	id, ok := d.at(got, "data.put.node.id").(string)
	if !ok {
		d.t.Fatalf("put %s {%s}: %s", kind, input, got)
	}
	return id
}

func (d *desk) want(answer, want string) {
	d.t.Helper()
	if diff := cmp.Diff(want, answer); diff != "" {
		d.t.Errorf("the answer is not as wanted (-want +got):\n%s", diff)
	}
}

func TestPutAndLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	source := d.id(editor, "Source", `title: "A plain speech", published: {written: "Tuesday", edtf: "2018-07-31", weekday: 2}`)
	capture := d.id(editor, "Capture", `mediaType: "text/plain", text: "He said: “We will never talk.” They left.", source: "%s"`, source)
	speaker := d.id(editor, "Speaker", `type: PERSON, names: [{value: "A. Leader", language: "en"}]`)
	statement := d.id(editor, "Statement", `text: "We will never talk.", mode: DIRECT, speaker: "%s", said: {edtf: "2018-07-31"},
		links: [{kind: QUOTED_IN, to: "%s", properties: {content: [{exact: "We will never talk."}], cue: [{start: 3, end: 7, exact: "said"}]}}]`, speaker, capture)
	claim := d.id(editor, "Claim", `text: "There will be talks.", type: PREDICTION`)
	got := d.ask(editor, `mutation { link(input: {kind: EXPRESSES, from: "%s", to: "%s", properties: {polarity: DENIES}, clientMutationId: "one"}) {
		revision { seq agent method reason } edge { kind status from { label } properties { name value } } userErrors { message } clientMutationId } }`, statement, claim)
	d.want(got, `{"data":{"link":{"revision":{"seq":6,"agent":"Edith Or","method":"human","reason":null},`+
		`"edge":{"kind":"EXPRESSES","status":"EXPLICIT","from":{"label":"We will never talk."},"properties":[{"name":"polarity","value":"DENIES"}]},"userErrors":[],"clientMutationId":"one"}}}`)
	got = d.ask(reader, `{ statement(id: "%s") { words said { edtf } speaker { name } cue { exact start end } source { title published { weekday written } } claims { edges { polarity node { text } } } history { nodes { seq agent } } } }`, statement)
	d.want(got, `{"data":{"statement":{"words":"We will never talk.","said":{"edtf":"2018-07-31"},"speaker":{"name":"A. Leader"},"cue":{"exact":"said","start":3,"end":7},`+
		`"source":{"title":"A plain speech","published":{"weekday":null,"written":"Tuesday"}},"claims":{"edges":[{"polarity":"DENIES","node":{"text":"There will be talks."}}]},"history":{"nodes":[{"seq":4,"agent":"Edith Or"}]}}}}`)
}

func TestRevise(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.id(editor, "Claim", `text: "It wil rain.", type: PREDICTION, condition: "in May", note: "check"`)
	const payload = `{ revision { seq } node { text condition note type } userErrors { path message code revision { seq agent } } }`
	d.want(d.ask(editor, `mutation { putClaim(input: {id: "%s", text: "It will rain."}) %s }`, id, payload),
		`{"data":{"putClaim":{"revision":null,"node":null,"userErrors":[{"path":["input","reason"],"message":"missing: something stands already, and whoever reads its history is told why it was changed","code":"BAD_USER_INPUT","revision":null}]}}}`)
	d.want(d.ask(editor, `mutation { putClaim(input: {id: "%s", text: "It will rain.", note: null, reason: "a letter", ifRevision: 1}) %s }`, id, payload),
		`{"data":{"putClaim":{"revision":{"seq":2},"node":{"text":"It will rain.","condition":"in May","note":null,"type":"PREDICTION"},"userErrors":[]}}}`)
	d.want(d.ask(admin, `mutation { putClaim(input: {id: "%s", text: "It may rain.", reason: "softer", ifRevision: 1}) %s }`, id, payload),
		`{"data":{"putClaim":{"revision":null,"node":null,"userErrors":[{"path":["input","ifRevision"],"message":"its newest revision is 2, not 1; read it again and decide anew","code":"CONFLICT","revision":{"seq":2,"agent":"Edith Or"}}]}}}`)
	// What says the same as what stands writes nothing.
	d.want(d.ask(editor, `mutation { putClaim(input: {id: "%s", text: "It will rain.", reason: "again"}) { revision { seq } node { text } } }`, id),
		`{"data":{"putClaim":{"revision":{"seq":2},"node":{"text":"It will rain."}}}}`)
	d.want(d.ask(reader, `{ claim(id: "%s") { history { nodes { seq reason node { ... on Claim { text } } } } } asOf(seq: 1) { claim(id: "%[1]s") { text } } }`, id),
		`{"data":{"claim":{"history":{"nodes":[{"seq":2,"reason":"a letter","node":{"text":"It will rain."}},{"seq":1,"reason":null,"node":{"text":"It wil rain."}}]}},"asOf":{"claim":{"text":"It wil rain."}}}}`)
}

func TestSentAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const first = `mutation { putTopic(input: {name: "Talks", clientMutationId: "a-1"}) { revision { seq } node { id name } userErrors { path code message revision { seq } } } }`
	want := d.ask(contributor, first)
	d.id(editor, "Topic", `name: "Another"`)
	d.want(d.ask(contributor, first), want)
	if seq := d.rec.Head().Seq; seq != 2 {
		t.Errorf("the record is at revision %d, want 2", seq)
	}
	// The same id for something else is a mistake, and another caller's is another's.
	d.want(d.ask(contributor, "%s", strings.Replace(first, "Talks", "Walks", 1)), `{"data":{"putTopic":{"revision":null,"node":null,"userErrors":[{"path":["input","clientMutationId"],"code":"CONFLICT",`+
		`"message":"it was given to another mutation, which revision 1 wrote; choose one for each","revision":{"seq":1}}]}}}`)
	if got := d.ask(editor, first); d.at(got, "data.putTopic.revision.seq") != 3.0 {
		t.Errorf("another caller's mutation with the same id answers %s", got)
	}
	// Conditions that held the first time, and cannot hold again, do not matter.
	id := d.at(want, "data.putTopic.node.id")
	retract := fmt.Sprintf(`mutation { retract(input: {id: "%s", reason: "no", ifRevision: 1, clientMutationId: "r"}) { revision { seq } node { retracted } userErrors { message } } }`, id)
	want = d.ask(editor, "%s", retract)
	d.want(want, `{"data":{"retract":{"revision":{"seq":4},"node":{"retracted":true},"userErrors":[]}}}`)
	d.want(d.ask(editor, "%s", retract), want)
}

func TestTransaction(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const source, capture, statement = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002", "01900000-0000-7000-8000-000000000003"
	const whole = `mutation @transaction {
		putSource(input: {id: "` + source + `", ifRevision: 0, title: "A speech", clientMutationId: "1"}) { revision { seq } userErrors { path message code } }
		putCapture(input: {id: "` + capture + `", ifRevision: 0, source: "` + source + `", mediaType: "text/plain", text: "Peace, he said, and again: peace.", clientMutationId: "2"}) { revision { seq } userErrors { path message code } }
		putStatement(input: {id: "` + statement + `", ifRevision: 0, text: "Peace", mode: DIRECT, clientMutationId: "3",
			links: [{kind: QUOTED_IN, to: "` + capture + `", properties: {content: [{exact: "%s"}]}}]}) { revision { seq } userErrors { path message code } }
	}`
	d.want(d.ask(editor, whole, "eace"), `{"data":{`+
		`"putSource":{"revision":null,"userErrors":[{"path":["input"],"message":"not written: another mutation of the transaction was refused","code":"ROLLED_BACK"}]},`+
		`"putCapture":{"revision":null,"userErrors":[{"path":["input"],"message":"not written: another mutation of the transaction was refused","code":"ROLLED_BACK"}]},`+
		`"putStatement":{"revision":null,"userErrors":[{"path":["input","links","0","properties","content","0","exact"],"message":"\"eace\" stands at 2 places; give more of the text before or behind it","code":"BAD_USER_INPUT"}]}}}`)
	if seq := d.rec.Head().Seq; seq != 0 {
		t.Fatalf("a refused transaction left revision %d", seq)
	}
	want := `{"data":{"putSource":{"revision":{"seq":1},"userErrors":[]},"putCapture":{"revision":{"seq":1},"userErrors":[]},"putStatement":{"revision":{"seq":1},"userErrors":[]}}}`
	d.want(d.ask(editor, whole, "Peace"), want)
	d.want(d.ask(editor, whole, "Peace"), want) // sent again
	d.want(d.ask(reader, `{ record { seq } statement(id: "`+statement+`") { words source { title } } }`), `{"data":{"record":{"seq":1},"statement":{"words":"Peace","source":{"title":"A speech"}}}}`)
}

// Who proposes a node proposes the ends with it that every such node has.
func TestProposedEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, who := range []schema.Caller{contributor, editor} {
		got := d.ask(who, `mutation { putReview(input: {rating: "False"}) { node { claim { id } } userErrors { code message } } }`)
		if !strings.Contains(got, "would have no claim: link it by REVIEWS") {
			t.Errorf("%s: got %s", who.Role, got)
		}
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	standing := d.id(editor, "Topic", `name: "Talks"`)
	proposed := d.id(contributor, "Topic", `name: "Walks"`)
	calls := map[string]string{
		"put":         `putTopic(input: {name: "x"})`,
		"correct":     `putTopic(input: {id: "` + standing + `", name: "x", reason: "r"})`,
		"own":         `putTopic(input: {id: "` + proposed + `", name: "Walking", reason: "r"})`,
		"as if known": `link(input: {kind: DIFFERENT_FROM, from: "` + standing + `", to: "` + proposed + `", status: EXPLICIT})`,
		"decide":      `decide(input: {id: "` + proposed + `", status: CONFIRMED, reason: "r"})`,
		"retract":     `retract(input: {id: "` + proposed + `", reason: "r"})`,
		"redact":      `redact(input: {id: "` + proposed + `", reason: "r"})`,
	}
	for _, c := range []struct {
		who    schema.Caller
		call   string
		want   string // a code of an error, or of a user error, or nothing
		unless bool
	}{
		{schema.Caller{}, "put", "UNAUTHENTICATED", false},
		{schema.Caller{Role: schema.Reader}, "put", "UNAUTHENTICATED", false},
		{reader, "put", "FORBIDDEN", false},
		{reader, "decide", "FORBIDDEN", false},
		{contributor, "put", "", false},
		{contributor, "correct", "FORBIDDEN", true},
		{contributor, "own", "", false},
		{contributor, "as if known", "FORBIDDEN", true},
		{contributor, "decide", "FORBIDDEN", false},
		{contributor, "retract", "FORBIDDEN", false},
		{editor, "redact", "FORBIDDEN", false},
		{editor, "decide", "", false},
		{editor, "correct", "", false},
		{editor, "retract", "", false},
		{admin, "redact", "", false},
	} {
		got := d.ask(c.who, `mutation { m: %s { revision { seq agent } userErrors { code message } } }`, calls[c.call])
		switch {
		case c.want == "":
			if d.at(got, "data.m.revision.agent") != c.who.Agent {
				t.Errorf("%s, %s: got %s", c.who.Role, c.call, got)
			}
		case c.unless:
			if d.at(got, "data.m.userErrors.0.code") != c.want {
				t.Errorf("%s, %s: got %s, want a user error %s", c.who.Role, c.call, got, c.want)
			}
		default:
			if d.at(got, "errors.0.extensions.code") != c.want {
				t.Errorf("%s, %s: got %s, want %s", c.who.Role, c.call, got, c.want)
			}
		}
	}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	speaker := d.id(editor, "Speaker", `type: STATE, names: [{value: "A State"}]`)
	topic := d.id(editor, "Topic", `name: "Talks"`)
	stance := d.id(contributor, "Stance", `polarity: OPPOSES, basis: SAID, holder: "%s", target: "%s"`, speaker, topic)
	const seen = `{ stances { totalCount } speaker(id: "%s") { stances { totalCount } edges(status: [CANDIDATE]) { nodes { kind method } } } stance(id: "%s") { status } }`
	d.want(d.ask(reader, seen, speaker, stance), `{"data":{"stances":{"totalCount":0},"speaker":{"stances":{"totalCount":0},"edges":{"nodes":[{"kind":"HOLDS","method":"human"}]}},"stance":{"status":"CANDIDATE"}}}`)
	d.want(d.ask(editor, `mutation { decide(input: {id: "%s", status: CONFIRMED, reason: "read"}) { node { id status ... on Stance { holder { name } target { label } } } userErrors { message } } }`, stance),
		`{"data":{"decide":{"node":{"id":"`+stance+`","status":"CONFIRMED","holder":{"name":"A State"},"target":{"label":"Talks"}},"userErrors":[]}}}`)
	d.want(d.ask(reader, seen, speaker, stance), `{"data":{"stances":{"totalCount":1},"speaker":{"stances":{"totalCount":1},"edges":{"nodes":[]}},"stance":{"status":"CONFIRMED"}}}`)
	d.want(d.ask(editor, `mutation { decide(input: {id: "%s", status: EXPLICIT, reason: "read"}) { userErrors { path message } } }`, stance),
		`{"data":{"decide":{"userErrors":[{"path":["input","status"],"message":"EXPLICIT decides nothing; give CONFIRMED or REJECTED, or CANDIDATE to take a decision back"}]}}}`)
	d.want(d.ask(editor, `mutation { decide(input: {id: "%s", status: REJECTED, reason: "read"}) { userErrors { path message } } }`, speaker),
		`{"data":{"decide":{"userErrors":[{"path":["input","id"],"message":"it is EXPLICIT and no candidate; to take it back, retract it"}]}}}`)
}

func TestQueue(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	speaker := d.id(editor, "Speaker", `type: STATE, names: [{value: "A State"}]`)
	claim := d.id(editor, "Claim", `text: "A deal.", type: FACT`)
	said := d.id(editor, "Statement", `text: "A deal.", mode: DIRECT, speaker: "%s"`, speaker)
	d.ask(contributor, `mutation { link(input: {kind: EXPRESSES, from: "%s", to: "%s", properties: {polarity: DENIES}, method: "rule:words"}) { userErrors { message } } }`, said, claim)
	stance := d.id(contributor, "Stance", `polarity: OPPOSES, basis: SAID, holder: "%s", target: "%s"`, speaker, claim)
	const queue = `{ queue { proposals { totalCount nodes { kind } } candidates { totalCount nodes { kind method } } only: candidates(kinds: [SAID]) { totalCount } none: proposals(kinds: [CLAIM]) { totalCount } } }`
	full := `{"data":{"queue":{"proposals":{"totalCount":1,"nodes":[{"kind":"STANCE"}]},"candidates":{"totalCount":1,"nodes":[{"kind":"EXPRESSES","method":"rule:words"}]},"only":{"totalCount":0},"none":{"totalCount":0}}}}`
	d.want(d.ask(reader, queue), full)
	decide := func(status string) {
		t.Helper()
		d.want(d.ask(editor, `mutation { decide(input: {id: "%s", status: %s, reason: "r"}) { node { status } userErrors { message } } }`, stance, status),
			`{"data":{"decide":{"node":{"status":"`+status+`"},"userErrors":[]}}}`)
	}
	decide("REJECTED")
	d.want(d.ask(reader, queue), strings.Replace(full, `"totalCount":1,"nodes":[{"kind":"STANCE"}]`, `"totalCount":0,"nodes":[]`, 1))
	decide("CANDIDATE")
	d.want(d.ask(reader, queue), full)
	decide("CONFIRMED")
	d.want(d.ask(reader, `{ speaker(id: "%s") { stances { totalCount } } }`, speaker), `{"data":{"speaker":{"stances":{"totalCount":1}}}}`)
	decide("CANDIDATE")
	d.want(d.ask(reader, queue), full)
	d.want(d.ask(reader, `{ speaker(id: "%s") { stances { totalCount } } }`, speaker), `{"data":{"speaker":{"stances":{"totalCount":0}}}}`)
}

func TestMerge(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var ids []string
	for i, name := range []string{"Donald Trump", "TRUMP", "ترامب"} {
		ids = append(ids, d.id(editor, "Speaker", `type: PERSON, names: [{value: "%s"}]`, name))
		d.id(editor, "Statement", `text: "No deal %d.", mode: DIRECT, speaker: "%s", said: {edtf: "2018-07-%d"}`, i, ids[i], 10+i)
	}
	const said = `{ speaker(id: "%s") { statements { totalCount nodes { text speaker { name } } } sameThingAs { label } } statements(filter: {speaker: ["%[1]s"]}) { totalCount } }`
	alone := d.ask(reader, said, ids[2])
	d.want(alone, `{"data":{"speaker":{"statements":{"totalCount":1,"nodes":[{"text":"No deal 2.","speaker":{"name":"ترامب"}}]},"sameThingAs":[]},"statements":{"totalCount":1}}}`)
	d.want(d.ask(editor, `mutation { mergeSpeakers(input: {ids: ["%s", "%s", "%s"], reason: "one man"}) { revision { seq } userErrors { path message } } }`, ids[0], ids[1], ids[2]),
		`{"data":{"mergeSpeakers":{"revision":{"seq":7},"userErrors":[]}}}`)
	d.want(d.ask(reader, said, ids[2]), `{"data":{"speaker":{"statements":{"totalCount":3,"nodes":[{"text":"No deal 2.","speaker":{"name":"ترامب"}},{"text":"No deal 1.","speaker":{"name":"TRUMP"}},{"text":"No deal 0.","speaker":{"name":"Donald Trump"}}]},`+
		`"sameThingAs":[{"label":"Donald Trump"}]},"statements":{"totalCount":3}}}`)
	d.want(d.ask(reader, `{ timeline(of: "%s") { totalCount } search(text: "deal", speaker: "%[1]s") { totalCount } contradictions(speaker: "%[1]s") { totalCount } }`, ids[1]),
		`{"data":{"timeline":{"totalCount":3},"search":{"totalCount":3},"contradictions":{"totalCount":0}}}`)
	d.want(d.ask(editor, `mutation { unmergeSpeakers(input: {ids: ["%s", "%s"], reason: "not he"}) { revision { seq } userErrors { path message } } }`, ids[1], ids[2]),
		`{"data":{"unmergeSpeakers":{"revision":null,"userErrors":[{"path":["input","ids"],"message":"both are the same as Donald Trump (`+ids[0]+`): name it too, or part one of them from it first"}]}}}`)
	d.want(d.ask(editor, `mutation { unmergeSpeakers(input: {ids: ["%s", "%s"], reason: "not he"}) { revision { seq } userErrors { path message } } }`, ids[0], ids[2]),
		`{"data":{"unmergeSpeakers":{"revision":{"seq":8},"userErrors":[]}}}`)
	d.want(d.ask(reader, said, ids[2]), alone)
	if got := d.ask(reader, said, ids[1]); d.at(got, "data.speaker.statements.totalCount") != 2.0 {
		t.Errorf("what stays merged: %s", got)
	}
	// Merging again takes back that they were said to be two.
	d.ask(editor, `mutation { mergeSpeakers(input: {ids: ["%s", "%s"], reason: "he after all"}) { revision { seq } } }`, ids[2], ids[0])
	d.want(d.ask(reader, `{ speaker(id: "%s") { differentFrom { id } sameThingAs { label } } }`, ids[2]), `{"data":{"speaker":{"differentFrom":[],"sameThingAs":[{"label":"Donald Trump"}]}}}`)
}

// What does not stand is shown with the ends that it had.
func TestEndsOfWhatDoesNotStand(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	speaker := d.id(editor, "Speaker", `type: STATE, names: [{value: "A State"}]`)
	topic := d.id(editor, "Topic", `name: "Talks"`)
	stance := d.id(contributor, "Stance", `polarity: OPPOSES, basis: SAID, holder: "%s", target: "%s"`, speaker, topic)
	const shown = `{ stance(id: "%s") { label holder { name } target { label } } }`
	want := `{"data":{"stance":{"label":"A State opposes Talks","holder":{"name":"A State"},"target":{"label":"Talks"}}}}`
	d.want(d.ask(reader, shown, stance), want)
	d.ask(editor, `mutation { decide(input: {id: "%s", status: REJECTED, reason: "r"}) { revision { seq } } }`, stance)
	d.want(d.ask(reader, shown, stance), want)
	d.ask(editor, `mutation { decide(input: {id: "%s", status: CONFIRMED, reason: "r"}) { revision { seq } } }`, stance)
	d.want(d.ask(reader, shown, stance), want)
	d.ask(editor, `mutation { retract(input: {id: "%s", reason: "r"}) { revision { seq } } }`, stance)
	d.want(d.ask(reader, shown, stance), want)
	d.ask(admin, `mutation { redact(input: {id: "%s", reason: "r"}) { revision { seq } } }`, stance)
	d.want(d.ask(reader, `{ stance(id: "%s") { holder { name } retracted } }`, stance), `{"data":{"stance":{"holder":{"name":"A State"},"retracted":true}}}`)
}

func TestPart(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	source := d.id(editor, "Source", `title: "S", genre: ARTICLE`)
	capture := d.id(editor, "Capture", `source: "%s", mediaType: "text/plain", text: "Peace 😀 now"`, source)
	for _, c := range []struct{ args, want string }{
		{"start: 6, end: 7", `{"exact":"😀","start":6,"end":7}`},
		{"start: -3, end: 5", `{"exact":"Peace","start":0,"end":5}`},
		{"start: 8, end: 99", `{"exact":"now","start":8,"end":11}`},
		{"start: 5, end: 5", "part: nothing stands from 5 to 5"},
		{"start: 5, end: 2", "part: nothing stands from 5 to 2"},
		{"start: 11, end: 20", "part: the text has 11 code points, none of them from 11 to 20"},
		{"start: -9, end: 0", "part: the text has 11 code points, none of them from -9 to 0"},
	} {
		if got := d.ask(reader, `{ capture(id: "%s") { part(%s) { exact start end } } }`, capture, c.args); !strings.Contains(got, c.want) {
			t.Errorf("part(%s): got %s, want %s", c.args, got, c.want)
		}
	}
}

func TestPayloadQuery(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.want(d.ask(editor, `mutation { a: putTopic(input: {name: "A"}) { query { topics { totalCount } record { seq } } } b: putTopic(input: {name: "B"}) { query { topics { totalCount } } } c: putTopic(input: {}) { query { topics { totalCount } } } }`),
		`{"data":{"a":{"query":{"topics":{"totalCount":1},"record":{"seq":1}}},"b":{"query":{"topics":{"totalCount":2}}},"c":{"query":{"topics":{"totalCount":2}}}}}`)
}

func TestTimelineFilter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	claim := d.id(editor, "Claim", `text: "A deal.", type: FACT`)
	var who []string
	for i, mode := range []string{"DIRECT", "INDIRECT"} {
		who = append(who, d.id(editor, "Speaker", `type: PERSON, names: [{value: "S%d"}]`, i))
		d.id(editor, "Statement", `text: "No %d.", mode: %s, speaker: "%s", links: [{kind: EXPRESSES, to: "%s"}]`, i, mode, who[i], claim)
		d.id(editor, "Stance", `polarity: OPPOSES, basis: SAID, holder: "%s", target: "%s"`, who[i], claim)
	}
	for _, c := range []struct{ args, want string }{
		{"", `["STATEMENT","STATEMENT","STANCE","STANCE"]`},
		{`, by: ["` + who[1] + `"]`, `["STATEMENT","STANCE"]`},
		{`, kinds: [STANCE]`, `["STANCE","STANCE"]`},
		{`, mode: [DIRECT]`, `["STATEMENT"]`},
		{`, mode: [DIRECT], by: ["` + who[1] + `"]`, `[]`},
	} {
		got := d.ask(reader, `{ timeline(of: "%s"%s) { totalCount nodes { node { kind } } } }`, claim, c.args)
		var kinds []string
		for i := range len(d.at(got, "data.timeline.nodes").([]any)) {
			kinds = append(kinds, d.at(got, fmt.Sprintf("data.timeline.nodes.%d.node.kind", i)).(string))
		}
		slices.Sort(kinds)
		var want []string
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		if !slices.Equal(kinds, want) || d.at(got, "data.timeline.totalCount") != float64(len(want)) {
			t.Errorf("timeline%s: got %s, want %v", c.args, got, want)
		}
	}
}

func TestRedactMutation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.id(editor, "Claim", `text: "A private thing.", type: FACT`)
	d.want(d.ask(admin, `mutation { redact(input: {id: "%s", reason: "law"}) { node { label } userErrors { message } } }`, id), `{"data":{"redact":{"node":{"label":"redacted Claim"},"userErrors":[]}}}`)
	d.want(d.ask(admin, `mutation { putClaim(input: {id: "%s", text: "Again.", reason: "r"}) { userErrors { code message } } }`, id),
		`{"data":{"putClaim":{"userErrors":[{"code":"FORBIDDEN","message":"it was redacted and cannot be written again"}]}}}`)
}

func TestUserErrors(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	source := d.id(editor, "Source", `title: "A speech"`)
	capture := d.id(editor, "Capture", `mediaType: "text/plain", text: "Peace, he said.", source: "%s"`, source)
	claim := d.id(editor, "Claim", `text: "Peace.", type: FACT`)
	const nobody = "01900000-0000-7000-8000-0000000000ff"
	for _, c := range []struct{ call, path, message string }{
		{`putTopic(input: {})`, "input.name", "name: missing"},
		{`putTopic(input: {id: "x", name: "x"})`, "input.id", `"x" is no id: an id is a UUID in lower case, as in 0190163d-8694-739b-aea5-966c26f8ad90`},
		{`putTopic(input: {id: "` + nobody + `", name: "x"})`, "input.id", "no node with this id is on record; leave it out for a new one, or give ifRevision 0 to choose the id of a new one"},
		{`putTopic(input: {id: "` + claim + `", name: "x"})`, "input.id", "the id belongs to a CLAIM"},
		{`putStatement(input: {text: "x", mode: DIRECT, said: {edtf: "yesterday"}})`, "input.said.edtf", `EDTF date "yesterday", byte 0: a long year begins with a capital Y`},
		{`putStatement(input: {text: "x", mode: DIRECT, said: {}})`, "input.said", "says nothing: give written, edtf or both, or null for no date"},
		{`putStatement(input: {text: "x", mode: DIRECT, language: "x y"})`, "input.language", `language: "x y" is no BCP 47 language tag`},
		{`putStatement(input: {text: "x", mode: DIRECT, speaker: "` + nobody + `"})`, "input.speaker", "from: no node " + nobody + " is on record; put it first"},
		{`putStatement(input: {text: "x", mode: DIRECT, speaker: "` + claim + `"})`, "input.speaker", "SAID leads from SPEAKER to STATEMENT, not from CLAIM to STATEMENT"},
		{`putStatement(input: {text: "Peace", mode: DIRECT, links: [{kind: QUOTED_IN, to: "` + capture + `"}]})`, "input.links.0.properties.content", "content: missing"},
		{`putStatement(input: {text: "Peace", mode: DIRECT, links: [{kind: QUOTED_IN, to: "` + capture + `", properties: {content: [{start: 0, end: 99}]}}]})`, "input.links.0.properties.content.0", ""},
		{`putStatement(input: {text: "Peace", mode: DIRECT, links: [{kind: QUOTED_IN, to: "` + capture + `", properties: {content: [{start: 0}]}}]})`, "input.links.0.properties.content.0", "give start and end, or the exact words"},
		{`putStatement(input: {text: "War", mode: DIRECT, links: [{kind: QUOTED_IN, to: "` + capture + `", properties: {content: [{exact: "Peace"}]}}]})`, "input", ""},
		{`putStatement(input: {text: "x", mode: DIRECT, links: [{kind: QUOTED_IN}]})`, "input.links.0", "give to or from: the other end"},
		{`putStance(input: {polarity: OPPOSES, basis: SAID})`, "input", ""},
		{`putSource(input: {title: "x", url: "ftp://x"})`, "input.url", `url: "ftp://x" is no http or https address`},
		{`putCapture(input: {mediaType: "text/plain", text: "x", sha256: "00", source: "` + source + `"})`, "input.sha256", ""},
		{`putCapture(input: {id: "` + capture + `", text: "War", reason: "r"})`, "input.text", "text: differs from what was archived, and a capture never changes; archive it as another capture"},
		{`link(input: {kind: CONTRADICTS, from: "` + claim + `", to: "` + claim + `"})`, "input", ""},
		{`link(input: {kind: SAID, from: "` + nobody + `", to: "` + claim + `", properties: {polarity: DENIES}})`, "input.properties.polarity", "a SAID has no such property"},
		{`link(input: {kind: EXPRESSES, from: "` + claim + `", to: "` + claim + `", confidence: 0.5})`, "input", ""},
		{`putTopic(input: {name: "x", method: "magic"})`, "input.method", ""},
		{`retract(input: {id: "` + nobody + `", reason: "r"})`, "input.id", "nothing with this id is on record"},
		{`retract(input: {id: "` + claim + `"})`, "input.reason", "missing: something stands already, and whoever reads its history is told why it was changed"},
		{`mergeSpeakers(input: {ids: [], reason: "r"})`, "input.ids", "none given"},
		{`mergeSpeakers(input: {ids: ["` + claim + `", "` + source + `"], reason: "r"})`, "input.ids.0", "no speaker with this id is on record"},
	} {
		got := d.ask(editor, `mutation { m: %s { revision { seq } userErrors { path message code } } }`, c.call)
		var path []string
		list, _ := d.at(got, "data.m.userErrors.0.path").([]any)
		for _, s := range list {
			path = append(path, s.(string))
		}
		message := d.at(got, "data.m.userErrors.0.message")
		if strings.Join(path, ".") != c.path || c.message != "" && message != c.message {
			t.Errorf("%s\n got %s: %s\nwant %s: %s", c.call, strings.Join(path, "."), message, c.path, c.message)
		}
	}
	if seq := d.rec.Head().Seq; seq != 3 {
		t.Errorf("the record is at revision %d, want 3: something was written", seq)
	}
}

// TestManyEditors lets eight editors correct the same claim at once, without and
// with saying what they know.
func TestManyEditors(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.id(editor, "Claim", `text: "It will rain.", type: PREDICTION`)
	var wg sync.WaitGroup
	var mu sync.Mutex
	written, refused := map[float64]bool{}, 0
	for i := range 8 {
		wg.Go(func() {
			for j := range 20 {
				got := d.ask(editor, `mutation { putClaim(input: {id: "%s", note: "%d.%d", reason: "r", clientMutationId: "%[2]d.%[3]d"}) { revision { seq } userErrors { code } } }`, id, i, j)
				mu.Lock()
				if seq, ok := d.at(got, "data.putClaim.revision").(map[string]any); ok {
					written[seq["seq"].(float64)] = true
				} else if d.at(got, "data.putClaim.userErrors.0.code") == "CONFLICT" {
					refused++
				} else {
					t.Errorf("got %s", got)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if n := int(d.rec.Head().Seq) - 1; len(written) != n || n+refused != 160 {
		t.Errorf("%d revisions were acknowledged and %d refused, %d are on record, want 160 together", len(written), refused, n)
	}
}
