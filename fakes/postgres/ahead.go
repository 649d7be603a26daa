package postgres

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"
)

// watch reads ahead while a call is held, so that a peer who leaves is noticed at once: one that closes its connection, and one
// that says Terminate and waits for the server to close, as pgx does. stop ends it.
func (s *stream) watch(left func()) (stop func()) {
	looked := s.pos
	if s.over == nil && s.terminates(&looked) {
		s.over = io.EOF
	}
	if s.over != nil {
		left()
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		chunk := make([]byte, 4<<10)
		for len(s.ahead) < farAhead {
			n, err := s.src.Read(chunk)
			s.ahead = append(s.ahead, chunk[:n]...)
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				return
			}
			if err == nil && s.terminates(&looked) {
				err = io.EOF
			}
			if err != nil {
				s.over = err
				left()
				return
			}
		}
	}()
	return func() {
		_ = s.src.SetReadDeadline(time.Unix(1, 0))
		<-done
		_ = s.src.SetReadDeadline(time.Time{})
	}
}

// terminates tells whether a Terminate is among the frames that were read and not yet carried. The first frame to look at
// is at looked, which moves on: counted in buf, and on in ahead.
func (s *stream) terminates(looked *int) bool {
	head := make([]byte, 0, 5)
	for *looked+5 <= s.end+len(s.ahead) {
		head = head[:0]
		for i := *looked; len(head) < 5; i++ {
			if i < s.end {
				head = append(head, s.buf[i])
			} else {
				head = append(head, s.ahead[i-s.end])
			}
		}
		if head[0] == 'X' {
			return true
		}
		*looked += 1 + max(4, int(binary.BigEndian.Uint32(head[1:])))
	}
	return false
}
