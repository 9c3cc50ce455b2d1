package graph_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/graphtest"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/graph/vocab"
)

// writeEnv makes the test binary write to the record in a directory until it is
// killed.
const writeEnv = "ONRECORD_TEST_WRITE"

func TestMain(m *testing.M) {
	dir := os.Getenv(writeEnv)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := writeUntilKilled(dir); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

const crashWriters = 8

// writeUntilKilled has eight writers put revisions, and says the key of each
// that was acknowledged.
func writeUntilKilled(dir string) error {
	s, err := badgerkv.Open(dir, graphtest.Small)
	if err != nil {
		return err
	}
	rec, err := graph.Open(ctx, s, graph.Options{TailTexts: 64})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	from := rec.Head().Seq
	failed := make(chan error, crashWriters)
	var out sync.Mutex
	for w := range crashWriters {
		go func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("%d-%d-%d", from, w, i)
				if _, err := rec.Write(ctx, crashRevision(name, i)); err != nil {
					failed <- err
					return
				}
				out.Lock()
				fmt.Println(name)
				out.Unlock()
			}
		}()
	}
	return <-failed
}

// crashRevision has parts that must be there together: new nodes, edges, and a
// change of a node that all writers change.
func crashRevision(name string, i int) graph.Revision {
	changes := []graph.Change{
		node(vocab.Speaker, name, graph.Props{"type": "PERSON", "names": []graph.Name{{Value: "Speaker " + name}}}),
		node(vocab.Statement, name+" s", graph.Props{"text": "Words of " + name, "mode": "INDIRECT", "said": graphtest.When("2018-07-30")}),
		edge(vocab.Said, name, name+" s", nil),
		node(vocab.Topic, "shared", graph.Props{"name": "Last touched by " + name}),
		edge(vocab.About, name+" s", "shared", nil),
	}
	if i%10 == 9 { // now and then something large and something that goes
		changes = append(changes, node(vocab.Claim, name+" c", graph.Props{"text": strings.Repeat(name+" ", 2000), "type": "FACT"}))
	}
	return graph.Revision{Agent: "writer", Method: "human", Reason: "writing", Key: name, Changes: changes}
}

// A process with eight writers is killed at any moment, many times. Each revision
// that it reported is there, none is half there, and the next process goes on.
func TestCrash(t *testing.T) {
	t.Parallel()
	rounds := 30
	if testing.Short() {
		rounds = 3
	}
	dir := filepath.Join(t.TempDir(), "record")
	var acknowledged []string
	for round := range rounds {
		before := len(acknowledged)
		acknowledged = append(acknowledged, writeAndKill(t, dir, time.Duration(10+rand.IntN(110))*time.Millisecond)...)
		s, err := badgerkv.Open(dir, graphtest.Small)
		if err != nil {
			t.Fatalf("after kill %d: %v", round, err)
		}
		rec := open(t, s, graph.Options{})
		if round%10 == 9 || round == rounds-1 { // all that ever was acknowledged, and every byte
			before = 0
			graphtest.Verify(t, rec)
		}
		checkCrashed(t, rec, len(acknowledged), acknowledged[before:])
		if err := rec.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("after kill %d", round)
		}
	}
	if len(acknowledged) < rounds {
		t.Errorf("only %d revisions were acknowledged", len(acknowledged))
	}
	t.Logf("%d kills, %d revisions acknowledged", rounds, len(acknowledged))
}

// writeAndKill runs a writer for a while and returns what it acknowledged.
func writeAndKill(t *testing.T, dir string, after time.Duration) (names []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), writeEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		cmd.Process.Kill()
		t.Fatalf("the writer says %q", lines.Text())
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	defer timer.Stop()
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "error:") {
			t.Errorf("the writer says %q", lines.Text())
		}
		names = append(names, lines.Text())
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the writer ended with %v before it was killed", err)
	}
	return names
}

// checkCrashed looks for every acknowledged revision, and counts what there is:
// each revision must have left all of its parts.
func checkCrashed(t *testing.T, rec *graph.Record, acknowledged int, names []string) {
	t.Helper()
	v, err := rec.View(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	var ids []graph.ID
	for _, name := range names {
		ids = append(ids, graphtest.ID(name), graphtest.ID(name+" s"))
	}
	nodes, err := v.NodesByID(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range nodes {
		if n == nil {
			t.Errorf("revision %s was acknowledged and is gone", names[i/2])
		}
	}
	totals, err := v.Totals(ctx)
	if err != nil {
		t.Fatal(err)
	}
	n := int64(v.Head().Seq)
	if n < int64(acknowledged) || totals.Nodes[vocab.Speaker] != n || totals.Nodes[vocab.Statement] != n || totals.Edges[vocab.Said] != n || totals.Edges[vocab.About] != n {
		t.Errorf("%d revisions, %d acknowledged; totals %v", n, acknowledged, totals)
	}
	if n == 0 {
		return
	}
	// What the newest revision wrote by itself is what stands.
	logs, err := v.Log(ctx, []uint64{v.Head().Seq})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := nameAt(t, v, graphtest.ID("shared")), "Last touched by "+logs[0].Key; got != want {
		t.Errorf("the newest revision is %q, and the shared topic says %q", logs[0].Key, got)
	}
}
