package fault

import "github.com/failwell/failwell/harness/decode"

// Hangs holds matching calls: nothing comes any more, the connection stays.
type Hangs struct {
	Scope
	Which
	At      Point   `json:"at,omitempty" doc:"the point: request, reply, body, connect, handshake or auth" default:"request" example:"reply"`
	Past    int     `json:"past,omitempty" doc:"at body: after this many bytes or rows" default:"0" example:"1"`
	Half    bool    `json:"half,omitempty" doc:"true: at body, in the middle of it" default:"false" example:"true"`
	Lost    bool    `json:"lost,omitempty" doc:"true: the packet is lost, so that a cancel or statement_timeout does not end it either" default:"false" example:"true"`
	Release Release `json:"release,omitempty" doc:"what becomes of a held call when the fault is lifted: resume, close or reset" default:"resume" example:"reset"`
}

// About describes the fault.
func (Hangs) About() decode.About {
	return decode.About{
		Doc:     "Holds matching calls: nothing comes any more, and the connection stays open.",
		Example: `hang: {on: db, op: query}`,
	}
}

// Injection compiles the fault.
func (f Hangs) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Hang, At: or(f.At, Request), Past: f.Past, Half: f.Half, Lost: f.Lost, Release: f.Release})
}
