package fault

// Hangs holds matching calls: nothing comes any more, the connection stays.
type Hangs struct {
	Scope
	Which
	At      Point   `json:"at,omitempty"`   // request (default), reply, body, or connect, handshake, auth
	Past    int     `json:"past,omitempty"` // at body: after this many bytes or rows
	Half    bool    `json:"half,omitempty"` // at body, in place of past: in the middle of it
	Lost    bool    `json:"lost,omitempty"` // the packet is lost: nothing that a server honours, such as a cancel or statement_timeout, ends it
	Release Release `json:"release,omitempty"`
}

// Injection compiles the fault.
func (f Hangs) Injection() (Injection, error) {
	return rule(f.Scope, f.Which, Effect{Verb: Hang, At: or(f.At, Request), Past: f.Past, Half: f.Half, Lost: f.Lost, Release: f.Release})
}
