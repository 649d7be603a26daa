//go:build !unix

package tcp

import (
	"net"
	"sync"
)

const chunkSize = 32 << 10

var chunks = sync.Pool{New: func() any { return new([chunkSize]byte) }}

// source reads a connection chunk by chunk.
type source struct {
	conn  net.Conn
	pause func()
	buf   *[chunkSize]byte
}

func newSource(c net.Conn, pause func()) *source { return &source{conn: c, pause: pause} }

// next gives the next bytes, which are valid until release. The error is io.EOF at the end of the stream.
func (s *source) next() ([]byte, error) {
	if s.pause != nil {
		s.pause()
	}
	s.buf = chunks.Get().(*[chunkSize]byte)
	n, err := s.conn.Read(s.buf[:])
	return s.buf[:n], err
}

func (s *source) release() {
	if s.buf != nil {
		chunks.Put(s.buf)
		s.buf = nil
	}
}
