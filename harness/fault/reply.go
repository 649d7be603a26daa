package fault

import (
	"errors"
	"fmt"

	"github.com/failwell/failwell/harness/decode"
)

// Replies lets the dependency answer by itself: a reply that its kind knows by Name, or one spelled out.
type Replies struct {
	Scope
	Which
	Saying
	At    Point `json:"at,omitempty" doc:"the point" default:"where the real server says it" example:"request"`
	Delay Span  `json:"delay,omitzero" doc:"how long it takes to answer" default:"0s" example:"200ms"`
}

// About describes the fault.
func (Replies) About() decode.About {
	return decode.About{
		Doc:     "Lets the dependency answer by itself: with a reply that its kind knows by name, or one that is spelled out.",
		Example: `reply: {on: db, name: deadlock, op: query}`,
	}
}

// Injection compiles the fault.
func (f Replies) Injection() (Injection, error) {
	s := f.Saying
	if s.Name == "" && s.Status == "" && s.Body == "" && s.Raw == "" {
		return Injection{}, errors.New("reply needs `name`, or `status`, `body` or `raw`")
	}
	if s.Then != "" && s.Then != Close && s.Then != Reset {
		return Injection{}, fmt.Errorf("then is close or reset, not %q", s.Then)
	}
	return rule(f.Scope, f.Which, Effect{Verb: Answer, At: f.At, Delay: f.Delay, Say: s})
}
