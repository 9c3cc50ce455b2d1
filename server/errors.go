package server

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/schema/engine"
)

// kinds is the one place where a kind of error becomes a status. Internal is not
// in it: such an error is logged, and the client is told no more than its id.
var kinds = map[graph.Kind]struct {
	status int
	code   string
}{
	graph.Invalid:     {http.StatusBadRequest, engine.CodeInput},
	graph.NotFound:    {http.StatusNotFound, "NOT_FOUND"},
	graph.Conflict:    {http.StatusConflict, "CONFLICT"},
	graph.Permission:  {http.StatusForbidden, "FORBIDDEN"},
	graph.TooLarge:    {http.StatusRequestEntityTooLarge, "TOO_LARGE"},
	graph.Corrupt:     {http.StatusInternalServerError, "CORRUPT"},
	graph.Unavailable: {http.StatusServiceUnavailable, "UNAVAILABLE"},
}

// refusal is the answer to what is no request, or to one that cannot be
// answered now.
type refusal struct {
	status  int
	code    string // extensions.code
	message string
	header  [2]string // a header that says what would be taken
}

func (e *refusal) Error() string { return e.message }

// GraphQLCode lets the engine be refused an execution by it.
func (e *refusal) GraphQLCode() string { return e.code }

// bad is a request that is wrong in itself.
func bad(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "BAD_REQUEST", message: message}
}

// refusalOf returns what a client may know of an error of the record, and logs
// the rest.
func (s *Server) refusalOf(ctx context.Context, err error) *refusal {
	if k, ok := kinds[graph.KindOf(err)]; ok {
		return &refusal{status: k.status, code: k.code, message: err.Error()}
	}
	s.internal(ctx, idOf(ctx), err)
	return &refusal{status: http.StatusInternalServerError, code: engine.CodeInternal, message: "internal error"}
}

// internal logs what a client is not told.
func (s *Server) internal(ctx context.Context, id string, err error) {
	s.opts.Log.ErrorContext(ctx, "internal error", "id", id, "err", err)
}

// refuse writes a refusal as an answer of GraphQL without data.
func (s *Server) refuse(w http.ResponseWriter, media string, e *refusal) {
	n := noted(w)
	n.codes, n.refused = []string{e.code}, true
	if e.header[0] != "" {
		w.Header().Set(e.header[0], e.header[1])
	}
	extensions := map[string]string{"code": e.code}
	if e.status >= http.StatusInternalServerError {
		extensions["requestId"] = w.Header().Get("X-Request-Id")
	}
	body, _ := json.Marshal(map[string]any{"errors": []any{map[string]any{"message": e.message, "extensions": extensions}}}) // texts are always JSON
	switch {
	case media != typeEvents:
	case e.status == http.StatusOK:
		body = oneEvent(body)
	default:
		media = typeJSON // the status ends a stream before it begins
	}
	write(w, media, e.status, body)
}

// errors is a refusal as a list of errors.
func (e *refusal) errors() []byte {
	b, _ := json.Marshal([]any{map[string]any{"message": e.message, "extensions": map[string]string{"code": e.code}}}) // texts are always JSON
	return b
}
