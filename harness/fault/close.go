package fault

// Closes ends connections in order (FIN) at a point of matching calls.
type Closes struct {
	Scope
	Which
	At   Point `json:"at,omitempty"` // request (default), reply, body, or connect, handshake, auth
	Past int   `json:"past,omitempty"`
}

// Injection compiles the fault.
func (f Closes) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Close, At: or(f.At, Request), Past: f.Past})
}
