package postgres

import (
	"sync"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// unitKind says which messages of the server end a unit.
type unitKind int

const (
	none      unitKind = iota
	simple             // Query, FunctionCall, logging in: ReadyForQuery
	extended           // Execute: CommandComplete, EmptyQueryResponse, PortalSuspended, ErrorResponse
	preparing          // a round trip without Execute: the last of the replies it is owed, ErrorResponse
	syncing            // Sync: ReadyForQuery; not a call
	waiting            // a wait of ours at the server; not a call
)

// A unit is one call that was sent to the server, until its reply has ended. Units end in the order in which they were
// sent, so the two directions of a session share nothing but their queue.
type unit struct {
	kind   unitKind
	op     string
	strike fakes.Strike
	effect fault.Effect
	done   fault.Done // what has become of the effect so far

	stmt    *statement
	formats []byte // of the result columns, as Bind gave them
	bound   bool   // formats are known

	owed    int  // replies to Parse, Bind, Describe and Close that come before the statement's own
	own     int  // further replies, to messages of our own
	inTx    bool // the statement runs inside a transaction
	wait    *serverWait
	aborted bool   // our wait before it has failed its transaction
	token   string // the poison that was sent in place of the statement
	copyIn  bool

	struckReply bool // the point reply has been passed
	losing      bool
	described   bool
	columns     []column
	rows        int
	tag         string
}

// end ends the call; answer is what the system was told.
func (u *unit) end(answer string) {
	if u.strike != nil {
		u.strike.Done(u.became(), answer)
		u.strike = nil
	}
}

// became is what has become of the effect, now that the call is over.
func (u *unit) became() fault.Done {
	if u.done == "" && u.effect.Bites() {
		return fault.Impossible
	}
	return u.done
}

// has tells whether the unit's effect is to take place at the point and has not yet.
func (u *unit) has(p fault.Point) bool {
	return u.done == "" && u.effect.At == p && u.effect.Bites()
}

// obey takes the effect of the call. One that the op cannot have is impossible from the start.
func (s *session) obey(u *unit) {
	u.effect = u.strike.Effect()
	if u.effect.Bites() && !s.kind.Can(u.op, u.effect.At, u.effect.Verb) {
		u.done = fault.Impossible
	}
}

// queue holds the units that were sent and whose replies have not begun, in order.
type queue struct {
	mu    sync.Mutex
	units []unit
	first int
	open  int // units that are not ended, the one at hand included
}

func (q *queue) push(u unit) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.first > 0 && q.first == len(q.units) {
		q.units, q.first = q.units[:0], 0
	}
	q.units = append(q.units, u)
	q.open++
}

// pop takes the oldest unit and counts the one before it as ended.
func (q *queue) pop() (unit, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.first == len(q.units) {
		return unit{}, false
	}
	u := q.units[q.first]
	q.units[q.first] = unit{}
	q.first++
	return u, true
}

// ended counts one unit as ended.
func (q *queue) ended() {
	q.mu.Lock()
	q.open--
	q.mu.Unlock()
}

// quiet tells whether every unit has ended.
func (q *queue) quiet() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.open == 0
}

// synced tells whether a Sync waits behind the unit at hand.
func (q *queue) synced() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, u := range q.units[q.first:] {
		if u.kind == syncing {
			return true
		}
	}
	return false
}

// unsync forgets the Syncs that the server read in copy mode: it ignores them there.
func (q *queue) unsync() {
	q.mu.Lock()
	defer q.mu.Unlock()
	kept := q.units[:q.first]
	for _, u := range q.units[q.first:] {
		if u.kind == syncing {
			q.open--
			continue
		}
		kept = append(kept, u)
	}
	q.units = kept
}
