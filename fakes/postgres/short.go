package postgres

import "github.com/failwell/failwell/harness/fault"

// A reply whose rows are held is cut short by a CancelRequest: an error takes the place of what was still to come, and the
// transaction fails, as when a server is cancelled at work on the rows. The server behind the gate has long done its part.
//
//	application            gate                          server
//	  <-- some rows          holds the rest <--            all rows, CommandComplete, ReadyForQuery
//	  CancelRequest -->
//	  <-- 57014              throws the rest away
//	                         poison -->                    in a transaction only: it fails there, too
//	  <-- ReadyForQuery      <-- its error, ReadyForQuery

// shortening says how far a reply that is cut short has come.
type shortening int

const (
	whole    shortening = iota
	ending              // what belongs to it is thrown away, up to its end
	emptying            // the error was said: all up to ReadyForQuery is thrown away
	failing             // the server was told to fail the transaction
)

// cutsShort tells whether a cancel may end the reply: a write by itself has been carried out, and is not to be denied.
func (u *unit) cutsShort() bool {
	return !u.effect.Lost && u.effect.At == fault.Body && (u.inTx || u.op == opQuery)
}

// shorten handles a message of a reply that is cut short.
func (s *session) shorten(f frame, u *unit) error {
	ends := f.kind == 'C' || f.kind == 's' || f.kind == 'E'
	if err := s.out.skip(f); err != nil || !ends || s.short != ending {
		return err
	}
	s.short = emptying
	u.done, u.tag = fault.Carried, canceled.Status
	if err := s.out.say(spoken(fault.Effect{Verb: fault.Answer, Say: canceled}, "ERROR")); err != nil {
		return err
	}
	if u.kind != simple {
		s.skips()
		s.over(u, u.tag)
		if !s.queue.synced() {
			s.short = whole // asked for by Flush: the Sync is still to come
		}
	}
	return nil
}

// shortened handles the ReadyForQuery behind a reply that is cut short: the first of a transaction that is still open is not
// the application's.
func (s *session) shortened() (ours bool, err error) {
	if s.short != emptying || s.status.Load() != 'T' {
		s.short = whole
		return false, nil
	}
	s.short = failing
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = s.server.Write(poisonQuery(newToken(), false))
	return true, err
}
