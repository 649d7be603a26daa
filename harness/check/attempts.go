package check

import (
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Attempts bounds how often a dependency is asked for one request: AtMost calls of On, default 10 times what calm needed.
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
	for _, e := range faulty {
		for _, on := range targets {
			n := 0
			for _, h := range e.Hits {
				if h.Call.On == on && !h.Background && !fault.Point(h.Call.Op).Early() && h.Call.Op != "link" {
					n++
				}
			}
			limit := c.AtMost
			if limit == 0 {
				limit = max(10, 10*s.Learnt.Calls[on])
			}
			if n > limit {
				return fail(contract.Major, Policy, "ASVS 5.0 13.1.3: bounded retries", "%d calls of %s for one request, at most %d are owed", n, on, limit).
					look("the retry policy: bounded, with back-off, only what is safe or keyed")
			}
			if n > most {
				most, where = n, on
			}
		}
	}
	if !slices.ContainsFunc(faulty, func(e exchange.Exchange) bool { return e.Response != nil }) && most == 0 {
		return skip("no call was made")
	}
	return pass("at most %d calls of %s", most, where)
}
