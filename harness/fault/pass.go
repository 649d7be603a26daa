package fault

// Passes carves an exception: matching calls go through, whatever later faults say.
type Passes struct {
	Scope
	Which
}

// Injection compiles the fault.
func (f Passes) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Pass})
}
