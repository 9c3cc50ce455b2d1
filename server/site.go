package server

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/onrecord/onrecord/schema"
	"github.com/onrecord/onrecord/schema/engine"
	"github.com/onrecord/onrecord/server/pages"
)

// site serves the pages that people read, under the limits of everything else: a
// page costs what its question costs.
func (s *Server) site() error {
	o := pages.Options{Ask: s.ask, SignIn: s.signIn, Log: s.opts.Log, Base: s.opts.Base, Embed: s.opts.Embed, Closed: s.opts.Closed, Live: true, Proofs: s.opts.Signer != nil}
	if s.opts.ReadOnly && !s.opts.Closed {
		o.SignIn, o.Shared = nil, true
	}
	p, err := pages.New(o)
	if err != nil {
		return err
	}
	p.Register(func(pattern string, h http.Handler) {
		packed, failed := compressed(s.limited(h))
		s.mux.Handle(pattern, packed)
		err = errors.Join(err, failed)
	})
	return err
}

// limited opens an account for who asks for a page, and lets programs show a
// token as they do at /graphql.
func (s *Server) limited(page http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if pages.IsAsset(r.URL.Path) {
			page.ServeHTTP(w, r)
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
		page.ServeHTTP(w, r.WithContext(context.WithValue(ctx, accountKey{}, account)))
	}
}

type accountKey struct{}

// ask answers a page's question.
func (s *Server) ask(ctx context.Context, q pages.Question) ([]byte, error) {
	if s.opts.Closed && schema.CallerOf(ctx).Agent == "" {
		return refusedAnswer(unauthenticated("reading needs a token here", "")), nil
	}
	account, ok := ctx.Value(accountKey{}).(*account)
	if !ok {
		return nil, errors.New("a page's question outside a request")
	}
	res, refused := s.execute(ctx, &request{Request: engine.Request{Query: q.Query, Variables: q.Variables}}, account)
	if refused != nil {
		return refusedAnswer(refused), nil
	}
	return res.AppendJSON(nil), nil
}

// refusedAnswer is a refusal as an answer has it.
func refusedAnswer(r *refusal) []byte {
	return append(append([]byte(`{"errors":`), r.errors()...), '}')
}

// signIn is on whose behalf a page is asked for by who has shown a token.
func (s *Server) signIn(ctx context.Context, secret string) (context.Context, pages.Who, error) {
	c, refused := s.caller(ctx, "Bearer "+secret)
	if refused != nil {
		return ctx, pages.Who{}, errors.New(refused.message)
	}
	return schema.WithCaller(ctx, c), pages.Who{Agent: c.Agent, Role: c.Role.String(), Decides: c.Role >= schema.Editor}, nil
}
