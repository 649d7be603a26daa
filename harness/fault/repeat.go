package fault

// Repeats lets the backend get each matching call twice, as through a retrying intermediary.
type Repeats struct {
	Scope
	Which
}

// Injection compiles the fault.
func (f Repeats) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Repeat, At: Request})
}
