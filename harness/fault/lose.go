package fault

import "github.com/failwell/failwell/harness/decode"

// Loses lets the dependency carry calls out and swallows the reply: the connection is cut instead.
type Loses struct {
	Scope
	Which
}

// About describes the fault.
func (Loses) About() decode.About {
	return decode.About{
		Doc:     "Lets the dependency carry out a call and swallows the reply; the connection is cut. Whether the call took effect is not known to the system.",
		Example: `lose: {on: payments, op: POST}`,
	}
}

// Injection compiles the fault.
func (f Loses) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Lose, At: Reply})
}
