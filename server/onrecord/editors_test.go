package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// longestRound is how long a server lives at most before it is killed.
const longestRound = 250 * time.Millisecond

// editing is a record that is served by a process of its own, which is killed now
// and then, and editors who write to it with tokens over HTTP.
type editing struct {
	t   *testing.T
	dir string
	url string
	cmd *exec.Cmd
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

func (e *editing) command(args ...string) *exec.Cmd {
	e.t.Helper()
	program, err := os.Executable()
	if err != nil {
		e.t.Fatal(err)
	}
	return &exec.Cmd{Path: program, Args: append([]string{"onrecord"}, args...), Env: append(os.Environ(), "ONRECORD_DATA="+e.dir, "GORACE=atexit_sleep_ms=50")}
}

// begin starts the server.
func (e *editing) begin() {
	e.t.Helper()
	e.cmd = e.command("serve", "--addr", "127.0.0.1:0", "--json", "--log", "off")
	out, err := e.cmd.StdoutPipe()
	if err != nil {
		e.t.Fatal(err)
	}
	if err := e.cmd.Start(); err != nil {
		e.t.Fatal(err)
	}
	var said struct{ URL string }
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&said); err != nil {
		e.t.Fatalf("the server says no address: %v", err)
	}
	e.url = said.URL
}

func (e *editing) kill() {
	_ = e.cmd.Process.Kill()
	_ = e.cmd.Wait() // it was killed
}

// postJSON sends a request. An error means that nobody knows what became of it.
func postJSON(url, token, query string, into any) error {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return err
	}
	req, err := http.NewRequest("POST", url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %s", res.StatusCode, answer)
	}
	return json.Unmarshal(answer, into)
}

// editor writes one topic after the other, and a link between each two. What was
// not acknowledged is sent again, with the same client mutation id, until it is.
type editor struct {
	name, token string
	ids         []string // of the topics acknowledged, in order
	links       int
	resent      int
	failed      error
}

// next is the mutation that comes next.
func (e *editor) next() string {
	n := len(e.ids)
	if e.links < n-1 {
		return fmt.Sprintf(`mutation { m: link(input: {kind: ABOUT, from: %q, to: %q, clientMutationId: "%s link %d"}) { edge { id } userErrors { message } } }`, e.ids[e.links], e.ids[e.links+1], e.name, e.links)
	}
	return fmt.Sprintf(`mutation { m: putEvent(input: {name: "%s %d", actuality: REPORTED, clientMutationId: "%s %d"}) { node { id } userErrors { message } } }`, e.name, n, e.name, n)
}

// work writes until the server is gone.
func (e *editor) work(url string, stop <-chan struct{}) {
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
					UserErrors []struct{ Message string }
				}
			}
			Errors []struct{ Message string }
		}
		if err := postJSON(url, e.token, e.next(), &got); err != nil {
			e.resent++
			return
		}
		switch m := got.Data.M; {
		case len(got.Errors) > 0 || m == nil || len(m.UserErrors) > 0:
			e.failed = fmt.Errorf("%s: %+v", e.next(), got)
			return
		case m.Node != nil:
			e.ids = append(e.ids, m.Node.ID)
		case m.Edge != nil:
			e.links++
		}
	}
}

// Eight editors write over HTTP, and the server is killed at any moment, again and
// again. Every mutation that was acknowledged is there, and none is there twice,
// though each that was not acknowledged was sent again.
func TestCrashEditors(t *testing.T) {
	t.Parallel()
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	e := &editing{t: t, dir: t.TempDir() + "/record"}
	editors := make([]*editor, 8)
	for i := range editors {
		editors[i] = &editor{name: fmt.Sprintf("editor %d", i)}
		var made struct{ Token string }
		if err := json.Unmarshal(e.run("token", "create", "--role", "editor", "--name", editors[i].name, "--json"), &made); err != nil {
			t.Fatal(err)
		}
		editors[i].token = made.Token
	}
	for round := range rounds {
		e.begin()
		stop := make(chan struct{})
		var all sync.WaitGroup
		for _, x := range editors {
			all.Go(func() { x.work(e.url, stop) })
		}
		time.Sleep(time.Duration(20+rand.IntN(int(longestRound/time.Millisecond))) * time.Millisecond)
		if round == rounds-1 {
			close(stop) // the last round ends in peace: each has acknowledged what it sent
			all.Wait()
			break
		}
		e.kill()
		all.Wait()
		for _, x := range editors {
			if x.failed != nil {
				t.Fatal(x.failed)
			}
		}
	}
	total, links, resent := 0, 0, 0
	for _, x := range editors {
		if x.failed != nil {
			t.Fatal(x.failed)
		}
		resent += x.resent
		total, links = total+len(x.ids), links+x.links
		for n, id := range x.ids {
			want := fmt.Sprintf("%s %d", x.name, n)
			var got struct {
				Data struct {
					Event *struct {
						Name  string
						About []struct{ ID string }
					}
				}
			}
			if err := postJSON(e.url, x.token, fmt.Sprintf(`{ event(id: %q) { name about { id } } }`, id), &got); err != nil {
				t.Fatal(err)
			}
			switch ev := got.Data.Event; {
			case ev == nil || ev.Name != want:
				t.Errorf("%s: got %+v, want %s", id, ev, want)
			case n < x.links && (len(ev.About) != 1 || ev.About[0].ID != x.ids[n+1]):
				t.Errorf("%s is about %v, want %s alone", want, ev.About, x.ids[n+1])
			}
		}
	}
	var count struct {
		Data struct {
			Events struct{ TotalCount int }
			Record struct{ Seq, Edges int }
		}
	}
	if err := postJSON(e.url, editors[0].token, `{ events(first: 0) { totalCount } record { seq edges } }`, &count); err != nil {
		t.Fatal(err)
	}
	if got := count.Data.Events.TotalCount; got != total {
		t.Errorf("%d events are on record, %d were acknowledged", got, total)
	}
	if got := count.Data.Record; got.Edges != links || got.Seq != total+links {
		t.Errorf("%d edges in %d revisions are on record; %d edges and %d events were acknowledged", got.Edges, got.Seq, links, total)
	}
	e.kill()
	e.run("verify")
	if total < 8*rounds || resent == 0 {
		t.Errorf("only %d mutations were acknowledged and %d sent again", total+links, resent)
	}
	t.Logf("%d kills, %d mutations acknowledged, %d sent again", rounds-1, total+links, resent)
}
