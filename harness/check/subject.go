// Package check judges cases. A Check is a pure function from a Subject, everything that is known about one case as plain
// data, to a Verdict; so a saved case can be judged again years later without a system.
package check

import (
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/graphql"
	"github.com/failwell/failwell/harness/leak"
)

// Subject is everything needed to judge a case. It is plain data and survives JSON unchanged.
type Subject struct {
	ID        string           `json:"id"`
	Side      string           `json:"side,omitempty"` // whose answers are judged, where it is not the case's own request: liveness, readiness, unaffected, settling
	Cause     string           `json:"cause"`
	On        []string         `json:"on,omitempty"`     // the dependencies and settings that the faults aim at
	Called    []string         `json:"called,omitempty"` // the words by which a message may name what is edited, or away at the start
	Role      contract.Role    `json:"role,omitempty"`
	Write     bool             `json:"write,omitempty"` // the method is not safe
	Keyed     bool             `json:"keyed,omitempty"`
	Given     []fault.Spec     `json:"given,omitempty"`
	Injection fault.Injection  `json:"injection,omitzero"`
	Stages    []Stage          `json:"stages,omitempty"`  // when it was armed; of a case of steps, each injection by itself
	Changed   []string         `json:"changed,omitempty"` // how the request was made bad
	Profile   contract.Profile `json:"profile"`
	Row       *contract.Row    `json:"row,omitempty"` // what is owed; nil: nothing is known to be owed
	Declared  Declared         `json:"declared,omitzero"`
	Learnt    Learnt           `json:"learnt,omitzero"`
	Canaries  []leak.Canary    `json:"canaries,omitempty"`
	Expect    Expect           `json:"expect,omitzero"` // of the calm and the healed answer

	Operation *graphql.Operation `json:"operation,omitempty"` // what the case's request asks, where it is a GraphQL operation

	Exchanges []exchange.Exchange        `json:"exchanges,omitempty"`
	Launches  []exchange.Launch          `json:"launches,omitempty"`
	Logs      []exchange.Line            `json:"logs,omitempty"`      // of this case
	Died      *exchange.Exit             `json:"died,omitempty"`      // the system ended while the case ran
	Plain     bool                       `json:"plain,omitempty"`     // every setting that was edited is a plain one: no secret, and no address of a dependency
	Unguarded bool                       `json:"unguarded,omitempty"` // another secret lets callers in as well: nothing that they ask for is guarded by it
	Carries   map[string]string          `json:"carries,omitempty"`   // settings that were edited, to the secret that they hold, or to the dependency whose address they do
	Ended     bool                       `json:"ended,omitempty"`     // an act of this case was to end it
	Deeds     []Deed                     `json:"deeds,omitempty"`     // the acts, as they were carried out
	Restless  []fault.Hit                `json:"restless,omitempty"`  // calls that went on after the answer, beyond the bound
	Later     []Later                    `json:"later,omitempty"`     // requests that failed without a fault because of this case
	Effects   []Effect                   `json:"effects,omitempty"`
	Unready   string                     `json:"unready,omitempty"`  // why the request could not be asked even without the fault
	Unstruck  string                     `json:"unstruck,omitempty"` // why the fault could not be armed as asked
	Doubt     string                     `json:"doubt,omitempty"`    // why what rests on calm does not count: the request fails without a fault too
	Waived    []Waived                   `json:"waived,omitempty"`   // the checks that are switched off for it
	Raised    map[string]contract.Impact `json:"raised,omitempty"`   // what failures of a check count for at least
	Uncalm    string                     `json:"uncalm,omitempty"`   // why there is no calm to break: the request does not succeed without a fault, whatever this calm was
	Agreed    []string                   `json:"agreed,omitempty"`   // the checks that count all the same: they found it in every one of several pairs
	Cleared   []string                   `json:"cleared,omitempty"`  // requests beside the case's own of which what was found did not repeat, or which have no calm
	Lag       time.Duration              `json:"lag,omitempty"`      // how late this machine wakes up, measured
	Crowd     float64                    `json:"crowd,omitempty"`    // how many tasks wanted to run, a processor of this machine, measured
}

// Stage is one arming of a case. An Exchange says under which of them it was sent.
type Stage struct {
	Injection fault.Injection `json:"injection,omitzero"` // where there are several; else that of the subject
	At        time.Duration   `json:"at"`                 // since the start of the lab
}

// Waived is a check that is switched off for a case, visibly.
type Waived struct {
	Check   string `json:"check"`
	Request string `json:"request,omitempty"` // beside the case's own; empty: the case itself
	Because string `json:"because"`
}

// waived says why a check is switched off for the subject; false: it is not.
func (s Subject) waived(name string) (string, bool) {
	for _, w := range s.Waived {
		if w.Check == name && w.Request == "" {
			return w.Because, true
		}
	}
	return "", false
}

// Later is a request that failed after the case without any fault, and does not on a fresh launch.
type Later struct {
	Asked  exchange.Exchange `json:"asked"`
	Missed string            `json:"missed"` // what was wrong with its answer
}

// Declared is what the lab file promises.
type Declared struct {
	Errors     string        `json:"errors,omitempty"` // problem+json, or learn
	Trace      Trace         `json:"trace,omitzero"`
	Optional   []string      `json:"optional,omitempty"`  // dependencies that the request calls and can do without
	Own        []string      `json:"own,omitempty"`       // dependencies whose credential is the system's own
	Follows    []string      `json:"follows,omitempty"`   // dependencies that readiness follows
	Attached   bool          `json:"attached,omitempty"`  // somebody else runs the system, so that its end is not seen
	Readiness  bool          `json:"readiness,omitempty"` // readiness is declared, so it is judged
	Liveness   bool          `json:"liveness,omitempty"`  // liveness is declared, so it is asked
	Deadline   time.Duration `json:"deadline,omitempty"`  // what callers are promised; 0: nothing
	Limit      time.Duration `json:"limit"`               // how long failwell waits for an answer
	HealWithin time.Duration `json:"heal-within"`

	Entry string            `json:"entry,omitempty"` // the part that callers reach, where there are taps
	Taps  map[string]string `json:"taps,omitempty"`  // dependencies that stand before a part of the system, to that part
}

// Trace is where a service says its trace id, and where it is told one. traceparent is always sent (W3C Trace Context).
type Trace struct {
	Sent   string `json:"sent,omitempty" doc:"a further request header in which callers say the trace id" default:"traceparent" example:"X-Request-Id"`
	Header string `json:"header,omitempty" doc:"the header field of the answer that says it" example:"X-Request-Id"`
	Body   string `json:"body,omitempty" doc:"where the body of an error says it: a JSON Pointer" example:"/trace_id"`
	Logs   bool   `json:"logs,omitempty" doc:"true: failures are logged with it" default:"false" example:"true"`
}

// Learnt is what the calm phase taught.
type Learnt struct {
	ErrorType    string   `json:"error-type,omitempty"`    // media type of the service's error answers
	ErrorMembers []string `json:"error-members,omitempty"` // members that every one of its JSON errors had
	Samples      int      `json:"samples,omitempty"`
	Unrouted     bool     `json:"unrouted,omitempty"`     // the error type was seen only where no route was met: it may be that of an HTTP library
	SameStatus   []string `json:"same-status,omitempty"`  // members of its errors that are their HTTP status: JSON Pointers
	OtherStatus  []string `json:"other-status,omitempty"` // members that might be by their name, and are something else
	Reaches      []string `json:"reaches,omitempty"`      // dependencies that the request calls in calm
	Volatile     []string `json:"volatile,omitempty"`     // places at which its good answers differ: JSON Pointers, * for any index

	Fields map[string][]string `json:"fields,omitempty"` // of a GraphQL operation: what each field of its root calls when it is asked for alone
}

// Expect is what a good answer looks like.
type Expect struct {
	Status []int             `json:"status,omitempty" decode:"short,one" doc:"the status, or several" default:"any 2xx" example:"[200, 204]"`
	Has    string            `json:"has,omitempty" doc:"a text that is in the body" example:"shipped"`
	At     map[string]string `json:"at,omitempty" doc:"values at places of the body: JSON Pointer and text" example:"{/id: 1001}"`
	Errors bool              `json:"errors,omitempty" doc:"true: of a GraphQL operation, errors are part of a good answer" default:"false" example:"true"`
}

// Effect is what was counted behind the system after a phase, when the fault was lifted: how often the request took effect.
type Effect struct {
	Phase   exchange.Phase `json:"phase"`
	What    string         `json:"what"`
	Keyed   bool           `json:"keyed,omitempty"`  // by the key of one request, so that no other is counted
	Shared  bool           `json:"shared,omitempty"` // by a name that each phase has anew, and its copies share
	Count   int            `json:"count"`
	Late    int            `json:"late,omitempty"`    // of Count: not yet there when it was counted first
	After   time.Duration  `json:"after,omitempty"`   // how long after the answer the last of these was there
	Unknown string         `json:"unknown,omitempty"` // why it could not be counted; Count says nothing then
	Field   string         `json:"field,omitempty"`   // of a GraphQL mutation: the field of its root whose effect it is
}

// Claimed tells whether an answer says that the effect took place: by success, or by the value of the field whose effect it is.
func (x Effect) Claimed(e exchange.Exchange) bool {
	if x.Field == "" || e.Response == nil || !e.Response.Errors {
		return e.OK()
	}
	value, ok := pointer(bodyOf(e), "/data/"+x.Field)
	return ok && value != nil
}

// Judged lists the exchanges of a phase that are judged: those of the case's own request, or of the side that the subject is
// about.
func (s Subject) Judged(p exchange.Phase) []exchange.Exchange { return s.Beside(p, s.Side) }

// Beside lists the exchanges of a phase that were made beside the case's request: liveness, readiness, unaffected.
func (s Subject) Beside(p exchange.Phase, role string) []exchange.Exchange {
	var beside []exchange.Exchange
	for _, e := range s.Exchanges {
		if e.Phase == p && e.Role == role {
			beside = append(beside, e)
		}
	}
	return beside
}

// Launch is the launch of a phase; the zero Launch with false when there was none.
func (s Subject) Launch(p exchange.Phase) (exchange.Launch, bool) {
	for _, l := range s.Launches {
		if l.Phase == p {
			return l, true
		}
	}
	return exchange.Launch{}, false
}

// protocol is what the judged request speaks, as it was sent under the fault.
func (s Subject) protocol() exchange.Protocol {
	for _, p := range []exchange.Phase{exchange.Faulty, exchange.Calm} {
		for _, e := range s.Judged(p) {
			return e.Request.Protocol
		}
	}
	return exchange.HTTP
}

// Serving tells whether there was somebody to ask in the faulty phase.
func (s Subject) Serving() bool {
	l, ok := s.Launch(exchange.Faulty)
	return !ok || l.Ready
}
