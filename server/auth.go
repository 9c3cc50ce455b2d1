package server

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/onrecord/onrecord/schema"
)

// Tokens tells on whose behalf a request comes that shows a secret.
type Tokens interface {
	// Authenticate returns the caller whom a secret was given to. An error says
	// why it is refused, in words that the client is shown and the log is told:
	// it holds nothing of the secret.
	Authenticate(secret string) (schema.Caller, error)
}

const codeUnauthenticated = "UNAUTHENTICATED"

// admitted lets a request through on behalf of whom its Authorization header
// names. There is no cookie and nothing else that a browser sends by itself: a
// page of another origin cannot borrow what its visitor may do.
func (s *Server) admitted(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// The one says what can be asked, and reads nothing; the other says on
		// whose behalf it comes once it is open.
		if r.Method == http.MethodOptions || upgrades(r) {
			next(w, r)
			return
		}
		// Two headers become one that is malformed, as RFC 9110 joins them.
		c, refused := s.caller(r.Context(), strings.Join(r.Header.Values("Authorization"), ", "))
		if refused != nil {
			w.Header().Set("Cache-Control", "no-store")
			s.refuse(w, cmp.Or(negotiate(r.Header.Values("Accept")), typeJSON), refused)
			return
		}
		next(w, r.WithContext(schema.WithCaller(r.Context(), c)))
	}
}

// caller returns on whose behalf an Authorization header speaks, by RFC 6750;
// without one, anybody may read where reading is open. A header that is wrong is
// refused, never passed over: who shows a token that has expired must not take
// for the record what a stranger sees of it.
func (s *Server) caller(ctx context.Context, authorization string) (schema.Caller, *refusal) {
	if authorization == "" {
		if s.opts.Closed {
			return schema.Caller{}, unauthenticated("reading needs a token here: send Authorization: Bearer TOKEN", "")
		}
		return schema.Caller{Role: schema.Reader}, nil
	}
	scheme, secret, _ := strings.Cut(authorization, " ")
	secret = strings.Trim(secret, " ")
	switch bearer := strings.EqualFold(scheme, "Bearer"); {
	case !bearer && secret != "":
		return schema.Caller{}, unauthenticated("this kind of Authorization is not known here: send Authorization: Bearer TOKEN", "")
	case !bearer || !isToken68(secret):
		// The value is not repeated: it may be a secret that lacks a word.
		refused := unauthenticated("the Authorization header is malformed: send Authorization: Bearer TOKEN", "invalid_request")
		refused.status, refused.code = http.StatusBadRequest, "BAD_REQUEST"
		return schema.Caller{}, refused
	}
	message := "there is no such token"
	if s.opts.Tokens != nil {
		c, err := s.opts.Tokens.Authenticate(secret)
		if err == nil {
			return c, nil
		}
		message = err.Error()
	}
	if !s.failed.note(peerOf(ctx), time.Now()) {
		return schema.Caller{}, &refusal{
			http.StatusTooManyRequests, "RATE_LIMITED", "too many wrong tokens from this address: wait a minute",
			[2]string{"Retry-After", "60"},
		}
	}
	s.opts.Log.WarnContext(ctx, "a token is refused", "id", idOf(ctx), "from", peerOf(ctx).String(), "why", message)
	return schema.Caller{}, unauthenticated(message, "invalid_token")
}

// unauthenticated is a refusal that tells what would be taken. The kind of error
// is one of RFC 6750, or "" where no token was shown.
func unauthenticated(message, kind string) *refusal {
	challenge := `Bearer realm="onrecord"`
	if kind != "" {
		challenge += `, error="` + kind + `", error_description="` + describing(message) + `"`
	}
	return &refusal{http.StatusUnauthorized, codeUnauthenticated, message, [2]string{"WWW-Authenticate", challenge}}
}

// describing leaves of a message what RFC 6750 has in an error_description.
func describing(message string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, message)
}

// isToken68 says whether a text has the form that RFC 9110 gives a secret.
func isToken68(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/"
	s = strings.TrimRight(s, "=")
	return s != "" && strings.Trim(s, letters) == ""
}

type peerKey struct{}

// withPeer notes from which address a request comes.
func withPeer(ctx context.Context, ip netip.Addr) context.Context {
	return context.WithValue(ctx, peerKey{}, ip)
}

// peerOf returns from which address the request of ctx comes.
func peerOf(ctx context.Context) netip.Addr {
	addr, _ := ctx.Value(peerKey{}).(netip.Addr)
	return addr
}

// How many wrong tokens of an address are answered and logged in a minute, and
// for how many addresses that is counted; all further ones are counted as one.
const (
	mostFailed = 10
	mostPeers  = 4096
)

// failures counts wrong tokens. With 256 random bits there is nothing to guess;
// what is bounded is the log, and a client that goes on and on is told to stop. A
// right token is never counted and never refused: else anybody behind the same
// proxy could shut the others out.
type failures struct {
	mu    sync.Mutex // guards what is below
	since time.Time
	of    map[netip.Prefix]int
}

// note counts a wrong token and says whether it is one of the first.
func (f *failures) note(addr netip.Addr, now time.Time) bool {
	bits := 32
	if addr.Is6() {
		bits = 64 // what one customer has
	}
	peer, _ := addr.Prefix(bits) // none for an address that is not known
	f.mu.Lock()
	defer f.mu.Unlock()
	if passed := now.Sub(f.since); f.of == nil || passed < 0 || passed >= time.Minute {
		f.since, f.of = now, make(map[netip.Prefix]int)
	}
	if _, known := f.of[peer]; !known && len(f.of) >= mostPeers {
		peer = netip.Prefix{}
	}
	if f.of[peer] >= mostFailed {
		return false
	}
	f.of[peer]++
	return true
}
