package fault

import "github.com/failwell/failwell/harness/decode"

// Unreachable takes a dependency away so that nobody answers the first packet to it, as behind a firewall that drops or on a host that is
// gone: connect() itself hangs. Open connections are drained unless Existing says otherwise.
type Unreachable down

// About describes the fault.
func (Unreachable) About() decode.About {
	return decode.About{
		Doc:     "Drops the first packet of a connection, as a firewall does or a host that is gone: connect itself hangs.",
		Example: `unreachable: {on: payments}`,
	}
}

// Injection compiles the fault.
func (f Unreachable) Injection() (Injection, error) { return down(f).link(Deaf, Drain) }
