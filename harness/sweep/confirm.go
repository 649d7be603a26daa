package sweep

import (
	"context"
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// confirmation repeats, with nothing else running, what may be chance: failures of timing, and what was found about requests
// that are unstable.
type confirmation struct {
	*Lab
	labs     []*Lab
	cases    []scenario.Case
	results  []report.Result // of the cases, by index
	repeated map[string]bool // what has repeated, and so speaks for all that is alike

	agreed map[string][]string // the checks on which pairs of calm and faulty agreed, of what is alike
}

func (c confirmation) all(ctx context.Context) {
	c.aftermaths(ctx)
	for i := range c.results {
		if ctx.Err() != nil {
			c.leave(i)
			continue
		}
		var err error
		r := &c.results[i]
		st, _ := c.memory.of(r.Request)
		switch {
		case r.Subject != nil && st.neverCalm() && r.Subject.Uncalm == "" && r.Outcome != check.Skipped:
			// It was broken before that was known, with a calm that cannot be one.
			c.judgeWith(c.cases[i], r, func(s *check.Subject) { s.Uncalm = st.String() })
		case c.isUnstable(*r):
			err = c.agree(ctx, i)
		default:
			for _, try := range []func(context.Context, int) error{c.timing, c.besideOthers, c.strained, c.unstruck} {
				if err == nil {
					err = try(ctx, i)
				}
			}
		}
		if err != nil && ctx.Err() == nil {
			c.results[i].Outcome, c.results[i].Reason = check.Broken, err.Error()
		}
	}
	for i := range c.results {
		c.defaulted(i)
	}
}

// leave takes back what was found by the clock and cannot be repeated any more, since the run was stopped; what else was found stays.
func (c confirmation) leave(i int) {
	r := &c.results[i]
	if r.Subject == nil || r.Confirmed {
		return
	}
	if clock := byTheClock(r.Verdicts); len(clock) > 0 {
		agreed := slices.DeleteFunc(failing(r.Verdicts), func(name string) bool { return slices.Contains(clock, name) })
		c.judgeWith(c.cases[i], r, func(s *check.Subject) {
			s.Doubt, s.Agreed = "the run was stopped before it could be repeated with nothing else running", agreed
		})
	}
	var cleared []string
	for _, b := range r.Beside {
		if b.Outcome == check.Fail && timingOnly(b) {
			cleared = append(cleared, b.Request)
		}
	}
	c.clear(c.cases[i], r, cleared)
}

// confirms tells whether a repetition confirms what it found beside the case: not by the clock of a machine that is too busy to tell.
func confirms(again, beside report.Result) bool {
	return !timingOnly(beside) || again.Subject == nil || again.Subject.TooBusy() == ""
}

// isUnstable tells whether something was found about a request that fails now and then without any fault.
func (c confirmation) isUnstable(r report.Result) bool {
	return slices.ContainsFunc(append(slices.Clone(r.Beside), r), func(r report.Result) bool {
		st, ok := c.memory.of(r.Request)
		return r.Outcome == check.Fail && ok && st.Unstable
	})
}

// timing repeats failures of timing alone, of a case and of what was beside it: they count only if they repeat. Of the cases of
// one scenario, dependency and request, and of one request beside cases of one dependency, the first that repeats speaks for
// all.
func (c confirmation) timing(ctx context.Context, i int) error {
	r := &c.results[i]
	own := r.Outcome == check.Fail && timingOnly(*r)
	ownKey := fmt.Sprint(r.Scenario, r.On, r.Request)
	if own && c.repeated[ownKey] {
		r.Confirmed, own = true, false
	}
	open := slices.ContainsFunc(r.Beside, func(b report.Result) bool { return timingOnly(b) && !c.repeated[besideKey(b)] })
	if !own && !open {
		return nil
	}
	again, err := c.warmed(ctx, c.cases[i])
	if err != nil {
		return err
	}
	c.tooBusy(c.cases[i], &again)
	again.Lab, again.Confirmed = r.Lab, true
	for _, b := range again.Beside {
		c.repeated[besideKey(b)] = c.repeated[besideKey(b)] || confirms(again, b)
	}
	if own {
		c.repeated[ownKey] = again.Outcome == check.Fail
		c.clear(c.cases[i], &again, c.unconfirmed(again))
		for _, b := range r.Beside {
			if !timingOnly(b) && !slices.ContainsFunc(again.Beside, func(o report.Result) bool { return o.ID == b.ID }) {
				again.Beside = append(again.Beside, b)
			}
		}
		*r = again
		return nil
	}
	c.clear(c.cases[i], r, c.unconfirmed(*r))
	return nil
}

// unconfirmed are the requests beside a case of which something was found by the clock, and in no repetition.
func (c confirmation) unconfirmed(r report.Result) []string {
	var requests []string
	for _, b := range r.Beside {
		if timingOnly(b) && !c.repeated[besideKey(b)] {
			requests = append(requests, b.Request)
		}
	}
	return requests
}

// besideOthers repeats a case in which something was found by the clock and something else was not: what does not repeat is taken
// back. The first that does, of a check, a dependency and a request, speaks for all.
func (c confirmation) besideOthers(ctx context.Context, i int) error {
	r := &c.results[i]
	if r.Outcome != check.Fail || r.Confirmed || timingOnly(*r) {
		return nil
	}
	key := func(name string) string { return fmt.Sprint("clock ", name, r.On, r.Request) }
	clock := byTheClock(r.Verdicts)
	if slices.ContainsFunc(clock, func(name string) bool { return !c.repeated[key(name)] }) {
		again, err := c.warmed(ctx, c.cases[i])
		if err != nil {
			return err
		}
		r.Confirmed = again.Outcome == check.Fail
		for _, name := range clock {
			c.repeated[key(name)] = c.repeated[key(name)] || slices.Contains(failing(again.Verdicts), name)
		}
	}
	agreed := slices.DeleteFunc(failing(r.Verdicts), func(name string) bool { return slices.Contains(clock, name) && !c.repeated[key(name)] })
	if len(agreed) < len(failing(r.Verdicts)) {
		c.judgeWith(c.cases[i], r, func(s *check.Subject) {
			s.Doubt, s.Agreed = "it did not come again with nothing else running", agreed
		})
	}
	return nil
}

// byTheClock are the checks that found something by the clock alone.
func byTheClock(verdicts []check.Verdict) []string {
	var names []string
	for _, v := range verdicts {
		if v.Outcome == check.Fail && v.Timing {
			names = append(names, v.Check)
		}
	}
	return names
}

// tooBusy takes back what was found by the clock alone while others kept this machine from its work, with nothing else of failwell
// running.
func (c confirmation) tooBusy(k scenario.Case, r *report.Result) {
	if r.Subject == nil || r.Outcome != check.Fail || !timingOnly(*r) {
		return
	}
	if why := r.Subject.TooBusy(); why != "" {
		c.judgeWith(k, r, func(s *check.Subject) { s.Doubt = why })
	}
}

// strained repeats what was found while this machine was so busy that it may have to do with it: a time-out of the system's own that
// came too early, say. The first that repeats, of checks, dependency and request, speaks for all that are alike.
func (c confirmation) strained(ctx context.Context, i int) error {
	r := &c.results[i]
	if r.Outcome != check.Fail || r.Confirmed || r.Subject == nil || !r.Subject.Strained() {
		return nil
	}
	key := fmt.Sprint("strained ", failing(r.Verdicts), r.On, r.Request)
	if c.repeated[key] {
		return nil
	}
	again, err := c.warmed(ctx, c.cases[i])
	if err != nil {
		return err
	}
	if again.Outcome == check.Skipped {
		return nil // that takes nothing back
	}
	again.Lab, again.Confirmed = r.Lab, true
	c.repeated[key] = again.Outcome == check.Fail
	*r = again
	return nil
}

// unstruck repeats what could not be told, since this machine was busy or something came at a wrong time. Where that is in vain for
// one case, the others of its scenario and dependency are left as they are.
func (c confirmation) unstruck(ctx context.Context, i int) error {
	r := &c.results[i]
	if r.Outcome != check.Inconclusive || r.Confirmed || r.Subject == nil || r.Subject.Uncalm != "" || r.Subject.Doubt != "" {
		return nil
	}
	vain := fmt.Sprint("in vain ", r.Scenario, r.On)
	if c.repeated[vain] || !r.Subject.Strained() && !r.Subject.Untimely() {
		return nil
	}
	again, err := c.warmed(ctx, c.cases[i])
	if err != nil {
		return err
	}
	again.Lab, again.Confirmed = r.Lab, true
	c.repeated[vain] = again.Outcome == check.Inconclusive
	*r = again
	return nil
}

// warmed runs a case on the launch that has seen it, so that what only a first one pays does not count; where that is gone, twice.
func (c confirmation) warmed(ctx context.Context, k scenario.Case) (report.Result, error) {
	for _, l := range c.labs {
		l.History.Drop() // how long it takes in calm is to be learnt now
		if l.History.HasSeen(k.ID) {
			return l.Run(ctx, k)
		}
	}
	if again, err := c.Run(ctx, k); err != nil || again.Outcome != check.Fail {
		return again, err
	}
	return c.Run(ctx, k)
}

func besideKey(b report.Result) string {
	return fmt.Sprint("beside ", b.Request, b.On, failing(b.Verdicts))
}

// timingOnly tells whether everything that was found was found by the clock.
func timingOnly(r report.Result) bool {
	return !slices.ContainsFunc(r.Verdicts, func(v check.Verdict) bool { return v.Outcome == check.Fail && !v.Timing })
}
