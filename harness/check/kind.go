package check

import (
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/exchange"
)

// Kind is all that a check says of itself. Reports, the order of findings, groups, baselines and `explain` are made of it
// alone: none of them knows a check by name.
//
// Headline, Expected, Mark, Place, One and Shows are templates. {NAME} stands for a fact: one that the verdict names (with),
// or one that the report can tell of every case:
//
//	status media   of the answer that the finding speaks about
//	shape hollow   its JSON without values; and without what lists hold
//	on             the dependencies that the faults aim at
//	stuck          the dependency that the request waited for, else on
//	owes           what the contract owes, by its hundreds: 4, 5; mends is on, where that is 4 and the caller can mend it
//	frame          the first line of the service's own code in the log
//	class reason   of the verdict; class is its Mark; name is that of the check
//	place          of the signature
//
// and, for a group, event (what happens, as a clause), when (the same after "when"), happens (only where its scenarios say it), owed, and statuses (what the contract owes for its causes).
// What the cases of a group say differently is joined: "502 or 503". {NAME:most} is the greatest number, {NAME:list} every text
// once, the most frequent first; {NAME:first} that of the first case; {NAME:count} the same with the number of cases, nothing where there is only one; {NAME:short}
// is cut off; {NAME:alike} is without what differs between two runs. A part in [brackets] is left out where a fact in it is
// not known.
type Kind struct {
	Needs    Need                // what its failures rest on
	Of       []string            // whose answers it judges: Own, Live ...; nil: those of the case's own request
	Speaks   []exchange.Protocol // what it judges: answers of these protocols; nil: all. A check that a scenario asks for judges all
	Rank     int                 // of several findings the lowest is the headline; no two checks have the same
	Asked    bool                // it judges only where a scenario asks for it; else every case
	Doc      string              // what it asks for and why: sentences, of which the first stands alone in lists
	Example  string              // what it has found somewhere
	Expected string              // what would have been right
	Look     string              // where to look, where neither verdict nor finding say it
	Beside   bool                // it speaks about something beside the answer to the case's own request
	Findings []Finding           // what it finds. A verdict that names no class is the first
}

// Finding is one thing that a check finds. Judge gives every failed verdict its own, filled up with what the Kind says, so that
// a saved run can be grouped and told without a catalog.
type Finding struct {
	Class    string   `json:"-"`                  // a stable word, as the verdict has it
	Headline string   `json:"headline"`           // what is wrong, in one line
	Said     bool     `json:"said,omitempty"`     // the headline says all that the reason does
	Shows    string   `json:"shows,omitempty"`    // what the cases of a group show, where that is more than the reason of one
	Family   string   `json:"family,omitempty"`   // a word for findings of several checks that one bug causes; default: the check
	Place    string   `json:"place,omitempty"`    // where it is, as it stands in the key of its group
	Name     string   `json:"name,omitempty"`     // the short name of its group, of facts that are in the key; default: family and place
	Same     []string `json:"same,omitempty"`     // facts that are equal in cases of one cause, beside family, place and who answered
	Mark     string   `json:"mark,omitempty"`     // the class as it goes into keys; default: the class. Baselines hang on it: it stays, whatever the headline becomes
	One      string   `json:"one,omitempty"`      // why several cases have one cause, after "all 3"
	Unlogged bool     `json:"unlogged,omitempty"` // what is in the log does not tell its cause
	Itself   bool     `json:"itself,omitempty"`   // where the system is in want while a dependency is struck, it is about the system
	Follows  []string `json:"follows,omitempty"`  // CHECK/CLASS of findings that explain it where they are seen under the very same faults

	Doc      string `json:"doc,omitempty"`
	Expected string `json:"expected,omitempty"`
	Look     string `json:"look,omitempty"`
	Beside   bool   `json:"beside,omitempty"`
}

// Unranked is the rank of a check that says none: after all that do, but for what is no more than a note.
const Unranked = 1000

// Order is the rank, or Unranked.
func (k Kind) Order() int {
	if k.Rank == 0 {
		return Unranked
	}
	return k.Rank
}

// Describe gives a failed verdict what its check says of such a finding; others stay as they are. It may be done again.
func (k Kind) Describe(v Verdict) Verdict {
	if v.Outcome != Fail {
		return v
	}
	f, ok := k.finding(v.Class)
	if !ok {
		f = undescribed()
	}
	v.Class, f.Class = or(v.Class, f.Class), ""
	f.Doc, f.Beside = k.Doc, k.Beside
	f.Expected, f.Look = or(f.Expected, k.Expected), or(f.Look, k.Look)
	v.Rank, v.Finding = k.Order(), &f
	return v
}

// speaks tells whether the check judges answers of what the subject's request speaks.
func (k Kind) speaks(s Subject) bool {
	return len(k.Speaks) == 0 || slices.Contains(k.Speaks, s.protocol())
}

// judges tells whether the check judges the answers of a side.
func (k Kind) judges(side string) bool {
	return len(k.Of) == 0 && side == Own || slices.Contains(k.Of, side)
}

func (k Kind) finding(class string) (Finding, bool) {
	for _, f := range k.Findings {
		if class == "" || f.Class == class {
			return f, true
		}
	}
	return Finding{}, false
}

// Told is what is said of a failed verdict, also of one that was saved before checks described themselves.
func (v Verdict) Told() Finding {
	if v.Finding == nil {
		return undescribed()
	}
	return *v.Finding
}

func undescribed() Finding {
	return Finding{Headline: "{name}[: {reason}]", Place: "{on}", Same: []string{"class", "status", "media", "shape"}, Mark: "{reason}"}
}

// as says which of its check's findings a failure is.
func (v Verdict) as(class string) Verdict {
	v.Class = class
	return v
}

// with adds a fact in which cases of one finding differ.
func (v Verdict) with(name string, value any) Verdict {
	facts := map[string]string{name: fmt.Sprint(value)}
	for n, old := range v.Facts {
		if n != name {
			facts[n] = old
		}
	}
	v.Facts = facts
	return v
}

// about says which answer a failure speaks about.
func (v Verdict) about(e exchange.Exchange) Verdict {
	switch {
	case v.Outcome != Fail:
		return v
	case e.Response != nil:
		return v.with("status", e.Status())
	}
	return v.with("failure", e.Failure)
}
