package engine

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Response is the answer to a request.
type Response struct {
	Errors gqlerror.List
	// Executed is false for a request that was refused before anything of it
	// was executed. Its answer has no data then.
	Executed bool

	data any
}

// AppendJSON appends the answer as JSON.
func (r *Response) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	if len(r.Errors) > 0 {
		errs, err := json.Marshal(r.Errors)
		if err != nil {
			errs = []byte(`[{"message":"internal error"}]`)
		}
		b = append(append(b, `"errors":`...), errs...)
		if r.Executed {
			b = append(b, ',')
		}
	}
	if r.Executed {
		b = appendJSON(append(b, `"data":`...), r.data)
	}
	return append(b, '}')
}

// MarshalJSON implements [json.Marshaler].
func (r *Response) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil, failed, bubble:
		return append(b, "null"...)
	case *object:
		b = append(b, '{')
		for i, k := range v.keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(append(b, '"'), k...), `":`...)
			b = appendJSON(b, v.values[i])
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, x)
		}
		return append(b, ']')
	}
	leaf, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, leaf...)
}
