package tree

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is a root, and whose it is.
type Checkpoint struct {
	Origin string
	Root
	Verified bool // its signature was checked with the key of its origin
}

// Signer signs checkpoints.
type Signer struct {
	s      note.Signer
	public string
}

// Verifier checks them.
type Verifier struct{ v note.Verifier }

// originForm is what an origin may be: an address without its scheme, or another
// name without spaces. A plus would end it in a key.
var originForm = regexp.MustCompile(`^[^\s+\x00-\x1f\x7f]{1,200}$`)

// CheckOrigin says what is wrong with the name of a log.
func CheckOrigin(name string) error {
	if !originForm.MatchString(name) {
		return fmt.Errorf("%.80q is no name of a log: an address without its scheme, as in record.example.org/log, without spaces or +", name)
	}
	return nil
}

// NewKey returns a new key of an origin, one to sign with and one to check with.
func NewKey(origin string) (private, public string, err error) {
	if err := CheckOrigin(origin); err != nil {
		return "", "", err
	}
	return note.GenerateKey(rand.Reader, origin)
}

// ParseSigner reads a key to sign with.
func ParseSigner(private string) (*Signer, error) {
	s, err := note.NewSigner(strings.TrimSpace(private))
	if err != nil { // the key itself is not repeated: it is secret
		return nil, errors.New("no key to sign with: one is PRIVATE+KEY+NAME+HASH+DATA on one line")
	}
	public, err := publicOf(strings.TrimSpace(private))
	if err != nil {
		return nil, err
	}
	return &Signer{s, public}, nil
}

// ParseVerifier reads a key to check with.
func ParseVerifier(public string) (*Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(public))
	if err != nil {
		return nil, fmt.Errorf("%.80q is no key to check with: one is NAME+HASH+DATA, as onrecord checkpoint --public prints it", public)
	}
	return &Verifier{v}, nil
}

// publicOf is the key that checks what a key that note.NewSigner has taken signs.
func publicOf(private string) (string, error) {
	// The name holds no plus; what is in base64 may.
	if fields := strings.SplitN(private, "+", 5); len(fields) == 5 {
		data, err := base64.StdEncoding.DecodeString(fields[4])
		if err == nil && len(data) == 1+ed25519.SeedSize {
			return note.NewEd25519VerifierKey(fields[2], ed25519.NewKeyFromSeed(data[1:]).Public().(ed25519.PublicKey))
		}
	}
	return "", errors.New("no key to sign with: it is not of the kind Ed25519")
}

// Public is the key to check what it signs with.
func (s *Signer) Public() string { return s.public }

// Origin is the name of the log that the key belongs to.
func (s *Signer) Origin() string { return s.s.Name() }

// Origin is the name of the log that the key belongs to.
func (v *Verifier) Origin() string { return v.v.Name() }

// Sign is a signed checkpoint: three lines, an empty one, and the signature. The
// same root and key always are the same bytes.
func (s *Signer) Sign(r Root) (string, error) {
	msg, err := note.Sign(&note.Note{Text: text(s.Origin(), r)}, s.s)
	return string(msg), err
}

func text(origin string, r Root) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, r.Size, r.Hash)
}

// maxCheckpoint bounds what is read as a checkpoint.
const maxCheckpoint = 64 << 10

// ParseCheckpoint reads a checkpoint, and checks its signature where v is not nil.
func ParseCheckpoint(msg []byte, v *Verifier) (c Checkpoint, err error) {
	if len(msg) > maxCheckpoint {
		return c, fmt.Errorf("%d bytes are no checkpoint", len(msg))
	}
	var known note.Verifiers = note.VerifierList()
	if v != nil {
		known = note.VerifierList(v.v)
	}
	n, err := note.Open(msg, known)
	var unsigned *note.UnverifiedNoteError
	switch {
	case v == nil && errors.As(err, &unsigned):
		n = unsigned.Note
	case errors.As(err, &unsigned):
		return c, fmt.Errorf("signature: %s did not sign it; it is signed by %s", v.v.Name(), signers(unsigned.Note))
	case err != nil:
		return c, fmt.Errorf("signature: it does not belong to the checkpoint, or the checkpoint is malformed: %w", err)
	}
	lines := strings.SplitN(n.Text, "\n", 4)
	if len(lines) < 4 {
		return c, errors.New("a checkpoint is three lines: the log's name, its size and its hash")
	}
	if err := CheckOrigin(lines[0]); err != nil {
		return c, fmt.Errorf("line 1: %w", err)
	}
	size, err := strconv.ParseUint(lines[1], 10, 63)
	if err != nil || strconv.FormatUint(size, 10) != lines[1] || size > maxSize {
		return c, fmt.Errorf("line 2: %.40q is no size of a log", lines[1])
	}
	hash, err := tlog.ParseHash(lines[2])
	if err != nil || hash.String() != lines[2] {
		return c, fmt.Errorf("line 3: %.80q is no hash in base64", lines[2])
	}
	c = Checkpoint{Origin: lines[0], Root: Root{size, hash}, Verified: v != nil}
	if size == 0 && c.Root != Empty() {
		return c, errors.New("line 3: it is not the hash of an empty log")
	}
	if v != nil && v.Origin() != c.Origin {
		return c, fmt.Errorf("line 1: it is of the log %s, and the key of %s", c.Origin, v.Origin())
	}
	return c, nil
}

func signers(n *note.Note) string {
	var names []string
	for _, s := range n.UnverifiedSigs {
		names = append(names, fmt.Sprintf("%s+%08x", s.Name, s.Hash))
	}
	return strings.Join(names, ", ")
}

// IsCheckpoint reports whether a file looks like a checkpoint and nothing else.
func IsCheckpoint(b []byte) bool {
	return len(b) <= maxCheckpoint && bytes.Contains(b, []byte("\n\n\u2014 ")) && bytes.Count(b, []byte("\n")) < 100
}
