package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	// roundsEnv says how often the server is killed, for a night's worth of it.
	roundsEnv = "ONRECORD_CRASH_ROUNDS"
	// longestRound is how long a server goes on at most, from the first answer
	// until it is killed.
	longestRound = 250 * time.Millisecond
	numEditors   = 8
)

// editing is a record that is served by a process of its own, which is killed now
// and then, and editors who write to it with tokens over HTTP.
type editing struct {
	t        *testing.T
	dir      string
	url      string
	cmd      *exec.Cmd
	out      io.Reader
	editors  []*editor
	shared   string        // the event that all editors correct
	answered atomic.Uint64 // revisions that were acknowledged
	unheard  int           // revisions that were written although nobody was told
}

func (e *editing) command(args ...string) *exec.Cmd {
	e.t.Helper()
	program, err := os.Executable()
	if err != nil {
		e.t.Fatal(err)
	}
	// testscript chooses what to be by the name that it is called by.
	return &exec.Cmd{Path: program, Args: append([]string{"onrecord"}, args...), Env: append(os.Environ(), "ONRECORD_DATA="+e.dir, "GORACE=atexit_sleep_ms=50")}
}

func (e *editing) run(args ...string) []byte {
	e.t.Helper()
	cmd := e.command(args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		e.t.Fatalf("onrecord %s: %v\n%s%s", strings.Join(args, " "), err, out, &errs)
	}
	return out
}

// begin starts the server.
func (e *editing) begin() {
	e.t.Helper()
	e.cmd = e.command("serve", "--addr", "127.0.0.1:0", "--json", "--log", "off")
	var err error
	if e.out, err = e.cmd.StdoutPipe(); err != nil {
		e.t.Fatal(err)
	}
	if err := e.cmd.Start(); err != nil {
		e.t.Fatal(err)
	}
}

// await waits until the server answers. Of what it holds more than was
// acknowledged, each editor sent one at most.
func (e *editing) await() {
	e.t.Helper()
	var said struct {
		URL string
		Seq uint64
	}
	if err := json.NewDecoder(bufio.NewReader(e.out)).Decode(&said); err != nil {
		e.t.Fatalf("the server says no address: %v", err)
	}
	e.url = said.URL
	answered := e.answered.Load()
	if said.Seq < answered || said.Seq > answered+numEditors {
		e.t.Fatalf("%d revisions are on record, %d were acknowledged", said.Seq, answered)
	}
	e.unheard += int(said.Seq - answered)
}

func (e *editing) kill() {
	_ = e.cmd.Process.Kill()
	_ = e.cmd.Wait() // it was killed
}

// client gives up on a server that neither answers nor ends.
var client = &http.Client{Timeout: 30 * time.Second}

// errRefused is for an answer that is no answer to a question.
var errRefused = errors.New("refused")

// send sends a document. An error other than errRefused means that nobody knows
// what became of it.
func send(url, token, query string, into any) error {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return err
	}
	req, err := http.NewRequest("POST", url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: status %d: %s", errRefused, res.StatusCode, answer)
	}
	return json.Unmarshal(answer, into)
}

// editor writes one event after the other, a link from each to the next, and now
// and then a correction of the event that is everybody's. What was not
// acknowledged is sent again, with the same client mutation id, until it is.
type editor struct {
	name, token string
	ids         []string // of the events acknowledged, in order
	links       int
	corrections int
	resent      int
	failed      error
}

// next is the mutation that comes next, and how it is counted once it is
// acknowledged.
func (x *editor) next(shared string) (mutation string, done func(id string)) {
	n := len(x.ids)
	switch {
	case x.corrections < n:
		title := fmt.Sprintf("%s corrects %d", x.name, x.corrections)
		return fmt.Sprintf(`mutation { m: putEvent(input: {id: %q, name: %q, reason: "better", clientMutationId: %[2]q}) { node { id } revision { agent } userErrors { message } } }`, shared, title),
			func(string) { x.corrections++ }
	case x.links < n-1:
		return fmt.Sprintf(`mutation { m: link(input: {kind: ABOUT, from: %q, to: %q, clientMutationId: "link %d"}) { edge { id } revision { agent } userErrors { message } } }`, x.ids[x.links], x.ids[x.links+1], x.links),
			func(string) { x.links++ }
	default:
		return fmt.Sprintf(`mutation { m: putEvent(input: {name: "%s %d", actuality: REPORTED, clientMutationId: "event %[2]d"}) { node { id } revision { agent } userErrors { message } } }`, x.name, n),
			func(id string) { x.ids = append(x.ids, id) }
	}
}

// work writes until the server is gone, or until it is told to stop.
func (x *editor) work(e *editing, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		var got struct {
			Data struct {
				M *struct {
					Node, Edge *struct{ ID string }
					Revision   struct{ Agent string }
					UserErrors []struct{ Message string }
				}
			}
			Errors []struct{ Message string }
		}
		mutation, done := x.next(e.shared)
		err := send(e.url, x.token, mutation, &got)
		m := got.Data.M
		switch {
		case errors.Is(err, errRefused):
			x.failed = fmt.Errorf("%s: %w", mutation, err)
			return
		case err != nil:
			x.resent++
			return
		case len(got.Errors) > 0 || m == nil || len(m.UserErrors) > 0 || m.Node == nil && m.Edge == nil || m.Revision.Agent != x.name:
			x.failed = fmt.Errorf("%s: got %+v %+v", mutation, m, got.Errors)
			return
		case m.Node != nil:
			done(m.Node.ID)
		default:
			done(m.Edge.ID)
		}
		e.answered.Add(1)
	}
}

// TestCrashEditors has eight editors write over HTTP, and kills the server at any
// moment, again and again. Every mutation that was acknowledged is there, and none
// is there twice, though each that was not acknowledged was sent again.
func TestCrashEditors(t *testing.T) {
	t.Parallel()
	rounds := 12
	if testing.Short() {
		rounds = 4
	}
	if s := os.Getenv(roundsEnv); s != "" {
		var err error
		if rounds, err = strconv.Atoi(s); err != nil || rounds < 2 {
			t.Fatalf("%s=%q: not a number from 2 on", roundsEnv, s)
		}
	}
	e := &editing{t: t, dir: t.TempDir() + "/record"}
	for i := range numEditors {
		x := &editor{name: fmt.Sprintf("editor %d", i)}
		var made struct{ Token string }
		if err := json.Unmarshal(e.run("token", "create", "--role", "editor", "--name", x.name, "--json"), &made); err != nil {
			t.Fatal(err)
		}
		x.token = made.Token
		e.editors = append(e.editors, x)
	}
	e.begin()
	defer func() { e.kill() }()
	e.await()
	e.putShared()
	e.kill()
	for round := range rounds {
		e.begin()
		if round%4 == 3 { // while it begins, or brings its log in order
			time.Sleep(time.Duration(rand.Int64N(int64(longestRound / 2))))
			e.kill()
			continue
		}
		e.await()
		e.round()
	}
	e.begin() // the last one ends in peace: each hears of all that it sent
	e.await()
	stop := make(chan struct{})
	time.AfterFunc(longestRound, func() { close(stop) })
	e.work(stop, nil)
	e.checkEvents()
	e.checkShared()
	e.checkTotals()
	e.kill()
	e.run("verify")
}

// putShared puts the event that all editors correct.
func (e *editing) putShared() {
	e.t.Helper()
	var put struct {
		Data struct {
			PutEvent struct{ Node struct{ ID string } }
		}
	}
	if err := send(e.url, e.editors[0].token, `mutation { putEvent(input: {name: "shared", actuality: REPORTED}) { node { id } } }`, &put); err != nil {
		e.t.Fatal(err)
	}
	e.shared = put.Data.PutEvent.Node.ID
	e.answered.Add(1)
}

// round has the editors write until the server is killed, some time after the
// first answer.
func (e *editing) round() {
	e.t.Helper()
	before, gone := e.answered.Load(), make(chan struct{})
	e.work(nil, func() {
		defer close(gone)
		for deadline := time.Now().Add(20 * time.Second); e.answered.Load() == before && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(longestRound))))
		e.kill()
	})
	<-gone
}

// work has all editors write, and waits for them.
func (e *editing) work(stop <-chan struct{}, meanwhile func()) {
	e.t.Helper()
	var all sync.WaitGroup
	for _, x := range e.editors {
		all.Go(func() { x.work(e, stop) })
	}
	if meanwhile != nil {
		meanwhile()
	}
	all.Wait()
	for _, x := range e.editors {
		if x.failed != nil {
			e.t.Fatal(x.failed)
		}
	}
}

func (e *editing) ask(into any, query string, args ...any) {
	e.t.Helper()
	if err := send(e.url, e.editors[0].token, fmt.Sprintf(query, args...), into); err != nil {
		e.t.Fatal(err)
	}
}

// checkEvents looks for every event and link.
func (e *editing) checkEvents() {
	e.t.Helper()
	for _, x := range e.editors {
		for n, id := range x.ids {
			want := fmt.Sprintf("%s %d", x.name, n)
			var got struct {
				Data struct {
					Event *struct {
						Name    string
						History struct{ Nodes []struct{ Agent string } }
						About   []struct{ ID string }
					}
				}
			}
			e.ask(&got, `{ event(id: %q) { name history(first: 2) { nodes { agent } } about { id } } }`, id)
			switch ev := got.Data.Event; {
			case ev == nil || ev.Name != want || len(ev.History.Nodes) != 1 || ev.History.Nodes[0].Agent != x.name:
				e.t.Errorf("%s: got %+v, want %s, written once by %s", id, ev, want, x.name)
			case n < x.links && (len(ev.About) != 1 || ev.About[0].ID != x.ids[n+1]):
				e.t.Errorf("%s is about %v, want %s alone", want, ev.About, x.ids[n+1])
			}
		}
	}
}

// checkShared looks for every correction of the event that is everybody's.
func (e *editing) checkShared() {
	e.t.Helper()
	times := make(map[string]int)
	for after := "null"; after != ""; {
		var got struct {
			Data struct {
				Event struct {
					History struct {
						Nodes []struct {
							Agent string
							Node  struct{ Label string }
						}
						PageInfo struct {
							HasNextPage bool
							EndCursor   string
						}
					}
				}
			}
		}
		e.ask(&got, `{ event(id: %q) { history(first: 100, after: %s) { nodes { agent node { label } } pageInfo { hasNextPage endCursor } } } }`, e.shared, after)
		history := got.Data.Event.History
		for _, r := range history.Nodes {
			times[r.Agent+": "+r.Node.Label]++
		}
		if after = ""; history.PageInfo.HasNextPage {
			after = strconv.Quote(history.PageInfo.EndCursor)
		}
	}
	all := 1
	for _, x := range e.editors {
		all += x.corrections
		for n := range x.corrections {
			if what := fmt.Sprintf("%s: %[1]s corrects %d", x.name, n); times[what] != 1 {
				e.t.Errorf("%q is %d times in the history, want 1", what, times[what])
			}
		}
	}
	if len(times) != all {
		e.t.Errorf("the history has %d versions, want %d", len(times), all)
	}
}

// checkTotals counts what there is: nothing that nobody was told of.
func (e *editing) checkTotals() {
	e.t.Helper()
	events, links, corrections, resent := 1, 0, 0, 0
	for _, x := range e.editors {
		events, links, corrections, resent = events+len(x.ids), links+x.links, corrections+x.corrections, resent+x.resent
	}
	var got struct {
		Data struct {
			Events struct{ TotalCount int }
			Record struct{ Seq, Edges int }
		}
	}
	e.ask(&got, `{ events(first: 0) { totalCount } record { seq edges } }`)
	if n := got.Data.Events.TotalCount; n != events {
		e.t.Errorf("%d events are on record, %d were acknowledged", n, events)
	}
	if r := got.Data.Record; r.Edges != links || r.Seq != events+links+corrections {
		e.t.Errorf("%d edges in %d revisions are on record; %d links, %d events and %d corrections were acknowledged", r.Edges, r.Seq, links, events, corrections)
	}
	if resent == 0 {
		e.t.Error("nothing was sent again")
	}
	e.t.Logf("%d events, %d links and %d corrections acknowledged; %d sent again, of which %d had been written", events, links, corrections, resent, e.unheard)
}
