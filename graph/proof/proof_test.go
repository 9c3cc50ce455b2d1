package proof_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/proof"
	"github.com/onrecord/onrecord/graph/tree"
	"github.com/onrecord/onrecord/graph/vocab"
)

type signing struct {
	s *tree.Signer
	v *tree.Verifier
}

func keys(t testing.TB) signing {
	t.Helper()
	private, public, err := tree.NewKey("record.example.org/log")
	if err != nil {
		t.Fatal(err)
	}
	s, err := tree.ParseSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	v, err := tree.ParseVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signing{s, v}
}

func cited(t testing.TB, rec *graph.Record, k signing, id graph.ID) []byte {
	t.Helper()
	v, err := rec.View(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	c, _, err := proof.Cite(context.Background(), v, id, k.s, proof.Options{Base: "https://record.example.org", Accessed: "2026-11-23"})
	if err != nil {
		t.Fatal(err)
	}
	return c.Encode()
}

func article(t testing.TB) *graph.Record {
	t.Helper()
	rec := graphtest.Open(t)
	graphtest.Article().Write(t, rec)
	for i := range 20 {
		graphtest.Build().Node(vocab.Topic, fmt.Sprint("t", i), graph.Props{"name": fmt.Sprint("Topic ", i)}).Write(t, rec)
	}
	return rec
}

// What a citation of each kind of node states is what is on record.
func TestCite(t *testing.T) {
	t.Parallel()
	rec, k := article(t), keys(t)
	v := graphtest.View(t, rec)
	n := 0
	for s, err := range v.Stream(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if s.IsEdge() {
			continue
		}
		n++
		c := proof.Check(cited(t, rec, k, s.ID()), k.v)
		if len(c.Problems) > 0 {
			t.Errorf("%s %s: %q", s.NodeKind(), s.ID(), c.Problems)
		}
	}
	if n == 0 {
		t.Fatal("nothing was cited")
	}
	c := proof.Check(cited(t, rec, k, graphtest.ID("s1")), k.v)
	node, err := v.NodesByID(t.Context(), []graph.ID{graphtest.ID("s1")})
	if err != nil {
		t.Fatal(err)
	}
	if c.Work.Text != "“"+node[0].Text("text")+"”" || c.Work.Author == "" || c.Work.Container == "" {
		t.Errorf("it cites %+v", c.Work)
	}
	if want := "https://record.example.org/statement/" + graphtest.ID("s1").String() + "?asOf=21"; c.Citation.URL != want {
		t.Errorf("it links %s, want %s", c.Citation.URL, want)
	}
}

// A change of any byte of a citation is found, and its place is named.
func TestCitationBytes(t *testing.T) {
	t.Parallel()
	rec, k := article(t), keys(t)
	b := cited(t, rec, k, graphtest.ID("s1"))
	names := regexp.MustCompile(`^(byte \d+|[A-Za-z-]+(\[\d+\])?[^:]*): `)
	for i := range b {
		damaged := slices.Clone(b)
		damaged[i] ^= []byte{1, 0x20, 0x80}[i%3]
		c := proof.Check(damaged, k.v)
		if len(c.Problems) == 0 {
			t.Fatalf("byte %d changed from %q to %q in %q: not found", i, b[i], damaged[i], b[max(0, i-40):i+1])
		}
		if !names.MatchString(c.Problems[0]) {
			t.Errorf("byte %d: no place in %q", i, c.Problems)
		}
	}
	for i := 0; i < len(b); i += 7 {
		if len(proof.Check(b[:i], k.v).Problems) == 0 {
			t.Errorf("cut off after %d bytes: not found", i)
		}
	}
}

// What somebody makes up is found, however well it fits.
func TestForged(t *testing.T) {
	t.Parallel()
	rec, k, other := article(t), keys(t), keys(t)
	b := string(cited(t, rec, k, graphtest.ID("s1")))
	for _, c := range []struct {
		name string
		b    []byte
		v    *tree.Verifier
		says string
	}{
		{"another title", []byte(strings.Replace(b, `"title": "“`, `"title": "“Not `, 1)), k.v, "title: it is"},
		{"another server", []byte(strings.Replace(b, `"base": "https://record.example.org"`, `"base": "https://example.org"`, 1)), k.v, "URL: it is"},
		{"another day of access", []byte(strings.Replace(b, "2026", "2025", 1)), k.v, "accessed"},
		{"another signer", cited(t, rec, other, graphtest.ID("s1")), k.v, "checkpoint: signature"},
		{"nothing", nil, k.v, "byte 0"},
		{"two", []byte("[]"), k.v, "0 citations"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(proof.Check(c.b, c.v).Problems, "\n")
			if !strings.Contains(got, c.says) {
				t.Errorf("got %q, want %q in it", got, c.says)
			}
		})
	}
}

// A redaction leaves what was cited before true, and lets what is redacted be
// cited as such.
func TestCiteRedacted(t *testing.T) {
	t.Parallel()
	rec, k := article(t), keys(t)
	one, two := cited(t, rec, k, graphtest.ID("s1")), cited(t, rec, k, graphtest.ID("s2"))
	before := proof.Check(one, k.v)
	graphtest.Build().Change(graph.Change{Op: graph.Redact, ID: graphtest.ID("s1")}).Write(t, rec)

	for name, b := range map[string][]byte{
		"cited before, redacted": one, "cited before": two, "cited after": cited(t, rec, k, graphtest.ID("s2")),
	} {
		if c := proof.Check(b, k.v); len(c.Problems) > 0 || c.Citation.Custom.Proof.Redacted() {
			t.Errorf("%s: %q", name, c.Problems)
		}
	}
	v := graphtest.View(t, rec)
	p, err := v.Consistent(t.Context(), before.Checkpoint.Size)
	if err != nil {
		t.Fatal(err)
	}
	now, err := v.Root(t.Context())
	if err == nil {
		err = tree.CheckConsistent(before.Checkpoint.Root, now, p)
	}
	if err != nil {
		t.Errorf("the log does not go on: %v", err)
	}
	after := cited(t, rec, k, graphtest.ID("s1"))
	c := proof.Check(after, k.v)
	if len(c.Problems) > 0 || !c.Citation.Custom.Proof.Redacted() || c.Work.Text != "[redacted]" {
		t.Errorf("cited after its redaction: %q, %+v", c.Problems, c.Work)
	}
	if c.Citation.Custom.Proof.Content != before.Citation.Custom.Proof.Content {
		t.Errorf("its content hash is %s, and was %s", c.Citation.Custom.Proof.Content, before.Citation.Custom.Proof.Content)
	}
	if words := before.Citation.Title; strings.Contains(string(after), strings.Trim(words, "“”")[:20]) {
		t.Errorf("it still has the words %s", words)
	}
	// Nobody may pass off one thing as redacted that was not.
	forged := strings.Replace(string(two), `"content"`, `"hash"`, 1)
	if len(proof.Check([]byte(forged), k.v).Problems) == 0 {
		t.Error("a forged redaction is taken")
	}
}

func FuzzCheck(f *testing.F) {
	rec, k := article(f), keys(f)
	f.Add(cited(f, rec, k, graphtest.ID("s1")))
	f.Add(cited(f, rec, k, graphtest.ID("t1")))
	f.Add([]byte(`[{"custom":{"onrecord":{"citation":1,"things":[{"change":-1}],"revisions":[{}]}}}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := proof.Check(b, k.v)
		if len(c.Problems) == 0 && string(c.Citation.Encode()) != string(b) {
			t.Errorf("%q is taken", b)
		}
	})
}

func FuzzParseContent(f *testing.F) {
	rec := article(f)
	v, err := rec.View(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	defer v.Close()
	refs, err := v.Refs(context.Background(), []graph.ID{graphtest.ID("s1"), graphtest.ID("t1")})
	if err != nil {
		f.Fatal(err)
	}
	for _, r := range refs {
		p, err := v.Prove(context.Background(), r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(p[0].Content)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := graph.ParseContent(b); err == nil && (c.Node == nil) == (c.Edge == nil) {
			t.Errorf("%x is read as %+v", b, c)
		}
	})
}
