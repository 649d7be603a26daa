// Package standard is the catalog of everything that needs no container.
package standard

import (
	"github.com/failwell/failwell/fakes/kinds"
	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// Catalog gives every kind its name.
func Catalog() catalog.Catalog {
	return catalog.Catalog{
		Faults: map[string]catalog.FaultKind{
			"act":       catalog.Fault[fault.Acts](),
			"close":     catalog.Fault[fault.Closes](),
			"cut":       catalog.Fault[fault.Cuts](),
			"drip":      catalog.Fault[fault.Drips](),
			"exhausted": catalog.Fault[fault.Exhausted](),
			"garble":    catalog.Fault[fault.Garbles](),
			"gone":      catalog.Fault[fault.Vanish](),
			"hang":      catalog.Fault[fault.Hangs](),
			"lose":      catalog.Fault[fault.Loses](),
			"pass":      catalog.Fault[fault.Passes](),
			"refused":   catalog.Fault[fault.Refuse](),
			"repeat":    catalog.Fault[fault.Repeats](),
			"reply":     catalog.Fault[fault.Replies](),
			"reset":     catalog.Fault[fault.Resets](),
			"rewrite":   catalog.Fault[fault.Rewrites](),
			"script":    catalog.Fault[fault.Script](),
			"setting":   catalog.Fault[fault.Setting](),
			"silent":    catalog.Fault[fault.Silence](),
			"slow":      catalog.Fault[fault.Slow](),
			"stale":     catalog.Fault[fault.Stale](),
		},
		Checks: map[string]catalog.CheckKind{
			"alive":       catalog.Check[check.Alive](),
			"answered":    catalog.Check[check.Answered](),
			"attempts":    catalog.Check[check.Attempts](),
			"blame":       catalog.Check[check.Blame](),
			"calm":        catalog.Check[check.Calm](),
			"complete":    catalog.Check[check.Complete](),
			"effect":      catalog.Check[check.Once](),
			"healed":      catalog.Check[check.Healed](),
			"leak":        catalog.Check[check.Leak](),
			"liveness":    catalog.Check[check.Liveness](),
			"log-secret":  catalog.Check[check.LogSecret](),
			"logged":      catalog.Check[check.Logged](),
			"readiness":   catalog.Check[check.Readiness](),
			"relayed":     catalog.Check[check.Relayed](),
			"resent":      catalog.Check[check.Resent](),
			"retry-after": catalog.Check[check.RetryAfter](),
			"settled":     catalog.Check[check.Settled](),
			"shape":       catalog.Check[check.Shape](),
			"start":       catalog.Check[check.Start](),
			"status":      catalog.Check[check.Status](),
			"struck":      catalog.Check[check.Struck](),
			"success":     catalog.Check[check.Success](),
			"trace":       catalog.Check[check.Traced](),
			"unaffected":  catalog.Check[check.Unaffected](),
			"within":      catalog.Check[check.Within](),
		},
		Fakes: kinds.All(),
		Systems: map[string]catalog.SystemKind{
			"process": runner[system.Process](),
			"url":     runner[system.URL](),
		},
	}
}

// runner is the kind of system whose fields are those of S.
func runner[S system.System]() catalog.SystemKind {
	return func(params *decode.Node, _ string) (system.System, error) {
		var s S
		err := params.Into(&s)
		return s, err
	}
}
