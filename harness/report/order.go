package report

import (
	"cmp"
	"slices"

	"github.com/failwell/failwell/harness/check"
)

// rank is where a finding stands among those of its case. One that was saved before checks said it stands with the unranked.
func rank(v check.Verdict) int {
	if v.Rank == 0 {
		return check.Unranked
	}
	return v.Rank
}

// Headline is the one finding of a failed case that a person reads; the rest is "also". It is the zero Verdict when
// nothing failed.
func Headline(r Result) check.Verdict {
	found := Findings(r)
	if len(found) == 0 {
		return check.Verdict{}
	}
	return found[0]
}

// Findings lists the failed verdicts of a case, the headline first: what a person must hear first, and of the worst impact.
func Findings(r Result) []check.Verdict {
	var found []check.Verdict
	for _, v := range r.Verdicts {
		if v.Outcome == check.Fail {
			found = append(found, v)
		}
	}
	slices.SortStableFunc(found, func(a, b check.Verdict) int {
		return cmp.Or(rank(a)-rank(b), b.Impact.Rank()-a.Impact.Rank())
	})
	return found
}
