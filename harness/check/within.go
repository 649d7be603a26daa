package check

import (
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Within asks for an answer in time: At, else the declared deadline. It allows the slack of the machine.
type Within struct {
	At time.Duration `json:"at,omitempty" decode:"short"`
}

// Kind describes the check.
func (Within) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Rank: 190,
		Doc:      "An answer comes in time. Callers were promised a deadline, faults or not, and have time-outs of their own that rely on it. The slack of the machine is allowed for.",
		Example:  "deadline: 2s, payments is slow, and POST /orders gives 503 after 6 s\nthen: [{within: 2.5s}]",
		Expected: "[{statuses}, ]within {limit}",
		Findings: []Finding{
			{Class: "late", Headline: "late: the calls to {place} take longer than callers are promised", Family: "hang", Place: "{stuck}", Unlogged: true,
				One: "wait in the same place: {place}"},
		},
	}
}

// Judge judges.
func (c Within) Judge(s Subject, _ Evidence) Verdict {
	limit := c.At
	if limit == 0 {
		limit = s.Declared.Deadline
	}
	faulty := s.Judged(exchange.Faulty)
	switch {
	case limit == 0:
		return skip("no deadline is declared").wants(Want{Key: "deadline", What: "late answers"}, len(faulty) > 0)
	case len(faulty) == 0:
		return notAsked(s)
	}
	worst := exchange.Exchange{}
	for _, e := range faulty {
		if e.Took > worst.Took && (e.Response != nil || e.Failure == exchange.NoAnswer) {
			worst = e
		}
	}
	if worst.Took == 0 {
		return skip("there was no answer")
	}
	if worst.Request.Pace > 0 {
		return skip("the client itself was slow")
	}
	if worst.Took > limit+s.held(worst)+s.Slack() {
		return fail(contract.Minor, Declare, "the declared deadline; ASVS 5.0 13.2.6", "%s, promised within %s", came(worst), limit).
			because(stuck(worst)).look("the time-outs of the calls that it makes, and their sum").byTheClock().about(worst).with("limit", limit)
	}
	return pass("%s of %s", round(worst.Took), limit)
}
