package token

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/schema"
)

// Grant is what a token is to be.
type Grant struct {
	Agent   string
	Role    schema.Role
	Expires time.Time // zero for never
}

// Create makes a token in a directory, which must exist, and returns it with its
// secret, which nobody can be told again.
func Create(ctx context.Context, dir string, g Grant, now time.Time) (t Token, secret string, err error) {
	now = now.UTC().Truncate(time.Second)
	if err := CheckAgent(g.Agent); err != nil {
		return Token{}, "", err
	}
	if _, err := schema.ParseRole(g.Role.String()); err != nil {
		return Token{}, "", err
	}
	if !g.Expires.IsZero() && !g.Expires.After(now) {
		return Token{}, "", graph.Invalidf("the token would have expired on %s", g.Expires.UTC().Format(time.DateTime))
	}
	t = Token{Agent: g.Agent, Role: g.Role, Created: now}
	if !g.Expires.IsZero() {
		t.Expires = g.Expires.UTC().Truncate(time.Second)
	}
	err = change(ctx, dir, func(tokens []Token) ([]Token, error) {
		for t.ID = newID(); find(tokens, t.ID) >= 0; {
			t.ID = newID()
		}
		secret = newSecret(t.ID)
		t.hash = sha256.Sum256([]byte(secret))
		return append(tokens, t), nil
	})
	if err != nil {
		return Token{}, "", err
	}
	return t, secret, nil
}

// Revoke voids a token, for ever, and returns it. One that was revoked before
// stays as it is.
func Revoke(ctx context.Context, dir, id string, now time.Time) (t Token, err error) {
	err = change(ctx, dir, func(tokens []Token) ([]Token, error) {
		i := find(tokens, id)
		if i < 0 {
			return nil, &graph.Error{Kind: graph.NotFound, Op: "revoke", Subject: fmt.Sprintf("%q", id), Err: errors.New("there is no such token"), Hint: "onrecord token list has their ids"}
		}
		if tokens[i].Revoked.IsZero() {
			tokens[i].Revoked = now.UTC().Truncate(time.Second)
		}
		t = tokens[i]
		return tokens, nil
	})
	return t, err
}

func find(tokens []Token, id string) int {
	return slices.IndexFunc(tokens, func(t Token) bool { return t.ID == id })
}

// lockWait is how long a change waits for another.
const lockWait = 5 * time.Second

var errHeld = errors.New("held by another process")

// change puts what f makes of the tokens in their place, while nobody else does.
func change(ctx context.Context, dir string, f func([]Token) ([]Token, error)) error {
	unlock, err := lock(ctx, dir)
	if err != nil {
		return err
	}
	defer unlock()
	tokens, err := List(dir)
	if err != nil {
		return err
	}
	if tokens, err = f(tokens); err != nil {
		return err
	}
	return write(dir, tokens)
}

// lock waits for the lock of the tokens. The lock is on a file of its own: the
// one that it is about is replaced by each change.
func lock(ctx context.Context, dir string) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	for {
		f, err := tryLock(filepath.Join(dir, lockName))
		if err == nil {
			if err := giveTo(f, dir); err != nil {
				release(f)
				return nil, err
			}
			return func() { release(f) }, nil
		}
		if !errors.Is(err, errHeld) {
			return nil, denied(dir, err)
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			if err := ctx.Err(); errors.Is(err, context.Canceled) {
				return nil, err
			}
			return nil, &graph.Error{
				Kind: graph.Unavailable, Op: "tokens", Subject: filepath.Join(dir, lockName),
				Err: fmt.Errorf("%w for %s", errHeld, lockWait), Hint: "another onrecord token has not ended; try again",
			}
		}
	}
}
