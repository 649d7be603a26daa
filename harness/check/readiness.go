package check

import (
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Readiness compares readiness with what the lab declares: which dependencies it follows. It is judged only when declared,
// and only while a dependency is away as a whole.
type Readiness struct{}

// Judge judges.
func (Readiness) Judge(s Subject) Verdict {
	asked := s.Beside(exchange.Faulty, "readiness")
	switch {
	case !s.Declared.Readiness:
		return skip("what readiness follows is not declared (`ready: {follows: ...}`)")
	case len(asked) == 0:
		return skip("readiness was not asked")
	}
	away := ""
	for _, l := range s.Injection.Links {
		if l.State != fault.Open {
			away = l.On
		}
	}
	if away == "" {
		return skip("no dependency was away as a whole")
	}
	last, follows := asked[len(asked)-1], slices.Contains(s.Declared.Follows, away)
	switch {
	case follows && last.OK():
		return fail(contract.Minor, Declare, "the lab: ready follows "+away, "ready although %s is away", away)
	case !follows && !last.OK():
		return fail(contract.Minor, Declare, "the lab: ready does not follow "+away, "not ready because %s is away", away)
	}
	return pass("readiness gave %s", came(last))
}
