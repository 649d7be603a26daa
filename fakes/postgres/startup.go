package postgres

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// First words of a connection (PostgreSQL manual, "Message Formats").
const (
	cancelRequest = 80877102
	sslRequest    = 80877103
	gssRequest    = 80877104
	longestStart  = 10000 // MAX_STARTUP_PACKET_LENGTH of the server
)

var errStart = errors.New("not a PostgreSQL client")

// start reads what comes before the protocol proper. It returns the StartupMessage, or nil when the connection was for a
// CancelRequest, which has been carried out then.
func (s *session) start() ([]byte, error) {
	for {
		if err := s.in.need(8); err != nil {
			return nil, err
		}
		head := s.in.buf[s.in.pos:s.in.end]
		length, code := int(binary.BigEndian.Uint32(head)), binary.BigEndian.Uint32(head[4:])
		if length < 8 || length > longestStart {
			return nil, errStart
		}
		switch {
		case (code == sslRequest || code == gssRequest) && length == 8:
			s.in.start, s.in.pos = s.in.pos+8, s.in.pos+8
			if _, err := s.client.Write([]byte{'N'}); err != nil {
				return nil, err
			}
		case code == cancelRequest, code>>16 == 3:
			raw, err := s.in.take(length)
			if err != nil || code != cancelRequest {
				return raw, err
			}
			if length >= 16 {
				s.cancel(s.ctx, raw)
			}
			return nil, nil
		default:
			return nil, errStart
		}
	}
}

// take returns the next n bytes and keeps them from being written.
func (s *stream) take(n int) ([]byte, error) {
	if err := s.need(n); err != nil {
		return nil, err
	}
	taken := bytes.Clone(s.buf[s.pos : s.pos+n])
	s.pos += n
	s.start = s.pos
	return taken, nil
}

// setting returns a parameter of the StartupMessage.
func setting(startup []byte, name string) string {
	body := startup[8:]
	for len(body) > 1 {
		var key, value []byte
		key, body = word(body)
		value, body = word(body)
		if string(key) == name {
			return string(value)
		}
	}
	return ""
}

// login asks about the call auth and carries out what is to happen before the server hears of it. It returns the unit
// whose reply is the server's first ReadyForQuery.
func (s *session) login(startup []byte) (unit, error) {
	u := unit{kind: simple, op: opAuth}
	u.strike = s.gate.Ask(fault.Call{Op: opAuth, Text: setting(startup, "application_name"), Conn: s.id})
	s.obey(&u)
	if !u.has(fault.Auth) {
		return u, nil
	}
	if on, err := s.delay(&u, false); err != nil || !on {
		return u, err
	}
	switch u.effect.Verb {
	case fault.Pass:
		u.done = fault.Carried
	case fault.Hang:
		return u, s.hang(&u, false)
	case fault.Reset, fault.Close:
		return u, s.shut(&u, u.effect.Verb)
	case fault.Answer, fault.Garble:
		_, err := s.client.Write(spoken(u.effect, "FATAL"))
		u.done = carriedIf(err)
		u.end(spokenAs(u.effect))
		s.closeClient(u.effect.Say.Then)
		return u, errDone
	}
	return u, nil
}

func carriedIf(err error) fault.Done {
	if err != nil {
		return fault.ClientLeft
	}
	return fault.Carried
}

var _ fakes.Fake = Fake{}
