package harness

import (
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// A Fault says what goes wrong: one of the kinds below.
type Fault = fault.Fault

// The kinds of fault, which a file calls by the same words: `{slow: {on: db, by: 3s}}` is Slow{Scope: On("db"), By: For(3 * time.Second)}.
type (
	Acts      = fault.Acts
	Closes    = fault.Closes
	Cuts      = fault.Cuts
	Drips     = fault.Drips
	Exhausted = fault.Exhausted
	Garbles   = fault.Garbles
	Hangs     = fault.Hangs
	Loses     = fault.Loses
	Passes    = fault.Passes
	Refuse    = fault.Refuse
	Repeats   = fault.Repeats
	Replies   = fault.Replies
	Resets    = fault.Resets
	Rewrites  = fault.Rewrites
	Script    = fault.Script
	Setting   = fault.Setting
	Silence   = fault.Silence
	Slow      = fault.Slow
	Stale     = fault.Stale
	Vanish    = fault.Vanish
)

// What kinds have in common: the calls that are meant, which of them are struck, what is said, how long it takes, and where
// in a call it happens.
type (
	Scope  = fault.Scope
	Which  = fault.Which
	Saying = fault.Saying
	Span   = fault.Span
	Point  = fault.Point
)

// The points of a call.
const (
	Connect   = fault.Connect
	Handshake = fault.Handshake
	Auth      = fault.Auth
	AtRequest = fault.Request
	AtReply   = fault.Reply
	Body      = fault.Body
	Idle      = fault.Idle
)

// On means the calls of a dependency; those of one operation, and those in whose text something stands, where it is said too:
// On("payments", "POST", "/charges").
func On(dependency string, opAndText ...string) Scope {
	s := Scope{On: dependency}
	for i, to := range []*string{&s.Op, &s.Text} {
		if i < len(opAndText) {
			*to = opAndText[i]
		}
	}
	return s
}

// Named is a reply that the kind of a dependency knows, such as "deadlock".
func Named(reply string) Saying { return Saying{Name: reply} }

// For is a length of time.
func For(d time.Duration) Span { return fault.For(d) }

// Deadlines is a multiple of the deadline of the lab.
func Deadlines(n float64) Span { return Span{X: n} }
