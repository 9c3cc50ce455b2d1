package memkv_test

import (
	"context"
	"errors"
	"testing"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/kvtest"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

func open(testing.TB) kv.Store { return memkv.New() }

func TestContract(t *testing.T) {
	t.Parallel()
	kvtest.Run(t, open)
}

func TestContractWithSmallLimits(t *testing.T) {
	t.Parallel()
	kvtest.Run(t, func(testing.TB) kv.Store {
		return memkv.NewWith(memkv.Options{Limits: kv.Limits{Key: 64, Value: 100, BatchBytes: 4000, BatchWrites: 60}})
	})
}

func TestModel(t *testing.T) {
	t.Parallel()
	kvtest.RunModel(t, open, func(testing.TB) kv.Store { return kvtest.NewMap() }, nil)
}

// A pair kept beyond its step is overwritten: the mistake shows here.
func TestScanReusesItsBuffers(t *testing.T) {
	t.Parallel()
	s := memkv.New()
	var b kv.Batch
	b.Put([]byte("a"), []byte("1"))
	b.Put([]byte("b"), []byte("2"))
	if err := s.Apply(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	sn, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer sn.Close()
	var kept []kv.Pair
	for p, err := range sn.Scan(context.Background(), kv.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, p)
	}
	if string(kept[0].Key) != "b" || string(kept[0].Value) != "2" {
		t.Errorf("the first pair is still %s=%s", kept[0].Key, kept[0].Value)
	}
}

func TestLimitsOption(t *testing.T) {
	t.Parallel()
	s := memkv.NewWith(memkv.Options{Limits: kv.Limits{Value: 3}})
	var b kv.Batch
	b.Put([]byte("a"), []byte("four"))
	if err := s.Apply(context.Background(), &b); !errors.Is(err, kv.ErrTooLarge) {
		t.Errorf("got %v, want %v", err, kv.ErrTooLarge)
	}
	if got, want := s.Limits().Key, memkv.DefaultLimits.Key; got != want {
		t.Errorf("the key limit is %d, want the default %d", got, want)
	}
}
