package tcp

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/failwell/failwell/fakes"
)

// session is one connection of the system and its connection to the backend.
type session struct {
	ctx            context.Context // ends with the fake
	gate           fakes.Gate
	kind           *fakes.Kind
	client, server net.Conn
	id             int64

	mu   sync.Mutex
	turn turn
	dead bool // an effect ended the session; what still comes is not a call
}

// relay runs until both directions have ended.
func (s *session) relay() {
	var down sync.WaitGroup
	down.Go(s.down)
	s.up()
	down.Wait()
	s.end("closed")
	_ = s.client.Close()
	_ = s.server.Close()
}

// up carries what the client says. An end of file passes on as one: the client may still be listening.
func (s *session) up() {
	from := newSource(s.client, nil)
	for {
		chunk, err := from.next()
		if len(chunk) > 0 && (s.ended() || !s.ask(chunk)) {
			from.release()
			return
		}
		from.release()
		if err != nil {
			s.pass(err, s.server, s.client)
			return
		}
	}
}

// patience is how long the server may pause within a reply while an effect still waits for the reply's later bytes.
const patience = 250 * time.Millisecond

// down carries what the server says.
func (s *session) down() {
	from := newSource(s.server, s.pause)
	for {
		chunk, err := from.next()
		if len(chunk) > 0 && !s.answer(chunk) {
			from.release()
			return
		}
		from.release()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			_ = s.server.SetReadDeadline(time.Time{})
			s.settle()
			continue
		}
		if err != nil {
			s.await() // an end of file must not get past a turn that is held
			s.pass(err, s.client, s.server)
			return
		}
	}
}

// pass hands the end of one direction on: an end of file to the other side, a reset to both.
func (s *session) pass(err error, to, from net.Conn) {
	if s.ended() {
		return
	}
	if errors.Is(err, io.EOF) {
		if h, ok := to.(interface{ CloseWrite() error }); ok && h.CloseWrite() == nil {
			return
		}
	}
	if errors.Is(err, syscall.ECONNRESET) {
		_ = fakes.Reset(to)
	}
	_ = to.Close()
	_ = from.Close()
}

// ended tells whether an effect ends the session; then it closes both sides itself.
func (s *session) ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dead
}

// send writes to one side; when that is gone, the other side goes too.
func (s *session) send(chunk []byte, to, from net.Conn) bool {
	if len(chunk) == 0 {
		return true
	}
	if _, err := to.Write(chunk); err != nil {
		s.pass(err, from, to)
		return false
	}
	return true
}
