package fault

import "github.com/failwell/failwell/harness/decode"

// Closes ends connections in order (FIN) at a point of matching calls.
type Closes struct {
	Scope
	Which
	At   Point `json:"at,omitempty" doc:"the point: request, reply, body, connect, handshake or auth" default:"request" example:"connect"`
	Past int   `json:"past,omitempty" doc:"at body: after this many bytes or rows" default:"0" example:"1"`
}

// About describes the fault.
func (Closes) About() decode.About {
	return decode.About{
		Doc:     "Ends connections in order (FIN) at a point of matching calls.",
		Example: `close: {on: db, op: query, at: reply}`,
	}
}

// Injection compiles the fault.
func (f Closes) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Close, At: or(f.At, Request), Past: f.Past})
}
