// Package httpapi fakes an HTTP/1.1 API that the system calls: a gate before a stub, a handler or a real one. Every request
// is one call; its op is the method and its text the request target.
//
//	system --request--> Serve --Ask--> effect --> origin --request--> backend
//	       <--answer or ruin--               <--answer--
package httpapi

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"

	"github.com/failwell/failwell/fakes"
)

// Fake is the gate before an HTTP API. Its zero value passes requests on as they are, but for what RFC 9110, section 7.6.1,
// takes off a connection; HTTP/2, protocol upgrades and CONNECT are not spoken.
type Fake struct {
	// Host is the Host that the backend is asked for; empty: the one that the system asked for.
	Host string
	// TLS is how the backend is spoken to; nil: in the clear.
	TLS *tls.Config
}

// Serve answers the requests on every connection of l until ctx ends.
func (f Fake) Serve(ctx context.Context, l net.Listener, g fakes.Gate) error {
	site := &site{fake: f, gate: g, origin: newOrigin(g.Dial, f.TLS)}
	server := &http.Server{
		Handler:     site,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnContext: site.meet,
		ConnState:   site.follow,
		Protocols:   onlyHTTP1(),
		ErrorLog:    log.New(io.Discard, "", 0),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	err := server.Serve(l)
	stop()
	_ = server.Close()
	site.open.Wait()
	site.origin.close()
	if ctx.Err() != nil || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func onlyHTTP1() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	return p
}

// site is a fake while it serves.
type site struct {
	fake   Fake
	gate   fakes.Gate
	origin *origin
	open   sync.WaitGroup // connections, and handlers of those that were taken from the server
	peers  sync.Map       // net.Conn to *peer
}

// peer is a connection of the system.
type peer struct {
	id  int64
	end func() // ends the call whose answer is on its way; nil: none is
}

type peerKey struct{}

func (s *site) meet(ctx context.Context, c net.Conn) context.Context {
	p := &peer{id: fakes.ID(c)}
	s.peers.Store(c, p)
	return context.WithValue(ctx, peerKey{}, p)
}

// follow ends a call when all of its answer was sent: not before, as a connection without an open call may be closed.
func (s *site) follow(c net.Conn, state http.ConnState) {
	if state == http.StateNew {
		s.open.Add(1)
		return
	}
	known, ok := s.peers.Load(c)
	if !ok || state == http.StateActive {
		return
	}
	if p := known.(*peer); p.end != nil {
		p.end()
		p.end = nil
	}
	if state == http.StateClosed || state == http.StateHijacked {
		s.peers.Delete(c)
		s.open.Done()
	}
}

// ServeHTTP answers one request.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.open.Add(1)
	defer s.open.Done()
	p := r.Context().Value(peerKey{}).(*peer)
	strike := s.gate.Ask(callOf(r, p.id))
	v := &visit{site: s, told: told{ResponseWriter: w}, r: r, strike: strike, effect: strike.Effect()}
	v.w = &v.told
	done, told := v.run()
	v.told.said.Cut = v.told.said.Cut || v.taken
	if teller, ok := strike.(fakes.Teller); ok && v.told.said.Status != 0 {
		teller.Tell(v.told.said)
	}
	if v.taken {
		strike.Done(done, told)
		return
	}
	p.end = func() { strike.Done(done, told) }
}
