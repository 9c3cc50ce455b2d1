package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Serve answers on a listener until ctx ends. Then it takes no more requests,
// ends all subscriptions, finishes what else is under way, and returns nil; it
// cuts off what is not finished within [Options.StopTimeout], and logs that. It closes the listener.
func Serve(ctx context.Context, l net.Listener, s *Server) error {
	base, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.opts.HeaderTimeout,
		ReadTimeout:       s.opts.BodyTimeout,
		// It begins with the end of the header: a body may be late, then the
		// answer is made, then it is sent.
		WriteTimeout:   s.opts.BodyTimeout + s.opts.Timeout + s.opts.SendTimeout,
		IdleTimeout:    s.opts.IdleTimeout,
		MaxHeaderBytes: 64 << 10,
		BaseContext:    func(l net.Listener) context.Context { return onLoopback(base, l) },
		ErrorLog:       slog.NewLogLogger(s.opts.Log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		_ = srv.Close() // err says why; there is nothing to add
		return err
	case <-ctx.Done():
	}
	s.streams.stop()
	if s.shutdown(ctx, srv, s.opts.StopTimeout) != nil {
		s.opts.Log.WarnContext(ctx, "requests are cut off", "after", s.opts.StopTimeout)
		abandon()
		if s.shutdown(ctx, srv, time.Second) != nil {
			_ = srv.Close() // of connections that nobody reads any more
		}
	}
	<-failed // http.ErrServerClosed
	return nil
}

// shutdown waits for the requests under way, and for the WebSockets, which are
// the server's no more.
func (s *Server) shutdown(ctx context.Context, srv *http.Server, most time.Duration) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), most)
	defer cancel()
	return errors.Join(srv.Shutdown(ctx), s.streams.wait(ctx))
}
