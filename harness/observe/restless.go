package observe

import (
	"fmt"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// swarm is how many calls of one kind come after an answer, at least, for their number to be proof by itself: a poller that nobody
// has seen in a second of silence makes two or three in the time.
const swarm = 10

// Restless gives the calls of requests that go on though these were answered at least `passed` ago. It takes proof:
//
//	a call carries the trace of a request, and is open or began in the later half of the time
//	a call began while a request was in flight, is nobody else's, and is open
//	calls of one kind came in number after the answers, far more than the background makes
func (a Asked) Restless(hits []fault.Hit, passed time.Duration) []fault.Hit {
	var now, answered time.Duration
	for _, h := range hits {
		now = max(now, h.At+h.Took)
	}
	for _, e := range a.Own {
		answered = max(answered, e.At+e.Took)
	}
	after := map[string]int{}
	for _, h := range hits {
		if h.At > answered {
			after[Signature(h.Call)]++
		}
	}
	return slices.DeleteFunc(slices.Clone(hits), func(h fault.Hit) bool {
		n := after[Signature(h.Call)]
		many := h.At > answered && n >= swarm && float64(n) > 4*a.Known.Expected(Signature(h.Call), passed)
		return !IsApplications(h) || !many && !a.goesOn(h, now-passed/2)
	})
}

// goesOn tells whether a call is one of the requests at hand, and has not ended, or began after a moment.
func (a Asked) goesOn(h fault.Hit, after time.Duration) bool {
	return slices.ContainsFunc(a.Own, func(e exchange.Exchange) bool {
		if h.Call.Trace != "" && h.Call.Trace == e.Trace {
			return h.Open() || h.At > after
		}
		return h.Open() && h.At <= e.At+e.Took && a.Whose(e, h) == Requests
	})
}

// Lingering gives the calls that came after all was quiet, while others asked, and belong to a request that was answered before:
// they carry its trace; or they came in number without the trace of any request, where calls of their kind carry one.
func (a Asked) Lingering(late []fault.Hit) []fault.Hit {
	late = a.withoutDelayed(late)
	strays := map[string]int{}
	for _, h := range late {
		if a.IsStray(h) {
			strays[Signature(h.Call)]++
		}
	}
	return slices.DeleteFunc(late, func(h fault.Hit) bool {
		theirs := slices.ContainsFunc(a.Own, func(e exchange.Exchange) bool { return h.Call.Trace != "" && h.Call.Trace == e.Trace })
		n := strays[Signature(h.Call)]
		return !IsApplications(h) || !theirs && (!a.IsStray(h) || n < swarm)
	})
}

// withoutDelayed leaves out what had been sent before the answer and is only read now: the first call on each connection that a link
// had held.
func (a Asked) withoutDelayed(late []fault.Hit) []fault.Hit {
	held := map[string]bool{}
	conn := func(h fault.Hit) string { return fmt.Sprint(h.Call.On, " ", h.Call.Conn) }
	for _, e := range a.Own {
		for _, h := range e.Hits {
			held[conn(h)] = held[conn(h)] || h.Call.Op == fault.LinkOp && h.Call.Conn != 0
		}
	}
	return slices.DeleteFunc(slices.Clone(late), func(h fault.Hit) bool {
		delayed := held[conn(h)] && IsApplications(h)
		held[conn(h)] = held[conn(h)] && !delayed
		return delayed
	})
}

// IsStray tells whether a call is no request's, since such calls carry the trace of one, and this does not; and is none that the
// system is known to make of its own accord.
func (a Asked) IsStray(h fault.Hit) bool {
	return a.Traced != nil && a.Traced(Signature(h.Call)) && !a.Known.Has(Signature(h.Call)) && !(h.Call.Trace != "" && a.Sent(h.Call.Trace))
}
