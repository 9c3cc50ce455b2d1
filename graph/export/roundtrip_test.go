package export_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/jsonl"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// imported is a record that holds what a file of JSONL does.
func imported(t *testing.T, b []byte) *graph.Record {
	t.Helper()
	r := graphtest.Open(t)
	texts := func(id graph.ID) (*span.Text, error) {
		v, err := r.View(context.Background())
		if err != nil {
			return nil, err
		}
		defer v.Close()
		refs, err := v.Refs(context.Background(), []graph.ID{id})
		if err != nil || refs[0] == 0 {
			return nil, err
		}
		found, err := v.Texts(context.Background(), refs)
		if err != nil {
			return nil, err
		}
		return found[0], nil
	}
	for rev, err := range jsonl.Read(bytes.NewReader(b), jsonl.Options{Texts: texts}) {
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		if _, err := r.Write(context.Background(), rev); err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
	}
	return r
}

// Any record of which nothing was redacted comes back from JSONL with the same content hash.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := graphtest.Open(t)
		var w graphtest.World
		redacted := false
		for range rapid.IntRange(5, 40).Draw(rt, "revisions") {
			d := w.Revision(rt)
			res, err := r.Write(context.Background(), d.Revision)
			if err != nil || !res.Applied {
				continue
			}
			w.Accept(&d.Revision, res.Seq)
			redacted = redacted || slices.ContainsFunc(d.Changes, func(c graph.Change) bool { return c.Op == graph.Redact })
		}
		v := graphtest.View(t, r)
		sel := selection(t, all)
		b, m := write(t, v, sel, "jsonl", export.Options{})
		if graphOf(t, v, sel); redacted { // words that were covered are not what their statements say
			return
		}
		again, n := write(t, graphtest.View(t, imported(t, b)), sel, "nquads", export.Options{})
		if m.Onrecord.Content != n.Onrecord.Content {
			before, _ := write(t, v, sel, "nquads", export.Options{})
			rt.Fatalf("got %s, want %s\n%s", n.Onrecord.Content, m.Onrecord.Content, differing(before, again))
		}
	})
}

func differing(a, b []byte) string {
	was, is := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	var out strings.Builder
	for _, l := range was {
		if !slices.Contains(is, l) {
			fmt.Fprintln(&out, "-", l)
		}
	}
	for _, l := range is {
		if !slices.Contains(was, l) {
			fmt.Fprintln(&out, "+", l)
		}
	}
	return out.String()
}

// A part that begins somewhere can be imported by itself.
func TestPartIsWhole(t *testing.T) {
	t.Parallel()
	v := graphtest.View(t, article(t))
	for _, name := range []string{"anna", "s1", "c1", "c2", "stance", "review", "article", "deal", "vienna"} {
		for _, depth := range []string{"0", "1", "2"} {
			sel := selection(t, all+"&id="+graphtest.ID(name).String()+"&depth="+depth)
			b, m := write(t, v, sel, "jsonl", export.Options{})
			_, n := write(t, graphtest.View(t, imported(t, b)), selection(t, all), "nquads", export.Options{})
			if m.Onrecord.Content != n.Onrecord.Content {
				t.Errorf("%s, depth %s: got %s back, want %s", name, depth, n.Onrecord.Content, m.Onrecord.Content)
			}
		}
	}
}

// recomputed is the content hash as the package's documentation tells it.
func recomputed(b []byte) string {
	lines := make(map[string][]string)
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, " ")
		name := f[0]
		if len(f) == 5 && strings.HasPrefix(f[2], "<") {
			name = f[3]
		}
		name, _, _ = strings.Cut(strings.Trim(name, "<>"), "#")
		lines[name] = append(lines[name], line)
	}
	var names []string
	for name := range lines {
		names = append(names, name)
	}
	slices.Sort(names)
	total := sha256.New()
	for _, name := range names {
		slices.Sort(lines[name])
		sum := sha256.Sum256([]byte(strings.Join(slices.Compact(lines[name]), "")))
		total.Write(sum[:])
	}
	return "sha256:" + hex.EncodeToString(total.Sum(nil))
}

func TestContentHash(t *testing.T) {
	t.Parallel()
	b, m := write(t, graphtest.View(t, hostile(t)), selection(t, all), "nquads", export.Options{})
	if got := recomputed(b); got != m.Onrecord.Content {
		t.Errorf("from the file: got %s, want %s", got, m.Onrecord.Content)
	}
}

// JSON-LD says the same quads as N-Quads, by a reader that is not ours, which
// asks nobody for a context.
func TestJSONLD(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]*graph.Record{"article": article(t), "hostile": hostile(t)} {
		v := graphtest.View(t, r)
		b, _ := write(t, v, selection(t, all), "jsonld", export.Options{})
		nq, _ := write(t, v, selection(t, all), "nquads", export.Options{})
		doc, err := ld.DocumentFromReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		o := ld.NewJsonLdOptions("")
		o.DocumentLoader, o.Format = nobody{}, "application/n-quads"
		got, err := ld.NewJsonLdProcessor().ToRDF(doc, o)
		if err != nil {
			t.Fatal(err)
		}
		want := sorted(plainly(string(nq)))
		if is := sorted(plainly(got.(string))); !slices.Equal(is, want) {
			t.Errorf("%s:\n%s", name, differing([]byte(strings.Join(want, "\n")), []byte(strings.Join(is, "\n"))))
		}
	}
}

var (
	escaped  = regexp.MustCompile(`\\u00[0-9A-F]{2}|\\[bf]`)
	language = regexp.MustCompile(`"@[a-zA-Z-]+ \.\n`)
)

// plainly writes quads as that reader does, which knows fewer escapes and writes
// languages in lower case.
func plainly(nq string) string {
	nq = escaped.ReplaceAllStringFunc(nq, func(e string) string {
		switch e {
		case `\b`:
			return "\b"
		case `\f`:
			return "\f"
		}
		n, _ := strconv.ParseUint(e[2:], 16, 8) // the pattern sees to it
		return string(rune(n))
	})
	return language.ReplaceAllStringFunc(nq, strings.ToLower)
}

func sorted(nq string) (lines []string) {
	for line := range strings.Lines(nq) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	slices.Sort(lines)
	return lines
}

type nobody struct{}

func (nobody) LoadDocument(u string) (*ld.RemoteDocument, error) {
	return nil, fmt.Errorf("it asks for %s", u)
}

// hostile is a record of texts with every control character, characters outside of
// the Basic Multilingual Plane, and what formats have a meaning for.
func hostile(t testing.TB) *graph.Record {
	t.Helper()
	var b strings.Builder
	for c := rune(1); c < 0xa0; c++ {
		b.WriteRune(c)
	}
	b.WriteString("\x00 🤝 👩‍👩‍👧 \u2028 \u202e خامنه\u200cای <a href=\"x\">&amp;]]> -- =cmd|' /C calc'!A0 \ufffe \uffff \U0010ffff \r\n '")
	text := b.String()
	r := graphtest.Open(t)
	build := graphtest.Build().Capture("odd article", "x "+text+" y")
	build.Node(vocab.Speaker, "odd anna", graph.Props{"type": "PERSON", "names": []graph.Name{
		{Value: "=1+1"}, {Value: text, Language: "fa-IR", Script: "Arab"}, {Value: "=1+1"},
	}, "sameAs": []string{"https://example.org/ä b<>\"{}|\\^`[1]", "https://example.org/ok?a=b#c"}, "note": text})
	build.Statement("odd s1", "odd anna", "odd article", text, "2018-21")
	build.Claim("odd c1", "-- "+text, "odd s1").Claim("odd c2", "'=x", "odd s1").Claim("odd c3", "@x\t", "odd s1")
	build.Node(vocab.Agreement, "odd deal", graph.Props{"name": "\t=x", "aliases": []string{text}, "when": graphtest.When("-0044-03-15")})
	build.Event("odd e", "e", "Y17000").Edge(vocab.ParticipatedIn, "odd anna", "odd e", graph.Props{"role": text})
	build.Write(t, r)
	return r
}

func TestHostile(t *testing.T) {
	t.Parallel()
	v := graphtest.View(t, hostile(t))
	for _, f := range []string{"jsonl", "csv", "graphml", "gexf", "gexf12", "cytoscape", "nquads", "turtle", "jsonld", "ftm", "claimreview", "parquet", "xlsx"} {
		b, _ := write(t, v, selection(t, all), f, export.Options{})
		wellFormed(t, f, b)
	}
	b, m := write(t, v, selection(t, all), "jsonl", export.Options{})
	if _, n := write(t, graphtest.View(t, imported(t, b)), selection(t, all), "csv", export.Options{}); n.Onrecord.Content != m.Onrecord.Content {
		t.Errorf("got %s back, want %s", n.Onrecord.Content, m.Onrecord.Content)
	}
}

// A cell never begins with what a spreadsheet runs, and can be read back.
func TestEscapeCell(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "a": "a", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\t=": "'\t=", "\r": "'\r", "'a": "'a", "'=": "''=", "'": "'", " =1": " =1",
	} {
		if got := export.EscapeCell(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}
