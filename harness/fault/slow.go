package fault

import "errors"

// Slow delays matching calls by By; the call is carried out all the same, unless the system gives up first.
type Slow struct {
	Scope
	Which
	By      Span    `json:"by" decode:"must"`
	At      Point   `json:"at,omitempty"` // request (default), reply, or connect, handshake, auth
	Release Release `json:"release,omitempty"`
}

// Injection compiles the fault.
func (f Slow) Injection() (Injection, error) {
	if f.By.IsZero() {
		return Injection{}, errors.New("slow needs `by`: how long, such as 500ms or 3x-deadline")
	}
	return rule(f.Scope, f.Which, Effect{Verb: Pass, At: or(f.At, Request), Delay: f.By, Release: f.Release})
}
