package token

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/schema"
)

// Token is what is kept of a token: everything but its secret.
type Token struct {
	ID      string // public; eight letters and digits
	Agent   string // the name in the revisions that it writes
	Role    schema.Role
	Created time.Time // UTC, to the second, as are the other two
	Expires time.Time // zero for never
	Revoked time.Time // zero for not

	hash [32]byte // SHA-256 of the secret
}

// State is what a token is at a time.
type State string

// The states. A token that was revoked stays so, whether it expired or not.
const (
	Active  State = "active"
	Expired State = "expired"
	Revoked State = "revoked"
)

// State returns what the token is at a time.
func (t Token) State(now time.Time) State {
	switch {
	case !t.Revoked.IsZero():
		return Revoked
	case !t.Expires.IsZero() && !now.Before(t.Expires):
		return Expired
	}
	return Active
}

// MaxAgent is how long an agent's name may be, in bytes.
const MaxAgent = 200

// CheckAgent returns an error for what cannot stand as a name in a revision. It
// is stricter than the record is, because this name comes from a command line
// and is printed in lists and logs.
func CheckAgent(name string) error {
	switch {
	case name == "":
		return graph.Invalidf("the name is empty: every revision says who made it")
	case !utf8.ValidString(name):
		return graph.Invalidf("the name %q is not UTF-8", name)
	case len(name) > MaxAgent:
		return graph.Invalidf("the name has %d bytes, at most %d", len(name), MaxAgent)
	case strings.TrimSpace(name) != name:
		return graph.Invalidf("the name %q begins or ends with a space", name)
	}
	for _, r := range name {
		// The two joiners are letters' business in Persian and in many scripts
		// of India; the other invisible marks only make one name look like another.
		if !unicode.IsPrint(r) && r != '\u200c' && r != '\u200d' {
			return graph.Invalidf("the name %q holds %U, which cannot be seen", name, r)
		}
	}
	return nil
}
