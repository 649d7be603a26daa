package postgres

import (
	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// delay waits for the effect's Delay before the frontend goes on with its verb; on tells whether the verb is still to be
// carried out. A statement whose delay the application cancels is poisoned, and on is false.
func (s *session) delay(u *unit, cancellable bool) (on bool, err error) {
	if u.effect.Delay.IsZero() {
		return true, nil
	}
	ended, cancelled := s.hold(u, u.effect.Delay.D, cancellable)
	switch {
	case cancelled:
		u.instead(canceled)
		return false, nil
	case ended == fakes.Left:
		return false, s.gone(u)
	case ended == fakes.Released:
		return false, s.released(u)
	}
	return true, nil
}

// hang holds the call at the frontend without end; if it may, the application cancels it.
func (s *session) hang(u *unit, cancellable bool) error {
	ended, cancelled := s.hold(u, -1, cancellable)
	switch {
	case cancelled:
		u.instead(canceled)
		return nil
	case ended == fakes.Left:
		return s.gone(u)
	}
	u.done = fault.Carried
	return s.released(u)
}

// instead makes the server say this in place of carrying out the statement that was held.
func (u *unit) instead(say fault.Saying) {
	u.done, u.token = fault.Carried, newToken()
	u.effect = fault.Effect{Verb: fault.Answer, At: fault.Request, Say: say}
}

// gone ends a held call whose application left.
func (s *session) gone(u *unit) error {
	u.done = fault.ClientLeft
	if u.effect.Verb == fault.Hang || u.effect.Verb == fault.Pass || u.effect.Verb == fault.Drip {
		u.done = fault.Carried
	}
	u.end("nothing: the client left")
	return errLeft
}

// released does what the effect wants done with a call whose fault was lifted while it was held.
func (s *session) released(u *unit) error {
	if u.effect.Verb == fault.Pass || u.effect.Verb == fault.Hang || u.effect.Verb == fault.Drip {
		u.done = fault.Carried
	} else {
		u.done = fault.Impossible // lifted before it could begin
	}
	switch u.effect.Release {
	case fault.ReleaseClose:
		return s.cast(u, fault.Close)
	case fault.ReleaseReset:
		return s.cast(u, fault.Reset)
	}
	return nil
}

// cast ends both connections, keeping what has become of the effect.
func (s *session) cast(u *unit, how fault.Verb) error {
	u.end(map[fault.Verb]string{fault.Close: "closed", fault.Reset: "reset"}[how])
	s.closeClient(how)
	return errDone
}
