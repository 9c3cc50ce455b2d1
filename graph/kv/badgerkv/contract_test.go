package badgerkv_test

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/graph/kv"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/graph/kv/kvtest"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

// small is for stores of tests: cheap to open, and full quickly.
var small = badgerkv.Options{MemTableBytes: 4 << 20, CacheBytes: 4 << 20, BallastBytes: -1}

func openDir(t testing.TB, dir string, o badgerkv.Options) *badgerkv.Store {
	t.Helper()
	s, err := badgerkv.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func open(t testing.TB) kv.Store { return openDir(t, filepath.Join(t.TempDir(), "store"), small) }

func TestContract(t *testing.T) {
	t.Parallel()
	kvtest.Run(t, open)
}

func TestContractUncompressedTinyMemtable(t *testing.T) {
	t.Parallel()
	o := small
	o.MemTableBytes, o.Compression = 1<<20, badgerkv.NoCompression
	kvtest.Run(t, func(t testing.TB) kv.Store { return openDir(t, t.TempDir(), o) })
}

func TestModel(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	dirs := map[kv.Store]string{}
	openIn := func(t testing.TB, dir string) kv.Store {
		s, err := badgerkv.Open(dir, small)
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		dirs[s] = dir
		return s
	}
	kvtest.RunModel(t,
		func(t testing.TB) kv.Store { return openIn(t, t.TempDir()) },
		func(testing.TB) kv.Store { return memkv.New() },
		func(t testing.TB, s kv.Store) kv.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			dir := dirs[s]
			mu.Unlock()
			return openIn(t, dir)
		})
}
