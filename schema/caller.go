package schema

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/graph"
)

// Role is what a caller may do. Each role may do what those before it may. The
// zero Role may do nothing.
type Role uint8

// The roles. Their names are stored with tokens and never change.
const (
	NoRole      Role = iota
	Reader           // asks
	Contributor      // proposes: every edge it writes is a CANDIDATE
	Editor           // decides, corrects, retracts
	Admin            // redacts
)

var roleNames = []string{"none", "reader", "contributor", "editor", "admin"}

// Roles lists the names of the roles that a token may have, the least first.
func Roles() []string { return slices.Clone(roleNames[1:]) }

// ParseRole reads the name of a role.
func ParseRole(s string) (Role, error) {
	if i := slices.Index(roleNames[1:], s); i >= 0 {
		return Role(i + 1), nil
	}
	return NoRole, graph.Invalidf("%q is no role; there are %s", s, strings.Join(roleNames[1:], ", "))
}

// String is the role's name.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return fmt.Sprintf("role %d", r)
}

// Caller is who sends a request.
type Caller struct {
	// Agent is the name under which the caller's revisions are recorded. Empty
	// for somebody who gave no token.
	Agent string
	Role  Role
}

type callerKey struct{}

// WithCaller says in a context on whose behalf a request is executed. Without
// it, a request may read and nothing else.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf returns who sends the request that ctx belongs to.
func CallerOf(ctx context.Context) Caller {
	if c, ok := ctx.Value(callerKey{}).(Caller); ok {
		return c
	}
	return Caller{Role: Reader}
}
