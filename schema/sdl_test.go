package schema

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/schema/engine"
)

var update = flag.Bool("update", false, "rewrite schema.graphql")

// TestSDL compares the schema with schema.graphql, the file in which a change
// of it is reviewed.
func TestSDL(t *testing.T) {
	s, err := Build(Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := engine.SDL(s)
	if *update {
		if err := os.WriteFile("schema.graphql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the schema is not what schema.graphql says (-want +got); if it is meant so, run go test ./schema -update\n%s", diff)
	}
}
