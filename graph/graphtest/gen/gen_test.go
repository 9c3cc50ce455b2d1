package gen_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/graphtest/gen"
	"github.com/onrecord/onrecord/graph/vocab"
)

func digest(t *testing.T, o gen.Options) string {
	t.Helper()
	h := sha256.New()
	for rev := range gen.New(o).Revisions() {
		if err := json.NewEncoder(h).Encode(rev); err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// The revisions follow from the options alone. Who changes them on purpose
// changes gen.Version too, so that stores that were kept are built anew.
func TestSame(t *testing.T) {
	t.Parallel()
	const want = "fa793f22331aa1b9"
	if got := digest(t, gen.Options{Seed: 1, Statements: 2000}); got != want {
		t.Errorf("version %d: digest %s, want %s", gen.Version, got, want)
	}
	if digest(t, gen.Options{Seed: 2, Statements: 2000}) == want {
		t.Error("another seed gives the same revisions")
	}
}

// The record takes every revision, finds nothing wrong in it, and has what was
// promised.
func TestAccepted(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := gen.New(gen.Options{Seed: 3, Statements: 2000})
	rec := graphtest.Open(t)
	for rev := range c.Revisions() {
		if _, err := rec.Write(ctx, rev); err != nil {
			t.Fatal(err)
		}
	}
	graphtest.Verify(t, rec)
	v := graphtest.View(t, rec)
	totals, err := v.Totals(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if n := totals.Nodes[vocab.Statement]; n != 2000 {
		t.Errorf("%d statements, want 2000", n)
	}
	for name, id := range map[string]graph.ID{
		"first statement": c.Statement(0), "last statement": c.Statement(1999), "first speaker": c.Speaker(0),
		"claim": c.Claim(1000), "hot claim": c.HotClaim(15), "topic": c.Topic(136), "event": c.Event(9),
	} {
		if ns, err := v.NodesByID(ctx, []graph.ID{id}); err != nil || ns[0] == nil {
			t.Errorf("%s: not on record, %v", name, err)
		}
	}
	t.Logf("nodes %v", totals.Nodes)
	t.Logf("edges %v", totals.Edges)
}

func BenchmarkGenerate(b *testing.B) {
	c := gen.New(gen.Options{Statements: 10_000})
	for b.Loop() {
		for range c.Revisions() {
		}
	}
	b.ReportMetric(float64(b.N)*10_000/b.Elapsed().Seconds(), "statements/s")
}
