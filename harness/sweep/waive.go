package sweep

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
)

// Agree notes in the subject of a case what the contract of the lab waives and raises for it.
func (l *Lab) Agree(c scenario.Case, s *check.Subject) {
	s.Waived, s.Raised = l.waived(c, *s), l.Config.Contract.Raise
}

// waived lists the checks that are switched off for a case, and for what was asked beside it: by the scenario, and by the lab.
func (l *Lab) waived(c scenario.Case, s check.Subject) []check.Waived {
	var all []check.Waived
	for _, name := range slices.Sorted(maps.Keys(c.Waive)) {
		all = append(all, check.Waived{Check: name, Because: c.Waive[name]})
	}
	if len(c.Waive)+len(l.Config.Contract.Waive) == 0 {
		return nil
	}
	for _, w := range l.Config.Contract.Waive {
		if covers(w, c.Request, s) {
			all = append(all, check.Waived{Check: w.Check, Because: w.Because})
		}
	}
	for _, side := range s.Sides() {
		name := side.RequestName()
		for _, what := range slices.Sorted(maps.Keys(c.Waive)) {
			all = append(all, check.Waived{Check: what, Request: name, Because: c.Waive[what]})
		}
		for _, w := range l.Config.Contract.Waive {
			if covers(w, c.Request, side) || covers(w, name, side) {
				all = append(all, check.Waived{Check: w.Check, Request: name, Because: w.Because})
			}
		}
	}
	return all
}

// Unmatched gives what waives cases that there are none of: each is a mistake at its place in the lab file. A case that is not there since
// its request does not succeed today is none.
func Unmatched(waivers []lab.Waiver, cases []scenario.Case, facts scenario.Facts) error {
	var bad decode.Problems
	if slices.ContainsFunc(facts.Requests, func(a scenario.Asked) bool { return !a.Calm }) {
		return nil
	}
	for _, w := range waivers {
		if w.Case == "" || slices.ContainsFunc(cases, func(c scenario.Case) bool { return names(w.Case, c, facts.Requests) }) {
			continue
		}
		bad.Add(w.Pos, "no case is called %q: nothing is waived (failwell plan lists them)", w.Case)
	}
	return bad.Err()
}

// names tells whether a pattern names a case, or what may be asked beside it.
func names(pattern string, c scenario.Case, requests []scenario.Asked) bool {
	return decode.Glob(pattern).Case(c.ID) || slices.ContainsFunc(requests, func(a scenario.Asked) bool {
		return decode.Glob(pattern).Case(strings.Replace(c.ID, ":"+c.Request, ":"+a.Name, 1))
	})
}

// covers tells whether a waiver speaks about the case; an expired one covers nothing.
func covers(w lab.Waiver, request string, s check.Subject) bool {
	if !w.Expires.IsZero() && time.Now().After(w.Expires) {
		return false
	}
	if w.Request != "" && !decode.Glob(w.Request).Matches(request) || w.Case != "" && !decode.Glob(w.Case).Case(s.ID) {
		return false
	}
	if w.Saw == 0 {
		return true
	}
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Status() == w.Saw {
			return true
		}
	}
	return false
}
