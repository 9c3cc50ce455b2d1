package token_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/server/token"
)

var (
	ctx   = context.Background()
	today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
)

func make1(t *testing.T, dir string, g token.Grant) (token.Token, string) {
	t.Helper()
	made, secret, err := token.Create(ctx, dir, g, today)
	if err != nil {
		t.Fatal(err)
	}
	return made, secret
}

// A token is made, listed without its secret, and revoked.
func TestLife(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if all, err := token.List(dir); len(all) > 0 || err != nil {
		t.Fatalf("before the first: got %v, %v", all, err)
	}
	jane, secret := make1(t, dir, token.Grant{Agent: "Jane Doe", Role: schema.Editor})
	bot, _ := make1(t, dir, token.Grant{Agent: "importer", Role: schema.Contributor, Expires: today.Add(48 * time.Hour)})
	for range 2 { // the second time changes nothing
		if got, err := token.Revoke(ctx, dir, jane.ID, today.Add(time.Hour)); err != nil || !got.Revoked.Equal(today.Add(time.Hour)) {
			t.Fatalf("revoke: got %+v, %v", got, err)
		}
	}
	all, err := token.List(dir)
	if err != nil || len(all) != 2 || all[0].ID != jane.ID || all[1] != bot {
		t.Fatalf("got %+v, %v", all, err)
	}
	for _, c := range []struct {
		token token.Token
		after time.Duration
		want  token.State
	}{
		{jane, 0, token.Active},
		{all[0], 0, token.Revoked},
		{bot, 48*time.Hour - 1, token.Active},
		{bot, 48 * time.Hour, token.Expired},
	} {
		if got := c.token.State(today.Add(c.after)); got != c.want {
			t.Errorf("%s after %s: got %s, want %s", c.token.Agent, c.after, got, c.want)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "tokens.json"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), secret[len(secret)-20:]) {
		t.Error("the file holds the secret")
	}
	if _, err := token.Revoke(ctx, dir, "nobodyis", today); graph.KindOf(err) != graph.NotFound {
		t.Errorf("revoking what is not there: got error %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		fi, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && fi.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, want 0600", e.Name(), fi.Mode())
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		grant token.Grant
		want  string
	}{
		{"no name", token.Grant{Role: schema.Editor}, "name is empty"},
		{"bytes", token.Grant{Agent: "a\xff", Role: schema.Editor}, "not UTF-8"},
		{"a long name", token.Grant{Agent: strings.Repeat("a", 201), Role: schema.Editor}, "201 bytes, at most 200"},
		{"a space before", token.Grant{Agent: " a", Role: schema.Editor}, "begins or ends with a space"},
		{"two lines", token.Grant{Agent: "a\nb", Role: schema.Editor}, "U+000A"},
		{"writing turned round", token.Grant{Agent: "a\u202eb", Role: schema.Editor}, "U+202E"},
		{"no role", token.Grant{Agent: "a"}, "is no role"},
		{"no such role", token.Grant{Agent: "a", Role: 9}, "is no role"},
		{"expired", token.Grant{Agent: "a", Role: schema.Reader, Expires: today}, "would have expired"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			_, secret, err := token.Create(ctx, dir, c.grant, today)
			if graph.KindOf(err) != graph.Invalid || !strings.Contains(err.Error(), c.want) || secret != "" {
				t.Errorf("got %q, error %v, want one that says %q", secret, err, c.want)
			}
			if entries, _ := os.ReadDir(dir); len(entries) > 0 {
				t.Errorf("it left %v", entries)
			}
		})
	}
	for _, name := range []string{"Zoë", "محمد\u200cرضا", "李 明", "bot/3.1"} {
		if err := token.CheckAgent(name); err != nil {
			t.Errorf("%q: got error %v", name, err)
		}
	}
}

// Many at once lose nothing.
func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const writers, each = 8, 5
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				made, _, err := token.Create(ctx, dir, token.Grant{Agent: fmt.Sprintf("%d/%d", w, i), Role: schema.Reader}, today)
				if err == nil && i == 0 {
					_, err = token.Revoke(ctx, dir, made.ID, today)
				}
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
				if _, err := token.List(dir); err != nil { // takes no lock
					t.Errorf("list: %v", err)
				}
			}
		})
	}
	wg.Wait()
	all, err := token.List(dir)
	revoked := 0
	for _, one := range all {
		if one.State(today) == token.Revoked {
			revoked++
		}
	}
	if err != nil || len(all) != writers*each || revoked != writers {
		t.Errorf("got %d tokens with %d revoked, %v, want %d and %d", len(all), revoked, err, writers*each, writers)
	}
}

const good = `{"id": "7h2k9q4c", "agent": "Jane Doe", "role": "editor", "created": "2026-11-23T09:00:00Z", "sha256": "` +
	`0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}`

// A file that cannot be used is an error that says where; it stays as it is, and
// nothing of it is used.
func TestDamaged(t *testing.T) {
	t.Parallel()
	with := func(old, replacement string) string {
		return `{"format": 1, "tokens": [` + good + ", " + strings.Replace(good, old, replacement, 1) + `]}`
	}
	for _, c := range []struct {
		name, text string
		kind       graph.Kind
		want       string
	}{
		{"empty", "", graph.Corrupt, "line 1"},
		{"cut off", "{\"format\": 1,\n\"tokens\": [\n", graph.Corrupt, "line 3"},
		{"no JSON", "{\n\"format\": 1,\n,}", graph.Corrupt, "line 3"},
		{"a wrong type", "{\n\"format\": 1,\n\"tokens\": 7}", graph.Corrupt, "line 3"},
		{"two values", `{"format": 1, "tokens": []} {}`, graph.Corrupt, "line 1"},
		{"no format", `{"tokens": []}`, graph.Corrupt, "no format"},
		{"no list", `{"format": 1}`, graph.Corrupt, "no list"},
		{"a newer format", `{"format": 2, "keys": {}}`, graph.Unavailable, "its format is 2"},
		{"an unknown member", `{"format": 1, "tokens": [], "keys": {}}`, graph.Corrupt, `"keys"`},
		{"an unknown member of a token", with(`"role"`, `"expries": "2026-11-24T00:00:00Z", "role"`), graph.Corrupt, `entry 2, "7h2k9q4c": json: unknown field "expries"`},
		{"no token", `{"format": 1, "tokens": [null]}`, graph.Corrupt, "entry 1"},
		{"the same id", with("Jane", "John"), graph.Corrupt, "that of entry 1"},
		{"a wrong id", with("7h2k9q4c", "7H2K9Q4C"), graph.Corrupt, "entry 2"},
		{"a wrong role", with("editor", "owner"), graph.Corrupt, `entry 2, "7h2k9q4c": "owner" is no role`},
		{"no agent", with("Jane Doe", ""), graph.Corrupt, "name is empty"},
		{"no time", with("2026-11-23T09:00:00Z", "yesterday"), graph.Corrupt, "entry 2"},
		{"a short hash", with("0123456789abcdef", ""), graph.Corrupt, "64 hexadecimal digits"},
		{"a long hash", with("0123456789abcdef", "0123456789abcdef0123456789abcdef"), graph.Corrupt, "64 hexadecimal digits"},
		{"no hash", with("0123456789abcdef", "zz23456789abcdef"), graph.Corrupt, "64 hexadecimal digits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			name := filepath.Join(dir, "tokens.json")
			if err := os.WriteFile(name, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			check := func(what string, err error) {
				t.Helper()
				if graph.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), name) {
					t.Errorf("%s: got error %v (%v), want %v that says %s", what, err, graph.KindOf(err), c.kind, c.want)
				}
			}
			_, err := token.List(dir)
			check("List", err)
			_, err = token.Open(dir, token.Options{})
			check("Open", err)
			_, _, err = token.Create(ctx, dir, token.Grant{Agent: "a", Role: schema.Reader}, today)
			check("Create", err)
			_, err = token.Revoke(ctx, dir, "7h2k9q4c", today)
			check("Revoke", err)
			if b, err := os.ReadFile(name); string(b) != c.text {
				t.Errorf("the file is %q, %v", b, err)
			}
		})
	}
}

func TestOthersMayRead(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there a mode says nothing about others")
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o644} {
		dir := t.TempDir()
		make1(t, dir, token.Grant{Agent: "a", Role: schema.Reader})
		if err := os.Chmod(filepath.Join(dir, "tokens.json"), mode); err != nil {
			t.Fatal(err)
		}
		_, err := token.Open(dir, token.Options{})
		if graph.KindOf(err) != graph.Permission || !strings.Contains(err.Error(), fmt.Sprintf("%04o", mode)) || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("%04o: got error %v", mode, err)
		}
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "tokens.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := token.List(dir); graph.KindOf(err) != graph.Corrupt {
		t.Errorf("a directory: got error %v", err)
	}
}

// Who waits for the lock is told, and may stop waiting.
func TestLockHeld(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	release := token.HoldLock(t, dir)
	defer release()
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, _, err := token.Create(short, dir, token.Grant{Agent: "a", Role: schema.Reader}, today)
	if graph.KindOf(err) != graph.Unavailable || !strings.Contains(err.Error(), "tokens.lock") {
		t.Errorf("got error %v", err)
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := token.Revoke(stopped, dir, "7h2k9q4c", today); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: got error %v", err)
	}
	if _, err := token.List(dir); err != nil {
		t.Errorf("reading waits for nobody: got error %v", err)
	}
}

var quiet = slog.New(slog.DiscardHandler)
