package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strings"
)

// refusal is a request that is not answered, told to the reader.
type refusal struct {
	status         int
	title, message string
}

func (r *refusal) Error() string { return r.message }

// clip shortens what a reader wrote to what may be shown back.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func notOnRecord(id string) error {
	return &refusal{http.StatusNotFound, "Not on record", "Nothing on record has the id " + clip(id) + "."}
}

// refusalOf is a problem of an answer as a page tells it.
func refusalOf(p problem) error {
	switch p.Extensions.Code {
	case "NOT_FOUND":
		return &refusal{http.StatusNotFound, "Not on record", "Nothing on record has this id."}
	case "BAD_USER_INPUT", "TOO_LARGE":
		return &refusal{http.StatusBadRequest, "That cannot be asked", p.Message}
	case "MAX_COST_EXCEEDED":
		return &refusal{http.StatusBadRequest, "That is too much for one page", p.Message}
	case "UNAUTHENTICATED":
		return &refusal{http.StatusUnauthorized, "Sign in to read this", p.Message}
	case "FORBIDDEN":
		return &refusal{http.StatusForbidden, "Not allowed", p.Message}
	case "RATE_LIMITED":
		return &refusal{http.StatusTooManyRequests, "A moment, please", p.Message}
	case "TIMEOUT", "UNAVAILABLE", "OVERLOADED":
		return &refusal{http.StatusServiceUnavailable, "Not now", p.Message}
	}
	return errors.New(p.Extensions.Code + ": " + p.Message)
}

// errorModel is what error.html is filled with.
type errorModel struct {
	Model
	Status  int
	Message string
	sheet   template.CSS // of an embed
}

// refuse answers with a page that says what is wrong and leads on.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) {
		return // the reader has gone
	}
	var known *refusal
	if !errors.As(err, &known) {
		s.opts.Log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
		known = &refusal{http.StatusInternalServerError, "Something went wrong here", "The page could not be made. What happened is in the server's log, under the request id " + w.Header().Get("X-Request-Id") + "."}
	}
	m := errorModel{Status: known.status, Message: known.message}
	m.Title, m.Assets, m.View, m.Answer = known.title, s.assets, "error", &Answer{}
	m.Request = &Request{Path: r.URL.Path, Form: r.URL.Query()}
	w.Header().Set("Cache-Control", "no-store")
	switch ext := extension(r.URL.Path); {
	case strings.HasSuffix(ext, "json") || ext == "jsonld":
		body, _ := json.Marshal(map[string]any{"error": map[string]any{"status": known.status, "message": known.message}}) // texts are always JSON
		send(w, r, "application/json", known.status, append(body, '\n'))
		return
	case ext != "" && ext != "html":
		send(w, r, "text/plain; charset=utf-8", known.status, []byte(known.title+": "+known.message+"\n"))
		return
	}
	var out bytes.Buffer
	if err := s.templates.ExecuteTemplate(&out, "error.html", &m); err != nil {
		s.opts.Log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
		http.Error(w, known.title, known.status)
		return
	}
	send(w, r, "text/html; charset=utf-8", known.status, out.Bytes())
}
