package token

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/schema"
)

// format is the version of the file. A newer one is refused.
const format = 1

const (
	fileName  = "tokens.json"
	draftName = "tokens.json.new"
	lockName  = "tokens.lock"
)

// maxFile is more than a file of tokens ever has; what is larger is no such file.
const maxFile = 16 << 20

// Files returns the names of the files of this package in a record's directory.
func Files() []string { return []string{fileName, draftName, lockName} }

// entry is a token in the file.
type entry struct {
	ID      string    `json:"id"`
	Agent   string    `json:"agent"`
	Role    string    `json:"role"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"`
	Revoked time.Time `json:"revoked,omitzero"`
	SHA256  string    `json:"sha256"`
}

// List returns the tokens of a directory in the order in which they were made;
// none where there is no file.
func List(dir string) ([]Token, error) {
	b, err := read(dir)
	if err != nil {
		return nil, err
	}
	return parse(dir, b)
}

// read returns the file's content, nil where there is none.
func read(dir string) ([]byte, error) {
	name := filepath.Join(dir, fileName)
	fi, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, denied(dir, err)
	}
	if !fi.Mode().IsRegular() { // a pipe would never end
		return nil, damaged(dir, errors.New("it is no file"))
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, denied(dir, err)
	}
	defer f.Close()
	if fi, err = f.Stat(); err != nil {
		return nil, err
	}
	if othersMay(fi) {
		return nil, &graph.Error{
			Kind: graph.Permission, Op: "tokens", Subject: name,
			Err:  fmt.Errorf("others on this machine may read or write it: its mode is %04o", fi.Mode().Perm()),
			Hint: "chmod 600 it, and if they should not have seen it, revoke what it holds",
		}
	}
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, damaged(dir, fmt.Errorf("it is larger than %d bytes", maxFile))
	}
	return append([]byte{}, b...), nil // an empty file is not nil: it is damaged
}

// denied gives an error of the file system the way out.
func denied(dir string, err error) error {
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return &graph.Error{Kind: graph.Permission, Op: "tokens", Err: err, Hint: "run onrecord as the owner of " + dir}
}

func damaged(dir string, err error) error {
	return &graph.Error{
		Kind: graph.Corrupt, Op: "tokens", Subject: filepath.Join(dir, fileName), Err: err,
		Hint: "mend it or put back a copy; without the file every token is void and must be made anew",
	}
}

// parse reads the content of a file, all of it or nothing.
func parse(dir string, b []byte) ([]Token, error) {
	if b == nil {
		return nil, nil
	}
	var version struct{ Format int }
	if err := json.Unmarshal(b, &version); err != nil {
		return nil, damaged(dir, located(b, err))
	}
	if version.Format > format {
		return nil, &graph.Error{
			Kind: graph.Unavailable, Op: "tokens", Subject: filepath.Join(dir, fileName),
			Err:  fmt.Errorf("its format is %d, this program knows up to %d", version.Format, format),
			Hint: "use the newer onrecord that wrote it",
		}
	}
	if version.Format < 1 {
		return nil, damaged(dir, errors.New("it names no format"))
	}
	var file struct {
		Format int               `json:"format"`
		Tokens []json.RawMessage `json:"tokens"`
	}
	if err := strictly(b, &file); err != nil {
		return nil, damaged(dir, located(b, err))
	}
	if file.Tokens == nil {
		return nil, damaged(dir, errors.New("it has no list of tokens"))
	}
	tokens, seen := make([]Token, len(file.Tokens)), make(map[string]int)
	for i, raw := range file.Tokens {
		t, err := parseEntry(raw)
		if first := seen[t.ID]; err == nil && first > 0 {
			err = fmt.Errorf("the id is that of entry %d", first)
		}
		if err != nil {
			return nil, damaged(dir, fmt.Errorf("entry %d, %q: %w", i+1, t.ID, err))
		}
		tokens[i], seen[t.ID] = t, i+1
	}
	return tokens, nil
}

// parseEntry reads one token. With an error it returns what of it was read.
func parseEntry(raw json.RawMessage) (Token, error) {
	var e entry
	err := strictly(raw, &e)
	t := Token{ID: e.ID, Agent: e.Agent, Created: e.Created, Expires: e.Expires, Revoked: e.Revoked}
	if err != nil {
		return t, err
	}
	if len(e.ID) != idLength || strings.Trim(e.ID, idLetters) != "" {
		return t, errors.New("the id is not of eight letters and digits")
	}
	if err := CheckAgent(e.Agent); err != nil {
		return t, err
	}
	if t.Role, err = schema.ParseRole(e.Role); err != nil {
		return t, err
	}
	if e.Created.IsZero() {
		return t, errors.New("created: missing")
	}
	if n, err := hex.Decode(t.hash[:], []byte(e.SHA256[:min(len(e.SHA256), 64)])); err != nil || n != 32 || len(e.SHA256) != 64 {
		return t, errors.New("sha256: not 64 hexadecimal digits")
	}
	return t, nil
}

// strictly refuses what it does not know: a misspelt "expires" must not make a
// token that never does.
func strictly(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// located says in which line the JSON goes wrong.
func located(b []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := int64(-1)
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	}
	if at < 0 {
		return err
	}
	line := 1 + bytes.Count(b[:min(at, int64(len(b)))], []byte("\n"))
	return fmt.Errorf("line %d: %w", line, err)
}

// write replaces the file, or leaves the old one.
func write(dir string, tokens []Token) (err error) {
	file := struct {
		Format int     `json:"format"`
		Tokens []entry `json:"tokens"`
	}{format, make([]entry, len(tokens))}
	for i, t := range tokens {
		file.Tokens[i] = entry{t.ID, t.Agent, t.Role.String(), t.Created, t.Expires, t.Revoked, hex.EncodeToString(t.hash[:])}
	}
	b, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	draft := filepath.Join(dir, draftName)
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a process that was killed
		return denied(dir, err)
	}
	f, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return denied(dir, err)
	}
	_, err = f.Write(append(b, '\n'))
	err = errors.Join(err, giveTo(f, dir), f.Sync())
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(draft, filepath.Join(dir, fileName))
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft))
	}
	return syncDir(dir)
}

// syncDir makes the names in dir durable. Not every system can: then there is
// nothing to do about it.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
