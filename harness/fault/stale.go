package fault

import (
	"fmt"

	"github.com/failwell/failwell/harness/decode"
)

// Stale kills the connections that are open, once; new ones are fine. How is close (default), reset, shutdown, as a server that
// is restarted ends its sessions (PostgreSQL: FATAL 57P01), or silent, as after a firewall forgot them.
type Stale struct {
	On  string   `json:"on" decode:"must" doc:"the dependency" example:"db"`
	How Existing `json:"how,omitempty" doc:"how connections die: close, reset, shutdown or silent" default:"close" example:"silent"`
}

// About describes the fault.
func (Stale) About() decode.About {
	return decode.About{
		Doc:     "Kills the connections that are open, once; new ones are fine. A pool that does not notice hands out dead connections.",
		Example: `stale: {on: db}`,
	}
}

// Injection compiles the fault.
func (f Stale) Injection() (Injection, error) {
	switch f.How {
	case "", CloseAll, ResetAll, ShutDown, Stall:
	default:
		return Injection{}, fmt.Errorf("how is close, reset, shutdown or silent, not %q", f.How)
	}
	return down{On: f.On, Existing: f.How}.link(Open, CloseAll)
}
