package postgres

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/fault"
)

// call asks about a statement that is about to be executed and carries out what is to happen before the server sees it.
func (s *session) call(f frame, u unit) (replaced bool, err error) {
	inTx := s.transaction(u.op)
	s.ask(&u, u.stmt.text, inTx)
	u.formats = formatsFor(&u)
	if err := s.request(&u); err != nil {
		return false, err
	}
	if u.token == "" {
		s.queue.push(u)
		return false, nil
	}
	endTx := inTx && u.op == opCommit && (s.status.Load() != 'E' || u.aborted) && !fatal(u.effect)
	raw := poisonQuery(u.token, endTx)
	if f.kind == 'E' {
		raw, u.own = poisonExecute(u.token, endTx)
	}
	if err := s.in.skip(f); err != nil {
		return false, err
	}
	s.queue.push(u)
	return true, s.in.say(raw)
}

// prepared asks about a round trip that only prepares. Its messages are still held back, all of them in the buffer.
func (s *session) prepared() error {
	u := unit{kind: preparing, op: opSession, stmt: s.parsed[0], owed: s.owed}
	text := u.stmt.text
	for _, more := range s.parsed[1:] {
		text = strings.Join([]string{text, more.text}, "; ")
	}
	if slices.ContainsFunc(s.parsed, func(p *statement) bool { return hasPlan(p.op) }) {
		u.op = opPrepare
	}
	s.ask(&u, text, s.transaction(opPrepare))
	if err := s.request(&u); err != nil {
		return err
	}
	s.queue.push(u)
	if u.token == "" {
		return nil
	}
	// The first Parse is the frame at hold; what follows it goes out as it is, for the server to skip.
	if err := s.in.flush(); err != nil {
		return err
	}
	size := 1 + int(uint32At(s.in.buf[s.in.hold+1:]))
	name, _ := word(s.in.buf[s.in.hold+5 : s.in.hold+size])
	if _, err := s.in.dst.Write(poisonParse(name, u.token)); err != nil {
		return err
	}
	s.in.start = s.in.hold + size
	s.in.let()
	return nil
}

// formatsFor keeps the result formats if they will be needed: the portal's own may be overwritten by the next Bind.
func formatsFor(u *unit) []byte {
	if u.effect.Verb == fault.Rewrite {
		return slices.Clone(u.formats)
	}
	return nil
}

// request carries out an effect at the point request. Afterwards a token says that the statement is to be poisoned.
func (s *session) request(u *unit) error {
	server := u.stmt != nil && s.atServer(u)
	if !server && !u.has(fault.Request) {
		return nil
	}
	if err := s.in.flush(); err != nil { // what was sent before goes its way meanwhile
		return err
	}
	if server {
		if held, err := s.holdAtServer(u); held || err != nil || !u.has(fault.Request) {
			return err
		}
	}
	if on, err := s.delay(u, true); err != nil || !on {
		return err
	}
	switch u.effect.Verb {
	case fault.Pass:
		u.done = fault.Carried
	case fault.Hang:
		return s.hang(u, !u.effect.Lost)
	case fault.Reset, fault.Close:
		return s.shut(u, u.effect.Verb)
	case fault.Answer, fault.Garble:
		if s.status.Load() == 'E' && !fatal(u.effect) {
			u.done = fault.Impossible // a failed transaction has an error of its own for every statement
			return nil
		}
		u.token = newToken()
	default:
		u.done = fault.Impossible
	}
	return nil
}

func uint32At(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
