package fault

import (
	"errors"
	"fmt"
	"time"
)

// down takes a dependency away as a whole; the kind sets the state.
type down struct {
	On       string        `json:"on" decode:"must" doc:"the dependency" example:"db"`
	Existing Existing      `json:"existing,omitempty" doc:"what becomes of open connections: keep, drain, close, reset, shutdown or silent" default:"by the fault" example:"keep"`
	After    time.Duration `json:"after,omitempty" doc:"only this long after it was armed" default:"0s" example:"500ms"`
	For      time.Duration `json:"for,omitempty" doc:"for this long" default:"until it is lifted" example:"2s"`
	Start    bool          `json:"start,omitempty" doc:"true: it is there before the system starts" default:"false" example:"true"`
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
