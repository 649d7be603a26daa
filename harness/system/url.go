package system

import (
	"context"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
)

// URL is a system that somebody else runs: it has no logs, never ends, and nothing in it can be edited.
type URL struct {
	Base  string            `json:"base" decode:"short" doc:"where the system listens" example:"http://127.0.0.1:8080"`
	Ports map[string]string `json:"ports" doc:"where its further ports listen" example:"{admin: http://127.0.0.1:8081}"`
}

// About describes the way to bring up a system.
func (URL) About() decode.About {
	return decode.About{
		Doc:     "A system that somebody else runs: failwell neither starts nor stops it, and sees no log of it.",
		Example: "http://127.0.0.1:8080",
	}
}

// Start attaches to the system, whether it runs or not.
func (u URL) Start(_ context.Context, s Setup) (Instance, error) {
	for _, e := range s.Edits {
		return nil, notApplicable(e, "failwell does not start the system at %s", u.Base)
	}
	return attached(u), nil
}

type attached URL

// URL is the base URL of a port.
func (a attached) URL(port string) string {
	if port == "" {
		return strings.TrimSuffix(a.Base, "/")
	}
	return strings.TrimSuffix(a.Ports[port], "/")
}

// Logs gives nothing.
func (attached) Logs(int) []exchange.Line { return nil }

// Exited is never true.
func (attached) Exited() (exchange.Exit, bool) { return exchange.Exit{}, false }

// Stop leaves the system as it is.
func (attached) Stop(context.Context) error { return nil }
