package xlsx

import (
	"archive/zip"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
)

// ordered writes a zip whose entries are in the order of their names. The library
// writes them in the order of a map, and the same workbook would be other bytes
// each time. What it writes waits in a file.
type ordered struct {
	to      io.Writer
	comment func() string
	spool   *os.File
	entries []entry
	err     error
}

type entry struct {
	name     string
	from, to int64
}

func newOrdered(to io.Writer, dir string, comment func() string) *ordered {
	z := &ordered{to: to, comment: comment}
	z.spool, z.err = os.CreateTemp(dir, "onrecord-export-*")
	return z
}

// Create begins an entry; the one before has ended.
func (z *ordered) Create(name string) (io.Writer, error) {
	if err := z.end(); err != nil {
		return nil, err
	}
	at, err := z.spool.Seek(0, io.SeekCurrent)
	z.entries = append(z.entries, entry{name: name, from: at})
	return z.spool, err
}

func (z *ordered) end() error {
	if z.err != nil || len(z.entries) == 0 {
		return z.err
	}
	var err error
	z.entries[len(z.entries)-1].to, err = z.spool.Seek(0, io.SeekCurrent)
	return err
}

// AddFS is asked for by the library's interface, and by nothing that is used here.
func (z *ordered) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the entries in their order.
func (z *ordered) Close() (err error) {
	if z.spool == nil {
		return z.err
	}
	defer func() { err = errors.Join(err, z.spool.Close(), os.Remove(z.spool.Name())) }()
	if err := z.end(); err != nil {
		return err
	}
	slices.SortStableFunc(z.entries, func(a, b entry) int { return cmp.Compare(rank(a.name), rank(b.name)) })
	out := zip.NewWriter(z.to)
	for _, e := range z.entries {
		w, err := out.Create(e.name) // without a time
		if err != nil {
			return err
		}
		if _, err := io.Copy(w, io.NewSectionReader(z.spool, e.from, e.to-e.from)); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil { // before the comment takes its room
		return err
	}
	if err := out.SetComment(z.comment()); err != nil {
		return err
	}
	return out.Close()
}

// rank puts the list of content types first, by which some readers know the
// format.
func rank(name string) string {
	if name == "[Content_Types].xml" {
		return ""
	}
	return name
}
