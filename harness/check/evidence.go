package check

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Need is what a failure of a check rests on beside the answer itself. A failure without it is inconclusive.
type Need uint8

// The needs. A check that compares an answer with calm needs a good calm; one that says what the fault did to an answer needs
// at least one part of what was given to have been carried out. A process that ended by itself, a canary or a secret need
// neither.
const (
	NeedsCalm   Need = 1 << iota // calm of the case was good
	NeedsStruck                  // at least one part of what was given was carried out during the request
)

// Evidence is what the verdicts of one subject rest on. It is computed once, before any check, from what the subject holds,
// and is asymmetric: a pass needs all of it, a failure only what the finding rests on.
type Evidence struct {
	Compared bool   // there is a calm answer, good or bad
	Calm     string // why nothing can be compared with calm; "": calm was good
	Parts    []Part // everything that was given, in order
	Healed   string // why the healed answer cannot be compared; "": it can
}

// Part is one thing that was given: a rule, a link, an edit, an act, or a change of the request.
type Part struct {
	On     string // what it aims at: a dependency, a part of the system, a setting or a secret; "": the request itself
	What   string // in words: "hang on db query", "db was refused"
	Struck bool   // it was carried out while the request was in flight
	Before bool   // it was carried out while old connections were let go: what comes of that may be told, but nothing passes by it
	Why    string // when it was not: how that is known
	Unfit  bool   // it met what it could not be carried out on: an answer without rows, or without the member
}

// Struck lists the parts that were carried out, in words.
func (e Evidence) Struck() []string {
	var words []string
	for _, p := range e.Parts {
		if (p.Struck || p.Before) && !slices.Contains(words, p.What) {
			words = append(words, p.What)
		}
	}
	return words
}

// Missed is the first part that was not carried out, and how that is known; "" when all were.
func (e Evidence) Missed() string {
	for _, p := range e.Parts {
		if !p.Struck {
			return p.Why
		}
	}
	return ""
}

// unstruck says that nothing of what was given was carried out, and how that is known; "" when something was, or nothing was
// given.
func (e Evidence) unstruck() string {
	if len(e.Parts) == 0 || len(e.Struck()) > 0 {
		return ""
	}
	return e.Missed()
}

// Whole tells whether all was carried out; so it was where nothing was given.
func (e Evidence) Whole() bool { return e.Missed() == "" }

// lacks says what a failure that rests on need lacks; "": nothing.
func (e Evidence) lacks(need Need) string {
	switch {
	case need&NeedsCalm != 0 && e.Calm != "" && (e.Compared || len(e.Parts) > 0):
		return e.Calm
	case need&NeedsStruck != 0 && e.unstruck() != "":
		return "the fault did not strike: " + e.unstruck()
	}
	return ""
}

// EvidenceOf computes the evidence of a subject.
func EvidenceOf(s Subject) Evidence {
	own := s
	own.Side = Own // what struck is seen by the case's own request
	if s.Side == Settlement {
		return Evidence{Calm: own.badCalm(), Parts: own.parts()}
	}
	return Evidence{Compared: len(s.Judged(exchange.Calm)) > 0, Calm: s.badCalm(), Parts: own.parts(), Healed: s.badHealed()}
}

// badCalm says why calm cannot be compared with.
func (s Subject) badCalm() string {
	if s.Uncalm != "" {
		return s.Uncalm
	}
	if why := s.CalmMissed(); why != "" {
		return "without the fault the request does not succeed: " + why
	}
	if len(s.Judged(exchange.Calm)) == 0 {
		return "no calm answer to compare with"
	}
	return ""
}

// CalmMissed says why calm was no calm: the request was asked without a fault and did not succeed, or what has to be asked
// before it did not. It is "" when calm was good, and before anything was asked.
func (s Subject) CalmMissed() string {
	if s.Unready != "" {
		return s.Unready
	}
	for _, e := range s.Judged(exchange.Calm) {
		if why := s.Expect.Missed(e); why != "" {
			return why
		}
	}
	return ""
}

// badHealed says why what came after the fault cannot be compared with.
func (s Subject) badHealed() string {
	healed := s.Judged(exchange.Healed)
	if len(healed) == 0 {
		return "nothing was asked after the fault"
	}
	return s.Expect.Missed(healed[len(healed)-1])
}

// parts tells of everything that was given whether it was carried out.
func (s Subject) parts() []Part {
	if s.Unstruck != "" {
		return []Part{{What: strings.Join(s.On, ", "), Why: s.Unstruck}}
	}
	var all []Part
	done := map[string]int{} // acts alike
	for i, st := range s.stages() {
		for n, r := range st.Rules {
			if r.Effect.Bites() {
				all = append(all, s.rulePart(i, n+1, r))
			}
		}
		for _, l := range st.Links {
			all = append(all, s.linkPart(i, l))
		}
		for _, e := range st.Edits {
			all = append(all, s.editPart(e))
		}
		for _, a := range st.Acts {
			all = append(all, s.actPart(a, done[a.On+" "+a.Do]))
			done[a.On+" "+a.Do]++
		}
	}
	if len(s.Changed) > 0 {
		why, sent := s.changeSent()
		all = append(all, Part{What: strings.Join(s.Changed, ", "), Struck: sent, Why: why})
	}
	return all
}

// stages are the injections that were armed one after the other: one, or those of the steps of a case.
func (s Subject) stages() []fault.Injection {
	if len(s.Stages) < 2 {
		return []fault.Injection{s.Injection}
	}
	var all []fault.Injection
	for _, st := range s.Stages {
		all = append(all, st.Injection)
	}
	return all
}

// during lists the case's own faulty exchanges of one stage.
func (s Subject) during(stage int) []exchange.Exchange {
	return slices.DeleteFunc(s.sent(), func(e exchange.Exchange) bool { return e.Stage != stage })
}

// sent lists what the case itself sent under the fault: the judged request, and the other steps of a case of steps.
func (s Subject) sent() []exchange.Exchange {
	return append(s.Judged(exchange.Faulty), s.Beside(exchange.Faulty, "step")...)
}
