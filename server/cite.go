package server

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/proof"
)

// citeCost is what a citation is charged. It reads all of each revision that it
// proves something of.
const citeCost = 500

// cite answers /cite/ID?format=csl-json|bibtex|text&asOf=SEQ with a citation, which
// carries its proof: see [proof].
func (s *Server) cite(w http.ResponseWriter, r *http.Request, v *graph.View) error {
	if s.opts.Signer == nil {
		return &graph.Error{Kind: graph.NotFound, Op: "cite", Err: errNoSigner}
	}
	id, err := graph.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return graph.Invalidf("the address is malformed: %w", err)
	}
	for name, values := range q {
		if !slices.Contains([]string{"format", "asOf"}, name) || len(values) > 1 {
			return graph.Invalidf("%q: there are format and asOf, each once", name)
		}
	}
	if written := q.Get("asOf"); written != "" {
		seq, err := strconv.ParseUint(written, 10, 63)
		if err != nil || seq == 0 {
			return graph.Invalidf("asOf: %q is no number of a revision; they begin with 1", written)
		}
		if v, err = v.AsOf(r.Context(), graph.At{Seq: seq}); err != nil {
			return err
		}
	}
	c, work, err := proof.Cite(r.Context(), v, id, s.opts.Signer, proof.Options{Base: s.base(r), Accessed: time.Now().UTC().Format(time.DateOnly)})
	if err != nil {
		return err
	}
	media, text := "application/vnd.citationstyles.csl+json", string(c.Encode())
	switch q.Get("format") {
	case "", "csl-json":
	case "bibtex":
		media, text = "application/x-bibtex", work.BibTeX()+"\n"
	case "text":
		media, text = "text/plain", fmt.Sprintf("%s\n%s\n", work.APA(), work.Hash)
	default:
		return graph.Invalidf("format: none is called %q; there are csl-json, bibtex, text", q.Get("format"))
	}
	w.Header().Set("Cache-Control", "no-cache")
	write(w, media, http.StatusOK, []byte(text))
	return nil
}

// base is the address by which others reach this server.
func (s *Server) base(r *http.Request) string {
	if s.opts.Base != "" {
		return strings.TrimRight(s.opts.Base, "/")
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host
}
