package check

import (
	"fmt"
	"maps"
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/observe"
)

// usualAttempts is how often one call may be made for one request where nothing else is said: the first and three retries.
const usualAttempts = 4

// usualRedirects is how many redirects one request may follow: the usual clients stop after 5 (Java) to 30 (Python's requests), the Fetch
// standard after 20. Who stops has intervened, as RFC 9110, 15.4, asks, and has tried once.
const usualRedirects = 30

// Attempts bounds how often a dependency is asked for one request: AtMost calls of On in all; by default each call at most
// 4 times as often as calm made it.
type Attempts struct {
	On     string `json:"on,omitempty"` // default: the broken dependencies
	AtMost int    `json:"at-most,omitempty" decode:"short"`
}

// Kind describes the check.
func (Attempts) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Rank: 140, Beside: true,
		Doc:      "A dependency in trouble is asked only a few times for one request. Retries without a bound multiply the load on what is overloaded already. By default each call may be made four times as often as in calm; a scenario says another bound.",
		Example:  "payments answers 503, and POST /orders calls POST /charges 30 times\nthen: [{attempts: {on: payments, at-most: 2}}]",
		Expected: "few tries, with a growing pause between them",
		Findings: []Finding{
			{Class: "many", Headline: "one request makes {times:most} calls to {on}", Place: "{on}"},
		},
	}
}

// Judge judges.
func (c Attempts) Judge(s Subject, _ Evidence) Verdict {
	faulty := s.Judged(exchange.Faulty)
	if len(faulty) == 0 {
		return notAsked(s)
	}
	targets := s.On
	if c.On != "" {
		targets = []string{c.On}
	}
	most, where, usual := 0, "", usualCalls(s)
	for _, on := range targets {
		total := 0
		for _, e := range faulty {
			if c.AtMost == 0 {
				e = withoutUntold(withoutFollowed(withoutPooled(e))) // a bound that a scenario says is one on all of them
			}
			made := callsOf(e, on)
			for _, call := range slices.Sorted(maps.Keys(made)) {
				total += made[call]
				limit := usualAttempts * max(1, usual[call]) * len(faulty)
				if resends(e, call) {
					limit *= 2
				}
				if c.AtMost == 0 && made[call] > limit {
					return fail(contract.Major, Policy, "ASVS 5.0 13.1.3: bounded retries", "%d times %s for one request, at most %d are owed", made[call], call, limit).
						look("the retry policy: bounded, with back-off, only what is safe or keyed").with("times", made[call])
				}
			}
			if own := ownCalls(e, on); c.AtMost > 0 && own > c.AtMost {
				return tooMany(own, on, c.AtMost, "one request")
			}
		}
		if c.AtMost > 0 && total > c.AtMost*len(faulty) {
			asked := "one request"
			if len(faulty) > 1 {
				asked = fmt.Sprintf("%d requests", len(faulty))
			}
			return tooMany(total, on, c.AtMost*len(faulty), asked)
		}
		if total > most {
			most, where = total, on
		}
	}
	if most == 0 && c.On == "" {
		return skip("no call was made")
	}
	return pass("at most %d calls of %s", most, or(where, c.On))
}

// withoutPooled is the exchange without the calls that ended with a connection which had been open before: an HTTP client sends what is
// idempotent again by itself on the next one, as often as it has such connections (RFC 9110, 9.2.2 and RFC 9112, 9.3.1). The first of
// each kind stays: not every client does.
func withoutPooled(e exchange.Exchange) exchange.Exchange {
	fresh := map[int64]bool{0: true}
	for _, h := range e.Hits {
		if fault.Point(h.Call.Op).Early() {
			fresh[h.Call.Conn] = true
		}
	}
	seen := map[string]bool{}
	e.Hits = slices.DeleteFunc(slices.Clone(e.Hits), func(h fault.Hit) bool {
		if !h.Struck() || !slices.Contains(breaks(), h.Effect.Verb) || fresh[h.Call.Conn] || !idempotent(h.Call.Op) {
			return false
		}
		before := seen[observe.Signature(h.Call)]
		seen[observe.Signature(h.Call)] = true
		return before
	})
	return e
}

// withoutUntold is the exchange without the calls that the system makes of its own accord, too, in about that number: nothing hangs on
// whose they are.
func withoutUntold(e exchange.Exchange) exchange.Exchange {
	e.Hits = slices.DeleteFunc(slices.Clone(e.Hits), func(h fault.Hit) bool { return h.Untold })
	return e
}

func or(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

func tooMany(n int, on string, most int, asked string) Verdict {
	return fail(contract.Major, Declare, "the scenario", "%d calls of %s for %s, at most %d are owed", n, on, asked, most).with("times", n)
}

// ownCalls counts the calls that carry the trace of the exchange itself: without one, the calls of all copies stand with
// the first.
func ownCalls(e exchange.Exchange, on string) int {
	own := e
	own.Hits = slices.DeleteFunc(slices.Clone(e.Hits), func(h fault.Hit) bool { return h.Call.Trace != e.Trace || e.Trace == "" })
	n := 0
	for _, made := range callsOf(own, on) {
		n += made
	}
	return n
}

// withoutFollowed is the exchange without the calls that come round to where a redirect was given before, as long as these are not more
// than clients usually follow.
func withoutFollowed(e exchange.Exchange) exchange.Exchange {
	asked := func(h fault.Hit) string { return h.Call.On + " " + h.Call.Op + " " + h.Call.Text }
	follows := func(visit func(h fault.Hit, follows bool)) {
		redirected := map[string]bool{}
		for _, h := range e.Hits {
			visit(h, redirected[asked(h)])
			redirected[asked(h)] = h.Said != nil && h.Said.Status/100 == 3
		}
	}
	followed := map[string]int{}
	follows(func(h fault.Hit, follows bool) {
		if follows {
			followed[asked(h)]++
		}
	})
	var tries []fault.Hit
	follows(func(h fault.Hit, follows bool) {
		if !follows || followed[asked(h)] > usualRedirects {
			tries = append(tries, h)
		}
	})
	e.Hits = tries
	return e
}

// resends tells whether each of some calls may be one that an HTTP client made again by itself: it is idempotent, and its connection
// ended before the answer (RFC 9110, 9.2.2). A retry policy then shows at most twice as often as it is written.
func resends(e exchange.Exchange, call string) bool {
	return !slices.ContainsFunc(e.Hits, func(h fault.Hit) bool {
		broke := h.Struck() && slices.Contains(breaks(), h.Effect.Verb) && idempotent(h.Call.Op)
		return observe.IsApplications(h) && callName(h) == call && !broke
	})
}

// breaks are the verbs by which a connection ends before an answer.
func breaks() []fault.Verb { return []fault.Verb{fault.Close, fault.Reset, fault.Lose} }

// callName is a call as people read it, and as it is counted.
func callName(h fault.Hit) string {
	return h.Call.On + " " + h.Call.Op + " " + excerpt([]byte(fault.Fold(h.Call.Text)))
}

// callsOf counts the calls of a dependency by what they ask.
func callsOf(e exchange.Exchange, on string) map[string]int {
	made := map[string]int{}
	for _, h := range e.Hits {
		if h.Call.On == on && !h.Background && observe.IsApplications(h) {
			made[callName(h)]++
		}
	}
	return made
}

// usualCalls is how often calm made each call.
func usualCalls(s Subject) map[string]int {
	usual := map[string]int{}
	for _, e := range s.Judged(exchange.Calm) {
		for _, on := range s.Learnt.Reaches {
			for call, n := range callsOf(e, on) {
				usual[call] = max(usual[call], n)
			}
		}
	}
	return usual
}
