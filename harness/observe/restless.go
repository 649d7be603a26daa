package observe

import (
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

// Lingering gives the calls that came after all was quiet and carry the trace of a request that was answered before.
func Lingering(late []fault.Hit, answered []exchange.Exchange) []fault.Hit {
	return slices.DeleteFunc(slices.Clone(late), func(h fault.Hit) bool {
		return !IsApplications(h) || !slices.ContainsFunc(answered, func(e exchange.Exchange) bool { return h.Call.Trace != "" && h.Call.Trace == e.Trace })
	})
}
