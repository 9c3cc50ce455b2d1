// Package gen makes a record of any size for benchmarks: the same number and
// seed give the same revisions on every machine.
//
// No person and no text in it is real. Its measures are those of a corpus of
// political news: statements an article (log-normal, median 18), words a
// statement by how it is rendered, speakers by Zipf's law over a number that
// grows with the record, a claim stated again by a measured histogram, two
// topics a statement over 137.
package gen

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"sort"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Version names what is generated: a store that was loaded with another version
// holds something else.
const Version = 1

// batch is how many statements a revision holds, about.
const batch = 250

const (
	topics = 137
	words  = 20_000
)

// zipf draws ranks by a power law.
type zipf struct{ sums []float64 }

func newZipf(n int, s float64) zipf {
	z := zipf{make([]float64, n)}
	sum := 0.0
	for k := range n {
		sum += math.Pow(float64(k+1), -s)
		z.sums[k] = sum
	}
	return z
}

func (z zipf) draw(r *rand.Rand) int {
	return sort.SearchFloat64s(z.sums, r.Float64()*z.sums[len(z.sums)-1])
}

// generator is a corpus on its way.
type generator struct {
	r               *rand.Rand
	n, made         int
	speakers        zipf
	topics, words   zipf
	known           map[int]bool // speakers that are on record
	claims, article int
	again           [][2]int // claims to be stated again, and how often
	events          int
	changes         []graph.Change
}

// Revisions yields a corpus of n statements. Its revisions have keys, so that a
// load can be continued.
func Revisions(n int, seed uint64) iter.Seq2[graph.Revision, error] {
	return func(yield func(graph.Revision, error) bool) {
		g := &generator{
			r: rand.New(rand.NewPCG(seed, 0x0ec0)), n: n, known: make(map[int]bool),
			speakers: newZipf(max(10, int(1.68*math.Pow(float64(n), .774))), .94),
			topics:   newZipf(topics, .76), words: newZipf(words, 1.05),
		}
		for i := range topics {
			g.put(TopicID(i), vocab.Topic, graph.Props{"name": "topic " + Word(i)})
		}
		for i := 0; g.made < n; i++ {
			for start := g.made; g.made < n && g.made-start < batch; {
				g.write()
			}
			rev := graph.Revision{Agent: "gen", Method: "import:gen", Reason: "benchmark", Key: fmt.Sprintf("gen/%d/%d/%d/%d", Version, n, seed, i), Changes: g.changes}
			g.changes = nil
			if !yield(rev, nil) {
				return
			}
		}
	}
}

// SpeakerID, ClaimID, StatementID and TopicID are the ids of what is generated.
// Lower speakers and topics are more frequent; claim 0 is stated most.
func SpeakerID(i int) graph.ID   { return graph.KeyID("gen", "speaker", fmt.Sprint(i)) }
func ClaimID(i int) graph.ID     { return graph.KeyID("gen", "claim", fmt.Sprint(i)) }
func StatementID(i int) graph.ID { return graph.KeyID("gen", "statement", fmt.Sprint(i)) }
func TopicID(i int) graph.ID     { return graph.KeyID("gen", "topic", fmt.Sprint(i)) }

var syllables = strings.Fields("ba den kor mi ta vel sor lin pra go ru nes cha tol mer qua fi zan bel dro hu sta per wen jo lam ki ost rin ve")

// Word returns the word of a rank: lower ranks are more frequent.
func Word(rank int) string {
	s := ""
	for k := rank + len(syllables); k > 0; k /= len(syllables) {
		s += syllables[k%len(syllables)]
	}
	return s
}

func (g *generator) put(id graph.ID, k vocab.NodeKind, p graph.Props) {
	g.changes = append(g.changes, graph.Put(&graph.Node{ID: id, Kind: k, Props: p}))
}

func (g *generator) link(k vocab.EdgeKind, from, to graph.ID, p graph.Props) {
	g.changes = append(g.changes, graph.Connect(&graph.Edge{Kind: k, From: from, To: to, Props: p}))
}

func (g *generator) lognormal(mu, sigma float64, least, most int) int {
	return min(most, max(least, int(math.Round(math.Exp(g.r.NormFloat64()*sigma+mu)))))
}

func (g *generator) text(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(Word(g.words.draw(g.r)))
	}
	return b.String()
}

func (g *generator) day() edtf.When {
	d, err := edtf.Day(int64(2010+g.r.IntN(16)), 1+g.r.IntN(12), 1+g.r.IntN(28))
	if err != nil {
		return edtf.When{}
	}
	return edtf.When{EDTF: d}
}

func name(i int) string {
	a, b := Word(i%4000+40), Word(i*31%7900+50)
	return strings.ToUpper(a[:1]) + a[1:] + " " + strings.ToUpper(b[:1]) + b[1:]
}

// write makes one article with its statements.
func (g *generator) write() {
	g.article++
	key := fmt.Sprint(g.article)
	source, capture := graph.KeyID("gen", "source", key), graph.KeyID("gen", "capture", key)
	day := g.day()
	var body strings.Builder
	var later []graph.Change
	k := min(g.lognormal(2.894, .786, 1, 200), g.n-g.made)
	var heard []int
	for range k {
		who := g.speakers.draw(g.r)
		if len(heard) > 0 && g.r.Float64() < .65 {
			who = heard[g.r.IntN(len(heard))]
		}
		heard = append(heard, who)
		later = append(later, g.statement(who, day, capture, &body)...)
	}
	g.put(source, vocab.Source, graph.Props{"title": g.text(7), "url": "https://news.example/" + key, "published": day, "language": "en"})
	g.put(capture, vocab.Capture, graph.Props{"text": body.String(), "mediaType": "text/plain"})
	g.link(vocab.CaptureOf, capture, source, nil)
	g.changes = append(g.changes, later...)
	if g.article%10 == 0 {
		g.event(day)
	}
}

// statement makes a statement and appends it to the article's text.
func (g *generator) statement(who int, day edtf.When, capture graph.ID, body *strings.Builder) []graph.Change {
	before := g.changes
	g.changes = nil
	if !g.known[who] {
		g.known[who] = true
		g.put(SpeakerID(who), vocab.Speaker, graph.Props{"names": []graph.Name{{Value: name(who)}}, "type": "PERSON"})
	}
	mode, n := "INDIRECT", 0
	switch x := g.r.Float64(); {
	case x < .161:
		mode, n = "DIRECT", g.lognormal(3.041, .875, 1, 300)
	case x < .269:
		mode, n = "PARTIAL", g.lognormal(2.664, .69, 1, 300)
	default:
		n = g.lognormal(2.067, .936, 1, 160)
	}
	id := StatementID(g.made)
	g.made++
	words := g.text(n)
	at := func(s string) graph.Span { // the text is ASCII: bytes are code points
		start := body.Len()
		body.WriteString(s)
		return graph.Span{Capture: capture, Span: span.Span{Start: start, End: body.Len(), ByteStart: start, ByteEnd: body.Len()}}
	}
	mention := at(name(who))
	body.WriteByte(' ')
	cue := at("said")
	body.WriteString(" \"")
	content := at(words)
	body.WriteString("\". ")
	places := graph.Props{"content": []graph.Span{content}, "cue": []graph.Span{cue}, "mention": []graph.Span{mention}}
	if mode == "DIRECT" {
		places["quotations"] = []graph.Span{content}
	}
	g.put(id, vocab.Statement, graph.Props{"text": words, "mode": mode, "said": day, "language": "en"})
	g.link(vocab.Said, SpeakerID(who), id, nil)
	g.link(vocab.QuotedIn, id, capture, places)
	seen := make(map[graph.ID]bool)
	for i := 0; i == 0 || i < 3 && g.r.Float64() < .17; i++ {
		c, polarity := g.claim(), "ASSERTS"
		if g.r.Float64() < .1 {
			polarity = "DENIES"
		}
		if !seen[c] {
			seen[c] = true
			g.link(vocab.Expresses, id, c, graph.Props{"polarity": polarity})
		}
	}
	for i := 0; i == 0 || i < 5 && g.r.Float64() < .535; i++ {
		if t := TopicID(g.topics.draw(g.r)); !seen[t] {
			seen[t] = true
			g.link(vocab.About, id, t, nil)
		}
	}
	if g.made%10 == 0 {
		g.stance(who, id, day)
	}
	mine := g.changes
	g.changes = before
	return mine
}

// claim returns a claim: the hot one sometimes, one that is stated again, or a
// new one.
func (g *generator) claim() graph.ID {
	if g.claims > 0 && g.r.Float64() < .01 {
		return ClaimID(0)
	}
	if len(g.again) > 0 && g.r.Float64() < .39 {
		i := g.r.IntN(len(g.again))
		c := g.again[i][0]
		if g.again[i][1]--; g.again[i][1] <= 0 {
			g.again[i] = g.again[len(g.again)-1]
			g.again = g.again[:len(g.again)-1]
		}
		return ClaimID(c)
	}
	c := g.claims
	g.claims++
	kind := "FACT"
	if c%9 == 0 {
		kind = "PREDICTION"
	}
	g.put(ClaimID(c), vocab.Claim, graph.Props{"text": g.text(12), "type": kind})
	for x, times := g.r.Float64(), 1; times <= 4; times++ {
		if x -= []float64{0, .62, .22, .10, .06}[times]; x < 0 {
			if times > 1 {
				g.again = append(g.again, [2]int{c, times - 1})
			}
			break
		}
	}
	return ClaimID(c)
}

func (g *generator) stance(who int, evidence graph.ID, day edtf.When) {
	id := graph.KeyID("gen", "stance", fmt.Sprint(g.made))
	g.put(id, vocab.Stance, graph.Props{"polarity": []string{"SUPPORTS", "OPPOSES", "MIXED"}[g.r.IntN(3)], "basis": "SAID", "when": day})
	g.link(vocab.Holds, SpeakerID(who), id, nil)
	g.link(vocab.Toward, id, TopicID(g.topics.draw(g.r)), nil)
	g.link(vocab.EvidencedBy, id, evidence, nil)
}

func (g *generator) event(day edtf.When) {
	g.events++
	id := graph.KeyID("gen", "event", fmt.Sprint(g.events))
	g.put(id, vocab.Event, graph.Props{"name": g.text(5), "when": day})
	g.link(vocab.About, id, TopicID(g.topics.draw(g.r)), nil)
}
