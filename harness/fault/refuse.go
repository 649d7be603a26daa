package fault

// Refuse takes a dependency away: nobody listens, connections are refused (ECONNREFUSED). Open connections are drained
// unless Existing says otherwise.
type Refuse down

// Injection compiles the fault.
func (f Refuse) Injection() (Injection, error) { return down(f).link(Refused, Drain) }
