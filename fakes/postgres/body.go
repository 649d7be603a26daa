package postgres

import (
	"github.com/failwell/failwell/harness/fault"
)

// row handles one row of a reply.
func (s *session) row(f frame, u *unit) error {
	u.described = true
	if u.effect.Verb == fault.Rewrite && (u.effect.At == fault.Body || u.effect.At == fault.Reply) && u.done != fault.Impossible {
		return s.rewrite(f, u)
	}
	if u.has(fault.Body) || u.effect.Verb == fault.Drip && u.done == fault.Carried {
		if err := s.atRow(u); err != nil {
			return err
		}
	}
	if s.short == ending {
		return s.shorten(f, u)
	}
	u.rows++
	s.out.pass(f)
	return nil
}

// atRow carries out an effect at the point body when its row has come.
func (s *session) atRow(u *unit) error {
	if u.rows < u.effect.Past {
		return nil
	}
	first := u.done == ""
	if on, err := s.pause(u, u.effect.Delay.D, first && !u.effect.Delay.IsZero()); err != nil || !on {
		return err
	}
	if err := s.out.flush(); err != nil {
		return err
	}
	switch u.effect.Verb {
	case fault.Drip:
		on, err := s.pause(u, u.effect.Pace.Every.D, u.effect.Pace.Every.D > 0)
		if on {
			u.done = fault.Carried
		} else if err == nil {
			u.effect.Verb = fault.Pass // lifted: the rest comes at once
		}
		return err
	case fault.Hang:
		_, err := s.pause(u, -1, true)
		return err
	case fault.Cut:
		return s.shut(u, fault.Close)
	case fault.Reset, fault.Close:
		return s.shut(u, u.effect.Verb)
	case fault.Garble:
		return s.garble(u)
	}
	u.done = fault.Impossible
	return nil
}

// garble ends a reply with bytes that are not of the protocol, and the connection after them.
func (s *session) garble(u *unit) error {
	err := s.out.say(spoken(u.effect, "ERROR"))
	u.done = carriedIf(err)
	u.end("garbled")
	s.closeClient(u.effect.Say.Then)
	return errDone
}

// afterRows carries out an effect at the point body that takes place behind the last row.
func (s *session) afterRows(u *unit) error {
	if !u.has(fault.Body) || !u.described || u.effect.Verb == fault.Drip || u.effect.Verb == fault.Rewrite {
		return nil
	}
	return s.atRow(u)
}
