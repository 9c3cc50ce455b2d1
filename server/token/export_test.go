package token

import (
	"context"
	"testing"
)

// HoldLock takes the lock as another process would.
func HoldLock(t *testing.T, dir string) (release func()) {
	t.Helper()
	release, err := lock(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

// Forge returns a well-formed secret for an id, which was never given out.
func Forge(id string) string { return newSecret(id) }
