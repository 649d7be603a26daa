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

// Kind is what a check says of itself.
type Kind struct {
	Needs Need // what its failures rest on
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
	Rests     bool            `json:"rests,omitempty"`  // a failure that rests on calm or on what struck
	Timing    bool            `json:"timing,omitempty"` // by the clock alone: it counts only if it repeats with nothing else running
}

// Named is a check under the name it has in the catalog.
type Named struct {
	Name  string
	Check Check
}

// Judge lets every check judge the subject. A check that panics, or gives no outcome, is broken: failwell's own failure.
func Judge(s Subject, checks []Named) []Verdict {
	e := EvidenceOf(s)
	verdicts := make([]Verdict, 0, len(checks))
	for _, c := range checks {
		verdicts = append(verdicts, judge(s, e, c))
	}
	return verdicts
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
	if lacks := e.lacks(c.Check.Kind().Needs); v.Outcome == Fail && lacks != "" {
		return unclear("%s; but %s", v.Reason, lacks)
	}
	v.Rests = v.Outcome == Fail && c.Check.Kind().Needs != 0
	return v
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

// Doubt makes failures inconclusive that rest on a calm, or on a strike, of a request that is not to be trusted. What speaks
// for itself stays, a process that died, a secret in an answer; so do the checks that are kept.
func Doubt(verdicts []Verdict, why string, kept ...string) []Verdict {
	out := slices.Clone(verdicts)
	for i, v := range out {
		if v.Outcome == Fail && v.Rests && !slices.Contains(kept, v.Check) {
			out[i] = unclear("%s; but %s", v.Reason, why)
			out[i].Check = v.Check
		}
	}
	return out
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

func (v Verdict) byTheClock() Verdict {
	v.Timing = true
	return v
}
