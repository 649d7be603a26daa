package fakes

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"
)

// canDeafen tells whether this machine can let connections to a port hang.
const canDeafen = true

// fullQueue is a port whose queue of connections is full: Linux drops the first packet of any further one (tcp(7), listen(2)), and whoever
// connects sends it again after 1 s, 3 s, 7 s, until the queue has room or the port is closed.
type fullQueue struct {
	socket  net.Listener
	waiting []net.Conn
}

// How the queue is filled: with connections of our own, until one hangs.
const (
	mostFillers = 16
	hangsAfter  = 100 * time.Millisecond
)

// fillQueue takes over a listener that nobody accepts from.
func fillQueue(ctx context.Context, l net.Listener) (*fullQueue, error) {
	q := &fullQueue{socket: l}
	if err := shorten(l); err != nil {
		q.close()
		return nil, err
	}
	for range mostFillers {
		dialer := net.Dialer{Timeout: hangsAfter}
		c, err := dialer.DialContext(ctx, "tcp", l.Addr().String())
		if late := net.Error(nil); len(q.waiting) > 0 && errors.As(err, &late) && late.Timeout() {
			return q, nil
		}
		if err != nil {
			q.close()
			return nil, err
		}
		q.waiting = append(q.waiting, c)
	}
	q.close()
	return nil, errors.New("its queue does not become full")
}

// shorten makes the queue of a listener as short as it can be: a second listen(2) sets its length anew.
func shorten(l net.Listener) error {
	raw, ok := l.(syscall.Conn)
	if !ok {
		return errors.New("the listener has no descriptor")
	}
	conn, err := raw.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := conn.Control(func(fd uintptr) { failed = syscall.Listen(int(fd), 0) }); err != nil {
		return err
	}
	return failed
}

// close ends the port, and those who wait; nil is no port.
func (q *fullQueue) close() {
	if q == nil {
		return
	}
	for _, c := range q.waiting {
		_ = Reset(c)
	}
	_ = q.socket.Close()
}
