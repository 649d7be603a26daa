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
			"act":         catalog.Fault[fault.Acts](),
			"close":       catalog.Fault[fault.Closes](),
			"cut":         catalog.Fault[fault.Cuts](),
			"drip":        catalog.Fault[fault.Drips](),
			"exhausted":   catalog.Fault[fault.Exhausted](),
			"garble":      catalog.Fault[fault.Garbles](),
			"gone":        catalog.Fault[fault.Vanish](),
			"hang":        catalog.Fault[fault.Hangs](),
			"lose":        catalog.Fault[fault.Loses](),
			"pass":        catalog.Fault[fault.Passes](),
			"refused":     catalog.Fault[fault.Refuse](),
			"repeat":      catalog.Fault[fault.Repeats](),
			"reply":       catalog.Fault[fault.Replies](),
			"reset":       catalog.Fault[fault.Resets](),
			"rewrite":     catalog.Fault[fault.Rewrites](),
			"script":      catalog.Fault[fault.Script](),
			"setting":     catalog.Fault[fault.Setting](),
			"silent":      catalog.Fault[fault.Silence](),
			"slow":        catalog.Fault[fault.Slow](),
			"stale":       catalog.Fault[fault.Stale](),
			"unreachable": catalog.Fault[fault.Unreachable](),
		},
		Checks: map[string]catalog.CheckKind{
			"agrees":           catalog.Check[check.Agrees](),
			"alive":            catalog.Check[check.Alive](),
			"answered":         catalog.Check[check.Answered](),
			"away":             catalog.Check[check.Away](),
			"attempts":         catalog.Check[check.Attempts](),
			"blame":            catalog.Check[check.Blame](),
			"body":             catalog.Check[check.Body](),
			"calm":             catalog.Check[check.Calm](),
			"certificate":      catalog.Check[check.Certificate](),
			"complete":         catalog.Check[check.Complete](),
			"effect":           catalog.Check[check.Once](),
			"graphql-calls":    catalog.Check[check.GraphQLCalls](),
			"graphql-code":     catalog.Check[check.GraphQLCode](),
			"graphql-debug":    catalog.Check[check.GraphQLDebug](),
			"graphql-mutation": catalog.Check[check.GraphQLMutation](),
			"graphql-nulls":    catalog.Check[check.GraphQLNulls](),
			"graphql-partial":  catalog.Check[check.GraphQLPartial](),
			"graphql-path":     catalog.Check[check.GraphQLPath](),
			"graphql-shape":    catalog.Check[check.GraphQLShape](),
			"graphql-status":   catalog.Check[check.GraphQLStatus](),
			"graphql-types":    catalog.Check[check.GraphQLTypes](),
			"header":           catalog.Check[check.Header](),
			"healed":           catalog.Check[check.Healed](),
			"leak":             catalog.Check[check.Leak](),
			"liveness":         catalog.Check[check.Liveness](),
			"log-secret":       catalog.Check[check.LogSecret](),
			"logged":           catalog.Check[check.Logged](),
			"readiness":        catalog.Check[check.Readiness](),
			"relayed":          catalog.Check[check.Relayed](),
			"resent":           catalog.Check[check.Resent](),
			"retry-after":      catalog.Check[check.RetryAfter](),
			"settled":          catalog.Check[check.Settled](),
			"shape":            catalog.Check[check.Shape](),
			"start":            catalog.Check[check.Start](),
			"status":           catalog.Check[check.Status](),
			"struck":           catalog.Check[check.Struck](),
			"success":          catalog.Check[check.Success](),
			"trace":            catalog.Check[check.Traced](),
			"unaffected":       catalog.Check[check.Unaffected](),

			"within": catalog.Check[check.Within](),
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
