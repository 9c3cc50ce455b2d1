package token

import (
	"crypto/rand"
	"errors"
	"hash/crc32"
	"math/big"
	"strings"
)

const (
	prefix    = "onrecord_"
	idLetters = "0123456789abcdefghjkmnpqrstvwxyz" // none that is read as another
	idLength  = 8
	keyLength = 43 // of 256 bits in base 62
	sumLength = 6  // of 32 bits
	base62    = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

var (
	errForm     = errors.New("this is no token of onrecord: one begins with " + prefix)
	errMistyped = errors.New("the token is cut off or mistyped: its checksum does not fit")
)

// newID returns a random id.
func newID() string {
	var b [idLength]byte
	rand.Read(b[:]) // never fails
	for i := range b {
		b[i] = idLetters[b[i]%32]
	}
	return string(b[:])
}

// newSecret returns a secret for an id.
func newSecret(id string) string {
	var key [32]byte
	rand.Read(key[:]) // never fails
	s := prefix + id + "_" + inBase62(new(big.Int).SetBytes(key[:]), keyLength)
	return s + checksum(s)
}

func checksum(s string) string {
	return inBase62(big.NewInt(int64(crc32.ChecksumIEEE([]byte(s)))), sumLength)
}

func inBase62(n *big.Int, length int) string {
	s := n.Text(62)
	return strings.Repeat("0", length-len(s)) + s
}

// ID returns the id in a secret, and what has not its beginning as it is.
func ID(secretOrID string) (string, error) {
	if !strings.HasPrefix(secretOrID, prefix) {
		return secretOrID, nil
	}
	return idOf(secretOrID)
}

// idOf returns the id in a secret that has the right form and checksum.
func idOf(secret string) (string, error) {
	rest, ok := strings.CutPrefix(secret, prefix)
	if !ok {
		return "", errForm
	}
	if len(rest) != idLength+1+keyLength+sumLength || rest[idLength] != '_' ||
		strings.Trim(rest[:idLength], idLetters) != "" || strings.Trim(rest[idLength+1:], base62) != "" {
		return "", errMistyped
	}
	if at := len(secret) - sumLength; checksum(secret[:at]) != secret[at:] {
		return "", errMistyped
	}
	return rest[:idLength], nil
}
