package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onrecord/onrecord/schema/engine"
)

// typeEvents is the media type of the protocol graphql-sse, in its mode of
// distinct connections: each request has a stream of its own.
const typeEvents = "text/event-stream"

// appendNext appends an event with a result. Its id is that of the event that it
// answers, so that a browser that was cut off asks for what is behind it.
func appendNext(b []byte, id string, result []byte) []byte {
	b = append(b, "event: next\n"...)
	if id != "" {
		b = append(append(append(b, "id: "...), id...), '\n')
	}
	b = append(append(b, "data: "...), result...) // JSON without line breaks
	return append(b, "\n\n"...)
}

// appendComplete appends the last event. It has data, since a browser passes
// over an event without.
func appendComplete(b []byte) []byte { return append(b, "event: complete\ndata:\n\n"...) }

// oneEvent is a stream of a single result.
func oneEvent(result []byte) []byte { return appendComplete(appendNext(nil, "", result)) }

// errStopping ends a stream because the server does.
var errStopping = errors.New("the server is stopping")

// stream answers a subscription by a stream of events. It ends without its last
// event where it is cut off, so that clients know that there is more: browsers
// ask for it by themselves.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, req *request, account *account) {
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	leave, refused := s.streams.enter(func() { cancel(errStopping) })
	if refused != nil {
		s.refuse(w, typeEvents, refused)
		return
	}
	defer leave()
	req.LastEvent = r.Header.Get("Last-Event-ID")
	answers, res, refused := s.subscribe(ctx, req, account)
	n := noted(w)
	n.kind, n.document = "subscription", req.sum[:16]
	switch {
	case refused != nil:
		s.refuse(w, typeEvents, refused)
		return
	case res != nil:
		n.took(req, res)
		write(w, typeEvents, http.StatusOK, oneEvent(res.AppendJSON(nil)))
		return
	}
	defer s.metrics.Subscribed()()
	out := s.openEvents(w, r, cancel)
	defer out.close()
	if r.Method == http.MethodHead {
		return
	}
	last, first := req.LastEvent, true
	for res := range answers {
		n.took(req, res)
		s.extend(req, res)
		event := appendNext(nil, res.Event, res.AppendJSON(nil))
		if !res.Executed { // it failed, and is over
			out.send(appendComplete(event))
			return
		}
		sent, ok := s.streams.sending(len(event))
		if !ok {
			out.send(failed(tooManyUnsent(last).errors()))
			return
		}
		if !first {
			account.afford(ctx, res.Cost)
		}
		var took time.Duration
		if ctx.Err() == nil {
			took = out.send(event)
			last = res.Event
		}
		sent()
		if took > s.opts.SlowTimeout {
			n.codes = []string{codeSlow}
			if ctx.Err() == nil {
				out.send(failed(tooSlow(took, last).errors()))
			}
			return
		}
		if first {
			breathe(ctx)
			first = false
		}
	}
	var ended *refusal
	switch {
	case ctx.Err() == nil:
		out.send(appendComplete(nil))
	case errors.As(context.Cause(ctx), &ended):
		n.codes = []string{ended.code}
		out.send(failed(ended.errors()))
	}
}

// failed is the end of a stream, with a list of errors.
func failed(errs []byte) []byte {
	return oneEvent(slices.Concat([]byte(`{"errors":`), errs, []byte("}")))
}

// eventStream is an answer that is sent piece by piece.
type eventStream struct {
	cancel  context.CancelCauseFunc // what gives the events, once the client is gone
	control *http.ResponseController
	timeout time.Duration   // until a piece was sent
	every   time.Duration   // a sign of life
	allowed func() *refusal // still: a token may be revoked meanwhile

	mu     sync.Mutex // guards what follows: signs of life come in between
	w      http.ResponseWriter
	beat   *time.Timer
	closed bool
}

// openEvents begins the answer, so that the client knows that it has subscribed.
func (s *Server) openEvents(w http.ResponseWriter, r *http.Request, cancel context.CancelCauseFunc) *eventStream {
	e := &eventStream{cancel: cancel, control: http.NewResponseController(w), timeout: s.opts.SendTimeout, every: s.opts.Heartbeat, w: w}
	e.allowed = func() *refusal {
		_, refused := s.caller(r.Context(), strings.Join(r.Header.Values("Authorization"), ", "))
		return refused
	}
	h := w.Header()
	h.Set("Content-Type", typeEvents+"; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // a proxy that gathers an answer before it sends it would never send this one
	// The times of a server are those of an answer that ends. Who serves without
	// them cannot be told so, and has none.
	_ = e.control.SetReadDeadline(time.Time{})
	w.WriteHeader(http.StatusOK)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.write(nil)
	e.beat = time.AfterFunc(e.every, e.live)
	return e
}

// send sends a piece, and says how long the client took to take it.
func (e *eventStream) send(b []byte) (took time.Duration) {
	begun := time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.write(b)
	return time.Since(begun)
}

// write sends a piece, or gives the client up. e.mu is held.
func (e *eventStream) write(b []byte) {
	_ = e.control.SetWriteDeadline(time.Now().Add(e.timeout))
	_, err := e.w.Write(b)
	if err == nil {
		err = e.control.Flush()
	}
	if err != nil {
		e.cancel(err)
	}
}

// live sends a comment, so that nobody on the way takes the connection for dead
// and a client that is gone is noticed.
func (e *eventStream) live() {
	if refused := e.allowed(); refused != nil {
		e.cancel(refused)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.write([]byte(":\n\n"))
		e.beat.Reset(e.every)
	}
}

// close ends the signs of life.
func (e *eventStream) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	e.beat.Stop()
}

// subscribes says whether a request is a subscription that the client takes as a
// stream of events.
func (s *Server) subscribes(r *http.Request, req *request) bool {
	return takesEvents(r.Header.Values("Accept")) && s.engine.Subscribes(&req.Request)
}

// extend adds to an answer what its client wants to know beside it.
func (s *Server) extend(req *request, res *engine.Response) {
	if req.wantsCost && res.Type != "" {
		res.Extensions = costExtension{Cost: costs{res.Cost, s.engine.MaxCost()}}
	}
}
