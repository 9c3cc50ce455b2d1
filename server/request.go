package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/schema/engine"
)

// maxNesting bounds the depth of a request's JSON.
const maxNesting = 64

// members are those of a request as they were sent, by their names.
type members map[string]json.RawMessage

// request is what a client asks, and how it wants it.
type request struct {
	engine.Request
	documentID string // in place of a query
	hash       string // extensions.persistedQuery.sha256Hash, with a query or in place of it
	wantsCost  bool   // extensions.cost

	sum   string // of the query, once it is known: sha256 in hexadecimal
	learn bool   // the query by its sum, if it is valid
}

// post reads the request in a body.
func (s *Server) post(w http.ResponseWriter, r *http.Request) (*request, *refusal) {
	wrongType := func(message string, header ...string) *refusal {
		return &refusal{http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", message, [2]string(header)}
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil || media != typeJSON || len(r.Header.Values("Content-Type")) > 1:
		return nil, wrongType("send the request as "+typeJSON, "Accept-Post", typeJSON)
	case params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8"):
		return nil, wrongType("send the request in UTF-8", "Accept-Post", typeJSON+"; charset=utf-8")
	}
	coding := strings.ToLower(strings.TrimSpace(strings.Join(r.Header.Values("Content-Encoding"), ",")))
	if coding != "" && coding != "identity" && coding != "gzip" {
		return nil, wrongType("send the request by gzip, or without a content encoding", "Accept-Encoding", "gzip, identity")
	}
	large := &refusal{
		http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE", "the body is larger than " + strconv.FormatInt(s.opts.MaxBody, 10) + " bytes",
		[2]string{"Connection", "close"}, // the rest of it is not waited for
	}
	if r.ContentLength > s.opts.MaxBody {
		return nil, large
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.opts.MaxBody))
	var tooLarge *http.MaxBytesError
	var late net.Error
	switch {
	case errors.As(err, &tooLarge):
		return nil, large
	case errors.As(err, &late) && late.Timeout():
		return nil, &refusal{http.StatusRequestTimeout, "BODY_TOO_SLOW", "the body took longer than " + s.opts.BodyTimeout.String(), [2]string{"Connection", "close"}}
	case err != nil:
		return nil, bad("the body could not be read")
	}
	if coding == "gzip" {
		switch body, err = unpack(body, s.opts.MaxBody); {
		case errors.Is(err, errTooLarge):
			return nil, &refusal{status: large.status, code: large.code, message: large.message + " when it is unpacked"}
		case err != nil:
			return nil, bad("the body is no gzip, or not all of it")
		}
	}
	var m members
	if refused := decode(body, &m, "the body"); refused != nil {
		return nil, refused
	}
	return m.request()
}

// get reads the request in an address.
func get(r *http.Request) (*request, *refusal) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, bad("the address is not encoded as it should be")
	}
	m := make(members)
	for _, name := range []string{"query", "documentId", "operationName", "variables", "extensions"} {
		v, object := q[name], name == "variables" || name == "extensions"
		switch {
		case len(v) > 1:
			return nil, bad(name + ": given more than once")
		case len(v) == 0 || v[0] == "" || v[0] == "null" && object:
		case !object:
			m[name], _ = json.Marshal(v[0]) // a text is always JSON
		default:
			m[name] = json.RawMessage(v[0])
			if refused := decode(m[name], &members{}, name); refused != nil {
				return nil, refused
			}
		}
	}
	return m.request()
}

// decode reads a JSON object of bounded depth, and nothing behind it.
func decode(b []byte, into *members, what string) *refusal {
	if !utf8.Valid(b) {
		return bad(what + ": not UTF-8")
	}
	if deeper(b, maxNesting) {
		return bad(what + ": nested deeper than " + strconv.Itoa(maxNesting))
	}
	switch first := bytes.TrimLeft(b, " \t\r\n"); {
	case !json.Valid(b):
		return bad(what + ": no JSON")
	case first[0] == '[':
		return bad(what + ": a list; send one request at a time")
	case first[0] != '{':
		return bad(what + ": no object")
	}
	if err := json.Unmarshal(b, into); err != nil {
		return bad(what + ": no JSON")
	}
	return nil
}

// deeper counts brackets, so that nothing recursive ever sees too many.
func deeper(b []byte, most int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > most {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// request checks the members.
func (m members) request() (*request, *refusal) {
	req := &request{}
	for name, into := range map[string]*string{"query": &req.Query, "operationName": &req.OperationName, "documentId": &req.documentID} {
		if v := m[name]; given(v) && json.Unmarshal(v, into) != nil {
			return nil, bad(name + ": no text")
		}
	}
	for _, name := range []string{"variables", "extensions"} {
		if v := m[name]; given(v) && v[0] != '{' {
			return nil, bad(name + ": no object")
		}
	}
	if given(m["variables"]) {
		req.RawVariables = m["variables"]
	}
	if refused := m.extensions(req); refused != nil {
		return nil, refused
	}
	if req.Query == "" && req.documentID == "" && req.hash == "" {
		return nil, bad("query: missing")
	}
	return req, nil
}

// extensions reads those that are known here, and leaves others to others.
func (m members) extensions(req *request) *refusal {
	if !given(m["extensions"]) {
		return nil
	}
	var e members
	if json.Unmarshal(m["extensions"], &e) != nil {
		return bad("extensions: no object")
	}
	req.wantsCost = string(e["cost"]) == "true"
	if !given(e["persistedQuery"]) {
		return nil
	}
	persisted, nothing := members{}, bad("extensions.persistedQuery: no object with version 1 and a sha256Hash")
	if json.Unmarshal(e["persistedQuery"], &persisted) != nil || string(persisted["version"]) != "1" {
		return nothing
	}
	if json.Unmarshal(persisted["sha256Hash"], &req.hash) != nil || req.hash == "" {
		return nothing
	}
	return nil
}

// given says whether a member is there and is not null.
func given(v json.RawMessage) bool { return len(v) > 0 && v[0] != 'n' }
