package gen

import (
	"context"
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

// TestSame checks that the same number and seed give the same record, and that
// the record is whole.
func TestSame(t *testing.T) {
	ctx := context.Background()
	load := func(seed uint64) (first string, last graph.Head) {
		rec, err := graph.Open(ctx, memkv.New(), graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer rec.Close()
		for rev, err := range Revisions(600, seed) {
			if err != nil {
				t.Fatal(err)
			}
			if first == "" {
				first = fmt.Sprint(len(rev.Changes), rev.Changes[len(rev.Changes)-1].Edge)
			}
			if _, err := rec.Write(ctx, rev); err != nil {
				t.Fatal(err)
			}
		}
		count, err := rec.Verify(ctx, func(p graph.Problem) bool { t.Error(p); return true }, nil)
		if err != nil {
			t.Fatal(err)
		}
		if seed == 1 {
			t.Logf("%+v", count)
		}
		return first, rec.Head()
	}
	a, headA := load(1)
	b, headB := load(1)
	c, _ := load(2)
	if a != b || headA.Next != headB.Next || a == c {
		t.Errorf("got %s and %s, and with another seed %s", a, b, c)
	}
}
