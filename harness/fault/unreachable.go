package fault

// Unreachable takes a dependency away so that nobody answers the first packet to it, as behind a firewall that drops or on a host that is
// gone: connect() itself hangs. Open connections are drained unless Existing says otherwise.
type Unreachable down

// Injection compiles the fault.
func (f Unreachable) Injection() (Injection, error) { return down(f).link(Deaf, Drain) }
