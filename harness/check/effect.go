package check

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Once asks that a request takes effect as its answer says: exactly once when it succeeds, not at all or with an unknown
// outcome when it fails, and never twice. It is judged where the lab declares how to count (`effect:`).
//
// What a request with an unknown outcome does later is its own. Where later requests cannot be told from it (the count has no
// key), the faulty and the healed phase are bounded together: no more effects than requests that were not denied.
type Once struct{}

// Kind describes the check.
func (Once) Kind() Kind {
	return Kind{
		Rank: 60, Beside: true,
		Doc:      "Each request takes effect as its answer says. Exactly once when it succeeds, not at all when it says that nothing was done, and never twice. It is judged where the lab says how to count (effect:).",
		Example:  "the reply to POST /charges is lost, the system sends it again without a key, and the customer pays twice",
		Expected: "each request takes effect once, or not at all when its answer says so",
		Findings: []Finding{
			{Class: "double", Headline: "one request takes effect several times {when}", Place: "{on}", Name: "twice[-when-{on}-fails]", Same: []string{"class"}, Mark: "it took effect # times ({what})"},
			{Class: "nothing", Headline: "false answer: {reason}", Place: "{on}", Same: []string{"class"}, Mark: "{answers}, but nothing took effect ({what})"},
			{Class: "denied", Headline: "false answer: {reason}", Place: "{on}", Same: []string{"class"},
				Mark: "{answers}, which says that nothing was done, but it took effect ({what})"},
			{Class: "ambiguous", Headline: "ambiguous write: {reason}", Place: "{on}", Same: []string{"class"}, Mark: "{answers}, but it took effect ({what})",
				Look: "the order of the calls; and let callers send an Idempotency-Key, so that they may ask again"},
		},
	}
}

const onceCite = "RFC 9110 9.2.2; draft-ietf-httpapi-idempotency-key-header"

// Judge judges.
func (Once) Judge(s Subject, _ Evidence) Verdict {
	if len(s.Effects) == 0 {
		return skip("how to count effects is not declared (`effect:`)").wants(Want{Key: "effect", Of: "request", What: "double effects"}, s.takesEffect())
	}
	for _, x := range s.Effects {
		calm := s.Judged(exchange.Calm)
		if x.Unknown == "" && x.Phase == exchange.Calm && x.Count < 1 && len(calm) > 0 && calm[0].OK() {
			return unclear("calm succeeded, but by this count it took no effect (%s)", x.What)
		}
	}
	judged := pass("never more than once")
	for _, x := range s.Effects {
		if x.Unknown != "" {
			continue
		}
		v := s.once(x)
		if v.Outcome == Fail {
			return v
		}
		if x.Phase == exchange.Faulty {
			judged = v
		}
	}
	for _, x := range s.Effects {
		if x.Unknown != "" && len(s.counted(x)) > 0 {
			return unclear("how often it took effect is not known (%s): %s", x.Phase, x.Unknown)
		}
	}
	return judged
}

// once judges the count of one phase.
func (s Subject) once(x Effect) Verdict {
	sent := s.counted(x)
	requests, done, denied := s.claims(x)
	room, credit := s.across(x)
	faulty := x.Phase == exchange.Faulty
	v := pass("never more than once")
	switch {
	case len(sent) == 0:
		return v
	case x.Count > requests+room:
		v = fail(contract.Critical, Invariant, onceCite, "it took effect %d times (%s)", x.Count, x.What).
			look("a retry without an idempotency key").as("double").with("what", x.What)
	case faulty && x.Count+credit < done:
		return fail(contract.Critical, Invariant, onceCite, "%s, but nothing took effect (%s)", answers(sent, x.good(sent)), x.What).
			as("nothing").with("answers", answers(sent, x.good(sent))).with("what", x.What)
	case faulty && x.Count > requests-denied:
		v = fail(contract.Critical, Invariant, onceCite, "%s, which says that nothing was done, but it took effect (%s)", answers(sent, denied), x.What).
			as("denied").with("answers", answers(sent, denied)).with("what", x.What)
	}
	if v.Outcome == Pass && faulty && s.unclaims(x, sent) {
		v = s.unclaimed(x, sent)
	}
	late := x.late(sent)
	accepted := slices.ContainsFunc(sent, func(e exchange.Exchange) bool { return e.Status() == http.StatusAccepted })
	switch {
	case v.Outcome == Pass && faulty && x.Count+credit == 0 && accepted:
		return unclear("202, and nothing had taken effect yet (%s): if it comes later, say how long under `effect: {patience: ...}`", x.What)
	case v.Outcome == Pass && late != "" && !s.unclaims(x, sent):
		return pass("%s", late)
	case v.Outcome == Fail && !x.own():
		v = v.byTheClock() // what a case before has left undone may have been counted here
	}
	return v.because(late)
}

// late says in words what came after the first count; "" when nothing did.
func (x Effect) late(sent []exchange.Exchange) string {
	if x.Late <= 0 || len(sent) == 0 {
		return ""
	}
	after := x.After.Round(100 * time.Millisecond).Seconds()
	what := "answer " + strconv.Itoa(sent[0].Status())
	switch {
	case len(sent) > 1:
		what = fmt.Sprintf("last of %d answers", len(sent))
	case sent[0].Response == nil:
		what = "request had failed"
	}
	if x.Count == 1 {
		return fmt.Sprintf("it took effect once, %.3g s after the %s", after, what)
	}
	return fmt.Sprintf("%d of %d effects came late, the last %.3g s after the %s", x.Late, x.Count, after, what)
}

// good is how many answers say that it was done.
func (x Effect) good(sent []exchange.Exchange) int {
	n := 0
	for _, e := range sent {
		if x.Claimed(e) {
			n++
		}
	}
	return n
}

// takesEffect tells whether the request is a write that succeeds in calm, and was sent under the fault as it is.
func (s Subject) takesEffect() bool {
	calm := s.Judged(exchange.Calm)
	return s.Write && len(s.Changed) == 0 && len(s.Judged(exchange.Faulty)) > 0 && len(calm) > 0 && calm[0].OK()
}

// answers says which answers came: the status of one, or how many of several.
func answers(sent []exchange.Exchange, n int) string {
	if len(sent) == 1 {
		return strconv.Itoa(sent[0].Status())
	}
	return fmt.Sprintf("%d of %d answers", n, len(sent))
}
