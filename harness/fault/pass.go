package fault

import "github.com/failwell/failwell/harness/decode"

// Passes carves an exception: matching calls go through, whatever later faults say.
type Passes struct {
	Scope
	Which
}

// About describes the fault.
func (Passes) About() decode.About {
	return decode.About{
		Doc:     "Makes an exception: matching calls go through, whatever later faults say.",
		Example: `pass: {on: db, text: select 1}`,
	}
}

// Injection compiles the fault.
func (f Passes) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Pass})
}
