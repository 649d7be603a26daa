package match

import (
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/standard"
)

// FailWell judges with every standing check of the standard catalog, or with the given checks in their place. It matches
// when nothing was found at or above the gate of the subject's profile, as in `failwell run`. A result keeps the verdicts it
// has, unless checks are given.
func FailWell(checks ...check.Named) *Matcher {
	return &Matcher{to: "fail well", keep: len(checks) == 0, checks: func() ([]check.Named, error) {
		if len(checks) > 0 {
			return checks, nil
		}
		return standard.Catalog().StandingChecks()
	}}
}
