package kvtest_test

import (
	"context"
	"slices"
	"testing"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/kvtest"
)

func TestMap(t *testing.T) {
	kvtest.Run(t, func(testing.TB) kv.Store { return kvtest.NewMap() })
}

func TestCountingKeepsTheContract(t *testing.T) {
	kvtest.Run(t, func(testing.TB) kv.Store { return kvtest.Counting(kvtest.NewMap()) })
}

func TestCounting(t *testing.T) {
	c := kvtest.Counting(kvtest.NewMap())
	ctx := context.Background()
	var b kv.Batch
	b.Put([]byte("a"), nil)
	b.Put([]byte("b"), nil)
	if err := c.Apply(ctx, &b); err != nil {
		t.Fatal(err)
	}
	s, err := c.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.GetMulti(ctx, [][]byte{{1}, {2}, {3}}); err != nil {
		t.Fatal(err)
	}
	seq := s.Scan(ctx, kv.Range{}, kv.Range{})
	if calls, _ := c.Count("Scan"); calls != 0 {
		t.Errorf("a scan that nobody runs counts %d", calls)
	}
	for range seq {
	}
	if _, err := s.GetMulti(ctx, [][]byte{{1}}); err != nil {
		t.Fatal(err)
	}
	want := []kvtest.Call{{"Apply", 2}, {"GetMulti", 3}, {"Scan", 2}, {"GetMulti", 1}}
	if got := c.Calls(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if calls, n := c.Count("GetMulti"); calls != 2 || n != 4 {
		t.Errorf("got %d calls and %d keys, want 2 and 4", calls, n)
	}
	c.Reset()
	if got := c.Calls(); len(got) != 0 {
		t.Errorf("after Reset: %v", got)
	}
}
