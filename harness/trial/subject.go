package trial

import (
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/system"
)

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
