package corpus

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// place is a place in the article, as the gold writes it.
type place struct {
	Exact string
	Cp    [2]int
	Byte  [2]int
}

// gold is what was found in the article independently of the annotation.
type gold struct {
	Times []struct {
		ID, Kind                                    string
		Span                                        place
		EdtfFromTextAlone, EdtfWithExternalEvidence *string
	}
	Entities []struct {
		ID, Kind, Name string
		Mentions       []place
	}
	Corefs, Demonyms []struct {
		Span     place
		RefersTo string
	}
	Memberships []struct{ Member, Organization string }
	Agreements  []struct {
		ID, Name string
		Parties  []string
		Mentions []place
	}
	Quotations []struct {
		ID                                string
		Inner                             place
		EditorialInsertions, NestedQuotes []place
		Statements                        []string
	}
	Topics     []struct{ ID, Label string }
	Statements []struct {
		ID, SpeechMode, Speaker         string
		Content                         place
		Cue, Source                     *place
		Addressee, SaidAt, Place, Event *string
		Topics, Claims                  []string
	}
	Claims []struct {
		ID, Proposition, Kind string
		InStatements          []string
	}
	Events []struct {
		ID, Name, Class string
		Evidence        []place
	}
	NonEvents []struct{ Text string }
	Stances   []struct {
		ID, Holder, Target, Polarity string
		Condition                    *string
		Evidence                     []string
	}
	Predictions []struct{ ID, Claim string }
	Relations   []struct {
		ID, Type, From string
		To             *string
		Basis          string
		Evidence       []place
	}
	UnresolvableFromText []string
}

// loaded is the corpus in a record, and the gold beside it.
type loaded struct {
	t    *testing.T
	ctx  context.Context
	v    *graph.View
	gold gold
}

func load(t *testing.T) *loaded {
	t.Helper()
	ctx := context.Background()
	r := open(t)
	if _, err := Load(ctx, r); err != nil {
		t.Fatal(err)
	}
	v, err := r.View(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	l := &loaded{t: t, ctx: ctx, v: v}
	b, err := os.ReadFile("testdata/gold.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &l.gold); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *loaded) node(name string) *graph.Node {
	l.t.Helper()
	ns, err := l.v.NodesByID(l.ctx, []graph.ID{ID(name)})
	if err != nil {
		l.t.Fatal(err)
	}
	if ns[0] == nil {
		l.t.Fatalf("%s is not on record", name)
	}
	return ns[0]
}

// edges returns the edges of a node along one way, of any status.
func (l *loaded) edges(name string, kind vocab.EdgeKind, dir graph.Direction) []*graph.Edge {
	l.t.Helper()
	links, err := l.v.Links(l.ctx, []graph.Ref{l.node(name).Ref}, graph.StatusesOf(vocab.Status.Names...), graph.Way{Kind: kind, Dir: dir})
	if err != nil {
		l.t.Fatal(err)
	}
	var refs []graph.Ref
	for _, x := range links[0] {
		refs = append(refs, x.Edge)
	}
	es, err := l.v.Edges(l.ctx, refs)
	if err != nil {
		l.t.Fatal(err)
	}
	return es
}

func (l *loaded) linked(from string, kind vocab.EdgeKind, to string) *graph.Edge {
	l.t.Helper()
	for _, e := range l.edges(from, kind, graph.Out) {
		if e.To == ID(to) {
			return e
		}
	}
	l.t.Errorf("no %s from %s to %s", kind, from, to)
	return &graph.Edge{}
}

// has checks that each place is one of the spans, to the byte.
func (l *loaded) has(what string, spans []graph.Span, places ...place) {
	l.t.Helper()
	for _, p := range places {
		if !slices.ContainsFunc(spans, func(s graph.Span) bool {
			return s.Start == p.Cp[0] && s.End == p.Cp[1] && s.ByteStart == p.Byte[0] && s.ByteEnd == p.Byte[1]
		}) {
			l.t.Errorf("%s lacks %q at %v", what, p.Exact, p.Cp)
		}
	}
}

func (l *loaded) count(kind vocab.NodeKind) int64 {
	l.t.Helper()
	n, err := l.v.Count(l.ctx, l.v.All(kind))
	if err != nil {
		l.t.Fatal(err)
	}
	return n
}

// TestGold compares the record with everything that was found in the article.
func TestGold(t *testing.T) {
	l := load(t)
	for kind, want := range map[vocab.NodeKind]int64{
		vocab.Source: 1, vocab.Capture: 1, vocab.Speaker: 24, vocab.Place: 1, vocab.Statement: 24, vocab.Claim: 35,
		vocab.Event: 13, vocab.Agreement: 1, vocab.Stance: 15, vocab.Review: 0,
		vocab.Topic: 10 + 4 + 1, // four targets of stances and what a pronoun means are no node of the gold
	} {
		if got := l.count(kind); got != want {
			t.Errorf("%d of %s, want %d", got, kind, want)
		}
	}
	for _, e := range l.gold.Entities {
		m := l.linked(e.ID, vocab.MentionedIn, "text")
		l.has(e.ID, m.Spans("evidence"), e.Mentions...)
		if len(m.Spans("evidence")) != len(e.Mentions) {
			t.Errorf("%s is named %d times, want %d", e.ID, len(m.Spans("evidence")), len(e.Mentions))
		}
	}
	for _, c := range l.gold.Corefs {
		name := strings.Replace(c.RefersTo, "promises", "top-promises", 1)
		l.has(name, l.linked(name, vocab.MentionedIn, "text").Spans("pronouns"), c.Span)
	}
	for _, d := range l.gold.Demonyms {
		l.has(d.RefersTo, l.linked(d.RefersTo, vocab.MentionedIn, "text").Spans("demonyms"), d.Span)
	}
	for _, m := range l.gold.Memberships {
		l.linked(m.Member, vocab.MemberOf, m.Organization)
	}
	for _, a := range l.gold.Agreements {
		if got := l.node(a.ID).Text("name"); got != a.Name {
			t.Errorf("%s is called %q", a.ID, got)
		}
		for _, p := range a.Parties {
			l.linked(p, vocab.PartyTo, a.ID)
		}
		l.has(a.ID, l.linked(a.ID, vocab.MentionedIn, "text").Spans("evidence"), a.Mentions...)
	}
	for _, c := range l.gold.Claims {
		if got := l.node(c.ID).Text("text"); got != c.Proposition {
			t.Errorf("%s says %q", c.ID, got)
		}
		for _, s := range c.InStatements {
			l.linked(s, vocab.Expresses, c.ID)
		}
	}
	for _, p := range l.gold.Predictions {
		if typ := l.node(p.Claim).Text("type"); typ != "PREDICTION" && typ != "COMMITMENT" {
			t.Errorf("%s is a %s", p.Claim, typ)
		}
	}
	for _, e := range l.gold.Events {
		n := l.node(e.ID)
		if n.Text("name") != e.Name || n.Text("class") != e.Class {
			t.Errorf("%s is %q, %q", e.ID, n.Text("name"), n.Text("class"))
		}
		l.has(e.ID, l.linked(e.ID, vocab.MentionedIn, "text").Spans("evidence"), e.Evidence...)
	}
	for _, s := range l.gold.Stances {
		n := l.node(s.ID)
		want := map[string]string{"for": "SUPPORTS", "against": "OPPOSES", "conditionally-permissible": "MIXED"}[s.Polarity]
		if n.Text("polarity") != want || s.Condition != nil && n.Text("condition") != *s.Condition {
			t.Errorf("%s is %v", s.ID, n.Props)
		}
		l.linked(s.Holder, vocab.Holds, s.ID)
		for _, e := range s.Evidence {
			l.linked(s.ID, vocab.EvidencedBy, e)
		}
	}
	for _, x := range l.gold.Topics {
		if got := l.node(x.ID).Text("name"); got != x.Label {
			t.Errorf("%s is called %q", x.ID, got)
		}
	}
}

func TestGoldStatements(t *testing.T) {
	l := load(t)
	modes := map[string]string{"direct": "DIRECT", "mixed": "PARTIAL", "indirect": "INDIRECT", "indirect-speech-act": "SPEECH_ACT", "headline-paraphrase": "HEADLINE"}
	for _, s := range l.gold.Statements {
		n := l.node(s.ID)
		if n.Text("text") != s.Content.Exact || n.Text("mode") != modes[s.SpeechMode] {
			t.Errorf("%s is %q, %s", s.ID, n.Text("text"), n.Text("mode"))
		}
		l.linked(s.Speaker, vocab.Said, s.ID)
		q := l.linked(s.ID, vocab.QuotedIn, "text")
		l.has(s.ID, q.Spans("content"), s.Content)
		if s.Cue != nil {
			l.has(s.ID+" cue", q.Spans("cue"), *s.Cue)
		}
		if s.Source != nil {
			l.has(s.ID+" mention", q.Spans("mention"), *s.Source)
		}
		for kind, to := range map[vocab.EdgeKind]*string{vocab.AddressedTo: s.Addressee, vocab.At: s.Place, vocab.Occasion: s.Event} {
			if to != nil {
				l.linked(s.ID, kind, *to)
			}
		}
		for _, x := range s.Topics {
			l.linked(s.ID, vocab.About, x)
		}
		for _, x := range s.Claims {
			l.linked(s.ID, vocab.Expresses, x)
		}
		if said, ok := n.When(); ok != (s.SaidAt != nil) {
			t.Errorf("%s was said %v, the gold has %v", s.ID, said, s.SaidAt)
		}
	}
	places := make(map[[2]int]bool)
	for _, q := range l.gold.Quotations {
		for _, s := range q.Statements {
			e := l.linked(s, vocab.QuotedIn, "text")
			l.has(q.ID, e.Spans("quotations"), q.Inner)
			for _, x := range e.Spans("quotations") {
				places[[2]int{x.Start, x.End}] = true
			}
		}
		first := l.linked(q.Statements[0], vocab.QuotedIn, "text")
		l.has(q.ID+" insertions", first.Spans("insertions"), q.EditorialInsertions...)
		l.has(q.ID+" nested", first.Spans("nested"), q.NestedQuotes...)
	}
	if len(places) != len(l.gold.Quotations) {
		t.Errorf("%d quotations, want %d", len(places), len(l.gold.Quotations))
	}
}

func TestGoldTimes(t *testing.T) {
	l := load(t)
	before, err := l.v.AsOf(l.ctx, graph.At{Seq: 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]*graph.View{"from the text alone": before, "with the date of publication": l.v} {
		ns, err := v.NodesByID(l.ctx, []graph.ID{ID("text")})
		if err != nil {
			t.Fatal(err)
		}
		times, _ := ns[0].Props["times"].([]graph.Marked)
		if len(times) != len(l.gold.Times) {
			t.Fatalf("%s: %d expressions of time, want %d", name, len(times), len(l.gold.Times))
		}
		for i, g := range l.gold.Times {
			m := times[i]
			want := g.EdtfFromTextAlone
			if v == l.v && m.When.Resolution != nil {
				want = g.EdtfWithExternalEvidence
			}
			got := m.When.Effective().String()
			if m.When.Written != g.Span.Exact || m.Genre != g.Kind || (want == nil) != (got == "") || want != nil && got != *want {
				t.Errorf("%s: %s is %q, %q", name, g.ID, m.When.Written, got)
			}
			l.has(g.ID, []graph.Span{m.Place}, g.Span)
		}
	}
}

// TestRelations checks that each relation of the gold is an edge of the kind
// that the design maps it to, or absent where it must be.
func TestRelations(t *testing.T) {
	l := load(t)
	kinds := map[string]vocab.EdgeKind{
		"respondsTo": vocab.RespondsTo, "aimsAt": vocab.About, "resultedIn": vocab.ResultedIn, "withdrawsFrom": vocab.WithdrawsFrom,
		"summarizes": vocab.Summarizes, "qualifies": vocab.Qualifies, "elaborates": vocab.Elaborates, "repeats": vocab.Repeats,
		"becauseOf": vocab.Because, "citesEvent": vocab.Cites, "contradicts": vocab.Contradicts, "disputes": vocab.Contradicts,
	}
	for _, r := range l.gold.Relations {
		kind, ok := kinds[r.Type]
		switch {
		case r.Type == "after":
			l.has(r.ID, l.linked(*r.To, vocab.Before, r.From).Spans("evidence"), r.Evidence...)
		case r.Type == "apparentTension":
			for _, e := range l.edges(r.From, vocab.Contradicts, graph.Both) {
				if e.From == ID(*r.To) || e.To == ID(*r.To) {
					t.Errorf("%s: the control is on record as %s", r.ID, e.Text("status"))
				}
			}
		case r.To == nil:
			if gaps := graph.GapsOf(l.node(r.From)); len(gaps) == 0 || gaps[0].Kind != "EARLIER_OCCURRENCE" {
				t.Errorf("%s: the gaps of %s are %v", r.ID, r.From, gaps)
			}
		case r.Type == "supports":
			l.linked(l.claim(r.From), vocab.Supports, l.claim(*r.To))
		case ok:
			e := l.linked(r.From, kind, *r.To)
			l.has(r.ID, e.Spans("evidence"), r.Evidence...)
			want := map[bool]string{true: "EXPLICIT", false: "INFERRED"}[strings.HasPrefix(r.Basis, "explicit")]
			if kind == vocab.Contradicts {
				want = "CANDIDATE"
			}
			if e.Text("status") != want {
				t.Errorf("%s is %s, want %s", r.ID, e.Text("status"), want)
			}
		}
	}
}

// claim returns the first claim of a statement.
func (l *loaded) claim(statement string) string {
	for _, s := range l.gold.Statements {
		if s.ID == statement {
			return s.Claims[0]
		}
	}
	l.t.Fatalf("no statement %s", statement)
	return ""
}

// TestTraps has one case for each trap of the article.
func TestTraps(t *testing.T) {
	l := load(t)
	texts, err := l.v.Texts(l.ctx, []graph.Ref{l.node("text").Ref})
	if err != nil {
		t.Fatal(err)
	}
	article := texts[0].String()
	t.Run("the headline is printed twice and is one statement", func(t *testing.T) {
		e := l.linked("s00", vocab.QuotedIn, "text")
		if len(e.Spans("content")) != 1 || len(e.Spans("repeated")) != 1 {
			t.Errorf("content %v, repeated %v", e.Spans("content"), e.Spans("repeated"))
		}
	})
	t.Run("a right single quotation mark is an apostrophe four times", func(t *testing.T) {
		if n := strings.Count(article, "’"); n != 5 {
			t.Errorf("%d of them", n)
		}
		if e := l.linked("s08", vocab.QuotedIn, "text"); len(e.Spans("nested")) != 1 {
			t.Errorf("nested quotations of s08: %v", e.Spans("nested"))
		}
	})
	t.Run("no final newline, and a no-break space, are kept", func(t *testing.T) {
		if strings.HasSuffix(article, "\n") || !strings.Contains(article, "added. \u00a0") {
			t.Error("the text was changed")
		}
	})
	t.Run("four lines are boilerplate", func(t *testing.T) {
		if list, _ := l.node("text").Props["boilerplate"].([]graph.Span); len(list) != 4 {
			t.Errorf("%d of them", len(list))
		}
	})
	t.Run("ungrammatical words are kept", func(t *testing.T) {
		if s := l.node("s05").Text("text"); !strings.Contains(s, "and resist Washington’s strategy") {
			t.Errorf("s05 is %q", s)
		}
		if s := l.node("s06").Text("text"); !strings.Contains(s, "detrimental to us and is forbidden,") {
			t.Errorf("s06 is %q", s)
		}
	})
	t.Run("Washington means the government", func(t *testing.T) {
		l.has("g-us-gov", l.linked("g-us-gov", vocab.MentionedIn, "text").Spans("evidence"), place{"Washington", [2]int{1048, 1058}, [2]int{1064, 1074}})
	})
	t.Run("the comments are the address", func(t *testing.T) {
		l.has("ev-address", l.linked("ev-address", vocab.MentionedIn, "text").Spans("pronouns"), place{"The comments", [2]int{3318, 3330}, [2]int{3359, 3371}})
	})
	t.Run("the second part of a split quotation has the cue before it", func(t *testing.T) {
		for _, s := range []string{"s22", "s23"} {
			if cue := l.linked(s, vocab.QuotedIn, "text").Spans("cue"); len(cue) != 1 || cue[0].Start != 3507 {
				t.Errorf("cue of %s: %v", s, cue)
			}
		}
	})
	t.Run("bytes differ from code points", func(t *testing.T) {
		if s := l.linked("s23", vocab.QuotedIn, "text").Spans("content")[0]; s.Start != 3586 || s.ByteStart != 3635 {
			t.Errorf("s23 begins at %d, byte %d", s.Start, s.ByteStart)
		}
	})
	t.Run("an event that did not happen is none", func(t *testing.T) {
		for _, x := range l.gold.NonEvents {
			for f, err := range l.events() {
				if err != nil || strings.EqualFold(f, x.Text) {
					t.Errorf("%s: %v", f, err)
				}
			}
		}
	})
	t.Run("the offer is an act that three statements perform", func(t *testing.T) {
		if n := len(l.edges("ev-offer", vocab.Performs, graph.In)); n != 3 {
			t.Errorf("%d of them", n)
		}
	})
}

func (l *loaded) events() map[string]error {
	out := make(map[string]error)
	f, err := l.v.Page(l.ctx, l.v.All(vocab.Event), graph.Page{})
	if err != nil {
		return map[string]error{"": err}
	}
	for _, it := range f.Items {
		ns, err := l.v.Nodes(l.ctx, []graph.Ref{it.Ref})
		out[ns[0].Text("name")] = err
	}
	return out
}

// TestRule computes the resolved dates again by the rule that the annotation names.
func TestRule(t *testing.T) {
	l := load(t)
	published, _ := l.node("article").When()
	day := published.Effective()
	n := 0
	for _, kind := range []vocab.NodeKind{vocab.Statement, vocab.Event, vocab.Stance} {
		f, err := l.v.Page(l.ctx, l.v.All(kind), graph.Page{})
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range f.Items {
			ns, err := l.v.Nodes(l.ctx, []graph.Ref{it.Ref})
			if err != nil {
				t.Fatal(err)
			}
			w, _ := ns[0].When()
			if w.Resolution == nil {
				continue
			}
			n++
			want := edtf.LatestOnOrBefore(day, w.Weekday)
			if w.Weekday == 0 {
				_, month, dayOf, _ := w.Resolution.EDTF.Civil()
				want = edtf.LatestMonthDayOnOrBefore(day, month, dayOf)
			}
			if w.Resolution.EDTF != want {
				t.Errorf("%s: %q is resolved to %s, and the rule gives %s", ns[0].Label(), w.Written, w.Resolution.EDTF, want)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d dates are resolved", n)
	}
}
