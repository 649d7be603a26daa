package fault

import (
	"slices"
	"strings"
	"time"
)

// Scope says which calls a fault aims at.
type Scope struct {
	On          string   `json:"on,omitempty" doc:"the dependency" example:"db"`
	Op          string   `json:"op,omitempty" doc:"only calls of this sort (failwell explain KIND lists them)" default:"every call that passes the point" example:"query"`
	Ops         []string `json:"ops,omitempty" doc:"only calls of these sorts, in place of op" example:"[query, execute]"`
	Text        string   `json:"text,omitempty" doc:"only calls whose text contains this; case and white space do not count, * stands for anything" default:"any" example:"insert into orders"`
	InTx        *bool    `json:"in-tx,omitempty" doc:"only inside, or only outside, a transaction" default:"both" example:"true"`
	Connections string   `json:"connections,omitempty" doc:"only calls on connections that are new, or existing" default:"all" example:"new"`
}

// Which says which of the matching calls are struck. The zero value strikes all of them.
type Which struct {
	First  int           `json:"first,omitempty" doc:"only the first n calls" default:"all" example:"1"`
	Nth    int           `json:"nth,omitempty" doc:"only the n-th call" default:"all" example:"2"`
	From   int           `json:"from,omitempty" doc:"from the n-th call on" default:"1" example:"2"`
	To     int           `json:"to,omitempty" doc:"up to and including the n-th call" default:"no end" example:"3"`
	Every  int           `json:"every,omitempty" doc:"each n-th call" default:"all" example:"2"`
	Over   int           `json:"over,omitempty" doc:"only while more than n calls are open" default:"any" example:"5"`
	Chance float64       `json:"chance,omitempty" doc:"with this probability, by the random seed" default:"1" example:"0.1"`
	After  time.Duration `json:"after,omitempty" doc:"only this long after it was armed" default:"0s" example:"500ms"`
	For    time.Duration `json:"for,omitempty" doc:"for this long; then calls pass again" default:"until it is lifted" example:"2s"`
	Start  bool          `json:"start,omitempty" doc:"true: it is there before the system starts" default:"false" example:"true"`
}

// Rule gives the calls it matches one effect.
type Rule struct {
	Scope
	Which
	Effect Effect `json:"effect"`
}

// Match tells whether the rule speaks about the call, whatever its turn.
func (r Rule) Match(c Call) bool {
	switch {
	case r.On != "" && r.On != c.On:
		return false
	case !r.about(c.Op):
		return false
	case r.InTx != nil && *r.InTx != c.InTx:
		return false
	case r.Connections == "new" && c.Old, r.Connections == "existing" && !c.Old:
		return false
	case !matchText(r.Text, c.Text):
		return false
	}
	// A bare pass carves an exception out of whole calls, wherever the later rules would strike.
	if r.Effect.At == "" {
		return r.Op != "" || len(r.Ops) > 0 || Request.Has(c.Op)
	}
	return r.Effect.At.Has(c.Op)
}

// about tells whether the rule speaks about an op.
func (r Rule) about(op string) bool {
	if len(r.Ops) == 0 {
		return r.Op == "" || strings.EqualFold(r.Op, op)
	}
	return slices.ContainsFunc(r.Ops, func(own string) bool { return strings.EqualFold(own, op) })
}

func matchText(want, got string) bool {
	if want == "" {
		return true
	}
	got = Fold(got)
	for _, piece := range strings.Split(Fold(want), "*") {
		i := strings.Index(got, piece)
		if i < 0 {
			return false
		}
		got = got[i+len(piece):]
	}
	return true
}

// Fold puts text into the form in which it is compared: lower case, white space as single spaces.
func Fold(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }

// State is the condition of a link.
type State string

// The states of a link.
const (
	Open    State = "open"
	Refused State = "refused"     // nobody listens: connection refused
	Silent  State = "silent"      // connections are made, nothing is ever read or answered
	Gone    State = "gone"        // the name does not resolve
	Deaf    State = "unreachable" // nobody answers the first packet: connect() hangs
)

// Existing says what becomes of connections that are open when a link changes.
type Existing string

// What becomes of open connections.
const (
	Keep     Existing = "keep"
	Drain    Existing = "drain"    // idle ones are closed, busy ones as soon as they are idle
	CloseAll Existing = "close"    // closed at once
	ResetAll Existing = "reset"    // reset at once
	ShutDown Existing = "shutdown" // told that the server shuts down, as their kind tells it, and closed at once
	Stall    Existing = "silent"   // stay open, nothing moves on them any more
)

// Link is the condition of a dependency as a whole.
type Link struct {
	On       string        `json:"on"`
	State    State         `json:"state"`
	Existing Existing      `json:"existing,omitempty"` // empty: drain
	After    time.Duration `json:"after,omitempty"`
	For      time.Duration `json:"for,omitempty"`   // 0: until lifted
	Start    bool          `json:"start,omitempty"` // armed before the system is started
}

// Edit changes one setting of the system for a launch of its own.
type Edit struct {
	Setting string `json:"setting"`         // env.NAME, arg.N, file.PATH, file.PATH#/pointer, or the name of a secret
	Op      string `json:"op"`              // missing empty malformed wrong unreadable
	Value   string `json:"value,omitempty"` // for wrong and malformed: the value in its place
	Live    bool   `json:"live,omitempty"`  // under the running instance
}

// Act is something that its owner carries out and can undo: pause the system, kill a container, SQL in a side session.
type Act struct {
	On   string            `json:"on"` // "system", a part, or a dependency
	Do   string            `json:"do"`
	Args map[string]string `json:"args,omitempty"`
	At   Trigger           `json:"at,omitzero"`
}

// Trigger says when an act takes place; the zero value is at once, before the request.
type Trigger struct {
	After time.Duration `json:"after,omitempty" doc:"how long after the request was sent" default:"0s" example:"200ms"`
	For   Span          `json:"for,omitzero" doc:"after how long it is undone" default:"when the fault is lifted" example:"2s"`
}

// The acts after which the system does not go on by itself, or only by starting again.
const (
	Kill        = "kill"          // ended at once
	Term        = "term"          // asked to end
	OutOfMemory = "out-of-memory" // ended by the kernel
	Restart     = "restart"       // asked to end, and started again
)

// Disconnect is the act that cuts the system off from all its dependencies at once.
const Disconnect = "disconnect"

// Ends tells whether the act ends its owner for good.
func (a Act) Ends() bool { return a.Do == Kill || a.Do == Term || a.Do == OutOfMemory }

// Momentary tells whether the act is over as soon as it is done, so that there is nothing that holds.
func (a Act) Momentary() bool { return a.Ends() || a.Do == Restart }

// Windowed tells whether the link is so only for a time of its own.
func (l Link) Windowed() bool { return l.After != 0 || l.For != 0 }
