package postgres

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/failwell/failwell/harness/fault"
)

const manyPortals = 1024 // remembered at a time, more than any driver has open

// frontend is what a session knows of the messages that the application has sent.
type frontend struct {
	texts   texts
	named   map[string]*statement
	portals map[string]*portal

	parsed  []*statement      // parsed since the last Execute or Sync: a prepare, if no Execute comes
	owed    int               // replies that the server owes for Parse, Bind, Describe and Close since then
	carries map[string]string // texts of cursors and of prepared statements of SQL, by name
	inTx    bool              // whether what was sent leaves a transaction open
}

// A portal is a statement with its result formats bound.
type portal struct {
	stmt    *statement
	formats []byte
	bound   bool
}

func frontendMatters(kind byte) bool {
	switch kind {
	case 'Q', 'F', 'P', 'B', 'E', 'D', 'C', 'S', 'H', 'X':
		return true
	}
	return false
}

// pumpFrontend carries what the application sends until it leaves.
func (s *session) pumpFrontend() error {
	for {
		f, err := s.in.next(frontendMatters)
		if err != nil {
			return err
		}
		replaced, err := s.sent(f)
		if err != nil {
			return err
		}
		if !replaced {
			s.in.pass(f)
		}
	}
}

// sent notes a message, and asks about the call if it is one. Replaced tells that the message is not to be passed.
func (s *session) sent(f frame) (replaced bool, err error) {
	switch f.kind {
	case 'Q':
		text, _ := word(f.body)
		stmt := s.texts.of(text)
		return s.call(f, unit{kind: simple, op: stmt.op, stmt: stmt})
	case 'F':
		return s.call(f, unit{kind: simple, op: opCall, stmt: &statement{text: "function call"}})
	case 'P':
		s.parse(f)
	case 'B':
		s.bind(f)
	case 'D':
		s.owed++
	case 'C':
		s.owed++
		s.close(f)
	case 'E':
		return s.execute(f)
	case 'S', 'H':
		return false, s.synced(f)
	case 'X':
		return false, s.terminate(f)
	case 'c', 'f':
		if s.copying.Load() {
			s.queue.unsync()
		}
	}
	return false, nil
}

// terminate passes a Terminate on and ends the session, also one whose reply is held: the application waits for nothing more.
func (s *session) terminate(f frame) error {
	s.in.pass(f)
	err := s.in.flush()
	s.in.over = io.EOF
	return errors.Join(err, errLeft)
}

func (s *session) parse(f frame) {
	name, rest := word(f.body)
	text, _ := word(rest)
	stmt := s.texts.of(text)
	if len(name) > 0 && s.named[string(name)] != stmt {
		s.named[string(name)] = stmt
	} else if len(name) == 0 {
		s.named[""] = stmt
	}
	s.owed++
	if len(s.parsed) == 0 {
		s.in.keep()
	}
	s.parsed = append(s.parsed, stmt)
}

func (s *session) bind(f frame) {
	s.owed++
	name, rest := word(f.body)
	from, _ := word(rest)
	p := s.portals[string(name)]
	if p == nil {
		if len(s.portals) >= manyPortals {
			clear(s.portals)
		}
		p = &portal{}
		s.portals[string(name)] = p
	}
	p.stmt = s.named[string(from)]
	p.formats, p.bound = p.formats[:0], false
	if f.whole() {
		var formats []byte
		formats, p.bound = resultFormats(f.body)
		p.formats = append(p.formats, formats...)
	}
}

// resultFormats finds the result formats at the end of a whole Bind message.
func resultFormats(body []byte) (formats []byte, ok bool) {
	_, body = word(body)
	_, body = word(body)
	n, body, ok := int16Of(body)
	if !ok || len(body) < 2*n {
		return nil, false
	}
	n, body, ok = int16Of(body[2*n:])
	for ; ok && n > 0; n-- {
		if len(body) < 4 {
			return nil, false
		}
		length := max(int(int32(binary.BigEndian.Uint32(body))), 0)
		if length > len(body)-4 {
			return nil, false
		}
		body = body[4+length:]
	}
	if !ok {
		return nil, false
	}
	n, body, ok = int16Of(body)
	if !ok || len(body) < 2*n {
		return nil, false
	}
	return body[:2*n], true
}

func int16Of(b []byte) (n int, after []byte, ok bool) {
	if len(b) < 2 {
		return 0, nil, false
	}
	return int(binary.BigEndian.Uint16(b)), b[2:], true
}

func (s *session) close(f frame) {
	if len(f.body) < 2 {
		return
	}
	name, _ := word(f.body[1:])
	if f.body[0] == 'S' {
		delete(s.named, string(name))
	} else {
		delete(s.portals, string(name))
	}
}

func (s *session) execute(f frame) (replaced bool, err error) {
	u := unit{kind: extended, owed: s.owed}
	name, _ := word(f.body)
	if p := s.portals[string(name)]; p != nil && p.stmt != nil {
		u.stmt, u.bound = p.stmt, p.bound
		u.formats = p.formats
	} else {
		u.stmt = &statement{op: opQuery}
	}
	u.op = u.stmt.op
	s.nothingParsed()
	return s.call(f, u)
}

// synced handles the end of a round trip: Sync, or Flush.
func (s *session) synced(f frame) error {
	if len(s.parsed) > 0 && s.in.held {
		if err := s.prepared(); err != nil {
			return err
		}
	}
	if f.kind == 'S' {
		s.nothingParsed()
		s.queue.push(unit{kind: syncing})
	} else if len(s.parsed) > 0 {
		s.nothingParsed()
	}
	return nil
}

func (s *session) nothingParsed() {
	clear(s.parsed)
	s.parsed, s.owed = s.parsed[:0], 0
	s.in.let()
}

// transaction tells whether a statement that is sent now runs inside a transaction, and notes what it leaves behind.
func (s *session) transaction(op string) (in bool) {
	if s.queue.quiet() {
		s.inTx = s.status.Load() != 'I'
	}
	in = s.inTx
	switch op {
	case opBegin:
		s.inTx = true
	case opCommit, opRollback:
		s.inTx = false
	}
	return in
}

func (s *session) ask(u *unit, text string, inTx bool) {
	c := fault.Call{Op: u.op, Text: s.carried(text), InTx: inTx, Housekeeping: isHousekeeping(text, inTx), Conn: s.id}
	if u.stmt != nil {
		c.Trace = u.stmt.trace
	}
	u.strike = s.gate.Ask(c)
	u.inTx = inTx
	s.toldOpen.Store(inTx)
	s.obey(u)
}
