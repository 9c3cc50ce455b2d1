package extract

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode"
)

var (
	calibrateFrom = flag.String("calibrate", "", "a file of annotated articles to write lang/CODE/confidence.txt from")
	calibrateCode = flag.String("code", "en", "its language")
	reliability   = flag.String("reliability", "", "a file of annotated articles to compare confidence with")
)

type annotated struct {
	Text         string
	Attributions []struct {
		Parts  [][2]int `json:"content_parts"`
		Source [][2]int `json:"source_parts"`
	}
}

// words returns the words of a text that spans touch, by number.
func words(text []rune) []int {
	at := make([]int, len(text)+1)
	n := 0
	for i, r := range text {
		at[i] = -1
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if i == 0 || at[i-1] < 0 {
				n++
			}
			at[i] = n
		}
	}
	at[len(text)] = -1
	return at
}

func within(at []int, spans [][2]int) map[int]bool {
	set := map[int]bool{}
	for _, s := range spans {
		for i := s[0]; i < s[1]; i++ {
			if at[i] >= 0 {
				set[at[i]] = true
			}
		}
	}
	return set
}

func dice(a, b map[int]bool) float64 {
	if len(a)+len(b) == 0 {
		return 1
	}
	both := 0
	for w := range a {
		if b[w] {
			both++
		}
	}
	return 2 * float64(both) / float64(len(a)+len(b))
}

// judged is a finding with whether content and source are right.
type judged struct {
	a     Attribution
	right bool
}

// judge aligns findings with the annotation, best overlap first, as the scorer does.
func judge(d annotated, code string) []judged {
	text := []rune(d.Text)
	at := words(text)
	found := Extract(d.Text, Options{Language: code})
	out := make([]judged, len(found))
	type pair struct {
		score, source float64
		f, g          int
	}
	var pairs []pair
	pair2 := func(spans []Span) [][2]int {
		var out [][2]int
		for _, s := range spans {
			out = append(out, [2]int{s.Start, s.End})
		}
		return out
	}
	gold := make([]map[int]bool, len(d.Attributions))
	for g := range d.Attributions {
		gold[g] = within(at, d.Attributions[g].Parts)
	}
	for f, a := range found {
		out[f].a = a
		mine := within(at, pair2(a.Parts))
		for g, b := range d.Attributions {
			if s := dice(mine, gold[g]); s > 0 {
				source := 0.0
				if a.Source.Empty() == (len(b.Source) == 0) {
					source = dice(within(at, pair2([]Span{a.Source})), within(at, b.Source))
				}
				pairs = append(pairs, pair{s, source, f, g})
			}
		}
	}
	sort.SliceStable(pairs, func(i, j int) bool {
		if pairs[i].score != pairs[j].score {
			return pairs[i].score > pairs[j].score
		}
		return pairs[i].source > pairs[j].source
	})
	usedF, usedG := map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		if !usedF[p.f] && !usedG[p.g] {
			usedF[p.f], usedG[p.g] = true, true
			out[p.f].right = p.score >= .5 && p.source >= .5
		}
	}
	return out
}

func read(t *testing.T, file string) []annotated {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out []annotated
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var d annotated
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCalibrate writes the tallies: go test -run TestCalibrate -calibrate FILE -code en.
func TestCalibrate(t *testing.T) {
	if *calibrateFrom == "" {
		return // a tool, run by hand
	}
	all := map[string]tally{}
	for _, d := range read(t, *calibrateFrom) {
		for _, j := range judge(d, *calibrateCode) {
			for _, k := range append([]string{"*"}, j.a.kinds...) {
				c := all[k]
				c.n++
				if j.right {
					c.right++
				}
				all[k] = c
			}
		}
	}
	var b strings.Builder
	b.WriteString("# How many findings of a kind there were in development data and how many were\n# right, content and source; written by TestCalibrate. Kinds seen less than five\n# times are left to the more general kind.\n")
	var kinds []string
	for k, c := range all {
		if c.n >= 5 {
			kinds = append(kinds, k)
		}
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		fmt.Fprintf(&b, "%s\t%d %d\n", k, all[k].n, all[k].right)
	}
	if err := os.WriteFile("lang/"+*calibrateCode+"/confidence.txt", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReliability compares confidence with how often it was right.
func TestReliability(t *testing.T) {
	if *reliability == "" {
		return // a tool, run by hand
	}
	var n, right [10]int
	var sum [10]float64
	top, topRight := 0, 0
	for _, d := range read(t, *reliability) {
		for _, j := range judge(d, *calibrateCode) {
			bin := min(int(j.a.Confidence*10), 9)
			n[bin]++
			sum[bin] += j.a.Confidence
			if j.right {
				right[bin]++
			}
			if j.a.Confidence >= .95 {
				top++
				if j.right {
					topRight++
				}
			}
		}
	}
	for i := range n {
		if n[i] > 0 {
			t.Logf("%.1f  n %5d  says %.3f  is %.3f", float64(i)/10, n[i], sum[i]/float64(n[i]), float64(right[i])/float64(n[i]))
		}
	}
	t.Logf("from .95 on: %d of %d", topRight, top)
}
