package export

import (
	"compress/gzip"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/onrecord/onrecord/graph"
)

// Compress wraps a writer by the name of a way to compress: gzip, zstd, or "" for
// none. Closing it ends the compression and not what it writes to. The same bytes
// give the same bytes.
func Compress(to io.Writer, how string) (io.WriteCloser, error) {
	switch how {
	case "":
		return nopCloser{to}, nil
	case "gzip":
		return gzip.NewWriter(to), nil // without a time or a name
	case "zstd":
		return zstd.NewWriter(to, zstd.WithEncoderConcurrency(1))
	}
	return nil, graph.Invalidf("compress: no way is called %q; there are gzip and zstd", how)
}

// CompressionOf is the way to compress that a file's name asks for by its suffix.
func CompressionOf(name string) string {
	switch {
	case strings.HasSuffix(name, ".gz"):
		return "gzip"
	case strings.HasSuffix(name, ".zst"):
		return "zstd"
	}
	return ""
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// Unpack reads what [Compress] wrote. Closing it does not close what it reads from.
func Unpack(from io.Reader, how string) (io.ReadCloser, error) {
	switch how {
	case "gzip":
		return gzip.NewReader(from)
	case "zstd":
		z, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}
	return io.NopCloser(from), nil
}
