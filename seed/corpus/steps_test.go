package corpus

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/jsonl"
)

// goldID is what the gold calls its own things. None of it may stand in a text of
// the record, where nobody can look it up.
var goldID = regexp.MustCompile(`\b(s[0-9]{2}b?|st[0-9]+|q[0-9]|pr[0-9]|n[0-9]|rel-\w+|(p|g|c|l|o|a|ev|top)-[a-z0-9]+(-[a-z]+)*|lines? [0-9]+)\b`)

// words are what a test of a text looks at.
func words(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case edtf.When:
		s := []string{v.Written, v.EDTF.String(), v.NotBefore.String(), v.NotAfter.String()}
		if v.Resolution != nil {
			s = append(s, v.Resolution.EDTF.String(), v.Resolution.Rule, v.Resolution.Source)
		}
		return s
	case []graph.Name:
		var s []string
		for _, n := range v {
			s = append(s, n.Value)
		}
		return s
	case []graph.GapNote:
		var s []string
		for _, g := range v {
			s = append(s, g.Note)
		}
		return s
	case []graph.Marked:
		var s []string
		for _, m := range v {
			s = append(append(s, words(m.When)...), m.Note)
		}
		return s
	}
	return nil
}

// outside is what the article does not say: no asOf before the publication date
// may show it.
var outside = regexp.MustCompile(`2018|https?:|[a-z]\.com|Wikidata|Q[0-9]+|wikiwand|14 July|P5\+1|E3/EU|Persian|European Union|[\x{0600}-\x{06ff}]`)

func TestStepsSayNoMoreThanTheyMay(t *testing.T) {
	seq := 0
	for rev, err := range Revisions() {
		if err != nil {
			t.Fatal(err)
		}
		seq++
		for _, c := range rev.Changes {
			props, what := graph.Props(nil), ""
			if c.Node != nil {
				props, what = c.Node.Props, c.Node.Kind.String()
			} else {
				props, what = c.Edge.Props, c.Edge.Kind.String()
			}
			for name, v := range props {
				for _, s := range words(v) {
					if name == "text" && what == "CAPTURE" {
						continue
					}
					if m := goldID.FindString(s); m != "" && name != "class" {
						t.Errorf("revision %d: %s.%s names %q: %q", seq, what, name, m, s)
					}
					if m := outside.FindString(s); m != "" && seq <= 2 {
						t.Errorf("revision %d: %s.%s holds %q, which the article does not say: %q", seq, what, name, m, s)
					}
				}
			}
		}
	}
	if seq != 5 {
		t.Errorf("%d revisions", seq)
	}
}

// TestSpans compares every span of the stream with the article, and writes the
// stream and reads it again.
func TestSpans(t *testing.T) {
	article, err := files.ReadFile("article.txt")
	if err != nil {
		t.Fatal(err)
	}
	points := []rune(string(article))
	n := 0
	check := func(what string, s graph.Span) {
		n++
		if s.Capture != ID("text") || s.Exact == "" || string(points[s.Start:s.End]) != s.Exact || string(article[s.ByteStart:s.ByteEnd]) != s.Exact {
			t.Errorf("%s: %v is not %q", what, s.Span, s.Exact)
		}
	}
	write := func() (string, int) {
		var b bytes.Buffer
		w := jsonl.NewWriter(&b, jsonl.WriterOptions{})
		revs := 0
		for rev, err := range Revisions() {
			if err != nil {
				t.Fatal(err)
			}
			revs++
			for _, c := range rev.Changes {
				props, what := graph.Props(nil), c.Op.String()
				if c.Node != nil {
					props = c.Node.Props
				} else {
					props = c.Edge.Props
				}
				for name, v := range props {
					switch v := v.(type) {
					case []graph.Span:
						for _, s := range v {
							check(what+" "+name, s)
						}
					case []graph.Marked:
						for _, m := range v {
							check(what+" "+name, m.Place)
						}
					}
				}
			}
			if err := w.Write(rev); err != nil {
				t.Fatal(err)
			}
		}
		return b.String(), revs
	}
	first, revs := write()
	var again bytes.Buffer
	w := jsonl.NewWriter(&again, jsonl.WriterOptions{})
	for rev, err := range jsonl.Read(strings.NewReader(first), jsonl.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(rev); err != nil {
			t.Fatal(err)
		}
		revs--
	}
	if again.String() != first || revs != 0 {
		t.Error("written, read and written again it is not the same")
	}
	if n < 350 {
		t.Errorf("only %d spans", n)
	}
	t.Logf("%d spans", n)
}

// TestDatesInTheText computes the dates of the text's own expressions again.
func TestDatesInTheText(t *testing.T) {
	l := load(t)
	published, _ := l.node("article").When()
	day := published.Effective()
	want := map[string]edtf.Date{
		"Monday":     edtf.LatestOnOrBefore(day, 1),
		"at present": edtf.LatestOnOrBefore(day, 1), // the time of speaking
		"July 30":    edtf.LatestMonthDayOnOrBefore(day, 7, 30),
		"May 8":      edtf.LatestMonthDayOnOrBefore(day, 5, 8),
		"2015":       edtf.MustParse("2015-07-14"), // by another source
	}
	times, _ := l.node("text").Props["times"].([]graph.Marked)
	for _, m := range times {
		if r := m.When.Resolution; r != nil {
			if r.EDTF != want[m.When.Written] {
				t.Errorf("%q is resolved to %s, want %s", m.When.Written, r.EDTF, want[m.When.Written])
			}
			delete(want, m.When.Written)
		}
	}
	if len(want) > 0 {
		t.Errorf("not resolved: %v", want)
	}
}
