package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/kv/badgerkv"
	"github.com/onrecord/onrecord/graph/tree"
)

func (a *app) checkpoint() *cobra.Command {
	var signs signFlags
	var public bool
	var from string
	c := &cobra.Command{
		Use:   "checkpoint",
		Short: "Sign the state of the log",
		Long: `Print a checkpoint: how many revisions the log has, and one hash over all of them,
signed. Who keeps it can tell later that nothing of what was there was changed or
taken away, and citations and exports are checked against it (onrecord verify).

With --from, an earlier checkpoint or its number of revisions, print in place of it
a proof that the log goes on from there, which onrecord verify checks without the
record. With --public print the key by which signatures are checked.

The key to sign with is ` + keyFile + ` in the record's directory, unless --key names
another; it is made when it is needed first. Nobody else may read it: who has it can
sign a log that never was. Its name is that of the log: --log-name, as in
record.example.org/log, gives it when it is made, and it is never changed.`,
		Example: `  onrecord checkpoint --data ./record > 2026-11-23.checkpoint
  onrecord checkpoint --public --data ./record
  onrecord checkpoint --from 2026-11-23.checkpoint --data ./record > since.json
  onrecord verify since.json --key record.example.org/log+2f0c6d4b+AS1Bb3…`,
		Args:              noWords,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if public && from != "" {
				return usagef("give --public or --from, not both")
			}
			return a.withSigner(cmd.Context(), &signs, func(v *graph.View, s *tree.Signer) error {
				root, err := v.Root(cmd.Context())
				if err != nil {
					return err
				}
				signed, err := s.Sign(root)
				switch {
				case err != nil:
					return err
				case from != "":
					c, err := continued(cmd.Context(), v, from, signed)
					if err != nil {
						return err
					}
					_, err = a.out.Write(c.Encode())
					return err
				case a.json:
					return a.out.json(struct {
						Origin     string `json:"origin"`
						Size       uint64 `json:"size"`
						Root       string `json:"root"`
						Key        string `json:"key"`
						Checkpoint string `json:"checkpoint"`
					}{s.Origin(), root.Size, root.Hash.String(), s.Public(), signed})
				case public:
					a.out.printf("%s\n", s.Public())
				default:
					a.out.printf("%s", signed)
				}
				return nil
			})
		},
	}
	c.Flags().BoolVar(&public, "public", false, "print the key to check signatures with")
	c.Flags().StringVar(&from, "from", "", "prove that the log goes on from a checkpoint: its `file`, or its number of revisions")
	signs.add(c)
	return c
}

// continued proves that the log of a view goes on from an earlier checkpoint.
func continued(ctx context.Context, v *graph.View, from, signed string) (*tree.Continuation, error) {
	c := &tree.Continuation{Form: 1, Checkpoint: signed}
	size, err := strconv.ParseUint(from, 10, 63)
	if err != nil {
		earlier, err := readCheckpoint(from, nil)
		if err != nil {
			return nil, err
		}
		size, c.Earlier = earlier.Size, earlier.Root
	}
	if c.Proof, err = v.Consistent(ctx, size); err != nil {
		return nil, err
	}
	old, err := earlierRoot(ctx, v, size)
	if err != nil {
		return nil, err
	}
	if c.Earlier != (tree.Root{}) && c.Earlier != old {
		return nil, &graph.Error{Kind: graph.Conflict, Op: "checkpoint", Subject: from, Err: fmt.Errorf("after %d revisions this log had the hash %s, not %s", size, old.Hash, c.Earlier.Hash), Hint: "it was written anew since, or the checkpoint is of another log"}
	}
	c.Earlier = old
	return c, nil
}

// earlierRoot is the root after so many revisions.
func earlierRoot(ctx context.Context, v *graph.View, size uint64) (tree.Root, error) {
	if size == 0 {
		return tree.Empty(), nil
	}
	old, err := v.AsOf(ctx, graph.At{Seq: size})
	if err != nil {
		return tree.Root{}, err
	}
	return old.Root(ctx)
}

// readSmall reads a file that is never large.
func readSmall(name string) ([]byte, error) {
	const most = 4 << 20
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && len(b) > most {
		err = graph.Invalidf("%s: more than %d bytes, which no such file has", name, most)
	}
	return b, err
}

func readCheckpoint(name string, v *tree.Verifier) (tree.Checkpoint, error) {
	b, err := readSmall(name)
	if err != nil {
		return tree.Checkpoint{}, err
	}
	c, err := tree.ParseCheckpoint(b, v)
	if err != nil {
		return c, graph.Invalidf("%s: %w", name, err)
	}
	return c, nil
}

// keyFile is the name of the key to sign with, in the record's directory.
const keyFile = "checkpoint.key"

// signFlags say with which key checkpoints are signed.
type signFlags struct{ file, name string }

func (f *signFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.file, "key", "", "sign checkpoints with the key in a `file`, not with the record's own")
	c.Flags().StringVar(&f.name, "log-name", "", "`name` of the log, for the key that is made where there is none yet")
}

// withSigner opens the record for reading, with its key; where that is still to
// be made, for writing.
func (a *app) withSigner(ctx context.Context, f *signFlags, do func(*graph.View, *tree.Signer) error) error {
	want := reading
	if f.file == "" && somethingIn(a.data) {
		if _, err := os.Stat(filepath.Join(a.data, keyFile)); errors.Is(err, fs.ErrNotExist) {
			want = making
		}
	}
	return a.withOptions(ctx, want, badgerkv.Options{}, func(rec *graph.Record) error {
		s, err := a.signerFor(f)
		if err != nil {
			return err
		}
		v, err := rec.View(ctx)
		if err != nil {
			return err
		}
		defer v.Close()
		return do(v, s)
	})
}

// signerFor reads the key to sign with. The record's own is made where it is not
// there yet; the record must be open for writing then.
func (a *app) signerFor(f *signFlags) (*tree.Signer, error) {
	name := f.file
	if name == "" {
		name = filepath.Join(a.data, keyFile)
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			if err := makeKey(name, f.name); err != nil {
				return nil, err
			}
		}
	}
	s, err := readKey(name)
	if err == nil && f.name != "" && s.Origin() != f.name {
		err = usagef("--log-name %s: the key is that of %s, and a log keeps its name", f.name, s.Origin())
	}
	return s, err
}

func readKey(name string) (*tree.Signer, error) {
	fi, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if fi.Mode().IsRegular() && fi.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, &graph.Error{
			Kind: graph.Permission, Op: "key", Subject: name, Err: fmt.Errorf("others than its owner may read or write it (%v)", fi.Mode().Perm()),
			Hint: "chmod 600 " + shellWord(name) + "; where somebody may have read it, make another",
		}
	}
	b, err := readSmall(name)
	if err != nil {
		return nil, err
	}
	s, err := tree.ParseSigner(string(b))
	if err != nil {
		return nil, graph.Invalidf("%s: %w", name, err)
	}
	return s, nil
}

// makeKey makes a key that only its owner may read. Where two make it at once, the
// first stays.
func makeKey(name, origin string) (err error) {
	if origin == "" {
		var b [8]byte
		if _, err := rand.Read(b[:]); err != nil {
			return err
		}
		origin = "onrecord/" + hex.EncodeToString(b[:])
	}
	private, _, err := tree.NewKey(origin)
	if err != nil {
		return usagef("--log-name: %w", err)
	}
	t, err := os.CreateTemp(filepath.Dir(name), "."+keyFile+".*") // of mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(t.Name())) }()
	_, err = t.WriteString(private + "\n")
	if err := errors.Join(err, t.Sync(), t.Close()); err != nil {
		return err
	}
	if err := os.Link(t.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
