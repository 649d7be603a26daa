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
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
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
	t.logFrom = len(t.Instance().Logs(0))
	for _, phase := range []struct {
		what string
		do   func(context.Context) error
	}{{"calm", t.calm}, {"under the fault", t.faulty}, {"after the fault", t.healed}, {"look for late calls", t.lingering}, {"count late effects", t.recount}} {
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

// resolve fills in what the faults of the case leave open.
func (t *trial) resolve() { t.in = t.filled(t.c.Faults) }

// filled fills in what faults leave to the kinds, and the lengths that depend on the deadline. The canaries that it hands
// out go into the subject.
func (t *trial) filled(in fault.Injection) fault.Injection {
	in.Rules, in.Acts = slices.Clone(in.Rules), t.BehindTaps(in.Acts)
	d := t.Config.Reference()
	for i, r := range in.Rules {
		if f, ok := t.Config.Fakes[r.On]; ok {
			mint := func(where string) string { return leak.Mint(t.Config.Seed, t.c.ID, fmt.Sprint(i), where) }
			var canaries []leak.Canary
			r, canaries = f.Fake.Describe().Resolve(r, mint)
			t.s.Canaries = append(t.s.Canaries, canaries...)
		}
		r.Effect.Delay = fault.For(r.Effect.Delay.Of(d))
		r.Effect.Pace.Every = fault.For(r.Effect.Pace.Every.Of(d))
		in.Rules[i] = r
	}
	for i := range in.Acts {
		in.Acts[i].At.For = fault.For(in.Acts[i].At.For.Of(d))
	}
	return in
}

// subject fills in everything that is known before the first request.
func (t *trial) subject() {
	cfg := t.Config
	s := &t.s
	s.ID, s.Cause, s.Given, s.Injection, s.Profile = t.c.ID, t.c.Cause, t.c.Given, t.in, cfg.Contract.Profile
	for _, p := range t.c.Steps {
		s.Injection = s.Injection.And(t.filled(p.Faults))
	}
	s.On = t.Aimed(s.Injection)
	for _, e := range t.in.Edits {
		s.On = append(s.On, e.Setting)
	}
	s.Plain = t.isPlain(t.in.Edits)
	for _, c := range t.c.Change {
		s.Changed = append(s.Changed, c.String())
	}
	s.Keyed, s.Write = t.ask.Keyed, !exchange.Request{Method: t.ask.Method}.Safe()
	s.Role = t.role()
	s.Expect = t.ask.Expect
	s.Canaries = append(s.Canaries, t.Lab.Canaries()...)
	t.LookFor(s.Canaries)
	s.Declared = check.Declared{Errors: cfg.Contract.Errors, Trace: cfg.Contract.Trace, Own: cfg.Own, Follows: cfg.Ready.Follows,
		Readiness: cfg.Ready.Declared, Liveness: cfg.Live != "", Deadline: cfg.Deadline, Limit: cfg.Limit, HealWithin: cfg.HealWithin, Entry: cfg.Entry(), Taps: cfg.Taps}
	s.Learnt = t.ErrorShape()
	s.Learnt.Reaches = t.Reaches(t.ask.Name)
	if row, ok := cfg.Contract.Table.Owed(contract.Key{Cause: s.Cause, Role: s.Role, Write: s.Write, Keyed: s.Keyed}); ok {
		s.Row = &row
	}
	s.Ended = slices.ContainsFunc(t.in.Acts, func(a fault.Act) bool { return a.Ends() && isSystem(t.Lab, a.On) })
}

// isPlain tells whether settings that are edited hold neither a secret nor the address of a dependency.
func (t *trial) isPlain(edits []fault.Edit) bool {
	c, ok := system.As[system.Configurable](t.Config.System)
	if !ok || len(edits) == 0 {
		return false
	}
	return !slices.ContainsFunc(edits, func(e fault.Edit) bool {
		i := slices.IndexFunc(c.Settings(), func(s system.Setting) bool { return s.Name == e.Setting })
		return i < 0 || c.Settings()[i].Secret != "" || c.Settings()[i].Dependency != "" || e.Op == fault.ReadOnly
	})
}

// role is what the broken dependency is for the request.
func (t *trial) role() contract.Role {
	for _, on := range t.s.On {
		if r, ok := t.ask.Uses[on]; ok {
			return r
		}
		if r, ok := t.Config.Roles[on]; ok {
			return r
		}
		if s, ok := t.Config.Secrets[on]; ok && s.Role != "" {
			return s.Role
		}
	}
	return contract.Unknown
}

// calm is the positive control: the same request and those beside it, without a fault.
func (t *trial) calm(ctx context.Context) error {
	if e, ok := t.History.Last(t.ask.Name); ok && t.ask.Effect == nil {
		e.Phase, e.Reused = exchange.Calm, true
		t.keep([]exchange.Exchange{e}, t.besideInCalm(ctx))
		return nil
	}
	t.History.Drop()
	seq, err := t.Mark(ctx)
	if err != nil {
		return err
	}
	n, err := t.prepareCase(ctx)
	if err != nil {
		return t.unready(err)
	}
	before, err := t.tally(ctx, n)
	if err != nil {
		return err
	}
	e, err := t.Lab.Ask(ctx, t.ask, n, exchange.Calm)
	if err != nil {
		return err
	}
	own := []exchange.Exchange{e}
	if _, err := t.Quiet(ctx); err != nil {
		return err
	}
	hits, err := t.Hits(ctx, seq, 0)
	if err != nil {
		return err
	}
	t.Asked(own, nil).Attribute(hits)
	if t.s.Expect.Missed(own[0]) != "" {
		t.keep(own)
		return nil
	}
	t.WentWell(own[0])
	t.keep(own, t.besideInCalm(ctx))
	return t.count(ctx, exchange.Calm, before, own)
}

// unready keeps a mishap of the request's own `before` as a calm that did not succeed.
func (t *trial) unready(err error) error {
	t.s.Unready = "its `before` did not succeed: " + err.Error()
	return nil
}

// prepareCase makes the names of one phase, with the request's own steps before it, while nothing is armed.
func (t *trial) prepareCase(ctx context.Context) (lab.Scope, error) {
	n := t.Scope()
	captured, err := t.Steps(ctx, t.ask.Before, n, false)
	return n.With(captured), err
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
	if exit, dead := t.Instance().Exited(); dead && t.s.Died == nil {
		t.s.Died = &exit
		t.Dirty = true
	}
	if len(t.s.Restless) > 0 || (check.Healed{}).Judge(t.s, check.Evidence{}).Outcome == check.Fail {
		t.Dirty = true // what goes on, or does not heal, must not touch the next case
	}
}
