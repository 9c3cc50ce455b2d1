package export_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/export/formats"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/vocab"
)

var update = flag.Bool("update", false, "write the golden files anew")

// article is the small record, the same in every run.
func article(t testing.TB) *graph.Record {
	t.Helper()
	r := graphtest.Open(t)
	graphtest.Article().Write(t, r)
	return r
}

func named(t testing.TB, name string) export.Format {
	t.Helper()
	f, err := formats.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t testing.TB, v *graph.View, sel export.Selection, format string, o export.Options) ([]byte, *export.Manifest) {
	t.Helper()
	var b bytes.Buffer
	m, err := export.Export(context.Background(), v, sel, named(t, format), o, &b)
	if err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.Bytes(), m
}

func selection(t testing.TB, query string) export.Selection {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	s, err := export.ParseSelection(q)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}

// all has every status, so that what waits for a decision is in it.
const all = "status=EXPLICIT,INFERRED,CANDIDATE,CONFIRMED,REJECTED"

// unzipped are the files of a package, one behind the other.
func unzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "== %s\n", f.Name)
		if _, err := io.Copy(&out, r); err != nil {
			t.Fatal(err)
		}
		if !f.Modified.IsZero() && f.Modified.Year() > 1980 {
			t.Errorf("%s: got the time %v in the package, want none", f.Name, f.Modified)
		}
	}
	return out.Bytes()
}

// TestGolden compares every format that is text with a file that a person read.
func TestGolden(t *testing.T) {
	t.Parallel()
	v, odd := graphtest.View(t, article(t)), graphtest.View(t, hostile(t))
	for _, c := range []struct {
		format, file string
		o            export.Options
	}{
		{"jsonl", "hostile.jsonl", export.Options{}}, // for .ci/export

		{"jsonl", "article.jsonl", export.Options{}},
		{"jsonl", "history.jsonl", export.Options{History: true}},
		{"csv", "csv.txt", export.Options{}},
		{"csv", "neo4j.txt", export.Options{Neo4j: true}},
		{"graphml", "article.graphml", export.Options{}},
		{"gexf", "article.gexf", export.Options{}},
		{"gexf12", "article.gexf12", export.Options{}},
		{"cytoscape", "article.cyjs", export.Options{}},
		{"nquads", "article.nq", export.Options{}},
		{"turtle", "article.ttl", export.Options{}},
		{"jsonld", "article.jsonld", export.Options{}},
		{"ftm", "article.ftm.json", export.Options{}},
		{"claimreview", "claimreview.json", export.Options{}},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			sel := selection(t, all)
			if c.o.History {
				sel = export.Selection{}
			}
			c.o.Version = "v1"
			of := v
			if strings.HasPrefix(c.file, "hostile") {
				of = odd
			}
			got, _ := write(t, of, sel, c.format, c.o)
			if c.format == "csv" {
				got = unzipped(t, got)
			}
			name := filepath.Join("testdata", c.file)
			if *update {
				if err := os.WriteFile(name, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("(-want +got); go test ./graph/export -update writes it anew:\n%s", diff)
			}
		})
	}
}

// Every format has the same content hash, and gives the same bytes twice, from
// another copy of the record too, and as of a revision when there are later ones.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	one := article(t)
	two := graphtest.OpenStore(t, graphtest.Badger(t, t.TempDir()), graph.Options{Now: new(graphtest.Clock).Now})
	graphtest.Article().Write(t, two)
	later := article(t)
	graphtest.Build().Node(vocab.Topic, "later", graph.Props{"name": "Later"}).Write(t, later)
	hash := ""
	for _, f := range formats.All() {
		sel := selection(t, all+"&asOf=1")
		a, m := write(t, graphtest.View(t, one), sel, f.Name, export.Options{Version: "v1"})
		b, _ := write(t, graphtest.View(t, two), sel, f.Name, export.Options{Version: "v1"})
		c, _ := write(t, graphtest.View(t, later), sel, f.Name, export.Options{Version: "v1"})
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two copies of a record give %d and %d bytes that differ", f.Name, len(a), len(b))
		}
		if !bytes.Equal(a, c) {
			t.Errorf("%s: as of revision 1, a record that went on gives other bytes", f.Name)
		}
		if hash == "" {
			hash = m.Onrecord.Content
		}
		if m.Onrecord.Content != hash {
			t.Errorf("%s: got content %s, want %s as in the others", f.Name, m.Onrecord.Content, hash)
		}
		if want := int64(20); m.Onrecord.Nodes < want-5 || m.Onrecord.Edges < want {
			t.Errorf("%s: got %d nodes and %d edges", f.Name, m.Onrecord.Nodes, m.Onrecord.Edges)
		}
	}
}

// graphOf reads ids and ends out of Cytoscape's JSON.
func graphOf(t testing.TB, v *graph.View, sel export.Selection) (nodes map[string]string, edges [][3]string) {
	t.Helper()
	b, m := write(t, v, sel, "cytoscape", export.Options{})
	var got struct {
		Elements struct {
			Nodes, Edges []struct {
				Data struct{ ID, Kind, Source, Target, Interaction string }
			}
		}
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	nodes = make(map[string]string)
	for _, n := range got.Elements.Nodes {
		nodes[n.Data.ID] = n.Data.Kind
	}
	for _, e := range got.Elements.Edges {
		edges = append(edges, [3]string{e.Data.Source, e.Data.Interaction, e.Data.Target})
		for _, end := range []string{e.Data.Source, e.Data.Target} {
			if nodes[end] == "" {
				t.Errorf("%s leads to %s, which is not in the export", e.Data.Interaction, end)
			}
		}
	}
	if int64(len(nodes)) != m.Onrecord.Nodes || int64(len(edges)) != m.Onrecord.Edges {
		t.Errorf("got %d nodes and %d edges, and the manifest says %d and %d", len(nodes), len(edges), m.Onrecord.Nodes, m.Onrecord.Edges)
	}
	return nodes, edges
}

// names are the fixture's names for ids.
func names(nodes map[string]string, known ...string) (out []string) {
	for _, k := range known {
		if nodes[graphtest.ID(k).String()] != "" {
			out = append(out, k)
		}
	}
	return out
}

func TestSelection(t *testing.T) {
	t.Parallel()
	v := graphtest.View(t, article(t))
	fixture := strings.Fields("anna bela desk s1 s2 c1 c2 talks exit reply deal peace vienna stance review article")
	id := func(name string) string { return graphtest.ID(name).String() }
	for _, c := range []struct {
		name, query string
		want        string
	}{
		{"everything", "", strings.Join(fixture, " ")},
		{"one node", "id=" + id("peace") + "&depth=0", "peace"},
		{"one step", "id=" + id("vienna"), "talks vienna"},
		{"two steps", "id=" + id("vienna") + "&depth=2&node=place,event,speaker", "bela talks exit reply vienna"},
		{"a statement with its text", "id=" + id("s2") + "&depth=0", "s2"},
		{"a stance with its holder and target", "id=" + id("stance") + "&depth=0", "anna deal stance"},
		{"a review with its claim and reviewer", "id=" + id("review") + "&depth=0", "desk c1 review"},
		{"a speaker's statements", "speaker=" + id("anna") + "&depth=0", "s1"},
		{"a speaker's statements, one step", "speaker=" + id("anna") + "&node=speaker,statement,claim", "anna s1 c1"},
		{"a topic", "topic=" + id("peace") + "&depth=0", "s1"},
		{"dates", "from=2018-07&to=2018-07-31&depth=0", "s1"},
		{"no such dates", "from=2019&depth=0", ""},
		{"search", "search=talks&depth=0&node=statement,event", "s2 talks"},
		{"kinds of nodes", "node=topic,place", "peace vienna"},
		{"kinds of edges", "id=" + id("talks") + "&edge=at", "talks vienna"},
		{"candidates", "edge=contradicts&node=claim&status=candidate,explicit", "c1 c2"},
		{"an edge", "id=" + edgeID(vocab.Said, "anna", "s1") + "&depth=0&node=speaker,statement", "anna s1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			nodes, edges := graphOf(t, v, selection(t, c.query))
			if got := strings.Join(names(nodes, fixture...), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if c.name == "candidates" && len(edges) != 1 {
				t.Errorf("got the edges %v, want the contradiction", edges)
			}
		})
	}
}

func edgeID(k vocab.EdgeKind, from, to string) string {
	return graph.EdgeID(&graph.Edge{Kind: k, From: graphtest.ID(from), To: graphtest.ID(to)}).String()
}

func TestRefused(t *testing.T) {
	t.Parallel()
	v := graphtest.View(t, article(t))
	for _, c := range []struct {
		name, query, format string
		o                   export.Options
		kind                graph.Kind
		says                string
	}{
		{name: "no id", query: "id=x", kind: graph.Invalid, says: `id: "x" is no id`},
		{name: "unknown id", query: "id=0190163d-8694-739b-aea5-966c26f8ad90", kind: graph.NotFound, says: "nothing on record has this id"},
		{name: "a speaker that is a claim", query: "speaker=" + graphtest.ID("c1").String(), kind: graph.Invalid, says: "it is no SPEAKER"},
		{name: "no kind", query: "node=person", kind: graph.Invalid, says: `no kind of node is called "person"; there are SOURCE,`},
		{name: "no kind of edge", query: "edge=says", kind: graph.Invalid, says: `no kind of edge is called "says"; there are SAID,`},
		{name: "no status", query: "status=sure", kind: graph.Invalid, says: `no status is called "sure"; there are EXPLICIT,`},
		{name: "depth", query: "depth=7", kind: graph.Invalid, says: `depth: "7" is not between 0 and 6`},
		{name: "no date", query: "from=May", kind: graph.Invalid, says: "from: "},
		{name: "dates turned round", query: "from=2019&to=2018", kind: graph.Invalid, says: "exchange them"},
		{name: "both beginnings", query: "search=a&id=" + graphtest.ID("c1").String(), kind: graph.Invalid, says: "not with both"},
		{name: "a revision to come", query: "asOf=99", kind: graph.NotFound, says: "there is no revision 99 yet; the newest is 1"},
		{name: "revision 0", query: "asOf=0", kind: graph.Invalid, says: "they begin with 1"},
		{name: "search twice", query: "search=a&search=b", kind: graph.Invalid, says: "given 2 times"},
		{name: "neo4j in another format", format: "graphml", o: export.Options{Neo4j: true}, kind: graph.Invalid, says: "not of graphml"},
		{name: "history in another format", format: "csv", o: export.Options{History: true}, kind: graph.Invalid, says: "only jsonl"},
		{name: "history of a part", format: "jsonl", query: "node=claim", o: export.Options{History: true}, kind: graph.Invalid, says: "select everything"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			sel, err := export.ParseSelection(q)
			if err == nil {
				format := c.format
				if format == "" {
					format = "nquads"
				}
				_, err = export.Export(context.Background(), v, sel, named(t, format), c.o, io.Discard)
			}
			if err == nil || !strings.Contains(err.Error(), c.says) || graph.KindOf(err) != c.kind {
				t.Errorf("got %v (%v), want %v with %q", err, graph.KindOf(err), c.kind, c.says)
			}
		})
	}
}

// An empty selection, and an empty record, are valid files.
func TestEmpty(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]*graph.View{"an empty record": graphtest.View(t, graphtest.Open(t)), "nothing selected": graphtest.View(t, article(t))} {
		for _, f := range formats.All() {
			sel := selection(t, "from=1900&to=1901")
			b, m := write(t, v, sel, f.Name, export.Options{})
			if m.Onrecord.Nodes != 0 || m.Onrecord.Edges != 0 {
				t.Errorf("%s, %s: got %d nodes", name, f.Name, m.Onrecord.Nodes)
			}
			wellFormed(t, f.Name, b)
		}
	}
}

// wellFormed checks what Go's own readers can check.
func wellFormed(t testing.TB, format string, b []byte) {
	t.Helper()
	switch format {
	case "graphml", "gexf", "gexf12":
		for d := xml.NewDecoder(bytes.NewReader(b)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
		}
	case "cytoscape", "jsonld", "claimreview":
		if !json.Valid(b) {
			t.Fatalf("%s: no JSON\n%s", format, b)
		}
	case "jsonl", "ftm":
		for line := range bytes.Lines(b) {
			if !json.Valid(line) {
				t.Fatalf("%s: no JSON\n%s", format, line)
			}
		}
	case "csv", "parquet", "xlsx":
		unzipped(t, b)
	}
}

// full is a disk that fills.
type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if len(b) > f.left {
		return 0, errFull
	}
	f.left -= len(b)
	return len(b), nil
}

// A writer that fails, and a caller that hangs up, are errors in every format.
func TestFails(t *testing.T) {
	t.Parallel()
	v := graphtest.View(t, article(t))
	for _, f := range formats.All() {
		for _, left := range []int{0, 1000} {
			if f.Name == "claimreview" && left > 0 {
				continue // it is shorter
			}
			if _, err := export.Export(context.Background(), v, export.Selection{}, f, export.Options{}, &full{left}); !errors.Is(err, errFull) {
				t.Errorf("%s, full after %d bytes: got %v, want %v", f.Name, left, err, errFull)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := export.Export(ctx, v, export.Selection{}, f, export.Options{}, io.Discard); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want %v", f.Name, err, context.Canceled)
		}
	}
}
