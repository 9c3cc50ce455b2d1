package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
	"github.com/onrecord/onrecord/server/pages"
)

// site serves the pages that people read, under the limits of everything else: a
// page costs what its question costs.
func (s *Server) site() (http.Handler, error) {
	p, err := pages.New(pages.Options{Ask: s.ask, Log: s.opts.Log})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	p.Register(mux)
	return compressed(func(w http.ResponseWriter, r *http.Request) {
		if pages.IsAsset(r.URL.Path) {
			mux.ServeHTTP(w, r)
			return
		}
		ctx := r.Context()
		if header := strings.Join(r.Header.Values("Authorization"), ", "); header != "" {
			c, refused := s.caller(ctx, header)
			if refused != nil {
				s.refuse(w, typeJSON, refused)
				return
			}
			ctx = schema.WithCaller(ctx, c)
			r = r.WithContext(ctx)
		}
		account, refused := s.begin(w, r)
		if refused != nil {
			s.refuse(w, typeJSON, refused)
			return
		}
		defer account.end()
		mux.ServeHTTP(w, r.WithContext(context.WithValue(ctx, accountKey{}, account)))
	})
}

type accountKey struct{}

// ask answers a page's question.
func (s *Server) ask(ctx context.Context, q pages.Question) ([]byte, error) {
	if s.opts.Closed && schema.CallerOf(ctx).Agent == "" {
		return refusedAnswer(unauthenticated("reading needs a token here: sign in at /review, or send Authorization: Bearer TOKEN", ""))
	}
	account, ok := ctx.Value(accountKey{}).(*account)
	if !ok {
		return nil, errors.New("a page's question outside a request")
	}
	res, refused := s.execute(ctx, &request{Request: engine.Request{Query: q.Query, Variables: q.Variables}}, account)
	if refused != nil {
		return refusedAnswer(refused)
	}
	return res.AppendJSON(nil), nil
}

// refusedAnswer is a refusal as an answer has it.
func refusedAnswer(r *refusal) ([]byte, error) {
	return json.Marshal(map[string]any{"errors": r.errors()})
}
