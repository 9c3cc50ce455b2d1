package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
)

// The media types of an answer. The first says by its status whether the request
// was one; the second, which older clients ask for, is always 200 once the
// request was understood.
const (
	typeResponse = "application/graphql-response+json"
	typeJSON     = "application/json"
)

// httpError is a request that is refused before it is one of GraphQL.
type httpError struct {
	status  int
	code    string
	message string
}

func (e *httpError) Error() string { return e.message }

// graphql answers /graphql by the GraphQL-over-HTTP specification.
func (s *Server) graphql(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	w.Header().Set("Cache-Control", "no-store")
	media := negotiate(r.Header.Values("Accept"))
	if media == "" {
		s.refuse(w, typeJSON, &httpError{http.StatusNotAcceptable, "NOT_ACCEPTABLE", "accept " + typeResponse + " or " + typeJSON})
		return
	}
	req, err := s.request(w, r)
	if err != nil {
		s.refuse(w, media, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.opts.Timeout)
	defer cancel()
	view, err := s.rec.View(ctx)
	if err != nil {
		s.opts.Log.ErrorContext(ctx, "no view", "err", err)
		s.refuse(w, media, &httpError{http.StatusServiceUnavailable, "UNAVAILABLE", "the record cannot be read now"})
		return
	}
	defer view.Close()
	req.Root, req.Safe = schema.Root(view), r.Method != http.MethodPost
	res := s.engine.Do(ctx, *req)
	status := http.StatusOK
	switch {
	case res.Executed:
	case len(res.Errors) > 0 && res.Errors[0].Extensions["code"] == engine.MethodNotAllowed:
		w.Header().Set("Allow", "POST")
		status = http.StatusMethodNotAllowed
	case media == typeResponse:
		status = http.StatusBadRequest
	}
	write(w, media, status, res.AppendJSON(nil))
}

func write(w http.ResponseWriter, media string, status int, body []byte) {
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func (s *Server) refuse(w http.ResponseWriter, media string, err error) {
	var e *httpError
	if !errors.As(err, &e) {
		e = &httpError{http.StatusBadRequest, "BAD_REQUEST", err.Error()}
	}
	body, _ := json.Marshal(map[string]any{"errors": []any{map[string]any{"message": e.message, "extensions": map[string]any{"code": e.code}}}})
	write(w, media, e.status, body)
}

// negotiate picks the media type of an answer by the Accept header; "" where the
// client takes neither.
func negotiate(accept []string) string {
	if len(accept) == 0 {
		return typeJSON
	}
	best, quality := "", 0.0
	for _, part := range strings.Split(strings.Join(accept, ","), ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		q := 1.0
		if s, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(s, 64); err != nil {
				continue
			}
		}
		if c, ok := params["charset"]; ok && !strings.EqualFold(c, "utf-8") {
			continue
		}
		switch media {
		case "*/*", "application/*":
			media = typeJSON
		case typeResponse, typeJSON:
		default:
			continue
		}
		if q > quality {
			best, quality = media, q
		}
	}
	return best
}

func bad(status int, code, message string) error { return &httpError{status, code, message} }

// request reads the request of a GET or a POST.
func (s *Server) request(w http.ResponseWriter, r *http.Request) (*engine.Request, error) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		q := r.URL.Query()
		m := map[string]any{}
		for _, name := range []string{"query", "operationName"} {
			if q.Has(name) {
				m[name] = q.Get(name)
			}
		}
		for _, name := range []string{"variables", "extensions"} {
			if v := q.Get(name); v != "" {
				x, err := decode(strings.NewReader(v))
				if err != nil {
					return nil, bad(http.StatusBadRequest, "BAD_REQUEST", name+": "+err.Error())
				}
				m[name] = x
			}
		}
		return parse(m)
	case http.MethodPost:
		media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || media != typeJSON {
			return nil, bad(http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "send the request as "+typeJSON)
		}
		if c, ok := params["charset"]; ok && !strings.EqualFold(c, "utf-8") {
			return nil, bad(http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "send the request in UTF-8")
		}
		if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
			return nil, bad(http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "send the request without a content encoding")
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.opts.MaxBody))
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			return nil, bad(http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE", "the body is larger than "+strconv.FormatInt(large.Limit, 10)+" bytes")
		case err != nil:
			return nil, bad(http.StatusBadRequest, "BAD_REQUEST", "the body could not be read")
		}
		v, err := decode(bytes.NewReader(body))
		if err != nil {
			return nil, bad(http.StatusBadRequest, "BAD_REQUEST", "the body is "+err.Error())
		}
		m, ok := v.(map[string]any)
		if !ok {
			return nil, bad(http.StatusBadRequest, "BAD_REQUEST", "the body is no JSON object; send one request at a time")
		}
		return parse(m)
	}
	w.Header().Set("Allow", "GET, HEAD, POST")
	return nil, bad(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "use GET or POST")
}

// maxNesting bounds the depth of a request's JSON.
const maxNesting = 64

var errJSON = errors.New("no JSON")

// decode reads one JSON value of bounded depth.
func decode(r io.Reader) (any, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, errJSON
	}
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxNesting {
				return nil, errors.New("nested deeper than " + strconv.Itoa(maxNesting))
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil || d.More() {
		return nil, errJSON
	}
	return v, nil
}

// parse checks the members of a request.
func parse(m map[string]any) (*engine.Request, error) {
	req := &engine.Request{}
	for name, into := range map[string]*string{"query": &req.Query, "operationName": &req.OperationName} {
		switch v := m[name].(type) {
		case nil:
		case string:
			*into = v
		default:
			return nil, bad(http.StatusBadRequest, "BAD_REQUEST", name+": no text")
		}
	}
	for _, name := range []string{"variables", "extensions"} {
		switch v := m[name].(type) {
		case nil:
		case map[string]any:
			if name == "variables" {
				req.Variables = v
			}
		default:
			return nil, bad(http.StatusBadRequest, "BAD_REQUEST", name+": no object")
		}
	}
	if req.Query == "" {
		return nil, bad(http.StatusBadRequest, "BAD_REQUEST", "query: missing")
	}
	return req, nil
}
