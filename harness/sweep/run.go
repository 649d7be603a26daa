package sweep

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/trial"
)

// Lab is a lab in which cases are run and judged. The labs of one sweep know of each other's requests how steady they are.
type Lab struct {
	*lab.Lab
	standing  []check.Named
	memory    *memory
	aftermath []Aftermath // found since it was asked for
}

// Start brings up a lab.
func Start(ctx context.Context, cfg lab.Config) (*Lab, error) {
	standing, err := cfg.Catalog.StandingChecks()
	if err != nil {
		return nil, err
	}
	l, err := lab.Start(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &Lab{Lab: l, standing: standing, memory: &memory{steady: map[string]Steadiness{}, misses: map[string]int{}}}, nil
}

// Adopt takes over what the calm phase of another lab of the same system showed, and shares what is known of its requests.
func (l *Lab) Adopt(o *Lab) {
	l.Lab.Adopt(o.Lab)
	l.memory = o.memory
}

func (l *Lab) run(ctx context.Context, c scenario.Case) (report.Result, error) {
	began := time.Now()
	r := report.Result{ID: c.Repeated(), Scenario: c.Scenario, Why: c.Why, Event: c.Event, Request: c.Request, Given: c.Given, Then: c.Thens, Waive: c.Waive,
		Labels: c.Labels, Cause: c.Cause, On: c.Faults.On()}
	if c.Skip != "" {
		r.Outcome, r.Reason, r.Unavailable = check.Skipped, c.Skip, c.Missing
		return r, nil
	}
	if l.Dirty { // what can be done is asked of a system that is well
		if err := l.Veiled(l.Fresh(ctx)); err != nil {
			r.Outcome, r.Reason = check.Broken, err.Error()
			return r, err
		}
	}
	if unable := trial.Unable(l.Lab, c); unable != nil && !c.Specific {
		r.Outcome, r.Reason, r.Unavailable = check.Skipped, unable.What, !unable.NotApplicable
		return r, nil
	}
	if st, ok := l.memory.of(c.Request); ok && st.IsHopeless() {
		r.Outcome, r.Reason = check.Inconclusive, st.String()
		return r, nil
	}
	o, err := l.tryCalm(ctx, c)
	s := o.Subject
	r.Subject, r.On, r.Took, r.Operations = &s, s.On, time.Since(began), o.Operations
	if err != nil {
		r.Outcome, r.Reason = check.Broken, err.Error()
		return r, err
	}
	l.judge(c, &r)
	if why := l.inapplicable(c, s); why != "" && !l.foundAnyhow(c, r) {
		r.Verdicts, r.Beside = nil, nil
		r.Outcome, r.Reason, r.Unavailable = check.Skipped, why, o.Lacking
		return r, nil
	}
	if why := s.Hindered(); why != "" && r.Outcome == check.Inconclusive && len(r.Beside) == 0 && !c.Specific {
		r.Verdicts = nil
		r.Outcome, r.Reason = check.Skipped, why
		return r, nil
	}
	if st, ok := l.memory.of(c.Request); ok && s.CalmMissed() != "" {
		r.Reason = st.String()
	}
	return r, l.doubt(ctx, c, &r)
}

// inapplicable says why a generic case does not occur here after all: it cannot be armed, there is no pool that could be struck,
// or the system does not need what was taken.
func (l *Lab) inapplicable(c scenario.Case, s check.Subject) string {
	if c.Specific {
		return ""
	}
	if s.Unstruck != "" && len(s.Judged(exchange.Faulty)) == 0 {
		return s.Unstruck
	}
	if why := check.EvidenceOf(s).Missed(); why != "" && needsPool(c) {
		return "the system keeps no connection open that could die: " + why
	}
	if parts := check.EvidenceOf(s).Parts; len(parts) > 0 && !slices.ContainsFunc(parts, func(p check.Part) bool { return !p.Unfit }) {
		return "nothing is in the answer of " + parts[0].On + " that could be changed so: " + parts[0].Why
	}
	if why := check.EvidenceOf(s).Missed(); why != "" && onlyLater(c) {
		return "it made fewer calls this time: " + why
	}
	why, _ := s.Met()
	return why
}

// foundAnyhow tells whether something was found that speaks for itself, whatever struck: a process that died, a leak.
func (l *Lab) foundAnyhow(c scenario.Case, r report.Result) bool {
	failed := failing(r.Verdicts)
	return slices.ContainsFunc(l.checks(c), func(k check.Named) bool {
		return k.Check.Kind().Needs == 0 && slices.Contains(failed, k.Name)
	})
}

// judge lets the checks of a case judge what came of it, and what was asked beside it.
func (l *Lab) judge(c scenario.Case, r *report.Result) {
	checks := l.checks(c)
	l.Agree(c, r.Subject)
	r.Verdicts = check.Judge(*r.Subject, checks)
	r.Outcome = check.Overall(r.Verdicts)
	r.Reason = reason(*r)
	r.Beside = report.Beside(*r, checks)
	if took, ok := r.Subject.Recovered(); ok && len(r.Subject.On) > 0 {
		r.RecoveredMS = max(1, took.Milliseconds())
	}
}

// doubt takes back what was found about requests that have no calm to be compared with.
func (l *Lab) doubt(ctx context.Context, c scenario.Case, r *report.Result) error {
	var cleared []string
	for _, one := range append(slices.Clone(r.Beside), *r) {
		if one.Outcome != check.Fail {
			continue
		}
		st, err := l.learnSteady(ctx, one.Request)
		switch {
		case err != nil:
			return err
		case !st.IsHopeless():
		case one.Request == r.Request:
			l.judgeWith(c, r, func(s *check.Subject) { s.Uncalm = st.String() })
		default:
			cleared = append(cleared, one.Request)
		}
	}
	l.clear(c, r, cleared)
	return nil
}

// judgeWith judges a case again, with more that is known of it.
func (l *Lab) judgeWith(c scenario.Case, r *report.Result, more func(*check.Subject)) {
	s := *r.Subject
	more(&s)
	r.Subject = &s
	l.judge(c, r)
	if why := cmp.Or(s.Uncalm, s.Doubt); why != "" && r.Outcome == check.Inconclusive {
		r.Reason = why
	}
}

// clear drops what was found about requests that were asked beside a case.
func (l *Lab) clear(c scenario.Case, r *report.Result, requests []string) {
	if len(requests) > 0 {
		l.judgeWith(c, r, func(s *check.Subject) { s.Cleared = append(slices.Clone(s.Cleared), requests...) })
	}
}

// onlyLater tells whether a case strikes nothing but a later call: how many there are may differ from one time to the next.
func onlyLater(c scenario.Case) bool {
	in := c.Faults
	return len(in.Rules) > 0 && len(in.Links)+len(in.Acts)+len(in.Edits) == 0 &&
		!slices.ContainsFunc(in.Rules, func(r fault.Rule) bool { return r.Nth < 2 })
}

// needsPool tells whether a case strikes only connections that are open already.
func needsPool(c scenario.Case) bool {
	for _, l := range c.Faults.Links {
		if l.State != fault.Open {
			return false
		}
	}
	for _, r := range c.Faults.Rules {
		if r.Connections != "existing" {
			return false
		}
	}
	return len(c.Faults.Links)+len(c.Faults.Rules) > 0
}

// reason is the word of the verdict that decided, for what is not failed.
func reason(r report.Result) string {
	for _, v := range r.Verdicts {
		if v.Outcome == r.Outcome && r.Outcome != check.Pass {
			return v.Reason
		}
	}
	return ""
}

// checks are the standing checks, those of the scenario in place of the same kind.
func (l *Lab) checks(c scenario.Case) []check.Named {
	var all []check.Named
	for _, k := range l.standing {
		if i := slices.IndexFunc(c.Then, func(o check.Named) bool { return o.Name == k.Name }); i < 0 {
			all = append(all, k)
		}
	}
	all = append(all, c.Then...)
	return all
}
