package check

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Once asks that a request takes effect as its answer says: exactly once when it succeeds, not at all or with an unknown
// outcome when it fails, and never twice. It is judged where the lab declares how to count (`effect:`).
type Once struct{}

// Kind describes the check.
func (Once) Kind() Kind {
	return Kind{
		Rank: 60, Beside: true,
		Doc:      "Each request takes effect as its answer says. Exactly once when it succeeds, not at all when it says that nothing was done, and never twice. It is judged where the lab says how to count (effect:).",
		Example:  "the reply to POST /charges is lost, the system sends it again without a key, and the customer pays twice",
		Expected: "each request takes effect once, or not at all when its answer says so",
		Findings: []Finding{
			{Class: "double", Headline: "double effect: one request takes effect several times {when}", Place: "{on}", Same: []string{"class"}, Mark: "it took effect # times ({what})"},
			{Class: "nothing", Headline: "false answer: {reason}", Place: "{on}", Same: []string{"class"}, Mark: "{answers}, but nothing took effect ({what})"},
			{Class: "denied", Headline: "false answer: {reason}", Place: "{on}", Same: []string{"class"},
				Mark: "{answers}, which says that nothing was done, but it took effect ({what})"},
		},
	}
}

// Judge judges.
func (Once) Judge(s Subject, _ Evidence) Verdict {
	if len(s.Effects) == 0 {
		return skip("how to count effects is not declared (`effect:`)")
	}
	const cite = "RFC 9110 9.2.2; draft-ietf-httpapi-idempotency-key-header"
	for _, x := range s.Effects {
		if calm := s.Judged(exchange.Calm); x.Phase == exchange.Calm && x.Count < 1 && len(calm) > 0 && calm[0].OK() {
			return unclear("calm succeeded, but by this count it took no effect (%s)", x.What)
		}
	}
	for _, x := range s.Effects {
		sent := s.Judged(x.Phase)
		if len(sent) > 1 && strings.Contains(x.What, "$case.key") {
			sent = sent[:1] // each copy has a key of its own
		}
		done, denied := 0, 0
		for _, e := range sent {
			switch {
			case e.OK():
				done++
			case e.Status()/100 == 4 && s.Expect.Missed(e) != "":
				denied++
			}
		}
		switch {
		case len(sent) == 0:
		case x.Count > len(sent):
			return fail(contract.Critical, Invariant, cite, "it took effect %d times (%s)", x.Count, x.What).
				look("a retry without an idempotency key").as("double").with("what", x.What)
		case x.Phase == exchange.Faulty && x.Count < done:
			return fail(contract.Critical, Invariant, cite, "%s, but nothing took effect (%s)", answers(sent, done), x.What).
				as("nothing").with("answers", answers(sent, done)).with("what", x.What)
		case x.Phase == exchange.Faulty && x.Count > len(sent)-denied:
			return fail(contract.Critical, Invariant, cite, "%s, which says that nothing was done, but it took effect (%s)", answers(sent, denied), x.What).
				as("denied").with("answers", answers(sent, denied)).with("what", x.What)
		}
	}
	return pass("never more than once")
}

// answers says which answers came: the status of one, or how many of several.
func answers(sent []exchange.Exchange, n int) string {
	if len(sent) == 1 {
		return strconv.Itoa(sent[0].Status())
	}
	return fmt.Sprintf("%d of %d answers", n, len(sent))
}
