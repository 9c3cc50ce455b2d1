package badgerkv

import (
	"testing"
	"time"
)

// WaitForMerges waits until Badger has no tables to merge.
func WaitForMerges(t testing.TB, s *Store) {
	t.Helper()
	for quiet, n := 0, 0; quiet < 5; n++ {
		if n > 400 {
			t.Fatal("Badger keeps merging tables")
		}
		quiet++
		for _, l := range s.db.Levels() {
			if l.Score >= 1 {
				quiet = 0
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}
