package extract_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/onrecord/onrecord/seed/extract"
)

// check reports what is wrong with the findings of a text: every span lies
// within it, and the parts of a content are in order.
func check(t *testing.T, text string, found []extract.Attribution) {
	t.Helper()
	n := utf8.RuneCountInString(text)
	valid := func(name string, s extract.Span) {
		if s != (extract.Span{}) && (s.Start < 0 || s.End <= s.Start || s.End > n) {
			t.Errorf("%s %v of a text of %d code points", name, s, n)
		}
	}
	for _, a := range found {
		if len(a.Parts) == 0 {
			t.Error("a finding without content")
		}
		at := 0
		for _, p := range a.Parts {
			if p.Empty() || p.Start < at {
				t.Errorf("%s: part %v after %d", a.Rule, p, at)
			}
			valid("part", p)
			at = p.End
		}
		valid("source", a.Source)
		valid("cue", a.Cue)
		valid("addressee", a.Addressee)
		valid("said", a.Said)
		for _, s := range slices.Concat(a.Quotes, a.Insertions, a.Nested) {
			valid("quote", s)
		}
		if a.Confidence < 0 || a.Confidence > 1 {
			t.Errorf("%s: confidence %v", a.Rule, a.Confidence)
		}
	}
}

func FuzzExtract(f *testing.F) {
	for _, language := range extract.Languages() {
		for _, e := range examples(f, "testdata/"+language+".txt") {
			f.Add(e.text, language)
		}
	}
	for _, s := range []string{"", "“", "”said", "\"''\"'", "said said said", "((((", "a\xff\xfe“b", "He said that", "—", "X: “a\n“b\n“c”", "„«»“", strings.Repeat("“a” ", 99)} {
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, text, language string) {
		check(t, text, extract.Extract(text, extract.Options{Language: language}))
	})
}

// Hostile texts must not take more than a small multiple of the time that prose
// of their length takes.
func TestHostileTextTakesLinearTime(t *testing.T) {
	t.Parallel()
	const size = 60_000
	for name, unit := range map[string]string{
		"one line of prose":       "The mayor said that the bridge would open and that he hoped so, ",
		"no spaces":               "saidthat",
		"opening quotes":          "“",
		"straight quotes":         "\" ",
		"verbs":                   "said ",
		"commas":                  "said, ",
		"that":                    "said that ",
		"names and commas":        "Ann Lee, ",
		"brackets":                "( ",
		"colons":                  "X: ",
		"short paragraphs":        "he said.\n",
		"quotes in one paragraph": "“Yes,” he said. ",
		"quotes without cue":      "“Yes we can.” ",
		"nouns":                   "his claim that ",
		"according":               "according to ",
		"marks of no script":      "\u200f\u0301",
	} {
		for _, language := range extract.Languages() {
			text := strings.Repeat(unit, size/len(unit))
			began := time.Now()
			check(t, text, extract.Extract(text, extract.Options{Language: language}))
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("%s, %s: %v for %d bytes", name, language, took, len(text))
			} else if took > time.Second {
				t.Logf("%s, %s: %v for %d bytes", name, language, took, len(text))
			}
		}
	}
}

func BenchmarkExtract(b *testing.B) {
	for _, language := range extract.Languages() {
		var prose strings.Builder
		for _, e := range examples(b, "testdata/"+language+".txt") {
			prose.WriteString(e.text + " Nothing else was to be told of that long day in town.\n\n")
		}
		text := strings.Repeat(prose.String(), 1+100_000/prose.Len())
		b.Run(language, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				extract.Extract(text, extract.Options{Language: language})
			}
		})
	}
}
