package httpapi

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"
)

// spell is how long a connection to the backend may wait for its next request. It is short on purpose: it serves bursts,
// and yet none outlives the 50 ms of quiet between two cases, so that another backend bound to the gate is reached at once,
// and a real server does not close it for being idle just when a request is on its way.
const spell = 25 * time.Millisecond

// backendConn is one connection to the backend.
type backendConn struct {
	net.Conn
	r     *bufio.Reader
	w     *bufio.Writer
	since time.Time // when it became idle
}

// backendConns keeps connections to the backend for the next request.
type backendConns struct {
	dial func(context.Context) (net.Conn, error)

	mu     sync.Mutex
	idle   []*backendConn // the one that waits longest first
	sweep  *time.Timer
	closed bool
}

// unreachable is that no connection to the backend came about.
type unreachable struct{ err error }

func (u unreachable) Error() string { return fmt.Sprintf("reach backend: %v", u.err) }

func overTLS(dial func(context.Context) (net.Conn, error), cfg *tls.Config) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		plain, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		conn := tls.Client(plain, cfg)
		if err := conn.HandshakeContext(ctx); err != nil {
			_ = plain.Close()
			return nil, err
		}
		return conn, nil
	}
}

// take gives the connection that became idle last, or a new one.
func (p *backendConns) take(ctx context.Context) (*backendConn, error) {
	if l := p.waiting(); l != nil {
		return l, nil
	}
	conn, err := p.dial(ctx)
	if err != nil {
		return nil, unreachable{err}
	}
	return &backendConn{Conn: conn, r: bufio.NewReader(conn), w: bufio.NewWriter(conn)}, nil
}

func (p *backendConns) waiting() *backendConn {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.idle) - 1
	if last < 0 || time.Since(p.idle[last].since) >= spell {
		return nil
	}
	l := p.idle[last]
	p.idle = p.idle[:last]
	return l
}

// put keeps a connection for its spell.
func (p *backendConns) put(l *backendConn) {
	l.since = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || l.r.Buffered() > 0 {
		_ = l.Close()
		return
	}
	p.idle = append(p.idle, l)
	if p.sweep == nil {
		p.sweep = time.AfterFunc(spell, p.expire)
	}
}

// expire closes the connections whose spell is over.
func (p *backendConns) expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for n < len(p.idle) && time.Since(p.idle[n].since) >= spell {
		_ = p.idle[n].Close()
		n++
	}
	p.idle = append(p.idle[:0], p.idle[n:]...)
	p.sweep = nil
	if len(p.idle) > 0 && !p.closed {
		p.sweep = time.AfterFunc(spell-time.Since(p.idle[0].since), p.expire)
	}
}

func (p *backendConns) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if p.sweep != nil {
		p.sweep.Stop()
	}
	for _, l := range p.idle {
		_ = l.Close()
	}
	p.idle = nil
}
