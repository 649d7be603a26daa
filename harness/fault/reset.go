package fault

import "github.com/failwell/failwell/harness/decode"

// Resets ends connections with a TCP reset (RST) at a point of matching calls.
type Resets struct {
	Scope
	Which
	At   Point `json:"at,omitempty" doc:"the point: request, reply, body, connect, handshake or auth" default:"request" example:"body"`
	Past int   `json:"past,omitempty" doc:"at body: after this many bytes or rows" default:"0" example:"1"`
}

// About describes the fault.
func (Resets) About() decode.About {
	return decode.About{
		Doc:     "Ends connections with a TCP reset (RST) at a point of matching calls.",
		Example: `reset: {on: payments, at: body}`,
	}
}

// Injection compiles the fault.
func (f Resets) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Reset, At: or(f.At, Request), Past: f.Past})
}
