package scenario

import (
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// Plan says how many of the possible cases are made.
type Plan string

// The plans. Smoke gives each fault of each dependency, secret and setting to one request, and every request the faults labelled smoke.
// Representative gives one request of each signature every fault, and the others the faults labelled core.
const (
	Smoke          Plan = "smoke"
	Representative Plan = "representative"
	Full           Plan = "full"
)

// Plans are all of them, the smallest first.
func Plans() []Plan { return []Plan{Smoke, Representative, Full} }

// ForAll is the label of the scenarios that every request gets under the smoke plan.
const ForAll = "smoke"

// Core is the label of the scenarios that every request gets under the representative plan.
const Core = "core"

// Expand makes the cases of scenarios over the facts, in the order of the scenarios. Its error lists every mistake in the
// scenarios themselves.
func (k Known) Expand(all []Scenario, f Facts, plan Plan) ([]Case, error) {
	x := expansion{Known: k, facts: f, plan: plan, kinds: map[string]fakes.Kind{}}
	for _, d := range f.Dependencies {
		x.kinds[d.Name] = d.Kind
	}
	var cases []Case
	var bad decode.Problems
	for _, s := range all {
		bindings := x.bindings(s)
		x.first = x.representatives(s, bindings)
		var made []Case
		for _, b := range bindings {
			c, ok, err := x.one(s, b)
			bad.Join(err, s.Pos)
			if ok && err == nil {
				made = append(made, c)
			}
		}
		if plan == Smoke && s.Generic() && !slices.Contains(s.Labels, ForAll) {
			made = foremost(made)
		}
		cases = append(cases, made...)
	}
	return cases, bad.Err()
}

// foremost keeps, of the cases of one scenario, the first of each dependency, secret and setting; one that is skipped only where there
// is no other.
func foremost(all []Case) []Case {
	best := map[string]int{}
	for i, c := range all {
		about, _, _ := strings.Cut(c.ID, ":")
		if j, taken := best[about]; !taken || all[j].Skip != "" && c.Skip == "" {
			best[about] = i
		}
	}
	var out []Case
	for _, i := range slices.Sorted(maps.Values(best)) {
		out = append(out, all[i])
	}
	return out
}

type expansion struct {
	Known
	facts Facts
	plan  Plan
	kinds map[string]fakes.Kind
	first map[string]string // dependency and signature -> the request that gets every fault
}

// representatives picks, of the requests that a scenario is about, the first of each signature.
func (x expansion) representatives(s Scenario, bindings []binding) map[string]string {
	first := map[string]string{}
	for _, b := range bindings {
		a, ok := x.facts.Ask(asks(s, b))
		for _, d := range x.facts.Dependencies {
			if !ok || !a.Calm || !a.Reaches(d.Name) || b["dep"] != "" && b["dep"] != d.Name {
				continue
			}
			for _, kind := range a.kinds(d.Name) {
				if _, taken := first[kind]; !taken {
					first[kind] = a.Name
				}
			}
		}
	}
	return first
}

// asks is the request of a case.
func asks(s Scenario, b binding) string {
	if name := b.text(s.When.Request); name != "" {
		return name
	}
	for _, p := range slices.Backward(s.When.Steps) {
		if name := b.text(p.Request); name != "" {
			return name // the last one asked is the one that is judged
		}
	}
	return b["request"]
}

// one makes the case of a scenario and a binding; ok is false when the combination does not occur in this lab.
func (x expansion) one(s Scenario, b binding) (Case, bool, error) {
	c := Case{
		Scenario: s.ID, Why: strings.TrimSpace(b.text(s.Why)), Event: strings.TrimSpace(b.text(s.Event)), Cause: b.text(s.Cause), Labels: s.Labels,
		Request: asks(s, b), Change: slices.Clone(s.When.Change), Steps: slices.Clone(s.When.Steps),
		Waive: s.Waive, Specific: !s.Generic(),
	}
	c.Copies, c.Every = s.When.pacing()
	c.ID = caseID(s, b, c.Request)
	var bad decode.Problems
	bad.Join(x.steps(&c, b), s.Pos)
	for i := range c.Change {
		c.Change[i].At, c.Change[i].To = b.text(c.Change[i].At), b.text(c.Change[i].To)
		bad.Join(c.Change[i].Check(), c.Change[i].Pos)
	}
	var err error
	c.Given, err = b.specs(s.Given)
	bad.Join(err, s.Pos)
	c.Faults, err = x.Catalog.Compile(c.Given)
	bad.Join(err, s.Pos)
	for _, t := range s.Then {
		params, err := b.expand(t.Params)
		bad.Join(err, t.Pos)
		k, err := x.Catalog.Check(t.Name, params, t.Pos)
		bad.Join(err, t.Pos)
		c.Then, c.Thens = append(c.Then, check.Named{Name: t.Name, Check: k, Asked: true}), append(c.Thens, t.Name)
	}
	if err := bad.Err(); err != nil {
		return c, false, err
	}
	if c.Cause == "" {
		if c.Cause, err = x.cause(c.everything(), x.kinds); err != nil {
			return c, false, decode.Problem{Pos: s.Pos, What: err.Error()}
		}
	}
	return x.fit(s, c)
}

// everything joins the faults of a case with those of its steps.
func (c Case) everything() fault.Injection {
	all := c.Faults
	for _, p := range c.Steps {
		all = all.And(p.Faults)
	}
	return all
}

func caseID(s Scenario, b binding, request string) string {
	id := s.ID
	for _, name := range []string{"dep", "secret", "setting"} {
		if v := b[name]; v != "" {
			id += "@" + v
		}
	}
	id += ":" + request
	var variant []string
	for _, v := range s.Vary {
		variant = append(variant, b[v.Name])
	}
	if len(variant) > 0 {
		id += ":" + strings.Join(variant, ",")
	}
	return id
}

// steps compiles what the steps of a case inject.
func (x expansion) steps(c *Case, b binding) error {
	var bad decode.Problems
	for i := range c.Steps {
		p := &c.Steps[i]
		p.Request, p.Change = b.text(p.Request), slices.Clone(p.Change)
		for j := range p.Change {
			p.Change[j].At, p.Change[j].To = b.text(p.Change[j].At), b.text(p.Change[j].To)
			bad.Join(p.Change[j].Check(), p.Change[j].Pos)
		}
		specs, err := b.specs(p.Inject)
		bad.Join(err, decode.Pos{})
		p.Faults, err = x.Catalog.Compile(specs)
		bad.Join(err, decode.Pos{})
		if len(p.Faults.Edits) > 0 {
			bad.Add(decode.Pos{}, "a step cannot change settings: say %s under `given`", p.Faults.Edits[0].Setting)
		}
		if p.Request != "" && !slices.Contains(x.Requests, p.Request) {
			bad.Add(decode.Pos{}, "unknown request %q%s", p.Request, decode.DidYouMean(p.Request, x.Requests))
		}
	}
	return bad.Err()
}
