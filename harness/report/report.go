// Package report holds what came of a run, and every form in which a person or a program reads it.
//
//	verdicts -> Headline -> signature -> Group -> terminal | show | json | junit | html | markdown | sarif -> exit code
//
// A Result is one judged case, a Group the cases that fail for one and the same reason. People read, baseline and fix
// groups; one group is one failure in every count. All texts that come from outside go through Plain before they are shown.
package report

import (
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/fault"
)

// Version is the version of the JSON run document.
const Version = 1

// Run is all results of one call of the program. Finish computes Summary, Groups, Unjudged and what came of Coverage
// from Results.
type Run struct {
	Version     int              `json:"version"`
	Failwell    string           `json:"failwell"` // the program's own version
	Lab         string           `json:"lab"`
	Seed        string           `json:"seed"`
	Profile     contract.Profile `json:"profile"`
	Gate        contract.Impact  `json:"gate,omitempty"` // empty: the gate of the profile
	Labs        int              `json:"labs,omitempty"`
	Started     time.Time        `json:"started,omitzero"`
	Summary     Summary          `json:"summary"`
	Results     []Result         `json:"results"`
	Groups      []Group          `json:"groups"`
	Fixed       []Known          `json:"fixed,omitempty"`       // what the baseline knows, and is gone
	Accepted    bool             `json:"accepted,omitempty"`    // into the baseline, all that was found
	Interrupted bool             `json:"interrupted,omitempty"` // stopped before all cases were judged
	Coverage    []Coverage       `json:"coverage,omitempty"`    // all that the lab declares
	Uncalm      []Uncalm         `json:"uncalm,omitempty"`      // requests that do not succeed without a fault
	Expanded    int              `json:"expanded,omitempty"`    // cases of the full expansion; 0: not known
	Deferred    []Deferral       `json:"deferred,omitempty"`    // those of them that were not run
	Notes       []string         `json:"notes,omitempty"`       // what is worth knowing about what was asked, or was not
	Unjudged    []Unjudged       `json:"unjudged,omitempty"`    // what checks could not judge for want of a declaration
	Source      *Source          `json:"source,omitempty"`      // where the lab stands; nil: not known
	Replay      string           `json:"replay,omitempty"`      // the command line to which `--only CASE` is added
}

// Summary counts the cases by outcome, and what they cost. The engine sets the times, Launches
// and Operations; Finish the rest.
type Summary struct {
	Cases        int   `json:"cases"`
	Pass         int   `json:"pass"`
	Fail         int   `json:"fail"`
	Inconclusive int   `json:"inconclusive"`
	Skipped      int   `json:"skipped"`
	Broken       int   `json:"broken"`
	Groups       int   `json:"groups"`
	DurationMS   int64 `json:"duration_ms"` // on the clock
	BusyMS       int64 `json:"busy_ms"`     // the sum over cases
	LongestMS    int64 `json:"longest_ms"`  // the longest case
	Launches     int   `json:"launches"`
	CPUMS        int64 `json:"cpu_ms"`
	Operations   int   `json:"operations,omitempty"` // on containers and networks, those for the labs themselves too
	FirstMS      int64 `json:"first_ms,omitempty"`   // from the start of the program to the end of the first case
}

// Result is one judged case.
type Result struct {
	ID          string            `json:"id"`
	Scenario    string            `json:"scenario"`
	Why         string            `json:"why,omitempty"`
	Event       string            `json:"event,omitempty"` // what happens, as a clause: "db closes an idle connection"
	Request     string            `json:"request"`
	On          []string          `json:"on,omitempty"`
	Given       []fault.Spec      `json:"given,omitempty"`
	Then        []string          `json:"then,omitempty"`
	Waive       map[string]string `json:"waive,omitempty"`
	Labels      []string          `json:"labels,omitempty"`
	Cause       string            `json:"cause,omitempty"`
	Outcome     check.Outcome     `json:"outcome"`
	Group       string            `json:"group,omitempty"`       // the key of its group, empty when it has none
	Reason      string            `json:"reason,omitempty"`      // why it is skipped, broken or inconclusive
	Unavailable bool              `json:"unavailable,omitempty"` // skipped since this machine lacks something
	Deferred    bool              `json:"deferred,omitempty"`    // skipped since there was no time left
	Verdicts    []check.Verdict   `json:"verdicts,omitempty"`
	Subject     *check.Subject    `json:"subject,omitempty"`
	Beside      []Result          `json:"-"` // what failed of what was asked beside it; Flat puts it into the list
	Took        time.Duration     `json:"took,omitempty"`
	RecoveredMS int64             `json:"recovered_ms,omitempty"` // how long after the fault was lifted its request succeeded again
	Lab         int               `json:"lab,omitempty"`          // which of the labs ran it
	Operations  int               `json:"operations,omitempty"`   // what was done to containers and networks for it
	Confirmed   bool              `json:"confirmed,omitempty"`    // repeated with nothing else running
}

// Group is the cases that fail for one and the same reason.
type Group struct {
	Key          string          `json:"key"`              // stable over runs: no case id, request, port, time or seed is in it
	Name         string          `json:"name"`             // short, made of the key: hang-db, 401-when-db-fails; stable as the key is
	Letter       string          `json:"letter,omitempty"` // A, B, C: the worst and largest first; a partial run keeps those of the last run
	Headline     string          `json:"headline"`
	Check        string          `json:"check"`
	Impact       contract.Impact `json:"impact"` // the worst of anything found in its cases
	Certainty    string          `json:"certainty,omitempty"`
	Cases        []string        `json:"cases"`
	Example      string          `json:"example,omitempty"` // the case that speaks for the group
	Requests     []string        `json:"requests"`
	Dependencies []string        `json:"dependencies,omitempty"`
	When         []string        `json:"when,omitempty"`     // the faults under which it is seen
	NotWhen      []string        `json:"not-when,omitempty"` // faults of the same dependencies under which the same requests hold
	Because      string          `json:"because,omitempty"`  // why this is one cause
	Also         []string        `json:"also,omitempty"`     // further keys: the faces of the same cause
	Got          string          `json:"got,omitempty"`      // what its first case got
	Hop          string          `json:"hop,omitempty"`      // who made that answer, where it can be told
	Expected     string          `json:"expected,omitempty"` // what the contract owes for its cause
	Found        []string        `json:"found,omitempty"`    // checks that failed beside the headline's
	Reason       string          `json:"reason,omitempty"`   // of the headline verdict of its first case, or what all of them show
	Said         bool            `json:"said,omitempty"`     // the headline says all that Reason does
	Evidence     string          `json:"evidence,omitempty"`
	Cite         string          `json:"cite,omitempty"`
	Look         string          `json:"look,omitempty"`
	TookMS       int64           `json:"took_ms,omitempty"` // what its cases cost
	Rerun        string          `json:"rerun,omitempty"`   // the command that plays its cases again; empty: that of the program
	State        State           `json:"state,omitempty"`   // what the baseline says; empty is new
	Spread       int             `json:"spread,omitempty"`  // requests and dependencies beyond those the baseline allows
	SpreadTo     []string        `json:"spread-to,omitempty"`
	Known        *Known          `json:"known,omitempty"` // the baseline's entry
}

// State is what the baseline says about a group.
type State string

// The states. Only Knew does not fail a run. What is fixed is no group any more: see Run.Fixed.
const (
	New     State = "new"
	Knew    State = "known"
	Spread  State = "spread"  // known, and now seen on a further request
	Worse   State = "worse"   // known, and now of worse impact or on another dependency
	Expired State = "expired" // known, and its date has passed
)

// Fails tells whether a group in this state may fail a run.
func (s State) Fails() bool { return s != Knew }
