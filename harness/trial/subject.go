package trial

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/scenario"
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
		r.Effect.Delay = fault.For(r.Effect.Delay.Of(d) / time.Duration(sharing(r, t.Lab.Learnt(t.ask.Name).Calls)))
		r.Effect.Pace.Every = fault.For(r.Effect.Pace.Every.Of(d))
		in.Rules[i] = r
	}
	for i := range in.Acts {
		in.Acts[i].At.For = fault.For(in.Acts[i].At.For.Of(d))
	}
	return in
}

// sharing is how many of a request's calls have a delay in common: one that is a part of the deadline is a part of it for the
// whole request, however many calls it makes; any other is each call's own.
func sharing(r fault.Rule, calls []fault.Call) int {
	if x := r.Effect.Delay.X; x <= 0 || x >= 1 || r.Which != (fault.Which{}) {
		return 1
	}
	n := 0
	for _, c := range calls {
		if c.Op != string(fault.Connect) && r.Match(c) {
			n++
		}
	}
	return max(1, n)
}

// subject fills in everything that is known before the first request.
func (t *trial) subject() {
	cfg := t.Config
	s := &t.s
	s.ID, s.Cause, s.Given, s.Injection, s.Profile = t.c.ID, t.c.Cause, t.c.Given, t.in, cfg.Contract.Profile
	changes := t.c.Change
	for _, p := range t.c.Steps {
		s.Injection = s.Injection.And(t.filled(p.Faults))
		changes = append(slices.Clip(changes), p.Change...)
	}
	s.On = t.Aimed(s.Injection)
	for _, e := range t.in.Edits {
		s.On = append(s.On, e.Setting)
	}
	s.Plain, s.Carries = t.isPlain(t.in.Edits), t.carries(t.in.Edits)
	for _, c := range changes {
		s.Changed = append(s.Changed, c.String())
	}
	s.Keyed, s.Write = t.ask.Keyed, !t.ask.IsSafe()
	s.Role, s.Called = t.role(), append(t.holders(t.in.Edits), t.called()...)
	s.Expect, s.Operation = t.ask.Expect, t.ask.Operation
	s.Canaries = append(s.Canaries, t.Lab.Canaries()...)
	t.LookFor(s.Canaries)
	s.Declared = check.Declared{Errors: cfg.Contract.Errors, Trace: cfg.Contract.Trace, Own: cfg.Own, Follows: cfg.Ready.Follows,
		Readiness: cfg.Ready.Declared, Liveness: cfg.Live != "", Deadline: cfg.Deadline, Limit: cfg.Limit, HealWithin: cfg.HealWithin, Entry: cfg.Entry(), Taps: cfg.Taps}
	_, s.Declared.Attached = system.As[system.URL](cfg.System)
	s.Learnt = t.ErrorShape()
	s.Learnt.Reaches, s.Learnt.Fields = t.Reaches(t.ask.Name), t.Lab.Learnt(t.ask.Name).Fields
	for _, on := range s.Learnt.Reaches {
		if t.roleOf(on) == contract.Optional {
			s.Declared.Optional = append(s.Declared.Optional, on)
		}
	}
	owing, policy := s.Role, t.away()
	if t.in.Starts() {
		owing, policy = contract.Unknown, contract.Undeclared // what stands in for a dependency may be what it gave before, and at a start there is nothing before
	}
	if row, ok := cfg.Contract.Table.Owed(contract.Key{Cause: s.Cause, Role: owing, Away: policy, Write: s.Write, Keyed: s.Keyed, Protocol: t.protocol()}); ok {
		row.Floor = "" // what the row rests on is the same in all runs
		s.Row = &row
	}
	s.Ended = slices.ContainsFunc(t.in.Acts, func(a fault.Act) bool { return a.Ends() && isSystem(t.Lab, a.On) })
}

// protocol is what the request of the case speaks under the fault: what is changed may leave the server to answer.
func (t *trial) protocol() exchange.Protocol {
	if t.ask.Operation == nil {
		return exchange.HTTP
	}
	sent, err := scenario.Changed(exchange.Request{Protocol: exchange.GraphQL, Body: "{}"}, t.c.Change)
	if err != nil {
		return exchange.GraphQL // the change is about the body
	}
	return sent.Protocol
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

// holders are the names by which the system knows what is edited, beside the lab's own: the variables, files and keys that hold a
// secret, and the variables that hold the path of a file.
func (t *trial) holders(edits []fault.Edit) []string {
	c, ok := system.As[system.Configurable](t.Config.System)
	if !ok {
		return nil
	}
	var names []string
	for _, e := range edits {
		inFile := false
		for _, s := range c.Settings() {
			holds := s.Secret == e.Setting && s.From != "secret"
			inFile = inFile || s.From == "file" && (holds || s.Name == e.Setting)
			if holds {
				names = append(names, s.Name)
			}
		}
		for _, s := range c.Settings() {
			if inFile && s.From == "env" && slices.Contains(s.Uses, "dir") {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

// carries gives what edited settings hold: a secret, or the file of one, else the address of a dependency. What is wrong with such a
// setting is wrong with that.
func (t *trial) carries(edits []fault.Edit) map[string]string {
	c, ok := system.As[system.Configurable](t.Config.System)
	if !ok || len(edits) == 0 {
		return nil
	}
	held := map[string]string{}
	for _, e := range edits {
		for _, s := range c.Settings() {
			if what := cmp.Or(s.Secret, s.Dependency); s.Name == e.Setting && what != "" && what != e.Setting {
				held[e.Setting] = what
			}
		}
	}
	return held
}

// role is what the broken dependency is for the request.
func (t *trial) role() contract.Role {
	for _, on := range t.s.On {
		if r := t.roleOf(on); r != contract.Unknown {
			return r
		}
		if s, ok := t.Config.Secrets[on]; ok && s.Role != "" {
			return s.Role
		}
	}
	return contract.Unknown
}

// roleOf is what a dependency is for the request.
func (t *trial) roleOf(on string) contract.Role {
	if r, ok := t.ask.Role(on); ok {
		return r
	}
	if r, ok := t.Config.Roles[on]; ok {
		return r
	}
	return t.Config.WhenAway[on].Role()
}

// away is what was declared for the time that what is broken is away: by the request, which has the last word, else for the dependency.
// Of several that are broken at once all must have the same.
func (t *trial) away() contract.Away {
	policy := contract.Undeclared
	for i, on := range t.s.On {
		own := t.Config.WhenAway[on]
		if _, said := t.ask.Role(on); said {
			own = t.ask.Away[on]
		}
		if i > 0 && own != policy {
			return contract.Undeclared
		}
		policy = own
	}
	return policy
}
