package check

import (
	"fmt"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Relayed asks that what the system answers reaches the caller through its gateway as it is: status, media type and body.
type Relayed struct{}

// Kind describes the check.
func (Relayed) Kind() Kind {
	return Kind{
		Rank:     170,
		Doc:      "What the system answers reaches the caller through its gateway as it is. A gateway that puts its own error page in place of the system's answer hides the status, the trace id and the shape that callers rely on.",
		Example:  "app answers 503 application/problem+json, and the caller gets 502 text/html from gw",
		Expected: "the answer of the system, unchanged",
		Findings: []Finding{
			{Class: "rewritten", Headline: "rewritten by the gateway: {reason}", Place: "{status}", Same: []string{"media", "shape"}},
		},
	}
}

// Judge judges.
func (Relayed) Judge(s Subject, _ Evidence) Verdict {
	if len(s.Declared.Taps) == 0 {
		return skip("there is no gateway before the system, or no tap between them")
	}
	compared := 0
	for _, phase := range []exchange.Phase{exchange.Calm, exchange.Faulty, exchange.Healed} {
		for _, e := range s.Judged(phase) {
			h, ok := s.Declared.told(e)
			late := e.Status() == 504 && (!h.Effect.Delay.IsZero() || len(s.Injection.Acts) > 0)
			if !ok || e.Response == nil || late {
				continue // nothing came from behind, or too late, as was asked for
			}
			compared++
			if e.Hop == s.Declared.Entry {
				return fail(contract.Major, Standard, "RFC 9110 7.6: a gateway passes on what it gets", "%s answered %s, the caller got %d %s from %s",
					s.Declared.Taps[h.Call.On], saidOf(*h.Said), e.Status(), e.Response.MediaType(), e.Hop).
					because(excerpt(bodyOf(e))).look("the gateway's error pages, intercepted errors and rewrites")
			}
		}
	}
	if compared == 0 {
		return skip("no whole answer came from behind the gateway")
	}
	return pass("%d answers passed on as they were", compared)
}

func saidOf(s fault.Said) string { return fmt.Sprintf("%d %s", s.Status, s.Media) }
