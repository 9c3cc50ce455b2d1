package schema_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/kvtest"
	"github.com/onrecord/onrecord/graph/kv/memkv"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
	"github.com/onrecord/onrecord/seed/corpus"
)

// TestReads checks that no query does one store read per row: a page of twelve
// costs about as many calls of the store as a page of two.
func TestReads(t *testing.T) {
	ctx := context.Background()
	store := kvtest.Counting(memkv.New())
	rec, err := graph.Open(ctx, store, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	if _, err := corpus.Load(ctx, rec); err != nil {
		t.Fatal(err)
	}
	types, err := schema.Build(schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(types, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	calls := func(query string, n int) int {
		v, err := rec.View(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		store.Reset()
		res := e.Do(ctx, engine.Request{Query: strings.ReplaceAll(query, "$n", fmt.Sprint(n)), Root: schema.Root(v)})
		if len(res.Errors) > 0 {
			t.Fatalf("%s: %v", query, res.Errors)
		}
		return len(store.Calls())
	}
	for name, query := range map[string]string{
		"statements whole": `{ statements(first: $n) { totalCount nodes { id label text words mode recordedAt said { edtf } speaker { name memberOf { name } } addressees { name } occasion { name }
			quotedIn { exact prefix capture { sha256 length source { title } } } quotations { exact } insertions { exact } cue { exact } mention { exact } source { title publisher { name } }
			claims(first: 3) { totalCount edges { polarity status evidence { exact } node { text } } } respondsTo { label } renderings { text } gaps { note } } } }`,
		"claims with their statements": `{ claims(first: $n) { nodes { text resolution statementCount utteranceCount sourceCount statements(first: 2) { totalCount nodes { text speaker { name } } } reviews { totalCount } contradicts { text } because { text } } } }`,
		"speakers":                     `{ speakers(first: $n) { nodes { name statements(first: 2) { nodes { text } } stances(first: 2) { nodes { label target { label } evidence { label } } } members { name } offices { name } } } }`,
		"edges and history":            `{ statements(first: $n) { nodes { edges(first: 30) { totalCount nodes { kind method status recordedAt evidence { exact } from { label } to { label } } } history { totalCount nodes { seq reason node { label } changes(first: 9) { totalCount nodes { action node { id } edge { id } } } } } } } }`,
		"stances":                      `{ stances(first: $n) { nodes { label holder { name } target { label } evidence { label } } } }`,
		"events":                       `{ events(first: $n) { nodes { name participants { nodes { name } } responses { totalCount } before { name } after { name } places { label } } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			// More rows may have what fewer have not, such as an answer to
			// another statement; that is a call or two, and never one a row.
			if few, many := calls(query, 2), calls(query, 12); many > few+5 {
				t.Errorf("%d calls of the store for 2 rows, %d for 12", few, many)
			}
		})
	}
}
