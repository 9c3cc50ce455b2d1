package badgerkv

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// lockDir takes the lock of a directory. Windows has none on directories: it is
// a file that nobody else may open while it is.
func lockDir(dir string, shared bool) (*os.File, error) {
	name := filepath.Join(dir, lockName)
	p, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	access, share := uint32(windows.GENERIC_READ|windows.GENERIC_WRITE), uint32(0)
	if shared {
		access, share = windows.GENERIC_READ, windows.FILE_SHARE_READ
	}
	h, err := windows.CreateFile(p, access, share, nil, windows.OPEN_ALWAYS, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		if errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
			return nil, errLocked
		}
		return nil, &fs.PathError{Op: "lock", Path: name, Err: err}
	}
	return os.NewFile(uintptr(h), name), nil
}

func unlockDir(f *os.File) error { return f.Close() }

func writable(string) error { return nil }

func freeBytes(dir string) (int64, error) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(p, &free, nil, nil); err != nil {
		return 0, &fs.PathError{Op: "free space", Path: dir, Err: err}
	}
	return int64(free), nil
}

func allocatedBytes(fi fs.FileInfo) int64 { return fi.Size() }
