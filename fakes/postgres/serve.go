// Package postgres fakes a PostgreSQL server: a gate that reads the wire protocol before a real server or a Stub, and
// carries out effects on single statements.
//
//	application --frames--> frontend --Call--> Gate            Session: one goroutine a direction, nothing between them
//	            <--frames-- backend  <--units in order--       but the queue of what was sent
//
// An error is injected by poison: the statement is replaced by one that the server cannot know, and the error that it
// gives is rewritten. So the state of the transaction, and what is skipped until Sync, are the server's own. What is slow or
// hangs waits at the server (wait.go), so that what ends the wait is the server's own too.
package postgres

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/failwell/failwell/fakes"
)

// Fake is a PostgreSQL server before a backend. The zero value is ready to use. It refuses TLS and GSSAPI encryption on
// the connection itself, as a server without them does.
type Fake struct{}

// Serve speaks the protocol on every connection of l until ctx ends.
func (Fake) Serve(ctx context.Context, l net.Listener, g fakes.Gate) error {
	p := &proxy{gate: g, kind: fakes.Kind{Ops: ops()}, sessions: map[string]*session{}}
	p.pool.New = func() any { return new([large]byte) }
	return fakes.ServeConns(ctx, l, p.serve)
}

// proxy is what the sessions of one Serve share.
type proxy struct {
	gate fakes.Gate
	kind fakes.Kind // only its ops
	pool sync.Pool

	cannotWait atomic.Bool // the server has shown that it does not know the statement that waits

	mu       sync.Mutex
	sessions map[string]*session // by process id and secret key
}

func (p *proxy) serve(ctx context.Context, client net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &session{proxy: p, ctx: ctx, leave: cancel, client: client, id: fakes.ID(client)}
	s.in = newStream(client, nil, &p.pool)
	stop := context.AfterFunc(ctx, s.closeBoth)
	defer stop()
	defer s.closeBoth()
	s.run()
}

func (p *proxy) know(key string, s *session) {
	p.mu.Lock()
	p.sessions[key] = s
	p.mu.Unlock()
}

func (p *proxy) forget(key string) {
	p.mu.Lock()
	delete(p.sessions, key)
	p.mu.Unlock()
}

// cancel carries out a CancelRequest: it ends the delay of the session it names, or goes to the server as it came.
func (p *proxy) cancel(ctx context.Context, raw []byte) {
	p.mu.Lock()
	s := p.sessions[string(raw[8:])]
	p.mu.Unlock()
	if s != nil && s.cancelHeld() {
		return
	}
	p.forward(ctx, raw)
}

// forward brings a CancelRequest to the server and returns when the server has passed it on.
func (p *proxy) forward(ctx context.Context, raw []byte) {
	server, err := p.gate.Dial(ctx)
	if err != nil {
		return
	}
	defer server.Close()
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if _, err := server.Write(raw); err != nil {
		return
	}
	// The server closes when it has passed the request on; the application waits for that.
	_ = server.SetReadDeadline(time.Now().Add(5 * time.Second))
	var nothing [1]byte
	_, _ = server.Read(nothing[:])
}
