package server

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/coder/websocket"

	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

// maxOperations is how many operations may be under way on a socket.
const maxOperations = 128

// operation is a request that was sent on a socket.
type operation struct {
	id           string
	ctx          context.Context // until it is over, or the client wants no more of it
	cancel       context.CancelFunc
	subscription bool
	request      *request
	account      *account
	answers      iter.Seq[*engine.Response] // of a subscription
	begun        time.Time
	answered     sentWriter // what is logged of it
}

// begin begins an operation on its own goroutine.
func (k *socket) begin(id string, payload json.RawMessage) (websocket.StatusCode, string) {
	k.mu.Lock()
	acknowledged, taken := k.initialised, k.operations[id] != nil
	k.mu.Unlock()
	var m members
	switch {
	case !acknowledged:
		return closeUnauthorized, "Unauthorized"
	case taken:
		return closeTaken, "Subscriber for " + id + " already exists"
	case !given(payload) || json.Unmarshal(payload, &m) != nil:
		return closeInvalid, "Invalid message: payload: missing"
	}
	req, refused := m.request()
	if refused != nil {
		return closeInvalid, "Invalid message: payload: " + refused.message
	}
	caller, refused := k.speaks()
	if refused != nil {
		return closeForbidden, "Forbidden: " + refused.message
	}
	op := &operation{id: id, request: req, begun: time.Now(), answered: sentWriter{status: http.StatusOK}}
	op.ctx, op.cancel = context.WithCancel(schema.WithCaller(k.ctx, caller))
	op.answered.note.graphql = true
	leave, refused := k.admit(op)
	if refused != nil {
		op.answered.note.codes, op.answered.note.refused = []string{refused.code}, true
		k.send(frame("error", id, refused.errors()))
		k.log(op)
		op.cancel()
		return 0, ""
	}
	if !k.enter(op) {
		leave()
		return 0, "" // the socket is closed in a moment
	}
	failed := op.subscription && !k.subscribed(op)
	go func() {
		defer k.all.Done()
		if !op.subscription {
			defer k.single.Done()
		}
		defer leave()
		defer k.log(op)
		if !failed {
			k.guarded(func() { k.run(op) })
		}
	}()
	return 0, ""
}

// enter counts an operation among those under way.
func (k *socket) enter(op *operation) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.draining {
		return false
	}
	k.operations[op.id] = op
	k.all.Add(1)
	if !op.subscription {
		k.single.Add(1)
	}
	return true
}

// log logs and counts an operation as if it were a request of its own.
func (k *socket) log(op *operation) { k.done(k.r, &op.answered, idOf(k.ctx), op.begun) }

// admit lets an operation begin, as a request of its own.
func (k *socket) admit(op *operation) (leave func(), refused *refusal) {
	k.mu.Lock()
	n := len(k.operations)
	k.mu.Unlock()
	if n >= maxOperations {
		return nil, &refusal{status: http.StatusTooManyRequests, code: codeStreams, message: "there are " + strconv.Itoa(n) + " operations under way on this socket, and no more are taken: open another"}
	}
	account, refused := k.Server.begin(k.w, k.r.WithContext(op.ctx))
	op.answered.note.client = noted(k.w).client
	if refused != nil {
		return nil, refused
	}
	way, refused := k.documents.resolve(op.request, typeResponse)
	k.metrics.Document(way)
	if refused != nil {
		account.end()
		return nil, refused
	}
	op.account, op.answered.note.document = account, op.request.sum[:16]
	op.subscription = k.engine.Subscribes(&op.request.Request)
	gone, refused := k.streams.enter(func() {}) // the socket is asked to end
	if refused != nil {
		account.end()
		return nil, refused
	}
	return func() {
		op.cancel()
		gone()
		account.end()
	}, nil
}

// subscribed begins a subscription before the next message is read: it holds what
// the client sends behind it to the record.
func (k *socket) subscribed(op *operation) bool {
	note := &op.answered.note
	note.kind = "subscription"
	answers, res, refused := k.subscribe(op.ctx, op.request, op.account)
	op.answers = answers
	switch {
	case refused != nil:
		note.codes = []string{refused.code}
		k.over(op, "error", refused.errors())
		return false
	case res != nil:
		note.took(op.request, res)
		k.over(op, "error", listed(res.Errors))
		return false
	}
	return true
}

// run answers an operation.
func (k *socket) run(op *operation) {
	if op.subscription {
		k.follow(op)
		return
	}
	note := &op.answered.note
	res, refused := k.execute(op.ctx, op.request, op.account)
	if refused != nil {
		note.codes = []string{refused.code}
		k.over(op, "error", refused.errors())
		return
	}
	note.took(op.request, res)
	if op.request.learn && res.Type != "" {
		k.documents.learned.put(op.request.sum, op.request.Query)
	}
	if !res.Executed {
		k.over(op, "error", listed(res.Errors))
		return
	}
	k.extend(op.request, res)
	k.next(op, res.AppendJSON(nil))
	k.over(op, "complete", nil)
}

// follow answers a subscription, event by event.
func (k *socket) follow(op *operation) {
	defer k.metrics.Subscribed()()
	note, last := &op.answered.note, ""
	breathe(op.ctx)
	for res := range op.answers {
		note.took(op.request, res)
		if !res.Executed { // it failed, and is over
			k.over(op, "error", listed(res.Errors))
			return
		}
		k.extend(op.request, res)
		b := res.AppendJSON(nil)
		sent, ok := k.streams.sending(len(b))
		if !ok {
			k.over(op, "error", tooManyUnsent(last).errors())
			return
		}
		if last != "" {
			op.account.afford(op.ctx, res.Cost)
		}
		took := k.next(op, b)
		sent()
		if took > k.opts.SlowTimeout {
			note.codes = []string{codeSlow}
			k.over(op, "error", tooSlow(took, res.Event).errors())
			return
		}
		if last == "" {
			breathe(op.ctx)
		}
		last = res.Event
	}
	if op.ctx.Err() == nil {
		k.over(op, "complete", nil)
	}
}

// next sends a result, if the client still wants it.
func (k *socket) next(op *operation, result []byte) (took time.Duration) {
	if op.ctx.Err() != nil {
		return 0
	}
	b := frame("next", op.id, result)
	op.answered.bytes += int64(len(b))
	return k.send(b)
}

// over ends an operation, and says how. Its id is free before that is said: the
// client may use it at once.
func (k *socket) over(op *operation, typ string, payload []byte) {
	if k.remove(op) && op.ctx.Err() == nil {
		k.send(frame(typ, op.id, payload))
	}
}

func (k *socket) remove(op *operation) (was bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if was = k.operations[op.id] == op; was {
		delete(k.operations, op.id)
	}
	return was
}

// end ends an operation because the client wants no more of it. It may well have
// ended by itself.
func (k *socket) end(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if op := k.operations[id]; op != nil {
		op.cancel()
		delete(k.operations, id)
	}
}

// frame is a message about an operation.
func frame(typ, id string, payload []byte) []byte {
	name, _ := json.Marshal(id) // a text is always JSON
	b := slices.Concat([]byte(`{"id":`), name, []byte(`,"type":"`+typ+`"`))
	if payload != nil {
		b = slices.Concat(b, []byte(`,"payload":`), payload)
	}
	return append(b, '}')
}

// listed is a list of errors as JSON.
func listed(errs any) []byte {
	b, _ := json.Marshal(errs) // the engine's errors are texts and numbers
	return b
}
