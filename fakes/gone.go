package fakes

import (
	"context"
	"io"
	"net"
	"sync"
	"syscall"
)

// Gone gives a context that ends when the peer of c closes or resets its end, and with ctx. It reads nothing, so that others
// may go on reading c; on Linux it sees the end also behind bytes that nobody has read. Where the descriptor cannot be
// watched it ends with ctx only. Call the cancel function before closing c, unless c is the rig's.
func Gone(ctx context.Context, c net.Conn) (context.Context, context.CancelFunc) {
	return watch(ctx, c, false)
}

// Torn is Gone for a peer that may close its sending half and still wait for an answer: only a reset ends it.
func Torn(ctx context.Context, c net.Conn) (context.Context, context.CancelFunc) {
	return watch(ctx, c, true)
}

// HasLeft tells whether the peer of c has closed or reset its end by now, where the descriptor can be watched.
func HasLeft(c net.Conn) bool {
	s, ok := innermost(c).(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	gone := false
	err = raw.Control(func(fd uintptr) { gone = hasLeft(fd, false) })
	return gone || err != nil
}

func watch(ctx context.Context, c net.Conn, reset bool) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	own := find(c)
	copied := duplicate(innermost(c))
	if copied == nil {
		return ctx, cancel
	}
	if own != nil && !own.watches.add(copied) {
		cancel()
		_ = copied.Close()
		return ctx, cancel
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		defer cancel()
		copied.await(reset)
	}()
	stop := func() {
		cancel()
		_ = copied.Close()
		<-over
		if own != nil {
			own.watches.drop(copied)
		}
	}
	return ctx, sync.OnceFunc(stop)
}

// innermost looks through wrappers for the connection of the operating system.
func innermost(c net.Conn) net.Conn {
	for {
		w, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return c
		}
		c = w.NetConn()
	}
}

// watched is a second descriptor of a socket: closing it does not end the connection, but a reset waits for it.
type watched struct {
	io.Closer
	raw syscall.RawConn
}

// await returns when the peer is gone, or the descriptor closed.
func (w *watched) await(reset bool) {
	_ = w.raw.Read(func(fd uintptr) bool { return hasLeft(fd, reset) })
}

// watches are the second descriptors of a connection; they end before it.
type watches struct {
	mu   sync.Mutex
	list map[*watched]bool
	over bool
}

func (w *watches) add(one *watched) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return false
	}
	if w.list == nil {
		w.list = map[*watched]bool{}
	}
	w.list[one] = true
	return true
}

func (w *watches) drop(one *watched) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.list, one)
}

func (w *watches) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	for one := range w.list {
		_ = one.Close()
	}
}
