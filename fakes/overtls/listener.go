package overtls

import (
	"context"
	"crypto/tls"
	"net"
	"sync"

	"github.com/failwell/failwell/fakes"
)

// listener gives connections whose handshake succeeded. Nothing in it waits for a connection.
type listener struct {
	net.Listener
	ctx   context.Context // of Serve
	gate  fakes.Gate
	certs *certificates

	in     chan net.Conn
	over   chan struct{} // closed when the listener beneath is
	err    error         // why; to be read when over is closed
	guests sync.WaitGroup
}

func newListener(ctx context.Context, beneath net.Listener, g fakes.Gate, a authority) (*listener, error) {
	certs, err := newCertificates(a)
	if err != nil {
		return nil, err
	}
	l := &listener{Listener: beneath, ctx: ctx, gate: g, certs: certs, in: make(chan net.Conn), over: make(chan struct{})}
	go l.accept()
	return l, nil
}

// accept runs until the listener beneath is closed.
func (l *listener) accept() {
	defer close(l.over)
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			l.err = err
			return
		}
		l.guests.Go(func() { l.meet(c) })
	}
}

// Accept gives the next connection.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.in:
		return c, nil
	case <-l.over:
		return nil, l.err
	}
}

// meet carries out the handshake of a connection.
func (l *listener) meet(plain net.Conn) {
	h := &handshake{listener: l, conn: plain}
	c := tls.Server(plain, &tls.Config{GetConfigForClient: h.meet, MinVersion: tls.VersionTLS12})
	err := c.HandshakeContext(l.ctx)
	h.end(err)
	if err != nil {
		_ = plain.Close()
		return
	}
	select {
	case l.in <- c:
	case <-l.over:
		_ = plain.Close()
	case <-l.ctx.Done():
		_ = plain.Close()
	}
}

// wait returns when no handshake goes on any more. The listener beneath is closed and Serve's context has ended.
func (l *listener) wait() {
	<-l.over
	l.guests.Wait()
}
