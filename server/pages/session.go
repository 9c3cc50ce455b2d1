package pages

import (
	"context"
	"crypto/rand"
	"net/http"
	"sync"
	"time"
)

// Who is a reader who has signed in.
type Who struct {
	Agent   string
	Role    string // reader, contributor, editor, admin
	Decides bool   // whether the role may decide on candidates
}

// A session stands for a token that was shown once, so that the secret is in no
// cookie. The token is looked at again on each use: one that is revoked ends its
// sessions. Sessions are kept in memory; a restart asks for the token again.
const (
	sessionCookie = "onrecord_session"
	sessionTime   = 12 * time.Hour
	mostSessions  = 10_000
)

type session struct {
	secret string
	ends   time.Time
}

type sessions struct {
	mu sync.Mutex // guards of
	of map[string]session
}

// begin returns the id of a new session. Where there are too many, those that
// have ended go, and then any.
func (s *sessions) begin(secret string, now time.Time) string {
	id := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = make(map[string]session)
	}
	if len(s.of) >= mostSessions {
		for k, v := range s.of {
			if now.After(v.ends) {
				delete(s.of, k)
			}
		}
		for k := range s.of {
			if len(s.of) < mostSessions {
				break
			}
			delete(s.of, k)
		}
	}
	s.of[id] = session{secret, now.Add(sessionTime)}
	return id
}

func (s *sessions) secret(id string, now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	got, ok := s.of[id]
	if !ok || now.After(got.ends) {
		delete(s.of, id)
		return ""
	}
	return got.secret
}

func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, id)
}

// signed returns the context of who has signed in, and nil where nobody has.
func (s *Site) signed(r *http.Request) (context.Context, *Who) {
	c, err := r.Cookie(sessionCookie)
	if err != nil || s.opts.SignIn == nil {
		return r.Context(), nil
	}
	secret := s.sessions.secret(c.Value, s.opts.Now())
	if secret == "" {
		return r.Context(), nil
	}
	ctx, who, err := s.opts.SignIn(r.Context(), secret)
	if err != nil {
		s.sessions.end(c.Value)
		return r.Context(), nil
	}
	return ctx, &who
}

// SignsIn says whether the page can be asked for by somebody.
func (m *Model) SignsIn() bool { return m.site.opts.SignIn != nil }

// signIn takes a token and begins a session.
func (s *Site) signIn(w http.ResponseWriter, r *http.Request) {
	secret := r.PostFormValue("token")
	if s.opts.SignIn == nil {
		s.refuse(w, r, &refusal{http.StatusForbidden, "Nobody can sign in here", "This server takes no tokens."})
		return
	}
	if _, _, err := s.opts.SignIn(r.Context(), secret); err != nil {
		s.refuse(w, r, &refusal{http.StatusUnauthorized, "Not signed in", err.Error() + ". A token is made on the server's machine: onrecord token create --role editor --agent NAME."})
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: s.sessions.begin(secret, s.opts.Now()), Path: "/", MaxAge: int(sessionTime / time.Second),
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
	})
	http.Redirect(w, r, deskPath, http.StatusSeeOther)
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(sessionCookie); err == nil {
		s.sessions.end(c.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, deskPath, http.StatusSeeOther)
}
