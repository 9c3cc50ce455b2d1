package main

import (
	"log/slog"
	"net"

	"github.com/onrecord/onrecord/server/token"
)

func (a *app) log() *slog.Logger { return slog.New(slog.NewTextHandler(a.err, nil)) }

// openTokens returns the tokens of the record, which need not be there yet.
func (a *app) openTokens() (*token.Guard, error) {
	return token.Open(a.data, token.Options{Log: a.log()})
}

// loopback says whether a listener takes connections of this machine alone.
func loopback(l net.Listener) bool {
	tcp, ok := l.Addr().(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// createToken is the command that makes a token for the record.
func (a *app) createToken(role string) string {
	return program() + " token create --role " + role + " --data " + shellWord(a.data)
}

// printAccess says who may read and write, and how to be let in.
func (a *app) printAccess(closed, readOnly bool) {
	switch {
	case closed:
		a.out.printf("\nReading and writing need a token: %s\n", a.createToken("reader"))
		return
	case readOnly:
		a.out.printf("\nReading needs no token, and nobody can write.\n")
		return
	}
	a.out.printf("\nReading needs no token. Writing does: %s\n", a.createToken("editor"))
}

// noteOutside says what can be done from outside, which nobody may overlook.
func (a *app) noteOutside(addr net.Addr, closed bool) {
	if closed {
		a.note("%s can be reached from outside: reading needs a token (--open opens it)", addr)
	} else {
		a.note("%s can be reached from outside: whoever reaches it can read the record", addr)
	}
	a.note("a token that is sent to it can be read on the way, unless a proxy that speaks TLS is in front")
}
