// Package kvtest holds the contract of graph/kv as tests that every engine
// passes, and helpers for the tests of what is built on an engine.
//
//   - [Run] has a subtest for each sentence of the contract.
//   - [RunModel] drives two engines with the same random history and compares
//     every answer.
//   - [NewMap] is an engine that is too simple to be wrong: the other side for
//     the reference engine itself.
//   - [Counting] counts calls, to show that code above does not read per row.
package kvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/graph/kv"
)

// Open returns an empty store of the engine under test. Whatever else it needs
// it cleans up through t; the store itself is closed by whoever asked for it.
type Open = func(t testing.TB) kv.Store

// Run checks that an engine keeps the contract of package kv.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(*testing.T, kv.Store)
	}{
		{"GetMulti/order", getMultiOrder},
		{"GetMulti/absent is nil, empty is not", getMultiEmpty},
		{"GetMulti/values are the caller's", getMultiOwned},
		{"GetMulti/no keys", getMultiNone},
		{"Scan/ranges", scanRanges},
		{"Scan/many ranges", scanMany},
		{"Scan/pairs hold until the next step", scanPairs},
		{"Scan/leaving early releases", scanEarly},
		{"Scan/a panic in the body is the caller's", scanPanic},
		{"Scan/reads inside the body", scanNested},
		{"Scan/deleted pairs", scanDeleted},
		{"Scan/a sequence can be run twice", scanTwice},
		{"Snapshot/is one moment", snapshotMoment},
		{"Snapshot/sees what was applied", snapshotFresh},
		{"Snapshot/concurrent readers", snapshotConcurrent},
		{"Snapshot/closed", snapshotClosed},
		{"Apply/later write of a key wins", applyLater},
		{"Apply/delete of an absent key", applyDeleteAbsent},
		{"Apply/empty batch", applyEmpty},
		{"Apply/expectations", applyExpectations},
		{"Apply/conflict names the key and changes nothing", applyConflict},
		{"Apply/expectations read the state before the batch", applyExpectBefore},
		{"Apply/whole or not at all", applyAtomic},
		{"Apply/of many who expect the same one wins", applyOneWins},
		{"Apply/counter", applyCounter},
		{"Apply/too large names what and changes nothing", applyTooLarge},
		{"Apply/at the limits", applyAtLimits},
		{"Context/ended before", contextEnded},
		{"Context/ended in a scan", contextEndedInScan},
		{"Close/refuses everything after", closeRefuses},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
			c.test(t, s)
		})
	}
}

// keys turns strings into keys.
func keys(ks ...string) [][]byte {
	out := make([][]byte, len(ks))
	for i, k := range ks {
		out[i] = []byte(k)
	}
	return out
}

// put applies a batch of key, value, key, value …
func put(t testing.TB, s kv.Store, pairs ...string) {
	t.Helper()
	var b kv.Batch
	for i := 0; i < len(pairs); i += 2 {
		b.Put([]byte(pairs[i]), []byte(pairs[i+1]))
	}
	apply(t, s, &b)
}

func apply(t testing.TB, s kv.Store, b *kv.Batch) {
	t.Helper()
	if err := s.Apply(context.Background(), b); err != nil {
		t.Fatalf("Apply: %v", err)
	}
}

// snapshot opens one that lives as long as the test.
func snapshot(t testing.TB, s kv.Store) kv.Snapshot {
	t.Helper()
	sn, err := s.Snapshot()
	if err != nil {
		t.Fatalf("Snapshot: %v", err)
	}
	t.Cleanup(func() {
		if err := sn.Close(); err != nil {
			t.Errorf("Snapshot.Close: %v", err)
		}
	})
	return sn
}

func get(t testing.TB, r kv.Reader, key string) []byte {
	t.Helper()
	vs, err := r.GetMulti(context.Background(), keys(key))
	if err != nil {
		t.Fatalf("GetMulti(%q): %v", key, err)
	}
	if len(vs) != 1 {
		t.Fatalf("GetMulti of one key returned %d values", len(vs))
	}
	return vs[0]
}

// now reads one key of the state of this moment.
func now(t testing.TB, s kv.Store, key string) []byte {
	t.Helper()
	sn, err := s.Snapshot()
	if err != nil {
		t.Fatalf("Snapshot: %v", err)
	}
	defer sn.Close()
	return get(t, sn, key)
}

// scan writes out what a scan yields, as "range:key=value".
func scan(t testing.TB, r kv.Reader, ranges ...kv.Range) []string {
	t.Helper()
	out := []string{}
	for p, err := range r.Scan(context.Background(), ranges...) {
		if err != nil {
			t.Fatalf("Scan: %v", err)
		}
		out = append(out, fmt.Sprintf("%d:%s=%s", p.Range, p.Key, p.Value))
	}
	return out
}

// show writes out a value so that none and empty differ.
func show(v []byte) string {
	if v == nil {
		return "none"
	}
	return fmt.Sprintf("%q", v)
}

func wantValue(t testing.TB, what string, got []byte, want string) {
	t.Helper()
	if show(got) != want {
		t.Errorf("%s: got %s, want %s", what, show(got), want)
	}
}

func wantIs(t testing.TB, what string, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("%s: got error %v, want one that is %q", what, err, target)
	}
}

// wantConflict checks that err is a conflict at key.
func wantConflict(t testing.TB, err error, key string) {
	t.Helper()
	var c *kv.ConflictError
	if !errors.As(err, &c) {
		t.Errorf("got error %v, want a conflict", err)
	} else if !bytes.Equal(c.Key, []byte(key)) {
		t.Errorf("got a conflict at %q, want one at %q", c.Key, key)
	}
}
