package edtf

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// MarshalJSON writes w as an object of the parts that are there:
//
//	{"written":"May 8","edtf":"XXXX-05-08","weekday":2,"notBefore":"2015","notAfter":"2018-08",
//	 "resolved":{"edtf":"2018-05-08","rule":"…","source":"…"}}
func (w When) MarshalJSON() ([]byte, error) {
	type resolved struct {
		EDTF   Date   `json:"edtf,omitzero"`
		Rule   string `json:"rule,omitempty"`
		Source string `json:"source,omitempty"`
	}
	return json.Marshal(struct {
		Written   string    `json:"written,omitempty"`
		EDTF      Date      `json:"edtf,omitzero"`
		Weekday   int       `json:"weekday,omitempty"`
		NotBefore Date      `json:"notBefore,omitzero"`
		NotAfter  Date      `json:"notAfter,omitzero"`
		Resolved  *resolved `json:"resolved,omitempty"`
	}{w.Written, w.EDTF, w.Weekday, w.NotBefore, w.NotAfter, (*resolved)(w.Resolution)})
}

// UnmarshalJSON reads what MarshalJSON writes. Keys that it does not know are
// refused, in their exact spelling: a misspelt one would be a date lost. It does not
// validate: see [When.Validate].
func (w *When) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	var v When
	err := fields(b, map[string]any{
		"written": &v.Written, "edtf": &v.EDTF, "weekday": &v.Weekday,
		"notBefore": &v.NotBefore, "notAfter": &v.NotAfter, "resolved": &v.Resolution,
	})
	if err != nil {
		return err
	}
	*w = v
	return nil
}

// UnmarshalJSON reads the value of "resolved" as [When.UnmarshalJSON] does.
func (r *Resolution) UnmarshalJSON(b []byte) error {
	var v Resolution
	if err := fields(b, map[string]any{"edtf": &v.EDTF, "rule": &v.Rule, "source": &v.Source}); err != nil {
		return err
	}
	*r = v
	return nil
}

// fields reads an object into the named places. Package json by itself matches
// keys in any case and names no key in its errors.
func fields(b []byte, into map[string]any) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(b, &object); err != nil {
		return fmt.Errorf("a date is an object such as {\"edtf\":\"2018-05-08\"}: %w", err)
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		dst, ok := into[key]
		if !ok {
			return fmt.Errorf("unknown key %q in a date; it has %s", key, strings.Join(slices.Sorted(maps.Keys(into)), ", "))
		}
		err := json.Unmarshal(object[key], dst)
		var syntax *SyntaxError
		switch {
		case errors.As(err, &syntax):
			return fmt.Errorf("%s: %w", key, syntax)
		case err != nil:
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}
