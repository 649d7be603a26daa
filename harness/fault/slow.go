package fault

import (
	"errors"

	"github.com/failwell/failwell/harness/decode"
)

// Slow delays matching calls by By; the call is carried out all the same, unless the system gives up first.
type Slow struct {
	Scope
	Which
	By      Span    `json:"by" decode:"must" doc:"how long" example:"3x-deadline"`
	At      Point   `json:"at,omitempty" doc:"the point: request, reply, connect, handshake or auth" default:"request" example:"reply"`
	Release Release `json:"release,omitempty" doc:"what becomes of a held call when the fault is lifted: resume, close or reset" default:"resume" example:"reset"`
}

// About describes the fault.
func (Slow) About() decode.About {
	return decode.About{
		Doc:     "Delays matching calls; they are carried out all the same, unless the system gives up first.",
		Example: `slow: {on: payments, by: 3x-deadline}`,
	}
}

// Injection compiles the fault.
func (f Slow) Injection() (Injection, error) {
	if f.By.IsZero() {
		return Injection{}, errors.New("slow needs `by`: how long, such as 500ms or 3x-deadline")
	}
	return rule(f.Scope, f.Which, Effect{Verb: Pass, At: or(f.At, Request), Delay: f.By, Release: f.Release})
}
