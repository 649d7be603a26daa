package fault

// Resets ends connections with a TCP reset (RST) at a point of matching calls.
type Resets struct {
	Scope
	Which
	At   Point `json:"at,omitempty"` // request (default), reply, body, or connect, handshake, auth
	Past int   `json:"past,omitempty"`
}

// Injection compiles the fault.
func (f Resets) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Reset, At: or(f.At, Request), Past: f.Past})
}
