package check

import (
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Liveness asks that liveness does not follow a dependency: an orchestrator would restart a healthy process in a loop.
type Liveness struct{}

// Kind describes the check.
func (Liveness) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Of: []string{Live}, Rank: 120, Beside: true,
		Doc:      "Liveness does not follow a dependency. An orchestrator restarts what is not alive, so a database that is away for a minute would have every healthy process restarted in a loop.",
		Example:  "db refuses connections, and GET /livez gives 503",
		Expected: "200 as long as the process itself works",
		Look:     "the liveness handler: it must ask no dependency",
		Findings: []Finding{
			{Class: "follows", Headline: "liveness fails {when}", Same: []string{"class"}, Mark: "liveness gave {gave}", Follows: []string{"unaffected/answers", "unaffected/waits", "answered/hang", "alive/died"}},
			{Class: "dark", Headline: "liveness waits with the requests that wait for {on}", Place: "{on}", Same: []string{"class"}, Mark: "liveness waits",
				Follows: []string{"unaffected/waits", "answered/hang"}, Look: "what all routes share: workers, threads, a pool. A bound on each dependency leaves some of them for the others"},
		},
	}
}

// probed is how long an orchestrator waits for liveness by default, and a second more.
const probed = 2 * time.Second

// Judge judges.
func (Liveness) Judge(s Subject, _ Evidence) Verdict {
	asked := s.Beside(exchange.Faulty, "liveness")
	elsewhere := s.Died != nil || s.disturbed() || !s.lost() || !s.Serving()
	if len(asked) == 0 {
		return skip("no liveness was asked (`live:`)").wants(Want{Key: "live", What: "liveness"}, !elsewhere && !s.Declared.Liveness && len(s.Judged(exchange.Faulty)) > 0)
	}
	if elsewhere {
		return skip("the fault is not one of a dependency alone, or the system had ended")
	}
	for _, e := range asked {
		if inFlight := e.Request.Copy > 0; inFlight && (e.Response == nil || e.Took > probed+s.Slack()) {
			return fail(contract.Major, Invariant, "Kubernetes: a probe has timeoutSeconds, 1 by default; ASVS 5.0 16.5.2",
				"%s for liveness while %d requests waited for %v", came(e), len(s.Beside(exchange.Faulty, Own)), s.On).byTheClock().as("dark")
		}
		if !e.OK() {
			return fail(contract.Major, Invariant, "Kubernetes: liveness must not depend on other services", "liveness gave %s, though only %v failed", came(e), s.On).
				because(excerpt(bodyOf(e))).with("gave", came(e))
		}
	}
	return pass("liveness stays 2xx")
}
