package check

import (
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Resent looks for a request that a gateway sent on more than once though it is not idempotent (RFC 9110 9.2.2): whoever
// sends it again may do the work twice. One with an idempotency key may be sent again.
type Resent struct{}

// Kind describes the check.
func (Resent) Kind() Kind {
	return Kind{
		Rank: 70, Beside: true,
		Doc:      "A gateway sends a request that is not idempotent on only once. Whoever sends it again may do the work twice (RFC 9110, 9.2.2). One with an idempotency key may be sent again.",
		Example:  "app closes the connection in the middle of POST /orders, and gw sends it to the next app",
		Expected: "a request that is not idempotent is sent on once",
		Findings: []Finding{
			{Class: "again", Headline: "sent again by the gateway, though not idempotent {when}", Place: "{on}"},
		},
	}
}

// Judge judges.
func (Resent) Judge(s Subject, _ Evidence) Verdict {
	if len(s.Declared.Taps) == 0 {
		return skip("there is no gateway before the system, or no tap between them")
	}
	faulty := s.Judged(exchange.Faulty)
	if len(faulty) == 0 {
		return notAsked(s)
	}
	if s.Keyed || !slices.ContainsFunc(faulty, func(e exchange.Exchange) bool { return !idempotent(e.Request.Method) }) {
		return skip("the request may be sent again: it is idempotent, or carries a key")
	}
	for _, e := range faulty {
		for tap := range s.Declared.Taps {
			if n := ownCalls(e, tap); n > 1 && !idempotent(e.Request.Method) {
				return fail(contract.Critical, Standard, "RFC 9110 9.2.2: a proxy must not repeat a request that is not idempotent",
					"%s sent %s %s on %d times", s.Declared.Entry, e.Request.Method, e.Request.Target, n).
					look("the gateway's retries: which methods, and after which errors")
			}
		}
	}
	return pass("sent on once")
}

// idempotent is RFC 9110, 9.2.2.
func idempotent(method string) bool {
	return exchange.Request{Method: method}.Safe() || method == "PUT" || method == "DELETE"
}
