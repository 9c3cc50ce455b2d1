package badgerkv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/graph/kv"
)

// Format is the version of what this package keeps in a directory. A store of
// a newer one is refused.
const Format = 1

// What lies in a store's directory. lockName is used on Windows only.
const (
	markerName  = "ONRECORD"
	draftName   = "ONRECORD.new"
	dataName    = "badger"
	ballastName = "BALLAST"
	lockName    = "LOCK"
)

const markerTitle = "onrecord store"

var marker = fmt.Sprintf(`%s
format %d
engine badger

This directory is a record kept by onrecord. Leave what is in it alone, and copy
it only while no process has it open.

  ONRECORD  this file: what the directory is, and the version of its format
  HEAD      how many groups of writes there were, and a hash over all of them
  BALLAST   nothing: space to start with when the disk is full
  badger/   the pairs, kept by Badger
`, markerTitle, Format)

type found int

const (
	nothing found = iota // no files, or none that count
	draft                // a creation that did not come to its end
	ours
)

// claim locks the directory and finds out what it is; fresh means that a store
// is still to be made of it. It writes nothing but a missing directory.
func (s *Store) claim() (fresh bool, err error) {
	fi, err := os.Stat(s.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.opts.ReadOnly:
		return false, fmt.Errorf("%w: %w", kv.ErrNotAStore, err)
	case errors.Is(err, fs.ErrNotExist):
		if err := makeDir(s.dir); err != nil {
			return false, err
		}
	case err != nil:
		return false, err
	case !fi.IsDir():
		return false, fmt.Errorf("it is a file: %w", kv.ErrNotAStore)
	}
	if err := s.take(s.dir); err != nil {
		return false, err
	}
	what, err := recognise(s.dir, s.opts.Beside)
	if err != nil {
		return false, err
	}
	if s.opts.ReadOnly {
		if what != ours {
			return false, fmt.Errorf("it is empty: %w", kv.ErrNotAStore)
		}
		return false, nil
	}
	if err := writable(s.dir); err != nil {
		return false, fmt.Errorf("%w (for reading only it may open)", err)
	}
	return what != ours, nil
}

// take locks a directory until release.
func (s *Store) take(dir string) error {
	l, err := lockDir(dir, s.opts.ReadOnly)
	switch {
	case errors.Is(err, errLocked):
		return kv.ErrInUse
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is gone: %w", filepath.Base(dir), kv.ErrCorrupt)
	case err != nil:
		return err
	}
	s.locks = append(s.locks, l)
	return nil
}

// Exists reports whether a directory holds a store, without opening it, so also
// while it is open. That it holds something else, or a store of a newer format,
// is an error; beside is as in [Options].
func Exists(dir string, beside []string) (bool, error) {
	fi, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !fi.IsDir():
		return false, fmt.Errorf("store %q: it is a file: %w", dir, kv.ErrNotAStore)
	}
	what, err := recognise(dir, beside)
	if err != nil {
		return false, fmt.Errorf("store %q: %w", dir, err)
	}
	return what == ours, nil
}

// recognise says what a directory holds.
func recognise(dir string, beside []string) (found, error) {
	text, err := os.ReadFile(filepath.Join(dir, markerName))
	if err == nil {
		return ours, checkMarker(string(text))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nothing, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nothing, err
	}
	what, stranger := nothing, ""
	for _, e := range entries {
		switch name := e.Name(); {
		case name == draftName:
			what = draft
		case name == "lost+found", name == lockName, slices.Contains(beside, name): // a mounted disk; Windows
		case !slices.Contains([]string{headName, ballastName, dataName, asideName}, name):
			return nothing, fmt.Errorf("it has %q and no file %s: %w", name, markerName, kv.ErrNotAStore)
		default:
			stranger = name
		}
	}
	if what == nothing && stranger != "" {
		return nothing, fmt.Errorf("it has %q and no file %s: %w", stranger, markerName, kv.ErrNotAStore)
	}
	return what, nil
}

func checkMarker(text string) error {
	title, rest, _ := strings.Cut(text, "\n")
	line, _, _ := strings.Cut(rest, "\n")
	number, ok := strings.CutPrefix(strings.TrimSpace(line), "format ")
	format, err := strconv.Atoi(number)
	switch {
	case strings.TrimSpace(title) != markerTitle || !ok || err != nil || format < 1:
		return fmt.Errorf("its file %s is not one of onrecord: %w", markerName, kv.ErrNotAStore)
	case format > Format:
		return fmt.Errorf("its format is %d, this program knows up to %d: %w", format, Format, kv.ErrNewerFormat)
	}
	return nil
}

// prepare begins a store in an empty directory, or begins again. The draft of
// the marker is there before and after everything else: a directory that has
// it, and no marker, never held a pair.
func prepare(dir string, o Options) error {
	if err := makeRoom(dir, max(o.MinFreeBytes, openNeeds)); err != nil {
		return err
	}
	if err := writeSynced(filepath.Join(dir, draftName), []byte(marker)); err != nil {
		return err
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	for _, name := range []string{headName, ballastName, dataName, asideName} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	if err := createHeadFile(dir, head{}); err != nil {
		return err
	}
	return os.Mkdir(filepath.Join(dir, dataName), 0o700)
}

// publish ends a creation: from here on the directory is a store.
func publish(dir string) error {
	if err := syncDir(dir); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(dir, draftName), filepath.Join(dir, markerName)); err != nil {
		return err
	}
	return syncDir(dir)
}

// makeDir makes dir and what is missing above it, each durably. A record may
// hold what nobody else should read: only its owner may enter.
func makeDir(dir string) error {
	parent := filepath.Dir(dir)
	if _, err := os.Stat(parent); errors.Is(err, fs.ErrNotExist) {
		if err := makeDir(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(parent)
}

func writeSynced(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
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
