package check

import (
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Liveness asks that liveness does not follow a dependency: an orchestrator would restart a healthy process in a loop.
type Liveness struct{}

// Kind describes the check.
func (Liveness) Kind() Kind {
	return Kind{Needs: NeedsStruck, Of: []string{Live}}
}

// Judge judges.
func (Liveness) Judge(s Subject, _ Evidence) Verdict {
	asked := s.Beside(exchange.Faulty, "liveness")
	if len(asked) == 0 {
		return skip("no liveness was asked (`live:`)")
	}
	if s.Died != nil || s.disturbed() || !s.lost() || !s.Serving() {
		return skip("the fault is not one of a dependency alone, or the system had ended")
	}
	for _, e := range asked {
		if !e.OK() {
			return fail(contract.Major, Invariant, "Kubernetes: liveness must not depend on other services", "liveness gave %s, though only %v failed", came(e), s.On).
				because(excerpt(bodyOf(e)))
		}
	}
	return pass("liveness stays 2xx")
}
