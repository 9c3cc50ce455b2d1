package token_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/server/token"
)

// clock is a clock that a test turns.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func guard(t *testing.T, dir string, log *slog.Logger) (*token.Guard, *clock) {
	t.Helper()
	c := &clock{now: today}
	g, err := token.Open(dir, token.Options{Log: log, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	return g, c
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, jane := make1(t, dir, token.Grant{Agent: "Jane Doe", Role: schema.Editor})
	short, brief := make1(t, dir, token.Grant{Agent: "brief", Role: schema.Reader, Expires: today.Add(time.Minute)})
	void, lost := make1(t, dir, token.Grant{Agent: "lost", Role: schema.Admin})
	if _, err := token.Revoke(ctx, dir, void.ID, today); err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	_, foreign := make1(t, elsewhere, token.Grant{Agent: "other", Role: schema.Admin})
	g, c := guard(t, dir, quiet)
	if got := g.Usable(); got != 2 {
		t.Errorf("got %d usable tokens, want 2", got)
	}
	if got, err := g.Authenticate(brief); err != nil || got != (schema.Caller{Agent: "brief", Role: schema.Reader}) {
		t.Errorf("before it expires: got %+v, %v", got, err)
	}
	c.pass(time.Minute)
	if got, err := g.Authenticate(jane); err != nil || got != (schema.Caller{Agent: "Jane Doe", Role: schema.Editor}) {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, x := range []struct{ name, secret, want string }{
		{"nothing", "", "no token of onrecord"},
		{"something else", "ghp_abc", "no token of onrecord"},
		{"cut off", jane[:len(jane)-1], "cut off or mistyped"},
		{"of another record", foreign, "there is no such token"},
		{"the id of one with the key of another", token.Forge(short.ID), "there is no such token"},
		{"the id of a revoked one", token.Forge(void.ID), "there is no such token"},
		{"expired", brief, "the token " + short.ID + " expired on 2026-11-23 09:01:00 UTC"},
		{"revoked", lost, "the token " + void.ID + " was revoked on 2026-11-23 09:00:00 UTC"},
	} {
		got, err := g.Authenticate(x.secret)
		if err == nil || got != (schema.Caller{}) || !strings.Contains(err.Error(), x.want) || strings.ContainsAny(err.Error(), `"\`) {
			t.Errorf("%s: got %+v, %v, want %s", x.name, got, err, x.want)
		}
	}
}

// What is made and revoked while a server runs holds from the next request on.
func TestHotReload(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "tokens.json")
	g, c := guard(t, dir, quiet)
	made, secret := make1(t, dir, token.Grant{Agent: "a", Role: schema.Reader})
	works := func(want bool, when string) {
		t.Helper()
		if _, err := g.Authenticate(secret); (err == nil) != want {
			t.Errorf("%s: got error %v", when, err)
		}
	}
	works(true, "after it was made")
	if _, err := token.Revoke(ctx, dir, made.ID, c.Now()); err != nil {
		t.Fatal(err)
	}
	works(false, "after it was revoked")

	_, secret = make1(t, dir, token.Grant{Agent: "b", Role: schema.Reader})
	works(true, "after another was made")
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	works(false, "after the file was removed")
}

// A file that looks as it did is read again after a second, also when the clock
// is set back; one that was written a moment ago at once, since the file system
// may give the next one the same time.
func TestLooksTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "tokens.json")
	_, secret := make1(t, dir, token.Grant{Agent: "anne", Role: schema.Reader})
	file := func(agent string, at time.Time) {
		t.Helper()
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b = regexp.MustCompile(`"agent": "[a-z]*"`).ReplaceAll(b, []byte(`"agent": "`+agent+`"`))
		if err := errors.Join(os.WriteFile(name, b, 0o600), os.Chtimes(name, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	old, fresh := time.Now().Add(-time.Hour), time.Now()
	file("anne", old)
	g, c := guard(t, dir, quiet)
	is := func(want, when string) {
		t.Helper()
		if got, err := g.Authenticate(secret); err != nil || got.Agent != want {
			t.Errorf("%s: got %q, %v, want %q", when, got.Agent, err, want)
		}
	}
	file("bert", old)
	is("anne", "within the second")
	c.pass(time.Second)
	is("bert", "after a second")
	file("carl", old)
	c.pass(-time.Hour)
	is("carl", "after the clock was set back")
	file("dora", fresh)
	is("dora", "at another time")
	file("emma", fresh)
	is("emma", "at the same time, which is not long ago")
}

// A file that is damaged while a server runs changes nothing, and is logged once.
func TestDamagedWhileRunning(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, secret := make1(t, dir, token.Grant{Agent: "a", Role: schema.Reader})
	var log bytes.Buffer
	g, _ := guard(t, dir, slog.New(slog.NewTextHandler(&log, nil)))
	name := filepath.Join(dir, "tokens.json")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range [][]byte{whole[:len(whole)/2], whole} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := g.Authenticate(secret); err != nil {
				t.Errorf("got error %v", err)
			}
		}
	}
	said := log.String()
	if strings.Count(said, "those of before hold") != 1 || strings.Count(said, "can be read again") != 1 || !strings.Contains(said, name) || strings.Contains(said, secret) {
		t.Errorf("logged:\n%s", said)
	}
}

func TestGuardConcurrently(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, secret := make1(t, dir, token.Grant{Agent: "a", Role: schema.Reader})
	g, c := guard(t, dir, quiet)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				c.pass(100 * time.Millisecond)
				if _, err := g.Authenticate(secret); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		make1(t, dir, token.Grant{Agent: "b", Role: schema.Reader})
	}
	wg.Wait()
}

func BenchmarkAuthenticate(b *testing.B) {
	dir := b.TempDir()
	_, secret, err := token.Create(ctx, dir, token.Grant{Agent: "a", Role: schema.Reader}, today)
	if err != nil {
		b.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "tokens.json"), old, old); err != nil {
		b.Fatal(err)
	}
	g, err := token.Open(dir, token.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := g.Authenticate(secret); err != nil {
			b.Fatal(err)
		}
	}
}
