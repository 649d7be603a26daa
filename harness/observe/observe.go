package observe

import (
	"slices"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Signature is what is equal of calls that are alike: their dependency, their op and their text without its values.
func Signature(c fault.Call) string { return c.On + " " + c.Op + " " + fault.Fold(c.Text) }

// IsApplications tells whether a hit is a call that the application makes, and not one that opens a connection or a link.
func IsApplications(h fault.Hit) bool { return h.Call.Op != LinkOp && !fault.Point(h.Call.Op).Early() }

// LinkOp is the op of hits that a link leaves.
const LinkOp = "link"

// Reaches lists the dependencies of calls, in order of their names.
func Reaches(calls []fault.Call) []string {
	var on []string
	for _, c := range calls {
		if !slices.Contains(on, c.On) {
			on = append(on, c.On)
		}
	}
	slices.Sort(on)
	return on
}

// Calls are the calls of the application among hits, without its background.
func Calls(hits []fault.Hit) []fault.Call {
	var calls []fault.Call
	for _, h := range hits {
		if !h.Background && IsApplications(h) {
			calls = append(calls, h.Call)
		}
	}
	return calls
}

// Restless gives the calls of hits that are open still, or began within a time before the newest thing that the hits know.
func Restless(hits []fault.Hit, within time.Duration) []fault.Hit {
	var now time.Duration
	for _, h := range hits {
		now = max(now, h.At+h.Took)
	}
	var restless []fault.Hit
	for _, h := range hits {
		if !h.Background && (h.Open() || now-h.At < within) && IsApplications(h) {
			restless = append(restless, h)
		}
	}
	return restless
}

// Lingering finds calls that belong to no request, among hits that came after all was quiet: they carry the trace of a request
// that was answered before, or, where calm shows that the system passes traces on, one that was never sent.
func Lingering(late []fault.Hit, answered []string, calm []exchange.Exchange, sent func(trace string) bool) []fault.Hit {
	var all []fault.Hit
	for _, h := range late {
		stray := h.Call.Trace != "" && slices.Contains(answered, h.Call.Trace) || PassesTraces(calm, h.Call.On) && !sent(h.Call.Trace)
		if !h.Background && stray && IsApplications(h) {
			all = append(all, h)
		}
	}
	return all
}

// PassesTraces tells whether the system passes the trace of a request on to a dependency, as exchanges show.
func PassesTraces(calm []exchange.Exchange, on string) bool {
	found := false
	for _, e := range calm {
		for _, h := range e.Hits {
			if h.Call.On != on || fault.Point(h.Call.Op).Early() {
				continue
			}
			if h.Call.Trace != e.Trace {
				return false
			}
			found = true
		}
	}
	return found
}
