package extract_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/seed/extract"
)

// The editor's brackets, the words quoted within a clause, the day and the
// addressee have places of their own.
func TestPlacesWithin(t *testing.T) {
	t.Parallel()
	const text = "Mayor Ann Lee told reporters on Monday that the “old guard” and “the new” (her rivals) would lose. “They [the rivals] will,” she said."
	found := extract.Extract(text, extract.Options{Language: "en"})
	if len(found) != 2 {
		t.Fatalf("got %d findings, want 2: %+v", len(found), found)
	}
	points := []rune(text)
	cut := func(spans ...extract.Span) string {
		var out []string
		for _, s := range spans {
			out = append(out, string(points[s.Start:s.End]))
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct{ name, got, want string }{
		{"quotes", cut(found[0].Quotes...), "old guard, the new"},
		{"addressee", cut(found[0].Addressee), "reporters"},
		{"quotes of the second", cut(found[1].Quotes...), "They [the rivals] will,"},
		{"insertions", cut(found[1].Insertions...), "[the rivals]"},
		{"speaker of the second", found[1].Speaker, "Ann Lee"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	const text = "The river has risen, Lee said. Holm is expected to resign."
	all := extract.Extract(text, extract.Options{})
	if len(all) != 2 {
		t.Fatalf("got %d findings, want 2", len(all))
	}
	sure := extract.Extract(text, extract.Options{Min: all[0].Confidence})
	if len(sure) != 1 || sure[0].Rule != all[0].Rule {
		t.Errorf("with Min %v got %d findings, want the first alone", all[0].Confidence, len(sure))
	}
	if got := extract.Extract("Der Rat tagt, und der Minister sagte, dass die Brücke sicher ist.", extract.Options{}); len(got) != 1 {
		t.Errorf("German text without a language named: got %d findings, want 1", len(got))
	}
}

func TestNested(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"curly":          {"“They overplay the ‘spectre of war’ here,” said Ann Lee.", "‘spectre of war’"},
		"an apostrophe":  {"“It’s Lee’s ‘don’t know’,” said Ann Lee.", "‘don’t know’"},
		"two":            {"“A ‘b’ and a ‘c’,” said Ann Lee.", "‘b’, ‘c’"},
		"none":           {"“We don’t,” said Ann Lee.", ""},
		"never closed":   {"“They ‘overplay it,” said Ann Lee.", ""},
		"not in a quote": {"Ann Lee said that the ‘spectre’ was near.", ""},
		"German":         {"„Er rief ‚halt‘ und ging“, sagte Anna Lehr.", "‚halt‘"},
	} {
		points := []rune(c.text)
		var got []string
		for _, a := range extract.Extract(c.text, extract.Options{}) {
			for _, s := range a.Nested {
				got = append(got, string(points[s.Start:s.End]))
			}
		}
		if g := strings.Join(got, ", "); g != c.want {
			t.Errorf("%s: got %q, want %q", name, g, c.want)
		}
	}
}
