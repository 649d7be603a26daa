// Package match offers checks as Gomega matchers. They adapt, and hold no rule of their own: the checks judge, and the
// decision is that of a run of one case.
//
//	Expect(lab.Try(ctx, request, fault)).To(match.FailWell())
//	Expect(lab.Do(ctx, request)).To(match.HaveStatus(503))
//
// What they are given is a check.Subject, a report.Result, or an exchange.Exchange. What cannot be told, since the fault did
// not strike or calm did not succeed, satisfies neither To nor NotTo: it is an error, which says why.
package match

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/report"
)

// Matcher is a types.GomegaMatcher.
type Matcher struct {
	to     string // what is expected, as in "expected it to fail well"
	checks func() ([]check.Named, error)
	gate   contract.Impact // the least impact that counts; empty: as the subject's profile says
	keep   bool            // of a result, the verdicts it has already
	whole  bool            // a single answer is not enough
	told   string
}

// Match judges. Its error says what cannot be told, or what is wrong with failwell itself.
func (m *Matcher) Match(actual any) (bool, error) {
	r, err := m.Result(actual)
	if err != nil {
		return false, err
	}
	run := report.Run{Profile: r.Subject.Profile, Gate: m.gate, Results: report.Flat([]report.Result{r})}
	run.Finish()
	m.told = tell(run)
	code, why := run.Verdict(true)
	switch code {
	case report.Held:
		return true, nil
	case report.Failed:
		return false, nil
	}
	return false, fmt.Errorf("it cannot be told whether it does %s, %s\n%s", m.to, why, m.told)
}

// FailureMessage says what was asked, what came, which calls struck, what was owed and by which standard, and where to look.
func (m *Matcher) FailureMessage(any) string { return "expected it to " + m.to + "\n" + m.told }

// NegatedFailureMessage says the same of what was not expected.
func (m *Matcher) NegatedFailureMessage(any) string {
	return "expected it not to " + m.to + "\n" + m.told
}

// Result is what a case comes to by the checks of the matcher: what Match decides by, and what reports are made of.
func (m *Matcher) Result(actual any) (report.Result, error) {
	if r, ok := actual.(report.Result); ok && m.keep {
		if r.Subject == nil {
			r.Subject = &check.Subject{}
		}
		return r, nil
	}
	if _, single := actual.(exchange.Exchange); single && m.whole {
		return report.Result{}, fmt.Errorf("a single answer does not tell whether it does %s; want a whole case, from lab.Try or lab.Run", m.to)
	}
	s, err := subject(actual)
	if err != nil {
		return report.Result{}, err
	}
	checks, err := m.checks()
	if err != nil {
		return report.Result{}, fmt.Errorf("make the checks: %w", err)
	}
	r := report.Result{ID: s.ID, On: s.On, Cause: s.Cause, Given: s.Given, Subject: &s, Verdicts: check.Judge(s, checks)}
	if asked := append(s.Judged(exchange.Faulty), s.Judged(exchange.Calm)...); len(asked) > 0 {
		r.Request = asked[0].Request.Name
	}
	r.Beside = report.Beside(r, checks)
	r.Outcome, r.Reason = check.Overall(r.Verdicts), s.Unstruck
	for _, v := range r.Verdicts {
		if v.Outcome == r.Outcome && r.Outcome != check.Pass && r.Reason == "" {
			r.Reason = v.Reason
		}
	}
	return r, nil
}

// subject is what is to be judged. A single answer is a subject of its own: one that came under no fault that is known.
func subject(actual any) (check.Subject, error) {
	switch a := actual.(type) {
	case check.Subject:
		return a, nil
	case report.Result:
		if a.Subject == nil {
			return check.Subject{}, fmt.Errorf("the case %s was not run: %s", a.ID, a.Reason)
		}
		return *a.Subject, nil
	case exchange.Exchange:
		a.Phase = exchange.Faulty
		return check.Subject{ID: a.Request.Name, Write: !a.Request.Safe(), Exchanges: []exchange.Exchange{a}}, nil
	}
	return check.Subject{}, fmt.Errorf("want a check.Subject (lab.Try), a report.Result (lab.Run) or an exchange.Exchange (lab.Do), not %T", actual)
}

// command is a line that names a command of the program, by itself or after a label.
var command = regexp.MustCompile(`^\s+[a-z ]+:?\s+failwell [a-z]+ `)

// tell writes the case of a run of one, and what was found beside it, but for the commands of the program: there is no lab file that they could name.
func tell(run report.Run) string {
	var text strings.Builder
	for _, r := range run.Results {
		if len(run.Results) > 1 && r.Outcome == check.Pass {
			continue
		}
		if err := report.Show(&text, run, r, report.Style{Width: 120}); err != nil {
			return err.Error()
		}
	}
	var kept []string
	for line := range strings.Lines(text.String()) {
		if !command.MatchString(line) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// one makes a matcher of one check, whose every failure counts.
func one(to, name string, c check.Check) *Matcher {
	return &Matcher{to: to, gate: contract.Note, checks: func() ([]check.Named, error) { return []check.Named{{Name: name, Check: c, Asked: true}}, nil }}
}
