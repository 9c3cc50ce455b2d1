package export_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/graphtest"
)

func checked(t testing.TB, b []byte) *export.Checked {
	t.Helper()
	c, err := export.CheckNQuads(context.Background(), bytes.NewReader(b), "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What was written is found whole, and a change of any byte, a line that is
// missing and a file that was cut off are found.
func TestCheckNQuads(t *testing.T) {
	t.Parallel()
	v := graphtest.View(t, hostile(t))
	b, _ := write(t, v, selection(t, all), "nquads", export.Options{Version: "v1"})
	if c := checked(t, b); len(c.Problems) > 0 {
		t.Fatalf("as written: %q", c.Problems)
	}
	step := 13 // every byte takes 20 seconds, and was tried
	if testing.Short() {
		step = 101
	}
	for i := 0; i < len(b); i += step {
		damaged := bytes.Clone(b)
		damaged[i] ^= 1
		if c := checked(t, damaged); len(c.Problems) == 0 && len(unsealed(t, damaged)) == 0 {
			t.Fatalf("byte %d changed from %q to %q: not found", i, b[i], damaged[i])
		}
	}
	lines := bytes.SplitAfter(b, []byte("\n"))
	for i := range lines[:len(lines)-1] {
		without := bytes.Join(append(append([][]byte{}, lines[:i]...), lines[i+1:]...), nil)
		if c := checked(t, without); len(c.Problems) == 0 {
			t.Errorf("line %d left out: not found", i+1)
		}
	}
	for _, x := range []struct {
		name string
		b    []byte
		says string
	}{
		{"cut off", b[:len(b)/2], "the manifest is missing"},
		{"nothing", nil, "the manifest is missing"},
		{"a line more", append(bytes.Clone(b), lines[0]...), fmt.Sprintf("line %d: something follows", len(lines))},
		{"no quad", append([]byte("hello\n"), b...), "line 1: no quad"},
		{"a quad of nobody", append([]byte("<http://a> <http://b> <http://c> .\n"), b...), "line 1: no quad of an entity"},
		{"turned round", append(append(bytes.Clone(lines[1]), lines[0]...), bytes.Join(lines[2:], nil)...), "line 2: out of order"},
	} {
		if c := checked(t, x.b); !strings.Contains(strings.Join(c.Problems, "\n"), x.says) {
			t.Errorf("%s: got %q, want %q", x.name, c.Problems, x.says)
		}
	}
}

// FuzzCheckNQuads checks that no file makes the reader panic or fail.
func FuzzCheckNQuads(f *testing.F) {
	f.Add([]byte("<urn:uuid:0190163d-8694-739b-aea5-966c26f8ad90> <a> \"b\" .\n# {}\n"))
	f.Add([]byte("<urn:uuid:0190163d-8694-739b-aea5-966c26f8ad90#x> <a> <b> <urn:uuid:0190163d-8694-739b-aea5-966c26f8ad90> .\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c := checked(t, b); c.Manifest == nil && len(c.Problems) == 0 {
			t.Fatalf("%q is found to be whole without a manifest", b)
		}
	})
}
