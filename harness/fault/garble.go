package fault

// Garbles sends bytes that are not of the protocol in place of a reply, or within it.
type Garbles struct {
	Scope
	Which
	At    Point  `json:"at,omitempty"` // request (default: in place of the answer), reply, body, handshake, auth
	Past  int    `json:"past,omitempty"`
	Bytes string `json:"bytes,omitempty"` // what to send; default: the fake's own noise
}

// Injection compiles the fault.
func (f Garbles) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Garble, At: or(f.At, Request), Past: f.Past, Say: Saying{Raw: f.Bytes}})
}
