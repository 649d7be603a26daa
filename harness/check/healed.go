package check

import (
	"slices"
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Healed asks that the same request succeeds again after the fault is lifted, without a restart, reaching the dependency
// that was broken.
type Healed struct {
	Within time.Duration `json:"within,omitempty" decode:"short"` // default: what the lab declares
}

// Judge judges.
func (c Healed) Judge(s Subject) Verdict {
	healed := s.Judged(exchange.Healed)
	const cite = "calm, faulty, healed: a fault must not outlive its cause"
	if len(healed) == 0 {
		if s.Died != nil && !s.Ended {
			return skip("the system had ended")
		}
		return unclear("nothing was asked after the fault")
	}
	last, first := healed[len(healed)-1], healed[0]
	within := c.Within
	if within == 0 {
		within = s.Declared.HealWithin
	}
	took := last.At + last.Took - first.At
	if why := s.Expect.Missed(last); why != "" {
		return fail(contract.Critical, Invariant, cite, "still failing %s after the fault was lifted: %s", round(took), why).
			because(excerpt(bodyOf(last))).look("a pool or a cached error that keeps the dead connection")
	}
	if took > within+s.Slack() {
		return fail(contract.Major, Declare, cite, "healed only after %s, owed within %s", round(took), within).byTheClock()
	}
	if missing := s.notReachedAgain(last); missing != "" {
		return unclear("it succeeds again, but without calling %s", missing)
	}
	return pass("%s, after %s", came(last), round(took))
}

// notReachedAgain names a broken dependency that calm called and the healed request did not.
func (s Subject) notReachedAgain(e exchange.Exchange) string {
	for _, on := range s.On {
		if !slices.Contains(s.Learnt.Reaches, on) {
			continue
		}
		if !calls(e, on) {
			return on
		}
	}
	return ""
}
