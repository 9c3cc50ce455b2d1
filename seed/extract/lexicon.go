package extract

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed lang
var files embed.FS

// A form is a set of forms of a verb.
type form uint8

const (
	base form = 1 << iota
	third
	past
	participle
	gerund
	nounToo // the form is as often a noun
)

// A frame is a set of what may follow a verb; see lang/en/verbs.txt.
type frame uint32

const (
	quoted frame = 1 << iota
	clausal
	whClausal
	addressed
	infinitive
	objectInfinitive
	nominal
	gerundive
	mental
	documentary
	raising
	passive
	asPredicate
	weakNominal
)

// A verb is an entry of the lexicon.
type verb struct {
	lemma    string
	frames   frame
	preps    map[string]frame // preposition that opens the content
	particle map[string]*verb // particle that makes another verb of it
}

// A language is what the method knows of one language: words and their classes,
// and a few switches. It holds no code.
type language struct {
	code          string
	class         map[string]tag
	abbreviations map[string]bool
	titles        map[string]bool
	bodies        map[string]bool // words by which a name is that of a body: ministry, court
	places        map[string]bool // prepositions before places
	carriers      map[string]bool // verbs as in "made the claim"
	linking       map[string]bool // verbs as in "seemed sure"
	standsFor     map[string]bool // determiners that can be a noun phrase, "few believe"
	verbs         map[string]*verb
	forms         map[string]wordForm
	nouns         map[string]map[string]bool // noun → what may follow: "c", "i", a preposition
	adjectives    map[string]map[string]bool
	persons       map[string]bool
	groups        map[string]bool
	documents     map[string]bool
	clitics       []string
	grammar       string              // svo, v2 or marked
	v2            map[string][]v2Form // finite forms, where the grammar is v2
	subjunctive   map[string]bool
	voice         map[string]bool       // nouns for an utterance: "nach Angaben von"
	by            map[string]bool       // "laut"
	viewpoint     map[string]bool       // "nach"
	after         map[string]bool       // "zufolge"
	cues          map[string][][]string // verbs of saying, by their first word, where the grammar is marked
	according     map[string][][]string
	verbFirst     bool
	tallies       map[string]tally
	soWord        string // "so X"
	longMarks     []string
	apostrophes   bool
	caseless      bool // the script has no capital letters
	nounCapitals  bool // every noun has a capital letter
	lowQuotes     bool // „…“
	inwardQuotes  bool // »…«
}

// A v2Form is a finite form of a verb, in a main clause or at the end of a
// dependent one.
type v2Form struct {
	verb     *verb
	particle string
	last     bool
}

type wordForm struct {
	verb  *verb
	forms form
}

// section reads a file of lang/code in which a line in brackets names what the
// following words are. A line that begins with # is a comment.
func section(code, name string, each func(head, word string)) {
	data, err := files.ReadFile("lang/" + code + "/" + name)
	if err != nil {
		return // a language need not have every file
	}
	head := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			head = strings.Trim(line, "[]")
		default:
			for word := range strings.FieldsSeq(line) {
				each(head, word)
			}
		}
	}
}

func load(code string) *language {
	l := &language{
		code: code, grammar: "svo", v2: map[string][]v2Form{}, subjunctive: map[string]bool{}, voice: map[string]bool{}, by: map[string]bool{}, viewpoint: map[string]bool{}, cues: map[string][][]string{}, according: map[string][][]string{}, after: map[string]bool{}, class: map[string]tag{}, abbreviations: map[string]bool{}, titles: map[string]bool{}, bodies: map[string]bool{}, places: map[string]bool{}, carriers: map[string]bool{}, linking: map[string]bool{}, standsFor: map[string]bool{},
		verbs: map[string]*verb{}, forms: map[string]wordForm{}, nouns: map[string]map[string]bool{},
		adjectives: map[string]map[string]bool{}, persons: map[string]bool{}, groups: map[string]bool{}, documents: map[string]bool{},
		clitics:   []string{"'s", "'ll", "'ve", "'re", "'m", "'d"},
		longMarks: []string{"''", "``", "...", "--"}, apostrophes: true,
	}
	switch code {
	case "de":
		l.grammar, l.clitics, l.apostrophes, l.lowQuotes, l.nounCapitals = "v2", nil, false, true, true
	case "fa", "ar":
		l.grammar, l.clitics, l.apostrophes, l.caseless, l.verbFirst = "marked", nil, false, true, code == "ar"
	}
	section(code, "words.txt", func(head, word string) {
		switch head {
		case "abbr":
			l.abbreviations[word] = true
		case "title":
			l.titles[word] = true
		case "body":
			l.bodies[word] = true
		case "carrier":
			l.carriers[word] = true
		case "linking":
			l.linking[word] = true
		case "place":
			l.places[word] = true
		case "stands":
			l.standsFor[word] = true
		case "subjunctive":
			l.subjunctive[word] = true
		case "voice":
			l.voice[word] = true
		case "by":
			l.by[word] = true
		case "viewpoint":
			l.viewpoint[word] = true
		case "after":
			l.after[word] = true
		case "so":
			l.soWord = word
		case "person":
			l.persons[word] = true
		case "cue", "according":
			words := strings.Split(word, "_")
			list := l.cues
			if head == "according" {
				list = l.according
			}
			list[words[0]] = append(list[words[0]], words)
		default:
			t, ok := classNames[head]
			if !ok {
				panic(fmt.Sprintf("lang/%s/words.txt: no class %q", code, head)) // embedded data, read by every test
			}
			if _, ok := l.class[word]; !ok {
				l.class[word] = t
			}
		}
	})
	l.loadTallies()
	if l.grammar == "v2" {
		l.loadV2()
	} else {
		l.loadVerbs()
	}
	section(code, "nouns.txt", func(head, word string) {
		noun := strings.TrimPrefix(head, ":")
		for _, w := range []string{word, plural(word)} {
			if l.nouns[w] == nil {
				l.nouns[w] = map[string]bool{}
			}
			l.nouns[w][noun] = true
		}
	})
	section(code, "adjectives.txt", func(head, word string) {
		if l.adjectives[word] == nil {
			l.adjectives[word] = map[string]bool{}
		}
		for w := range strings.SplitSeq(strings.TrimPrefix(head, ":"), "+") {
			l.adjectives[word][w] = true
		}
	})
	section(code, "nouns_person.txt", func(head, word string) {
		switch head {
		case "person":
			l.persons[word], l.persons[plural(word)] = true, true
		case "group":
			l.groups[word] = true
		case "document":
			l.documents[word] = true
		}
	})
	return l
}

func (l *language) loadVerbs() {
	double := map[string]bool{}
	section(l.code, "doubling.txt", func(_, w string) { double[w] = true })
	section(l.code, "general.txt", func(_, w string) { l.verb(w) })
	both := map[string]bool{}
	section(l.code, "both.txt", func(_, w string) { both[w] = true })
	section(l.code, "verbs.txt", func(head, w string) {
		lemma, particle, _ := strings.Cut(w, "_")
		v := l.verb(lemma)
		if particle != "" {
			if v.particle[particle] == nil {
				v.particle[particle] = newVerb(w)
			}
			v = v.particle[particle]
		}
		for f := range strings.FieldsSeq(head) {
			if preps, ok := strings.CutPrefix(f, ":"); ok {
				for p := range strings.SplitSeq(preps, "+") {
					v.preps[p] = nominal
				}
				continue
			}
			bit, ok := frameNames[f]
			if !ok {
				panic(fmt.Sprintf("lang/%s/verbs.txt: no frame %q", l.code, f)) // embedded data
			}
			if !(strings.Contains(head, ":") && bit == nominal) {
				v.frames |= bit
			}
		}
	})
	data, _ := files.ReadFile("lang/" + l.code + "/irregular.txt")
	irregular := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) != 3 || f[0][0] == '#' {
			continue
		}
		irregular[f[0]] = true
		v := l.verb(f[0])
		for w := range strings.SplitSeq(f[1], "/") {
			l.form(w, v, past)
		}
		for w := range strings.SplitSeq(f[2], "/") {
			l.form(w, v, participle)
		}
	}
	for lemma, v := range l.verbs {
		also := form(0)
		if both[lemma] {
			also = nounToo
		}
		l.form(lemma, v, base|also)
		l.form(plural(lemma), v, third|also)
		stem := lemma
		switch n := len(lemma); {
		case double[lemma]:
			stem += lemma[n-1:]
		case strings.HasSuffix(lemma, "ie"):
			l.form(lemma[:n-2]+"ying", v, gerund)
			stem = ""
		case strings.HasSuffix(lemma, "e") && !strings.HasSuffix(lemma, "ee") && !strings.HasSuffix(lemma, "oe") && lemma != "be":
			stem = lemma[:n-1]
		}
		if stem != "" {
			l.form(stem+"ing", v, gerund)
		}
		if irregular[lemma] {
			continue
		}
		switch {
		case strings.HasSuffix(lemma, "y") && !strings.ContainsAny(lemma[len(lemma)-2:len(lemma)-1], "aeiou"):
			l.form(lemma[:len(lemma)-1]+"ied", v, past|participle)
		case strings.HasSuffix(lemma, "e"):
			l.form(lemma+"d", v, past|participle)
		default:
			l.form(stem+"ed", v, past|participle)
		}
	}
}

func (l *language) verb(lemma string) *verb {
	v := l.verbs[lemma]
	if v == nil {
		v = newVerb(lemma)
		l.verbs[lemma] = v
	}
	return v
}

func newVerb(lemma string) *verb {
	return &verb{lemma: lemma, preps: map[string]frame{}, particle: map[string]*verb{}}
}

// form enters one form; of two verbs that share it, one with frames wins.
func (l *language) form(word string, v *verb, f form) {
	w := l.forms[word]
	switch {
	case w.verb == nil || w.verb == v:
		l.forms[word] = wordForm{v, w.forms | f}
	case w.verb.frames == 0 && v.frames != 0 || (w.verb.frames != 0) == (v.frames != 0) && v.lemma < w.verb.lemma:
		l.forms[word] = wordForm{v, f}
	}
}

func plural(w string) string {
	n := len(w)
	switch {
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "sh"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "z"), w == "go", w == "do", w == "veto", w == "echo":
		return w + "es"
	case n > 1 && w[n-1] == 'y' && !strings.ContainsRune("aeiou", rune(w[n-2])):
		return w[:n-1] + "ies"
	case strings.HasSuffix(w, "man"):
		return w[:n-3] + "men"
	}
	return w + "s"
}

var frameNames = map[string]frame{
	"q": quoted, "c": clausal, "w": whClausal, "a": addressed, "i": infinitive, "o": objectInfinitive,
	"n": nominal, "g": gerundive, "k": mental, "d": documentary, "seem": raising, "passive": passive, "as": asPredicate, "m": weakNominal, "n-": 0,
}
