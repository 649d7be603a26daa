package fault

import "errors"

// Exhausted lets a pool run dry. On the system's side, Hold calls (default: all) are held, so that further ones wait for
// a connection. On the server's side, connections beyond AtMost are closed.
type Exhausted struct {
	Scope
	Hold   int  `json:"hold,omitempty"`
	AtMost *int `json:"at-most,omitempty"`
}

// Injection compiles the fault.
func (f Exhausted) Injection() (Injection, error) {
	switch {
	case f.AtMost == nil:
		return rule(f.Scope, Which{First: f.Hold}, Effect{Verb: Hang, At: Request})
	case f.Hold != 0:
		return Injection{}, errors.New("exhausted takes `hold` (the system's pool) or `at-most` (the server's limit), not both")
	case *f.AtMost < 0:
		return Injection{}, errors.New("at-most is a number of connections")
	}
	return rule(f.Scope, Which{Over: *f.AtMost}, Effect{Verb: Close, At: Connect})
}
