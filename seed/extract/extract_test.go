package extract_test

import (
	"os"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/seed/extract"
)

// An example is a text with what must be found in it.
type example struct {
	text string
	want []string
}

func examples(t testing.TB, file string) []example {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for block := range strings.SplitSeq(string(data), "\n\n") {
		var e example
		for line := range strings.Lines(strings.TrimSpace(block)) {
			line = strings.TrimRight(line, "\n")
			switch {
			case line == "" || line[0] == '#':
			case strings.Count(line, " | ") == 4:
				e.want = append(e.want, line)
			case e.text != "":
				e.text += "\n" + line
			default:
				e.text = line
			}
		}
		if e.text != "" {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s holds no example", file)
	}
	return out
}

// show writes a finding as the examples do.
func show(text string, a extract.Attribution) string {
	points := []rune(text)
	cut := func(s extract.Span) string {
		if s.Empty() {
			return "-"
		}
		return string(points[s.Start:s.End])
	}
	var parts []string
	for _, p := range a.Parts {
		parts = append(parts, cut(p))
	}
	speaker := a.Speaker
	if speaker == "" {
		speaker = "-"
	}
	return strings.Join([]string{speaker, cut(a.Source), cut(a.Cue), strings.Join(parts, " // "), string(a.Mode)}, " | ")
}

func TestExamples(t *testing.T) {
	t.Parallel()
	for _, language := range extract.Languages() {
		for _, e := range examples(t, "testdata/"+language+".txt") {
			got := map[string]bool{}
			var all []string
			for _, a := range extract.Extract(e.text, extract.Options{Language: language}) {
				line := show(e.text, a)
				got[line] = true
				all = append(all, line)
			}
			for _, want := range e.want {
				if !got[want] {
					t.Errorf("%s: %q\ngot\n  %s\nwant\n  %s", language, e.text, strings.Join(all, "\n  "), want)
				}
			}
		}
	}
}
