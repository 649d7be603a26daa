package fault

import (
	"errors"
	"fmt"
	"time"
)

// down takes a dependency away as a whole; the kind sets the state.
type down struct {
	On       string        `json:"on" decode:"must"`
	Existing Existing      `json:"existing,omitempty"` // what becomes of open connections
	After    time.Duration `json:"after,omitempty"`
	For      time.Duration `json:"for,omitempty"`
	Start    bool          `json:"start,omitempty"` // armed before the system is started
}

func (d down) link(state State, existing Existing) (Injection, error) {
	switch d.Existing {
	case "", Keep, Drain, CloseAll, ResetAll, ShutDown, Stall:
	default:
		return Injection{}, fmt.Errorf("existing is keep, drain, close, reset, shutdown or silent, not %q", d.Existing)
	}
	if d.On == "" {
		return Injection{}, errors.New("`on` is missing: which dependency")
	}
	if d.Start && state == Gone {
		return Injection{}, errors.New("a name can only be taken from a system that runs; at its start say refused or silent")
	}
	return Injection{Links: []Link{{On: d.On, State: state, Existing: or(d.Existing, existing), After: d.After, For: d.For, Start: d.Start}}}, nil
}
