package check

import (
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// usualAttempts is how often one call may be made for one request where nothing else is said: the first and three retries.
const usualAttempts = 4

// Attempts bounds how often a dependency is asked for one request: AtMost calls of On in all; by default each call at most
// 4 times as often as calm made it.
type Attempts struct {
	On     string `json:"on,omitempty"` // default: the broken dependencies
	AtMost int    `json:"at-most,omitempty" decode:"short"`
}

// Judge judges.
func (c Attempts) Judge(s Subject) Verdict {
	faulty := s.Judged(exchange.Faulty)
	if len(faulty) == 0 {
		return notAsked(s)
	}
	targets := s.On
	if c.On != "" {
		targets = []string{c.On}
	}
	most, where := 0, ""
	usual := usualCalls(s)
	for _, e := range faulty {
		for _, on := range targets {
			made := callsOf(e, on)
			total := 0
			for call, n := range made {
				total += n
				limit := usualAttempts * max(1, usual[call]) * max(1, len(faulty))
				if c.AtMost == 0 && n > limit {
					return fail(contract.Major, Policy, "ASVS 5.0 13.1.3: bounded retries", "%d times %s for one request, at most %d are owed", n, call, limit).
						look("the retry policy: bounded, with back-off, only what is safe or keyed")
				}
			}
			if c.AtMost > 0 && total > c.AtMost {
				return fail(contract.Major, Declare, "the scenario", "%d calls of %s for one request, at most %d are owed", total, on, c.AtMost)
			}
			if total > most {
				most, where = total, on
			}
		}
	}
	if !slices.ContainsFunc(faulty, func(e exchange.Exchange) bool { return e.Response != nil }) && most == 0 {
		return skip("no call was made")
	}
	return pass("at most %d calls of %s", most, where)
}

// callsOf counts the calls of a dependency by what they ask.
func callsOf(e exchange.Exchange, on string) map[string]int {
	made := map[string]int{}
	for _, h := range e.Hits {
		if h.Call.On == on && !h.Background && !fault.Point(h.Call.Op).Early() && h.Call.Op != "link" {
			made[h.Call.On+" "+h.Call.Op+" "+excerpt([]byte(fault.Fold(h.Call.Text)))]++
		}
	}
	return made
}

// usualCalls is how often calm made each call.
func usualCalls(s Subject) map[string]int {
	usual := map[string]int{}
	for _, e := range s.Judged(exchange.Calm) {
		for _, on := range s.Learnt.Reaches {
			for call, n := range callsOf(e, on) {
				usual[call] = max(usual[call], n)
			}
		}
	}
	return usual
}
