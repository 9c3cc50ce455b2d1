package token

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/onrecord/onrecord/schema"
)

// Options configure a guard. The zero value is ready for use.
type Options struct {
	// Log is told of a file that cannot be used any more. If nil, slog.Default().
	Log *slog.Logger
	// Now is the clock. If nil, time.Now.
	Now func() time.Time
}

// lookEvery is after how long the file is read again although it looks the same:
// who copies one into the place of another may keep its time and size.
const lookEvery = time.Second

// settledAfter is how old a file's time must be for a later change to be sure to
// show: that of FAT, the coarsest, is in steps of two seconds.
const settledAfter = 2 * time.Second

// Guard tells whose a secret is, by the tokens as they are now. It may be used
// by many goroutines at once.
type Guard struct {
	dir  string
	opts Options

	mu     sync.Mutex // guards what is below
	looked time.Time
	file   fs.FileInfo // what it was when it was looked at; nil where there was none
	sure   bool        // a change of it shows in the next one
	seen   []byte      // the file as tokens were made of it
	tokens map[string]Token
	broken string // why the file as it is now cannot be used, or ""
}

// Open returns the guard of a directory, which holds nothing open. Where there
// is no file, it knows no token until there is one.
func Open(dir string, o Options) (*Guard, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	g := &Guard{dir: dir, opts: o}
	g.changed()
	if err := g.load(); err != nil {
		return nil, err
	}
	g.looked = o.Now()
	return g, nil
}

// changed looks whether the file may be another than before. A change replaces
// it, so that it is another file by its number, mostly also by its time.
func (g *Guard) changed() bool {
	fi, err := os.Stat(filepath.Join(g.dir, fileName))
	if err != nil {
		fi = nil // reading it will say why
	}
	was, sure := g.file, g.sure
	// The file system's time, not that of the options, which tests turn.
	g.file, g.sure = fi, fi == nil || time.Since(fi.ModTime()) > settledAfter
	if fi == nil || was == nil {
		return fi != nil || was != nil
	}
	return !sure || !os.SameFile(fi, was) || !fi.ModTime().Equal(was.ModTime()) || fi.Size() != was.Size() || fi.Mode() != was.Mode()
}

// load reads the file; with an error it leaves what was known.
func (g *Guard) load() error {
	b, err := read(g.dir)
	if err != nil {
		return err
	}
	if g.tokens != nil && bytes.Equal(b, g.seen) && (b == nil) == (g.seen == nil) {
		return nil
	}
	tokens, err := parse(g.dir, b)
	if err != nil {
		return err
	}
	g.seen, g.tokens = b, make(map[string]Token, len(tokens))
	for _, t := range tokens {
		g.tokens[t.ID] = t
	}
	return nil
}

// token brings the guard up to date and returns the token of an id.
func (g *Guard) token(id string, now time.Time) (Token, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refresh(now)
	t, ok := g.tokens[id]
	return t, ok
}

// refresh looks at the file on each call, which takes two microseconds, so that
// a token that was revoked is refused from the next request on.
func (g *Guard) refresh(now time.Time) {
	changed, since := g.changed(), now.Sub(g.looked)
	if !changed && since >= 0 && since < lookEvery {
		return
	}
	g.looked = now
	why := ""
	if err := g.load(); err != nil {
		why = err.Error()
	}
	switch {
	case why == g.broken: // said once
	case why != "":
		g.opts.Log.Error("the tokens cannot be read; those of before hold", "err", why)
	default:
		g.opts.Log.Info("the tokens can be read again")
	}
	g.broken = why
}

// Usable returns how many tokens can be used now.
func (g *Guard) Usable() (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.opts.Now()
	g.refresh(now)
	for _, t := range g.tokens {
		if t.State(now) == Active {
			n++
		}
	}
	return n
}

// Authenticate returns on whose behalf a request comes that shows a secret. The
// error says why it is refused, in words for who shows it: without quotes, in
// ASCII, and with nothing of the secret but its id.
func (g *Guard) Authenticate(secret string) (schema.Caller, error) {
	id, err := idOf(secret)
	if err != nil {
		return schema.Caller{}, err
	}
	now := g.opts.Now()
	t, known := g.token(id, now)
	// An id is public, so that finding it may take the time it takes; the rest
	// is compared in constant time, also where there is nothing to compare with.
	hash := sha256.Sum256([]byte(secret))
	if same := subtle.ConstantTimeCompare(hash[:], t.hash[:]) == 1; !same || !known {
		return schema.Caller{}, errors.New("there is no such token")
	}
	switch t.State(now) {
	case Revoked:
		return schema.Caller{}, fmt.Errorf("the token %s was revoked on %s UTC", id, t.Revoked.UTC().Format(time.DateTime))
	case Expired:
		return schema.Caller{}, fmt.Errorf("the token %s expired on %s UTC", id, t.Expires.UTC().Format(time.DateTime))
	}
	return schema.Caller{Agent: t.Agent, Role: t.Role}, nil
}
