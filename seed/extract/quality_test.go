package extract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/seed/extract"
)

// floor is what the articles made for measuring must reach: the shares of
// findings that are right and of reports that are found, content and source.
const floor = .80

// overlap is Dice's coefficient over the words of two texts.
func overlap(a, b string) float64 {
	count := map[string]int{}
	split := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,./“”„\"", r) })
	}
	x, y := split(a), split(b)
	for _, w := range x {
		count[w]++
	}
	both := 0
	for _, w := range y {
		if count[w] > 0 {
			count[w]--
			both++
		}
	}
	if len(x)+len(y) == 0 {
		return 1
	}
	return 2 * float64(both) / float64(len(x)+len(y))
}

// TestQuality measures precision and recall by mode on articles made for it.
// With -v it prints the table and what is wrong.
func TestQuality(t *testing.T) {
	t.Parallel()
	type score struct{ want, found, got, right int }
	modes := map[string]*score{}
	of := func(line string) *score {
		mode := line[strings.LastIndex(line, " | ")+3:]
		if modes[mode] == nil {
			modes[mode] = &score{}
		}
		return modes[mode]
	}
	var wrong []string
	for _, e := range examples(t, "testdata/articles.txt") {
		language, text, _ := strings.Cut(e.text, "\n")
		language = strings.TrimPrefix(language, "language: ")
		var got []string
		for _, a := range extract.Extract(text, extract.Options{Language: language}) {
			got = append(got, show(text, a))
		}
		taken := make([]bool, len(got))
		for _, want := range e.want {
			of(want).want++
			w := strings.Split(want, " | ")
			best, at := 0.0, -1
			for i, g := range got {
				f := strings.Split(g, " | ")
				if s := overlap(w[3], f[3]); !taken[i] && s > best && overlap(w[1], f[1]) >= .5 {
					best, at = s, i
				}
			}
			if best < .5 {
				wrong = append(wrong, "missed  "+want)
				continue
			}
			taken[at] = true
			of(want).found++
			of(got[at]).right++
		}
		for i, g := range got {
			of(g).got++
			if !taken[i] {
				wrong = append(wrong, "wrong   "+g)
			}
		}
	}
	all := &score{}
	row := func(mode string, s *score) {
		t.Logf("%-12s %4d reports  recall %.2f  precision %.2f", mode, s.want, float64(s.found)/float64(max(s.want, 1)), float64(s.right)/float64(max(s.got, 1)))
	}
	var names []string
	for mode, s := range modes {
		names = append(names, mode)
		all.want += s.want
		all.found += s.found
		all.got += s.got
		all.right += s.right
	}
	slices.Sort(names)
	for _, mode := range names {
		row(mode, modes[mode])
	}
	row("all", all)
	for _, w := range wrong[:min(len(wrong), 20)] {
		t.Log(w)
	}
	recall, precision := float64(all.found)/float64(all.want), float64(all.right)/float64(all.got)
	if recall < floor || precision < floor {
		t.Errorf("recall %.2f, precision %.2f; want %.2f of both", recall, precision, floor)
	}
}
