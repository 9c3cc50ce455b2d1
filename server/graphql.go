package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

const graphqlPath = "/graphql"

// graphql answers /graphql by the GraphQL-over-HTTP specification.
func (s *Server) graphql(w http.ResponseWriter, r *http.Request) {
	if upgrades(r) {
		s.websocket(w, r)
		return
	}
	defer s.metrics.Begun()()
	noted(w).graphql = true
	h := w.Header()
	h.Set("Vary", strings.Join(append(h.Values("Vary"), "Accept"), ", "))
	h.Set("Cache-Control", "no-store")
	const methods = "GET, HEAD, OPTIONS, POST"
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	case http.MethodOptions: // for who asks what can be done; no other origin is let in
		h.Set("Allow", methods)
		h.Set("Accept-Post", typeJSON)
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		s.refuse(w, typeJSON, &refusal{http.StatusMethodNotAllowed, engine.MethodNotAllowed, "use GET or POST", [2]string{"Allow", methods}})
		return
	}
	if !s.originAllowed(r) {
		s.refuse(w, typeJSON, wrongOrigin(r))
		return
	}
	media := negotiate(r.Header.Values("Accept"))
	if media == "" {
		s.refuse(w, typeJSON, &refusal{status: http.StatusNotAcceptable, code: "NOT_ACCEPTABLE", message: "accept " + typeResponse + ", " + typeJSON + " or " + typeEvents})
		return
	}
	account, refused := s.begin(w, r)
	if refused != nil {
		s.refuse(w, media, refused)
		return
	}
	defer account.end()
	var req *request
	if r.Method == http.MethodPost {
		req, refused = s.post(w, r)
	} else if req, refused = get(r); req != nil {
		req.Safe = true
	}
	if refused == nil {
		var way string
		way, refused = s.documents.resolve(req, media)
		s.metrics.Document(way)
	}
	if refused != nil {
		s.refuse(w, media, refused)
		return
	}
	if s.subscribes(r, req) {
		s.stream(w, r, req, account)
		return
	}
	s.answer(w, r, media, req, account)
}

// answer executes a request on the record as it is now. It is sent when nothing
// is held for it any more: a client may read as slowly as it likes.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, media string, req *request, account *account) {
	res, refused := s.execute(r.Context(), req, account)
	if res != nil {
		noted(w).took(req, res)
		if req.learn && res.Type != "" {
			s.documents.learned.put(req.sum, req.Query)
		}
		s.extend(req, res)
	}
	if refused != nil {
		s.refuse(w, media, refused)
		return
	}
	status, body := http.StatusOK, res.AppendJSON(nil)
	switch {
	case !res.Executed && res.Code() == engine.MethodNotAllowed:
		w.Header().Set("Allow", "POST")
		status = http.StatusMethodNotAllowed
		if media == typeEvents {
			media = typeJSON
		}
	case !res.Executed && res.Code() == engine.CodeOperation && res.Type == "subscription":
		s.refuse(w, media, &refusal{status: http.StatusNotAcceptable, code: "NOT_ACCEPTABLE", message: "a subscription is answered as " + typeEvents + ", or on a WebSocket"})
		return
	case media == typeEvents:
		body = oneEvent(body)
	case !res.Executed && media == typeResponse:
		status = http.StatusBadRequest
	}
	write(w, media, status, body)
}

// costExtension is what a client is told that asks for the price.
type costExtension struct {
	Cost costs `json:"cost"`
}

type costs struct {
	Requested int `json:"requested"`
	Max       int `json:"max"`
}

// execute waits until the request may be executed, and has it executed.
func (s *Server) execute(ctx context.Context, req *request, account *account) (*engine.Response, *refusal) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	defer cancel()
	release, refused := s.slots.take(ctx)
	if refused != nil {
		return nil, refused
	}
	defer release()
	view, err := s.rec.View(ctx)
	if err != nil {
		return nil, s.refusalOf(ctx, err)
	}
	defer view.Close()
	req.Root, req.ID = schema.Root(view), idOf(ctx)
	req.Admit = account.admit(&refused)
	res := s.engine.Do(ctx, req.Request)
	return res, refused
}

// write sends an answer. That a client has gone is no error: nobody is left to
// be told.
func write(w http.ResponseWriter, media string, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", media+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
