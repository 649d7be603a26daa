package fault

import "github.com/failwell/failwell/harness/decode"

// Silence freezes a dependency: connections are still made, but nothing is read or answered any more, also on open ones.
type Silence down

// About describes the fault.
func (Silence) About() decode.About {
	return decode.About{
		Doc:     "Freezes a dependency: connections are still made, but nothing is read or answered any more, also on open ones.",
		Example: `silent: {on: db}`,
	}
}

// Injection compiles the fault.
func (f Silence) Injection() (Injection, error) { return down(f).link(Silent, Stall) }
