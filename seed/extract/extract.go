package extract

import (
	"iter"
	"sort"
	"strings"
	"unicode/utf8"
)

// A Span is half-open, in code points of the text. The zero Span is no place.
type Span struct{ Start, End int }

// Empty reports whether s is no place.
func (s Span) Empty() bool { return s.End <= s.Start }

// Version is the version of the rules: a change that finds more, or other, raises it.
const Version = "1"

// A Mode is how a source renders what was said.
type Mode string

// The modes a finding can have. Transcripts are no work of this package.
const (
	Direct    Mode = "DIRECT"
	Partial   Mode = "PARTIAL"
	Indirect  Mode = "INDIRECT"
	SpeechAct Mode = "SPEECH_ACT"
	Headline  Mode = "HEADLINE"
)

// Who tells what kind of voice a speaker is, as far as the words tell.
type Who string

// A person or body is named; someone and people are described: "a spokesman",
// "officials". The zero Who is nobody.
const (
	Person  Who = "PERSON"
	Body    Who = "BODY"
	Someone Who = "SOMEONE"
	People  Who = "PEOPLE"
)

// An Attribution is a candidate: somebody said, thinks or wants something.
type Attribution struct {
	Parts      []Span // the content in the order of the text; never empty
	Source     Span   // the mention of who; empty where the text names nobody there
	Cue        Span   // the words that report; empty where there are none
	Addressee  Span   // to whom; empty where it is not told
	Said       Span   // words that tell the day, "on Monday"; empty where there are none
	Quotes     []Span // words in quotation marks within the content, without the marks
	Insertions []Span // what an editor put in brackets within a quotation
	Nested     []Span // what stands between inner marks within a quotation: “he said ‘no’ to me”
	Mode       Mode
	Speaker    string  // whom the mention means within the text; empty where that is open
	Who        Who     // what kind of voice Speaker is
	Confidence float64 // how often findings like this one are right, content and source
	Rule       string  // which rule made it, and the verb

	kinds []string // what the confidence is told by
}

// Content is the hull of the parts.
func (a Attribution) Content() Span { return Span{a.Parts[0].Start, a.Parts[len(a.Parts)-1].End} }

// Options narrow what Extract gives.
type Options struct {
	Language string  // one of [Languages]; empty: told by the text's own words
	Min      float64 // the least confidence; 0 means all
}

// Extract finds what text reports somebody to have said, in the order of the text.
func Extract(text string, o Options) []Attribution {
	l := languageOf(o.Language, text)
	d := &document{l: l, text: text}
	var out []Attribution
	at, bat := 0, 0
	first := true
	var previous Span
	var pending *pending
	for line := range pieces(text) {
		t := l.tokenize(nil, strings.TrimRight(line, "\r\n"), at, bat)
		at += utf8.RuneCountInString(line)
		bat += len(line)
		if len(t) == 0 {
			continue
		}
		l.tags(t)
		p := &paragraph{l: l, t: t, quotes: l.quotations(t), previous: previous, pending: pending}
		p.marks = make([]token, 0, len(p.quotes)+1)
		p.first = first && len(line) < len(text)
		p.headline = p.first && len(t) <= 30 && (t[len(t)-1].tag != stop || l.titleCase(t))
		first = false
		p.run()
		d.mentions(p)
		for i := range p.found {
			a := d.attribution(p, &p.found[i])
			if (a.Mode == Direct || l.grammar == "v2") && !a.Source.Empty() {
				previous = a.Source
			}
			if a.Confidence >= o.Min {
				out = append(out, a)
			}
		}
		pending = p.wait()
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Parts[0].Start < out[j].Parts[0].Start })
	return out
}

// maxParagraph bounds what is worked on at a time, in bytes: a longer line is
// cut after a sentence, or else between words, or else anywhere.
const maxParagraph = 64 << 10

// pieces yields the lines of a text, long ones in pieces.
func pieces(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			for len(line) > maxParagraph {
				cut := strings.LastIndex(line[:maxParagraph], ". ") + 2
				if cut < maxParagraph/2 {
					cut = strings.LastIndexByte(line[:maxParagraph], ' ') + 1
				}
				if cut < maxParagraph/2 {
					for cut = maxParagraph; cut > maxParagraph-utf8.UTFMax && !utf8.RuneStart(line[cut]); {
						cut--
					}
				}
				if !yield(line[:cut]) {
					return
				}
				line = line[cut:]
			}
			if !yield(line) {
				return
			}
		}
	}
}

// A paragraph is worked on at a time.
type paragraph struct {
	l        *language
	t        []token
	quotes   []quotation
	q        int // the next quotation, while items are made
	buf      []item
	marks    []token
	found    []finding
	previous Span     // who spoke last, in the paragraphs before
	pending  *pending // the paragraph before ended in a colon
	first    bool     // the first of several
	headline bool
	budget   int // searches for a subject that are left for the sentence
}

// maxSearches bounds the searches for a subject in one sentence. Prose needs a
// tenth of it; a sentence of nothing but verbs would need millions.
const maxSearches = 2000

// A pending source waits for the quotation of the next paragraph.
type pending struct{ source, cue Span }

// A finding is an attribution in tokens of its paragraph, half-open.
type finding struct {
	parts     [][2]int
	source    [2]int
	cue       [2]int
	addressee [2]int
	mode      Mode
	rule      string
	sentence  int
	verb      *verb

	carried, carriedCue Span // source and cue, where they stand in another paragraph
}

func (f *finding) add(r [2]int) {
	if r[0] < r[1] {
		f.parts = append(f.parts, r)
	}
}

func (p *paragraph) run() {
	if p.opening() {
		return
	}
	for i, s := range p.l.sentences(p.t, p.quotes) {
		p.budget = maxSearches
		x := p.items(s)
		switch p.l.grammar {
		case "v2":
			p.v2(x, i)
			continue
		case "marked":
			p.marked(x, i)
			continue
		}
		used := p.direct(x, i)
		p.indirect(x, i, used)
		p.nominals(x, i)
		p.adjectives(x, i)
	}
	if p.l.grammar == "svo" {
		p.prune()
	}
}

// prune drops what is reported within what somebody else is reported to say,
// "she said he believes", and within words quoted: of ten such findings eight
// are none that a reader would note.
func (p *paragraph) prune() {
	keep := p.found[:0:0]
	for i, f := range p.found {
		if f.mode == Direct && f.verb != nil || !p.nested(i) {
			keep = append(keep, f)
		}
	}
	p.found = keep
}

func (p *paragraph) nested(n int) bool {
	f := &p.found[n]
	if f.cue[0] >= f.cue[1] || f.rule == "according" {
		return false
	}
	for _, q := range p.quotesIn(f.cue) {
		if q.from <= f.cue[0] && f.cue[1] <= q.to && q.to-q.from < maxSentence {
			return true
		}
	}
	for i := n - 1; i >= 0 && p.found[i].sentence == f.sentence; i-- {
		if p.found[i].holds(f) {
			return true
		}
	}
	for i := n + 1; i < len(p.found) && p.found[i].sentence == f.sentence; i++ {
		if p.found[i].holds(f) {
			return true
		}
	}
	return false
}

// holds reports whether the cue of o lies within the content of f.
func (f *finding) holds(o *finding) bool {
	for _, r := range f.parts {
		if r[0] <= o.cue[0] && o.cue[1] <= r[1] {
			return true
		}
	}
	return false
}

// wait returns who is about to be quoted, where a paragraph ends in a colon.
func (p *paragraph) wait() *pending {
	n := len(p.t)
	if n < 2 || p.t[n-1].tag != colon {
		return nil
	}
	from := n - 1
	for from > 0 && p.t[from-1].tag != stop && n-from < reach {
		from--
	}
	p.q, p.budget = 0, maxSearches
	x := p.items(sentence{from, n})
	for v := len(x) - 1; v > 0; v-- {
		if !speaks(x[v]) {
			continue
		}
		if s := p.subjectOf(x, v); s.found() {
			return &pending{p.span(tokens(x, s.from, s.to)), p.span(p.cueSpan(x, v))}
		}
	}
	return nil
}

// span turns a range of tokens into code points.
func (p *paragraph) span(r [2]int) Span {
	if r[0] >= r[1] {
		return Span{}
	}
	return Span{p.t[r[0]].s, p.t[r[1]-1].e}
}

// content is the span of one part: without the quotation marks where they stand
// around the whole of it, with them where they stand around words at its edges.
func (p *paragraph) content(r [2]int) Span {
	from, to := r[0], r[1]
	for _, q := range p.quotesIn([2]int{r[0] - 1, r[1] + 1}) {
		last := q.to
		if q.closed {
			last--
		}
		switch {
		case q.from == from && q.to == to, q.from+1 == from && last == to:
			if q.from+1 < last {
				return p.span([2]int{q.from + 1, last})
			}
		case q.from+1 == from && q.to <= to:
			from = q.from
		case q.from > from && q.from < to && last == to:
			to = q.to
		}
	}
	return p.span([2]int{from, to})
}

// tokens turns a range of items into one of tokens.
func tokens(x []item, from, to int) [2]int {
	if from >= to {
		return [2]int{}
	}
	return [2]int{x[from].from, x[to-1].to}
}
