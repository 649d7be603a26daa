package fault

import (
	"errors"
	"fmt"
)

// Replies lets the dependency answer by itself: a reply that its kind knows by Name, or one spelled out.
type Replies struct {
	Scope
	Which
	Saying
	At    Point `json:"at,omitempty"` // default: where the real server says it, else request
	Delay Span  `json:"delay,omitzero"`
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
