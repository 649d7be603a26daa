package fault

import "github.com/failwell/failwell/harness/decode"

// Repeats lets the backend get each matching call twice, as through a retrying intermediary.
type Repeats struct {
	Scope
	Which
}

// About describes the fault.
func (Repeats) About() decode.About {
	return decode.About{
		Doc:     "Lets the dependency get each matching call twice, as through an intermediary that retries.",
		Example: `repeat: {on: payments, op: POST}`,
	}
}

// Injection compiles the fault.
func (f Repeats) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Repeat, At: Request})
}
