package postgres

import (
	"encoding/binary"
	"errors"
	"net"
	"sync"
)

const (
	small    = 1 << 10  // a connection's own room, enough for what most exchanges send
	large    = 32 << 10 // borrowed from the pool while a peer sends more
	farAhead = 64 << 10 // read at most while a call is held
	longest  = 1<<30 + 4
)

// errFraming says that what came is not of the protocol.
var errFraming = errors.New("not a PostgreSQL message")

// A stream carries frames (type byte, length, body: PostgreSQL manual, "Message Formats") from src to dst. What was passed
// is written in one span as long as possible, at the latest before the stream waits for more. A frame that nobody looks
// into is never held whole, however long it is.
//
//	buf:  written | passed, to be written | read, to be looked at | free
//	      0       start                   pos                     end
type stream struct {
	src, dst net.Conn
	pool     *sync.Pool

	own             [small]byte
	borrowed        *[large]byte
	buf             []byte
	start, pos, end int

	held bool  // nothing from hold on may be written yet
	hold int   //
	rest int   // bytes of the frame at hand that are still to come
	drop bool  // they are thrown away
	full bool  // the last read filled the buffer
	over error // why no more can be read

	ahead []byte // read while the call at hand was held
}

// A frame is one message. Body is as much of it as is in the buffer, and good until the next one.
type frame struct {
	kind byte
	size int // with type and length
	body []byte
}

// whole tells whether all of the frame is in the buffer.
func (f frame) whole() bool { return len(f.body) == f.size-5 }

func newStream(src, dst net.Conn, pool *sync.Pool) *stream {
	s := &stream{src: src, dst: dst, pool: pool}
	s.buf = s.own[:]
	return s
}

// next returns the next frame; the bodies of kinds that matter are in the buffer as far as they fit. The frame has to be
// passed or dropped.
func (s *stream) next(matters func(kind byte) bool) (frame, error) {
	if err := s.finish(); err != nil {
		return frame{}, err
	}
	if err := s.need(5); err != nil {
		return frame{}, err
	}
	kind, length := s.buf[s.pos], binary.BigEndian.Uint32(s.buf[s.pos+1:])
	if length < 4 || length > longest {
		return frame{}, errFraming
	}
	size := 1 + int(length)
	if matters(kind) {
		if s.held && s.pos-s.hold+size > large {
			s.let()
		}
		if err := s.need(min(size, s.room())); err != nil {
			return frame{}, err
		}
	}
	return frame{kind: kind, size: size, body: s.buf[s.pos+5 : min(s.pos+size, s.end)]}, nil
}

// room is how long a frame may be to be in the buffer whole.
func (s *stream) room() int {
	if s.held {
		return large - (s.pos - s.hold)
	}
	return large
}

// pass lets the frame through.
func (s *stream) pass(f frame) { s.move(f, false) }

// skip throws the frame away.
func (s *stream) skip(f frame) error {
	if err := s.flush(); err != nil {
		return err
	}
	s.move(f, true)
	s.start = s.pos
	return nil
}

func (s *stream) move(f frame, drop bool) {
	n := min(f.size, s.end-s.pos)
	s.pos += n
	s.rest, s.drop = f.size-n, drop
}

// say writes bytes of our own after what was passed.
func (s *stream) say(bytes []byte) error {
	if err := s.flush(); err != nil {
		return err
	}
	_, err := s.dst.Write(bytes)
	return err
}

// keep holds back everything from the frame at hand on.
func (s *stream) keep() {
	if !s.held {
		s.held, s.hold = true, s.pos
	}
}

// let ends keep.
func (s *stream) let() { s.held = false }

// finish carries the rest of a long frame.
func (s *stream) finish() error {
	for s.rest > 0 {
		if s.pos == s.end {
			if err := s.more(1); err != nil {
				return err
			}
		}
		n := min(s.rest, s.end-s.pos)
		s.pos += n
		s.rest -= n
		if s.drop {
			s.start = s.pos
		}
	}
	return nil
}

// need waits until n bytes can be looked at.
func (s *stream) need(n int) error {
	for s.end-s.pos < n {
		if err := s.more(n); err != nil {
			return err
		}
	}
	return nil
}

// flush writes what was passed and is not held back.
func (s *stream) flush() error {
	upto := s.pos
	if s.held {
		upto = s.hold
	}
	if upto <= s.start {
		return nil
	}
	_, err := s.dst.Write(s.buf[s.start:upto])
	s.start = upto
	return err
}

// more reads once, after writing what is to be written, so that n bytes from pos on will fit.
func (s *stream) more(n int) error {
	if s.over != nil && len(s.ahead) == 0 {
		_ = s.flush()
		return s.over
	}
	if s.held && s.pos-s.hold+n > large {
		s.let()
	}
	if err := s.flush(); err != nil {
		return err
	}
	switch {
	case s.full || s.pos-s.start+n > small || s.end-s.start >= small:
		s.borrow()
	case s.start == s.end:
		s.giveBack()
	}
	if s.start > 0 {
		copy(s.buf, s.buf[s.start:s.end])
		s.pos, s.end, s.hold, s.start = s.pos-s.start, s.end-s.start, s.hold-s.start, 0
	}
	return s.read()
}

func (s *stream) read() error {
	if len(s.ahead) > 0 {
		n := copy(s.buf[s.end:], s.ahead)
		s.ahead = s.ahead[n:]
		s.end += n
		return nil
	}
	n, err := s.src.Read(s.buf[s.end:])
	s.end += n
	s.full = s.end == len(s.buf)
	if n > 0 {
		return nil
	}
	s.over = err
	return err
}

func (s *stream) borrow() {
	if s.borrowed == nil {
		s.borrowed = s.pool.Get().(*[large]byte)
		copy(s.borrowed[:], s.buf[:s.end])
		s.buf = s.borrowed[:]
	}
}

// giveBack returns the borrowed room of a stream that holds nothing.
func (s *stream) giveBack() {
	s.start, s.pos, s.end = 0, 0, 0
	if s.borrowed != nil {
		s.pool.Put(s.borrowed)
		s.borrowed, s.buf = nil, s.own[:]
	}
}
