package extract

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// loadV2 reads the verbs of a language whose lexicon gives each form.
func (l *language) loadV2() {
	data, _ := files.ReadFile("lang/" + l.code + "/verbs.txt")
	head := ""
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || f[0][0] == '#':
		case f[0][0] == '[':
			head = strings.Trim(strings.TrimSpace(line), "[]")
		case len(f) == 5:
			v := l.verb(f[0])
			for name := range strings.FieldsSeq(head) {
				v.frames |= frameNames[name]
			}
			particle := strings.Trim(f[1], "-")
			for w := range strings.SplitSeq(f[2], "/") {
				l.addV2(w, v2Form{v, particle, false})
			}
			for w := range strings.SplitSeq(f[3], "/") {
				l.addV2(w, v2Form{v, "", true})
			}
			if _, ok := l.forms[f[4]]; !ok {
				l.form(f[4], v, participle)
			}
			if _, ok := l.forms[f[0]]; !ok {
				l.form(f[0], v, base)
			}
		}
	}
}

func (l *language) addV2(word string, f v2Form) {
	for _, o := range l.v2[word] {
		if o == f || word == "-" {
			return
		}
	}
	// A form with a particle is tried first: it says more.
	if f.particle != "" {
		l.v2[word] = append([]v2Form{f}, l.v2[word]...)
	} else {
		l.v2[word] = append(l.v2[word], f)
	}
}

// The languages there are.
var languages = map[string]func() *language{
	"en": sync.OnceValue(func() *language { return load("en") }),
	"de": sync.OnceValue(func() *language { return load("de") }),
	"fa": sync.OnceValue(func() *language { return load("fa") }),
	"ar": sync.OnceValue(func() *language { return load("ar") }),
}

// Languages lists the codes that Options take.
func Languages() []string { return slices.Sorted(maps.Keys(languages)) }

// languageOf returns the language of the code, or the one that the letters and
// the small words of the text are most of. What is none of them is read as English.
func languageOf(code, text string) *language {
	if l, ok := languages[code]; ok {
		return l()
	}
	count := map[string]int{}
	n := 0
	for w := range strings.FieldsSeq(text) {
		switch lower(w) {
		case "the", "of", "and", "to", "said", "that":
			count["en"]++
		case "der", "die", "und", "den", "dass", "von", "das", "ist":
			count["de"]++
		case "در", "که", "به", "از", "این", "است", "را":
			count["fa"]++
		case "في", "من", "على", "إلى", "أن", "إن", "قال", "عن":
			count["ar"]++
		}
		if n++; n > 400 {
			break
		}
	}
	best := "en"
	for _, code := range Languages() {
		if count[code] > count[best] {
			best = code
		}
	}
	return languages[best]()
}
