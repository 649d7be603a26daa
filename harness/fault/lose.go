package fault

// Loses lets the dependency carry calls out and swallows the reply: the connection is cut instead.
type Loses struct {
	Scope
	Which
}

// Injection compiles the fault.
func (f Loses) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Lose, At: Reply})
}
