package corpus

import (
	"context"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

func open(t *testing.T) *graph.Record {
	t.Helper()
	r, err := graph.Open(context.Background(), memkv.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// TestTwice checks that loading again adds nothing, and that all of it verifies.
func TestTwice(t *testing.T) {
	ctx := context.Background()
	r := open(t)
	first, err := Load(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	head := r.Head()
	again, err := Load(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	if first.Revisions != 5 || again.Revisions != 0 || again.Skipped != 5 || r.Head() != head {
		t.Errorf("first %+v, again %+v", first, again)
	}
	count, err := r.Verify(ctx, func(p graph.Problem) bool { t.Error(p); return true }, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", count)
}
