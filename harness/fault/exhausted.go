package fault

import (
	"errors"

	"github.com/failwell/failwell/harness/decode"
)

// Exhausted lets a pool run dry. On the system's side, Hold calls (default: all) are held, so that further ones wait for
// a connection. On the server's side, connections beyond AtMost are closed.
type Exhausted struct {
	Scope
	Hold   int  `json:"hold,omitempty" doc:"how many calls are held, so that the system's pool runs dry" default:"all" example:"5"`
	AtMost *int `json:"at-most,omitempty" doc:"in place of hold: how many connections the server accepts" example:"0"`
}

// About describes the fault.
func (Exhausted) About() decode.About {
	return decode.About{
		Doc:     "Lets a pool of connections run dry: that of the system, whose calls are held, or that of the server, which closes further connections.",
		Example: `exhausted: {on: db, at-most: 0}`,
	}
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
