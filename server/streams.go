package server

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

// The codes of what ends a stream, or lets none begin.
const (
	codeSlow    = "TOO_SLOW"
	codeStreams = "TOO_MANY_STREAMS"
)

// maxUnsent is how many bytes of events may be on their way to clients that have
// not taken them yet. It takes thousands that take nothing to come near.
const maxUnsent = 256 << 20

// streams are what goes on until somebody ends it: streams of events, sockets,
// and what is under way on sockets.
type streams struct {
	most   int
	unsent atomic.Int64 // bytes of events

	mu       sync.Mutex // guards what follows
	open     map[*func()]struct{}
	stopping bool
	empty    chan struct{} // closed when all have ended, once they are to stop
}

func newStreams(most int) *streams {
	return &streams{most: most, open: make(map[*func()]struct{}), empty: make(chan struct{})}
}

// enter begins a stream, or refuses it. Stop is called when the stream is to
// end; it must not wait. Leave is called when it has ended.
func (s *streams) enter(stop func()) (leave func(), refused *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopping:
		return nil, &refusal{status: http.StatusServiceUnavailable, code: "UNAVAILABLE", message: "the server is stopping"}
	case len(s.open) >= s.most:
		return nil, &refusal{
			status: http.StatusServiceUnavailable, code: codeStreams, header: [2]string{"Retry-After", "10"},
			message: "this server has as many streams open as it may: " + strconv.Itoa(s.most) + "; try again later",
		}
	}
	s.open[&stop] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, &stop)
		if s.stopping && len(s.open) == 0 {
			close(s.empty)
		}
	}, nil
}

// stop asks all streams to end, and lets none begin any more.
func (s *streams) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return
	}
	s.stopping = true
	for f := range s.open {
		(*f)()
	}
	if len(s.open) == 0 {
		close(s.empty)
	}
}

// wait returns when all streams have ended, once they were asked to.
func (s *streams) wait(ctx context.Context) error {
	select {
	case <-s.empty:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// subscribe begins a subscription: the answers, or why there are none, which is
// a response of the engine or a refusal.
func (s *Server) subscribe(ctx context.Context, req *request, account *account) (answers iter.Seq[*engine.Response], res *engine.Response, refused *refusal) {
	req.Root, req.ID = schema.Live(s.rec), idOf(ctx)
	req.Admit = account.admit(&refused)
	answers, res = s.engine.Subscribe(ctx, req.Request)
	if req.learn && (res == nil || res.Type != "") {
		s.documents.learned.put(req.sum, req.Query)
	}
	if refused != nil {
		return nil, nil, refused
	}
	return answers, res, nil
}

// breath is how long a subscription waits before its first event, where it has an
// id that may have been given twice, and before its second. Whoever wants no more
// than one, or has asked twice by mistake, can say so meanwhile: client libraries
// hand on whatever has come, though they were told to stop.
const breath = 20 * time.Millisecond

func breathe(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(breath):
	}
}

// admit asks an account for what a request costs, and keeps why it has not got
// it.
func (a *account) admit(refused **refusal) func(cost int) error {
	return func(cost int) error {
		if *refused = a.spend(cost); *refused != nil {
			return *refused
		}
		return nil
	}
}

// afford waits until a client can pay for an event; the first was paid for when
// it subscribed. The log is the queue, so that waiting costs nothing but time.
func (a *account) afford(ctx context.Context, cost int) {
	const again = time.Second
	for ctx.Err() == nil && a.spend(max(cost, leastCost)+leastCost) != nil { // an event is not charged the least as yet
		select {
		case <-ctx.Done():
		case <-time.After(again):
		}
	}
}

// sending counts bytes that a client is about to be sent until the func is
// called. It refuses where too many wait to be taken already.
func (s *streams) sending(n int) (sent func(), ok bool) {
	if s.unsent.Add(int64(n)) > maxUnsent {
		s.unsent.Add(-int64(n))
		return nil, false
	}
	return func() { s.unsent.Add(-int64(n)) }, true
}

// broken is why a subscription ends that the client can go on with.
type broken struct {
	code, message string
	after         string // the event that the client had last; empty for none
}

func tooSlow(took time.Duration, after string) broken {
	return broken{codeSlow, "you took " + took.Round(time.Millisecond).String() + " to take an event: subscribe again behind the last", after}
}

func tooManyUnsent(after string) broken {
	return broken{codeOverloaded, "too many clients have not taken what they were sent: subscribe again behind the last event", after}
}

// errors is the list of errors that says so.
func (b broken) errors() []byte {
	extensions := map[string]any{"code": b.code}
	if b.after != "" {
		extensions["resumeAfter"] = json.Number(b.after)
	}
	out, _ := json.Marshal([]any{map[string]any{"message": b.message, "extensions": extensions}}) // texts and a number are always JSON
	return out
}
