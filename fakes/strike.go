package fakes

import (
	"context"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// strike is a call on a page of the journal. Until Done it belongs to the fake.
type strike struct {
	rig    *LocalRig
	dep    *dependency
	armed  *armed
	effect *fault.Effect // nil: no rule struck
	call   fault.Call
	rule   int
	seq    int64
	at     time.Duration

	// Guarded by rig.mu.
	conn   *connection // nil: not known, or ended
	held   bool        // it waits as its effect says, or did and waited for nothing else
	ended  bool
	done   fault.Done
	answer string
	said   *fault.Said
	took   time.Duration
}

var _ Teller = (*strike)(nil)

func (s *strike) Effect() fault.Effect {
	if s.effect == nil {
		return fault.Effect{}
	}
	return *s.effect
}

// Wait holds the call. The end of the rule's own window (`for`) lifts the fault as others being armed does. From its begin
// the call is one that was struck: what holds a call needs no end to be felt.
func (s *strike) Wait(ctx context.Context, d time.Duration) Ended {
	if d == 0 {
		return Elapsed
	}
	s.hold(true)
	ended := s.wait(ctx, d)
	if ended == Elapsed && !s.Effect().Holds() {
		s.hold(false) // the verb itself is still to come
	}
	return ended
}

func (s *strike) hold(held bool) {
	s.rig.mu.Lock()
	defer s.rig.mu.Unlock()
	s.held = held && s.effect != nil && s.effect.Bites()
}

func (s *strike) wait(ctx context.Context, d time.Duration) Ended {
	why := Elapsed
	if left, ok := s.armed.window(s.rule, time.Now()); ok && (d < 0 || left < d) {
		d, why = max(left, 0), Released
	}
	var end <-chan time.Time
	if d >= 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		end = timer.C
	}
	select {
	case <-end:
		return why
	case <-s.armed.released:
		if ctx.Err() != nil {
			return Left
		}
		return Released
	case <-ctx.Done():
		return Left
	}
}

// Tell keeps the answer.
func (s *strike) Tell(said fault.Said) {
	s.rig.mu.Lock()
	defer s.rig.mu.Unlock()
	s.said = &said
}

// Done ends the call. A connection that waits to be drained is closed when its last call ends.
func (s *strike) Done(done fault.Done, answer string) {
	if idle := s.end(done, answer); idle != nil {
		_ = idle.Close()
	}
}

func (s *strike) end(done fault.Done, answer string) (drained *connection) {
	now := time.Now()
	r := s.rig
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.ended {
		return nil
	}
	s.ended, s.done, s.answer = true, s.became(done), answer
	s.took = max(now.Sub(r.start)-s.at, 1)
	s.dep.open--
	r.open--
	r.stir(now)
	c := s.conn
	s.conn = nil
	if c == nil {
		return nil
	}
	c.calls--
	if c.draining && c.idle() {
		return c
	}
	return nil
}

// became is what has become of the effect, by what the fake says of it so far. A call that is held has been struck, and so has
// one that the system left, or whose fault was lifted, while it was held. rig.mu is held.
func (s *strike) became(done fault.Done) fault.Done {
	if s.held {
		return fault.Carried
	}
	return done
}

// hit is the call as others see it. rig.mu is held.
func (s *strike) hit() fault.Hit {
	return fault.Hit{
		Seq: s.seq, Call: s.call, Effect: s.Effect(), Rule: s.rule,
		Done: s.became(s.done), Answer: s.answer, Said: s.said, At: s.at, Took: s.took,
	}
}
