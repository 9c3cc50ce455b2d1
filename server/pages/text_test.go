package pages

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSegments(t *testing.T) {
	t.Parallel()
	got := segments("He said (😀) yes", 10, []Mark{
		{Start: 13, End: 17, Class: "cue"},
		{Start: 18, End: 21, Class: "insertion"},
		{Start: 10, End: 25, Class: "content", Path: "/statement/1"},
		{Start: 18, End: 25, Class: "content", Path: "/statement/2"},
	})
	want := []Segment{
		{Text: "He ", Class: "content", Path: "/statement/1", First: true},
		{Text: "said", Class: "cue content", Path: "/statement/1"},
		{Text: " ", Class: "content", Path: "/statement/1"},
		{Text: "(😀)", Class: "insertion content", Path: "/statement/2"},
		{Text: " yes", Class: "content", Path: "/statement/2"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Whatever the marks are, the segments are the text, none empty.
func TestSegmentsAreTheText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 40, -1).Draw(t, "text")
		var marks []Mark
		for range rapid.IntRange(0, 6).Draw(t, "marks") {
			a := rapid.IntRange(-5, 50).Draw(t, "start")
			marks = append(marks, Mark{Start: a, End: a + rapid.IntRange(0, 20).Draw(t, "length"), Class: rapid.SampledFrom([]string{"cue", "content"}).Draw(t, "class")})
		}
		var b strings.Builder
		for _, s := range segments(text, 0, marks) {
			if s.Text == "" {
				t.Fatalf("an empty segment of %q with %v", text, marks)
			}
			b.WriteString(s.Text)
		}
		if b.String() != text {
			t.Fatalf("got %q, want %q", b.String(), text)
		}
	})
}

// Nothing of a text but white space at its line ends is left out of its
// paragraphs, however these are named.
func TestParagraphsAreTheText(t *testing.T) {
	t.Parallel()
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab \n😀ن")), 0, 60, -1).Draw(t, "text")
		var named []*Span
		for range rapid.IntRange(0, 4).Draw(t, "paragraphs") {
			a := rapid.IntRange(0, 70).Draw(t, "start")
			named = append(named, &Span{Start: a, End: a + rapid.IntRange(0, 20).Draw(t, "length")})
		}
		var b strings.Builder
		for _, p := range paragraphs(text, 0, named, nil, nil) {
			for _, s := range p.Segments {
				b.WriteString(s.Text)
			}
		}
		if bare(b.String()) != bare(text) {
			t.Fatalf("got %q, want %q", b.String(), text)
		}
	})
}

func TestQuotation(t *testing.T) {
	t.Parallel()
	words := "No deal"
	for _, c := range []struct {
		name string
		node Node
		want string
	}{
		{"direct", Node{Text: "No deal", Words: &words, QuotedIn: []*Span{{Start: 5, End: 12, Exact: "No deal"}}, Quotations: []*Span{{Start: 5, End: 12}}}, "“No deal”"},
		{"part of a longer quotation", Node{Text: "No deal", QuotedIn: []*Span{{Start: 5, End: 12, Exact: "No deal"}}, Quotations: []*Span{{Start: 2, End: 40}}}, "“No deal”"},
		{"indirect", Node{Text: "No deal", QuotedIn: []*Span{{Start: 5, End: 12, Exact: "No deal"}}}, "No deal"},
		{"partial", Node{Text: "a “bad” deal", QuotedIn: []*Span{{Start: 0, End: 12, Exact: "a “bad” deal"}}, Quotations: []*Span{{Start: 3, End: 6}}}, "a “bad” deal"},
		{"its own marks", Node{Text: "“No deal”", QuotedIn: []*Span{{Start: 0, End: 9, Exact: "“No deal”"}}, Quotations: []*Span{{Start: 0, End: 9}}}, "“No deal”"},
		{"no place", Node{Text: "No deal", Words: &words}, "“No deal”"},
		{"German", Node{Text: "Nein", Language: "de-AT", QuotedIn: []*Span{{Start: 5, End: 9, Exact: "Nein"}}, Quotations: []*Span{{Start: 5, End: 9}}}, "„Nein“"},
		{"redacted", Node{}, ""},
	} {
		q := c.node.Quotation()
		var got strings.Builder
		got.WriteString(q.Open)
		for _, s := range q.Segments {
			got.WriteString(s.Text)
		}
		if got.WriteString(q.Close); got.String() != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got.String(), c.want)
		}
	}
}

func TestSpoken(t *testing.T) {
	t.Parallel()
	for edtf, want := range map[string]string{
		"2018-07-30": "30 July 2018", "2018-07": "July 2018", "2018": "2018", "~2003": "about 2003", "2003~": "about 2003", "2003?": "2003 (uncertain)",
		"2004%": "about 2004 (uncertain)", "XXXX-05-08": "8 May, year not stated", "201X": "2010s", "20XX": "between 2000 and 2099", "2018-05-XX": "day not known, May 2018",
		"2018-XX-XX": "2018", "2018-21": "spring 2018", "2018-05-08/2018-06": "8 May 2018 to June 2018", "2018/..": "from 2018", "../2018": "up to 2018",
		"2018-07-30T10:00:00Z": "30 July 2018", "[2018,2019]": "[2018,2019]", "Y17000": "Y17000", "-0044-03-15": "-0044-03-15", "not a date": "not a date",
	} {
		if got := spoken(edtf); got != want {
			t.Errorf("%s: got %s, want %s", edtf, got, want)
		}
	}
}
