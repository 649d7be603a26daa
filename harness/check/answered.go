package check

import (
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
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
			{Class: "hang", Headline: "request hangs: no time-out on calls to {place}", Family: "hang", Place: "{stuck}", Unlogged: true,
				One: "wait in the same place: {place}"},
			{Class: "hang-after", Headline: "request hangs {when}, though its calls had ended", Family: "hang", Place: "{stuck}", Unlogged: true},
			{Class: "hang-alone", Headline: "request hangs {when}", Family: "hang", Place: "request", Unlogged: true},
			{Class: "ends", Headline: "connection ends without an answer {when}", Place: "{on}", Name: "no-answer[-when-{on}-fails]", Same: []string{"class"}, Mark: endsMark, Follows: []string{"alive/died"}},
			{Class: "cut", Headline: "in-flight requests are cut off {when}", Place: "{on}", Name: "cut-off-in-flight", Same: []string{"class"}, Mark: endsMark, Itself: true},
		},
	}
}

// endsMark stands in the keys of connections that end, whatever ended them.
const endsMark = "the connection ended without an answer"

// Judge judges.
func (Answered) Judge(s Subject, _ Evidence) Verdict {
	faulty := s.Judged(exchange.Faulty)
	if len(faulty) == 0 {
		return notAsked(s)
	}
	crowded := ""
	for _, e := range slices.Concat(faulty, s.settling()) {
		switch e.Failure {
		case exchange.NoAnswer:
			if e.Phase == exchange.Settling || s.Side == Settlement || s.accepts("hang") {
				continue
			}
			class := s.waits("hang", e)
			v := fail(contract.Critical, Invariant, "ASVS 5.0 13.2.6, RFC 9110 15.6.5", "no answer in %s", round(e.Took)).
				because(stuck(e)).as(class).look(lookHang(class)).about(e)
			if v.Evidence == "" {
				return v.byTheClock() // it waits for no call: a machine that is busy lets it wait as long
			}
			return v
		case exchange.Disconnect, exchange.Refused:
			if s.accepts("broken-stream") {
				continue
			}
			if slices.ContainsFunc(s.Beside(exchange.Healed, Crowd), func(c exchange.Exchange) bool { return c.Failure == e.Failure }) {
				crowded = e.Detail
				continue
			}
			v := fail(contract.Critical, Standard, "RFC 9112 9.6, ASVS 5.0 16.5.4", "the connection ended without an answer").because(e.Detail).about(e)
			if s.Ended {
				return v.as("cut").look("how it stops: take no new connection, finish what is in flight, then end")
			}
			return v.as("ends").look("an error in the handler that nobody catches; the last lines of the log")
		case exchange.Malformed:
			continue // something came; whether it is whole is another question
		default:
			if e.Response == nil && e.Phase == exchange.Faulty {
				return unclear("nothing to judge: %s", came(e))
			}
		}
	}
	if crowded != "" {
		return unclear("of so many callers at once some get no answer without the fault either: %s", crowded)
	}
	return pass("%s", came(faulty[len(faulty)-1]))
}

// notAsked is the verdict of a check on answers when nobody could be asked.
func notAsked(s Subject) Verdict {
	if !s.Serving() {
		return skip("the system was not ready, so nothing was asked")
	}
	if s.Injection.Starts() {
		return skip("what has to be asked first failed under the fault, so nothing was asked")
	}
	return unclear("nothing was asked under the fault")
}

// waits is the class of a finding on an answer that came late or never: as it is where a call was open for most of the time, or may have
// been since a link was not; -after where all calls to what is broken had ended, -alone where nothing is broken that could be waited for.
func (s Subject) waits(class string, e exchange.Exchange) string {
	away := slices.ContainsFunc(s.Injection.Links, func(l fault.Link) bool { return l.State != fault.Open })
	called := slices.ContainsFunc(e.Hits, func(h fault.Hit) bool { return !h.Background && h.Call.On != "" })
	switch {
	case stuck(e) != "":
		return class
	case len(s.On) == 0 && !called || s.ofProcess():
		return class + "-alone"
	case called && !away:
		return class + "-after"
	}
	return class
}

func lookHang(class string) string {
	switch class {
	case "hang-after":
		return "what it does after its last call: a lock, a retry loop, a pool that waits for a free connection"
	case "hang-alone":
		return "where the request is read: a limit on how long it may take"
	}
	return "the time-out of the call that it waits for"
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
