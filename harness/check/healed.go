package check

import (
	"slices"
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Healed asks that the same request succeeds again after the fault is lifted, without a restart, reaching the dependency
// that was broken.
type Healed struct {
	Within time.Duration `json:"within,omitempty" decode:"short"` // default: what the lab declares
}

// Kind describes the check.
func (Healed) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Rank: 20, Beside: true,
		Doc:      "The same request succeeds again soon after the fault is lifted. Nobody should have to restart the system because something that it depends on was away for a while.",
		Example:  "db is back, but the pool keeps its dead connections: GET /orders/1001 still gives 500 a minute later\nthen: [{healed: {within: 5s}}]",
		Expected: "success again soon after the fault, without a restart",
		Findings: []Finding{
			{Class: "never", Headline: "never heals: it goes on failing after {on} is back", Place: "{on}", One: "go on failing after the same dependency: {place}"},
			{Class: "later", Headline: "never heals: later requests fail after {on} is back", Place: "{on}", One: "go on failing after the same dependency: {place}"},
			{Class: "late", Headline: "heals late: it goes on failing for a while after {on} is back", Place: "{on}", One: "go on failing after the same dependency: {place}"},
		},
	}
}

// Judge judges.
func (c Healed) Judge(s Subject, _ Evidence) Verdict {
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
	within += s.unheard()
	took := last.At + last.Took - first.At
	if why := s.Expect.Missed(last); why != "" {
		return fail(contract.Critical, Invariant, cite, "still failing %s after the fault was lifted: %s", round(took), why).
			because(excerpt(bodyOf(last))).look("a pool or a cached error that keeps the dead connection").as("never")
	}
	for _, l := range s.Later {
		return fail(contract.Critical, Invariant, cite, "afterwards %s fails without any fault: %s; on a fresh launch it succeeds", l.Asked.Request.Name, l.Missed).
			because(excerpt(bodyOf(l.Asked))).look("what the fault left behind: a pool, a lock, a cached error, a connection that was not given back").as("later")
	}
	if took > within+s.Slack() {
		return fail(contract.Major, Declare, cite, "healed only after %s, owed within %s", round(took), within).byTheClock().as("late")
	}
	if missing := s.notReachedAgain(last); missing != "" {
		return unclear("it succeeds again, but without calling %s", missing)
	}
	return pass("%s, after %s", came(last), round(took))
}

// NamesKept is how long a resolver may keep what it knows of a name, or that there is none: Go keeps a hosts file for 5 s
// (net/hosts.go); RFC 2308 lets negative answers be kept for longer.
const NamesKept = 6 * time.Second

// unheard is how long nobody can know that a name is there again.
func (s Subject) unheard() time.Duration {
	if slices.ContainsFunc(s.Injection.Links, func(l fault.Link) bool { return l.State == fault.Gone }) {
		return NamesKept
	}
	return 0
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
