package report

import (
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// Beside are the results of what was asked beside the request of a judged case: readiness, liveness, other routes. Each is a
// case of that request, under its own name. Those that are as they should be, or cannot be told, are left out: the case says
// of them what there is to say.
func Beside(r Result, checks []check.Named) []Result {
	if r.Subject == nil {
		return nil
	}
	var all []Result
	for _, s := range r.Subject.Sides() {
		side := r
		side.ID, side.Subject, side.Beside = s.ID, &s, nil
		side.Request = s.Judged(exchange.Faulty)[0].Request.Name
		side.Took, side.Operations, side.Confirmed = 0, 0, false
		side.Verdicts = check.Judge(s, checks)
		if side.Outcome = check.Overall(side.Verdicts); side.Outcome == check.Fail || side.Outcome == check.Broken {
			all = append(all, side)
		}
	}
	return all
}

// Flat lists results with those beside them. What was asked beside several cases stands once, as bad as it was at its worst.
// A result that is there already, of a run that was saved, stays.
func Flat(results []Result) []Result {
	all := make([]Result, 0, len(results))
	at := map[string]int{}
	for _, r := range results {
		at[r.ID] = -1
	}
	for _, r := range results {
		beside := r.Beside
		r.Beside = nil
		all = append(all, r)
		for _, b := range beside {
			i, there := at[b.ID]
			switch {
			case !there:
				at[b.ID] = len(all)
				all = append(all, b)
			case i >= 0 && worst(b) > worst(all[i]):
				all[i] = b
			}
		}
	}
	return all
}

// worst is the impact of the worst of what was found.
func worst(r Result) int {
	rank := 0
	for _, v := range Findings(r) {
		rank = max(rank, v.Impact.Rank())
	}
	return rank
}
