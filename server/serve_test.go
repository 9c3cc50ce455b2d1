package server

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/memkv"
)

// logged is a log that many write.
type logged struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// started serves an empty record, with more pages where extra adds them, and
// returns the way to it, what stops it, and what Serve returned.
func started(t *testing.T, o Options, extra func(*http.ServeMux)) (addr string, stop func(), ended chan error, log *logged) {
	t.Helper()
	log = &logged{}
	o.Log = slog.New(slog.NewTextHandler(log, nil))
	rec, err := graph.Open(t.Context(), memkv.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(rec, o)
	if err != nil {
		t.Fatal(err)
	}
	if extra != nil {
		extra(s.mux)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended = make(chan error, 1)
	go func() {
		ended <- Serve(ctx, l, s)
		close(ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		if err := rec.Close(); err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String(), cancel, ended, log
}

// raw sends bytes as they are and returns the answer with what it carries.
func raw(t *testing.T, addr string, parts ...string) (*http.Response, string) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		if _, err := io.WriteString(c, p); err != nil {
			t.Fatal(err)
		}
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(res.Body) // the connection is cut behind it
	return res, string(b)
}

const head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

// A body that does not come is not waited for, and a large one is not read.
func TestBodies(t *testing.T) {
	t.Parallel()
	addr, _, _, _ := started(t, Options{BodyTimeout: 200 * time.Millisecond, MaxBody: 1000}, nil)
	chunk := fmt.Sprintf("%x\r\n%s\r\n", 600, strings.Repeat("x", 600))
	for _, c := range []struct {
		name   string
		sent   []string
		status int
		code   string
	}{
		{"slow", []string{head + "Content-Length: 24\r\n\r\n", `{"query":`}, 408, "BODY_TOO_SLOW"},
		{"slow in chunks", []string{head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"}, 408, "BODY_TOO_SLOW"},
		{"large", []string{head + "Content-Length: 67108864\r\n\r\n"}, 413, "BODY_TOO_LARGE"},
		{"large and asked for", []string{head + "Expect: 100-continue\r\nContent-Length: 67108864\r\n\r\n"}, 413, "BODY_TOO_LARGE"},
		{"large in chunks", []string{head + "Transfer-Encoding: chunked\r\n\r\n", chunk, chunk}, 413, "BODY_TOO_LARGE"},
		{"as large as may be", []string{head + "Content-Length: 1000\r\n\r\n", `{"query":"{__typename}"}` + strings.Repeat(" ", 976)}, 200, "Query"},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, body := raw(t, addr, c.sent...)
			if res.StatusCode != c.status || !strings.Contains(body, c.code) {
				t.Errorf("got %d, %s; want %d, %s", res.StatusCode, body, c.status, c.code)
			}
			if c.status != 200 && !res.Close {
				t.Error("the connection is kept, and the rest of the body taken for the next request")
			}
		})
	}
}

// A client that sends its header a letter at a time is sent away.
func TestSlowHeader(t *testing.T) {
	t.Parallel()
	addr, _, _, _ := started(t, Options{HeaderTimeout: 100 * time.Millisecond}, nil)
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second)) // a loopback connection takes one
	if _, err := io.WriteString(c, "POST /graphql HTTP/1.1\r\nHo"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(c); err != nil {
		t.Errorf("the connection was not closed: %v", err)
	}
}

// What goes wrong inside is logged with the request's id, and the client gets
// the id and nothing else; half an answer is cut off.
func TestPanics(t *testing.T) {
	t.Parallel()
	addr, _, _, log := started(t, Options{}, func(m *http.ServeMux) {
		m.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic("the secret") })
		m.HandleFunc("/half", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half") // in chunks, so that only the last one says that it is whole
			_ = http.NewResponseController(w).Flush()
			panic("the secret")
		})
	})
	res, body := raw(t, addr, "GET /panic HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: id-1\r\nConnection: close\r\n\r\n")
	if res.StatusCode != 500 || strings.Contains(body, "secret") || !strings.Contains(body, `"requestId":"id-1"`) || !strings.Contains(body, "INTERNAL_SERVER_ERROR") {
		t.Errorf("got %d, %s", res.StatusCode, body)
	}
	if got := log.String(); !strings.Contains(got, "the secret") || !strings.Contains(got, "id=id-1") {
		t.Errorf("logged: %s", got)
	}
	half, err := http.Get("http://" + addr + "/half")
	if err != nil {
		t.Fatal(err)
	}
	defer half.Body.Close()
	if b, err := io.ReadAll(half.Body); err == nil || string(b) != "half" {
		t.Errorf("half an answer looks whole: %q, %v", b, err)
	}
}

// A server that is stopped finishes what it began and takes nothing more.
func TestStopFinishes(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan struct{}), make(chan struct{})
	addr, stop, ended, _ := started(t, Options{}, func(m *http.ServeMux) {
		m.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
			close(begun)
			<-finish
			_, _ = fmt.Fprint(w, r.Context().Err())
		})
	})
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + addr + "/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-begun
	stop()
	for { // until the listener is closed
		c, err := net.Dial("tcp", addr)
		if err != nil {
			break
		}
		c.Close()
	}
	select {
	case err := <-ended:
		t.Fatalf("it did not wait: %v", err)
	default:
	}
	close(finish)
	if got := <-answer; got != "<nil>" {
		t.Errorf("the request under way got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// A request that does not end is told that nobody waits, and may still say so.
func TestStopCutsOff(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{})
	addr, stop, ended, log := started(t, Options{StopTimeout: 50 * time.Millisecond}, func(m *http.ServeMux) {
		m.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
			close(begun)
			<-r.Context().Done()
			_, _ = io.WriteString(w, "given up")
		})
	})
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + addr + "/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-begun
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if got := <-answer; got != "given up" {
		t.Errorf("the request got %q", got)
	}
	if !strings.Contains(log.String(), "cut off") {
		t.Errorf("logged: %s", log)
	}
}
