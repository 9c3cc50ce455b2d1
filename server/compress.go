package server

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
)

// minCompressed is the size from which an answer is compressed: what fits into
// one packet takes as long to send either way.
const minCompressed = 1024

// compressed makes a handler compress what it answers, by gzip or zstd, as the
// client would have it. Nothing that an attacker's page can choose stands beside
// a secret in an answer, so that its size tells nothing.
//
// A stream of events and the change to another protocol are let through as they
// are: each event must arrive when it was sent.
func compressed(h http.HandlerFunc) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(minCompressed),
		// The fastest of each: an answer is compressed once and sent once.
		gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.ContentTypes([]string{typeJSON, typeResponse, "application/ld+json", "application/atom+xml", "application/feed+json", "text/plain", "text/html", "text/css", "text/csv", "text/xml", "application/xml", "image/svg+xml", "text/javascript"}),
	)
	if err != nil {
		return nil, err
	}
	packed := wrap(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" || strings.Contains(strings.ToLower(strings.Join(r.Header.Values("Accept"), ",")), "text/event-stream") {
			w.Header().Add("Vary", "Accept-Encoding")
			h(w, r)
			return
		}
		packed(w, r)
	}), nil
}

// errTooLarge is a body that has more bytes than may be, once it is unpacked.
var errTooLarge = errors.New("too large")

// unpack reads a body that was sent by gzip. It stops at the first byte too
// many, so that a small body never becomes a large one in memory.
func unpack(b []byte, most int64) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	out, err := io.ReadAll(io.LimitReader(z, most+1))
	if int64(len(out)) > most {
		return nil, errTooLarge
	}
	return out, err
}
