// Package trial runs one case: the request without a fault, the fault, the request under it, the fault lifted, and the request
// again until it is well. All that came of it is a subject, which others judge.
//
//	calm -> faulty: arm, act, settle, strike, lift -> healed -> late calls and effects -> Subject
package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/scenario"
)

// trial is one case while it runs.
type trial struct {
	*lab.Lab
	c       scenario.Case
	ask     scenario.Request
	in      fault.Injection // resolved: what is armed
	s       check.Subject
	logFrom int
	lacking bool // this machine lacks what the faults need

	unprepared bool // the first steps of the lab failed on what was started under a fault
	unrisen    bool // it did not get ready again after that was lifted

	deeds    deeds               // what was done by acts
	answered []exchange.Exchange // the faulty requests
	until    int64               // the last call when all was quiet after their answers

	faultyTally tally // of the faulty phase, for its late effects
}

// Outcome is what came of one case.
type Outcome struct {
	Subject    check.Subject // with no secret in it
	Lacking    bool          // why the faults could not be injected is what this machine lacks
	Operations int           // on containers and networks
}

// Run takes a case through its phases: calm, settling, faulty, healed. Its error is always failwell's own.
func Run(ctx context.Context, l *lab.Lab, c scenario.Case) (Outcome, error) {
	if err := l.Fresh(ctx); err != nil {
		return Outcome{}, l.Veiled(err)
	}
	began := l.Operations() // what the case before has cost is its own
	ask, ok := l.Request(c.Request)
	if !ok {
		return Outcome{}, fmt.Errorf("unknown request %q", c.Request)
	}
	t := &trial{Lab: l, c: c, ask: ask}
	defer t.remember(l.Launches())
	err := t.run(ctx)
	return Outcome{Subject: redact.Of(l.Redactor(), t.s), Lacking: t.lacking, Operations: l.Operations() - began}, l.Veiled(err)
}

func (t *trial) run(ctx context.Context) error {
	t.resolve()
	t.subject()
	t.logFrom = t.LogEnd()
	for _, phase := range []struct {
		what string
		do   func(context.Context) error
	}{{"calm", t.calm}, {"under the fault", t.faulty}, {"after the fault", t.healed}, {"look for late calls", t.lingering}, {"count late effects", t.recount}, {"send the copies without the fault", t.crowd}, {"ask with another secret", t.another}} {
		if t.s.CalmMissed() != "" {
			break // nothing is broken on a request that does not succeed without it
		}
		if err := phase.do(ctx); err != nil {
			t.Dirty = true
			_ = t.lift(context.WithoutCancel(ctx))
			return fmt.Errorf("%s: %w", phase.what, err)
		}
	}
	t.finish()
	return nil
}

// Arm makes the faults of dependencies hold in place of those that are armed, without a request; none heals.
func Arm(ctx context.Context, l *lab.Lab, in fault.Injection) error {
	t := &trial{Lab: l, c: scenario.Case{ID: "set", Faults: in}}
	t.resolve()
	if len(in.Edits) > 0 || len(in.Acts) > 0 || len(lostNames(in)) > 0 {
		return errors.New("set takes faults of dependencies that fakes can do; settings, acts and names need Try")
	}
	return l.Veiled(t.arm(ctx))
}

// remember notes that the launch has seen the case, unless it was replaced meanwhile.
func (t *trial) remember(launches int) {
	if t.Launches() != launches {
		return
	}
	t.History.Saw(t.c.ID)
	if _, good := t.History.Last(t.ask.Name); good {
		t.History.WentWell(t.ask.Name)
	}
}

// keep redacts exchanges and adds them to the subject.
func (t *trial) keep(lists ...[]exchange.Exchange) {
	for _, list := range lists {
		for _, e := range list {
			e.Hop = t.s.Declared.Hop(e)
			t.s.Exchanges = append(t.s.Exchanges, t.Redactor().Exchange(e))
		}
	}
}

// finish adds the logs and what the whole case showed.
func (t *trial) finish() {
	t.s.Launches = slices.Clip(t.s.Launches)
	t.s.Learnt.Volatile = t.Volatile(t.ask.Name)
	if exit, dead := t.Instance().Exited(); dead && t.s.Died == nil && !t.unrisen {
		t.s.Died = &exit
		t.Dirty = true
	}
	if len(t.s.Restless) > 0 || (check.Healed{}).Judge(t.s, check.Evidence{}).Outcome == check.Fail {
		t.Dirty = true // what goes on, or does not heal, must not touch the next case
	}
}
