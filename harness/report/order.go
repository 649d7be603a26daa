package report

import (
	"slices"

	"github.com/failwell/failwell/harness/check"
)

// order lists the checks by what a person must hear first: dead, never heals, no answer, wrong success, leak, wrong blame,
// blast radius, incomplete or alien body, wrong 5xx, trace and log, header. A check that is not listed stands at "".
func order() []string {
	return []string{
		"alive", "healed", "answered",
		"success", "start", "once", "effect", "resent",
		"leak", "log-secret", "blame",
		"unaffected", "liveness", "readiness", "attempts", "settled",
		"complete", "relayed", "shape", "within", "status",
		"trace", "logged", "", "retry-after",
	}
}

func rank(check string) int {
	if i := slices.Index(order(), check); i >= 0 {
		return i
	}
	return slices.Index(order(), "")
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

// Findings lists the failed verdicts of a case, the headline first.
func Findings(r Result) []check.Verdict {
	var found []check.Verdict
	for _, v := range r.Verdicts {
		if v.Outcome == check.Fail {
			found = append(found, v)
		}
	}
	slices.SortStableFunc(found, func(a, b check.Verdict) int {
		if d := rank(a.Check) - rank(b.Check); d != 0 {
			return d
		}
		return b.Impact.Rank() - a.Impact.Rank()
	})
	return found
}
