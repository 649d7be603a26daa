package check

import (
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Settled asks that work for a request ends with its answer: what goes on afterwards, unseen, holds connections and may
// still take effect.
type Settled struct{}

// Kind describes the check.
func (Settled) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Rank: 150, Beside: true,
		Doc:      "The work for a request ends with its answer. What goes on afterwards, unseen, holds connections and may still take effect after the caller was told that it failed.",
		Example:  "POST /orders gives 504 after 2 s, and its call to payments goes on for a minute",
		Expected: "the work ends with the answer",
		Findings: []Finding{
			{Class: "goes-on", Headline: "work goes on after the answer: calls to {place}", Place: "{dependency}"},
		},
	}
}

// Judge judges.
func (Settled) Judge(s Subject, _ Evidence) Verdict {
	if len(s.Judged(exchange.Faulty)) == 0 {
		return notAsked(s)
	}
	if slices.ContainsFunc(s.Injection.Acts, func(a fault.Act) bool { return a.Do == "pause" || a.Do == fault.Disconnect }) {
		return skip("what stood still, or was on its way when the network was cut, goes on where it was")
	}
	if !slices.ContainsFunc(s.Judged(exchange.Faulty), func(e exchange.Exchange) bool { return e.Response != nil }) {
		return skip("no answer came after which work could go on")
	}
	if n := len(s.Restless); n > 0 {
		h := s.Restless[n-1]
		return fail(contract.Minor, Policy, "ASVS 5.0 13.1.3", "work goes on after the answer: %d calls, the last %s %s", n, h.Call.On, h.Call.Op).
			because(excerpt([]byte(h.Call.Text))).look("whether the request's context ends what it started").byTheClock().with("dependency", h.Call.On)
	}
	return pass("nothing went on after the answer")
}
