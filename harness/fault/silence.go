package fault

// Silence freezes a dependency: connections are still made, but nothing is read or answered any more, also on open ones.
type Silence down

// Injection compiles the fault.
func (f Silence) Injection() (Injection, error) { return down(f).link(Silent, Stall) }
