package export

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/onrecord/onrecord/graph"
)

// The hash is the same whether it was sorted in memory or in runs on the disk,
// and in whatever order entities come.
func TestHasherSpills(t *testing.T) {
	t.Parallel()
	const n = 1000
	order := rand.New(rand.NewPCG(1, 2)).Perm(n)
	want := ""
	for _, run := range []int{n + 1, n, 7, 1} {
		dir := t.TempDir()
		h := newHasher(dir)
		h.run = run
		for _, i := range order {
			id := graph.ID(binary.BigEndian.AppendUint64(make([]byte, 8), uint64(i)))
			if err := h.addSum(id, sha256.Sum256(id[:])); err != nil {
				t.Fatal(err)
			}
		}
		got, err := h.sum()
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("runs of %d: got %s, want %s", run, got, want)
		}
		if err := h.close(); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("runs of %d: %d files are left (%v)", run, len(left), err)
		}
		order = rand.New(rand.NewPCG(1, uint64(run))).Perm(n)
	}
}

func TestRefSet(t *testing.T) {
	t.Parallel()
	var s refSet
	refs := []graph.Ref{0, 1, 63, 64, 1<<15 - 1, 1 << 15, 1<<20 + 7}
	for _, r := range []int{3, 0, 6, 1, 5, 2, 4} {
		if !s.add(refs[r]) || s.add(refs[r]) {
			t.Errorf("add %d: not once", refs[r])
		}
	}
	var ids idTable
	for r := range s.all() {
		ids.put(graph.ID{byte(r), byte(r >> 8), byte(r >> 16), 1})
	}
	ids.end(&s)
	for _, r := range refs {
		if got, want := ids.get(r), (graph.ID{byte(r), byte(r >> 8), byte(r >> 16), 1}); got != want || !ids.get(r+2).IsZero() {
			t.Errorf("id of %d: got %x, want %x", r, got, want)
		}
	}
	i := 0
	for r := range s.all() {
		if i >= len(refs) || r != refs[i] || !s.has(r) || s.has(r+2) {
			t.Fatalf("got %d at %d", r, i)
		}
		i++
	}
	if i != len(refs) || s.n != int64(len(refs)) {
		t.Errorf("got %d of %d", i, len(refs))
	}
}
