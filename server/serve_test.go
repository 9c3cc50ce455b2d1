package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
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

// A client that sends a letter at a time, and never stops, is sent away all the
// same: what counts is when the whole is there.
func TestSlowSenders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, begin, letter, answer string }{
		{"nothing at all", "", "", ""},
		{"half a header", "POST /graphql HTTP/1.1\r\nHo", "", ""},
		{"a header", "POST /graphql HTTP/1.1\r\nHost: localhost\r\nX: ", "x", ""},
		{"many headers", "POST /graphql HTTP/1.1\r\nHost: localhost\r\n", "X: x\r\n", ""},
		{"a body", head + "Content-Length: 100000\r\n\r\n{", " ", "408"},
		{"a body in chunks", head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n", "408"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			addr, _, _, _ := started(t, Options{HeaderTimeout: 200 * time.Millisecond, BodyTimeout: 300 * time.Millisecond}, nil)
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second)) // a loopback connection takes one
			if _, err := io.WriteString(conn, c.begin); err != nil {
				t.Fatal(err)
			}
			closed := make(chan struct{})
			go func() {
				for {
					select {
					case <-closed:
						return
					case <-time.After(20 * time.Millisecond):
						_, _ = io.WriteString(conn, c.letter) // the reader below sees that it is closed
					}
				}
			}()
			got, err := io.ReadAll(conn)
			close(closed)
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				t.Error("it was not sent away")
			}
			if !strings.Contains(string(got), c.answer) {
				t.Errorf("got %q, want %s", got, c.answer)
			}
		})
	}
}

// A client that does not read its answer is cut off, and holds nothing then.
func TestSlowReaders(t *testing.T) {
	t.Parallel()
	const short = 100 * time.Millisecond
	cut := make(chan error, 1)
	addr, _, _, _ := started(t, Options{BodyTimeout: short, Timeout: short, SendTimeout: short}, func(m *http.ServeMux) {
		m.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) {
			var err error
			for err == nil {
				_, err = w.Write(make([]byte, 1<<20))
			}
			cut <- err
		})
	})
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-cut:
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("it ended by %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it was not cut off")
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
