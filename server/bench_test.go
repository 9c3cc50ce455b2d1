package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/graphtest/gen"
	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/server"
)

// BenchmarkLoad tells what it took to write the corpus into an empty store, one
// revision of some hundred statements after the other, each durable before the
// next. It is measured once, when the store is built.
func BenchmarkLoad(b *testing.B) {
	if n, err := strconv.Atoi(os.Getenv("ONRECORD_BENCH_BUILD")); err == nil {
		if err := build(n); err != nil {
			b.Fatal(err)
		}
		return
	}
	for _, n := range benchSizes() {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			_, l := built(b, n)
			for b.Loop() { // there is nothing to repeat
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(l.Statements)/l.Seconds, "statements/s")
			if l.RawSeconds > 0 {
				b.ReportMetric(float64(l.Statements)/l.RawSeconds, "raw-statements/s")
			}
			b.ReportMetric(float64(l.Bytes)/float64(l.Statements), "B/statement")
			b.ReportMetric(float64(l.PeakRSS)/(1<<20), "MB-peak-rss")
			b.ReportMetric(float64(l.PeakHeap)/(1<<20), "MB-peak-anon")
			b.ReportMetric(float64(l.Nodes+l.Edges)/float64(l.Statements), "entities/statement")
		})
	}
}

// BenchmarkRead asks what people ask, each question three ways: of the graph, by
// GraphQL over HTTP on a connection of one client, and as nothing but the reads
// of the store that the graph made for it.
func BenchmarkRead(b *testing.B) {
	for _, n := range benchSizes() {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			dir, _ := built(b, n)
			rec, t := openBench(b, dir)
			w := &world{b: b, corpus: corpusOf(n), rec: rec, tape: t, url: serve(b, rec), rnd: rand.New(rand.NewPCG(1, 2))}
			for _, q := range w.questions() {
				b.Run(q.name, func(b *testing.B) { w.ask(b, q) })
			}
		})
	}
}

// serve answers on a loopback port.
func serve(b *testing.B, rec *graph.Record) (url string) {
	b.Helper()
	h, err := server.New(rec, server.Options{})
	if err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- server.Serve(ctx, l, h) }()
	b.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return "http://" + l.Addr().String() + "/graphql"
}

// world is what questions are about.
type world struct {
	b      *testing.B
	corpus *gen.Corpus
	rec    *graph.Record
	tape   *tape
	url    string
	rnd    *rand.Rand
}

// question is one kind of question, put about many things in turn.
type question struct {
	name  string
	query string
	about []map[string]any // the query's variables
	ask   func(ctx context.Context, v *graph.View, vars map[string]any) error
}

var errFewer = errors.New("fewer than were expected")

func (w *world) ask(b *testing.B, q question) {
	ctx := context.Background()
	of := func(i int) error {
		v, err := w.rec.View(ctx)
		if err != nil {
			return err
		}
		defer v.Close()
		return q.ask(ctx, v, q.about[i%len(q.about)])
	}
	bodies := make([][]byte, len(q.about))
	tapes := make([][]read, len(q.about))
	for i, vars := range q.about { // and warms what is kept in memory
		var err error
		if bodies[i], err = json.Marshal(map[string]any{"query": q.query, "variables": vars}); err != nil {
			b.Fatal(err)
		}
		if err = w.post(bodies[i], true); err != nil {
			b.Fatal(err)
		}
		if tapes[i], err = w.tape.record(func() error { return of(i) }); err != nil {
			b.Fatalf("%v: %v", vars, err)
		}
	}
	for _, way := range []struct {
		name string
		once func(i int) error
	}{
		{"graph", of},
		{"http", func(i int) error { return w.post(bodies[i%len(bodies)], false) }},
		{"raw", func(i int) error { return w.tape.play(tapes[i%len(tapes)]) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if err := way.once(i); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
	b.Run("http-16-clients", func(b *testing.B) {
		inParallel(b, 16, func(i int) error { return w.post(bodies[i%len(bodies)], false) })
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	})
}

// The stores that the figures are compared with compress nothing either.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}

// post asks by HTTP. look checks that the answer has no errors.
func (w *world) post(body []byte, look bool) error {
	res, err := client.Post(w.url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if !look {
		_, err = io.Copy(io.Discard, res.Body)
		return err
	}
	var got struct{ Errors json.RawMessage }
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil || got.Errors != nil {
		return fmt.Errorf("%s: %v %s", body, err, got.Errors)
	}
	return nil
}

// inParallel shares the iterations among n goroutines. The clock runs until the
// last of them has ended, and not only until the last was handed out.
func inParallel(b *testing.B, n int, f func(i int) error) {
	work := make(chan int, n)
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for i := range work {
				if err := f(i); err != nil {
					b.Error(err)
				}
			}
		})
	}
	i := 0
	for b.Loop() {
		work <- i
		i++
	}
	b.StartTimer()
	close(work)
	wg.Wait()
	b.StopTimer()
}

// BenchmarkWrite is a durable revision of its own for one statement with its
// speaker, its place and its claim, from so many writers at once; and raw,
// durable batches of as many pairs.
func BenchmarkWrite(b *testing.B) {
	for _, n := range benchSizes() {
		dir, _ := built(b, n)
		for _, writers := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("n=%d/writers=%d", n, writers), func(b *testing.B) {
				rec, t := openBench(b, scratch(b, dir))
				write := writer(b, rec, corpusOf(n))
				if _, err := t.record(func() error { return write(0) }); err != nil {
					b.Fatal(err)
				}
				like := t.applied
				for _, way := range []struct {
					name string
					once func(i int) error
				}{
					{"record", write},
					{"raw", func(i int) error { return t.Apply(context.Background(), another(like, i)) }},
				} {
					b.Run(way.name, func(b *testing.B) {
						inParallel(b, writers, way.once)
						b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "revisions/s")
					})
				}
			})
		}
	}
}

// another is a batch of as many pairs, with values as long, under keys of its
// own.
func another(like *kv.Batch, i int) *kv.Batch {
	b := new(kv.Batch)
	for j, w := range like.Writes() {
		b.Put(fmt.Appendf(nil, "~~%x %d %d", rand.Uint64(), i, j), w.Value)
	}
	return b
}

// writer returns what writes one more statement, in the words of another.
func writer(b *testing.B, rec *graph.Record, c *gen.Corpus) func(i int) error {
	b.Helper()
	ctx := context.Background()
	v, err := rec.View(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer v.Close()
	var like []*graph.Node
	var quoted []*graph.Edge
	for i := range 100 {
		ns, err := v.NodesByID(ctx, []graph.ID{c.Statement(i * c.Statements() / 100)})
		if err != nil {
			b.Fatal(err)
		}
		links, err := v.Links(ctx, []graph.Ref{ns[0].Ref}, graph.Shown, graph.Way{Kind: vocab.QuotedIn, Dir: graph.Out})
		if err != nil {
			b.Fatal(err)
		}
		es, err := v.Edges(ctx, []graph.Ref{links[0][0].Edge})
		if err != nil {
			b.Fatal(err)
		}
		like, quoted = append(like, ns[0]), append(quoted, es[0])
	}
	return func(i int) error {
		s, q := like[i%len(like)], quoted[i%len(like)]
		id := graph.NewID()
		_, err := rec.Write(ctx, graph.Revision{Agent: "bench", Method: "human", Changes: []graph.Change{
			graph.Put(&graph.Node{ID: id, Kind: vocab.Statement, Props: s.Props}),
			graph.Connect(&graph.Edge{Kind: vocab.QuotedIn, From: id, To: q.To, Props: graph.Props{"content": q.Props["content"]}}),
			graph.Connect(&graph.Edge{Kind: vocab.Said, From: c.Speaker(i % 10), To: id}),
			graph.Connect(&graph.Edge{Kind: vocab.Expresses, From: id, To: c.Claim(i % 1000)}),
		}})
		return err
	}
}

// questions are put about things all over the record, the same in each run.
func (w *world) questions() []question {
	const many = 200
	ids := func(n int, id func(int) graph.ID) (out []map[string]any) {
		for i := range n {
			out = append(out, map[string]any{"id": id(i).String()})
		}
		return out
	}
	statement := func(int) graph.ID { return w.corpus.Statement(w.rnd.IntN(w.corpus.Statements())) }
	node := func(ctx context.Context, v *graph.View, vars map[string]any) (*graph.Node, error) {
		id, err := graph.ParseID(vars["id"].(string))
		if err != nil {
			return nil, err
		}
		ns, err := v.NodesByID(ctx, []graph.ID{id})
		if err == nil && ns[0] == nil {
			err = fmt.Errorf("%s: %w", id, errFewer)
		}
		if err != nil {
			return nil, err
		}
		return ns[0], nil
	}
	fifty, twenty := 50, 20
	// with reads the nodes of a page, and what they lead to along a way.
	with := func(ctx context.Context, v *graph.View, items []graph.Item, ways ...graph.Way) error {
		refs := make([]graph.Ref, len(items))
		for i, it := range items {
			refs[i] = it.Ref
		}
		if _, err := v.Nodes(ctx, refs); err != nil || len(ways) == 0 {
			return err
		}
		_, err := v.Others(ctx, refs, graph.Shown, ways...)
		return err
	}
	timeline := func(ctx context.Context, v *graph.View, vars map[string]any) error {
		of, err := node(ctx, v, vars)
		if err != nil {
			return err
		}
		after, _ := vars["after"].(string)
		f, err := v.Page(ctx, v.Timeline(ctx, of, graph.Shown, edtf.Always()), graph.Page{First: &fifty, After: after})
		if err != nil {
			return err
		}
		if len(f.Items) < 50 {
			return fmt.Errorf("%d items: %w", len(f.Items), errFewer)
		}
		return with(ctx, v, f.Items, graph.Way{Kind: vocab.Said, Dir: graph.In})
	}
	const timelineQuery = `query ($id: ID!, $after: String) { timeline(of: $id, first: 50, after: $after) {
		pageInfo { hasNextPage endCursor }
		nodes { when { edtf written } order relation polarity status
			node { id kind ... on Statement { text mode speaker { id label } } ... on Stance { polarity holder { id label } } ... on Review { rating publisher { id label } } } } } }`
	search := func(ctx context.Context, v *graph.View, vars map[string]any) error {
		q := graph.SearchQuery{Text: vars["text"].(string), Kinds: []vocab.NodeKind{vocab.Statement}, Said: edtf.Always()}
		if year, ok := vars["year"].(string); ok {
			d, err := edtf.Parse(year)
			if err != nil {
				return err
			}
			q.Newest, q.Said = true, d.Interval()
		}
		_, _, err := v.Search(ctx, q, graph.Page{First: &twenty})
		return err
	}
	return []question{
		{
			name: "statement", about: ids(many, statement),
			query: `query ($id: ID!) { statement(id: $id) { id text mode said { edtf } speaker { id label } quotedIn { exact start end } claims { edges { polarity node { id text } } } } }`,
			ask: func(ctx context.Context, v *graph.View, vars map[string]any) error {
				n, err := node(ctx, v, vars)
				if err != nil {
					return err
				}
				return with(ctx, v, []graph.Item{{Ref: n.Ref}}, graph.Way{Kind: vocab.Said, Dir: graph.In}, graph.Way{Kind: vocab.Expresses, Dir: graph.Out})
			},
		},
		{name: "timeline-first-page", about: ids(4, w.corpus.HotClaim), query: timelineQuery, ask: timeline},
		{name: "timeline-any-page", about: w.pages(many), query: timelineQuery, ask: timeline},
		{
			name: "speaker", about: ids(50, w.corpus.Speaker),
			query: `query ($id: ID!) { speaker(id: $id) { id label names { value } statements(first: 20) { totalCount nodes { id text said { edtf } } } stances(first: 20) { totalCount nodes { polarity target { id label } } } } }`,
			ask: func(ctx context.Context, v *graph.View, vars map[string]any) error {
				n, err := node(ctx, v, vars)
				if err != nil {
					return err
				}
				for way, then := range map[graph.Way][]graph.Way{
					{Kind: vocab.Said, Dir: graph.Out}:  nil,
					{Kind: vocab.Holds, Dir: graph.Out}: {{Kind: vocab.Toward, Dir: graph.Out}},
				} {
					l := v.LinkList(n.Ref, graph.Shown, way.Kind, way.Dir)
					f, err := v.Page(ctx, l, graph.Page{First: &twenty})
					if err != nil {
						return err
					}
					if _, err := v.Count(ctx, l); err != nil {
						return err
					}
					if err := with(ctx, v, f.Items, then...); err != nil {
						return err
					}
				}
				return nil
			},
		},
		{
			name: "neighbourhood", about: ids(many, func(int) graph.ID { return w.corpus.Claim(w.rnd.IntN(w.corpus.Statements() / 2)) }),
			query: `query ($id: ID!) { neighborhood(of: [$id], depth: 2, limit: 200) { truncated nodes { id kind label } edges { kind from { id } to { id } } } }`,
			ask: func(ctx context.Context, v *graph.View, vars map[string]any) error {
				n, err := node(ctx, v, vars)
				if err != nil {
					return err
				}
				_, err = v.Neighborhood(ctx, []graph.Ref{n.Ref}, 2, nil, graph.Shown, 200)
				return err
			},
		},
		{
			name: "search-best", about: w.searches(many, false), ask: search,
			query: `query ($text: String!) { search(text: $text, kinds: [STATEMENT], first: 20) { nodes { score snippet node { id ... on Statement { text } } } } }`,
		},
		{
			name: "search-newest-of-year", about: w.searches(many, true), ask: search,
			query: `query ($text: String!, $year: String) { search(text: $text, kinds: [STATEMENT], said: {from: $year, to: $year}, order: NEWEST, first: 20) { nodes { snippet node { id ... on Statement { text } } } } }`,
		},
	}
}

// pages are whole pages anywhere in the timelines of the hottest claims.
func (w *world) pages(n int) (about []map[string]any) {
	ctx := context.Background()
	v, err := w.rec.View(ctx)
	if err != nil {
		w.b.Fatal(err)
	}
	defer v.Close()
	size := graph.MaxPage
	for i := range 4 {
		ns, err := v.NodesByID(ctx, []graph.ID{w.corpus.HotClaim(i)})
		if err != nil {
			w.b.Fatal(err)
		}
		var cursors []string
		l := v.Timeline(ctx, ns[0], graph.Shown, edtf.Always())
		for p := (graph.Page{First: &size}); ; {
			f, err := v.Page(ctx, l, p)
			if err != nil {
				w.b.Fatal(err)
			}
			for _, it := range f.Items {
				cursors = append(cursors, it.Cursor)
			}
			if !f.HasNext {
				break
			}
			p.After = cursors[len(cursors)-1]
		}
		for range n / 4 {
			about = append(about, map[string]any{"id": w.corpus.HotClaim(i).String(), "after": cursors[w.rnd.IntN(len(cursors)-50)]})
		}
	}
	return about
}

// searches are for two words that stand in one statement, a rather frequent one
// and a rarer one.
func (w *world) searches(n int, dated bool) (about []map[string]any) {
	ctx := context.Background()
	v, err := w.rec.View(ctx)
	if err != nil {
		w.b.Fatal(err)
	}
	defer v.Close()
	rank := make(map[string]int)
	for i := range 3000 {
		rank[gen.Word(i)] = i
	}
	for len(about) < n {
		ns, err := v.NodesByID(ctx, []graph.ID{w.corpus.Statement(w.rnd.IntN(w.corpus.Statements()))})
		if err != nil {
			w.b.Fatal(err)
		}
		words := strings.Fields(ns[0].Text("text"))
		one, two := words[w.rnd.IntN(len(words))], words[w.rnd.IntN(len(words))]
		if a, ok := rank[one]; !ok || a > 400 || rank[two] <= a {
			continue
		}
		vars := map[string]any{"text": one + " " + two}
		if when, ok := ns[0].When(); dated {
			year, _, _, known := when.EDTF.Civil()
			if !ok || !known {
				continue
			}
			vars["year"] = strconv.FormatInt(year, 10)
		}
		about = append(about, vars)
	}
	return about
}
