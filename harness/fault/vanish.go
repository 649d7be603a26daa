package fault

import "github.com/failwell/failwell/harness/decode"

// Vanish takes the name of a dependency away: it does not resolve any more. Open connections are drained unless Existing
// says otherwise; who kept the address can still connect.
type Vanish down

// About describes the fault.
func (Vanish) About() decode.About {
	return decode.About{
		Doc:     "Takes the name of a dependency away: it does not resolve any more. Who kept the address can still connect.",
		Example: `gone: {on: payments}`,
	}
}

// Injection compiles the fault.
func (f Vanish) Injection() (Injection, error) { return down(f).link(Gone, Drain) }
