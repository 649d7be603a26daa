package tcp

import (
	"net"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// noise is what a garbled connection says unless the rule has bytes of its own: no protocol begins like this.
const noise = "\x00\xff\xfe\x01\x80 this is not the protocol you expect \xff\x00\r\n"

// strikeRequest carries out an effect before the backend has seen the turn. True: the turn goes on to the backend.
func (s *session) strikeRequest(strike fakes.Strike, e fault.Effect) bool {
	verb, lifted, ok := s.hold(strike, e)
	if !ok {
		return false
	}
	if lifted && verb == fault.Pass && fakes.HasLeft(s.client) {
		// Nobody waits for it any more: carried out now it would be a ghost in the calm after the fault.
		return s.hangUp(fault.Carried, "left", net.Conn.Close)
	}
	if verb == fault.Garble {
		return s.garble(e)
	}
	return s.finally(verb)
}

// strikeReply carries out an effect after the backend has answered, before the client sees a byte of it.
func (s *session) strikeReply(strike fakes.Strike, e fault.Effect, chunk []byte) bool {
	verb, _, ok := s.hold(strike, e)
	if !ok {
		return false
	}
	switch verb {
	case fault.Garble:
		return s.garble(e)
	case fault.Lose:
		return s.hangUp(fault.Carried, "lost", ender(e.Say.Then))
	}
	if !s.finally(verb) {
		return false
	}
	s.over()
	return s.send(chunk, s.client, s.server)
}

// strikeBody carries out an effect within the reply: the first k bytes of the chunk still pass.
func (s *session) strikeBody(strike fakes.Strike, e fault.Effect, chunk []byte, k int) bool {
	if !s.send(chunk[:k], s.client, s.server) {
		return false
	}
	rest := chunk[k:]
	verb := e.Verb
	if !s.dripping() {
		var ok bool
		if verb, _, ok = s.hold(strike, e); !ok {
			return false
		}
	}
	switch verb {
	case fault.Drip:
		return s.drip(strike, e.Pace, rest)
	case fault.Cut:
		verb = fault.Close
	case fault.Garble:
		corrupt(rest, e.Say.Raw)
		verb = fault.Pass
	}
	if !s.finally(verb) {
		return false
	}
	s.over()
	return s.send(rest, s.client, s.server)
}

// dripping tells whether a drip has begun on an earlier chunk of the turn.
func (s *session) dripping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.turn.carried && s.turn.effect.Verb == fault.Drip
}

// finally closes or resets, or lets the turn go on.
func (s *session) finally(verb fault.Verb) bool {
	switch verb {
	case fault.Close:
		return s.hangUp(fault.Carried, "closed", fakes.Finish)
	case fault.Reset:
		return s.hangUp(fault.Carried, "reset", fakes.Reset)
	}
	return true
}

// hold lets the delay pass, and a hang. It gives what to do then, and whether the fault was lifted meanwhile; not ok: the
// client left, and the session is over. During a delay a client may have closed its sending half and still be waiting: the call has
// ended for it, as far as can be told, and only a reset ends the session; from a hang both lead out.
func (s *session) hold(strike fakes.Strike, e fault.Effect) (verb fault.Verb, lifted, ok bool) {
	ended, begun := fakes.Elapsed, true
	if e.Delay.D > 0 {
		ended = s.delay(strike, e)
		begun = e.Verb == fault.Pass || e.Verb == fault.Hang || e.Verb == fault.Drip
	}
	if ended == fakes.Elapsed && e.Verb == fault.Hang {
		gone, stop := fakes.Gone(s.ctx, s.client)
		ended = strike.Wait(gone, -1)
		stop()
	}
	switch {
	case ended == fakes.Released:
		return fakes.AfterRelease(e), true, true
	case ended == fakes.Elapsed:
		return e.Verb, false, true
	case begun:
		return "", false, s.hangUp(fault.Carried, "left", net.Conn.Close)
	}
	return "", false, s.hangUp(fault.ClientLeft, "left", net.Conn.Close)
}

// delay lets the delay of an effect pass. A client that closes its sending half during a delay that changes nothing else asks no more:
// its call is over then, and what the server says still passes.
func (s *session) delay(strike fakes.Strike, e fault.Effect) fakes.Ended {
	began := time.Now()
	if e.Verb == fault.Pass {
		gone, stop := fakes.Gone(s.ctx, s.client)
		ended := strike.Wait(gone, e.Delay.D)
		stop()
		if ended != fakes.Left {
			return ended
		}
		s.mu.Lock()
		s.report(fault.Carried, "left")
		s.mu.Unlock()
	}
	torn, stop := fakes.Torn(s.ctx, s.client)
	defer stop()
	return strike.Wait(torn, max(e.Delay.D-time.Since(began), time.Nanosecond))
}

// garble says noise in place of the reply, then hangs up.
func (s *session) garble(e fault.Effect) bool {
	text := e.Say.Raw
	if text == "" {
		text = noise
	}
	_, _ = s.client.Write([]byte(text))
	return s.hangUp(fault.Carried, "garbled", ender(e.Say.Then))
}

// ender is how a connection ends: a reset when the rule says so, else a close.
func ender(then fault.Verb) func(net.Conn) error {
	if then == fault.Reset {
		return fakes.Reset
	}
	return fakes.Finish
}

// corrupt lays bytes over a chunk, or else inverts every bit of it.
func corrupt(chunk []byte, raw string) {
	if raw != "" {
		copy(chunk, raw)
		return
	}
	for i := range chunk {
		chunk[i] = ^chunk[i]
	}
}

// drip sends at a pace: a piece, then the wait for the next. When the fault is lifted the rest comes at once.
func (s *session) drip(strike fakes.Strike, pace fault.Pace, chunk []byte) bool {
	s.mu.Lock()
	s.turn.carried = true
	s.mu.Unlock()
	piece := max(pace.Bytes, 1)
	torn, stop := fakes.Torn(s.ctx, s.client)
	defer stop()
	start := time.Now()
	for n := time.Duration(1); len(chunk) > 0; n++ {
		switch strike.Wait(torn, max(time.Until(start.Add(n*pace.Every.D)), 0)) {
		case fakes.Released:
			s.over()
			return s.send(chunk, s.client, s.server)
		case fakes.Left:
			return s.hangUp(fault.Carried, "left", net.Conn.Close)
		}
		k := min(piece, len(chunk))
		if !s.send(chunk[:k], s.client, s.server) {
			return false
		}
		chunk = chunk[k:]
	}
	return true
}
