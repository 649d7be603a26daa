package fault

import (
	"slices"
	"strings"
	"time"
)

// Scope says which calls a fault aims at.
type Scope struct {
	On          string   `json:"on,omitempty"`
	Op          string   `json:"op,omitempty"`          // empty: every op that passes the effect's point
	Ops         []string `json:"ops,omitempty"`         // any of these, in place of Op
	Text        string   `json:"text,omitempty"`        // contained in the call's text; case and white space folded, * stands for anything
	InTx        *bool    `json:"in-tx,omitempty"`       // only inside, or only outside, a transaction
	Connections string   `json:"connections,omitempty"` // new, existing, all (default)
}

// Which says which of the matching calls are struck. The zero value strikes all of them.
type Which struct {
	First  int           `json:"first,omitempty"`  // the first n
	Nth    int           `json:"nth,omitempty"`    // only the n-th
	From   int           `json:"from,omitempty"`   // from the n-th on
	To     int           `json:"to,omitempty"`     // up to and including the n-th
	Every  int           `json:"every,omitempty"`  // each n-th
	Over   int           `json:"over,omitempty"`   // only while more than n calls of the dependency are open
	Chance float64       `json:"chance,omitempty"` // 0 < p <= 1; 0 means always
	After  time.Duration `json:"after,omitempty"`  // since arming
	For    time.Duration `json:"for,omitempty"`    // since arming plus After
	Start  bool          `json:"start,omitempty"`  // armed before the system is started, which then starts under it
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
	After time.Duration `json:"after,omitempty"` // after the request was sent
	For   Span          `json:"for,omitzero"`    // then it is undone; zero: when the fault is lifted
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
