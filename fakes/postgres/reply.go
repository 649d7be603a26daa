package postgres

import (
	"bytes"
	"context"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// atReply carries out an effect at the point reply, before the first message of the reply. The answer of the server to
// a COPY FROM STDIN that asks for the data is no reply yet.
func (s *session) atReply(f frame, u *unit) error {
	if u.struckReply || f.kind == 'G' {
		return nil
	}
	u.struckReply = true
	if !u.has(fault.Reply) {
		return nil
	}
	if on, err := s.pause(u, u.effect.Delay.D, !u.effect.Delay.IsZero()); err != nil || !on {
		return err
	}
	switch u.effect.Verb {
	case fault.Pass:
		u.done = fault.Carried
	case fault.Lose:
		u.losing = u.kind != preparing
	case fault.Hang:
		_, err := s.pause(u, -1, true)
		return err
	case fault.Reset, fault.Close:
		return s.shut(u, u.effect.Verb)
	}
	return nil // rewrite acts on the rows; whatever else is impossible
}

// pause holds the reply at the backend; on tells whether the verb is still to be carried out.
func (s *session) pause(u *unit, d time.Duration, wanted bool) (on bool, err error) {
	if !wanted {
		return true, nil
	}
	if err := s.out.flush(); err != nil {
		return false, err
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	// The statement has been executed, so a cancel comes too late for it: its reply goes on, or is cut short.
	if !u.effect.Lost {
		s.setOnCancel(func() bool { cancel(); return true })
		defer s.setOnCancel(nil)
	}
	switch u.strike.Wait(ctx, d) {
	case fakes.Left:
		if s.ctx.Err() == nil {
			u.done = fault.Carried
			if u.cutsShort() {
				s.short = ending
			}
			return false, nil
		}
		return false, s.gone(u)
	case fakes.Released:
		return false, s.released(u)
	}
	return true, nil
}

// lose swallows a reply up to the ReadyForQuery behind it: only then the statement is carried out, and committed.
func (s *session) lose(f frame, u *unit) error {
	if f.kind == 'G' || f.kind == 'W' {
		s.out.pass(f)
		return nil
	}
	if err := s.out.skip(f); err != nil {
		return err
	}
	ends := f.kind == 'C' || f.kind == 'I' || f.kind == 's' || f.kind == 'E'
	if ends && u.kind == extended && !s.queue.synced() {
		return s.lost(u) // no Sync was sent, so no ReadyForQuery will come
	}
	return nil
}

func (s *session) lost(u *unit) error {
	u.done = fault.Carried
	u.end("lost")
	s.closeClient(fault.Close)
	return errDone
}

// poisoned puts the effect's saying in the place of the error that the poison made.
func (s *session) poisoned(f frame, u *unit) error {
	if !bytes.Contains(f.body, []byte(u.token)) {
		if u.done == "" {
			u.done = fault.Impossible // an error before the poison
		}
		u.tag = errorIn(f.body)
		s.out.pass(f)
	} else {
		u.done, u.tag = fault.Carried, spokenAs(u.effect)
		ends := fatal(u.effect)
		if err := s.out.skip(f); err != nil {
			return err
		}
		if err := s.out.say(spoken(worded(u.effect, u.op, u.stmt), "ERROR")); err != nil {
			return err
		}
		if ends {
			u.end(u.tag)
			s.closeClient(u.effect.Say.Then)
			return errDone
		}
	}
	if u.kind != simple {
		s.skips()
		s.over(u, u.tag)
	}
	return nil
}
