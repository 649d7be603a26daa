package postgres

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// errDone says that the session is over because an effect ended it.
var errDone = errors.New("ended by an effect")

// errLeft says that the application closed its connection while a call was held.
var errLeft = errors.New("the client left")

// A session is one connection of the application and the one to the server that belongs to it. Its frontend runs in the
// goroutine of the connection, its backend in a second one; each writes to its own side only.
type session struct {
	*proxy
	ctx    context.Context
	leave  context.CancelFunc
	client net.Conn
	id     int64
	key    string

	in, out *stream
	queue   queue
	status  atomic.Int32  // of the last ReadyForQuery: I, T or E
	left    bool          // the application closed its connection
	parting atomic.Bool   // the server shuts down
	parted  chan struct{} // closed when the backend has ended
	frontend
	backend

	mu       sync.Mutex
	server   net.Conn
	closed   bool
	onCancel func() bool
	skipping bool // the server skips what comes, up to a Sync
	wait     *serverWait
}

// run carries the session from its first byte to its last.
func (s *session) run() {
	startup, err := s.start()
	if err != nil || startup == nil {
		return
	}
	s.texts, s.named, s.portals = texts{}, map[string]*statement{}, map[string]*portal{}
	u, err := s.login(startup)
	if err == nil {
		err = s.dial(startup)
	}
	if err != nil {
		u.end("closed")
		return
	}
	s.status.Store('I')
	s.queue.push(u)
	ended := make(chan struct{})
	s.parted = ended
	fakes.OnShutdown(s.client, shutdownNow.Status, s.part)
	go func() {
		defer close(ended)
		s.pumpBackend()
		s.leave()
	}()
	err = s.pumpFrontend()
	switch {
	case errors.Is(err, errDone), errors.Is(err, errFraming):
	case s.in.over != nil:
		s.left = !errors.Is(s.in.over, net.ErrClosed)
	default:
		<-ended // the server is gone; what it said last is still to come
	}
	s.leave()
	<-ended
	s.proxy.forget(s.key)
	s.endAll()
}

func (s *session) dial(startup []byte) error {
	server, err := s.gate.Dial(s.ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.server = server
	closed := s.closed
	s.mu.Unlock()
	if closed {
		_ = server.Close()
		return net.ErrClosed
	}
	s.in.dst = server
	s.out = newStream(server, s.client, &s.pool)
	_, err = server.Write(startup)
	return err
}

// endAll ends the calls that were open when the connection went.
func (s *session) endAll() {
	gone := func(u *unit) {
		if u.done == "" && u.effect.Bites() && s.left {
			u.done = fault.ClientLeft
		}
		if u.tag == "" {
			u.tag = "closed"
		}
		u.end(u.tag)
	}
	for _, e := range s.ended {
		e.strike.Done(e.done, e.answer)
	}
	gone(&s.unit)
	for {
		u, ok := s.queue.pop()
		if !ok {
			return
		}
		gone(&u)
	}
}

func (s *session) closeBoth() {
	s.mu.Lock()
	s.closed = true
	server := s.server
	s.mu.Unlock()
	if server != nil {
		_ = server.Close()
	}
	_ = s.client.Close()
}

// closeClient ends the application's connection, by a reset or in order.
func (s *session) closeClient(how fault.Verb) {
	if how == fault.Reset {
		_ = fakes.Reset(s.client)
		return
	}
	if half, ok := s.client.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // the last bytes arrive even when the application has sent more than was read
	}
	_ = s.client.Close()
}

// shut ends both connections as the effect of a call.
func (s *session) shut(u *unit, how fault.Verb) error {
	u.done = fault.Carried
	answer := "closed"
	if how == fault.Reset {
		answer = "reset"
	}
	u.end(answer)
	s.closeClient(how)
	return errDone
}

// hold waits as the effect of a call at the frontend, and notices when the application leaves or, if it may, cancels.
func (s *session) hold(u *unit, d time.Duration, cancellable bool) (ended fakes.Ended, cancelled bool) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	var asked atomic.Bool
	if cancellable {
		s.setOnCancel(func() bool { asked.Store(true); cancel(); return true })
		defer s.setOnCancel(nil)
	}
	stop := s.in.watch(cancel)
	ended = u.strike.Wait(ctx, d)
	stop()
	if s.in.over != nil {
		return fakes.Left, false
	}
	return ended, ended == fakes.Left && asked.Load()
}

func (s *session) setOnCancel(f func() bool) {
	s.mu.Lock()
	s.onCancel = f
	s.mu.Unlock()
}

// cancelHeld cancels the delay that the session is in, if it is in one.
func (s *session) cancelHeld() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.onCancel != nil && s.onCancel()
}
