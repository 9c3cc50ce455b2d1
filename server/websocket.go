package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/onrecord/onrecord/schema"
)

// wsProtocol is the protocol of graphql-ws. Its predecessor, which is named
// graphql-ws, is not spoken.
const wsProtocol = "graphql-transport-ws"

// What a socket is closed with. Most are those of the protocol, with its words:
// clients take them for errors that it makes no sense to come again with.
const (
	closeInvalid      websocket.StatusCode = 4400
	closeUnauthorized websocket.StatusCode = 4401
	closeForbidden    websocket.StatusCode = 4403
	closeProtocol     websocket.StatusCode = 4406
	closeLate         websocket.StatusCode = 4408
	closeTaken        websocket.StatusCode = 4409
	closeTwice        websocket.StatusCode = 4429
	closeInternal     websocket.StatusCode = 4500
)

// upgrades says whether a request wants to be a WebSocket.
func upgrades(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Upgrade"), ","), ",") {
		if strings.EqualFold(strings.TrimSpace(part), "websocket") {
			return true
		}
	}
	return false
}

// websocket answers GraphQL on a WebSocket until either side ends it.
func (s *Server) websocket(w http.ResponseWriter, r *http.Request) {
	if !s.originAllowed(r) { // any page can open a socket: the browser only tells from where
		s.refuse(w, typeJSON, wrongOrigin(r))
		return
	}
	account, refused := s.begin(w, r)
	if refused != nil {
		s.refuse(w, typeJSON, refused)
		return
	}
	defer account.end()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	draining, drain := context.WithCancel(context.WithoutCancel(ctx))
	defer drain()
	leave, refused := s.streams.enter(drain)
	if refused != nil {
		s.refuse(w, typeJSON, refused)
		return
	}
	defer leave()
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       []string{wsProtocol},
		InsecureSkipVerify: true, // the origin was looked at
	})
	if err != nil {
		return // and was answered
	}
	defer conn.CloseNow() //nolint:errcheck // nobody is left to be told
	conn.SetReadLimit(s.opts.MaxBody)
	k := &socket{Server: s, conn: conn, ctx: ctx, w: w, r: r, operations: make(map[string]*operation)}
	if conn.Subprotocol() == "" {
		k.close(closeProtocol, "Subprotocol not acceptable: speak "+wsProtocol)
		return
	}
	defer context.AfterFunc(draining, k.drain)()
	late := time.AfterFunc(s.opts.InitTimeout, k.late)
	defer late.Stop()
	k.mu.Lock()
	k.beat = time.AfterFunc(s.opts.Heartbeat, k.live)
	k.mu.Unlock()
	defer k.beat.Stop()
	k.read()
	cancel()
	k.all.Wait()
}

// socket is a WebSocket that speaks the protocol.
type socket struct {
	*Server
	conn *websocket.Conn
	ctx  context.Context // until the socket ends
	w    http.ResponseWriter
	r    *http.Request  // by which it was opened
	all  sync.WaitGroup // the operations

	writing sync.Mutex // held while a message is sent

	mu            sync.Mutex // guards what follows
	beat          *time.Timer
	initialised   bool
	authorization string // as of then
	draining      bool
	operations    map[string]*operation // that are under way, by their ids
	single        sync.WaitGroup        // those of them that have one answer
}

// read handles what the client sends until the socket ends.
func (k *socket) read() {
	for {
		kind, message, err := k.message()
		if errors.Is(err, websocket.ErrMessageTooBig) {
			k.close(websocket.StatusMessageTooBig, "") // it was told: its bytes are taken, or it might not hear it
		}
		if err != nil {
			return // the client has gone, or the socket was closed here
		}
		if code, reason := k.handle(kind, message); code != 0 {
			k.close(code, reason)
			return
		}
	}
}

// message reads one message. The client may take its time to begin it, and not
// to end it.
func (k *socket) message() (websocket.MessageType, []byte, error) {
	kind, r, err := k.conn.Reader(k.ctx)
	if err != nil {
		return 0, nil, err
	}
	slow := time.AfterFunc(k.opts.BodyTimeout, func() { _ = k.conn.CloseNow() })
	defer slow.Stop()
	b, err := io.ReadAll(r)
	return kind, b, err
}

// handle does what a message says. A code other than 0 closes the socket.
func (k *socket) handle(kind websocket.MessageType, message []byte) (websocket.StatusCode, string) {
	var m members
	if kind != websocket.MessageText {
		return closeInvalid, "Invalid message: send text"
	}
	if refused := decode(message, &m, "the message"); refused != nil {
		return closeInvalid, "Invalid message: " + refused.message
	}
	typ, _ := m.text("type")
	id, named := m.text("id")
	payload := m["payload"]
	if given(payload) && payload[0] != '{' {
		return closeInvalid, "Invalid message: payload: no object"
	}
	switch typ {
	case "connection_init":
		return k.initialise(payload)
	case "ping":
		pong := map[string]any{"type": "pong"}
		if given(payload) {
			pong["payload"] = payload
		}
		b, _ := json.Marshal(pong) // it was JSON before
		k.send(b)
		return 0, ""
	case "pong":
		return 0, ""
	case "subscribe":
		if !named || id == "" {
			return closeInvalid, "Invalid message: id: missing"
		}
		return k.begin(id, payload)
	case "complete":
		if !named {
			return closeInvalid, "Invalid message: id: missing"
		}
		k.end(id)
		return 0, ""
	}
	return closeInvalid, "Invalid message: there is no type " + short(typ, 40) + " that a client sends"
}

// text returns a member that is a text.
func (m members) text(name string) (value string, ok bool) {
	ok = given(m[name]) && json.Unmarshal(m[name], &value) == nil
	return value, ok
}

// initialise begins the connection, on behalf of whom the payload names. A
// browser can give a socket no header, so that it stands there.
func (k *socket) initialise(payload json.RawMessage) (websocket.StatusCode, string) {
	authorization := strings.Join(k.r.Header.Values("Authorization"), ", ")
	var m members
	if given(payload) && json.Unmarshal(payload, &m) != nil {
		return closeInvalid, "Invalid message: payload: no object"
	}
	for name, v := range m {
		if strings.EqualFold(name, "authorization") && given(v) && json.Unmarshal(v, &authorization) != nil {
			return closeInvalid, "Invalid message: payload." + short(name, 20) + ": no text"
		}
	}
	k.mu.Lock()
	twice := k.initialised
	k.initialised, k.authorization = true, authorization
	k.mu.Unlock()
	if twice {
		return closeTwice, "Too many initialisation requests"
	}
	if _, refused := k.speaks(); refused != nil {
		return closeForbidden, "Forbidden: " + refused.message
	}
	k.send([]byte(`{"type":"connection_ack"}`))
	return 0, ""
}

// speaks returns on whose behalf the socket speaks. It is asked again and again:
// a token may be revoked while its socket is open.
func (k *socket) speaks() (schema.Caller, *refusal) {
	k.mu.Lock()
	initialised, authorization := k.initialised, k.authorization
	k.mu.Unlock()
	if !initialised {
		return schema.Caller{}, nil // nobody, who may do nothing
	}
	return k.caller(k.ctx, authorization)
}

// send sends a message, and says how long the client took to take it. A client
// that takes longer than a whole answer may is cut off: it could not be told.
func (k *socket) send(message []byte) (took time.Duration) {
	k.writing.Lock()
	defer k.writing.Unlock()
	begun := time.Now()
	ctx, cancel := context.WithTimeout(k.ctx, k.opts.SendTimeout)
	defer cancel()
	_ = k.conn.Write(ctx, websocket.MessageText, message) // after an error there is nothing more to read, which ends the socket
	return time.Since(begun)
}

// close ends the socket with a code.
func (k *socket) close(code websocket.StatusCode, reason string) {
	const most = 123 // bytes in a frame of control
	_ = k.conn.Close(code, strings.ToValidUTF8(reason[:min(len(reason), most)], ""))
}

// late closes a socket that was not initialised in time.
func (k *socket) late() {
	k.mu.Lock()
	initialised := k.initialised
	k.mu.Unlock()
	if !initialised {
		k.close(closeLate, "Connection initialisation timeout")
	}
}

// live asks the client for a sign of life, and cuts off one that gives none.
func (k *socket) live() {
	if _, refused := k.speaks(); refused != nil {
		k.close(closeForbidden, "Forbidden: "+refused.message)
		return
	}
	ctx, cancel := context.WithTimeout(k.ctx, k.opts.SendTimeout)
	defer cancel()
	if k.conn.Ping(ctx) != nil {
		_ = k.conn.CloseNow()
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.beat.Reset(k.opts.Heartbeat)
}

// drain ends the socket because the server stops: subscriptions at once, since
// they can be gone on with elsewhere, and the rest when it is answered.
func (k *socket) drain() {
	k.mu.Lock()
	k.draining = true
	for _, op := range k.operations {
		if op.subscription {
			op.cancel()
		}
	}
	k.mu.Unlock()
	k.single.Wait()
	k.close(websocket.StatusGoingAway, "the server is stopping")
}

// guarded keeps a mistake of ours from ending the program.
func (k *socket) guarded(do func()) {
	defer func() {
		if p := recover(); p != nil {
			k.opts.Log.ErrorContext(k.ctx, "panic", "id", idOf(k.ctx), "path", k.r.URL.Path, "value", p, "stack", string(debug.Stack()))
			k.close(closeInternal, "Internal server error")
		}
	}()
	do()
}
