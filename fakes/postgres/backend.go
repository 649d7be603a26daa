package postgres

import (
	"errors"
	"sync/atomic"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// backend is what a session knows of the replies.
type backend struct {
	unit     unit // the call whose reply is at hand
	ended    []ended
	copying  atomic.Bool
	toldOpen atomic.Bool // whether the rig believes that a transaction is open
	tags     map[string]string
	short    shortening // of the reply at hand
}

// ended is a call whose reply has come. It is ended when the application has been sent all up to ReadyForQuery: before
// that its connection is not idle.
type ended struct {
	strike fakes.Strike
	done   fault.Done
	answer string
}

func backendMatters(kind byte) bool {
	switch kind {
	case 'Z', 'C', 'E', 'T', 'K', 'N':
		return true
	}
	return false
}

// rowsMatter is backendMatters for a reply whose rows are looked into.
func rowsMatter(kind byte) bool { return kind == 'D' || backendMatters(kind) }

// pumpBackend carries what the server sends until it leaves or an effect ends the session.
func (s *session) pumpBackend() {
	for {
		matters := backendMatters
		if s.unit.effect.Verb == fault.Rewrite {
			matters = rowsMatter
		}
		f, err := s.out.next(matters)
		if err == nil {
			err = s.replied(f)
		}
		if err == nil && len(s.ended) > 0 && s.out.pos == s.out.end && !s.queue.synced() {
			err = s.settle() // a reply that was asked for by Flush
		}
		if err != nil {
			if s.ctx.Err() == nil {
				if s.parting.Load() && s.out.rest == 0 {
					_ = s.out.say(spoken(fault.Effect{Verb: fault.Answer, Say: shutdownNow}, "FATAL"))
				}
				s.closeClient(fault.Close)
			}
			return
		}
	}
}

// replied handles one message of the server. It passes the frame, or throws it away.
func (s *session) replied(f frame) error {
	switch f.kind {
	case 'N', 'A', 'S', 'R', 'v':
		if f.kind == 'N' && s.noticed(f) {
			return s.out.skip(f)
		}
		return s.keepOrLose(f)
	case 'K':
		s.key = string(f.body)
		s.know(s.key, s)
		return s.keepOrLose(f)
	case 'Z':
		return s.ready(f)
	}
	if s.short > ending {
		return s.out.skip(f)
	}
	if s.unit.kind == none {
		s.unit, _ = s.queue.pop()
	}
	if s.unit.kind == none || s.unit.kind == syncing {
		s.out.pass(f)
		return nil
	}
	if s.short == ending {
		return s.shorten(f, &s.unit)
	}
	if s.unit.kind == waiting {
		return s.waited(f, &s.unit)
	}
	return s.reply(f, &s.unit)
}

func (s *session) keepOrLose(f frame) error {
	if s.unit.losing {
		return s.out.skip(f)
	}
	s.out.pass(f)
	return nil
}

// reply handles a message that belongs to the reply of u.
func (s *session) reply(f frame, u *unit) error {
	if u.kind != simple && u.owed > 0 {
		if isPreliminary(f.kind) {
			return s.preliminary(f, u)
		}
		u.owed = 0
	}
	if u.own > 0 && f.kind != 'E' { // replies to messages of our own
		u.own--
		return s.out.skip(f)
	}
	if f.kind == 'E' && u.token != "" {
		return s.poisoned(f, u)
	}
	if u.token != "" && u.kind == simple {
		return s.out.skip(f) // the tag of the ROLLBACK before a failing COMMIT
	}
	if err := s.atReply(f, u); err != nil {
		return err
	}
	if u.losing {
		return s.lose(f, u)
	}
	return s.within(f, u)
}

// isPreliminary tells whether a message answers Parse, Bind, Describe or Close, and never Execute.
func isPreliminary(kind byte) bool {
	switch kind {
	case '1', '2', '3', 't', 'T', 'n':
		return true
	}
	return false
}

// preliminary handles a reply to Parse, Bind, Describe or Close.
func (s *session) preliminary(f frame, u *unit) error {
	if u.op != opCopy {
		if err := s.atReply(f, u); err != nil {
			return err
		}
	}
	switch f.kind {
	case '1', '2', '3', 'n':
		u.owed--
	case 'T':
		u.owed--
		u.describe(f, true)
	}
	if u.losing {
		return s.out.skip(f)
	}
	s.out.pass(f)
	if u.owed == 0 && u.kind == preparing {
		s.over(u, "prepared")
	}
	return nil
}

// within handles a message of a reply that has begun: rows, and the end.
func (s *session) within(f frame, u *unit) error {
	switch f.kind {
	case 'T':
		u.rows = 0
		u.describe(f, false)
	case 'H':
		u.described = true
	case 'G':
		u.copyIn = true
		s.copying.Store(true)
	case 'D', 'd':
		return s.row(f, u)
	case 'C', 'I', 's', 'E':
		if err := s.afterRows(u); err != nil {
			return err
		}
		if s.short == ending {
			return s.shorten(f, u)
		}
		u.tag = s.tag(f)
		s.out.pass(f)
		s.copying.Store(false)
		if u.kind != simple {
			if f.kind == 'E' {
				s.skips()
			}
			s.over(u, u.tag)
		}
		return nil
	}
	s.out.pass(f)
	return nil
}

// ready handles ReadyForQuery: the end of a simple call, or of everything up to a Sync.
func (s *session) ready(f frame) error {
	if len(f.body) > 0 {
		s.status.Store(int32(f.body[0]))
	}
	if ours, err := s.shortened(); ours || err != nil {
		return errors.Join(err, s.out.skip(f))
	}
	s.mu.Lock()
	s.skipping = false
	s.mu.Unlock()
	if s.unit.kind == none {
		s.unit, _ = s.queue.pop()
	}
	if s.unit.losing {
		return s.lost(&s.unit)
	}
	if s.unit.kind == waiting && s.unit.wait.simple {
		return s.waited(f, &s.unit)
	}
	s.out.pass(f)
	for s.unit.kind == extended || s.unit.kind == preparing || s.unit.kind == waiting {
		s.over(&s.unit, skipped) // by an error before it
		s.unit, _ = s.queue.pop()
	}
	if s.unit.kind != none {
		if s.unit.op == opAuth {
			s.unit.tag = "authenticated"
		}
		s.over(&s.unit, s.unit.tag)
	}
	return s.settle()
}

// settle sends what there is and ends the calls that are over.
func (s *session) settle() error {
	if len(s.ended) == 0 {
		return nil
	}
	if err := s.out.flush(); err != nil {
		return err
	}
	open := s.status.Load() != 'I'
	if s.toldOpen.Swap(open) != open {
		fakes.InTransaction(s.client, open)
	}
	for i, e := range s.ended {
		e.strike.Done(e.done, e.answer)
		s.ended[i] = ended{}
	}
	s.ended = s.ended[:0]
	return nil
}

const skipped = "skipped" // the server did not look at the call

// over ends the unit at hand, and its call as soon as it is settled.
func (s *session) over(u *unit, answer string) {
	s.queue.ended()
	if u.strike != nil {
		s.ended = append(s.ended, ended{u.strike, u.became(), answer})
	}
	*u = unit{}
}
