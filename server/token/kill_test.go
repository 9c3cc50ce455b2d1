package token_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/server/token"
)

const childEnv = "ONRECORD_TOKEN_TEST_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(childEnv)
	if dir == "" {
		os.Exit(m.Run())
	}
	for { // until killed
		_, secret, err := token.Create(ctx, dir, token.Grant{Agent: "child", Role: schema.Reader}, today)
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		fmt.Println(secret)
	}
}

// Three processes make tokens at once, and are killed in the midst of it. Every
// secret that one of them showed is good, and the next change is made without
// help.
func TestKilledWritersLoseNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var shown []string
	for kill := range 6 {
		var mu sync.Mutex // guards shown
		var all sync.WaitGroup
		for range 3 {
			cmd, lines := startChild(t, dir)
			all.Go(func() {
				for first := true; lines.Scan(); first = false {
					if first {
						time.AfterFunc(time.Duration(3+kill*7+rand.IntN(5))*time.Millisecond, func() { _ = cmd.Process.Kill() })
					}
					mu.Lock()
					shown = append(shown, lines.Text())
					mu.Unlock()
				}
				if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
					t.Errorf("before kill %d a process ended with %v", kill, err)
				}
			})
		}
		all.Wait()
		g, err := token.Open(dir, token.Options{Now: func() time.Time { return today }, Log: quiet})
		if err != nil {
			t.Fatalf("after kill %d: %v", kill, err)
		}
		for _, secret := range shown {
			if _, err := g.Authenticate(secret); err != nil {
				t.Fatalf("after kill %d: %q: %v", kill, secret, err)
			}
		}
	}
	t.Logf("%d tokens made over six kills", len(shown))
	make1(t, dir, token.Grant{Agent: "after", Role: schema.Reader})
}

// startChild starts a process that makes tokens until it is killed; what it
// prints are their secrets.
func startChild(t *testing.T, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// A kill between the writing of the draft and its renaming leaves the old file.
func TestDraftLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, _ := make1(t, dir, token.Grant{Agent: "first", Role: schema.Reader})
	if err := os.WriteFile(dir+"/tokens.json.new", []byte(`{"format": 1, "tok`), 0o600); err != nil {
		t.Fatal(err)
	}
	if all, err := token.List(dir); err != nil || len(all) != 1 || all[0] != first {
		t.Errorf("got %+v, %v", all, err)
	}
	second, _ := make1(t, dir, token.Grant{Agent: "second", Role: schema.Reader})
	if all, err := token.List(dir); err != nil || len(all) != 2 || all[1] != second {
		t.Errorf("got %+v, %v", all, err)
	}
	if _, err := os.Stat(dir + "/tokens.json.new"); err == nil {
		t.Error("the draft is still there")
	}
}
