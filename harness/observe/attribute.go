package observe

import (
	"slices"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Asked is what was in flight while some hits came, and what is known of it.
type Asked struct {
	Own    []exchange.Exchange // the requests of the case, its copies or steps
	Beside []exchange.Exchange // other requests that were asked meanwhile

	Reach  func(request string) []string        // the dependencies that a request calls in calm
	Good   func(exchange.Exchange) bool         // whether an answer is as it is without a fault
	Traced func(signature string) bool          // whether calm has seen such a call carry the trace of a request
	Sent   func(trace string) bool              // whether a trace is that of a request which was sent at any time
	Makes  func(request, signature string) bool // whether a request makes such a call in calm
	Known  Background

	alike map[string]int // how many calls of a signature came in the time
}

// Whose says whose a call is.
type Whose int

// The answers. What cannot be told is decided by intervention: an answer that is good in calm, and is not while the call is
// struck, shows that the call was the request's.
const (
	Requests    Whose = iota // it is the request's
	Backgrounds              // the system makes it of its own accord, or for another request
	Untold                   // both make it, and nothing tells which this is
)

// chance is how many calls the background may be expected to make, in the time until a call came, for that call still to be the
// request's, which makes such calls too; and lone the same for a call that is the only one of its kind: were it the background's,
// the request would not have made its own.
const (
	chance = 0.05
	lone   = 0.5
)

// Attribute gives each exchange its calls, in place: those that carry its trace; those of dependencies that only an exchange
// beside the case's own uses; all others are the case's own, of the first copy, and those of them that are no request's, or
// may well not be, are marked as background.
func (a Asked) Attribute(hits []fault.Hit) {
	traces := map[string]*exchange.Exchange{}
	for _, list := range [][]exchange.Exchange{a.Own, a.Beside} {
		for i := range list {
			traces[list[i].Trace] = &list[i]
		}
	}
	a.alike = map[string]int{}
	for _, h := range hits {
		a.alike[Signature(h.Call)]++
	}
	for _, h := range hits {
		if e, ok := traces[h.Call.Trace]; ok && h.Call.Trace != "" {
			e.Hits = append(e.Hits, h)
			continue
		}
		e := a.onlyBeside(h)
		if e == nil && len(a.Own) > 0 {
			e = &a.Own[0]
		}
		if e == nil {
			continue
		}
		switch a.Whose(*e, h) {
		case Backgrounds:
			h.Background = true
		case Untold:
			h.Untold, h.Background = true, h.Effect.Bites() && a.Good != nil && a.Good(*e)
		case Requests:
		}
		e.Hits = append(e.Hits, h)
	}
}

// Whose says whose a call is that came while an exchange was in flight and carries the trace of no exchange at hand.
//
//	the trace of another request               -> not this one's
//	no trace, where the system passes them on  -> not a request's
//	the background never made it               -> the request's, since nothing else asks
//	the background makes it, calm does not     -> the background's
//	both make it, and it came so soon that the background had hardly time to -> the request's
//	both make it, in a number that the background never does -> the request's
//	both make it                               -> untold
func (a Asked) Whose(e exchange.Exchange, h fault.Hit) Whose {
	if h.Call.Trace != "" && a.Sent != nil && a.Sent(h.Call.Trace) {
		return Backgrounds
	}
	if IsApplications(h) && a.Traced != nil && a.Traced(Signature(h.Call)) {
		return Backgrounds
	}
	call := Signature(h.Call)
	if !a.Known.Has(call) {
		return Requests
	}
	bound := chance
	if a.alike[call] == 1 {
		bound = lone
	}
	switch {
	case !a.makes(e.Request.Name, h):
		return Backgrounds
	case a.Known.Expected(call, since(e, h)) < bound:
		return Requests
	case a.alike[call] >= swarm && float64(a.alike[call]) > 4*a.Known.Expected(call, e.Took):
		return Requests
	}
	return Untold
}

// makes tells whether a request makes such a call in calm, as far as is known. It may open a connection to whom it calls.
func (a Asked) makes(request string, h fault.Hit) bool {
	if !IsApplications(h) {
		return a.Reach == nil || slices.Contains(a.Reach(request), h.Call.On)
	}
	return a.Makes == nil || a.Makes(request, Signature(h.Call))
}

// since is how long after a request was sent a call came; of one that came before it, or after its answer, how far it is from it, which
// by another clock is far.
func since(e exchange.Exchange, h fault.Hit) time.Duration {
	if d := h.At - e.At; d >= 0 {
		return d
	}
	return max(e.At-h.At, e.Took)
}

// onlyBeside gives the exchange beside the case's own that alone uses the dependency of a call.
func (a Asked) onlyBeside(h fault.Hit) *exchange.Exchange {
	if a.Reach == nil || len(a.Own) > 0 && slices.Contains(a.Reach(a.Own[0].Request.Name), h.Call.On) {
		return nil
	}
	for i := range a.Beside {
		if slices.Contains(a.Reach(a.Beside[i].Request.Name), h.Call.On) {
			return &a.Beside[i]
		}
	}
	return nil
}
