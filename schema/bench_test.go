package schema_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/parser"
	"github.com/graphql-go/graphql/language/source"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest/gen"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

const timelinePage = `query ($id: ID!) { timeline(of: $id, first: 50) {
  pageInfo { hasNextPage endCursor }
  edges { cursor node { relation polarity order when { edtf earliest latest }
    node { id __typename label ... on Statement { text mode said { edtf } speaker { id name } } } } }
} }`

// BenchmarkTimeline answers for a page of 50 of a claim's timeline, with who said
// what, by the engine and by graphql-go's Execute over the same resolvers. It
// reports how many times longer graphql-go takes; that both give the same is
// looked at first.
func BenchmarkTimeline(b *testing.B) {
	ctx := context.Background()
	rec, err := graph.Open(ctx, memkv.New(), graph.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer rec.Close()
	corpus := gen.New(gen.Options{Statements: 10_000, Seed: 1})
	for rev := range corpus.Revisions() {
		if _, err := rec.Write(ctx, rev); err != nil {
			b.Fatal(err)
		}
	}
	types, err := schema.Build(schema.Options{})
	if err != nil {
		b.Fatal(err)
	}
	e, err := engine.New(types, engine.Options{Cost: schema.Cost(types)})
	if err != nil {
		b.Fatal(err)
	}
	vars := map[string]any{"id": corpus.HotClaim(0).String()}
	ours := func(ctx context.Context) []byte {
		v, err := rec.View(ctx)
		if err != nil {
			b.Fatal(err)
		}
		defer v.Close()
		return e.Do(ctx, engine.Request{Query: timelinePage, Variables: vars, Root: schema.Root(v)}).AppendJSON(nil)
	}
	parse := func() *ast.Document {
		doc, err := parser.Parse(parser.ParseParams{Source: source.NewSource(&source.Source{Body: []byte(timelinePage)})})
		if err != nil {
			b.Fatal(err)
		}
		return doc
	}
	theirs := func(ctx context.Context, doc *ast.Document) []byte {
		v, err := rec.View(ctx)
		if err != nil {
			b.Fatal(err)
		}
		defer v.Close()
		res := graphql.Execute(graphql.ExecuteParams{Schema: types, AST: doc, Root: schema.Root(v), Args: vars, Context: engine.WithLoaders(ctx)})
		out, err := json.Marshal(res)
		if err != nil || res.HasErrors() {
			b.Fatal(err, res.Errors)
		}
		return out
	}
	doc := parse()
	var one, other map[string]any
	if err := json.Unmarshal(ours(ctx), &one); err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(theirs(ctx, doc), &other); err != nil {
		b.Fatal(err)
	}
	if diff := cmp.Diff(other, one); diff != "" || one["errors"] != nil {
		b.Fatalf("the answers differ (-graphql-go +ours):\n%s", diff)
	}
	var ns [3]float64
	for i, way := range []struct {
		name   string
		answer func()
	}{
		{"engine", func() { ours(ctx) }},
		{"graphql-go/execute", func() { theirs(ctx, doc) }},
		{"graphql-go/all", func() {
			doc := parse()
			if v := graphql.ValidateDocument(&types, doc, nil); !v.IsValid {
				b.Fatal(v.Errors)
			}
			theirs(ctx, doc)
		}},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				way.answer()
			}
			ns[i] = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			if i > 0 && ns[0] > 0 {
				b.ReportMetric(ns[i]/ns[0], "x-engine")
			}
		})
	}
}
