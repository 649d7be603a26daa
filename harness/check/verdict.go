package check

import (
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/contract"
)

// A Check judges a subject by its evidence. It is pure: the same subject gives the same verdict.
type Check interface {
	Judge(s Subject, e Evidence) Verdict
	Kind() Kind
}

// Outcome is what a check, and a case, came to. The empty outcome is broken.
type Outcome string

// The outcomes.
const (
	Pass         Outcome = "pass"
	Fail         Outcome = "fail"
	Inconclusive Outcome = "inconclusive"
	Skipped      Outcome = "skipped"
	Broken       Outcome = "broken"
)

// Basis is where a rule comes from.
type Basis string

// The bases.
const (
	Standard  Basis = "standard"
	Invariant Basis = "invariant"
	Declare   Basis = "declared"
	Policy    Basis = "policy"
)

// Verdict is what one check found.
type Verdict struct {
	Check     string          `json:"check"`
	Outcome   Outcome         `json:"outcome"`
	Impact    contract.Impact `json:"impact,omitempty"`
	Basis     Basis           `json:"basis,omitempty"`
	Cite      string          `json:"cite,omitempty"`
	Certainty string          `json:"certainty,omitempty"` // certain (default), likely, possible
	Reason    string          `json:"reason,omitempty"`
	Evidence  string          `json:"evidence,omitempty"`
	Look      string          `json:"look,omitempty"`
	Timing    bool            `json:"timing,omitempty"` // by the clock alone: it counts only if it repeats with nothing else running
	Wants     *Want           `json:"wants,omitempty"`  // of what is skipped: what the lab file would have to say to let it judge
	Asks      bool            `json:"asks,omitempty"`   // inconclusive since only the team knows: the reason is a question to it
	Ask       *Ask            `json:"ask,omitempty"`    // what it is about, and the line that answers it

	Class   string            `json:"class,omitempty"`   // of a failure: which of its check's findings it is
	Facts   map[string]string `json:"facts,omitempty"`   // in what cases of that finding differ
	Rank    int               `json:"rank,omitempty"`    // as its Kind says
	Finding *Finding          `json:"finding,omitempty"` // as its Kind says: see Told
}

// Want is a key that the lab file lacks, so that something is not judged.
type Want struct {
	Key  string `json:"key"`          // as it is written: deadline, `credential: own`
	Of   string `json:"of,omitempty"` // whose key it is, where there are several: request, dependency
	What string `json:"what"`         // what is not judged without it, to be followed by: in 3 cases
}

// Named is a check under the name it has in the catalog.
type Named struct {
	Name  string
	Check Check
	Asked bool // a scenario asks for it
}

// Judge lets every check judge the subject that judges its side. What was asked beside the case's own request is judged by
// itself (Sides); here it is only said that it passed. A check that panics, or gives no outcome, is broken: failwell's own failure.
func Judge(s Subject, checks []Named) []Verdict {
	e := EvidenceOf(s)
	verdicts := make([]Verdict, 0, len(checks))
	for _, c := range checks {
		judges := kindOf(c).judges(s.Side)
		if !judges && s.Side != Own || !c.Asked && !kindOf(c).speaks(s) {
			continue
		}
		if why, waived := s.waived(c.Name); waived {
			v := skip("waived: %s", why)
			v.Check = c.Name
			verdicts = append(verdicts, v)
			continue
		}
		v := judge(s, e, c)
		if !judges && (v.Outcome == Fail || v.Outcome == Inconclusive) {
			v = skip("judged by itself: %s", v.Reason)
			v.Check = c.Name
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// kindOf is what a check says of itself; what is no check says nothing, and fails when it judges.
func kindOf(c Named) Kind {
	if c.Check == nil {
		return Kind{}
	}
	return c.Check.Kind()
}

func judge(s Subject, e Evidence, c Named) (v Verdict) {
	defer func() {
		if r := recover(); r != nil {
			v = Verdict{Outcome: Broken, Reason: fmt.Sprintf("the check itself failed: %v", r)}
		}
		v.Check = c.Name
	}()
	v = c.Check.Judge(s, e)
	if v.Outcome == "" {
		v.Outcome, v.Reason = Broken, "the check gave no outcome"
	}
	if v.Outcome != Fail {
		return v
	}
	kind := c.Check.Kind()
	needs := kind.Needs
	if least, ok := s.Raised[c.Name]; ok && v.Impact.Rank() < least.Rank() {
		v.Impact = least
	}
	if lacks := e.lacks(needs); lacks != "" {
		return unclear("%s; but %s", v.Reason, lacks)
	}
	if s.Uncalm != "" && (needs != 0 || v.Impact != contract.Critical) {
		return unclear("%s; but %s", v.Reason, s.Uncalm)
	}
	if needs != 0 && s.Doubt != "" && !slices.Contains(s.Agreed, c.Name) {
		return unclear("%s; but %s", v.Reason, s.Doubt)
	}
	return kind.Describe(v)
}

// Overall is the outcome of a case: broken before failed before inconclusive; a case is passed only when something was
// judged and nothing else was found.
func Overall(verdicts []Verdict) Outcome {
	count := map[Outcome]int{}
	for _, v := range verdicts {
		count[v.Outcome]++
	}
	switch {
	case count[Broken] > 0 || count[""] > 0:
		return Broken
	case count[Fail] > 0:
		return Fail
	case count[Inconclusive] > 0 || count[Pass] == 0:
		return Inconclusive
	}
	return Pass
}

// pass, skip, unclear and fail make verdicts.
func pass(format string, args ...any) Verdict {
	return Verdict{Outcome: Pass, Reason: fmt.Sprintf(format, args...)}
}

func skip(format string, args ...any) Verdict {
	return Verdict{Outcome: Skipped, Reason: fmt.Sprintf(format, args...)}
}

func unclear(format string, args ...any) Verdict {
	return Verdict{Outcome: Inconclusive, Reason: fmt.Sprintf(format, args...)}
}

func fail(impact contract.Impact, basis Basis, cite, format string, args ...any) Verdict {
	return Verdict{Outcome: Fail, Impact: impact, Basis: basis, Cite: cite, Certainty: "certain", Reason: fmt.Sprintf(format, args...)}
}

func (v Verdict) because(evidence string) Verdict {
	v.Evidence = evidence
	return v
}

func (v Verdict) look(at string) Verdict {
	v.Look = at
	return v
}

// wants says what the lab file would have to say to let the check judge, where there was something to judge.
func (v Verdict) wants(w Want, something bool) Verdict {
	if something {
		v.Wants = &w
	}
	return v
}

// asks makes an inconclusive verdict a question to the team.
func (v Verdict) asks(a Ask) Verdict {
	v.Asks, v.Ask = true, &a
	return v
}

func (v Verdict) byTheClock() Verdict {
	v.Timing = true
	return v
}
