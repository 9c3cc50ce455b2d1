package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/parser"
	"github.com/graphql-go/graphql/language/source"
)

type benchStatement struct {
	id, speaker int
}

// benchSchema is a list of statements with their speakers, in memory: what is
// measured is the executor.
func benchSchema(b *testing.B) graphql.Schema {
	b.Helper()
	str := func(f func(s *benchStatement) any) *graphql.Field {
		return &graphql.Field{Type: graphql.NewNonNull(graphql.String), Resolve: func(p graphql.ResolveParams) (any, error) { return f(p.Source.(*benchStatement)), nil }}
	}
	speaker := graphql.NewObject(graphql.ObjectConfig{Name: "Speaker", Fields: graphql.Fields{
		"id":   {Type: graphql.NewNonNull(graphql.ID), Resolve: func(p graphql.ResolveParams) (any, error) { return "4f3c2b1a-0000-4000-8000-000000000001", nil }},
		"name": {Type: graphql.NewNonNull(graphql.String), Resolve: func(p graphql.ResolveParams) (any, error) { return "A Speaker", nil }},
	}})
	date := graphql.NewObject(graphql.ObjectConfig{Name: "FuzzyDate", Fields: graphql.Fields{
		"edtf":    str(func(*benchStatement) any { return "2018-07-30" }),
		"weekday": {Type: graphql.Int, Resolve: func(graphql.ResolveParams) (any, error) { return nil, nil }},
	}})
	statement := graphql.NewObject(graphql.ObjectConfig{Name: "Statement", Fields: graphql.Fields{
		"id":   {Type: graphql.NewNonNull(graphql.ID), Resolve: func(p graphql.ResolveParams) (any, error) { return fmt.Sprint(p.Source.(*benchStatement).id), nil }},
		"text": str(func(*benchStatement) any { return "The quick brown fox jumps over the lazy dog, he said." }),
		"mode": str(func(*benchStatement) any { return "DIRECT" }),
		"said": {Type: date, Resolve: func(p graphql.ResolveParams) (any, error) { return p.Source, nil }},
		"speaker": Field(&graphql.Field{Type: speaker}, func(_ context.Context, parents []any, _ map[string]any) ([]any, error) {
			out := make([]any, len(parents))
			for i, p := range parents {
				out[i] = p.(*benchStatement).speaker
			}
			return out, nil
		}),
	}})
	s, err := graphql.NewSchema(graphql.SchemaConfig{Query: graphql.NewObject(graphql.ObjectConfig{Name: "Query", Fields: graphql.Fields{
		"statements": {Type: graphql.NewList(graphql.NewNonNull(statement)), Args: graphql.FieldConfigArgument{"first": {Type: graphql.Int, DefaultValue: 50}}, Resolve: func(p graphql.ResolveParams) (any, error) {
			out := make([]any, p.Args["first"].(int))
			for i := range out {
				out[i] = &benchStatement{i, i % 7}
			}
			return out, nil
		}},
	}})})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

const benchQuery = `query Page($first: Int) { statements(first: $first) { id text mode said { edtf weekday } speaker { id name } } }`

// BenchmarkPage answers for a page of 50 statements with their speakers.
func BenchmarkPage(b *testing.B) {
	s := benchSchema(b)
	e, err := New(s, Options{})
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	r := Request{Query: benchQuery, Variables: Variables{"first": 50}}
	var buf []byte
	b.Run("engine/cached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf = e.Do(ctx, r).AppendJSON(buf[:0])
		}
		b.SetBytes(int64(len(buf)))
	})
	b.Run("engine/uncached", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			buf = e.Do(ctx, Request{Query: fmt.Sprintf("%s #%d", benchQuery, i), Variables: r.Variables}).AppendJSON(buf[:0])
		}
	})
	parse := func() *ast.Document {
		doc, err := parser.Parse(parser.ParseParams{Source: source.NewSource(&source.Source{Body: []byte(benchQuery)})})
		if err != nil {
			b.Fatal(err)
		}
		return doc
	}
	doc := parse()
	execute := func() *graphql.Result {
		return graphql.Execute(graphql.ExecuteParams{Schema: s, AST: doc, Args: map[string]any{"first": 50}, Context: WithLoaders(ctx)})
	}
	b.Run("graphql-go/execute", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			execute()
		}
	})
	b.Run("graphql-go/execute and marshal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(execute()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("graphql-go/all", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			doc = parse()
			if v := graphql.ValidateDocument(&s, doc, nil); !v.IsValid {
				b.Fatal(v.Errors)
			}
			if _, err := json.Marshal(execute()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDocument prepares a document: what a request costs that is not in
// the cache yet, without its execution.
func BenchmarkDocument(b *testing.B) {
	e, err := New(benchSchema(b), Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		doc, err := e.parse(benchQuery)
		if err != nil || e.gate(benchQuery) != nil || e.measure(doc) != nil || e.validate(doc) != nil {
			b.Fatal(err)
		}
	}
}
