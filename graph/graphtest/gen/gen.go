// Package gen makes records of any size that are shaped like real ones: for
// benchmarks, and for tests that need many of everything.
//
// # Nouns
//
// A [Corpus] is a stream of revisions, each with some articles: a source, its
// text, the statements in it with their places, who said them, what they claim.
//
// # Promises
//
// The same [Options] give the same revisions, on every machine, until [Version]
// changes. No word is anybody's: words are syllables, names are words. Memory
// does not grow with the size, but for one number for each speaker.
//
// # Shape
//
// The distributions are those measured on news: PolNeAR (attributions an article,
// words of each kind of content, how sources name speakers, speakers by Zipf with
// a growing number of them), LIAR (topics), CLEF CheckThat! (statements a claim,
// claims a statement). Two things are not measured there, and assumed: a share of
// what is said expresses one of a few hot claims, so that there are timelines of
// many pages at any size; and dates are spread evenly over sixteen years, a fifth
// of them written with less than a day.
package gen

import (
	"iter"
	"math"
	"math/rand/v2"
	"sort"
	"strconv"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Version of the generator. It changes when its revisions do.
const Version = 1

// Options say which corpus. The zero value has ten thousand statements.
type Options struct {
	Seed       uint64
	Statements int // 0 means 10,000
	Batch      int // statements a revision, about; 0 means 300
}

// Corpus is a stream of revisions.
type Corpus struct {
	o        Options
	speakers []float64 // their shares, summed up
	topics   []float64
}

// New returns a corpus.
func New(o Options) *Corpus {
	if o.Statements == 0 {
		o.Statements = 10_000
	}
	if o.Batch == 0 {
		o.Batch = 300
	}
	// Heaps' law, and the rank-frequency exponent, of named sources.
	n := max(10, int(1.68*math.Pow(float64(o.Statements), .774)))
	return &Corpus{o: o, speakers: zipf(n, .94, 0), topics: zipf(topics, .76, 0)}
}

// zipf sums up the shares of n ranks.
func zipf(n int, s, q float64) []float64 {
	sums, sum := make([]float64, n), 0.0
	for k := range sums {
		sum += math.Pow(float64(k+1)+q, -s)
		sums[k] = sum
	}
	return sums
}

func draw(r *rand.Rand, sums []float64) int {
	return sort.SearchFloat64s(sums, r.Float64()*sums[len(sums)-1])
}

// Some counts that do not grow.
const (
	topics     = 137
	places     = 150
	publishers = 97
	reviewers  = 12
	hotClaims  = 16
)

func (c *Corpus) id(kind string, i int) graph.ID {
	return graph.KeyID("gen", strconv.FormatUint(c.o.Seed, 10), kind, strconv.Itoa(i))
}

// Statement is the id of the i-th statement; there are Options.Statements.
func (c *Corpus) Statement(i int) graph.ID { return c.id("statement", i) }

// Speaker is the id of the speaker of rank i. The first ones say the most; not
// all of those far behind say anything.
func (c *Corpus) Speaker(i int) graph.ID { return c.id("speaker", i) }

// Claim is the id of the i-th claim. There are more than half as many of them as
// statements, and each is expressed by a few.
func (c *Corpus) Claim(i int) graph.ID { return c.id("claim", i) }

// HotClaim is the id of one of sixteen claims that are expressed again and again;
// the first by one statement in sixty.
func (c *Corpus) HotClaim(i int) graph.ID { return c.id("hot", i) }

// Topic is the id of the topic of rank i, of 137.
func (c *Corpus) Topic(i int) graph.ID { return c.id("topic", i) }

// Event is the id of the i-th event; there is one for each 200 statements.
func (c *Corpus) Event(i int) graph.ID { return c.id("event", i) }

// Statements is how many statements there are.
func (c *Corpus) Statements() int { return c.o.Statements }

// run is one walk through the corpus.
type run struct {
	*Corpus
	*rand.Rand
	words    *words
	changes  []graph.Change
	said     int // statements so far
	articles int
	claims   int
	events   int
	stances  int
	reviews  int
	met      []bool     // speakers that are on record
	again    []restated // claims that will be expressed again
	dates    dates
}

type restated struct{ claim, times int }

// maxAgain bounds the claims that wait to be expressed again: their number is
// in balance, and moves about it like the square root of the size.
const maxAgain = 1 << 14

// Revisions yields the corpus from its beginning.
func (c *Corpus) Revisions() iter.Seq[graph.Revision] {
	return func(yield func(graph.Revision) bool) {
		r := &run{Corpus: c, Rand: rand.New(rand.NewPCG(c.o.Seed, Version)), words: vocabulary(), met: make([]bool, len(c.speakers))}
		r.begin()
		for n := 0; r.said < c.o.Statements; n++ {
			for end := r.said + c.o.Batch; r.said < min(end, c.o.Statements); {
				r.article()
			}
			rev := graph.Revision{
				Agent: "gen", Method: "import:gen", Reason: "a made-up record",
				Key:     "gen/" + strconv.FormatUint(c.o.Seed, 10) + "/" + strconv.Itoa(n),
				Changes: r.changes,
			}
			r.changes = nil
			if !yield(rev) {
				return
			}
		}
	}
}

func (r *run) put(kind vocab.NodeKind, id graph.ID, props graph.Props) {
	r.changes = append(r.changes, graph.Put(&graph.Node{ID: id, Kind: kind, Props: props}))
}

// connect adds an edge. The importer is a machine's, and says so on each.
func (r *run) connect(kind vocab.EdgeKind, from, to graph.ID, props graph.Props) {
	r.changes = append(r.changes, graph.Connect(&graph.Edge{Kind: kind, From: from, To: to, Props: props}))
}

// begin puts what does not grow.
func (r *run) begin() {
	for i := range topics {
		r.put(vocab.Topic, r.Topic(i), graph.Props{"name": r.words.of(200 + i)})
	}
	for i := range places {
		r.put(vocab.Place, r.id("place", i), graph.Props{"name": name(r.words, 1400+i)})
	}
	organisation := func(kind string, i int) {
		r.put(vocab.Speaker, r.id(kind, i), graph.Props{"type": "ORGANIZATION", "names": []graph.Name{{Value: name(r.words, 2000+i) + " " + kind, Language: "en"}}})
	}
	for i := range publishers {
		organisation("publisher", i)
	}
	for i := range reviewers {
		organisation("reviewer", i)
	}
	for i := range hotClaims {
		r.claim(r.HotClaim(i))
	}
}

// speaker draws a speaker and puts it where it is new.
func (r *run) speaker() int {
	k := draw(r.Rand, r.Corpus.speakers)
	if !r.met[k] {
		r.met[k] = true
		kind := "PERSON"
		if k%8 == 7 {
			kind = []string{"ORGANIZATION", "GROUP", "STATE"}[k/8%3]
		}
		r.put(vocab.Speaker, r.Speaker(k), graph.Props{"type": kind, "names": []graph.Name{{Value: r.called(k), Language: "en"}}})
	}
	return k
}

func (r *run) called(speaker int) string {
	return name(r.words, 300+speaker*7%9000) + " " + name(r.words, 1000+speaker)
}

// claim puts a claim about some topics.
func (r *run) claim(id graph.ID) {
	kind := []string{"FACT", "FACT", "FACT", "POSITION", "POSITION", "PREDICTION", "COMMITMENT"}[r.IntN(7)]
	r.put(vocab.Claim, id, graph.Props{"text": r.words.sentence(r.Rand, r.lognormal(2.797, .443)), "type": kind})
	about := make(map[int]bool)
	for range min(6, r.lognormal(.609, .547)) { // mean 2.15
		if t := draw(r.Rand, r.Corpus.topics); !about[t] {
			about[t] = true
			r.connect(vocab.About, id, r.Topic(t), nil)
		}
	}
}

// expressed draws the claim that a statement expresses, and puts it where it is
// new.
func (r *run) expressed() graph.ID {
	switch x := r.Float64(); {
	case x < .06:
		return r.HotClaim(min(hotClaims-1, int(math.Exp(r.Float64()*math.Log(hotClaims+1)))-1))
	case x < .42 && len(r.again) > 0:
		i := r.IntN(len(r.again))
		a := &r.again[i]
		id := r.Claim(a.claim)
		if a.times--; a.times == 0 {
			r.again[i] = r.again[len(r.again)-1]
			r.again = r.again[:len(r.again)-1]
		}
		return id
	}
	id := r.Claim(r.claims)
	r.claim(id)
	// Of 468 matched claims: 289 once, 105 twice, 46, 16, 8, 2, 1, 1.
	times, x := 0, r.IntN(468)
	for _, n := range []int{289, 105, 46, 16, 8, 2, 1} {
		if x < n {
			break
		}
		x -= n
		times++
	}
	if times > 0 && len(r.again) < maxAgain {
		r.again = append(r.again, restated{r.claims, times})
	}
	r.claims++
	if r.Float64() < 1./40 {
		review := r.id("review", r.reviews)
		r.reviews++
		r.put(vocab.Review, review, graph.Props{
			"rating": []string{"True", "Mostly true", "Half true", "Mostly false", "False"}[r.IntN(5)],
			"date":   r.when(r.IntN(days)), "url": "https://reviews.example/" + strconv.Itoa(r.reviews),
		})
		r.connect(vocab.Reviews, review, id, nil)
		r.connect(vocab.Published, r.id("reviewer", r.IntN(reviewers)), review, nil)
	}
	return id
}

// lognormal draws a count of at least 1.
func (r *run) lognormal(mu, sigma float64) int {
	return max(1, min(400, int(math.Round(math.Exp(mu+sigma*r.NormFloat64())))))
}
