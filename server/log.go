package server

import (
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/tree"
)

// The log of the record is served as the tiles of a transparency log
// (https://c2sp.org/tlog-tiles), so that whoever wants can keep watch over it:
// /checkpoint is its signed state, /tile/… its hashes and its leaves, and
// /checkpoint/key the key to check signatures with.

// What the log is charged: about so many reads are behind it.
const (
	checkpointCost = 20
	hashTileCost   = 50
	leafTileCost   = 200
)

// newest is the checkpoint that was signed last.
type newest struct {
	mu     sync.Mutex // guards the rest
	seq    uint64
	signed string
}

// logged answers what is asked of the log.
func (s *Server) logged(cost int, answer func(w http.ResponseWriter, r *http.Request, v *graph.View) error) http.HandlerFunc {
	return s.admitted(func(w http.ResponseWriter, r *http.Request) {
		if !s.originAllowed(r) {
			s.refuse(w, typeJSON, wrongOrigin(r))
			return
		}
		account, refused := s.begin(w, r)
		if refused == nil {
			defer account.end()
			refused = account.spend(cost)
		}
		if refused != nil {
			s.refuse(w, typeJSON, refused)
			return
		}
		v, err := s.rec.View(r.Context())
		if err == nil {
			defer v.Close()
			err = answer(w, r, v)
		}
		if err != nil {
			w.Header().Set("Cache-Control", "no-store")
			s.refuse(w, typeJSON, s.refusalOf(r.Context(), err))
		}
	})
}

// checkpoint answers /checkpoint.
func (s *Server) checkpoint(w http.ResponseWriter, r *http.Request, v *graph.View) error {
	signed, err := s.signedCheckpoint(r, v)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache") // the next revision makes another
	write(w, "text/plain", http.StatusOK, []byte(signed))
	return nil
}

func (s *Server) signedCheckpoint(r *http.Request, v *graph.View) (string, error) {
	if s.opts.Signer == nil {
		return "", &graph.Error{Kind: graph.NotFound, Op: "checkpoint", Err: errNoSigner}
	}
	seq := v.Head().Seq
	s.newest.mu.Lock()
	defer s.newest.mu.Unlock()
	if s.newest.signed == "" || s.newest.seq != seq {
		root, err := v.Root(r.Context())
		if err != nil {
			return "", err
		}
		signed, err := s.opts.Signer.Sign(root)
		if err != nil {
			return "", err
		}
		s.newest.seq, s.newest.signed = seq, signed
	}
	return s.newest.signed, nil
}

// checkpointKey answers /checkpoint/key.
func (s *Server) checkpointKey(w http.ResponseWriter, _ *http.Request, _ *graph.View) error {
	if s.opts.Signer == nil {
		return &graph.Error{Kind: graph.NotFound, Op: "checkpoint", Err: errNoSigner}
	}
	w.Header().Set("Cache-Control", "no-cache")
	write(w, "text/plain", http.StatusOK, []byte(s.opts.Signer.Public()+"\n"))
	return nil
}

var errNoSigner = errors.New("this server has no key, and signs no checkpoints")

// tile answers /tile/LEVEL/N and /tile/entries/N. What a tile holds never changes.
func (s *Server) tile(w http.ResponseWriter, r *http.Request, v *graph.View) error {
	t, err := tree.ParseTile(strings.TrimPrefix(r.URL.Path, "/"))
	if err != nil {
		return &graph.Error{Kind: graph.NotFound, Op: "tile", Err: err}
	}
	b, err := v.Tile(r.Context(), t)
	if err != nil {
		return err
	}
	who := "public"
	if s.opts.Closed {
		who = "private"
	}
	h := w.Header()
	h.Set("Cache-Control", who+", max-age=31536000, immutable")
	h.Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(b) // who has gone has gone
	return nil
}
