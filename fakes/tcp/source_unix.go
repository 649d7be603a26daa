//go:build unix

package tcp

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
)

// chunkSize is how much is read at once.
const chunkSize = 32 << 10

var chunks = sync.Pool{New: func() any { return new([chunkSize]byte) }}

// source reads a connection chunk by chunk. While the connection is silent it holds no buffer: one is borrowed for the
// attempt to read, and given back when there was nothing.
type source struct {
	conn  net.Conn
	raw   syscall.RawConn
	hold  func() error // waits while the rig has brought the connection to a standstill; nil: it never does
	pause func()       // called before waiting for more; nil: nobody cares
	buf   *[chunkSize]byte
	n     int
	err   error
	try   func(fd uintptr) bool
}

func newSource(c net.Conn, pause func()) *source {
	s := &source{conn: c, pause: pause}
	if d, ok := c.(syscall.Conn); ok {
		s.raw, _ = d.SyscallConn()
	}
	if h, ok := c.(interface{ Hold() error }); ok {
		s.hold = h.Hold
	}
	s.try = s.attempt
	return s
}

// next gives the next bytes, which are valid until release. The error is io.EOF at the end of the stream.
func (s *source) next() ([]byte, error) {
	if s.raw == nil {
		return s.read()
	}
	if err := s.raw.Read(s.try); err != nil {
		return nil, err
	}
	if s.err != nil {
		return nil, s.err
	}
	if s.n == 0 {
		return nil, io.EOF
	}
	if s.hold != nil {
		if err := s.hold(); err != nil {
			return nil, err
		}
	}
	return s.buf[:s.n], nil
}

// read is for a connection without a descriptor.
func (s *source) read() ([]byte, error) {
	if s.pause != nil {
		s.pause()
	}
	s.buf = chunks.Get().(*[chunkSize]byte)
	n, err := s.conn.Read(s.buf[:])
	return s.buf[:n], err
}

func (s *source) attempt(fd uintptr) bool {
	s.buf = chunks.Get().(*[chunkSize]byte)
	for {
		s.n, s.err = syscall.Read(int(fd), s.buf[:])
		if !errors.Is(s.err, syscall.EINTR) {
			break
		}
	}
	if !errors.Is(s.err, syscall.EAGAIN) {
		return true
	}
	s.release()
	if s.pause != nil {
		s.pause()
	}
	return false
}

// release gives the buffer back.
func (s *source) release() {
	if s.buf != nil {
		chunks.Put(s.buf)
		s.buf = nil
	}
}
