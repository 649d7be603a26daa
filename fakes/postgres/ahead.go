package postgres

import (
	"errors"
	"net"
	"time"
)

// watch reads ahead while a call is held, so that a peer who leaves is noticed at once; stop ends it.
func (s *stream) watch(left func()) (stop func()) {
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
