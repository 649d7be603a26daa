package check

import (
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Answered asks for an answer at all: no hang beyond the client's limit, no connection that just ends.
type Answered struct{}

// Kind describes the check.
func (Answered) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Of: []string{Own, Settlement}, Rank: 30,
		Doc:      "Every request gets an answer. A caller that waits until its own limit, or whose connection just ends, cannot tell what became of its request, and holds its own callers up.",
		Example:  "db answers no query: GET /orders/1001 waits for it without a time-out, and gives nothing in 10 s",
		Expected: "{statuses}",
		Findings: []Finding{
			{Class: "hang", Headline: "no answer: the calls to {place} are waited for without a time-out", Family: "hang", Place: "{stuck}", Unlogged: true,
				One: "wait in the same place: {place}"},
			{Class: "ends", Headline: "no answer: the connection just ends {when}", Place: "{on}", Same: []string{"class"}, Mark: "the connection ended without an answer"},
		},
	}
}

// Judge judges.
func (Answered) Judge(s Subject, _ Evidence) Verdict {
	faulty := s.Judged(exchange.Faulty)
	if len(faulty) == 0 {
		return notAsked(s)
	}
	for _, e := range slices.Concat(faulty, s.settling()) {
		switch e.Failure {
		case exchange.NoAnswer:
			if e.Phase == exchange.Settling || s.Side == Settlement || s.accepts("hang") {
				continue
			}
			return fail(contract.Critical, Invariant, "ASVS 5.0 13.2.6, RFC 9110 15.6.5", "no answer in %s", round(e.Took)).
				because(stuck(e)).look("the time-out of the call that it waits for").as("hang").about(e)
		case exchange.Disconnect, exchange.Refused:
			if s.accepts("broken-stream") {
				continue
			}
			return fail(contract.Critical, Standard, "RFC 9112 9.6, ASVS 5.0 16.5.4", "the connection ended without an answer").
				because(e.Detail).look("a panic or crash in the handler; the last lines of the log").as("ends").about(e)
		case exchange.Malformed:
			continue // something came; whether it is whole is another question
		default:
			if e.Response == nil && e.Phase == exchange.Faulty {
				return unclear("nothing to judge: %s", came(e))
			}
		}
	}
	return pass("%s", came(faulty[len(faulty)-1]))
}

// notAsked is the verdict of a check on answers when nobody could be asked.
func notAsked(s Subject) Verdict {
	if !s.Serving() {
		return skip("the system was not ready, so nothing was asked")
	}
	return unclear("nothing was asked under the fault")
}

// stuck says which calls were open when the answer did not come.
func stuck(e exchange.Exchange) string {
	for _, h := range slices.Backward(e.Hits) {
		if h.Took == 0 || h.Took*2 > e.Took {
			return "it waited in " + h.Call.On + " " + h.Call.Op + " " + excerpt([]byte(h.Call.Text))
		}
	}
	return ""
}

// accepts tells whether a word stands among what is preferred or accepted.
func (s Subject) accepts(word string) bool {
	return s.Row != nil && (slices.Contains(s.Row.Prefer, word) || slices.Contains(s.Row.Accept, word))
}
