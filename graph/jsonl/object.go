package jsonl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// field is one member of an object, in the order of the text.
type field struct {
	key string
	raw json.RawMessage
}

// object reads the members of an object. Package json would take the last of
// two members of one name and say nothing.
func object(b []byte) ([]field, error) {
	var fields []field
	seen := make(map[string]bool)
	err := members(b, '{', "an object", func(d *json.Decoder) error {
		t, err := d.Token()
		if err != nil {
			return syntax(err)
		}
		key, _ := t.(string) // the decoder sees to it
		if seen[key] {
			return fmt.Errorf("%.60q stands twice", key)
		}
		seen[key] = true
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return syntax(err)
		}
		fields = append(fields, field{key, raw})
		return nil
	})
	return fields, err
}

// list reads the elements of an array.
func list(b []byte) (out []json.RawMessage, err error) {
	err = members(b, '[', "a list", func(d *json.Decoder) error {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return syntax(err)
		}
		out = append(out, raw)
		return nil
	})
	return out, err
}

func members(b []byte, open json.Delim, what string, one func(*json.Decoder) error) error {
	d := json.NewDecoder(bytes.NewReader(b))
	t, err := d.Token()
	if err != nil {
		return syntax(err)
	}
	if t != open {
		return fmt.Errorf("%s where %s is wanted", shape(b), what)
	}
	for d.More() {
		if err := one(d); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return syntax(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the end of the JSON value; one line is one object")
	}
	return nil
}

func syntax(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON ends too early")
	}
	return fmt.Errorf("no JSON: %w", err)
}

// shape says in words what a value is.
func shape(b []byte) string {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return "nothing"
	}
	switch b[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	}
	return "a number"
}

// str reads a string. Package json puts U+FFFD for half a surrogate pair, which
// would be another text than the one that was meant.
func str(b []byte) (string, error) {
	if len(b) == 0 || b[0] != '"' {
		return "", fmt.Errorf("%s where a text is wanted", shape(b))
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return "", syntax(err)
	}
	if n := strings.Count(s, "\uFFFD"); n > 0 {
		meant := bytes.Count(b, []byte("\uFFFD")) + bytes.Count(bytes.ToLower(b), []byte(`\ufffd`))
		if n > meant {
			return "", errors.New(`half of a surrogate pair (\ud800 to \udfff alone) is no text`)
		}
	}
	return s, nil
}

func strs(b []byte) ([]string, error) { return each(b, str) }

func each[T any](b []byte, one func([]byte) (T, error)) ([]T, error) {
	raws, err := list(b)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(raws))
	for i, raw := range raws {
		if out[i], err = one(raw); err != nil {
			return nil, fmt.Errorf("%d: %w", i+1, err)
		}
	}
	return out, nil
}

func integer(b []byte) (int, error) {
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s where a whole number from 0 is wanted", excerpt(b))
	}
	return n, nil
}

func boolean(b []byte) (bool, error) {
	switch string(b) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("%s where true or false is wanted", excerpt(b))
}

// excerpt is the beginning of a value, for a message.
func excerpt(b []byte) string {
	const most = 60
	if len(b) <= most {
		return string(b)
	}
	n := most
	for !utf8.RuneStart(b[n]) {
		n--
	}
	return string(b[:n]) + "…"
}

// known reports the first member that is none of the keys.
func known(fields []field, keys ...string) error {
	for _, f := range fields {
		found := false
		for _, k := range keys {
			found = found || k == f.key
		}
		if !found {
			return fmt.Errorf("unknown key %q; there are %s", f.key, strings.Join(keys, ", "))
		}
	}
	return nil
}
