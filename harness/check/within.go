package check

import (
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Within asks for an answer in time: At, else the declared deadline. It allows the slack of the machine.
type Within struct {
	At time.Duration `json:"at,omitempty" decode:"short"`
}

// Kind describes the check.
func (Within) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Rank: 190,
		Doc:      "An answer comes in time. Callers were promised a deadline, faults or not, and have time-outs of their own that rely on it. The slack of the machine is allowed for, and what a crowd of callers waits for without the fault.",
		Example:  "deadline: 2s, payments is slow, and POST /orders gives 503 after 6 s\nthen: [{within: 2.5s}]",
		Expected: "[{statuses}, ]within {limit}",
		Findings: []Finding{
			{Class: "late", Headline: "answers later than promised: slow calls to {place}", Family: "hang", Place: "{stuck}", Unlogged: true,
				One: "wait in the same place: {place}"},
			{Class: "late-after", Headline: "answers later than promised {when}, though its calls had ended", Family: "hang", Place: "{stuck}", Unlogged: true},
			{Class: "late-alone", Headline: "answers later than promised {when}", Family: "hang", Place: "request", Unlogged: true},
			{Class: "unlimited", Headline: "no limit seen within {times} x the deadline: the calls to {place} are waited for as long as they take", Family: "hang", Place: "{stuck}", Unlogged: true,
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
	slack := s.Slack()
	if h, ok := s.waitedOut(worst, limit); ok && worst.Took > limit+slack {
		return fail(contract.Critical, Invariant, "ASVS 5.0 13.2.6, RFC 9110 15.6.5", "%s, promised within %s: no limit seen within %s, for which a call to %s was held up", came(worst), limit, round(h.Took), h.Call.On).
			because(stuck(worst)).look("the time-out of the call that it waits for").byTheClock().about(worst).as("unlimited").with("limit", limit).with("times", int64(h.Effect.Delay.Of(0)/limit))
	}
	if worst.Took > limit+max(0, s.crowd(worst.Request.Name)-s.calmTook())+s.held(worst)+slack {
		return fail(contract.Minor, Declare, "the declared deadline; ASVS 5.0 13.2.6", "%s, promised within %s", came(worst), limit).
			because(stuck(worst)).look("the time-outs of the calls that it makes, and their sum").byTheClock().as(s.waits("late", worst)).about(worst).with("limit", limit)
	}
	return pass("%s of %s", round(worst.Took), limit)
}

// waitedOut is a call that was held up for twice the limit or more and waited for to its end: whatever had held it up would have been
// waited for. A time-out beyond it would be one that nobody who was promised the limit has use for.
func (s Subject) waitedOut(e exchange.Exchange, limit time.Duration) (fault.Hit, bool) {
	for _, h := range e.Hits {
		delay := h.Effect.Delay.Of(0)
		if h.Struck() && h.Effect.Verb == fault.Pass && delay >= 2*limit && h.Answer != "" && h.Took >= delay && e.Took >= delay {
			return h, true
		}
	}
	return fault.Hit{}, false
}
