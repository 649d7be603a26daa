package report

import (
	"fmt"
	"slices"
	"strings"
)

// never says why something was never broken.
func (r Run) never(c Coverage, ran, skipped tally) (Never, string) {
	put := deferrals(c.Deferred)
	switch {
	case c.Sort == OfRequest && r.uncalm(c.Name) != nil:
		return NotCalm, "it is not calm"
	case c.Sort == OfDependency && len(c.Callers) == 0 && c.Polled:
		return NotCalled, "no request calls it (calm saw only calls in the background)"
	case c.Sort == OfDependency && len(c.Callers) == 0:
		return NotCalled, "no request calls it (calm saw no call)"
	case c.Sort == OfDependency && !slices.ContainsFunc(c.Callers, func(name string) bool { return r.uncalm(name) == nil }):
		return NotCalm, "only " + verb(c.Callers, "calls it, which is not calm", "call it, which are not calm")
	case c.Sort == OfSecret && len(c.Settings) == 0:
		return NotGiven, "no setting of the system carries it"
	case !r.Full() && put != "":
		return PutOff, put
	case ran.cases > 0:
		return NotStruck, fmt.Sprintf("%s, but nothing struck%s", plural(ran.cases, "case was run", "cases were run"), wrapBare(": ", ran.why))
	case put != "":
		return PutOff, put
	case c.Sort == OfRequest && !r.calls(c.Name) && skipped.cases > 0:
		return NeedsNothing, "it calls nothing, and " + skipped.why
	case skipped.cases > 0:
		return NotHere, fmt.Sprintf("%s: %s", plural(skipped.cases, "case was skipped", "cases were skipped"), skipped.why)
	case c.Sort == OfRequest && !r.calls(c.Name):
		return NotTried, "it calls nothing, and no case is about it"
	}
	return NotTried, "no case is about it"
}

// mend says what to write in the lab.
func (r Run) mend(c Coverage) string {
	accept := func(because string) string {
		return fmt.Sprintf("accept it: `%s: {..., unbroken: %q}`", c.Name, because)
	}
	switch {
	case c.Unbroken != "" || c.Never == PutOff || c.Never == NeedsNothing:
		return ""
	case c.Never == NotCalled:
		return fmt.Sprintf("add a request that reaches %s, or %s", c.Name, accept("only a nightly job uses it"))
	case c.Sort == OfRequest && c.Never == NotCalm:
		return fmt.Sprintf("mend the lab, or what `expect:` of %s says", c.Name)
	case c.Never == NotCalm:
		return fmt.Sprintf("mend %s, or add a request that reaches %s", strings.Join(c.Callers, ", "), c.Name)
	case c.Never == NotGiven:
		return fmt.Sprintf("give it to the system, as in `env: {KEY: $%s.value}`, or %s", c.Name, accept("only requests carry it"))
	case c.Sort == OfRequest && !r.calls(c.Name):
		return "if nothing can break it, " + accept("it needs nothing")
	}
	return "add a scenario that breaks it, or " + accept("covered elsewhere")
}

// uncalm finds what is said of a request that is not calm.
func (r Run) uncalm(request string) *Uncalm {
	for i := range r.Uncalm {
		if r.Uncalm[i].Request == request {
			return &r.Uncalm[i]
		}
	}
	return nil
}

// calls tells whether a request calls some dependency in calm.
func (r Run) calls(request string) bool {
	return slices.ContainsFunc(r.Coverage, func(c Coverage) bool { return slices.Contains(c.Callers, request) })
}

// verb joins names with what is said of one, or of several.
func verb(names []string, one, many string) string {
	if len(names) == 1 {
		return names[0] + " " + one
	}
	return strings.Join(names, ", ") + " " + many
}
