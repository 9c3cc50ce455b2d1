package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Continuation shows that the log of a checkpoint goes on from an earlier one:
// nothing that the earlier one counted was changed or taken away.
type Continuation struct {
	Form       int    `json:"consistency"` // 1
	Earlier    Root   `json:"earlier"`
	Proof      Path   `json:"proof"`
	Checkpoint string `json:"checkpoint"` // signed
}

// maxContinuation bounds what is read as one.
const maxContinuation = 256 << 10

// Check checks all of it, the signature too where v is not nil, and returns the
// later checkpoint.
func (c *Continuation) Check(v *Verifier) (Checkpoint, error) {
	later, err := ParseCheckpoint([]byte(c.Checkpoint), v)
	if err != nil {
		return later, fmt.Errorf("checkpoint: %w", err)
	}
	if err := CheckConsistent(c.Earlier, later.Root, c.Proof); err != nil {
		return later, fmt.Errorf("proof: %w", err)
	}
	return later, nil
}

// Encode is the written form, on one line.
func (c *Continuation) Encode() []byte {
	if c.Proof == nil {
		c.Proof = Path{}
	}
	b, _ := json.Marshal(c) // texts, numbers and hashes are always JSON
	return append(b, '\n')
}

// ParseContinuation reads the written form, and no other.
func ParseContinuation(b []byte) (*Continuation, error) {
	var c Continuation
	if err := Strict(b, maxContinuation, &c); err != nil {
		return nil, err
	}
	if c.Form != 1 {
		return nil, fmt.Errorf("consistency: form %d, and this program reads form 1", c.Form)
	}
	if is := c.Encode(); !bytes.Equal(is, b) {
		return nil, fmt.Errorf("byte %d: it is not written as it was", differ(is, b))
	}
	return &c, nil
}

// Strict reads JSON in which nothing stands that v does not have. What is wrong is
// named by its place.
func Strict(b []byte, most int, v any) error {
	if len(b) > most {
		return fmt.Errorf("%d bytes, at most %d are read", len(b), most)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			return fmt.Errorf("byte %d: something follows", d.InputOffset())
		}
		return nil
	}
	at := d.InputOffset()
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &typed):
		at = typed.Offset
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("byte %d: it ends too early", len(b))
	}
	return fmt.Errorf("byte %d: %w", at, err)
}

// differ is where two texts begin to differ.
func differ(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
