package report

import (
	"cmp"
	"slices"

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

	NeedsNothing Never = "needs-nothing" // the request calls nothing, and what was taken from the process made no difference
)

// String names what is covered.
func (c Coverage) String() string { return string(c.Sort) + " " + c.Name }

// Uncovered lists what a full run should have broken, and did not.
func (r Run) Uncovered() []Coverage {
	var open []Coverage
	for _, c := range r.Coverage {
		if r.Full() && c.Broken == 0 && c.Never != PutOff && c.Never != NeedsNothing && c.Unbroken == "" {
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
		case t.skipped && aimed:
			skipped.add(t.why)
		case t.skipped:
		case struck:
			c.Broken++
		case !aimed:
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
