package postings

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph/text"
)

func TestParseQuery(t *testing.T) {
	t.Parallel()
	also := func(s string) []string { _, a := text.Prefix(s); return a }
	for _, c := range []struct {
		in   string
		want Parsed
	}{
		{"Negotiations  with IRAN", Parsed{All: []string{"negoti", "with", "iran"}}},
		{"Iran Iran’s", Parsed{All: []string{"iran"}}},
		{`"critical stage" deal`, Parsed{All: []string{"critic", "stage", "deal"}, Phrases: []Phrase{{Terms: []string{"critic", "stage"}}}}},
		{"„kritische Phase“", Parsed{All: []string{"kritisch", "phase"}, Phrases: []Phrase{{Terms: []string{"kritisch", "phase"}}}}},
		{"«переговоры идут»", Parsed{All: []string{"переговоры", "идут"}, Phrases: []Phrase{{Terms: []string{"переговоры", "идут"}}}}},
		{`"unclosed phrase`, Parsed{All: []string{"unclos", "phrase"}, Phrases: []Phrase{{Terms: []string{"unclos", "phrase"}}}}},
		{`deal "Iran"`, Parsed{All: []string{"deal", "iran"}}},
		{"deal -sanctions", Parsed{All: []string{"deal"}, Not: []string{"sanction"}}},
		{`deal -"bad faith"`, Parsed{All: []string{"deal"}, Phrases: []Phrase{{[]string{"bad", "faith"}, true}}}},
		{"deal -anti-Iran", Parsed{All: []string{"deal"}, Phrases: []Phrase{{[]string{"anti", "iran"}, true}}}},
		{"anti-Iran", Parsed{Any: [][]string{{"anti", "antiiran"}, {"iran", "antiiran"}}}},
		{"5+1 3.67 U.S. 2015-07-14", Parsed{All: []string{"5+1", "3.67", "us", "2015-07-14"}}},
		{"zari*", Parsed{Prefix: []Prefix{{"zari", also("zari")}}}},
		{"anti-negot*", Parsed{All: []string{"anti"}, Prefix: []Prefix{{"negot", also("negot")}}}},
		{"习近平", Parsed{All: []string{"习近", "近平"}}},
		{"我", Parsed{Prefix: []Prefix{{Start: "我"}}}},
		{"می‌خواهیم ظريف", Parsed{All: []string{"ظریف"}, Any: [][]string{{"می", "میخواهیم"}, {"خواهیم", "میخواهیم"}}}},
		{`ארה"ב איראן`, Parsed{All: []string{"ארהב", "איראן"}}},
		{"- -- * -*", Parsed{}},
	} {
		got, err := ParseQuery(c.in)
		if c.want.All == nil && c.want.Any == nil && c.want.Prefix == nil {
			if !errors.Is(err, ErrNoTerms) {
				t.Errorf("ParseQuery(%q) = %+v, %v", c.in, got, err)
			}
			continue
		}
		if d := cmp.Diff(c.want, got); d != "" || err != nil {
			t.Errorf("ParseQuery(%q): %v\n%s", c.in, err, d)
		}
	}
	if _, err := ParseQuery(" -a "); !errors.Is(err, ErrNoTerms) || !strings.Contains(err.Error(), `" -a "`) {
		t.Error(err)
	}
	if _, err := ParseQuery(strings.Repeat("a1 b2 c3 d4 e5 f6 g7 h8 i9 ", 1) + strings.Repeat("x1-y2 ", 16)); !errors.Is(err, ErrTooManyTerms) {
		t.Error(err)
	}
}

func TestPhrase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query, text string
		want        bool
	}{
		{`"critical stage"`, "It reached a “critical stage”.", true},
		{`"critical stage"`, "the stage is critical", false},
		{`"anti Iran policy"`, "an anti-Iran policy", true},
		{`"5+1 group"`, "the 5+1 group met", true},
		{`"近平说"`, "习近平说", true},
		{`deal -"bad faith"`, "a deal in bad faith", false},
		{`deal -"bad faith"`, "a deal in faith", true},
		{"deal", "", true},
	} {
		p, err := ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Accepts("", c.text); got != c.want {
			t.Errorf("%s accepts %q: %v", c.query, c.text, got)
		}
	}
}

func TestHighlights(t *testing.T) {
	t.Parallel()
	p, err := ParseQuery("anti-Iran deal zari* -bad")
	if err != nil {
		t.Fatal(err)
	}
	s, marks := text.Snippet("The anti-Iran deal, said Zarif, is bad.", p.Highlights, 100)
	var got []string
	for _, m := range marks {
		got = append(got, string([]rune(s)[m[0]:m[1]]))
	}
	if d := cmp.Diff([]string{"anti-Iran", "deal", "Zarif"}, got); d != "" {
		t.Error(d)
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"", `"`, `-"a b" c* -d`, "“a”b", `x"y`, "*", "-", `ארה"ב`, "\xff\"", "我*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseQuery(s)
		if err != nil {
			return
		}
		for _, a := range p.All {
			if checkTerm(a) != nil {
				t.Fatalf("term %q of %q", a, s)
			}
		}
		p.Accepts(s)
	})
}
