package fault

import "github.com/failwell/failwell/harness/decode"

// Refuse takes a dependency away: nobody listens, connections are refused (ECONNREFUSED). Open connections are drained
// unless Existing says otherwise.
type Refuse down

// About describes the fault.
func (Refuse) About() decode.About {
	return decode.About{
		Doc:     "Refuses connections, as when nobody listens (ECONNREFUSED). Open connections are drained unless existing says otherwise.",
		Example: `refused: {on: db}`,
	}
}

// Injection compiles the fault.
func (f Refuse) Injection() (Injection, error) { return down(f).link(Refused, Drain) }
