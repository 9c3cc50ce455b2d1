package candidate_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed/candidate"
	"github.com/onrecord/onrecord/seed/extract"
)

func article(capture, text string) candidate.Article {
	sum := sha256.Sum256([]byte(text))
	return candidate.Article{Capture: graphtest.ID(capture), SHA256: hex.EncodeToString(sum[:]), Text: text, Language: "en"}
}

func propose(t *testing.T, a candidate.Article) *candidate.Proposal {
	t.Helper()
	p, err := candidate.Propose(a, extract.Extract(a.Text, extract.Options{Language: a.Language}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// speakers shows who is proposed: names in quotation marks, and descriptions.
func speakers(p *candidate.Proposal) []string {
	var out []string
	for _, s := range p.Statements {
		for _, c := range s.Changes {
			if c.Node == nil || c.Node.Kind != vocab.Speaker {
				continue
			}
			who := c.Node.Text("description")
			if names, ok := c.Node.Props["names"].([]graph.Name); ok {
				who = strings.TrimSuffix("“"+names[0].Value+"” "+who, " ")
			}
			if who = c.Node.Text("type") + " " + who; !slices.Contains(out, who) {
				out = append(out, who)
			}
		}
	}
	return out
}

func TestSpeakers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a name": {"“It is late,” said Ann Lee.", []string{"PERSON “Ann Lee”"}},
		"a short name is the one full name that ends in it": {
			"Lee Will Not Run\n\n“It is late,” said Ann Lee. “I go,” Lee said.", []string{"PERSON “Ann Lee”"},
		},
		"the unnamed are described": {"Officials said that the bridge was closed.", []string{"GROUP Officials"}},
		"one of them":               {"A spokesman said that the bridge was closed.", []string{"PERSON A spokesman"}},
		"a body":                    {"The Harbour Commission said that the bridge was closed.", []string{"ORGANIZATION “Harbour Commission”"}},
		"an abbreviation":           {"NATO said that the bridge was closed.", []string{"ORGANIZATION “NATO”"}},
		"described before the name": {"Mayor Ann Lee said that it was late.", []string{"PERSON “Ann Lee” Mayor"}},
		"described behind the name": {"Ann Lee, the mayor of Norden, said that it was late.", []string{"PERSON “Ann Lee” the mayor of Norden"}},
		"nobody":                    {"It is late.", nil},
	} {
		if got := speakers(propose(t, article("c", c.text))); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Officials are other officials in each mention and text; a full name is one.
func TestUnnamedAreNeverOne(t *testing.T) {
	t.Parallel()
	ids := func(p *candidate.Proposal) (out []graph.ID) {
		for _, s := range p.Statements {
			out = append(out, s.Speaker)
		}
		return out
	}
	const unnamed = "Officials said that the bridge was closed.\n\nOfficials said that the road was open."
	a := ids(propose(t, article("a", unnamed)))
	b := ids(propose(t, article("b", unnamed+" ")))
	if all := slices.Concat(a, b); len(all) != 4 || all[0] == all[1] || all[0] == all[2] || all[1] == all[3] {
		t.Errorf("unnamed speakers %v, want four", all)
	}
	a, b = ids(propose(t, article("a", "Ann Lee said that it was late."))), ids(propose(t, article("b", "Ann Lee said that she would go.")))
	if a[0] != b[0] {
		t.Errorf("a full name is %v and %v", a, b)
	}
	a, b = ids(propose(t, article("a", "Lee said that it was late."))), ids(propose(t, article("b", "Lee said that she would go.")))
	if a[0] == b[0] {
		t.Error("one word is the same speaker in two texts")
	}
}

// Everything that is proposed is taken by a record, as a candidate, and verifies.
func TestProposalIsWritten(t *testing.T) {
	t.Parallel()
	const text = "“We are out of time,” Karl Ode told reporters on Monday. “The river (the Ems) has risen twice – é.”\n\n" +
		"According to the office, three ferries were late. The mayor, Ann Lee, denied it. She said it was “a matter of days”."
	rec := graphtest.Open(t)
	graphtest.Build().Capture("c", text).Write(t, rec)
	a := article("c", text)
	a.Published = edtf.When{EDTF: edtf.MustParse("2018-08-15")}
	a.Source = "https://a.example/1"
	p := propose(t, a)
	if len(p.Statements) < 3 {
		t.Fatalf("%d statements", len(p.Statements))
	}
	for _, s := range p.Statements {
		for _, c := range s.Changes {
			switch {
			case c.Node != nil && c.Node.Status() != "CANDIDATE", c.Edge != nil && c.Edge.Props["status"] != "CANDIDATE", !c.IfAbsent:
				t.Errorf("%+v is no candidate", c)
			}
		}
		if _, err := rec.Write(context.Background(), graph.Revision{Agent: "test", Method: candidate.Method, Changes: s.Changes}); err != nil {
			t.Fatal(err)
		}
	}
	first := p.Statements[0].Changes
	i := slices.IndexFunc(first, func(c graph.Change) bool { return c.Node != nil && c.Node.Kind == vocab.Statement })
	node := first[i].Node
	if got, want := node.Text("text"), "We are out of time, The river (the Ems) has risen twice – é."; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	said, _ := node.Props["said"].(edtf.When)
	if said.Weekday != 1 || said.Effective().String() != "2018-08-13" || said.ResolvedBy() != "latest-weekday-on-or-before-publication" {
		t.Errorf("said %+v, resolved %+v", said, said.Resolution)
	}
	if !slices.ContainsFunc(first, func(c graph.Change) bool { return c.Edge != nil && c.Edge.Kind == vocab.AddressedTo }) {
		t.Error("it is addressed to nobody")
	}
	graphtest.Verify(t, rec)
}

func TestWhen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ words, published, edtf, resolved, rule string }{
		"weekday":                     {"on Monday", "2018-08-15", "", "2018-08-13", "latest-weekday-on-or-before-publication"},
		"weekday of publication":      {"Wednesday", "2018-08-15", "", "2018-08-15", "latest-weekday-on-or-before-publication"},
		"month and day":               {"on July 30", "2018-08-13", "XXXX-07-30", "2018-07-30", "latest-month-day-on-or-before-publication"},
		"month and day of last year":  {"Dec. 30", "2018-08-13", "XXXX-12-30", "2017-12-30", "latest-month-day-on-or-before-publication"},
		"a whole date needs no rule":  {"July 30, 2018", "2018-08-13", "2018-07-30", "", ""},
		"yesterday":                   {"yesterday", "2018-03-01", "", "2018-02-28", "day-before-publication"},
		"yesterday on a Monday":       {"yesterday", "2018-08-13", "", "2018-08-12", "day-before-publication"},
		"today":                       {"earlier today", "2018-08-13", "", "2018-08-13", "day-of-publication"},
		"unknown day of publication":  {"on Monday", "", "", "", ""},
		"published in a month":        {"on Monday", "2018-08", "", "", ""},
		"words that are no day":       {"last spring", "2018-08-13", "", "", ""},
		"no such day":                 {"February 30", "2018-08-13", "", "", ""},
		"weekday and day that differ": {"Tuesday, August 13, 2018", "2018-08-15", "", "", ""},
		"German":                      {"am Montag", "2018-08-15", "", "2018-08-13", "latest-weekday-on-or-before-publication"},
		"Persian, two words":          {"سه‌شنبه", "2018-08-15", "", "2018-08-14", "latest-weekday-on-or-before-publication"},
	} {
		published := edtf.Date{}
		if c.published != "" {
			published = edtf.MustParse(c.published)
		}
		w, err := candidate.When(c.words, published, "https://a.example/")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		resolved, rule := "", ""
		if w.Resolution != nil {
			resolved, rule = w.Resolution.EDTF.String(), w.Resolution.Rule
		}
		if w.Written != c.words || w.EDTF.String() != c.edtf || resolved != c.resolved || rule != c.rule {
			t.Errorf("%s: got %q %q %q by %q, want %q %q by %q", name, w.Written, w.EDTF, resolved, rule, c.edtf, c.resolved, c.rule)
		}
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	p, err := candidate.ParsePolicy("direct>=0.95, speech-act >= 0.9")
	if err != nil {
		t.Fatal(err)
	}
	if p.String() != "direct>=0.95,speech_act>=0.9" {
		t.Errorf("policy %q", p)
	}
	if !p.Accepts(extract.Direct, .95) || p.Accepts(extract.Direct, .949) || p.Accepts(extract.Indirect, 1) || !p.Accepts(extract.SpeechAct, .9) {
		t.Error("it accepts something else")
	}
	if (candidate.Policy{}).Accepts(extract.Direct, 1) {
		t.Error("the zero policy accepts something")
	}
	for s, says := range map[string]string{
		"": "want a mode", "direct": "want a mode", "direct>=x": "want a mode", "direct>=0": "want a mode", "direct>=1.1": "want a mode",
		"direct>=NaN": "want a mode", "loud>=0.9": `"loud" is no mode`, "direct>=0.9,direct>=0.8": "named twice",
	} {
		if _, err := candidate.ParsePolicy(s); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want %q", s, err, says)
		}
	}
}
