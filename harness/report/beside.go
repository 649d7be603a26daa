package report

import (
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// Beside are the results of what was asked beside the request of a judged case: readiness, liveness, other routes. Each is a
// case of that request, under its own name. Those that are as they should be, or cannot be told, are left out: the case says
// of them what there is to say.
func Beside(r Result, checks func(check.Subject) []check.Named) []Result {
	if r.Subject == nil {
		return nil
	}
	var all []Result
	for _, s := range r.Subject.Sides() {
		side := r
		side.ID, side.Subject, side.Beside = s.ID, &s, nil
		side.Request = s.Judged(exchange.Faulty)[0].Request.Name
		side.Took, side.Operations, side.Confirmed = 0, 0, false
		side.Verdicts = check.Judge(s, checks(s))
		if side.Outcome = check.Overall(side.Verdicts); side.Outcome == check.Fail || side.Outcome == check.Broken {
			all = append(all, side)
		}
	}
	return all
}

// Flat lists results with those beside them. A request that is a case of its own there, or was beside another case before,
// stands once.
func Flat(results []Result) []Result {
	seen := map[string]bool{}
	for _, r := range results {
		seen[r.ID] = true
	}
	all := make([]Result, 0, len(results))
	for _, r := range results {
		beside := r.Beside
		r.Beside = nil
		all = append(all, r)
		for _, b := range beside {
			if !seen[b.ID] {
				seen[b.ID] = true
				all = append(all, b)
			}
		}
	}
	return all
}
