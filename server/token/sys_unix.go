//go:build linux || darwin || freebsd

package token

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// tryLock takes the lock of a file, which it makes where it is not.
func tryLock(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errHeld
	}
	return nil, &fs.PathError{Op: "lock", Path: name, Err: err}
}

// release gives the lock back. Closing alone would leave it with a process that
// was forked a moment ago and has not closed its copy yet.
func release(f *os.File) {
	_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) // of a lock that is held: it cannot fail
	f.Close()
}

// othersMay says whether anybody but its owner may read or write a file.
func othersMay(fi fs.FileInfo) bool { return fi.Mode().Perm()&0o077 != 0 }

// giveTo gives a file that root makes to the owner of its directory: else the
// server, which runs as that user, could not read what an administrator made.
func giveTo(f *os.File, dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	fi, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
		return f.Chown(int(st.Uid), int(st.Gid))
	}
	return nil
}
