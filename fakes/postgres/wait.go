package postgres

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// A statement that is slow or hangs is held by the server itself: a statement of ours goes ahead of theirs, on their
// connection, and sleeps. So what ends the wait is what ends a real one: CancelRequest, statement_timeout, lock_timeout,
// pg_terminate_backend.
//
//	application            gate                          server
//	  Execute -->           DO sleep, Flush -->           sleeps: the timers of the session run
//	                        <-- INFO 57014 | nothing      cancelled, timed out | slept to the end
//	  <-- 57014             poison -->                    the transaction fails as by their statement
//	  <-- their reply       Execute -->
//
// Our statement catches what ends it and only tells of it, so that the one way of failing is that of every injected error.

// serverWait is one wait at the server.
type serverWait struct {
	token  string
	simple bool // by a Query of its own, outside of any pipeline
	over   context.CancelFunc
	done   chan struct{} // closed when it has ended
	begun  chan struct{} // closed when the server has begun it: from here on what ends it is caught

	// Guarded by session.mu.
	ended   bool
	say     fault.Saying // why it ended before its time; zero: it did not
	void    bool         // the application has been told an error, and their statement will be skipped
	aborted bool         // its transaction has failed already
	unable  bool         // the server cannot wait like this
	code    string       // of the error that ended the session
}

// partingLimit bounds how long a session that is over waits for the server to end what it does for it.
const partingLimit = 2 * time.Second

// first words of statements before which a wait changes nothing: they may run inside of a transaction, and not only as
// its first.
var waitable = strings.Fields("select with values table fetch insert update delete merge execute")

// atServer tells whether the server itself is to hold the call. At the point reply a wait before the statement is as good as one
// behind it where nobody else can see the statement before its transaction ends.
func (s *session) atServer(u *unit) bool {
	e := u.effect
	if e.Lost || u.done != "" || e.Verb != fault.Hang && (e.Verb != fault.Pass || e.Delay.IsZero()) ||
		s.status.Load() == 'E' || s.key == "" || s.cannotWait.Load() {
		return false
	}
	word, _ := firstWord(u.stmt.text)
	switch u.op {
	case opBegin, opRollback:
		return e.At == fault.Request || e.At == fault.Reply
	case opCommit:
		return e.At == fault.Request
	}
	hidden := u.inTx || u.op == opPrepare || u.op == opQuery && word != "with"
	return slices.Contains(waitable, word) && (e.At == fault.Request || e.At == fault.Reply && hidden)
}

// holdAtServer holds the call at the server. Held is false when the server cannot, and the gate has to.
func (s *session) holdAtServer(u *unit) (held bool, err error) {
	ctx, over := context.WithCancel(s.ctx)
	defer over()
	w := &serverWait{token: newToken(), simple: u.kind == simple, over: over, begun: make(chan struct{}), done: make(chan struct{})}
	if !s.beginWait(w) {
		u.done = fault.Impossible // an error came before
		return true, nil
	}
	defer s.beginWait(nil)
	ahead := unit{kind: waiting, stmt: u.stmt, wait: w}
	if u.kind == extended {
		ahead.owed, u.owed = u.owed, 0
	}
	s.queue.push(ahead)
	d := u.effect.Delay.D
	if u.effect.Verb == fault.Hang {
		d += longestWait
	}
	if err := s.in.say(w.message(waitStatement(w.token, d, u.effect.Verb == fault.Hang))); err != nil {
		return true, err
	}
	cancelled := false
	s.setOnCancel(func() bool { cancelled = true; return false }) // the server is asked, too
	stop := s.in.watch(over)
	ended := u.strike.Wait(ctx, -1)
	if ended == fakes.Released {
		s.cancelWait(ctx, w)
	}
	stop()
	s.setOnCancel(nil)
	return s.waitEnded(u, w, ended == fakes.Released && !cancelled)
}

// waitEnded does what the end of a wait calls for; lifted tells that it ended because the fault was lifted.
func (s *session) waitEnded(u *unit, w *serverWait, lifted bool) (held bool, err error) {
	s.mu.Lock()
	out := *w
	s.mu.Unlock()
	switch {
	case out.code != "":
		u.done = fault.Carried
		u.end(out.code)
		return true, errDone
	case s.in.over != nil:
		left, cancel := context.WithTimeout(s.ctx, partingLimit)
		defer cancel()
		s.cancelWait(left, w)
		return true, s.gone(u)
	case !out.ended:
		u.done = fault.Carried
		u.end("closed")
		return true, errDone
	case out.unable:
		s.cannotWait.Store(true)
		return false, nil
	case out.void:
		u.done = fault.Carried
		if out.say.Status == "" {
			u.done = fault.Impossible
		}
	case lifted:
		return true, s.released(u)
	case out.say.Status != "":
		u.instead(out.say)
		u.aborted = out.aborted
	default:
		u.done = fault.Carried
	}
	return true, nil
}

// beginWait notes the wait that the server is about to begin; nil: none. False: the server will skip it, for an error came
// before it.
func (s *session) beginWait(w *serverWait) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w != nil && s.skipping && !s.queue.synced() {
		return false
	}
	s.wait = w
	return true
}

// skips notes that the server skips what comes up to the next Sync. A wait that stands there is over.
func (s *session) skips() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skipping = true
	if s.wait != nil && !s.queue.synced() {
		s.wait.void = true
		s.endWait(s.wait)
	}
}

// endWait is called with session.mu held.
func (s *session) endWait(w *serverWait) {
	if !w.ended {
		w.ended = true
		close(w.done)
		w.over()
	}
}

// cancelWait ends a wait by a CancelRequest of our own, as soon as it has begun: before that it would not be caught, or be
// without effect. It returns when the wait has ended or ctx has.
func (s *session) cancelWait(ctx context.Context, w *serverWait) {
	select {
	case <-w.begun:
	case <-w.done:
		return
	case <-ctx.Done():
		return
	}
	s.cancelServer()
	select {
	case <-w.done:
	case <-ctx.Done():
	}
}

func (s *session) cancelServer() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), partingLimit)
	defer cancel()
	s.forward(ctx, bytes.Join([][]byte{{0, 0, 0, byte(8 + len(s.key)), 0x04, 0xd2, 0x16, 0x2e}, []byte(s.key)}, nil))
}
