//go:build !linux

package badgerkv

import "os"

// allocate makes f take size bytes of disk.
func allocate(f *os.File, size int64) error { return fill(f, size) }
