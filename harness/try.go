package harness

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// quietBound is how long calls may go on after the answer.
const quietBound = 2 * time.Second

// trial is one case while it runs.
type trial struct {
	*Lab
	c       scenario.Case
	ask     scenario.Request
	in      fault.Injection // resolved: what is armed
	s       check.Subject
	logFrom int

	deeds    deeds    // what was done by acts
	answered []string // the traces of the faulty requests
	until    int64    // the last call when all was quiet after their answers

	faultyTally tally // of the faulty phase, for its late effects
}

// try runs a case through its phases: calm, settling, faulty, healed. Its error is always failwell's own.
func (l *Lab) try(ctx context.Context, c scenario.Case) (s check.Subject, err error) {
	defer func() { s = redact.Of(l.redact, s) }()
	if err := l.fresh(ctx); err != nil {
		return check.Subject{}, err
	}
	l.beganAt = l.Operations() // what the case before has cost is its own
	ask, ok := l.request(c.Request)
	if !ok {
		return check.Subject{}, fmt.Errorf("unknown request %q", c.Request)
	}
	t := &trial{Lab: l, c: c, ask: ask}
	defer t.remember(l.launches)
	t.resolve()
	t.subject()
	t.logFrom = len(l.instance.Logs(0))
	for _, phase := range []func(context.Context) error{t.calm, t.faulty, t.healed, t.lingering, t.recount} {
		if t.s.CalmMissed() != "" {
			break // nothing is broken on a request that does not succeed without it
		}
		if err := phase(ctx); err != nil {
			l.dirty = true
			_ = t.lift(context.WithoutCancel(ctx))
			return t.s, err
		}
	}
	t.finish()
	return t.s, nil
}

// remember notes that the launch has seen the case, unless it was replaced meanwhile.
func (t *trial) remember(launches int) {
	if t.launches != launches {
		return
	}
	t.history = append(t.history, t.c.ID)
	if t.good.request == t.ask.Name && t.good.launch == t.launches {
		t.wentWell(t.ask.Name)
	}
}

// replace starts the system anew after a case that it did not get over.
func (l *Lab) replace(ctx context.Context) error {
	if err := l.rig.Arm(ctx, fault.Injection{}, ""); err != nil {
		return err
	}
	launch, err := l.launch(ctx, exchange.Calm, nil)
	if err != nil {
		return fmt.Errorf("start system again: %w", err)
	}
	if !launch.Ready {
		return &Unready{launch}
	}
	return l.before(ctx, false)
}

// resolve fills in what the faults of the case leave open.
func (t *trial) resolve() { t.in = t.filled(t.c.Faults) }

// filled fills in what faults leave to the kinds, and the lengths that depend on the deadline. The canaries that it hands
// out go into the subject.
func (t *trial) filled(in fault.Injection) fault.Injection {
	in.Rules, in.Acts = slices.Clone(in.Rules), t.behindTaps(in.Acts)
	d := t.cfg.reference()
	for i, r := range in.Rules {
		if f, ok := t.cfg.Fakes[r.On]; ok {
			mint := func(where string) string { return leak.Mint(t.cfg.Seed, t.c.ID, fmt.Sprint(i), where) }
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
	cfg := t.cfg
	s := &t.s
	s.ID, s.Cause, s.Given, s.Injection, s.Profile = t.c.ID, t.c.Cause, t.c.Given, t.in, cfg.Contract.Profile
	for _, p := range t.c.Steps {
		s.Injection = s.Injection.And(t.filled(p.Faults))
	}
	s.On = t.aimed(s.Injection)
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
	s.Canaries = append(append(s.Canaries, cfg.Canaries...), t.redact.Canaries()...)
	t.send.look(s.Canaries)
	s.Declared = check.Declared{Errors: cfg.Contract.Errors, Trace: cfg.Contract.Trace, Own: cfg.Own, Follows: cfg.Ready.Follows,
		Readiness: cfg.Ready.Declared, Liveness: cfg.Live != "", Deadline: cfg.Deadline, Limit: cfg.Limit, HealWithin: cfg.HealWithin, Entry: cfg.entry(), Taps: cfg.Taps}
	s.Learnt = t.shape
	s.Learnt.Reaches, s.Learnt.Calls = t.reaches(t.ask.Name), map[string]int{}
	for _, c := range t.learnt[t.ask.Name].calls {
		s.Learnt.Calls[c.On]++
	}
	if row, ok := cfg.Contract.Table.Owed(contract.Key{Cause: s.Cause, Role: s.Role, Write: s.Write, Keyed: s.Keyed}); ok {
		s.Row = &row
	}
	s.Ended = slices.ContainsFunc(t.in.Acts, func(a fault.Act) bool { return a.Ends() && t.isSystem(a.On) })
}

// isPlain tells whether settings that are edited hold neither a secret nor the address of a dependency.
func (t *trial) isPlain(edits []fault.Edit) bool {
	c, ok := t.cfg.System.(system.Configurable)
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
		if r, ok := t.cfg.Roles[on]; ok {
			return r
		}
		if s, ok := t.cfg.Secrets[on]; ok && s.Role != "" {
			return s.Role
		}
	}
	return contract.Unknown
}

// calm is the positive control: the same request and those beside it, without a fault.
func (t *trial) calm(ctx context.Context) error {
	if g := t.good; g.request == t.ask.Name && g.launch == t.launches && t.ask.Effect == nil {
		g.e.Phase, g.e.Reused = exchange.Calm, true
		t.keep([]exchange.Exchange{g.e}, t.besideInCalm(ctx))
		return nil
	}
	t.good = good{}
	seq, err := t.mark(ctx)
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
	e, err := t.Lab.ask(ctx, t.ask, n, exchange.Calm)
	if err != nil {
		return err
	}
	own := []exchange.Exchange{e}
	if _, err := t.quiet(ctx, seq); err != nil {
		return err
	}
	hits, err := t.hits(ctx, seq, 0)
	if err != nil {
		return err
	}
	attribute(own, nil, nil, nil, hits)
	if t.s.Expect.Missed(own[0]) != "" {
		t.keep(own)
		return nil
	}
	t.wentWell(t.ask.Name)
	t.keep(own, t.besideInCalm(ctx))
	return t.count(ctx, exchange.Calm, before, own)
}

// unready keeps a mishap of the request's own `before` as a calm that did not succeed.
func (t *trial) unready(err error) error {
	t.s.Unready = "its `before` did not succeed: " + err.Error()
	return nil
}

// prepareCase makes the names of one phase, with the request's own steps before it, while nothing is armed.
func (t *trial) prepareCase(ctx context.Context) (names, error) {
	n := t.names.fresh()
	captured, err := t.steps(ctx, t.ask.Before, n, false)
	return n.with(captured), err
}

// keep redacts exchanges and adds them to the subject.
func (t *trial) keep(lists ...[]exchange.Exchange) {
	for _, list := range lists {
		for _, e := range list {
			e.Hop = t.s.Declared.Hop(e)
			t.s.Exchanges = append(t.s.Exchanges, t.redact.Exchange(e))
		}
	}
}

// finish adds the logs and what the whole case showed.
func (t *trial) finish() {
	t.s.Launches = slices.Clip(t.s.Launches)
	if exit, dead := t.instance.Exited(); dead && t.s.Died == nil {
		t.s.Died = &exit
		t.dirty = true
	}
	if len(t.s.Restless) > 0 || (check.Healed{}).Judge(t.s, check.Evidence{}).Outcome == check.Fail {
		t.dirty = true // what goes on, or does not heal, must not touch the next case
	}
}
