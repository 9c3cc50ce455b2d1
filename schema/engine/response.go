package engine

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Response is the answer to a request.
type Response struct {
	Errors gqlerror.List
	// Executed is false for a request that was refused before anything of it
	// was executed. Its answer has no data then.
	Executed bool
	Cost     int    // as [Options.Cost] prices it
	Event    string // what names the event that it answers, for [Request.LastEvent]; or empty

	// Operation and Type are the name of the operation, and "query",
	// "mutation" or "subscription". Type is empty where the document was not
	// valid, or has no such operation.
	Operation, Type string

	// Extensions is what else the client is told, beside errors and data. It
	// must be possible as JSON; nil is left out.
	Extensions any

	data *result // nil for null
}

// Code returns the code of the first error, or "".
func (r *Response) Code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	code, _ := r.Errors[0].Extensions["code"].(string)
	return code
}

// Codes returns the codes of the errors, each once, in their order.
func (r *Response) Codes() []string {
	var codes []string
	for _, e := range r.Errors {
		if code, ok := e.Extensions["code"].(string); ok && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// AppendJSON appends the answer as JSON: errors first, then data with its keys
// in the order of the query, then extensions.
func (r *Response) AppendJSON(b []byte) []byte {
	start := len(b)
	if r.data != nil {
		b = slices.Grow(b, len(r.data.arena)+r.data.overhead)
	}
	b = append(b, '{')
	if len(r.Errors) > 0 {
		errs, err := json.Marshal(r.Errors)
		if err != nil {
			// Extensions of somebody's error are no JSON.
			plain := make(gqlerror.List, len(r.Errors))
			for i, e := range r.Errors {
				plain[i] = &gqlerror.Error{Message: e.Message, Path: e.Path, Locations: e.Locations}
			}
			errs, _ = json.Marshal(plain)
		}
		b = append(append(b, `"errors":`...), errs...)
		if r.Executed {
			b = append(b, ',')
		}
	}
	switch {
	case !r.Executed:
	case r.data == nil:
		b = append(b, `"data":null`...)
	default:
		b = r.data.append(append(b, `"data":`...), 0)
	}
	if r.Extensions != nil {
		if extensions, err := json.Marshal(r.Extensions); err == nil {
			if len(b) > start+1 {
				b = append(b, ',')
			}
			b = append(append(b, `"extensions":`...), extensions...)
		}
	}
	return append(b, '}')
}

// MarshalJSON implements [json.Marshaler].
func (r *Response) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

// WriteTo writes the answer as JSON.
func (r *Response) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(r.AppendJSON(nil))
	return int64(n), err
}
