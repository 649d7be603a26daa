package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// Coverage is a request, a dependency or a secret that the lab declares: by how many cases it was broken, or why by none.
// The engine fills in what it is; Finish says what came of it, from the results.
type Coverage struct {
	Sort     Sort       `json:"sort"`
	Name     string     `json:"name"`
	Part     string     `json:"part,omitempty"`     // of a dependency: the part of the system that it stands before
	Callers  []string   `json:"callers,omitempty"`  // of a dependency: the requests that called it in calm
	Polled   bool       `json:"polled,omitempty"`   // of a dependency: the system called it without being asked
	Settings []string   `json:"settings,omitempty"` // of a secret: the settings that carry it
	Unbroken string     `json:"unbroken,omitempty"` // why the lab accepts that nothing breaks it
	Deferred []Deferral `json:"deferred,omitempty"` // the cases about it that were not run

	Broken int    `json:"broken"`          // cases in which something that aimed at it was carried out, whatever their outcome
	Never  Never  `json:"never,omitempty"` // why there is none
	Why    string `json:"why,omitempty"`   // the same in words
	Mend   string `json:"mend,omitempty"`  // what to write in the lab
}

// Sort is what is covered.
type Sort string

// The sorts.
const (
	OfRequest    Sort = "request"
	OfDependency Sort = "dependency"
	OfSecret     Sort = "secret"
)

// Never is why something was never broken.
type Never string

// The reasons.
const (
	NotCalled Never = "not-called" // no request calls the dependency in calm
	NotCalm   Never = "not-calm"   // the request, or every request that calls it, does not succeed without a fault
	NotGiven  Never = "not-given"  // no setting carries the secret
	NotStruck Never = "not-struck" // cases were run, but nothing was carried out
	NotHere   Never = "skipped"    // all its cases were skipped, for want of a container for example
	NotTried  Never = "no-case"    // no case is about it
	PutOff    Never = "deferred"   // its cases were left out of this run
)

// Deferral is cases of the full expansion that were not run, and by what they were left out.
type Deferral struct {
	By    By     `json:"by"`
	With  string `json:"with,omitempty"` // its value: 2/6, 30s
	Cases int    `json:"cases"`
}

// By is what leaves cases out of a run.
type By string

// What leaves cases out. Only the plan leaves a run a full one: it takes nothing out that nothing else stands for.
const (
	ByPlan   By = "the plan"
	ByOnly   By = "--only"
	ByShard  By = "--shard"
	ByBudget By = "--budget"
	ByStop   By = "the stop"
)

// Uncalm is a request that does not succeed without a fault, so that nothing is broken on it; or that does not any more, or
// only now and then.
type Uncalm struct {
	Request string `json:"request"`
	Why     string `json:"why"`            // what it gave, and what is wanted
	Good    int    `json:"good,omitempty"` // how often it succeeded without a fault, of several times on a fresh launch
	Of      int    `json:"of,omitempty"`   // 0: it was asked no more than when the lab was learnt

	Unstable bool `json:"unstable,omitempty"` // it succeeded again after it had failed
}

// String says it in one line.
func (u Uncalm) String() string {
	times := fmt.Sprintf("good %d of %s without any fault", u.Good, plural(u.Of, "time", "times"))
	switch {
	case u.Unstable:
		return fmt.Sprintf("%s is not calm: it is unstable, %s, else %s", u.Request, times, u.Why)
	case u.Good > 0:
		return fmt.Sprintf("%s is not calm: %s, then %s", u.Request, times, u.Why)
	}
	return fmt.Sprintf("%s is not calm: %s", u.Request, u.Why)
}

// String names what is covered.
func (c Coverage) String() string { return string(c.Sort) + " " + c.Name }

// Full tells whether the run was of everything: nothing was left out of it but by the plan.
func (r Run) Full() bool {
	return !r.Interrupted && !slices.ContainsFunc(r.Deferred, func(d Deferral) bool { return d.By != ByPlan && d.Cases > 0 })
}

// Uncovered lists what a full run should have broken, and did not.
func (r Run) Uncovered() []Coverage {
	var open []Coverage
	for _, c := range r.Coverage {
		if r.Full() && c.Broken == 0 && c.Never != PutOff && c.Unbroken == "" {
			open = append(open, c)
		}
	}
	return open
}

// cover says of everything declared by how many cases it was broken, or why by none.
func (r *Run) cover() {
	tries := make([]attempt, 0, len(r.Results))
	for _, c := range r.Results {
		if !c.Deferred && !c.beside() {
			tries = append(tries, attempted(c))
		}
	}
	for i := range r.Coverage {
		c := &r.Coverage[i]
		c.Broken, c.Never, c.Why, c.Mend = 0, "", "", ""
		ran, skipped := c.count(tries)
		if c.Broken == 0 {
			c.Never, c.Why = r.never(*c, ran, skipped)
			c.Mend = r.mend(*c)
		}
	}
}

// beside tells whether the result is about what was asked beside the request of a case: that broke nothing of its own.
func (c Result) beside() bool { return c.Subject != nil && c.Subject.Side != check.Own }

// attempt is what a case aimed at, and what of that was struck.
type attempt struct {
	request       string
	aimed, struck []string
	broke         bool // anything was struck
	skipped       bool
	why           string // why it was skipped, or something was not struck
}

func attempted(c Result) attempt {
	t := attempt{request: c.Request, aimed: slices.Clone(c.On), skipped: c.Outcome == check.Skipped, why: reason(c)}
	if c.Subject == nil {
		return t
	}
	e := check.EvidenceOf(*c.Subject)
	for _, p := range e.Parts {
		t.aimed = append(t.aimed, p.On)
		if p.Struck {
			t.struck, t.broke = append(t.struck, p.On), true
		}
	}
	if !t.skipped {
		t.why = e.Missed()
	}
	return t
}

// tally counts cases alike, with what the first of them says.
type tally struct {
	cases int
	why   string
}

func (t *tally) add(why string) {
	t.cases++
	t.why = cmp.Or(t.why, why)
}

// count counts the cases that broke it, and those about it that did not.
func (c *Coverage) count(tries []attempt) (ran, skipped tally) {
	for _, t := range tries {
		aimed, struck := slices.ContainsFunc(t.aimed, c.Has), slices.ContainsFunc(t.struck, c.Has)
		if c.Sort == OfRequest {
			aimed = t.request == c.Name
			struck = aimed && t.broke
		}
		switch {
		case struck:
			c.Broken++
		case !aimed:
		case t.skipped:
			skipped.add(t.why)
		default:
			ran.add(t.why)
		}
	}
	return ran, skipped
}

// Has tells whether a part of a case that aims at this name breaks it: a dependency by its own name and that of the part of
// the system that it stands before, a secret by its own and those of the settings that carry it.
func (c Coverage) Has(name string) bool {
	switch c.Sort {
	case OfDependency:
		return name != "" && (name == c.Name || name == c.Part)
	case OfSecret:
		return name == c.Name || slices.Contains(c.Settings, name)
	}
	return false
}

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
	case c.Unbroken != "" || c.Never == PutOff:
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

// deferrals says how many cases were left out, and by what; "" when there are none.
func deferrals(all []Deferral) string {
	n, by := 0, []string(nil)
	for _, d := range all {
		if d.Cases > 0 {
			n, by = n+d.Cases, append(by, d.String())
		}
	}
	if n == 0 {
		return ""
	}
	return plural(n, "case was", "cases were") + " deferred by " + strings.Join(by, ", ")
}

// String names what left cases out.
func (d Deferral) String() string { return strings.TrimSpace(string(d.By) + " " + d.With) }

// verb joins names with what is said of one, or of several.
func verb(names []string, one, many string) string {
	if len(names) == 1 {
		return names[0] + " " + one
	}
	return strings.Join(names, ", ") + " " + many
}
