package harness

import (
	"context"
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// pairs is how many alternating pairs of calm and faulty must agree on a finding about an unstable request.
const pairs = 3

// agree repeats a failed case whose request is unstable, calm and faulty in turns. Only what is found every time, each time
// after a good calm, is kept; the rest is inconclusive.
func (l *Lab) agree(ctx context.Context, c scenario.Case, r *report.Result, st Steadiness) error {
	var found []string
	for i := range pairs {
		l.good = good{} // each calm is asked anew
		s, err := l.try(ctx, c)
		if err != nil {
			return err
		}
		if s.CalmMissed() != "" {
			found = nil
			break
		}
		again := failing(check.Judge(s, l.checks(c, s)))
		if i == 0 {
			found = again
		}
		found = slices.DeleteFunc(found, func(name string) bool { return !slices.Contains(again, name) })
	}
	why := fmt.Sprintf("%s; %d pairs of calm and faulty did not agree", st, pairs)
	r.Verdicts = check.Doubt(r.Verdicts, why, found...)
	r.Confirmed = true
	if r.Outcome = check.Overall(r.Verdicts); r.Outcome != check.Fail {
		r.Reason = why
	}
	return nil
}

// failing lists the checks that failed.
func failing(verdicts []check.Verdict) []string {
	var names []string
	for _, v := range verdicts {
		if v.Outcome == check.Fail {
			names = append(names, v.Check)
		}
	}
	return names
}
