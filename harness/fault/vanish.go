package fault

// Vanish takes the name of a dependency away: it does not resolve any more. Open connections are drained unless Existing
// says otherwise; who kept the address can still connect.
type Vanish down

// Injection compiles the fault.
func (f Vanish) Injection() (Injection, error) { return down(f).link(Gone, Drain) }
