package check

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Readiness compares readiness with what the lab declares: which dependencies it follows. It is judged only when declared,
// and only while a dependency is away as a whole.
type Readiness struct{}

// Kind describes the check.
func (Readiness) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Of: []string{Ready}, Rank: 130, Beside: true,
		Doc:      "Readiness follows what the lab declares, and nothing else. A system that says it is ready without what it needs gets traffic that it must refuse; one that follows what it can do without is taken away for nothing.",
		Example:  "ready: {get: /readyz, follows: [db]}, db is refused, and GET /readyz gives 200",
		Expected: "readiness follows what the lab declares",
		Look:     "the readiness handler: what it asks",
		Findings: []Finding{
			{Class: "ready", Headline: "{reason}", Place: "{on}", Same: []string{"class"}},
			{Class: "not-ready", Headline: "{reason}", Place: "{on}", Same: []string{"class"}, Mark: "not ready because {away} is away",
				Follows: []string{"unaffected/answers", "alive/died"}},
		},
	}
}

// Judge judges.
func (Readiness) Judge(s Subject, _ Evidence) Verdict {
	asked := s.Beside(exchange.Faulty, "readiness")
	var away, followed []string
	for _, l := range s.Injection.Links {
		if l.State != fault.Open && l.After == 0 && l.For == 0 {
			away = append(away, l.On)
			if slices.Contains(s.Declared.Follows, l.On) {
				followed = append(followed, l.On)
			}
		}
	}
	switch {
	case !s.Declared.Readiness:
		return skip("what readiness follows is not declared (`ready: {follows: ...}`)").wants(Want{Key: "ready: {follows: ...}", What: "readiness"}, len(away) > 0 && s.Died == nil)
	case len(asked) == 0:
		return skip("readiness was not asked")
	}
	last := asked[len(asked)-1]
	switch {
	case len(away) == 0:
		return skip("no dependency was away as a whole")
	case s.Died != nil:
		return skip("the system had ended")
	case len(followed) > 0 && last.OK():
		return fail(contract.Minor, Declare, "the lab: ready follows "+strings.Join(followed, ", "), "ready although %s is away", strings.Join(followed, ", ")).as("ready")
	case len(followed) == 0 && !last.OK():
		return fail(contract.Minor, Declare, "the lab: ready does not follow "+strings.Join(away, ", "), "not ready because %s is away", strings.Join(away, ", ")).
			as("not-ready").with("away", strings.Join(away, ", "))
	}
	return pass("readiness gave %s", came(last))
}
