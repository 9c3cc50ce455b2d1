package schema_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

// TestOvertaken has sixteen editors correct one topic at once, on a disk, where
// all who plan while a revision is being written are overtaken by it. Nobody who
// did not say what he knows is told of it.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	rec := graphtest.OpenBadger(t, filepath.Join(t.TempDir(), "record"))
	types, err := schema.Build(schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, rec: rec}
	d.e, err = engine.New(types, engine.Options{
		Cost: schema.Cost(types), Mutate: schema.Writer(rec),
		OnInternal: func(_ context.Context, _ string, err error) { t.Errorf("internal error: %v", err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	const editors, each = 16, 4
	topic := d.id(editor, "Topic", `name: "zero"`)
	var all sync.WaitGroup
	for e := range editors {
		all.Go(func() {
			for i := range each {
				got := d.ask(editor, `mutation { putTopic(input: {id: "%s", name: "%d/%d", reason: "r"}) { userErrors { code message } } }`, topic, e, i)
				d.want(got, `{"data":{"putTopic":{"userErrors":[]}}}`)
			}
		})
	}
	all.Wait()
	d.want(d.ask(reader, `{ node(id: "%s") { history(first: 0) { totalCount } } }`, topic),
		fmt.Sprintf(`{"data":{"node":{"history":{"totalCount":%d}}}}`, editors*each+1))
}
