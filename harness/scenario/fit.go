package scenario

import (
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

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
	if asked.Operation != nil {
		c.Labels = append(slices.Clone(c.Labels), OfGraphQL)
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
			on := c.Faults.On()
			if slices.Contains(on, d.Name) && !d.Stateful || len(on) == 0 && d.forgets() && asked.Reaches(d.Name) {
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
	if x.plan != Representative || slices.Contains(s.Labels, Core) {
		return true
	}
	for _, on := range c.Faults.On() {
		another := func(kind string) bool { first, ok := x.first[kind]; return ok && first != a.Name }
		if !slices.ContainsFunc(a.kinds(on), func(kind string) bool { return !another(kind) }) {
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
		if matching(a.Calls, r) < max(1, r.Nth, r.From) {
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

// matching is how many calls a rule speaks about.
func matching(calls []fault.Call, r fault.Rule) int {
	n := 0
	for _, c := range calls {
		if r.Match(c) {
			n++
		}
	}
	return n
}
