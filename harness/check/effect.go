package check

import (
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Once asks that a request takes effect as its answer says: exactly once when it succeeds, not at all or with an unknown
// outcome when it fails, and never twice. It is judged where the lab declares how to count (`effect:`).
type Once struct{}

// Judge judges.
func (Once) Judge(s Subject) Verdict {
	if len(s.Effects) == 0 {
		return skip("how to count effects is not declared (`effect:`)")
	}
	const cite = "RFC 9110 9.2.2; draft-ietf-httpapi-idempotency-key-header"
	for _, x := range s.Effects {
		for _, e := range s.Judged(x.Phase) {
			switch {
			case x.Count > 1:
				return fail(contract.Critical, Invariant, cite, "it took effect %d times (%s)", x.Count, x.What).
					look("a retry without an idempotency key")
			case e.OK() && x.Count == 0 && x.Phase == exchange.Faulty:
				return fail(contract.Critical, Invariant, cite, "%d, but nothing took effect (%s)", e.Status(), x.What)
			case e.Status()/100 == 4 && x.Count > 0 && x.Phase == exchange.Faulty:
				return fail(contract.Critical, Invariant, cite, "%d says that nothing was done, but it took effect (%s)", e.Status(), x.What)
			}
		}
	}
	return pass("never more than once")
}
