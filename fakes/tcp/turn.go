package tcp

import (
	"net"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// turn is the call under way on a session. session.mu guards it.
type turn struct {
	strike   fakes.Strike  // nil: no call is open
	effect   fault.Effect  // the zero effect when it does not bite, or is over
	bites    bool          // there was an effect
	carried  bool          // it took place
	answered bool          // the server has said something
	seen     int           // bytes that it said
	patient  bool          // the server's silence is being timed
	held     chan struct{} // closed when the turn is no longer held at the request; nil: it is not
}

// ask takes bytes of the client: it begins a turn where one is due, strikes at the request, and forwards. False: the
// session is over.
func (s *session) ask(chunk []byte) bool {
	strike, e, held := s.begin()
	if held != nil {
		ok := s.strikeRequest(strike, e)
		if ok {
			s.over()
		}
		close(held)
		if !ok {
			return false
		}
	}
	return s.send(chunk, s.server, s.client)
}

// begin opens a turn, unless one is open that the server has not answered. Held is not nil when an effect strikes at
// the request; until it is closed nothing of the server passes.
func (s *session) begin() (strike fakes.Strike, e fault.Effect, held chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.turn
	if s.dead || t.strike != nil && !t.answered {
		return nil, e, nil
	}
	s.finish("answered")
	strike = s.gate.Ask(fault.Call{Op: Stream, Conn: s.id})
	e = strike.Effect()
	s.turn = turn{strike: strike, bites: e.Bites()}
	if !t.bites || !s.kind.Can(Stream, e.At, e.Verb) {
		return strike, e, nil
	}
	t.effect = e
	if e.At == fault.Request {
		t.held = make(chan struct{})
	}
	return strike, e, t.held
}

// await waits while the turn is held at the request.
func (s *session) await() {
	s.mu.Lock()
	held := s.turn.held
	s.mu.Unlock()
	if held != nil {
		<-held
	}
}

// answer takes bytes of the server. False: the session is over.
func (s *session) answer(chunk []byte) bool {
	s.await()
	s.mu.Lock()
	t := &s.turn
	before := t.seen
	first := !t.answered
	t.answered = true
	t.seen += len(chunk)
	e, strike := t.effect, t.strike
	s.mu.Unlock()
	switch {
	case strike == nil || e.Verb == "":
	case e.At == fault.Reply && first:
		return s.strikeReply(strike, e, chunk)
	case e.At == fault.Body && before+len(chunk) > e.Past:
		return s.strikeBody(strike, e, chunk, max(e.Past-before, 0))
	}
	return s.send(chunk, s.client, s.server)
}

// pause is called when the server has nothing more to say for now. The turn is over then, unless an effect still waits
// for later bytes of the reply.
func (s *session) pause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch t := &s.turn; {
	case t.strike == nil || !t.answered:
	case t.effect.At == fault.Body:
		t.patient = true
		_ = s.server.SetReadDeadline(time.Now().Add(patience))
	default:
		s.finish("answered")
	}
}

// settle ends a turn that was answered, whatever its effect still waits for.
func (s *session) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turn.answered {
		s.finish("answered")
	}
}

// end ends the turn under way.
func (s *session) end(answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finish(answer)
}

// over notes that the effect took place and that later bytes pass.
func (s *session) over() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn.carried, s.turn.effect, s.turn.held = true, fault.Effect{}, nil
}

// finish reports what became of the turn. mu is held.
func (s *session) finish(answer string) {
	switch t := &s.turn; {
	case t.carried:
		s.report(fault.Carried, answer)
	case t.bites:
		s.report(fault.Impossible, answer)
	default:
		s.report("", answer)
	}
}

// report ends the call of the turn, once. mu is held.
func (s *session) report(done fault.Done, answer string) {
	t := &s.turn
	if t.strike == nil {
		return
	}
	if t.patient {
		_ = s.server.SetReadDeadline(time.Time{})
	}
	t.strike.Done(done, answer)
	t.strike, t.effect, t.patient = nil, fault.Effect{}, false
}

// hangUp ends the turn and the session: the client in the way the effect says, the backend quietly. What became of the
// call is known before the client can see it. It gives false, for the session is over.
func (s *session) hangUp(done fault.Done, answer string, end func(net.Conn) error) bool {
	s.mu.Lock()
	s.dead = true
	s.report(done, answer)
	s.mu.Unlock()
	_ = s.server.Close()
	_ = end(s.client)
	return false
}
