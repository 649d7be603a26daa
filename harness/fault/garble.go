package fault

import "github.com/failwell/failwell/harness/decode"

// Garbles sends bytes that are not of the protocol in place of a reply, or within it.
type Garbles struct {
	Scope
	Which
	At    Point  `json:"at,omitempty" doc:"the point: request, reply, body, handshake or auth" default:"request" example:"body"`
	Past  int    `json:"past,omitempty" doc:"at body: after this many bytes or rows" default:"0" example:"10"`
	Bytes string `json:"bytes,omitempty" doc:"what is sent" default:"noise of the fake's own" example:"<html>"`
}

// About describes the fault.
func (Garbles) About() decode.About {
	return decode.About{
		Doc:     "Sends bytes that are not of the protocol, in place of a reply or within it.",
		Example: `garble: {on: db, at: reply}`,
	}
}

// Injection compiles the fault.
func (f Garbles) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Garble, At: or(f.At, Request), Past: f.Past, Say: Saying{Raw: f.Bytes}})
}
