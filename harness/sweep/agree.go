package sweep

import (
	"context"
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/trial"
)

// pairs is how many alternating pairs of calm and faulty must agree on a finding about an unstable request.
const pairs = 3

// agree repeats a case in which something was found about an unstable request, calm and faulty in turns. Only what is found
// every time, each time after a good calm, is kept; the rest is inconclusive. The first case of a scenario, dependency and
// request speaks for its variants, and of a request beside others for all cases of one dependency.
func (c confirmation) agree(ctx context.Context, i int) error {
	r, doubted := &c.results[i], []report.Result{}
	for _, one := range append(slices.Clone(c.results[i].Beside), *r) {
		if st, ok := c.memory.of(one.Request); ok && st.Unstable && one.Outcome == check.Fail {
			doubted = append(doubted, one)
		}
	}
	key := func(one report.Result) string {
		if one.Request == r.Request {
			return fmt.Sprint(one.Scenario, one.On, one.Request, failing(one.Verdicts))
		}
		return besideKey(one)
	}
	if slices.ContainsFunc(doubted, func(one report.Result) bool { _, known := c.agreed[key(one)]; return !known }) {
		found, err := c.inPairs(ctx, c.cases[i])
		if err != nil {
			return err
		}
		for _, one := range doubted {
			c.agreed[key(one)] = found[one.ID]
		}
	}
	var cleared []string
	for _, one := range doubted {
		st, _ := c.memory.of(one.Request)
		switch agreed := c.agreed[key(one)]; {
		case one.Request == r.Request:
			c.judgeWith(c.cases[i], r, func(s *check.Subject) {
				s.Doubt, s.Agreed = fmt.Sprintf("%s; %d pairs of calm and faulty did not agree", st, pairs), agreed
			})
		case len(agreed) == 0:
			cleared = append(cleared, one.Request)
		}
	}
	c.clear(c.cases[i], r, cleared)
	r.Confirmed = true
	return nil
}

// inPairs gives the checks that failed in every one of several runs of a case, by the id of the result in which they did.
// Before each run the request is asked once more than before the one before, so that no rhythm of its own keeps step.
func (l *Lab) inPairs(ctx context.Context, c scenario.Case) (map[string][]string, error) {
	found := map[string][]string{}
	for i := range pairs {
		l.History.Drop() // each calm is asked anew
		for range i {
			if r, ok := l.Request(c.Request); ok && l.Instance() != nil {
				_, _ = l.Ask(ctx, r, l.Scope(), exchange.Calm)
			}
		}
		o, err := trial.Run(ctx, l.Lab, c)
		for more := 0; err == nil && o.Subject.CalmMissed() != "" && more < pairs; more++ {
			o, err = trial.Run(ctx, l.Lab, c) // it is unstable: its calm is waited for
		}
		s := o.Subject
		if err != nil || s.CalmMissed() != "" {
			return nil, err
		}
		r := report.Result{ID: c.ID, Request: c.Request, Subject: &s, On: s.On}
		l.judge(c, &r)
		now := map[string][]string{}
		for _, one := range append(r.Beside, r) {
			now[one.ID] = failing(one.Verdicts)
		}
		for id, names := range found {
			found[id] = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(now[id], name) })
		}
		if i == 0 {
			found = now
		}
	}
	return found, nil
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
