package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"onrecord": func() { os.Exit(runSignalled()) }})
}

// TestScripts runs the stories of testdata: what is typed, and what is shown.
// Beside the commands of testscript they have
//
//	begin ARGS…        starts onrecord ARGS, which must serve with --json, and waits until it does; its address is $URL
//	get PATH [STATUS]  asks it; the answer is standard output
//	post FILE [STATUS] sends a file to its /graphql
//	end SIGNAL         sends it TERM, INT, KILL, or TERM TWICE, and waits; what it said on standard error is standard error
func TestScripts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("hundreds of processes, each of which takes a second to begin under the race detector; they run in the step without it")
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("ONRECORD_DATA", e.WorkDir+"/record")
			e.Setenv("TMPDIR", e.WorkDir+"/tmp")
			// Under the race detector a process sleeps for a second before it
			// ends, for the goroutines that it left; there are many here.
			e.Setenv("GORACE", "atexit_sleep_ms=50")
			e.Values[served{}] = &served{}
			return os.Mkdir(e.WorkDir+"/tmp", 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"begin": begin, "get": get, "post": post, "end": end, "tokenof": tokenOf,
		},
	})
}

// served is the server of a story.
type served struct {
	cmd    *exec.Cmd
	stderr *os.File
}

func begin(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(served{}).(*served)
	if neg || s.cmd != nil {
		ts.Fatalf("begin: one server, which must begin")
	}
	program, err := os.Executable()
	ts.Check(err)
	// testscript chooses what to be by the name that it is called by.
	s.cmd = &exec.Cmd{Path: program, Args: append([]string{"onrecord"}, args...), Dir: ts.MkAbs(".")}
	for _, name := range []string{"ONRECORD_DATA", "TMPDIR", "GORACE", "PATH", "HOME"} {
		s.cmd.Env = append(s.cmd.Env, name+"="+ts.Getenv(name))
	}
	s.stderr, err = os.Create(ts.MkAbs("served.log"))
	ts.Check(err)
	s.cmd.Stderr = s.stderr
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() {
		if s.cmd != nil {
			_ = s.cmd.Process.Kill() // the story failed before its end
			_ = s.cmd.Wait()
		}
	})
	var said struct{ URL string }
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&said); err != nil || said.URL == "" {
		ts.Fatalf("begin: it says no address: %v\n%s", err, ts.ReadFile("served.log"))
	}
	ts.Setenv("URL", said.URL)
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	res, err := http.Get(ts.Getenv("URL") + args[0])
	answer(ts, neg, args[1:], res, err)
}

func post(ts *testscript.TestScript, neg bool, args []string) {
	req, err := http.NewRequest("POST", ts.Getenv("URL")+"/graphql", strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/json")
	if token := ts.Getenv("TOKEN"); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	answer(ts, neg, args[1:], res, err)
}

// tokenOf sends the token in a file with what follows.
func tokenOf(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv("TOKEN", strings.TrimSpace(ts.ReadFile(args[0])))
}

// answer is 200, or what want says.
func answer(ts *testscript.TestScript, neg bool, want []string, res *http.Response, err error) {
	if neg {
		if err == nil {
			ts.Fatalf("it answers")
		}
		return
	}
	ts.Check(err)
	defer res.Body.Close()
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
	if status := strconv.Itoa(res.StatusCode); status != append(want, "200")[0] {
		ts.Fatalf("status %s, want %s", status, append(want, "200")[0])
	}
}

func end(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(served{}).(*served)
	want := 0
	switch args[0] {
	case "TERM":
		ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	case "TWICE": // as timeout(1) does; without a pause the two would be one
		ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
		time.Sleep(5 * time.Millisecond)
		ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	case "INT":
		ts.Check(s.cmd.Process.Signal(os.Interrupt))
	case "KILL":
		want = -1
		ts.Check(s.cmd.Process.Kill())
	default:
		ts.Fatalf("end: no signal is called %s", args[0])
	}
	late := time.AfterFunc(20*time.Second, func() { _ = s.cmd.Process.Kill() })
	err := s.cmd.Wait()
	if !late.Stop() {
		ts.Fatalf("end: it did not stop")
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("end: %v", err)
	}
	if code := s.cmd.ProcessState.ExitCode(); (code == want) == neg {
		ts.Fatalf("end: exit code %d\n%s", code, ts.ReadFile("served.log"))
	}
	s.cmd = nil
	ts.Check(s.stderr.Close())
	_, err = io.WriteString(ts.Stderr(), ts.ReadFile("served.log"))
	ts.Check(err)
}
