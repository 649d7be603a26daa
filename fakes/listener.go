package fakes

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// listener is the net.Listener that a fake serves. Each accepted connection is a `connect` call, whose effects are carried out here, for
// every fake alike; the fake sees the connections that are let in. The socket beneath closes and opens again with the link,
// on the same port.
type listener struct {
	dep    *dependency
	in     chan net.Conn
	closed chan struct{}
	once   sync.Once
	guests sync.WaitGroup // connections on their way in

	mu        sync.Mutex
	addr      string
	bound     net.Addr
	socket    net.Listener
	full      *fullQueue    // in place of socket, while connections hang
	accepting chan struct{} // closed when the accept loop of socket has ended
}

// backlog is how many connections wait for the fake's Accept before each gets a goroutine of its own.
const backlog = 128

func newListener(d *dependency, addr string) *listener {
	return &listener{dep: d, addr: addr, in: make(chan net.Conn, backlog), closed: make(chan struct{})}
}

// Accept gives the next connection that was let in.
func (d *listener) Accept() (net.Conn, error) {
	select {
	case <-d.closed:
		return nil, net.ErrClosed
	default:
	}
	select {
	case c := <-d.in:
		return c, nil
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

// Addr is the address, also while the port is closed.
func (d *listener) Addr() net.Addr {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.bound
}

// Close closes the port for good.
func (d *listener) Close() error {
	d.once.Do(func() { close(d.closed) })
	d.shut()
	return nil
}

// wait returns when no connection is on its way in any more.
func (d *listener) wait() { d.guests.Wait() }

// reopenFor is how long a port that is in use is tried again.
const (
	reopenFor   = 2 * time.Second
	reopenEvery = 10 * time.Millisecond
)

// open makes the kernel listen; it does nothing when it does already.
func (d *listener) open(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full.close()
	d.full = nil
	select {
	case <-d.closed:
		return nil
	default:
	}
	if d.socket != nil {
		return nil
	}
	l, err := d.listen(ctx)
	if err != nil {
		return err
	}
	d.socket, d.bound, d.addr = l, l.Addr(), l.Addr().String()
	d.accepting = make(chan struct{})
	go d.accept(l, d.accepting)
	return nil
}

func (d *listener) listen(ctx context.Context) (net.Listener, error) {
	bound := time.NewTimer(reopenFor)
	defer bound.Stop()
	var config net.ListenConfig
	for {
		l, err := config.Listen(ctx, "tcp", d.addr)
		if err == nil || d.bound == nil || !errors.Is(err, syscall.EADDRINUSE) {
			return l, err
		}
		again := time.NewTimer(reopenEvery)
		select {
		case <-again.C:
		case <-bound.C:
			return nil, err
		case <-ctx.Done():
			again.Stop()
			return nil, err
		}
	}
}

// shut closes the socket, so that the kernel refuses connections, and waits until no accepted one is unknown to the rig.
func (d *listener) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full.close()
	d.full = nil
	if d.socket == nil {
		return
	}
	_ = d.socket.Close()
	<-d.accepting
	d.socket = nil
}

// deafen makes connections to the port hang: the kernel listens, and its queue is full. The port was shut before.
func (d *listener) deafen(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.closed:
		return nil
	default:
	}
	l, err := d.listen(ctx)
	if err != nil {
		return err
	}
	d.full, err = fillQueue(ctx, l)
	return err
}

// accept runs until its socket is closed. Nothing in it waits for a connection.
func (d *listener) accept(l net.Listener, over chan struct{}) {
	defer close(over)
	for {
		raw, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of descriptors, or a connection that is gone already
			d.pause()
			continue
		}
		c, hold := d.dep.enter(raw)
		if hold != nil {
			d.guests.Go(func() { d.silence(c, hold) })
			continue
		}
		d.meet(c)
	}
}

// pause keeps a failing accept from spinning.
func (d *listener) pause() {
	t := time.NewTimer(reopenEvery)
	defer t.Stop()
	select {
	case <-t.C:
	case <-d.closed:
	}
}

// silence holds a connection, unread, until the link speaks again.
func (d *listener) silence(c *connection, hold *standstill) {
	for hold != nil {
		if c.await(hold) != nil {
			_ = c.Close()
			return
		}
		d.dep.rig.mu.Lock()
		hold = d.dep.silent()
		c.held = hold != nil
		d.dep.rig.mu.Unlock()
	}
	d.meet(c)
}

// meet asks about the connect call of a connection.
func (d *listener) meet(c *connection) {
	s := d.dep.Ask(fault.Call{Op: string(fault.Connect), Conn: c.id})
	if !s.Effect().Bites() {
		s.Done("", "")
		d.letIn(c)
		return
	}
	d.guests.Go(func() { d.strike(c, s) })
}

// letIn hands a connection to the fake.
func (d *listener) letIn(c *connection) {
	select {
	case d.in <- c:
		return
	default:
	}
	d.guests.Go(func() {
		select {
		case d.in <- c:
		case <-c.closed:
		case <-d.closed:
			_ = c.Close()
		}
	})
}

// strike carries out an effect at connect.
func (d *listener) strike(c *connection, s Strike) {
	e := s.Effect()
	switch e.Verb {
	case fault.Pass, fault.Hang, fault.Reset, fault.Close:
	default:
		s.Done(fault.Impossible, "")
		d.letIn(c)
		return
	}
	verb, left := Hold(c, s, e)
	switch {
	case left != nil:
		s.Done(*left, "left")
		_ = c.Close()
	case verb == fault.Reset:
		s.Done(fault.Carried, "reset")
		_ = Reset(c)
	case verb == fault.Close:
		s.Done(fault.Carried, "closed")
		_ = Finish(c)
	default:
		s.Done(fault.Carried, "")
		d.letIn(c)
	}
}

// Hold lets the delay of an effect at connect or handshake pass, and its hang. It gives what to do then; where the system has gone it
// gives what became of the effect, instead. Nobody reads from c meanwhile.
func Hold(c net.Conn, s Strike, e fault.Effect) (verb fault.Verb, left *fault.Done) {
	gone, stop := Gone(context.Background(), c)
	defer stop()
	ended := s.Wait(gone, e.Delay.D)
	done := fault.Carried
	if ended == Left && e.Verb != fault.Pass && e.Verb != fault.Hang {
		done = fault.ClientLeft
	}
	if ended == Elapsed && e.Verb == fault.Hang {
		ended = s.Wait(gone, -1)
	}
	switch ended {
	case Released:
		return AfterRelease(e), nil
	case Elapsed:
		return e.Verb, nil
	}
	return "", &done
}

// AfterRelease is what becomes of a held call when its fault is lifted: pass, close or reset.
func AfterRelease(e fault.Effect) fault.Verb {
	switch e.Release {
	case fault.ReleaseClose:
		return fault.Close
	case fault.ReleaseReset:
		return fault.Reset
	}
	return fault.Pass
}
