package fakes

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// connection is a connection of the system to a fake. It has a number, and it can be brought to a standstill.
type connection struct {
	id      int64
	dep     *dependency
	raw     net.Conn
	born    *armed // what was armed when it was accepted
	stalled atomic.Pointer[standstill]

	once    sync.Once
	closed  chan struct{}
	watches watches

	// Guarded by rig.mu.
	calls    int  // open calls
	inTx     bool // a transaction is open
	held     bool // accepted into a silent link
	draining bool // to be closed as soon as it is idle
	moaned   bool // the standstill has left its hit

	parting   func() // says that the server shuts down; nil: its fake has no words for that
	partingAs string // in short
}

// enter registers an accepted connection, and tells what holds it.
func (d *dependency) enter(raw net.Conn) (*connection, *standstill) {
	r := d.rig
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastConn++
	c := &connection{id: r.lastConn, dep: d, raw: raw, born: r.armed, closed: make(chan struct{})}
	d.conns[c.id] = c
	hold := d.silent()
	if hold != nil {
		c.held = true
		c.recordStall()
	}
	return c, hold
}

// idle tells whether the system asks nothing on the connection. rig.mu is held.
func (c *connection) idle() bool { return c.calls == 0 && !c.inTx && !c.held }

// ID is the number of the connection, unique in the rig.
func (c *connection) ID() int64 { return c.id }

// NetConn is the connection beneath. Reads and writes on it escape a standstill.
func (c *connection) NetConn() net.Conn { return c.raw }

// Read reads what the system sent. Bytes that arrive during a standstill are kept back until it is over; when the system
// leaves before that they are lost.
func (c *connection) Read(p []byte) (int, error) {
	n, err := c.raw.Read(p)
	if err != nil {
		return n, err
	}
	if err := c.Hold(); err != nil {
		return 0, err
	}
	return n, nil
}

// Write writes to the system; not during a standstill.
func (c *connection) Write(p []byte) (int, error) {
	if err := c.Hold(); err != nil {
		return 0, err
	}
	return c.raw.Write(p)
}

// Hold waits while the connection is at a standstill. It is for readers of the raw descriptor; Read and Write call it
// themselves. The error says that the connection ended meanwhile.
func (c *connection) Hold() error {
	for {
		s := c.stalled.Load()
		if s == nil {
			return nil
		}
		c.dep.rig.mu.Lock()
		if c.stalled.Load() == s {
			c.recordStall()
		}
		c.dep.rig.mu.Unlock()
		if err := c.await(s); err != nil {
			return err
		}
	}
}

// await waits for the end of a standstill, or of the connection.
func (c *connection) await(s *standstill) error {
	gone, stop := Gone(context.Background(), c)
	defer stop()
	select {
	case <-s.over:
		return nil
	case <-c.closed:
		return net.ErrClosed
	case <-gone.Done():
		return io.EOF
	}
}

// Close ends the connection, also for those who wait on it.
func (c *connection) Close() error {
	err := net.ErrClosed
	c.once.Do(func() {
		c.dep.rig.mu.Lock()
		delete(c.dep.conns, c.id)
		c.dep.rig.mu.Unlock()
		close(c.closed)
		c.watches.end()
		err = c.raw.Close()
	})
	return err
}

// CloseWrite sends a FIN and leaves the other direction open.
func (c *connection) CloseWrite() error {
	if err := c.Hold(); err != nil {
		return err
	}
	return closeWrite(c.raw)
}

// SetLinger says what Close does with bytes not yet sent; 0 makes it a reset.
func (c *connection) SetLinger(seconds int) error {
	if l, ok := c.raw.(interface{ SetLinger(int) error }); ok {
		return l.SetLinger(seconds)
	}
	return nil
}

// SyscallConn gives the descriptor. Who reads from it calls Hold before using what was read.
func (c *connection) SyscallConn() (syscall.RawConn, error) {
	s, ok := c.raw.(syscall.Conn)
	if !ok {
		return nil, syscall.EINVAL
	}
	return s.SyscallConn()
}

func (c *connection) LocalAddr() net.Addr                { return c.raw.LocalAddr() }
func (c *connection) RemoteAddr() net.Addr               { return c.raw.RemoteAddr() }
func (c *connection) SetDeadline(t time.Time) error      { return c.raw.SetDeadline(t) }
func (c *connection) SetReadDeadline(t time.Time) error  { return c.raw.SetReadDeadline(t) }
func (c *connection) SetWriteDeadline(t time.Time) error { return c.raw.SetWriteDeadline(t) }

// InTransaction tells the rig whether a transaction is open on the connection now, so that it is not taken for idle. A
// fake says so when a transaction ends; that one began is known from Call.InTx of the next call.
func InTransaction(c net.Conn, in bool) {
	if own := find(c); own != nil {
		own.dep.rig.mu.Lock()
		defer own.dep.rig.mu.Unlock()
		own.inTx = in
	}
}

// OnShutdown says how the fake of a connection tells the system that the server shuts down: part says it and returns, at the latest
// after a second; answer is what it says, in short. The connection is closed then.
func OnShutdown(c net.Conn, answer string, part func()) {
	if own := find(c); own != nil {
		own.dep.rig.mu.Lock()
		defer own.dep.rig.mu.Unlock()
		own.parting, own.partingAs = part, answer
	}
}

// find looks through wrappers for the rig's own connection; nil: there is none.
func find(c net.Conn) *connection {
	for c != nil {
		if own, ok := c.(*connection); ok {
			return own
		}
		w, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return nil
		}
		c = w.NetConn()
	}
	return nil
}
