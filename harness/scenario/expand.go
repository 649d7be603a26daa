package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// Plan says how many of the possible cases are made.
type Plan string

// The plans. Representative gives one request of each signature every fault, and the others the faults labelled core.
const (
	Representative Plan = "representative"
	Full           Plan = "full"
)

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
		for _, b := range bindings {
			c, ok, err := x.one(s, b)
			bad.Join(err, s.Pos)
			if ok && err == nil {
				cases = append(cases, c)
			}
		}
	}
	return cases, bad.Err()
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
			key := d.Name + " " + a.Signature(d.Name)
			if _, taken := first[key]; !taken {
				first[key] = a.Name
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

// bindings lists the values of the variables: For times Vary.
func (x expansion) bindings(s Scenario) []binding {
	all := []binding{{}}
	if sel := s.For.Dependency; sel != nil {
		all = each(all, func(b binding) []binding { return x.dependencies(b, *sel) })
	}
	if sel := s.For.Secret; sel != nil {
		all = each(all, func(b binding) []binding { return x.settings(b, "secret", *sel) })
	}
	if sel := s.For.Setting; sel != nil {
		all = each(all, func(b binding) []binding { return x.settings(b, "setting", *sel) })
	}
	if sel := s.For.Request; sel != nil {
		all = each(all, func(b binding) []binding { return x.requests(b, *sel) })
	} else if s.Generic() && s.When.Request == "" {
		all = each(all, x.likely)
	}
	for _, v := range s.Vary {
		all = each(all, func(b binding) []binding {
			var out []binding
			for _, value := range v.Values {
				out = append(out, b.with(v.Name, value))
			}
			return out
		})
	}
	return all
}

func each(in []binding, more func(binding) []binding) []binding {
	var out []binding
	for _, b := range in {
		out = append(out, more(b)...)
	}
	return out
}

func (x expansion) dependencies(b binding, sel Select) []binding {
	var out []binding
	for _, d := range x.facts.Dependencies {
		if in(sel.Name, d.Name, b) && in(sel.Kind, d.Kind.Name, b) && in(sel.Class, d.Class, b) && in(sel.Role, roleWord(d.Role), b) {
			out = append(out, b.with("dep", d.Name))
		}
	}
	return out
}

func (x expansion) requests(b binding, sel Select) []binding {
	var out []binding
	for _, a := range x.facts.Requests {
		ok := a.Calm && in(sel.Name, a.Name, b) && in(sel.Method, a.Method, b) && any1(sel.Label, a.Labels, b) && any1(sel.Has, a.has(), b)
		for _, r := range sel.Reaches {
			ok = ok && a.Reaches(b.text(r))
		}
		if dep := b["dep"]; ok && dep != "" {
			ok = in(sel.Role, roleWord(x.facts.Role(a, dep)), b)
		}
		if ok {
			out = append(out, b.with("request", a.Name))
		}
	}
	return out
}

func (a Asked) has() []string {
	var has []string
	if strings.HasPrefix(a.Sent.Body, "{") {
		has = append(has, "body")
	}
	if a.Sent.Header.Has("Authorization") {
		has = append(has, "auth")
	}
	if a.Sent.Header.Has("Idempotency-Key") {
		has = append(has, "key")
	}
	if a.Sent.Safe() {
		has = append(has, "safe")
	} else {
		has = append(has, "write")
	}
	return has
}

func (x expansion) settings(b binding, as string, sel Select) []binding {
	var out []binding
	for _, s := range x.facts.Settings {
		uses := "literal"
		switch {
		case s.Dependency != "":
			uses = "dependency"
		case s.Secret != "":
			uses = "secret"
		}
		if (s.From == "secret") == (as == "secret") && in(sel.Name, s.Name, b) && in(sel.From, s.From, b) && in(sel.Uses, uses, b) && in(sel.Role, roleWord(s.Role), b) {
			if s.Own || slices.Contains(sel.Has, "file") && !s.File {
				continue
			}
			out = append(out, b.with(as, s.Name))
		}
	}
	return out
}

// likely picks the request that shows a setting best: one that reaches the dependency whose address it holds, else one
// with credentials, else a write, else the first.
func (x expansion) likely(b binding) []binding {
	dep := b["dep"]
	for _, s := range x.facts.Settings {
		if s.Name == b["setting"] && s.Dependency != "" {
			dep = s.Dependency
		}
	}
	best, score := "", -1
	for _, a := range x.facts.Requests {
		n := 0
		has := a.has()
		switch {
		case !a.Calm:
			continue
		case a.Status/100 != 2:
			continue
		case dep != "" && a.Reaches(dep):
			n = 5
		case dep == "" && slices.Contains(a.Labels, "protected"):
			n = 4
		case dep == "" && slices.Contains(has, "auth") && slices.Contains(has, "write"):
			n = 3
		case dep == "" && slices.Contains(has, "write"):
			n = 2
		}
		if n > score {
			best, score = a.Name, n
		}
	}
	if best == "" {
		return nil
	}
	return []binding{b.with("request", best)}
}

// in tells whether a value is among those wanted; none wanted takes all.
func in(want []string, have string, b binding) bool {
	return len(want) == 0 || slices.ContainsFunc(want, func(w string) bool { return strings.EqualFold(b.text(w), have) })
}

func any1(want, have []string, b binding) bool {
	return len(want) == 0 || slices.ContainsFunc(have, func(h string) bool { return in(want, h, b) })
}

// one makes the case of a scenario and a binding; ok is false when the combination does not occur in this lab.
func (x expansion) one(s Scenario, b binding) (Case, bool, error) {
	c := Case{
		Scenario: s.ID, Why: strings.TrimSpace(b.text(s.Why)), Cause: b.text(s.Cause), Labels: s.Labels,
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
		c.Then, c.Thens = append(c.Then, check.Named{Name: t.Name, Check: k}), append(c.Thens, t.Name)
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

// fit decides whether a case occurs in this lab, must be skipped, or is a mistake.
func (x expansion) fit(s Scenario, c Case) (Case, bool, error) {
	var asked *Asked
	for i := range x.facts.Requests {
		if x.facts.Requests[i].Name == c.Request {
			asked = &x.facts.Requests[i]
		}
	}
	if asked == nil {
		return c, false, decode.Problem{Pos: s.Pos, What: fmt.Sprintf("unknown request %q%s", c.Request, decode.DidYouMean(c.Request, x.facts.names()))}
	}
	if c.Specific {
		if err := x.unknown(s, c); err != nil {
			return c, false, err
		}
	}
	for _, r := range c.everything().Rules {
		if err := x.kinds[r.On].Check(r); err != nil {
			if c.Specific {
				return c, false, decode.Problem{Pos: s.Pos, What: err.Error()}
			}
			c.Skip = err.Error()
		}
	}
	if slices.Contains(s.Needs, "state") {
		for _, d := range x.facts.Dependencies {
			if slices.Contains(c.Faults.On(), d.Name) && !d.Stateful {
				c.Skip = fmt.Sprintf("needs state, which the stub of %s does not keep (--set dependencies.%s.server=installed)", d.Name, d.Name)
			}
		}
	}
	if c.Specific || c.Skip != "" {
		return c, c.Specific || x.kept(s, c, *asked), nil
	}
	if !x.occurs(c, *asked) || !x.kept(s, c, *asked) {
		return c, false, nil
	}
	if len(c.Change) > 0 {
		if asked.Status/100 != 2 {
			return c, false, nil // it is bad input already
		}
		if _, err := Changed(asked.Sent, c.Change); err != nil {
			return c, false, nil
		}
	}
	return c, true, nil
}

// unknown finds dependencies that the lab does not have.
func (x expansion) unknown(s Scenario, c Case) error {
	var bad decode.Problems
	for _, on := range mentioned(c.everything()) {
		if _, ok := x.kinds[on]; !ok && on != "system" {
			bad.Add(s.Pos, "unknown dependency %q%s", on, decode.DidYouMean(on, sorted(x.kinds)))
		}
	}
	return bad.Err()
}

// kept applies the plan.
func (x expansion) kept(s Scenario, c Case, a Asked) bool {
	if x.plan == Full || slices.Contains(s.Labels, Core) {
		return true
	}
	for _, on := range c.Faults.On() {
		if first, ok := x.first[on+" "+a.Signature(on)]; ok && first != a.Name {
			return false
		}
	}
	return true
}

// occurs tells whether calm showed a call that each biting rule could strike.
func (x expansion) occurs(c Case, a Asked) bool {
	for _, r := range c.Faults.Rules {
		r = x.kinds[r.On].Place(r)
		if !r.Effect.Bites() {
			continue
		}
		r.Connections = ""
		if r.Effect.At.Early() {
			if !a.Reaches(r.On) {
				return false
			}
			continue
		}
		if !slices.ContainsFunc(a.Calls, r.Match) {
			return false
		}
	}
	for _, l := range c.Faults.Links {
		if !a.Reaches(l.On) {
			return false
		}
	}
	return true
}

// Ask gives the request by its name.
func (f Facts) Ask(name string) (Asked, bool) {
	for _, a := range f.Requests {
		if a.Name == name {
			return a, true
		}
	}
	return Asked{}, false
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
		if p.Request != "" && !slices.Contains(x.Requests, p.Request) {
			bad.Add(decode.Pos{}, "unknown request %q%s", p.Request, decode.DidYouMean(p.Request, x.Requests))
		}
	}
	return bad.Err()
}
