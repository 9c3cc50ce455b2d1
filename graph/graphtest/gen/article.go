package gen

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// article puts a source, its text and the statements in it.
func (r *run) article() {
	source, capture := r.id("source", r.articles), r.id("capture", r.articles)
	r.articles++
	day := r.IntN(days)
	a := &article{run: r, capture: capture, day: day, named: make(map[int][]graph.Span)}
	title := a.write(r.words.sentence(r.Rand, 6+r.IntN(6)))
	a.add("\n\n")
	var paragraphs []graph.Span
	at := len(r.changes)
	r.changes = append(r.changes, graph.Change{}, graph.Change{}, graph.Change{}, graph.Change{}) // what follows needs the whole text
	for range min(r.lognormal(2.894, .786), r.o.Statements-r.said) {
		from := a.mark()
		a.statement()
		for range r.IntN(2) { // narration: half of the words, as in an article of 745 with 24 attributions
			a.add(" " + r.words.sentence(r.Rand, 12+r.IntN(24)) + ".")
		}
		paragraphs = append(paragraphs, a.since(from))
		a.add("\n\n")
	}
	r.changes[at] = graph.Put(&graph.Node{ID: source, Kind: vocab.Source, Props: graph.Props{
		"title": title.Exact, "url": fmt.Sprintf("https://news%d.example/a/%d", r.articles%publishers, r.articles),
		"language": "en", "published": r.on(day),
	}})
	r.changes[at+1] = graph.Put(&graph.Node{ID: capture, Kind: vocab.Capture, Props: graph.Props{
		"text": string(a.text), "mediaType": "text/plain", "headline": []graph.Span{title}, "paragraphs": paragraphs,
	}})
	r.changes[at+2] = graph.Connect(&graph.Edge{Kind: vocab.CaptureOf, From: capture, To: source})
	r.changes[at+3] = graph.Connect(&graph.Edge{Kind: vocab.Published, From: r.id("publisher", r.articles%publishers), To: source})
	for _, k := range a.order {
		r.connect(vocab.MentionedIn, r.Speaker(k), capture, graph.Props{"evidence": a.named[k]})
	}
}

// article is a text on its way.
type article struct {
	*run
	capture graph.ID
	day     int
	text    []byte
	runes   int
	used    []int // who spoke, once for each time
	order   []int // who is named, in the order of the text
	named   map[int][]graph.Span
	count   int // statements so far
}

type mark struct{ runes, bytes int }

func (a *article) mark() mark { return mark{a.runes, len(a.text)} }

func (a *article) add(s string) {
	a.text = append(a.text, s...)
	a.runes += utf8.RuneCountInString(s)
}

// since is the place from a mark to here.
func (a *article) since(m mark) graph.Span {
	return graph.Span{
		Capture: a.capture, Exact: string(a.text[m.bytes:]),
		Span: span.Span{Start: m.runes, End: a.runes, ByteStart: m.bytes, ByteEnd: len(a.text)},
	}
}

// write adds s and returns its place.
func (a *article) write(s string) graph.Span {
	m := a.mark()
	a.add(s)
	return a.since(m)
}

var cues = []string{"said", "said", "said", "said", "said", "said", "said", "said", "says", "told reporters", "wrote", "added", "noted", "announced", "argued", "suggested"}

// statement writes a statement into the text and puts it with its edges.
func (a *article) statement() {
	r := a.run
	id := r.Statement(r.said)
	speaker, as, named := a.voice()
	cue := cues[r.IntN(len(cues))]
	quoted := graph.Props{}
	attribute := func() {
		if m := a.write(as); as != "" {
			quoted["mention"] = []graph.Span{m}
			if named {
				if a.named[speaker] == nil {
					a.order = append(a.order, speaker)
				}
				a.named[speaker] = append(a.named[speaker], m)
			}
			a.add(" ")
		}
		quoted["cue"] = []graph.Span{a.write(cue)}
	}
	var mode string
	var content []graph.Span
	switch x := r.Float64(); {
	case x < .161:
		mode = "DIRECT"
		words := r.words.sentence(r.Rand, r.lognormal(3.041, .875))
		a.add("“")
		content = append(content, a.write(words+","))
		a.add("” ")
		attribute()
		if r.Float64() < .155 { // goes on behind the cue
			a.add(", “")
			content = append(content, a.write(r.words.text(r.Rand, 1+r.lognormal(2, .8))+"."))
			a.add("”")
		} else {
			a.add(".")
		}
		quoted["quotations"] = content
	case x < .269:
		mode = "PARTIAL"
		attribute()
		a.add(" that ")
		n := r.lognormal(2.664, .69)
		m := a.mark()
		a.add(r.words.text(r.Rand, 1+n/2) + " “")
		q := a.write(r.words.text(r.Rand, 1+n/2))
		a.add("”")
		content = append(content, a.since(m))
		quoted["quotations"] = []graph.Span{q}
		a.add(".")
	default:
		mode = "INDIRECT"
		attribute()
		a.add(" that ")
		content = append(content, a.write(r.words.text(r.Rand, 1+r.lognormal(2.067, .936))))
		a.add(".")
	}
	text := content[0].Exact
	if len(content) > 1 {
		text += " " + content[1].Exact
	}
	props := graph.Props{"text": text, "mode": mode, "language": "en"}
	if w := r.saidOn(a.day); !w.IsZero() {
		props["said"] = w
	}
	quoted["content"] = content
	r.put(vocab.Statement, id, props)
	r.connect(vocab.QuotedIn, id, a.capture, quoted)
	if speaker >= 0 {
		r.connect(vocab.Said, r.Speaker(speaker), id, nil)
	}
	a.meaning(id, speaker, content[:1])
	r.said++
	a.count++
}

// voice draws who speaks and how the text names them: by name, by a pronoun, by
// a description or not at all.
func (a *article) voice() (speaker int, as string, named bool) {
	r := a.run
	x := r.Float64()
	if x < .073 {
		return -1, "", false
	}
	if len(a.used) > 0 && r.Float64() < .65 { // 24 attributions, 8 sources an article
		speaker = a.used[r.IntN(len(a.used))]
	} else {
		speaker = r.speaker()
	}
	a.used = append(a.used, speaker)
	switch {
	case x < .28 && len(a.used) > 1:
		return speaker, "They", false
	case x < .41:
		return speaker, "The " + r.words.of(700+speaker%200), false
	}
	return speaker, r.called(speaker), true
}

// meaning puts what a statement says: claims, its occasion, what it answers, and
// at times the speaker's stance.
func (a *article) meaning(id graph.ID, speaker int, place []graph.Span) {
	r := a.run
	claims := make(map[graph.ID]bool)
	var first graph.ID
	n := 1 // mean 1.2
	if x := r.IntN(40); x == 0 {
		n = 3
	} else if x < 7 {
		n = 2
	}
	for range n {
		c := r.expressed()
		if claims[c] {
			continue
		}
		if claims[c] = true; first.IsZero() {
			first = c
		} else if r.IntN(60) == 0 {
			r.connect(vocab.Contradicts, first, c, graph.Props{"status": "CANDIDATE", "method": "rule:gen", "confidence": .5, "evidence": place})
		}
		polarity := "ASSERTS"
		if x := r.IntN(100); x < 20 {
			polarity = "DENIES"
		} else if x < 23 {
			polarity = "QUESTIONS"
		}
		r.connect(vocab.Expresses, id, c, graph.Props{"polarity": polarity})
	}
	if r.said%200 == 0 {
		r.event(a.day)
	}
	if r.IntN(10) == 0 {
		r.connect(vocab.Occasion, id, r.Event(max(0, r.events-1-r.IntN(50))), nil)
	}
	if a.count > 0 && r.IntN(33) == 0 {
		r.connect(vocab.RespondsTo, id, r.Statement(r.said-1), nil)
	}
	if speaker >= 0 && r.IntN(10) == 0 {
		stance := r.id("stance", r.stances)
		r.stances++
		r.put(vocab.Stance, stance, graph.Props{
			"polarity": []string{"SUPPORTS", "SUPPORTS", "OPPOSES", "NEUTRAL", "MIXED"}[r.IntN(5)], "basis": "SAID", "when": r.on(a.day),
		})
		r.connect(vocab.Holds, r.Speaker(speaker), stance, nil)
		r.connect(vocab.Toward, stance, first, nil)
		r.connect(vocab.EvidencedBy, stance, id, nil)
	}
}

// event puts an event with two participants.
func (r *run) event(day int) {
	id := r.Event(r.events)
	r.events++
	r.put(vocab.Event, id, graph.Props{"name": r.words.sentence(r.Rand, 3+r.IntN(5)), "class": r.words.of(900 + r.IntN(40)), "when": r.on(max(0, day-r.IntN(400)))})
	r.connect(vocab.At, id, r.id("place", r.IntN(places)), nil)
	one, two := r.speaker(), r.speaker()
	r.connect(vocab.ParticipatedIn, r.Speaker(one), id, graph.Props{"role": "speaker"})
	if one != two {
		r.connect(vocab.ParticipatedIn, r.Speaker(two), id, graph.Props{"role": "audience"})
	}
}

// days is how many days the corpus is about, from 2010 on.
const days = 5844

// dates keeps the days, which are asked for again and again.
type dates [days]edtf.Date

func (r *run) date(day int) edtf.Date {
	d := &r.dates[day]
	if d.IsZero() {
		*d = edtf.MustParse(epoch.AddDate(0, 0, day).Format("2006-01-02"))
	}
	return *d
}

func (r *run) on(day int) edtf.When { return edtf.When{EDTF: r.date(day)} }

// when is a date as texts give it: a fifth are less than a day.
func (r *run) when(day int) edtf.When {
	d := epoch.AddDate(0, 0, day)
	switch x := r.IntN(100); {
	case x < 80:
		return r.on(day)
	case x < 88:
		return edtf.When{EDTF: edtf.MustParse(d.Format("2006-01"))}
	case x < 92:
		return edtf.When{EDTF: edtf.MustParse(d.Format("2006"))}
	case x < 95:
		return edtf.When{EDTF: edtf.MustParse("XXXX" + d.Format("-01-02")), Written: d.Format("January 2")}
	}
	return edtf.When{Written: d.Format("Monday"), Weekday: (int(d.Weekday())+6)%7 + 1}
}

// saidOn is when something in an article of a day was said: nothing for a
// twentieth.
func (r *run) saidOn(day int) edtf.When {
	if r.IntN(20) == 0 {
		return edtf.When{}
	}
	return r.when(max(0, day-r.IntN(4)))
}

func name(w *words, i int) string { return capital(w.of(i%len(w.forms))) + suffix(i/len(w.forms)) }

func suffix(n int) string {
	if n == 0 {
		return ""
	}
	return " " + strconv.Itoa(n+1)
}
