package check

import (
	"net/http"
	"slices"
	"strconv"
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
			{Class: "never", Headline: "never heals: keeps failing after {on} is back", Place: "{on}", Name: "never-heals-{on}", One: "go on failing after the same dependency: {place}"},
			{Class: "later", Headline: "never heals: later requests fail after {on} is back", Place: "{on}", Name: "never-heals-{on}", One: "go on failing after the same dependency: {place}"},
			{Class: "late", Headline: "heals late: keeps failing for a while after {on} is back", Place: "{on}", Name: "heals-late-{on}", One: "go on failing after the same dependency: {place}"},
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
	for _, e := range healed {
		within += ToldToWait(e)
	}
	took := last.At + last.Took - first.At
	if why := s.Expect.Missed(last); why != "" {
		v := fail(contract.Critical, Invariant, cite, "still failing %s after the fault was lifted: %s", round(took), why).
			because(excerpt(bodyOf(last))).look("a pool or a cached error that keeps the dead connection").as("never")
		if last.Failure == exchange.NoAnswer {
			return v.byTheClock() // a machine that is busy lets it wait as long
		}
		return v
	}
	for _, l := range s.Later {
		return fail(contract.Critical, Invariant, cite, "afterwards %s fails without any fault: %s; on a fresh launch it succeeds", l.Asked.Request.Name, l.Missed).
			because(excerpt(bodyOf(l.Asked))).look("what the fault left behind: a pool, a lock, a cached error, a connection that was not given back").as("later")
	}
	if took > within+s.calmTook()+s.Slack() {
		return fail(contract.Major, Declare, cite, "healed only after %s, owed within %s", round(took), within).byTheClock().as("late")
	}
	if missing := s.notReachedAgain(last); missing != "" {
		return unclear("it succeeds again, but without calling %s", missing)
	}
	return pass("%s, after %s", came(last), round(took))
}

// Recovered is how long after the fault was lifted the request succeeded again: from the first time that it was sent then to the end of the
// last. False: it never did.
func (s Subject) Recovered() (time.Duration, bool) {
	healed := s.Judged(exchange.Healed)
	if len(healed) == 0 || s.Expect.Missed(healed[len(healed)-1]) != "" {
		return 0, false
	}
	last := healed[len(healed)-1]
	return last.At + last.Took - healed[0].At, true
}

// mostWait bounds how long a system is waited for that limits its own rate.
const mostWait = time.Minute

// ToldToWait is how long a system that limits its own rate asks to be left alone (RFC 6585, 4; Retry-After in seconds), at most a minute.
// Who asks again before only uses up more of what it grants.
func ToldToWait(e exchange.Exchange) time.Duration {
	if e.Status() != http.StatusTooManyRequests {
		return 0
	}
	n, err := strconv.ParseUint(e.Response.Header.Get("Retry-After"), 10, 16)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*time.Second, mostWait)
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
